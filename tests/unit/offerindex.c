// SPDX-License-Identifier: EUPL-1.2
// Holds core/offerindex equal to core/match and core/score, by every way of core/sieve that this processor has: on random
// worlds, through thousands of changes, at the sizes where lists grow and shrink, and on real data.
#include "core/offerindex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "draw.h"

// What the index holds, by handle, and what it is asked; the same in the indexes of all ways.
struct world {
    struct draw *d;
    struct arena *arena;
    uint64_t seed;
    size_t room, need_count, held;
    struct offer *offers; // as they were put, in the arena
    bool *present;
    struct need *needs;
    struct match_need *made;
    struct offerindex *ix[SIEVE_WAYS]; // NULL where the processor has not that way
};

// What the meaning says of one lot.
struct truth {
    bool *matches;                 // by handle
    struct offerindex_pair *pairs; // of those that match
    struct offerindex_reach reach;
};

static struct {
    size_t pairs, matches, partial, explained, trade, near, edges, lots, asked;
    size_t failed[CONDITION_COUNT], alone[CONDITION_COUNT];
} counts;

static void counts_say(const char *what)
{
    print_message("%s: %zu lots, %zu pairs of lot and offer (%zu in the trade, %zu explained), %zu match (%zu in part, "
                  "%zu near), %zu edges of circles through a commune, %zu questions\n",
                  what, counts.lots, counts.pairs, counts.trade, counts.explained, counts.matches, counts.partial,
                  counts.near, counts.edges, counts.asked);
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        print_message("  %s failed %zu times, alone %zu\n", match_word(c), counts.failed[c], counts.alone[c]);
}

static struct world *world_new(struct draw *d, uint64_t seed, size_t room, size_t needs)
{
    // The index may have been made long before: days that it tells apart end around those that are drawn, or begin there.
    static const int32_t ages[] = {0, 3, 252, -2, 1000};
    struct world *w = memory_new(sizeof *w);
    *w = (struct world){.d = d, .arena = arena_new(), .seed = seed, .room = room, .need_count = needs};
    w->offers = arena_array(w->arena, room, sizeof *w->offers);
    w->present = arena_array(w->arena, room, sizeof *w->present);
    w->needs = arena_array(w->arena, needs, sizeof *w->needs);
    w->made = arena_array(w->arena, needs, sizeof *w->made);
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        if (sieve_has(way))
            w->ix[way] = offerindex_new(d->g, way, DRAW_TODAY - ages[(seed + way) % DRAW_COUNT(ages)]);
    return w;
}

static void world_free(struct world *w)
{
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        offerindex_free(w->ix[way]);
    arena_free(w->arena);
    free(w);
}

static void draw_needs(struct world *w)
{
    for (size_t i = 0; i < w->need_count; i++) {
        int64_t now;
        draw_need(w->d, w->seed * 1000003 + i, w->arena, &w->needs[i], &now);
        w->made[i] = match_need(&w->needs[i], w->d->g, w->d->words, now, w->arena);
    }
}

// Draws the offer twice: one is kept, and one is gone once it was put, for the index borrows nothing.
static void put(struct world *w, uint32_t handle, uint64_t seed, enum draw_change change)
{
    struct arena *arena = arena_new();
    struct offer o;
    draw_offer(w->d, seed, change, w->arena, &w->offers[handle]);
    draw_offer(w->d, seed, change, arena, &o);
    w->held += !w->present[handle];
    w->present[handle] = true;
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        if (w->ix[way])
            offerindex_put(w->ix[way], handle, &o);
    memset(o.capabilities, 0xff, o.capability_count * sizeof *o.capabilities);
    arena_free(arena);
}

static void drop(struct world *w, uint32_t handle)
{
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        if (w->ix[way])
            offerindex_drop(w->ix[way], handle);
    if (handle < w->room) {
        w->held -= w->present[handle];
        w->present[handle] = false;
    }
}

// What went wrong, as it may be looked into.
__attribute__((noreturn)) static void wrong(const struct world *w, enum sieve_way way, size_t need, size_t lot,
                                            uint32_t handle, const char *what)
{
    const struct need *n = &w->needs[need];
    const struct lot *l = &n->lots[lot];
    bool known = handle < w->room && w->present[handle];
    print_error("seed %d, %s: need %zu, lot %zu, offer %u: %s\n", (int)w->seed, sieve_name(way), need, lot, handle, what);
    for (size_t i = 0; known && i < w->offers[handle].capability_count; i++) {
        const struct offer *o = &w->offers[handle];
        const struct capability *cap = &o->capabilities[i];
        struct reason reasons[CONDITION_COUNT];
        struct arena *arena = arena_new();
        match_explain(&w->made[need], l, o, cap, LANG_EN, arena, reasons);
        struct score score = score_of(&w->made[need], l, o, cap);
        print_error(" capability %zu, at %.17g %.17g, %.17g km, score %d:\n", i, o->at.lat, o->at.lon, cap->radius,
                    score.total);
        for (enum condition c = 0; c < CONDITION_COUNT; c++)
            print_error("  %s %s\n", reasons[c].holds ? "+" : "-", reasons[c].sentence);
        arena_free(arena);
    }
    fail_msg("see above");
    abort();
}

