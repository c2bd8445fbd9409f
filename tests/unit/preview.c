// SPDX-License-Identifier: EUPL-1.2
// Tests core/preview: which changes a draft is offered, and that each is the need it would be.
#include "core/preview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "places.h"

#include <string.h>

// A branch of cleaning as the vocabulary has it; 90911000 lacks here, so that 90911200 climbs to 90910000.
static const uint32_t vocabulary[] = {90000000, 90500000, 90510000, 90600000, 90900000, 90910000,
                                      90911200, 90911300, 90919200, 90919300, 90920000, 91000000};
static const struct preview_codes codes = {vocabulary, sizeof vocabulary / sizeof *vocabulary};

struct fixture {
    struct gazetteer *g;
    struct arena *arena;
    struct cpv cpv[3];
    struct place places[3];
    struct lot lot;
    struct need need;
    struct preview_change *changes;
    size_t count;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){places_small(), arena_new(), .cpv = {cpv_of(90911200)}};
    f.places[0] = place_at(f.g, "FR", f.arena);
    f.lot = (struct lot){.number = 1, .cpv_count = 1, .cpv = f.cpv, .value = {-1, -1}};
    f.need = (struct need){.deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN, .place_count = 1, .places = f.places, .lot_count = 1, .lots = &f.lot};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    place_gazetteer_free(f->g);
    arena_free(f->arena);
    return 0;
}

static void place(struct fixture *f, const char *a, const char *b)
{
    f->places[0] = place_at(f->g, a, f->arena);
    if (b)
        f->places[1] = place_at(f->g, b, f->arena);
    f->need.place_count = b ? 2 : 1;
}

// The changes of a kind, a few words each, with commas between.
static const char *offered(struct fixture *f, enum preview_kind kind)
{
    const char *all = "";
    f->changes = preview_changes(&f->need, &f->need.lots[0], f->g, codes, f->arena, &f->count);
    for (size_t i = 0; i < f->count; i++) {
        const struct preview_change *c = &f->changes[i];
        const char *one = "";
        if (c->kind != kind)
            continue;
        for (size_t k = 0; k < c->lot.place_count && kind == PREVIEW_PLACE; k++)
            one = arena_format(f->arena, "%s%s%s", one, k ? "+" : "", c->lot.places[k].text);
        for (size_t k = 0; k < c->lot.labels.count && kind == PREVIEW_LABEL; k++)
            one = arena_format(f->arena, "%s%s%s", one, k ? "+" : "", c->lot.labels.list[k]);
        for (size_t k = 0; k < c->lot.cpv_count && kind == PREVIEW_CPV; k++)
            one = arena_format(f->arena, "%s%s%08u", one, k ? "+" : c->sibling ? "~" : "", c->lot.cpv[k].code);
        if (kind == PREVIEW_RESERVE || kind == PREVIEW_OPEN)
            one = arena_format(f->arena, "%u", c->lot.reserved);
        if (kind == PREVIEW_SPLIT)
            one = arena_format(f->arena, "%d:%lld-%lld", c->parts, (long long)c->lot.value.least, (long long)c->lot.value.most);
        all = arena_format(f->arena, "%s%s%s", all, *all ? ", " : "", one);
    }
    return all;
}

static void reserves_what_is_not(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(offered(f, PREVIEW_RESERVE), "1, 2, 3, 4, 8");
    assert_string_equal(offered(f, PREVIEW_OPEN), "");
    f->lot.reserved = RESERVED_L2113_12;
    assert_string_equal(offered(f, PREVIEW_RESERVE), "2, 3, 4, 8");
    assert_string_equal(offered(f, PREVIEW_OPEN), "0");
    f->lot.reserved = RESERVED_L2113_12 | RESERVED_L2113_13;
    assert_string_equal(offered(f, PREVIEW_RESERVE), "4, 8");
    f->lot.services = SERVICE_WORKS; // L2113-15 knows services only
    assert_string_equal(offered(f, PREVIEW_RESERVE), "4");
    f->lot.services = SERVICE_WORKS | SERVICE_SERVICES;
    assert_string_equal(offered(f, PREVIEW_RESERVE), "4, 8");
}

