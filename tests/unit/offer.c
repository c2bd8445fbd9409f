// SPDX-License-Identifier: EUPL-1.2
// Tests core/offer: who an article admits, what settling fills, checks over fields.
#include "core/offer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <string.h>

static void articles_admit(void **state)
{
    (void)state;
    assert_int_equal(offer_admitted(0), 0);
    assert_int_equal(offer_admitted(RESERVED_L2113_12), STRUCTURE_EA | STRUCTURE_EATT | STRUCTURE_ESAT);
    assert_int_equal(offer_admitted(RESERVED_L2113_13),
                     STRUCTURE_EI | STRUCTURE_ACI | STRUCTURE_AI | STRUCTURE_ETTI | STRUCTURE_EITI);
    assert_int_equal(offer_admitted(RESERVED_L2113_13_1), STRUCTURE_SEP);
    assert_int_equal(offer_admitted(RESERVED_L2113_12 | RESERVED_L2113_13),
                     offer_admitted(RESERVED_L2113_12) | offer_admitted(RESERVED_L2113_13));
    unsigned social = offer_admitted(RESERVED_L2113_15);
    assert_true(social & STRUCTURE_ASSOCIATION && social & STRUCTURE_SCIC && social & STRUCTURE_ESUS);
    assert_true(social & STRUCTURE_AI && social & STRUCTURE_ACI && social & STRUCTURE_GEIQ && social & STRUCTURE_ESAT);
    // A company is not of the social economy by being an EI, ETTI or EA.
    assert_false(social & (STRUCTURE_EI | STRUCTURE_ETTI | STRUCTURE_EITI | STRUCTURE_EA | STRUCTURE_SEP | STRUCTURE_OTHER));
}

static void settles(void **state)
{
    struct gazetteer *g = places_small();
    struct words *w = words_new();
    struct arena *a = arena_new();
    struct place area = place_at(g, "departement:2A", a);
    const char *keywords[] = {"Espaces verts"}, *excluded[] = {"Déchets dangereux"}, *labels[] = {"Qualité  Éco"};
    struct capability cap = {.radius = 30, .area_count = 1, .areas = &area, .keywords = {1, keywords},
                             .excluded = {1, excluded}};
    struct offer o = {.seat = place_at(g, "commune:63113", a), .labels = {1, labels}, .capability_count = 1,
                      .capabilities = &cap};
    (void)state;
    offer_settle(&o, g, w, a);
    assert_true(o.at.known && o.at.lat == o.seat.centre.lat);
    assert_string_equal(o.labels_folded[0], "qualite eco");
    assert_string_equal(cap.keyword_stems[0], " espac vert ");
    assert_string_equal(cap.excluded_stems[0], " dechet danger ");
    assert_true(place_within(cap.circle, o.seat.deps));
    assert_true(place_meets(cap.reach, area.deps) && place_meets(cap.reach, o.seat.deps));
    // The point given goes before the seat's centre; the seat's département stays reached.
    o.at = place_centre(g, "69123");
    offer_settle(&o, g, w, a);
    assert_true(o.at.lat == place_centre(g, "69123").lat);
    assert_true(place_meets(cap.circle, place_at(g, "departement:69", a).deps));
    assert_true(place_meets(cap.circle, o.seat.deps));
    // No radius, no circle.
    cap.radius = 0;
    offer_settle(&o, g, w, a);
    assert_true(place_empty(cap.circle));
    assert_true(place_within(cap.reach, area.deps));
    arena_free(a);
    words_free(w);
    place_gazetteer_free(g);
}

static bool faulty(const struct faults *f, const char *pointer, enum err err)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->list[i].pointer, pointer) == 0 && f->list[i].err == err)
            return true;
    return false;
}

static void checks(void **state)
{
    struct gazetteer *g = places_small();
    struct arena *a = arena_new();
    struct place area = place_at(g, "FR", a);
    struct capability caps[2] = {{.radius = 10, .value = {-1, -1}}, {.value = {3, 2}}};
    struct offer o = {.capability_count = 2, .capabilities = caps};
    struct faults f;
    (void)state;
    fault_init(&f, a);
    offer_check(&o, &f);
    assert_int_equal(f.count, 3);
    assert_true(faulty(&f, "/capabilities/1/areas", ERR_REQUIRED));
    assert_true(faulty(&f, "/capabilities/1/value", ERR_INVERTED));
    assert_true(faulty(&f, "/seat", ERR_REQUIRED));
    fault_init(&f, a);
    caps[1] = (struct capability){.area_count = 1, .areas = &area, .value = {2, 3}};
    o.at = point_of(45, 3);
    offer_check(&o, &f);
    o.at.known = false;
    o.seat = place_at(g, "commune:63113", a);
    offer_check(&o, &f);
    assert_int_equal(f.count, 0);
    o.seat = place_at(g, "departement:63", a);
    o.capability_count = 0;
    offer_check(&o, &f);
    assert_int_equal(f.count, 2);
    assert_true(faulty(&f, "/seat", ERR_BAD_PLACE));
    assert_true(faulty(&f, "/capabilities", ERR_TOO_FEW));
    arena_free(a);
    place_gazetteer_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(articles_admit),
        cmocka_unit_test(settles),
        cmocka_unit_test(checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
