// SPDX-License-Identifier: EUPL-1.2
// Tests core/need: states, checks over fields, differences.
#include "core/need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const int64_t now = 1780000000;

static struct cpv code = {90911200, 6};
static struct place puy = {.text = "departement:63", .deps = {{1, 0}}};

static struct lot lot_of(int number)
{
    return (struct lot){.number = number, .cpv_count = 1, .cpv = &code, .value = {-1, -1}};
}

static struct need need_of(struct lot *lots, size_t count)
{
    return (struct need){.state = NEED_PUBLISHED, .title = "Nettoyage", .deadline = TIME_UNKNOWN,
                         .start = DAY_UNKNOWN, .place_count = 1, .places = &puy, .lot_count = count, .lots = lots};
}

static void moves_forward_only(void **state)
{
    (void)state;
    assert_true(need_may_move(NEED_DRAFT, NEED_PUBLISHED));
    assert_true(need_may_move(NEED_PUBLISHED, NEED_AMENDED));
    assert_true(need_may_move(NEED_AMENDED, NEED_AMENDED));
    assert_true(need_may_move(NEED_AMENDED, NEED_CLOSED));
    assert_true(need_may_move(NEED_CLOSED, NEED_AWARDED));
    assert_false(need_may_move(NEED_DRAFT, NEED_AWARDED));
    assert_false(need_may_move(NEED_PUBLISHED, NEED_DRAFT));
    assert_false(need_may_move(NEED_CLOSED, NEED_PUBLISHED));
    for (enum need_state to = NEED_DRAFT; to <= NEED_CANCELLED; to++) {
        assert_false(need_may_move(NEED_AWARDED, to));
        assert_false(need_may_move(NEED_CANCELLED, to));
    }
}

static void is_open_until_its_deadline(void **state)
{
    struct lot l = lot_of(1);
    struct need n = need_of(&l, 1);
    (void)state;
    assert_true(need_open(&n, now));
    n.deadline = now;
    assert_true(need_open(&n, now));
    assert_false(need_open(&n, now + 1));
    n.deadline = TIME_UNKNOWN;
    n.state = NEED_AMENDED;
    assert_true(need_open(&n, now));
    n.state = NEED_DRAFT;
    assert_false(need_open(&n, now));
    n.state = NEED_CLOSED;
    assert_false(need_open(&n, now));
}

static void lots_may_have_their_own_places(void **state)
{
    struct lot l = lot_of(1);
    struct need n = need_of(&l, 1);
    size_t count;
    struct place own[2] = {puy, puy};
    (void)state;
    assert_ptr_equal(need_places(&n, &l, &count), &puy);
    assert_int_equal(count, 1);
    l.places = own;
    l.place_count = 2;
    assert_ptr_equal(need_places(&n, &l, &count), own);
    assert_int_equal(count, 2);
}

static bool faulty(const struct faults *f, const char *pointer, enum err err)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->list[i].pointer, pointer) == 0 && f->list[i].err == err)
            return true;
    return false;
}

static void finds_all_faults(void **state)
{
    struct arena *a = arena_new();
    struct faults f;
    struct lot lots[3] = {lot_of(1), lot_of(2), lot_of(1)};
    struct need n = need_of(lots, 3);
    (void)state;
    lots[1].cpv_count = 0;
    lots[2].value = (struct range){10, 9};
    n.place_count = 0;
    n.deadline = now - 1;
    fault_init(&f, a);
    need_check(&n, now, &f);
    assert_int_equal(f.count, 5);
    assert_true(faulty(&f, "/lots/2/number", ERR_DUPLICATE));
    assert_true(faulty(&f, "/lots/1/cpv", ERR_TOO_FEW));
    assert_true(faulty(&f, "/lots/2/value", ERR_INVERTED));
    assert_true(faulty(&f, "/places", ERR_TOO_FEW));
    assert_true(faulty(&f, "/deadline", ERR_PAST));
    fault_init(&f, a);
    n = need_of(lots, 0);
    need_check(&n, now, &f);
    assert_int_equal(f.count, 1);
    assert_true(faulty(&f, "/lots", ERR_TOO_FEW));
    arena_free(a);
}