// The truth

static bool explained(const struct match_need *n, const struct lot *l, const struct offer *o,
                      const struct capability *cap)
{
    struct reason reasons[CONDITION_COUNT];
    struct arena *arena = arena_new();
    bool all = true;
    match_explain(n, l, o, cap, LANG_FR, arena, reasons);
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        all &= reasons[c].holds;
    arena_free(arena);
    counts.explained++;
    return all;
}

// Whether the edge of the circle runs through the centre of a place, as near as doubles can say.
static bool at_edge(const struct match_need *n, const struct lot *l, const struct offer *o,
                    const struct capability *cap)
{
    size_t count;
    const struct place *places = need_places(n->need, l, &count);
    for (size_t i = 0; cap->radius > 0 && i < count; i++)
        if (places[i].commune && places[i].centre.known && o->at.known &&
            fabs(place_distance(o->at, places[i].centre) - cap->radius) < 1e-9)
            return true;
    return false;
}

// How many conditions but the trade fail, and the last of them.
static int failures(const struct match_need *n, const struct lot *l, const struct offer *o,
                    const struct capability *cap, enum condition *last)
{
    int count = 0;
    for (enum condition c = CONDITION_CPV + 1; c < CONDITION_COUNT; c++)
        if (!match_holds(c, n, l, o, cap)) {
            counts.failed[c]++;
            *last = c;
            count++;
        }
    counts.edges += at_edge(n, l, o, cap);
    assert_int_equal(count == 0, match_all(n, l, o, cap));
    if (counts.pairs % 97 == 0)
        assert_int_equal(count == 0, explained(n, l, o, cap));
    return count;
}

static bool near(const struct match_need *n, const struct lot *l, const struct offer *o)
{
    size_t count;
    const struct place *places = need_places(n->need, l, &count);
    for (size_t i = 0; i < count; i++)
        if (places[i].commune && places[i].centre.known && o->at.known && place_distance(o->at, places[i].centre) <= 10)
            return true;
    return false;
}

// Judges an offer for a lot: its best capability goes to *pair, and the offer is counted in the reach.
static bool judge(const struct match_need *n, size_t lot, const struct offer *o, uint32_t handle,
                  struct offerindex_reach *reach, struct offerindex_pair *pair)
{
    const struct lot *l = &n->need->lots[lot];
    if (!o->active)
        return false;
    bool trade = false, matches = false, alone[CONDITION_COUNT] = {false}, some = false;
    for (size_t i = 0; i < o->capability_count; i++) {
        const struct capability *cap = &o->capabilities[i];
        enum condition last = CONDITION_CPV;
        if (!match_holds(CONDITION_CPV, n, l, o, cap)) {
            counts.failed[CONDITION_CPV]++;
            continue;
        }
        int fails = failures(n, l, o, cap, &last);
        trade = true;
        if (fails == 1)
            some = alone[last] = true;
        if (fails)
            continue;
        struct score score = score_of(n, l, o, cap);
        if (!matches || score.total > pair->score.total)
            *pair = (struct offerindex_pair){handle, lot, i, score, match_cover(n, l, o, cap) == COVER_PARTIAL};
        matches = true;
    }
    reach->trade += trade;
    reach->matched += matches;
    reach->near += matches && near(n, l, o);
    reach->several += trade && !matches && !some;
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        reach->alone[c] += alone[c] && !matches;
    counts.pairs++;
    return matches;
}

static struct truth truth_of(const struct world *w, size_t need, size_t lot, struct arena *arena)
{
    struct truth t = {arena_array(arena, w->room, sizeof *t.matches), arena_array(arena, w->room, sizeof *t.pairs), {0}};
    for (uint32_t h = 0; h < w->room; h++) {
        if (!w->present[h] || !w->offers[h].active) // held, but not counted
            continue;
        t.matches[h] = judge(&w->made[need], lot, &w->offers[h], h, &t.reach, &t.pairs[h]);
        counts.partial += t.matches[h] && t.pairs[h].partial;
    }
    counts.lots++;
    counts.matches += t.reach.matched;
    counts.trade += t.reach.trade;
    counts.near += t.reach.near;
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        counts.alone[c] += t.reach.alone[c];
    return t;
}