static void splits_what_has_a_value(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(offered(f, PREVIEW_SPLIT), "");
    f->lot.value = (struct range){10001, 90000};
    assert_string_equal(offered(f, PREVIEW_SPLIT), "2:5000-45000, 4:2500-22500");
    f->lot.value = (struct range){-1, 90000};
    assert_string_equal(offered(f, PREVIEW_SPLIT), "2:-1-45000, 4:-1-22500");
    f->lot.value = (struct range){8, -1};
    assert_string_equal(offered(f, PREVIEW_SPLIT), "2:4--1, 4:2--1");
    f->lot.value = (struct range){0, -1};
    assert_string_equal(offered(f, PREVIEW_SPLIT), "");
}

static void widens_level_by_level(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(offered(f, PREVIEW_PLACE), "");
    place(f, "commune:63113", NULL);
    assert_string_equal(offered(f, PREVIEW_PLACE), "departement:63, region:84, FR");
    place(f, "commune:63113", "commune:63300");
    assert_string_equal(offered(f, PREVIEW_PLACE), "departement:63, region:84, FR");
    place(f, "commune:63113", "departement:2A");
    assert_string_equal(offered(f, PREVIEW_PLACE), "departement:63+departement:2A, region:84+region:94, FR");
    place(f, "commune:63113", "departement:63"); // the commune adds nothing
    assert_string_equal(offered(f, PREVIEW_PLACE), "region:84, FR");
    place(f, "nuts:FRK14", NULL);
    assert_string_equal(offered(f, PREVIEW_PLACE), "region:84, FR");
    place(f, "departement:974", NULL); // a région of one département
    assert_string_equal(offered(f, PREVIEW_PLACE), "FR");
    place(f, "commune:97411", NULL);
    assert_string_equal(offered(f, PREVIEW_PLACE), "departement:974, FR");
    place(f, "region:84", NULL);
    assert_string_equal(offered(f, PREVIEW_PLACE), "FR");
}

// The places of a lot go before those of the need, and the change is the lot's.
static void widens_the_lots_own_places(void **state)
{
    struct fixture *f = *state;
    place(f, "FR", "commune:63113");
    f->lot.places = &f->places[1];
    f->lot.place_count = 1;
    assert_string_equal(offered(f, PREVIEW_PLACE), "departement:63, region:84, FR");
    assert_string_equal(f->lot.places[0].text, "commune:63113");
}

static void leaves_labels_out_one_by_one(void **state)
{
    struct fixture *f = *state;
    const char *labels[] = {"ISO 9001", "RSEi", "Qualibat"};
    f->lot.labels = (struct strings){3, labels};
    assert_string_equal(offered(f, PREVIEW_LABEL), "RSEi+Qualibat, ISO 9001+Qualibat, ISO 9001+RSEi");
}

static void climbs_to_what_is_known(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(offered(f, PREVIEW_CPV), "90910000, ~90911300, ~90919200, ~90919300");
    f->cpv[0] = cpv_of(90919250); // not in the vocabulary
    assert_string_equal(offered(f, PREVIEW_CPV), "90919200");
    f->cpv[0] = cpv_of(90910000);
    assert_string_equal(offered(f, PREVIEW_CPV), "90900000, ~90920000");
    f->cpv[0] = cpv_of(90500000);
    assert_string_equal(offered(f, PREVIEW_CPV), "90000000, ~90600000, ~90900000");
    f->cpv[0] = cpv_of(90000000); // a division has neither
    assert_string_equal(offered(f, PREVIEW_CPV), "");
    f->cpv[0] = cpv_of(45000000);
    assert_string_equal(offered(f, PREVIEW_CPV), "");
}

// Each code in its turn; one that the lot has already is none.
static void replaces_one_code_of_several(void **state)
{
    struct fixture *f = *state;
    f->cpv[1] = cpv_of(90919200);
    f->cpv[2] = cpv_of(90900000);
    f->lot.cpv_count = 3;
    assert_string_equal(offered(f, PREVIEW_CPV),
                        "90910000+90919200+90900000, 90911200+90910000+90900000, 90911200+90919200+90000000, "
                        "~90911300+90919200+90900000, ~90919300+90919200+90900000, ~90911200+90911300+90900000, "
                        "~90911200+90919300+90900000, ~90911200+90919200+90500000, ~90911200+90919200+90600000");
    assert_int_equal(f->lot.cpv[0].code, 90911200);
}

