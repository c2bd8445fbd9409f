// SPDX-License-Identifier: EUPL-1.2
// Tests core/score: the lines that count, followed by hand.
#include "core/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <string.h>

struct fixture {
    struct gazetteer *g;
    struct words *w;
    struct arena *arena;
    struct cpv cpv[2];
    struct place place, area;
    struct lot lot;
    struct need need;
    struct capability cap;
    struct offer offer;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){places_small(), words_new(), arena_new(), .cpv = {cpv_of(90911200)}};
    f.place = place_at(f.g, "commune:63113", f.arena);
    f.area = place_at(f.g, "FR", f.arena);
    f.lot = (struct lot){.number = 1, .cpv_count = 1, .cpv = f.cpv, .value = {-1, -1}};
    f.need = (struct need){.title = "Nettoyage des bureaux, vitres et moquettes", .deadline = TIME_UNKNOWN,
                           .start = DAY_UNKNOWN, .place_count = 1, .places = &f.place, .lot_count = 1, .lots = &f.lot};
    f.cap = (struct capability){.cpv = cpv_of(90911200), .area_count = 1, .areas = &f.area, .value = {-1, -1}};
    f.offer = (struct offer){.active = true, .full_until = DAY_UNKNOWN, .capability_count = 1, .capabilities = &f.cap,
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

static struct score score(struct fixture *f)
{
    f->offer.at.known = false;
    offer_settle(&f->offer, f->g, f->w, f->arena);
    struct match_need n = match_need(&f->need, f->g, f->w, 0, f->arena);
    struct score s = score_of(&n, &f->lot, &f->offer, &f->cap);
    int sum = 0;
    assert_true(match_all(&n, &f->lot, &f->offer, &f->cap));
    for (int i = 0; i < s.count; i++)
        sum += s.lines[i].points;
    assert_int_equal(sum, s.total);
    return s;
}

static int points(struct fixture *f, enum score_code code)
{
    struct score s = score(f);
    for (int i = 0; i < s.count; i++)
        if (s.lines[i].code == code)
            return s.lines[i].points;
    return 0;
}

static void best_is_100(void **state)
{
    struct fixture *f = *state;
    const char *keywords[] = {"bureaux", "vitre", "moquette"}, *wanted[] = {"Insertion", "Circuit court"};
    f->cap.keywords = (struct strings){3, keywords};
    f->lot.criteria = (struct strings){2, wanted};
    f->offer.criteria = (struct strings){2, wanted};
    f->lot.value = (struct range){100, 200};
    f->cap.value = (struct range){100, 200};
    struct score s = score(f);
    assert_int_equal(s.total, 100);
    assert_int_equal(s.count, 5);
    assert_int_equal(s.lines[0].code, SCORE_CPV_SAME);
    assert_int_equal(s.lines[1].code, SCORE_PLACE_COMMUNE);
    // The same pair gives the same score.
    struct score again = score(f);
    assert_memory_equal(&s, &again, sizeof s);
}

static void least_is_not_below_0(void **state)
{
    struct fixture *f = *state;
    f->cpv[0] = cpv_of(90000000);
    f->place = place_at(f->g, "FR", f->arena);
    f->area = place_at(f->g, "departement:974", f->arena);
    struct score s = score(f);
    assert_int_equal(s.total, 10 - 6 + 5 - 4 + 5);
    int least = score_points(SCORE_CPV_DIVISION) + score_points(SCORE_CPV_BROADER) + score_points(SCORE_PLACE_FRANCE) +
                score_points(SCORE_PLACE_PARTIAL);
    assert_true(least >= 0);
}

static void cpv_closeness(void **state)
{
    static const struct {
        uint32_t asked, offered;
        enum score_code line;
        int broader;
    } cases[] = {
        {90911200, 90911200, SCORE_CPV_SAME, 0},      {90911200, 90911000, SCORE_CPV_CATEGORY, 0},
        {90911200, 90910000, SCORE_CPV_CLASS, 0},     {90911200, 90900000, SCORE_CPV_GROUP, 0},
        {90911200, 90000000, SCORE_CPV_DIVISION, 0},  {90000000, 90911200, SCORE_CPV_DIVISION, -6},
        {90911000, 90911200, SCORE_CPV_CATEGORY, -6}, {90911200, 90911210, SCORE_CPV_CATEGORY, -6},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->cpv[0] = cpv_of(cases[i].asked);
        f->cap.cpv = cpv_of(cases[i].offered);
        assert_int_equal(points(f, cases[i].line), score_points(cases[i].line));
        assert_int_equal(points(f, SCORE_CPV_BROADER), cases[i].broader);
    }
}

static void best_code_of_the_lot_counts(void **state)
{
    struct fixture *f = *state;
    f->cpv[0] = cpv_of(90000000);
    f->cpv[1] = cpv_of(90911200);
    f->lot.cpv_count = 2;
    assert_int_equal(points(f, SCORE_CPV_SAME), 40);
    assert_int_equal(points(f, SCORE_CPV_BROADER), 0);
}

static void place_closeness(void **state)
{
    static const struct {
        const char *place;
        enum score_code line;
    } cases[] = {
        {"commune:63113", SCORE_PLACE_COMMUNE},     {"commune:63300", SCORE_PLACE_30KM},
        {"commune:63430", SCORE_PLACE_50KM},        {"commune:03310", SCORE_PLACE_50KM},
        {"commune:63003", SCORE_PLACE_DEPARTEMENT}, {"commune:63999", SCORE_PLACE_DEPARTEMENT},
        {"departement:63", SCORE_PLACE_DEPARTEMENT}, {"commune:03185", SCORE_PLACE_REGION},
        {"departement:69", SCORE_PLACE_REGION},     {"region:84", SCORE_PLACE_REGION},
        {"nuts:FRK1", SCORE_PLACE_REGION},          {"FR", SCORE_PLACE_FRANCE},
        {"departement:75", SCORE_PLACE_FRANCE},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->place = place_at(f->g, cases[i].place, f->arena);
        assert_int_equal(points(f, cases[i].line), score_points(cases[i].line));
        assert_int_equal(points(f, SCORE_PLACE_PARTIAL), 0);
    }
    // Boulogne lies 8 km from Paris' centre, in another département.
    f->offer.seat = place_at(f->g, "commune:75056", f->arena);
    f->place = place_at(f->g, "commune:92012", f->arena);
    assert_int_equal(points(f, SCORE_PLACE_10KM), 22);
    // Nobody knows where the supplier sits.
    f->offer.seat = (struct place){0};
    assert_int_equal(points(f, SCORE_PLACE_FRANCE), 5);
}

static void partial_cover_costs(void **state)
{
    struct fixture *f = *state;
    f->place = place_at(f->g, "region:84", f->arena);
    f->area = place_at(f->g, "departement:63", f->arena);
    assert_int_equal(points(f, SCORE_PLACE_PARTIAL), -4);
}

static void value_fit(void **state)
{
    static const struct {
        struct range asked, taken;
        enum score_code line;
    } cases[] = {
        {{100, 200}, {100, 200}, SCORE_VALUE_INSIDE}, {{100, 200}, {-1, 200}, SCORE_VALUE_INSIDE},
        {{100, 200}, {150, -1}, SCORE_VALUE_MEETS},   {{100, -1}, {50, 500}, SCORE_VALUE_MEETS},
        {{100, -1}, {50, -1}, SCORE_VALUE_INSIDE},    {{-1, 200}, {50, 500}, SCORE_VALUE_MEETS},
        {{-1, 200}, {-1, 500}, SCORE_VALUE_INSIDE},   {{-1, -1}, {50, 500}, SCORE_VALUE_UNKNOWN},
        {{100, 200}, {-1, -1}, SCORE_VALUE_UNKNOWN},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->lot.value = cases[i].asked;
        f->cap.value = cases[i].taken;
        assert_int_equal(points(f, cases[i].line), score_points(cases[i].line));
    }
}

static void criteria_by_share(void **state)
{
    struct fixture *f = *state;
    const char *wanted[] = {"Insertion", "Circuit court", "Électrique", "Vélo", "Jour"}, *done[] = {"INSERTION", "electrique"},
               *label = "Vélo";
    f->lot.criteria = (struct strings){5, wanted};
    assert_int_equal(points(f, SCORE_CRITERIA), 0);
    f->offer.criteria = (struct strings){2, done};
    assert_int_equal(points(f, SCORE_CRITERIA), 12 * 2 / 5);
    f->offer.labels = (struct strings){1, &label};
    assert_int_equal(points(f, SCORE_CRITERIA), 12 * 3 / 5);
}

static void keywords_by_number(void **state)
{
    static const int expected[] = {0, 4, 4, 6, 8, 8};
    struct fixture *f = *state;
    const char *keywords[] = {"bureau", "Bureaux", "vitres", "moquette", "nettoyage", "jardin"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        f->cap.keywords = (struct strings){i, keywords}; // the second is the first again
        assert_int_equal(points(f, SCORE_KEYWORDS), expected[i]);
    }
}

static void table_has_words(void **state)
{
    (void)state;
    assert_string_equal(score_word(SCORE_PLACE_10KM), "place_10km");
    assert_string_equal(score_text(SCORE_CPV_SAME, LANG_FR), "Même code CPV");
    assert_string_equal(score_text(SCORE_CPV_SAME, LANG_EN), "Same CPV code");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(best_is_100),     TEST(least_is_not_below_0), TEST(cpv_closeness),     TEST(best_code_of_the_lot_counts),
        TEST(place_closeness), TEST(partial_cover_costs),  TEST(value_fit),         TEST(criteria_by_share),
        TEST(keywords_by_number), cmocka_unit_test(table_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
