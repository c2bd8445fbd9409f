// SPDX-License-Identifier: EUPL-1.2
// Tests core/index: against looking at everybody, over many additions and removals.
#include "core/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OWNERS 40
#define MOST 2000

struct kept {
    struct cpv cpv;
    struct depset deps;
    uint32_t owner, item;
    bool live, seen;
};

struct world {
    struct index *ix;
    struct kept kept[MOST];
    size_t count, hits;
};

static uint64_t next(uint64_t *seed) // splitmix64
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static struct cpv any_cpv(uint64_t *seed)
{
    static const uint32_t cut[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    uint32_t code = 0;
    for (int i = 0; i < 8; i++)
        code = code * 10 + (uint32_t)(next(seed) % 2 + (i == 0)); // few digits, so that codes meet
    uint32_t c = cut[next(seed) % 7];
    return cpv_of(code / c * c);
}

static struct depset any_deps(uint64_t *seed)
{
    struct depset s = {{0, 0}};
    for (uint64_t n = 1 + next(seed) % 3; n; n--) {
        uint64_t bit = next(seed) % 4 * 33;
        s.bits[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    return s;
}

static void on_found(void *ctx, uint32_t owner, uint32_t item)
{
    struct world *w = ctx;
    struct kept *k = &w->kept[item]; // the item is its number
    assert_true(item < w->count);
    assert_true(k->live);
    assert_int_equal(k->owner, owner);
    assert_false(k->seen); // each entry once
    k->seen = true;
    w->hits++;
}

static void find_and_compare(struct world *w, struct cpv cpv, struct depset deps)
{
    size_t expected = 0;
    for (size_t i = 0; i < w->count; i++)
        w->kept[i].seen = false;
    w->hits = 0;
    index_find(w->ix, cpv, deps, on_found, w);
    for (size_t i = 0; i < w->count; i++) {
        const struct kept *k = &w->kept[i];
        bool expect = k->live && cpv_in_line(k->cpv, cpv) && place_meets(k->deps, deps);
        assert_int_equal(k->seen, expect);
        expected += expect;
    }
    assert_int_equal(w->hits, expected);
}

static void equals_looking_at_everybody(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct world *w = calloc(1, sizeof *w);
        uint64_t random = seed;
        size_t hits = 0, live = 0;
        w->ix = index_new();
        for (int step = 0; step < 3000; step++) {
            uint32_t owner = (uint32_t)(next(&random) % OWNERS);
            uint64_t what = next(&random) % 20;
            if (what < 10 && w->count < MOST) {
                struct kept *k = &w->kept[w->count];
                *k = (struct kept){any_cpv(&random), any_deps(&random), owner, (uint32_t)w->count, true, false};
                index_add(w->ix, k->cpv, k->deps, owner, k->item);
                w->count++;
                live++;
            } else if (what == 10) {
                index_remove(w->ix, owner);
                for (size_t i = 0; i < w->count; i++)
                    if (w->kept[i].live && w->kept[i].owner == owner) {
                        w->kept[i].live = false;
                        live--;
                    }
            } else if (what < 15) {
                find_and_compare(w, any_cpv(&random), any_deps(&random));
                hits += w->hits;
            }
            assert_int_equal(index_entries(w->ix), live);
        }
        assert_true(hits > 1000);
        index_free(w->ix);
        free(w);
    }
}

static void gives_memory_back(void **state)
{
    struct index *ix = index_new();
    uint64_t random = 7;
    (void)state;
    for (uint32_t i = 0; i < 1000; i++)
        index_add(ix, any_cpv(&random), any_deps(&random), i % 100, i);
    size_t full = index_bytes(ix);
    for (int round = 0; round < 20; round++) {
        for (uint32_t owner = 0; owner < 100; owner++)
            index_remove(ix, owner);
        assert_int_equal(index_entries(ix), 0);
        for (uint32_t i = 0; i < 1000; i++)
            index_add(ix, any_cpv(&random), any_deps(&random), i % 100, i);
    }
    assert_true(index_bytes(ix) < full * 2); // what is removed is used again
    index_remove(ix, 12345); // nobody
    assert_int_equal(index_entries(ix), 1000);
    index_free(ix);
    index_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_looking_at_everybody),
        cmocka_unit_test(gives_memory_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
