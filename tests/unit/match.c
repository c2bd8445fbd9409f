// SPDX-License-Identifier: EUPL-1.2
// Tests core/match: each condition with a case that holds and one that fails, and what is said of it.
#include "core/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <string.h>

#define NOW 1780000000 // 2026-05-28T20:26:40Z
#define TODAY 20601

// A pair that matches; each test changes one thing.
struct fixture {
    struct gazetteer *g;
    struct words *w;
    struct arena *arena;
    struct cpv cpv;
    struct place place, area;
    struct lot lot;
    struct need need;
    struct capability cap;
    struct offer offer;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){places_small(), words_new(), arena_new(), .cpv = cpv_of(90911200)};
    f.place = place_at(f.g, "departement:63", f.arena);
    f.area = place_at(f.g, "region:84", f.arena);
    f.lot = (struct lot){.number = 1, .cpv_count = 1, .cpv = &f.cpv, .value = {-1, -1}};
    f.need = (struct need){.state = NEED_PUBLISHED, .buyer = "21630113500010", .title = "Nettoyage des bureaux",
                           .deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN, .place_count = 1, .places = &f.place,
                           .lot_count = 1, .lots = &f.lot};
    f.cap = (struct capability){.number = 1, .cpv = cpv_of(90900000), .area_count = 1, .areas = &f.area,
                                .value = {-1, -1}};
    f.offer = (struct offer){.siret = "73282932000074", .active = true, .full_until = DAY_UNKNOWN,
                             .capability_count = 1, .capabilities = &f.cap,
                             .seat = place_at(f.g, "commune:63113", f.arena)};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    place_gazetteer_free(f->g);
    words_free(f->w);
    arena_free(f->arena);
    return 0;
}

// Judges the pair: only the given condition may fail, and it does so when "holds" is false.
static struct reason judge(struct fixture *f, enum condition c, bool holds)
{
    static struct reason reasons[CONDITION_COUNT];
    offer_settle(&f->offer, f->g, f->w, f->arena);
    struct match_need n = match_need(&f->need, f->g, f->w, NOW, f->arena);
    assert_int_equal(match_all(&n, &f->lot, &f->offer, &f->cap), holds);
    match_explain(&n, &f->lot, &f->offer, &f->cap, LANG_FR, f->arena, reasons);
    for (enum condition i = 0; i < CONDITION_COUNT; i++) {
        assert_int_equal(reasons[i].condition, i);
        assert_int_equal(reasons[i].holds, i == c ? holds : true);
        assert_int_equal(match_holds(i, &n, &f->lot, &f->offer, &f->cap), reasons[i].holds);
    }
    return reasons[c];
}

static enum cover cover(struct fixture *f)
{
    offer_settle(&f->offer, f->g, f->w, f->arena);
    struct match_need n = match_need(&f->need, f->g, f->w, NOW, f->arena);
    return match_cover(&n, &f->lot, &f->offer, &f->cap);
}

static void cpv_both_directions(void **state)
{
    struct fixture *f = *state;
    struct reason r = judge(f, CONDITION_CPV, true);
    assert_string_equal(r.asked, "90911200");
    assert_string_equal(r.offered, "90900000");
    assert_string_equal(r.sentence, "Le lot demande 90911200 ; la capacité couvre 90900000 : le code convient.");
    f->cpv = cpv_of(90000000); // the lot is coded more broadly
    assert_non_null(strstr(judge(f, CONDITION_CPV, true).sentence, "plus large"));
    f->cpv = cpv_of(98310000);
    assert_non_null(strstr(judge(f, CONDITION_CPV, false).sentence, "pas la même branche"));
    struct cpv codes[] = {cpv_of(98310000), cpv_of(90911300)};
    f->lot.cpv = codes;
    f->lot.cpv_count = 2;
    judge(f, CONDITION_CPV, true);
}

static void place_full_and_partial(void **state)
{
    struct fixture *f = *state;
    struct reason r = judge(f, CONDITION_PLACE, true);
    assert_string_equal(r.asked, "Puy-de-Dôme (63)");
    assert_string_equal(r.offered, "Auvergne-Rhône-Alpes (région 84)");
    assert_int_equal(cover(f), COVER_FULL);
    f->area = place_at(f->g, "departement:63", f->arena);
    f->place = place_at(f->g, "region:84", f->arena);
    assert_non_null(strstr(judge(f, CONDITION_PLACE, true).sentence, "une partie"));
    assert_int_equal(cover(f), COVER_PARTIAL);
    f->place = place_at(f->g, "commune:63300", f->arena);
    assert_int_equal(cover(f), COVER_FULL);
    f->area = place_at(f->g, "commune:63113", f->arena);
    judge(f, CONDITION_PLACE, false); // another commune of the same département
    f->area = place_at(f->g, "commune:63300", f->arena);
    assert_int_equal(cover(f), COVER_FULL);
    f->place = place_at(f->g, "departement:63", f->arena);
    assert_int_equal(cover(f), COVER_PARTIAL);
    f->place = place_at(f->g, "departement:03", f->arena);
    judge(f, CONDITION_PLACE, false);
}