// Comparing

static bool same_score(const struct score *a, const struct score *b)
{
    bool same = a->total == b->total && a->count == b->count;
    for (int i = 0; same && i < a->count; i++)
        same = a->lines[i].code == b->lines[i].code && a->lines[i].points == b->lines[i].points;
    return same;
}

static const char *differs(const struct offerindex_pair *got, const struct offerindex_pair *expected)
{
    return got->handle != expected->handle           ? "another offer"
           : got->lot != expected->lot               ? "another lot"
           : got->capability != expected->capability ? "another capability"
           : !same_score(&got->score, &expected->score) ? "another score"
           : got->partial != expected->partial       ? "covered in part or not"
                                                     : NULL;
}

static void compare_find(struct world *w, enum sieve_way way, size_t need, size_t lot, const struct truth *t,
                         struct arena *arena)
{
    const uint32_t *found;
    bool *seen = arena_array(arena, w->room, sizeof *seen);
    size_t count = offerindex_find(w->ix[way], &w->made[need], lot, &found);
    for (size_t i = 0; i < count; i++) {
        if (found[i] >= w->room || !t->matches[found[i]])
            wrong(w, way, need, lot, found[i], "found, but does not match");
        if (seen[found[i]])
            wrong(w, way, need, lot, found[i], "found twice");
        seen[found[i]] = true;
    }
    for (uint32_t h = 0; h < w->room; h++)
        if (t->matches[h] && !seen[h])
            wrong(w, way, need, lot, h, "matches, but is not found");
    counts.asked++;
}

static void compare_score(const struct world *w, enum sieve_way way, size_t need, const struct offerindex_pair *got,
                          const struct offerindex_pair *expected)
{
    const char *difference = differs(got, expected);
    if (!difference)
        return;
    print_error("offer %u, lot %zu, capability %zu, score %d, partial %d; expected offer %u, lot %zu, capability %zu, "
                "score %d, partial %d\n",
                got->handle, got->lot, got->capability, got->score.total, got->partial, expected->handle,
                expected->lot, expected->capability, expected->score.total, expected->partial);
    wrong(w, way, need, expected->lot, expected->handle, difference);
}

static void compare_pair(struct world *w, enum sieve_way way, size_t need, size_t lot, uint32_t handle,
                         const struct truth *t)
{
    struct offerindex_pair pair;
    bool matches = offerindex_pair(w->ix[way], &w->made[need], lot, handle, &pair);
    if (matches != t->matches[handle])
        wrong(w, way, need, lot, handle, matches ? "a pair, but does not match" : "matches, but is no pair");
    if (matches)
        compare_score(w, way, need, &pair, &t->pairs[handle]);
    counts.asked++;
}

struct visit {
    struct world *w;
    enum sieve_way way;
    size_t need;
    const struct truth *t;
    bool *seen;
    size_t count;
};

static void on_pair(void *ctx, const struct offerindex_pair *pair)
{
    struct visit *v = ctx;
    if (pair->handle >= v->w->room || !v->t->matches[pair->handle] || v->seen[pair->handle])
        wrong(v->w, v->way, v->need, pair->lot, pair->handle, "given, but does not match, or given twice");
    v->seen[pair->handle] = true;
    v->count++;
    compare_score(v->w, v->way, v->need, pair, &v->t->pairs[pair->handle]);
}

static void compare_each(struct world *w, enum sieve_way way, size_t need, size_t lot, const struct truth *t,
                         struct arena *arena)
{
    struct visit v = {w, way, need, t, arena_array(arena, w->room, sizeof *v.seen), 0};
    assert_int_equal(offerindex_each(w->ix[way], &w->made[need], lot, SIZE_MAX, on_pair, &v), t->reach.matched);
    assert_int_equal(v.count, t->reach.matched);
    // Of too many some, each right and once.
    size_t most = t->reach.matched / 3;
    v = (struct visit){w, way, need, t, arena_array(arena, w->room, sizeof *v.seen), 0};
    assert_int_equal(offerindex_each(w->ix[way], &w->made[need], lot, most, on_pair, &v), t->reach.matched);
    assert_int_equal(v.count, most);
    counts.asked += 2;
}

