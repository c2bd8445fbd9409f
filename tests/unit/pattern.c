// SPDX-License-Identifier: EUPL-1.2
// Tests core/pattern: by trying all sets of slots.
#include "core/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SLOTS = 9 };

static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int below(uint64_t *seed, int n)
{
    return (int)(next(seed) % (uint64_t)n);
}

// Whether a set is a pattern but for its gaps.
static bool fits(const struct pattern *p, uint64_t busy)
{
    int last = -1, count = 0;
    if ((busy & ~p->can) || (p->must & ~busy) || __builtin_popcountll(busy) != p->count)
        return false;
    for (int t = 0; t <= p->slots; t++) {
        if (count < p->low[t] || count > p->high[t])
            return false;
        if (p->days >> t & 1)
            last = -1;
        if (!(busy >> t & 1))
            continue;
        if (last >= 0 && t - last - 1 < p->rest)
            return false;
        last = t;
        count++;
    }
    return true;
}

static struct pattern drawn(uint64_t *s)
{
    struct pattern p = {.slots = 1 + below(s, SLOTS), .rest = below(s, 3) ? 0 : below(s, 4), .days = 1};
    uint64_t all = (UINT64_C(1) << p.slots) - 1;
    p.days |= below(s, 2) ? 0 : next(s) & next(s) & all;
    p.can = below(s, 2) ? all : (next(s) | next(s)) & all;
    p.must = below(s, 2) ? 0 : next(s) & next(s) & p.can;
    p.count = below(s, p.slots + 1);
    for (int t = 0; t <= p.slots; t++) {
        p.low[t] = below(s, 3) ? 0 : p.count * t / p.slots / 2;
        p.high[t] = below(s, 3) || t == p.slots ? p.count : p.count * (p.slots + t) / (2 * p.slots);
    }
    return p;
}

struct tried {
    struct pattern_range range;
    int64_t cheapest;
    bool any;
};

static struct tried try_all(const struct pattern *p, int gaps, int64_t gap, const int64_t *price)
{
    struct tried out = {.range = {.must = p->can}, .cheapest = PATTERN_NONE};
    for (uint64_t busy = 0; busy < UINT64_C(1) << p->slots; busy++) {
        int own = agenda_gaps(busy, p->rest, p->days);
        int64_t cost = own * gap;
        if (!fits(p, busy) || (gaps >= 0 && own > gaps))
            continue;
        for (int t = 0; t < p->slots; t++)
            cost += busy >> t & 1 ? price[t] : 0;
        out.cheapest = cost < out.cheapest ? cost : out.cheapest;
        out.range.least = !out.any || own < out.range.least ? own : out.range.least;
        out.range.most = own > out.range.most ? own : out.range.most;
        out.range.can |= busy;
        out.range.must &= busy;
        out.any = true;
    }
    return out;
}

static void all_patterns_are_seen(void **state)
{
    (void)state;
    static struct pattern_scratch scratch;
    int found = 0;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        uint64_t s = seed, busy;
        struct pattern p = drawn(&s);
        struct pattern_range range;
        int64_t price[SLOTS], gap = below(&s, 50), *room = calloc(pattern_room(&p), sizeof *room);
        int gaps = below(&s, 4) - 1;
        for (int t = 0; t < SLOTS; t++)
            price[t] = below(&s, 80) - 40;
        struct tried all = try_all(&p, gaps, gap, price);
        found += all.any;
        assert_int_equal(pattern_range(&range, &p, gaps, &scratch), all.any);
        if (all.any) {
            assert_int_equal(range.least, all.range.least);
            assert_int_equal(range.most, all.range.most);
            assert_int_equal(range.can, all.range.can);
            assert_int_equal(range.must, all.range.must);
        }
        all = try_all(&p, -1, gap, price);
        assert_int_equal(pattern_cheapest(&p, gap, price, room, &busy), all.cheapest);
        if (all.any) {
            int64_t cost = agenda_gaps(busy, p.rest, p.days) * gap;
            for (int t = 0; t < p.slots; t++)
                cost += busy >> t & 1 ? price[t] : 0;
            assert_true(fits(&p, busy));
            assert_int_equal(cost, all.cheapest);
        }
        free(room);
    }
    assert_in_range(found, 500, 2900);
}

static void long_days_and_rests_fit(void **state)
{
    (void)state;
    static struct pattern_scratch scratch;
    for (int rest = 0; rest < AGENDA_SLOTS; rest++) {
        struct pattern p = {.slots = AGENDA_SLOTS, .rest = rest, .days = 1, .can = UINT64_MAX};
        struct pattern_range range;
        p.count = (AGENDA_SLOTS + rest) / (rest + 1);
        for (int t = 0; t <= AGENDA_SLOTS; t++)
            p.high[t] = p.count;
        assert_true(pattern_range(&range, &p, -1, &scratch));
        assert_int_equal(range.least, 0);
        p.count++;
        for (int t = 0; t <= AGENDA_SLOTS; t++)
            p.high[t] = p.count;
        assert_false(pattern_range(&range, &p, -1, &scratch));
    }
}

static void rests_keep_meetings_apart(void **state)
{
    (void)state;
    assert_int_equal(pattern_around(8, 0, 1), 8);
    assert_int_equal(pattern_around(8, 2, 1), 62);
    assert_int_equal(pattern_around(8, 2, 1 | 8 | 16), 8);
    assert_true(pattern_around(1, 63, 1) == UINT64_MAX);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_patterns_are_seen),
        cmocka_unit_test(long_days_and_rests_fit),
        cmocka_unit_test(rests_keep_meetings_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