static void place_of_several(void **state)
{
    struct fixture *f = *state;
    struct place places[] = {place_at(f->g, "commune:63113", f->arena), place_at(f->g, "departement:75", f->arena)};
    f->lot.places = places; // its own places go before the need's
    f->lot.place_count = 2;
    assert_int_equal(cover(f), COVER_PARTIAL);
    assert_string_equal(judge(f, CONDITION_PLACE, true).asked, "Clermont-Ferrand (63113), Paris (75)");
    f->area = place_at(f->g, "FR", f->arena);
    assert_int_equal(cover(f), COVER_FULL);
    assert_string_equal(judge(f, CONDITION_PLACE, true).offered, "France entière");
}

static void place_by_radius(void **state)
{
    struct fixture *f = *state;
    f->cap.area_count = 0;
    f->cap.radius = 30;
    f->place = place_at(f->g, "commune:63300", f->arena); // Riom, 13 km
    assert_string_equal(judge(f, CONDITION_PLACE, true).offered, "30 km autour de Clermont-Ferrand");
    assert_int_equal(cover(f), COVER_FULL);
    f->cap.radius = 12.5;
    assert_string_equal(judge(f, CONDITION_PLACE, false).offered, "12,5 km autour de Clermont-Ferrand");
    f->place = place_at(f->g, "commune:63999", f->arena); // nobody knows where it lies
    assert_int_equal(cover(f), COVER_PARTIAL);
    f->place = place_at(f->g, "departement:63", f->arena);
    assert_int_equal(cover(f), COVER_PARTIAL);
    f->place = place_at(f->g, "departement:03", f->arena);
    judge(f, CONDITION_PLACE, false);
    f->cap.radius = 60; // reaches Vichy
    judge(f, CONDITION_PLACE, true);
    f->place = place_at(f->g, "departement:63", f->arena);
    f->offer.seat = place_at(f->g, "commune:63003", f->arena);
    f->offer.at.known = false;
    assert_string_equal(judge(f, CONDITION_PLACE, true).offered, "60 km autour d'Ambert");
}

static void service_sets_meet(void **state)
{
    struct fixture *f = *state;
    f->lot.services = SERVICE_SERVICES | SERVICE_WORKS;
    assert_string_equal(judge(f, CONDITION_SERVICE, true).offered, "non précisé");
    f->cap.services = SERVICE_WORKS | SERVICE_SUPPLIES;
    assert_string_equal(judge(f, CONDITION_SERVICE, true).asked, "Services, Travaux");
    f->cap.services = SERVICE_SECONDMENT;
    assert_string_equal(judge(f, CONDITION_SERVICE, false).offered, "Mise à disposition de personnel");
}

