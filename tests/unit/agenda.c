// SPDX-License-Identifier: EUPL-1.2
// Tests core/agenda: whose meetings are whose, where days begin, and gaps against a count made slot by slot.
#include "core/agenda.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// The slots and days of a picture: '#' a meeting, '.' none, '|' the night.
static int gaps(const char *picture, int rest)
{
    uint64_t busy = 0, days = 1;
    int t = 0;
    for (; *picture; picture++) {
        if (*picture == '|')
            days |= 1ULL << t;
        else
            busy |= (uint64_t)(*picture == '#') << t++;
    }
    return agenda_gaps(busy, rest, days);
}

static void gaps_lie_between_meetings(void **state)
{
    (void)state;
    assert_int_equal(gaps("", 0), 0);
    assert_int_equal(gaps("....", 0), 0);
    assert_int_equal(gaps("..#..", 0), 0);
    assert_int_equal(gaps("..##.", 0), 0);
    assert_int_equal(gaps("#.#..", 0), 1);
    assert_int_equal(gaps("#....#", 0), 1); // a run, however long
    assert_int_equal(gaps("#.##..#.", 0), 2);
}

static void gaps_end_with_the_day(void **state)
{
    (void)state;
    assert_int_equal(gaps("#..|..#", 0), 0);
    assert_int_equal(gaps("#|.#", 0), 0);
    assert_int_equal(gaps("#.#|#.#|...|.#.", 0), 2);
    assert_int_equal(gaps("#|#|.|#", 0), 0);
}

static void gaps_are_longer_than_the_rest(void **state)
{
    (void)state;
    assert_int_equal(gaps("#.#..#...#", 0), 3);
    assert_int_equal(gaps("#.#..#...#", 1), 2);
    assert_int_equal(gaps("#.#..#...#", 2), 1);
    assert_int_equal(gaps("#.#..#...#", 3), 0);
    assert_int_equal(gaps("#.#|.#", 1), 0);
    assert_int_equal(gaps(".#|#..#", 1), 1); // the rest does not reach over the night
    assert_int_equal(gaps("#......#", 100), 0);
}

static int slot_by_slot(uint64_t busy, int rest, uint64_t days)
{
    int count = 0, last = -1;
    for (int t = 0; t < AGENDA_SLOTS; t++) {
        if (t && days >> t & 1)
            last = -1;
        if (!(busy >> t & 1))
            continue;
        count += last >= 0 && t - last - 1 > rest;
        last = t;
    }
    return count;
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

static void gaps_are_as_counted_slot_by_slot(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 200000; i++) {
        uint64_t busy = next(&seed), days = next(&seed);
        for (uint64_t thinner = next(&seed) % 4; thinner; thinner--)
            busy &= next(&seed);
        for (uint64_t thinner = next(&seed) % 8; thinner; thinner--)
            days &= next(&seed);
        int rest = (int)(next(&seed) % 5);
        assert_int_equal(agenda_gaps(busy, rest, days | 1), slot_by_slot(busy, rest, days | 1));
    }
    assert_int_equal(agenda_gaps(UINT64_MAX, 0, 1), 0);
    assert_int_equal(agenda_gaps(UINT64_MAX, 0, UINT64_MAX), 0);
    assert_int_equal(agenda_gaps(1ULL << 63 | 1, 0, 1), 1);
    assert_int_equal(agenda_gaps(1ULL << 63 | 1, 0, 1ULL << 63 | 1), 0);
}

static void a_view_knows_meetings_and_days(void **state)
{
    (void)state;
    const struct agenda_slot slots[] = {{.day = 0}, {.day = 0}, {.day = 2}, {.day = 3}, {.day = 3}};
    const struct agenda_meeting meetings[] = {{.person = {3, 0}}, {.person = {0, 1}}, {.person = {3, 1}}, {.person = {0, 3}}};
    const struct agenda_person people[5] = {{0}};
    const struct agenda a = {.slots = 5, .slot = slots, .people = 5, .person = people, .meetings = 4, .meeting = meetings};
    const int first[] = {0, 3, 5, 5, 8, 8}, list[] = {0, 1, 3, 1, 2, 0, 2, 3};
    struct arena *arena = arena_new();
    struct agenda_view v;
    agenda_view(&v, &a, arena);
    assert_ptr_equal(v.agenda, &a);
    assert_memory_equal(v.first, first, sizeof first);
    assert_memory_equal(v.list, list, sizeof list);
    assert_int_equal(v.days, 13);
    agenda_view(&v, &(struct agenda){.slots = 0}, arena);
    assert_int_equal(v.first[0], 0);
    assert_int_equal(v.days, 1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_lie_between_meetings),        cmocka_unit_test(gaps_end_with_the_day),
        cmocka_unit_test(gaps_are_longer_than_the_rest),    cmocka_unit_test(gaps_are_as_counted_slot_by_slot),
        cmocka_unit_test(a_view_knows_meetings_and_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
