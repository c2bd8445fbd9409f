// SPDX-License-Identifier: EUPL-1.2
// Tests core/timetable: what a timetable is worth on each level, by hand and against sums made the long way.
#include "core/timetable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct agenda_slot two_days[] = {
    {.start = -1}, {.start = -1}, {.start = -1}, {1, 1, -1, 0, 0}, {1, 1, -1, 0, 0}, {1, 1, -1, 0, 0}};

static struct agenda agenda_of(struct agenda_person *people, int person_count, struct agenda_meeting *meetings, int count)
{
    for (int m = 0; m < count; m++) {
        meetings[m].slots = 63;
        meetings[m].table = AGENDA_NONE;
    }
    return (struct agenda){.slots = 6, .slot = two_days, .sessions = 2, .tables = 9, .people = person_count,
                           .person = people, .meetings = count, .meeting = meetings};
}

static struct timetable_value value(const struct agenda *a, const int *slots, const int *tables)
{
    struct arena *arena = arena_new();
    struct agenda_view v;
    struct timetable_value out;
    struct timetable t = timetable_new(a->meetings, arena), copy = timetable_new(a->meetings, arena);
    agenda_view(&v, a, arena);
    for (int m = 0; m < a->meetings; m++) {
        assert_int_equal(t.slot[m], AGENDA_NONE);
        assert_int_equal(t.table[m], AGENDA_NONE);
        t.slot[m] = slots[m];
        t.table[m] = tables ? tables[m] : AGENDA_NONE;
    }
    timetable_copy(&copy, &t);
    timetable_value(&out, &v, &copy);
    arena_free(arena);
    return out;
}

static void an_empty_agenda_is_served_in_full(void **state)
{
    (void)state;
    struct agenda a = agenda_of(NULL, 0, NULL, 0);
    struct timetable_value v = value(&a, NULL, NULL);
    for (int l = 0; l < LEVELS; l++)
        assert_int_equal(v.level[l], l == LEVEL_FAIRNESS ? TIMETABLE_ALL : 0);
    assert_int_equal(v.placed, 0);
    assert_int_equal(v.least, AGENDA_NONE);
    assert_int_equal(v.spread, 0);
}

static void weight_and_change_are_of_meetings(void **state)
{
    (void)state;
    struct agenda_person people[3] = {{0}};
    struct agenda_meeting m[] = {{.person = {0, 1}, .weight = 5, .old_slot = 2},
                                 {.person = {0, 2}, .weight = 3, .old_slot = AGENDA_NONE},
                                 {.person = {1, 2}, .weight = 1, .old_slot = 4},
                                 {.person = {1, 2}, .weight = 2, .old_slot = 0}};
    struct agenda a = agenda_of(people, 3, m, 4);
    struct timetable_value v = value(&a, (int[]){2, 1, AGENDA_NONE, 3}, NULL);
    assert_int_equal(v.level[LEVEL_WEIGHT], 10);
    assert_int_equal(v.level[LEVEL_CHANGE], 2);
    assert_int_equal(v.placed, 3);
}

// 0 has both of 2, 1 one of 3, 2 two of 3; 3 has none to be served with.
static void fairness_is_of_the_least_served(void **state)
{
    (void)state;
    struct agenda_person people[4] = {{0}};
    struct agenda_meeting m[] = {{.person = {0, 1}}, {.person = {0, 2}}, {.person = {1, 2}}, {.person = {1, 2}}};
    struct agenda a = agenda_of(people, 4, m, 4);
    for (int i = 0; i < 4; i++)
        m[i].old_slot = AGENDA_NONE;
    struct timetable_value v = value(&a, (int[]){0, 1, AGENDA_NONE, AGENDA_NONE}, NULL);
    assert_int_equal(v.level[LEVEL_FAIRNESS], 333333333);
    assert_int_equal(v.least, 1);
    v = value(&a, (int[]){AGENDA_NONE, 1, 2, 3}, NULL);
    assert_int_equal(v.level[LEVEL_FAIRNESS], 500000000);
    assert_int_equal(v.least, 0);
    v = value(&a, (int[]){0, 1, 2, 3}, NULL);
    assert_int_equal(v.level[LEVEL_FAIRNESS], TIMETABLE_ALL);
    assert_int_equal(v.least, 0); // the first of equals
}

// 0 meets in slots 0, 2 | 3, 5; 1 in 0 and 2; 2 in 3 and 5; 3 never.
static void gaps_and_spread_are_of_people(void **state)
{
    (void)state;
    struct agenda_person people[4] = {{0}};
    struct agenda_meeting m[] = {{.person = {0, 1}}, {.person = {1, 0}}, {.person = {0, 2}}, {.person = {2, 0}}};
    struct agenda a = agenda_of(people, 4, m, 4);
    struct timetable_value v = value(&a, (int[]){2, 0, 5, 3}, NULL);
    assert_int_equal(v.level[LEVEL_GAPS], 2 + 1 + 1);
    assert_int_equal(v.spread, 2);
    people[0].rest = 1; // it asked for one slot between
    v = value(&a, (int[]){2, 0, 5, 3}, NULL);
    assert_int_equal(v.level[LEVEL_GAPS], 0 + 1 + 1);
    assert_int_equal(v.spread, 1);
    a.people = 3; // without the one that has no meeting
    v = value(&a, (int[]){2, 0, 5, 3}, NULL);
    assert_int_equal(v.spread, 1);
}

static void tables_change_within_a_day(void **state)
{
    (void)state;
    struct agenda_person people[5] = {{0}};
    struct agenda_meeting m[] = {{.person = {0, 1}}, {.person = {0, 2}}, {.person = {0, 3}}, {.person = {0, 4}}};
    struct agenda a = agenda_of(people, 5, m, 4);
    const int slots[] = {5, 0, 2, 4}; // in the order of time: 1, 2 | 3, 0
    assert_int_equal(value(&a, slots, (int[]){7, 7, 7, 7}).level[LEVEL_TABLES], 0);
    assert_int_equal(value(&a, slots, (int[]){7, 1, 1, 7}).level[LEVEL_TABLES], 0); // over night it is no change
    assert_int_equal(value(&a, slots, (int[]){7, 1, 2, 7}).level[LEVEL_TABLES], 1);
    assert_int_equal(value(&a, slots, (int[]){8, 1, 2, 7}).level[LEVEL_TABLES], 2);
    assert_int_equal(value(&a, slots, NULL).level[LEVEL_TABLES], 2);
    assert_int_equal(value(&a, slots, (int[]){8, 1, AGENDA_NONE, 8}).level[LEVEL_TABLES], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_agenda_is_served_in_full), cmocka_unit_test(weight_and_change_are_of_meetings),
        cmocka_unit_test(fairness_is_of_the_least_served),   cmocka_unit_test(gaps_and_spread_are_of_people),
        cmocka_unit_test(tables_change_within_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
