// SPDX-License-Identifier: EUPL-1.2
// Tests core/hall: by trying all layings of a few meetings.
#include "core/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SLOTS = 5, MEETINGS = 6 };

struct layings {
    const uint64_t *set;
    int count, room, load[SLOTS], slot[MEETINGS];
    uint64_t used[MEETINGS]; // by some laying of all
    int most;                // laid at once
};

static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void try_all(struct layings *l, int m, int laid)
{
    if (m == l->count) {
        l->most = laid > l->most ? laid : l->most;
        for (int i = 0; i < m && laid == m; i++)
            l->used[i] |= UINT64_C(1) << l->slot[i];
        return;
    }
    try_all(l, m + 1, laid);
    for (l->slot[m] = 0; l->slot[m] < SLOTS; l->slot[m]++)
        if (l->set[m] >> l->slot[m] & 1 && l->load[l->slot[m]] < l->room) {
            int slot = l->slot[m];
            l->load[slot]++;
            try_all(l, m + 1, laid + 1);
            l->load[slot]--;
        }
}

static void what_is_kept_is_what_is_used(void **state)
{
    (void)state;
    int impossible = 0;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        uint64_t s = seed, set[MEETINGS], kept[MEETINGS];
        int scratch[2 * MEETINGS], count = (int)(next(&s) % (MEETINGS + 1)), room = 1 + (int)(next(&s) % 2);
        struct layings l = {.set = set, .count = count, .room = room};
        struct hall_crowd crowd;
        for (int m = 0; m < count; m++)
            kept[m] = set[m] = (next(&s) & (next(&s) | s % 3 * 7) & 31);
        try_all(&l, 0, 0);
        if (hall_narrow(kept, count, room, scratch, &crowd)) {
            assert_int_equal(l.most, count);
            assert_memory_equal(kept, l.used, (size_t)count * sizeof *kept);
            continue;
        }
        int inside = 0;
        for (int m = 0; m < count; m++)
            inside += !(set[m] & ~crowd.slots);
        impossible++;
        assert_true(l.most < count);
        assert_int_equal(crowd.need, inside);
        assert_true(crowd.need > room * __builtin_popcountll(crowd.slots));
        assert_memory_equal(kept, set, (size_t)count * sizeof *kept);
    }
    assert_in_range(impossible, 500, 3500);
}

static void ranks_are_the_most_of_the_first(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        uint64_t s = seed, set[MEETINGS];
        int scratch[2 * MEETINGS], rank[MEETINGS + 1];
        for (int m = 0; m < MEETINGS; m++)
            set[m] = next(&s) & next(&s) & 31;
        hall_ranks(set, MEETINGS, scratch, rank);
        for (int count = 0; count <= MEETINGS; count++) {
            struct layings l = {.set = set, .count = count, .room = 1};
            try_all(&l, 0, 0);
            assert_int_equal(rank[count], l.most);
        }
    }
}

static void all_slots_can_be_full(void **state)
{
    (void)state;
    uint64_t set[3 * AGENDA_SLOTS];
    int scratch[6 * AGENDA_SLOTS];
    struct hall_crowd crowd;
    for (int m = 0; m < 3 * AGENDA_SLOTS; m++)
        set[m] = UINT64_MAX;
    assert_true(hall_narrow(set, 3 * AGENDA_SLOTS, 3, scratch, &crowd));
    assert_false(hall_narrow(set, 3 * AGENDA_SLOTS, 2, scratch, &crowd));
    assert_int_equal(crowd.need, 3 * AGENDA_SLOTS);
    assert_true(crowd.slots == UINT64_MAX);
    assert_false(hall_narrow(set, 1, 0, scratch, &crowd));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_what_is_used),
        cmocka_unit_test(ranks_are_the_most_of_the_first),
        cmocka_unit_test(all_slots_can_be_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