static void compare_reach(struct world *w, enum sieve_way way, size_t need, size_t lot, const struct truth *t)
{
    struct offerindex_reach r;
    memset(&r, 0xff, sizeof r);
    offerindex_reach(w->ix[way], &w->made[need], lot, &r);
    bool same = r.trade == t->reach.trade && r.matched == t->reach.matched && r.several == t->reach.several &&
                r.near == t->reach.near;
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        same &= r.alone[c] == t->reach.alone[c];
    counts.asked++;
    if (same)
        return;
    print_error("reach: trade %zu for %zu, matched %zu for %zu, several %zu for %zu, near %zu for %zu\n", r.trade,
                t->reach.trade, r.matched, t->reach.matched, r.several, t->reach.several, r.near, t->reach.near);
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        print_error(" %s alone %zu for %zu\n", match_word(c), r.alone[c], t->reach.alone[c]);
    wrong(w, way, need, lot, UINT32_MAX, "another reach");
}

struct ranked {
    struct offerindex_pair pair;
    int64_t since;
};

static int by_rank(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;
    if (a->pair.score.total != b->pair.score.total)
        return a->pair.score.total > b->pair.score.total ? -1 : 1;
    if (a->since != b->since)
        return a->since < b->since ? -1 : 1;
    return a->pair.handle < b->pair.handle ? -1 : a->pair.handle > b->pair.handle;
}

// Every offer that matches, with the lot it scores best for, in order.
static struct ranked *rank(const struct world *w, size_t need, const struct truth *lots, struct arena *arena,
                           size_t *count)
{
    struct ranked *all = arena_array(arena, w->room, sizeof *all);
    *count = 0;
    for (uint32_t h = 0; h < w->room; h++) {
        const struct offerindex_pair *best = NULL;
        for (size_t l = 0; l < w->needs[need].lot_count; l++)
            if (lots[l].matches[h] && (!best || lots[l].pairs[h].score.total > best->score.total))
                best = &lots[l].pairs[h];
        if (best)
            all[(*count)++] = (struct ranked){*best, w->offers[h].since};
    }
    qsort(all, *count, sizeof *all, by_rank);
    return all;
}

static void compare_best(struct world *w, enum sieve_way way, size_t need, const struct ranked *all, size_t count)
{
    static const size_t sizes[] = {1, 3, 20, OFFERINDEX_BEST};
    struct offerindex_pair best[OFFERINDEX_BEST];
    for (size_t i = 0; i < DRAW_COUNT(sizes); i++) {
        size_t matched = SIZE_MAX, expected = count < sizes[i] ? count : sizes[i];
        size_t got = offerindex_best(w->ix[way], &w->made[need], sizes[i], best, i == 1 ? NULL : &matched);
        assert_int_equal(got, expected);
        if (i != 1)
            assert_int_equal(matched, count);
        for (size_t k = 0; k < got; k++)
            compare_score(w, way, need, &best[k], &all[k].pair);
        counts.asked++;
    }
    assert_int_equal(offerindex_count(w->ix[way], &w->made[need]), count);
}

// All questions about a need, in every way; pairs that do not match are asked of one time in `sparse`.
static void compare_need(struct world *w, size_t need, size_t sparse)
{
    struct arena *arena = arena_new();
    size_t lot_count = w->needs[need].lot_count, ranked;
    struct truth *lots = arena_array(arena, lot_count, sizeof *lots);
    for (size_t l = 0; l < lot_count; l++)
        lots[l] = truth_of(w, need, l, arena);
    struct ranked *all = rank(w, need, lots, arena, &ranked);
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++) {
        if (!w->ix[way])
            continue;
        for (size_t l = 0; l < lot_count; l++) {
            compare_find(w, way, need, l, &lots[l], arena);
            compare_each(w, way, need, l, &lots[l], arena);
            compare_reach(w, way, need, l, &lots[l]);
            for (uint32_t h = 0; h < w->room; h++)
                if (lots[l].matches[h] || (h + l) % sparse == 0)
                    compare_pair(w, way, need, l, h, &lots[l]);
        }
        compare_best(w, way, need, all, ranked);
        assert_int_equal(offerindex_offers(w->ix[way]), w->held);
    }
    arena_free(arena);
}

// Random worlds

enum bulk { ONE_BY_ONE, AT_ONCE, BACKWARDS, BULK_COUNT };

static void gather(struct world *w, bool bulk)
{
    for (enum sieve_way way = 0; bulk && way < SIEVE_WAYS; way++)
        if (w->ix[way])
            offerindex_begin(w->ix[way]);
}

static void lay(struct world *w, bool bulk)
{
    for (enum sieve_way way = 0; bulk && way < SIEVE_WAYS; way++)
        if (w->ix[way])
            offerindex_end(w->ix[way]);
}

