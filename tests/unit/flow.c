// SPDX-License-Identifier: EUPL-1.2
// Tests core/flow: its gain against every flow there is in small networks, and that what it carries is a flow.
#include "core/flow.h"
#include "draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NODES = 6, ARCS = 8 };

struct net {
    int nodes, arcs;
    int from[ARCS], to[ARCS], most[ARCS];
    int64_t gain[ARCS];
};

// Arcs lead from lower to higher nodes; the source is the first node and the sink the last.
static struct net draw_net(uint64_t *seed)
{
    struct net n = {.nodes = 2 + (int)draw_below(seed, NODES - 1), .arcs = (int)draw_below(seed, ARCS + 1)};
    for (int i = 0; i < n.arcs; i++) {
        n.from[i] = (int)draw_below(seed, (size_t)n.nodes - 1);
        n.to[i] = n.from[i] + 1 + (int)draw_below(seed, (size_t)(n.nodes - 1 - n.from[i]));
        n.most[i] = (int)draw_below(seed, 4);
        n.gain[i] = (int64_t)draw_below(seed, 9) - 3;
    }
    return n;
}

static bool is_flow(const struct net *n, const int *carried)
{
    int balance[NODES] = {0};
    for (int i = 0; i < n->arcs; i++) {
        if (carried[i] < 0 || carried[i] > n->most[i])
            return false;
        balance[n->from[i]] -= carried[i];
        balance[n->to[i]] += carried[i];
    }
    for (int i = 1; i < n->nodes - 1; i++)
        if (balance[i])
            return false;
    return true;
}

static int64_t gain_of(const struct net *n, const int *carried)
{
    int64_t gain = 0;
    for (int i = 0; i < n->arcs; i++)
        gain += n->gain[i] * carried[i];
    return gain;
}

// Of all flows that carry so much at least in each arc; INT64_MIN: there is none.
static int64_t most_gain(const struct net *n, const int *least)
{
    int carried[ARCS] = {0};
    int64_t best = INT64_MIN;
    for (int i = 0;;) {
        bool enough = is_flow(n, carried);
        for (int k = 0; k < n->arcs; k++)
            enough &= carried[k] >= least[k];
        if (enough && gain_of(n, carried) > best)
            best = gain_of(n, carried);
        for (i = 0; i < n->arcs && ++carried[i] > n->most[i]; i++)
            carried[i] = 0;
        if (i == n->arcs)
            return best;
    }
}

static void gains_what_the_best_of_all_flows_gains(void **state)
{
    static const int none[ARCS];
    (void)state;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        uint64_t s = seed;
        struct net n = draw_net(&s);
        struct arena *arena = arena_new();
        struct flow *f = flow_new(n.nodes, (size_t)n.arcs, arena);
        for (int i = 0; i < n.arcs; i++)
            assert_int_equal(flow_arc(f, n.from[i], n.to[i], n.most[i], n.gain[i]), i);
        int carried[ARCS];
        int64_t gain = flow_run(f, 0, n.nodes - 1);
        for (int i = 0; i < n.arcs; i++)
            carried[i] = flow_carried(f, i);
        assert_true(is_flow(&n, carried));
        assert_int_equal(gain, gain_of(&n, carried));
        assert_int_equal(gain, most_gain(&n, none));
        arena_free(arena);
    }
}

static void knows_what_floors_cost(void **state)
{
    int possible = 0, dear = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        uint64_t s = seed;
        struct net n = draw_net(&s);
        struct flow_floor floors[ARCS];
        int least[ARCS] = {0};
        size_t count = 0;
        struct arena *arena = arena_new();
        struct flow *f = flow_new(n.nodes, (size_t)n.arcs, arena);
        for (int i = 0; i < n.arcs; i++)
            flow_arc(f, n.from[i], n.to[i], n.most[i], n.gain[i]);
        for (int i = 0; i < n.arcs; i++)
            if (draw_one_in(&s, 3)) {
                least[i] = (int)draw_below(&s, 3);
                floors[count++] = (struct flow_floor){i, least[i]};
            }
        int64_t gain = flow_run(f, 0, n.nodes - 1), rest = most_gain(&n, least);
        if (rest == INT64_MIN)
            assert_false(flow_affords(f, floors, count, 1000));
        else {
            possible++;
            dear += rest < gain;
            assert_true(flow_affords(f, floors, count, gain - rest));
            assert_false(flow_affords(f, floors, count, gain - rest - 1));
        }
        arena_free(arena);
    }
    assert_true(possible > 200 && dear > 50);
}

// 300 tasks and 300 hands: hand i gains 3 with task i, 2 with the one before it; one task that two hands want is not
// done twice.
static void matches_many(void **state)
{
    (void)state;
    enum { MANY = 300 };
    struct arena *arena = arena_new();
    struct flow *f = flow_new(2 * MANY + 2, 4 * MANY, arena);
    int own[MANY];
    for (int i = 0; i < MANY; i++) {
        flow_arc(f, 2 * MANY, i, 1, 0);
        flow_arc(f, MANY + i, 2 * MANY + 1, 1, 0);
        own[i] = flow_arc(f, i, MANY + (i ? i : 1), 1, 3); // the first hand wants the task of the second
        flow_arc(f, i, MANY + (i ? i - 1 : 1), 1, 2);
    }
    assert_int_equal(flow_run(f, 2 * MANY, 2 * MANY + 1), 3 * (MANY - 1) + 2);
    assert_int_equal(flow_carried(f, own[0]), 1);
    assert_int_equal(flow_carried(f, own[1]), 0);
    assert_int_equal(flow_carried(f, own[MANY - 1]), 1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gains_what_the_best_of_all_flows_gains),
        cmocka_unit_test(knows_what_floors_cost),
        cmocka_unit_test(matches_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