static void keeps_the_best_siblings(void **state)
{
    struct fixture *f = *state;
    f->cpv[0] = cpv_of(90911200);
    offered(f, PREVIEW_CPV);
    struct preview_change list[8];
    const size_t suppliers[] = {2, 9, 5, 7, 12, 7, 8, 30};
    for (size_t i = 0; i < 8; i++)
        list[i] = (struct preview_change){.kind = PREVIEW_CPV, .parts = (int)i, .sibling = i >= 2, .counted = i != 7, .suppliers = suppliers[i]};
    assert_int_equal(preview_keep(list, 8, 5), 5);
    const int order[] = {0, 1, 4, 6, 3}; // parents always; siblings with more than 5, the first 7 of two
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(list[i].parts, order[i]);
    assert_int_equal(preview_keep(list, 5, 100), 2);
    list[0].counted = false;
    assert_int_equal(preview_keep(list, 2, 0), 1);
    assert_int_equal(list[0].parts, 1);
    assert_int_equal(preview_keep(list, 0, 0), 0);
}

static void same_texts(const char **a, const char **b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(a[i], b[i]);
}

// What is made of a change without reading the texts again is what would be made of the changed need itself.
static void is_the_changed_need(void **state)
{
    struct fixture *f = *state;
    struct words *w = words_new();
    const char *labels[] = {"ISO 9001", "RSEi"}, *criteria[] = {"Écoute"};
    struct lot lots[2] = {{.number = 4, .cpv_count = 1, .cpv = f->cpv, .value = {-1, -1}}, f->lot};
    lots[1].title = "Vitres des écoles";
    lots[1].labels = (struct strings){2, labels};
    lots[1].criteria = (struct strings){1, criteria};
    lots[1].reserved = RESERVED_L2113_12;
    lots[1].value = (struct range){1000, 2000};
    f->need = (struct need){.title = "Nettoyage", .buyer = "21630113500010", .deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN,
                            .place_count = 1, .places = f->places, .lot_count = 2, .lots = lots};
    place(f, "commune:63113", NULL);
    struct match_need before = match_need(&f->need, f->g, w, 1780000000, f->arena);
    struct preview_change *list = preview_changes(&f->need, &lots[1], f->g, codes, f->arena, &f->count);
    assert_true(f->count > 12);
    for (size_t i = 0; i <= f->count; i++) {
        const struct preview_change *c = i < f->count ? &list[i] : NULL;
        struct match_need got = preview_need(&before, 1, c, f->arena);
        struct need alone = f->need;
        alone.lot_count = 1;
        alone.lots = c ? &list[i].lot : &lots[1];
        struct match_need wanted = match_need(&alone, f->g, w, 1780000000, f->arena);
        size_t changes;
        need_diff(got.need, &alone, f->arena, &changes);
        assert_int_equal(changes, 0);
        assert_string_equal(got.need->buyer, f->need.buyer);
        assert_int_equal(got.lots[0].admitted, wanted.lots[0].admitted);
        assert_string_equal(got.lots[0].stems, wanted.lots[0].stems);
        same_texts(got.lots[0].labels, wanted.lots[0].labels, alone.lots[0].labels.count);
        same_texts(got.lots[0].criteria, wanted.lots[0].criteria, 1);
        assert_true(got.now == wanted.now && got.places == wanted.places);
        need_diff(got.need, &(struct need){.deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN}, f->arena, &changes);
        assert_true(changes > 0);
    }
    assert_int_equal(lots[1].labels.count, 2);
    words_free(w);
}

// Every change is a need that could be posted.
static void passes_the_checks(void **state)
{
    struct fixture *f = *state;
    f->lot.value = (struct range){0, 1};
    place(f, "commune:63113", "commune:75101");
    f->changes = preview_changes(&f->need, &f->lot, f->g, codes, f->arena, &f->count);
    for (size_t i = 0; i < f->count; i++) {
        struct faults faults;
        struct need alone = f->need;
        fault_init(&faults, f->arena);
        alone.lots = &f->changes[i].lot;
        need_check(&alone, 0, &faults);
        assert_int_equal(faults.count, 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reserves_what_is_not),
        TEST(splits_what_has_a_value),
        TEST(widens_level_by_level),
        TEST(widens_the_lots_own_places),
        TEST(leaves_labels_out_one_by_one),
        TEST(climbs_to_what_is_known),
        TEST(replaces_one_code_of_several),
        TEST(keeps_the_best_siblings),
        TEST(is_the_changed_need),
        TEST(passes_the_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