static void fill(struct world *w, enum bulk bulk)
{
    gather(w, bulk == AT_ONCE);
    for (size_t i = 0; i < w->room; i++) {
        size_t handle = bulk == BACKWARDS ? w->room - 1 - i : i;
        if (handle % 11 != 7) // a handle that was never used
            put(w, (uint32_t)handle, w->seed << 32 | handle, DRAW_PLAIN);
    }
    lay(w, bulk == AT_ONCE);
}

static void equals_on_random_worlds(void **state)
{
    static const struct {
        size_t worlds, hard, codes, room, needs;
        bool whole;
    } kinds[] = {
        {3, 2, 7, 150, 40, false}, {3, 4, 0, 150, 40, false}, {3, 8, 9, 200, 40, true},   {3, 3, 7, 200, 40, true},
        {2, 5, 3, 400, 30, true},  {2, 1, 7, 150, 60, false}, {1, 6, 5, 3000, 12, false}, {1, 12, 2, 3000, 8, true},
    };
    uint64_t seed = 1;
    (void)state;
    memset(&counts, 0, sizeof counts);
    for (size_t k = 0; k < DRAW_COUNT(kinds); k++) {
        struct draw *d = draw_new(kinds[k].hard, kinds[k].codes, kinds[k].whole);
        for (size_t i = 0; i < kinds[k].worlds; i++, seed++) {
            struct world *w = world_new(d, seed, kinds[k].room, kinds[k].needs);
            fill(w, (enum bulk)(seed % BULK_COUNT));
            draw_needs(w);
            for (size_t n = 0; n < w->need_count; n++)
                compare_need(w, n, kinds[k].room > 1000 ? 50 : 3);
            world_free(w);
        }
        draw_free(d);
    }
    counts_say("random worlds");
    assert_true(counts.matches > counts.pairs / 100); // else the worlds say nothing
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        assert_true(counts.failed[c] > 1000 && (c == CONDITION_CPV || counts.alone[c] > 100));
}

// An empty index, a need that nobody can meet, handles that nobody has.
static void knows_nobody(void **state)
{
    struct draw *d = draw_new(4, 7, false);
    struct world *w = world_new(d, 77, 20, 5);
    (void)state;
    draw_needs(w);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < w->need_count; n++)
            compare_need(w, n, 1);
        drop(w, 3);
        drop(w, 1000000); // never put
        if (round == 0)
            fill(w, AT_ONCE);
        else
            for (uint32_t h = 0; h < w->room; h++)
                drop(w, h);
    }
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++) {
        struct offerindex_pair pair;
        if (w->ix[way])
            assert_false(offerindex_pair(w->ix[way], &w->made[0], 0, 5000, &pair));
    }
    world_free(w);
    draw_free(d);
    offerindex_free(NULL);
}

// Changes

static void change(struct world *w, uint64_t *random, uint64_t *seeds)
{
    uint32_t handle = (uint32_t)draw_below(random, w->room);
    switch (draw_below(random, 8)) {
    case 0:
    case 1:
        drop(w, handle);
        break;
    case 2:
    case 3:
        seeds[handle] = draw_next(random);
        put(w, handle, seeds[handle], DRAW_PLAIN);
        break;
    default: // paused, opened again, widened, narrowed
        put(w, handle, seeds[handle], (enum draw_change)draw_below(random, DRAW_CHANGES));
    }
}

static void equals_through_changes(void **state)
{
    static const struct {
        size_t hard, codes, room, steps, every;
        bool whole;
    } kinds[] = {{4, 7, 40, 6000, 8, false}, {8, 0, 300, 6000, 60, true}, {6, 2, 1500, 8000, 1000, true}};
    (void)state;
    memset(&counts, 0, sizeof counts);
    for (size_t k = 0; k < DRAW_COUNT(kinds); k++) {
        struct draw *d = draw_new(kinds[k].hard, kinds[k].codes, kinds[k].whole);
        struct world *w = world_new(d, 100 + k, kinds[k].room, 50);
        uint64_t random = w->seed, *seeds = arena_array(w->arena, w->room, sizeof *seeds);
        for (size_t i = 0; i < w->room; i++)
            seeds[i] = draw_next(&random);
        draw_needs(w);
        for (size_t step = 1; step <= kinds[k].steps; step++) {
            change(w, &random, seeds);
            if (step % kinds[k].every == 0)
                compare_need(w, draw_below(&random, w->need_count), 10);
        }
        world_free(w);
        draw_free(d);
    }
    counts_say("changes");
    assert_true(counts.matches > counts.pairs / 100);
}

// Lists: offers of one trade (or of one line of trades) in one département, one more at a time, then one less.