static void passes_what_is_whole(void **state)
{
    struct arena *a = arena_new();
    struct faults f;
    struct lot lots[2] = {lot_of(1), lot_of(2)};
    struct need n = need_of(lots, 2);
    (void)state;
    fault_init(&f, a);
    lots[0].value = (struct range){5, 5};
    lots[1].value = (struct range){5, -1};
    n.deadline = now - 1;
    need_check(&n, 0, &f); // read back from the store: the past is no fault
    // Every lot has its own place: the need itself needs none.
    lots[0].places = lots[1].places = &puy;
    lots[0].place_count = lots[1].place_count = 1;
    n.place_count = 0;
    n.deadline = now;
    need_check(&n, now, &f);
    assert_int_equal(f.count, 0);
    arena_free(a);
}

static const struct need_change *change_at(const struct need_change *c, size_t count, const char *field)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(c[i].field, field) == 0)
            return &c[i];
    return NULL;
}

static void tells_the_difference(void **state)
{
    struct arena *a = arena_new();
    struct lot before[2] = {lot_of(1), lot_of(2)}, after[2] = {lot_of(3), lot_of(1)};
    struct need n = need_of(before, 2), m = need_of(after, 2);
    struct cpv codes[2] = {{90911200, 6}, {3000000, 2}};
    const char *blocked = "732829320", *labels[] = {"RSE", "ISO 14001"};
    size_t count;
    (void)state;
    before[1].title = "Vitres";
    after[1].cpv = codes;
    after[1].cpv_count = 2;
    after[1].value = (struct range){-1, 90000};
    after[1].reserved = RESERVED_L2113_12 | RESERVED_L2113_13;
    after[1].labels = (struct strings){2, labels};
    m.deadline = 0;
    m.duration = 12;
    m.blocked = (struct strings){1, &blocked};
    m.version = 2;
    m.state = NEED_AMENDED;
    m.kind = NEED_QUOTE;
    const struct need_change *c = need_diff(&n, &m, a, &count), *found;
    assert_int_equal(count, 10);
    assert_string_equal((found = change_at(c, count, "/deadline"))->after, "1970-01-01T00:00:00Z");
    assert_null(found->before);
    assert_string_equal(change_at(c, count, "/duration")->after, "12");
    assert_string_equal((found = change_at(c, count, "/kind"))->before, "sourcing");
    assert_string_equal(found->after, "devis");
    assert_string_equal((found = change_at(c, count, "/lots/1/cpv"))->before, "90911200");
    assert_string_equal(found->after, "90911200, 03000000");
    assert_string_equal(change_at(c, count, "/lots/1/value")->after, "..90000");
    assert_string_equal(change_at(c, count, "/lots/1/reserved")->after, "L2113-12, L2113-13");
    assert_string_equal(change_at(c, count, "/lots/1/labels")->after, "RSE, ISO 14001");
    assert_string_equal((found = change_at(c, count, "/lots/2"))->before, "Vitres");
    assert_null(found->after);
    assert_string_equal((found = change_at(c, count, "/lots/3"))->after, "90911200");
    assert_null(found->before);
    assert_non_null(found = change_at(c, count, "/blocked"));
    assert_true(!found->before && !found->after);
    arena_free(a);
}

static void waves_need_a_size(void **state)
{
    struct arena *a = arena_new();
    struct lot lot = lot_of(1);
    struct need n = need_of(&lot, 1);
    struct place place = {.text = "departement:63"};
    struct faults faults;
    (void)state;
    n.places = &place;
    n.place_count = 1;
    n.wave_hours = 12;
    fault_init(&faults, a);
    need_check(&n, 0, &faults);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.list[0].pointer, "/wave");
    n.wave = 5;
    fault_init(&faults, a);
    need_check(&n, 0, &faults);
    assert_int_equal(faults.count, 0);
    arena_free(a);
}

static void tells_no_difference(void **state)
{
    struct arena *a = arena_new();
    struct lot before[2] = {lot_of(1), lot_of(2)}, after[2] = {lot_of(2), lot_of(1)};
    struct need n = need_of(before, 2), m = need_of(after, 2);
    char title[] = "Nettoyage";
    size_t count = 7;
    (void)state;
    m.version = 9;
    m.title = title;
    need_diff(&n, &m, a, &count);
    assert_int_equal(count, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_forward_only),   cmocka_unit_test(is_open_until_its_deadline),
        cmocka_unit_test(lots_may_have_their_own_places), cmocka_unit_test(finds_all_faults),
        cmocka_unit_test(passes_what_is_whole), cmocka_unit_test(tells_the_difference),
        cmocka_unit_test(tells_no_difference),   cmocka_unit_test(waves_need_a_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