static void value_ranges_meet(void **state)
{
    static const struct {
        struct range asked, taken;
        bool holds;
        const char *text; // of what is asked
    } cases[] = {
        {{50000, 200000}, {-1, -1}, true, "50 000 - 200 000 EUR"}, {{-1, -1}, {10, 20}, true, "non précisé"},
        {{50000, 200000}, {200000, -1}, true, "50 000 - 200 000 EUR"}, {{1000, -1}, {-1, 999}, false, "à partir de 1 000 EUR"},
        {{-1, 999}, {1000, 2000}, false, "jusqu'à 999 EUR"}, {{1234567, 1234567}, {0, -1}, true, "1 234 567 EUR"},
        {{0, 0}, {0, 5}, true, "0 EUR"}, {{500, -1}, {-1, 500}, true, "à partir de 500 EUR"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->lot.value = cases[i].asked;
        f->cap.value = cases[i].taken;
        assert_string_equal(judge(f, CONDITION_VALUE, cases[i].holds).asked, cases[i].text);
    }
}

static void reserved_to_kinds(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(judge(f, CONDITION_RESERVED, true).asked, "ouvert à tous");
    f->lot.reserved = RESERVED_L2113_13;
    struct reason r = judge(f, CONDITION_RESERVED, false);
    assert_string_equal(r.asked, "L2113-13 (EI, ACI, AI, ETTI, EITI)");
    assert_string_equal(r.offered, "aucun type enregistré");
    f->offer.structures = STRUCTURE_EI | STRUCTURE_SCIC;
    assert_string_equal(judge(f, CONDITION_RESERVED, true).offered, "EI, SCIC");
    f->lot.reserved = RESERVED_L2113_12;
    judge(f, CONDITION_RESERVED, false);
    f->lot.reserved = RESERVED_L2113_12 | RESERVED_L2113_13; // both together: one of them is enough
    judge(f, CONDITION_RESERVED, true);
}

static void labels_are_hard(void **state)
{
    struct fixture *f = *state;
    const char *asked[] = {"Qualité Éco", "RGE"}, *offered[] = {"rge", "QUALITE  ECO", "ISO"};
    f->lot.labels = (struct strings){2, asked};
    judge(f, CONDITION_LABELS, false);
    f->offer.labels = (struct strings){1, offered};
    judge(f, CONDITION_LABELS, false);
    f->offer.labels.count = 3;
    assert_string_equal(judge(f, CONDITION_LABELS, true).asked, "Qualité Éco, RGE");
    f->offer.criteria = f->offer.labels; // a wanted thing done is not a label held
    f->offer.labels.count = 0;
    judge(f, CONDITION_LABELS, false);
}

static void exclusions_by_word(void **state)
{
    struct fixture *f = *state;
    const char *words[] = {"amiante", "nettoyage de bureau"};
    f->cap.excluded = (struct strings){1, words};
    judge(f, CONDITION_EXCLUSIONS, true);
    f->cap.excluded.count = 2;
    assert_string_equal(judge(f, CONDITION_EXCLUSIONS, false).asked, "le texte contient « nettoyage de bureau »");
    // No phrase reaches from the title into the description.
    f->need.title = "Nettoyage";
    f->need.description = "Bureaux";
    judge(f, CONDITION_EXCLUSIONS, true);
    f->lot.title = "Lot 2 : nettoyages du bureau";
    judge(f, CONDITION_EXCLUSIONS, false);
}

static void exclusions_by_party(void **state)
{
    struct fixture *f = *state;
    const char *siren = "732829320", *other = "73282932000082", *buyer = "21630113500010";
    f->need.blocked = (struct strings){1, &other};
    judge(f, CONDITION_EXCLUSIONS, true); // another establishment
    f->need.blocked = (struct strings){1, &siren};
    judge(f, CONDITION_EXCLUSIONS, false);
    f->need.blocked.count = 0;
    f->offer.blocked = (struct strings){1, &buyer};
    judge(f, CONDITION_EXCLUSIONS, false);
    f->offer.blocked.count = 0;
    strcpy(f->offer.siret, "21630113500028"); // the buyer's own enterprise
    judge(f, CONDITION_EXCLUSIONS, false);
    f->offer.siret[0] = f->need.buyer[0] = 0;
    judge(f, CONDITION_EXCLUSIONS, true);
}

static void availability_by_dates(void **state)
{
    struct fixture *f = *state;
    f->offer.full_until = TODAY;
    judge(f, CONDITION_AVAILABILITY, true);
    f->offer.full_until = TODAY + 1;
    assert_string_equal(judge(f, CONDITION_AVAILABILITY, false).offered, "complet jusqu'au 2026-05-29");
    f->need.start = TODAY + 1;
    judge(f, CONDITION_AVAILABILITY, true);
    f->need.deadline = NOW;
    judge(f, CONDITION_AVAILABILITY, true);
    f->need.deadline = NOW - 1;
    assert_non_null(strstr(judge(f, CONDITION_AVAILABILITY, false).asked, "(passé)"));
    f->need.deadline = TIME_UNKNOWN;
    f->offer.active = false;
    assert_string_equal(judge(f, CONDITION_AVAILABILITY, false).offered, "offre inactive");
}

// Every failure is told at once, in both languages, with both sides in the sentence.
static void explains_all(void **state)
{
    struct fixture *f = *state;
    const char *label = "RGE", *siren = "732829320";
    struct reason r[CONDITION_COUNT];
    f->cpv = cpv_of(3000000);
    f->place = place_at(f->g, "departement:75", f->arena);
    f->lot.services = SERVICE_WORKS;
    f->cap.services = SERVICE_SUPPLIES;
    f->lot.value = (struct range){1000000, 2000000};
    f->cap.value = (struct range){-1, 50000};
    f->lot.reserved = RESERVED_L2113_12;
    f->lot.labels = (struct strings){1, &label};
    f->need.blocked = (struct strings){1, &siren};
    f->offer.active = false;
    offer_settle(&f->offer, f->g, f->w, f->arena);
    struct match_need n = match_need(&f->need, f->g, f->w, NOW, f->arena);
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
        match_explain(&n, &f->lot, &f->offer, &f->cap, lang, f->arena, r);
        for (int i = 0; i < CONDITION_COUNT; i++) {
            assert_false(r[i].holds);
            assert_non_null(strstr(r[i].sentence, r[i].asked));
            assert_non_null(strstr(r[i].sentence, r[i].offered));
            assert_null(strchr(r[i].sentence, '{'));
        }
    }
    assert_string_equal(r[CONDITION_VALUE].sentence,
                        "Value of the lot: 1,000,000 - 2,000,000 EUR; values taken: up to 50,000 EUR: "
                        "the value is out of range.");
    assert_string_equal(match_word(CONDITION_AVAILABILITY), "availability");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(cpv_both_directions), TEST(place_full_and_partial), TEST(place_of_several),
        TEST(place_by_radius),     TEST(service_sets_meet),      TEST(value_ranges_meet),
        TEST(reserved_to_kinds),   TEST(labels_are_hard),        TEST(exclusions_by_word),
        TEST(exclusions_by_party), TEST(availability_by_dates),  TEST(explains_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