static void put_made(struct world *w, uint32_t handle, struct offer *o)
{
    offer_settle(o, w->d->g, w->d->words, w->arena);
    w->offers[handle] = *o;
    w->held += !w->present[handle];
    w->present[handle] = true;
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        if (w->ix[way])
            offerindex_put(w->ix[way], handle, o);
}

// Of one to three capabilities, so that an offer may stand at the end of one part of a list and at the beginning of the next.
static void put_plain(struct world *w, uint32_t handle, struct cpv cpv)
{
    struct offer o = {.active = true, .full_until = DAY_UNKNOWN, .since = handle % 7, .capability_count = 1 + handle / 2 % 3};
    o.capabilities = arena_array(w->arena, o.capability_count, sizeof *o.capabilities);
    snprintf(o.siret, sizeof o.siret, "2163%05u00010", handle % 100000);
    for (size_t i = 0; i < o.capability_count; i++) {
        struct capability *cap = &o.capabilities[i];
        *cap = (struct capability){.number = (int)i + 1, .cpv = cpv, .value = {-1, handle % 3 ? -1 : 10}, .area_count = 1,
                                   .areas = arena_take(w->arena, sizeof *cap->areas)};
        cap->areas[0] = place_at(w->d->g, "departement:63", w->arena);
    }
    put_made(w, handle, &o);
}

// Two needs: one for 63 by the broadest code, one for a commune there by the narrowest, of 20 EUR.
static void plain_needs(struct world *w)
{
    static const uint32_t codes[] = {90000000, 90911200};
    static const char *const places[] = {"departement:63", "commune:63300"};
    for (size_t i = 0; i < 2; i++) {
        struct need *n = &w->needs[i];
        *n = (struct need){.state = NEED_PUBLISHED, .title = "Lot", .deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN,
                           .place_count = 1, .places = arena_take(w->arena, sizeof *n->places), .lot_count = 1,
                           .lots = arena_take(w->arena, sizeof *n->lots)};
        n->places[0] = place_at(w->d->g, places[i], w->arena);
        n->lots[0] = (struct lot){.number = 1, .cpv_count = 1, .value = {i ? 20 : -1, i ? 20 : -1},
                                  .cpv = arena_take(w->arena, sizeof *n->lots->cpv)};
        n->lots[0].cpv[0] = cpv_of(codes[i]);
        w->made[i] = match_need(n, w->d->g, w->d->words, DRAW_NOW, w->arena);
    }
}

// The numbers alone at every step, all questions at some.
static void compare_sizes(struct world *w, size_t size)
{
    size_t expected[2] = {0, 0};
    const uint32_t *found;
    for (uint32_t h = 0; h < w->room; h++)
        for (size_t n = 0; w->present[h] && n < 2; n++)
            expected[n] += match_all(&w->made[n], w->needs[n].lots, &w->offers[h], w->offers[h].capabilities);
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        for (size_t n = 0; w->ix[way] && n < 2; n++) {
            assert_int_equal(offerindex_find(w->ix[way], &w->made[n], 0, &found), expected[n]);
            assert_int_equal(offerindex_count(w->ix[way], &w->made[n]), expected[n]);
        }
    if (size % 16 <= 1 || size < 40)
        for (size_t n = 0; size % 160 <= 1 && n < 2; n++)
            compare_need(w, n, 100);
}

// The most of any way.
static struct offerindex_bytes bytes_of(const struct world *w)
{
    struct offerindex_bytes most = {0};
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++) {
        struct offerindex_bytes b = w->ix[way] ? offerindex_bytes(w->ix[way]) : most;
        most.lists = b.lists > most.lists ? b.lists : most.lists;
        most.cards = b.cards > most.cards ? b.cards : most.cards;
        most.handles = b.handles > most.handles ? b.handles : most.handles;
    }
    return most;
}

static void shuffle(uint32_t *list, size_t count, uint64_t *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = draw_below(random, i);
        uint32_t moved = list[k];
        list[k] = list[i - 1];
        list[i - 1] = moved;
    }
}

