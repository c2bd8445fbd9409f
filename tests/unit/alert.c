// SPDX-License-Identifier: EUPL-1.2
// Tests core/alert: each criterion with lots that it takes and lots that it leaves, and what is no alert at all.
#include "core/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

// Cleaning in the Puy-de-Dôme with a lot of windows in Riom; each test asks one thing.
struct fixture {
    struct gazetteer *g;
    struct words *w;
    struct arena *arena;
    struct cpv cpv[2];
    struct place place, own;
    struct lot lots[2];
    struct need need;
    struct match_need made;
    struct cpv asked[2];
    struct place asked_places[2];
    const char *strings[2];
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){places_small(), words_new(), arena_new(), .cpv = {cpv_of(90911200), cpv_of(90911300)}};
    f.place = place_at(f.g, "departement:63", f.arena);
    f.own = place_at(f.g, "commune:63300", f.arena);
    f.lots[0] = (struct lot){.number = 1, .title = "Bureaux", .cpv_count = 1, .cpv = f.cpv, .value = {10000, 40000},
                             .reserved = RESERVED_L2113_12 | RESERVED_L2113_13};
    f.lots[1] = (struct lot){.number = 2, .title = "Vitres", .cpv_count = 1, .cpv = f.cpv + 1, .place_count = 1,
                             .places = &f.own, .value = {-1, -1}};
    f.need = (struct need){.state = NEED_PUBLISHED, .buyer = "21630113500010", .title = "Nettoyage des écoles",
                           .description = "Trois sites, sans produits chlorés.", .deadline = TIME_UNKNOWN,
                           .start = DAY_UNKNOWN, .place_count = 1, .places = &f.place, .lot_count = 2, .lots = f.lots};
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

// The lots that the alert asks for, as bits: 1 the offices, 2 the windows.
static int lots_of(struct fixture *f, struct alert a)
{
    alert_settle(&a, f->w, f->arena);
    f->made = match_need(&f->need, f->g, f->w, 0, f->arena);
    return alert_lot(&f->made, &f->lots[0], &a) | alert_lot(&f->made, &f->lots[1], &a) << 1;
}

static const struct alert any = {.name = "Alerte", .value = {-1, -1}};

static int by_cpv(struct fixture *f, uint32_t a, uint32_t b)
{
    struct alert alert = any;
    f->asked[0] = cpv_of(a);
    f->asked[1] = b ? cpv_of(b) : f->asked[0];
    alert.cpv = f->asked;
    alert.cpv_count = b ? 2 : 1;
    return lots_of(f, alert);
}

static int by_place(struct fixture *f, const char *a, const char *b)
{
    struct alert alert = any;
    f->asked_places[0] = place_at(f->g, a, f->arena);
    if (b)
        f->asked_places[1] = place_at(f->g, b, f->arena);
    alert.places = f->asked_places;
    alert.place_count = b ? 2 : 1;
    return lots_of(f, alert);
}

static int by_value(struct fixture *f, int64_t least, int64_t most)
{
    struct alert alert = any;
    alert.value = (struct range){least, most};
    return lots_of(f, alert);
}

static int by_reserved(struct fixture *f, unsigned reserved)
{
    struct alert alert = any;
    alert.reserved = reserved;
    return lots_of(f, alert);
}

static struct strings two(struct fixture *f, const char *a, const char *b)
{
    f->strings[0] = a;
    f->strings[1] = b;
    return (struct strings){b ? 2 : 1, f->strings};
}

static int by_words(struct fixture *f, const char *a, const char *b)
{
    struct alert alert = any;
    alert.words = two(f, a, b);
    return lots_of(f, alert);
}

static int by_buyers(struct fixture *f, const char *a, const char *b)
{
    struct alert alert = any;
    alert.buyers = two(f, a, b);
    return lots_of(f, alert);
}

static void asks_a_code_on_one_line_of_the_tree(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(by_cpv(f, 90911200, 0), 1);
    assert_int_equal(by_cpv(f, 90911300, 77310000), 2);
    assert_int_equal(by_cpv(f, 90900000, 0), 3);        // broader than the lots
    assert_int_equal(by_cpv(f, 90911210, 90911310), 3); // narrower
    assert_int_equal(by_cpv(f, 90919200, 0), 0);        // a cousin
    assert_int_equal(by_cpv(f, 45000000, 0), 0);
}

static void asks_places_as_sets(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(by_place(f, "commune:63300", NULL), 3);          // Riom lies in the département of the need
    assert_int_equal(by_place(f, "commune:63113", NULL), 1);          // another commune than the second lot's own
    assert_int_equal(by_place(f, "departement:63", NULL), 3);
    assert_int_equal(by_place(f, "region:84", NULL), 3);
    assert_int_equal(by_place(f, "nuts:FRK1", NULL), 3);
    assert_int_equal(by_place(f, "FR", NULL), 3);
    assert_int_equal(by_place(f, "departement:03", NULL), 0);
    assert_int_equal(by_place(f, "departement:03", "commune:63300"), 3); // any of them
    f->place = place_at(f->g, "FR", f->arena);
    assert_int_equal(by_place(f, "departement:974", NULL), 1);
}