static void grow_and_shrink(size_t room, size_t codes)
{
    struct draw *d = draw_new(4, codes, false);
    struct world *w = world_new(d, 500 + codes, room, 2);
    uint64_t random = w->seed;
    uint32_t *order = arena_array(w->arena, room, sizeof *order);
    struct offerindex_bytes empty = bytes_of(w), full = empty, now;
    plain_needs(w);
    for (uint32_t h = 0; h < room; h++)
        order[h] = h;
    for (int round = 0; round < 2; round++) {
        shuffle(order, room, &random);
        gather(w, round == 0);
        for (size_t i = 0; i < room; i++) {
            put_plain(w, order[i], draw_cpv(d, &random));
            if (round && (i < 300 || i % 16 <= 1))
                compare_sizes(w, i + 1);
        }
        lay(w, round == 0);
        compare_sizes(w, 0);
        now = bytes_of(w);
        full = round == 0 ? now : full;
        // What was given back is used again.
        assert_true(now.lists <= full.lists + full.lists / 4 && now.cards <= full.cards && now.handles <= full.handles);
        shuffle(order, room, &random);
        for (size_t i = room; i-- > 0;) {
            drop(w, order[i]);
            if (i < 300 || i % 16 <= 1)
                compare_sizes(w, i);
        }
        assert_int_equal(w->held, 0);
        now = bytes_of(w);
        assert_true(now.lists <= empty.lists + full.lists / 10 && now.cards <= empty.cards + full.cards / 10);
    }
    print_message("%zu offers of %zu codes in one département: %zu bytes of lists, %zu when all have gone\n", room, codes,
                  full.lists, now.lists);
    world_free(w);
    draw_free(d);
}

static void lists_grow_and_shrink(void **state)
{
    (void)state;
    memset(&counts, 0, sizeof counts);
    grow_and_shrink(2000, 1);
    grow_and_shrink(2000, 9);
    counts_say("lists");
}

// An offer of 100 capabilities of one trade, each for 12 communes of one département, among others.
static void put_large(struct world *w, uint32_t handle)
{
    struct place *communes = arena_array(w->arena, 12, sizeof *communes);
    struct offer o = {.active = true, .full_until = DAY_UNKNOWN, .capability_count = DRAW_CAPS_MOST};
    o.capabilities = arena_array(w->arena, o.capability_count, sizeof *o.capabilities);
    for (size_t i = 0; i < 12; i++)
        communes[i] = place_at(w->d->g, arena_format(w->arena, "commune:63%03zu", 300 - i), w->arena);
    for (size_t i = 0; i < o.capability_count; i++)
        o.capabilities[i] = (struct capability){.number = (int)i + 1, .cpv = cpv_of(90910000), .value = {(int64_t)i, 30},
                                                .area_count = 12, .areas = communes};
    put_made(w, handle, &o);
}

static void one_offer_may_fill_a_list(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct draw *d = draw_new(4, 1, false);
        struct world *w = world_new(d, seed, 24, 2);
        uint64_t random = seed;
        plain_needs(w);
        gather(w, seed % 2);
        for (int step = 0; step < 60; step++) {
            uint32_t handle = (uint32_t)draw_below(&random, w->room);
            if (handle % 5 == 1)
                put_large(w, handle);
            else
                put_plain(w, handle, cpv_of(90910000));
            if (step == 30)
                lay(w, seed % 2);
            if (step > 30 && draw_one_in(&random, 2))
                drop(w, (uint32_t)draw_below(&random, w->room));
            for (size_t n = 0; step > 30 && step % 4 == 0 && n < w->need_count; n++)
                compare_need(w, n, 1);
        }
        for (uint32_t h = 0; h < w->room; h++)
            drop(w, h);
        world_free(w);
        draw_free(d);
    }
}

// Real places, enterprises and contracts, with conditions of all kinds made up where the data has none.

struct reading {
    struct world *w;
    size_t offers, needs, seen;
};

static unsigned structure_of(const char *kind)
{
    static const struct {
        const char *kind;
        unsigned bit;
    } kinds[] = {{"ACI", STRUCTURE_ACI}, {"AI", STRUCTURE_AI},     {"EA", STRUCTURE_EA},
                 {"EI", STRUCTURE_EI},   {"ETTI", STRUCTURE_ETTI}, {"GEIQ", STRUCTURE_GEIQ}};
    for (size_t i = 0; i < DRAW_COUNT(kinds); i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].bit;
    return STRUCTURE_OTHER;
}

static struct cpv real_trade(uint64_t *seed)
{
    static const uint32_t trades[] = {90910000, 77310000, 45262500, 90911200, 98310000, 45000000, 77313000, 60000000,
                                      55520000, 90500000, 79620000, 45442100, 45300000, 33600000, 90513500};
    return cpv_of(trades[draw_below(seed, DRAW_COUNT(trades))]);
}

static void real_capability(struct draw *d, uint64_t *seed, struct arena *arena, const char *seat,
                            struct capability *cap)
{
    const char *areas[] = {place_departement_of(d->g, strchr(seat, ':') + 1, arena), "region:84", "FR", seat, "nuts:FRK"};
    *cap = (struct capability){.cpv = real_trade(seed), .services = draw_services(d, seed),
                               .value = draw_range(d, seed), .keywords = draw_strings(seed, arena, 2, draw_phrase),
                               .excluded = draw_strings(seed, arena, draw_one_in(seed, d->hard), draw_phrase),
                               .areas = arena_take(arena, sizeof *cap->areas)};
    if (draw_one_in(seed, 3)) {
        cap->areas[0] = place_at(d->g, areas[draw_one_in(seed, 2) ? 0 : draw_below(seed, DRAW_COUNT(areas))], arena);
        cap->area_count = 1;
    } else
        cap->radius = 5 + (double)draw_below(seed, 30) * 5;
}

static void on_seat(void *ctx, const struct real_seat *seat)
{
    struct reading *r = ctx;
    struct world *w = r->w;
    uint64_t seed = r->offers;
    if (r->offers == w->room)
        return;
    uint32_t handle = (uint32_t)r->offers++;
    struct offer *o = &w->offers[handle];
    *o = (struct offer){.active = true, .full_until = draw_one_in(&seed, 12) ? DRAW_TODAY + 1 : DAY_UNKNOWN,
                        .structures = structure_of(seat->kind), .seat = place_at(w->d->g, seat->place, w->arena),
                        .at = seat->at, .labels = draw_strings(&seed, w->arena, draw_below(&seed, 4), draw_label),
                        .blocked = draw_strings(&seed, w->arena, draw_below(&seed, 2), draw_blocked),
                        .since = INT64_C(1600000000000) + handle / 3, .capability_count = 1 + draw_below(&seed, 3),
                        .capabilities = arena_array(w->arena, 3, sizeof *o->capabilities)};
    snprintf(o->siret, sizeof o->siret, "%.14s", seat->siret);
    for (size_t i = 0; i < o->capability_count; i++)
        real_capability(w->d, &seed, w->arena, seat->place, &o->capabilities[i]);
    offer_settle(o, w->d->g, w->d->words, w->arena);
    w->present[handle] = true;
    w->held++;
    for (enum sieve_way way = 0; way < SIEVE_WAYS; way++)
        if (w->ix[way])
            offerindex_put(w->ix[way], handle, o);
}

// Every 20th.
static void on_contract(void *ctx, const struct real_contract *contract)
{
    struct reading *r = ctx;
    struct world *w = r->w;
    uint64_t seed = r->seen;
    if (r->seen++ % 20 || r->needs == w->need_count)
        return;
    struct need *n = &w->needs[r->needs];
    *n = (struct need){.state = NEED_PUBLISHED, .title = arena_string(w->arena, contract->title),
                       .deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN, .place_count = 1,
                       .places = arena_take(w->arena, sizeof *n->places), .lot_count = 1,
                       .lots = arena_take(w->arena, sizeof *n->lots)};
    if (strlen(contract->buyer) == 14)
        strcpy(n->buyer, contract->buyer);
    n->places[0] = place_at(w->d->g, contract->place, w->arena);
    struct lot *l = n->lots;
    draw_lot(w->d, &seed, w->arena, l);
    l->place_count = 0;
    l->cpv_count = 1;
    l->cpv[0] = contract->cpv;
    l->number = 1;
    l->value = (struct range){contract->euros, contract->euros};
    w->made[r->needs++] = match_need(n, w->d->g, w->d->words, DRAW_NOW, w->arena);
}

static void equals_on_real_data(void **state)
{
    struct draw *d = memory_new(sizeof *d);
    *d = (struct draw){.arena = arena_new(), .words = words_new(), .g = place_gazetteer_new(), .hard = 3};
    (void)state;
    memset(&counts, 0, sizeof counts);
    bool there = real_places(d->g);
    draw_add_place(d, "FR"); // what is drawn besides
    struct world *w = world_new(d, 900, 4000, 500);
    struct reading r = {.w = w};
    if (there)
        there = real_seats(d->g, w->arena, on_seat, &r) && real_contracts(d->g, w->arena, on_contract, &r);
    w->need_count = r.needs;
    for (size_t n = 0; there && n < w->need_count; n++)
        compare_need(w, n, 50);
    if (there) {
        print_message("%zu real seats, %zu real contracts\n", r.offers, r.needs);
        counts_say("real data");
    } else
        print_message("%s is absent: not tested on real data\n", real_shared());
    world_free(w);
    draw_free(d);
    if (!there)
        skip();
    assert_true(counts.matches > 1000);
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        assert_true(counts.failed[c] > 1000 && (c == CONDITION_CPV || counts.alone[c] > 50));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_on_random_worlds), cmocka_unit_test(knows_nobody),
        cmocka_unit_test(equals_through_changes),  cmocka_unit_test(lists_grow_and_shrink),
        cmocka_unit_test(one_offer_may_fill_a_list), cmocka_unit_test(equals_on_real_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