static void asks_values_that_meet(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(by_value(f, 40000, -1), 3);
    assert_int_equal(by_value(f, 40001, -1), 2); // the windows do not say their value
    assert_int_equal(by_value(f, -1, 10000), 3);
    assert_int_equal(by_value(f, 0, 9999), 2);
    assert_int_equal(by_value(f, 20000, 30000), 3);
    f->lots[0].value.most = -1;
    assert_int_equal(by_value(f, 90000, -1), 3); // open upwards
}

static void asks_reserved_lots(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(by_reserved(f, RESERVED_L2113_12), 1);
    assert_int_equal(by_reserved(f, RESERVED_L2113_13 | RESERVED_L2113_15), 1); // one of them is enough
    assert_int_equal(by_reserved(f, RESERVED_L2113_15), 0);
}

static void asks_all_words(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(by_words(f, "ecole", NULL), 3);                  // of the title, folded and stemmed
    assert_int_equal(by_words(f, "VITRE", NULL), 2);                  // of the lot's own title
    assert_int_equal(by_words(f, "site", "chloré"), 3);               // of the description
    assert_int_equal(by_words(f, "bureau", "vitres"), 0);             // not of one lot both
    assert_int_equal(by_words(f, "nettoyage d'écoles", "bureau"), 1); // a phrase
    assert_int_equal(by_words(f, "écoles bureaux", NULL), 0);         // no phrase runs over two texts
    assert_int_equal(by_words(f, "col", NULL), 0);                    // whole words
}

static void asks_buyers(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(by_buyers(f, "21630113500010", NULL), 3);
    assert_int_equal(by_buyers(f, "21630113500028", NULL), 0); // another establishment
    assert_int_equal(by_buyers(f, "216301135", NULL), 3);      // all of its establishments
    assert_int_equal(by_buyers(f, "356000000", "216301135"), 3);
    f->need.buyer[0] = 0;
    assert_int_equal(by_buyers(f, "216301135", NULL), 0);
}

// Criteria hold together for one lot, not one for this and one for that lot.
static void asks_all_of_one_lot(void **state)
{
    struct fixture *f = *state;
    struct alert a = any;
    a.cpv = f->cpv + 1; // windows
    a.cpv_count = 1;
    assert_int_equal(lots_of(f, a), 2);
    a.reserved = RESERVED_L2113_12; // offices alone are reserved
    assert_int_equal(lots_of(f, a), 0);
    a.cpv = f->cpv;
    assert_int_equal(lots_of(f, a), 1);
    a.words = two(f, "bureaux", "école");
    a.buyers = (struct strings){1, (const char *[]){"216301135"}};
    a.value = (struct range){40000, -1};
    assert_int_equal(lots_of(f, a), 1);
    a.value.least++;
    assert_int_equal(lots_of(f, a), 0);
}

static const char *faults_of(struct fixture *f, const struct alert *a)
{
    struct faults faults;
    const char *all = "";
    fault_init(&faults, f->arena);
    alert_check(a, &faults);
    for (size_t i = 0; i < faults.count; i++)
        all = arena_format(f->arena, "%s%s %s;", all, err_word(faults.list[i].err), faults.list[i].pointer);
    return all;
}

static void must_ask_something(void **state)
{
    struct fixture *f = *state;
    struct alert a = any;
    assert_string_equal(faults_of(f, &a), "too_few /cpv;");
    const struct alert enough[] = {
        {.value = {-1, -1}, .cpv_count = 1},          {.value = {-1, -1}, .place_count = 1},
        {.value = {0, -1}},                           {.value = {-1, 5}},
        {.value = {-1, -1}, .reserved = 1},           {.value = {-1, -1}, .words = two(f, "vélo", NULL)},
        {.value = {-1, -1}, .buyers = {1, f->strings}},
    };
    for (size_t i = 0; i < COUNT(enough); i++)
        assert_string_equal(faults_of(f, &enough[i]), "");
    a.value = (struct range){5, 4};
    a.words = two(f, "d'", "vélo");
    assert_string_equal(faults_of(f, &a), "inverted /value;no_word /words/0;");
    a.words = two(f, "vélo", " de la ! ");
    a.value.most = 5;
    assert_string_equal(faults_of(f, &a), "no_word /words/1;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asks_a_code_on_one_line_of_the_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asks_places_as_sets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asks_values_that_meet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asks_reserved_lots, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asks_all_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asks_buyers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asks_all_of_one_lot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(must_ask_something, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
