// SPDX-License-Identifier: EUPL-1.2
// Measures matching: the offer index in all its ways, a scan, and PostgreSQL on the same offers, and holds their
// answers equal. See matching.py, which starts a PostgreSQL and this. The last line on standard output is one JSON
// object; how it goes is told on standard error.
#include "matching/layout.h"
#include "matching/scan.h"
#include "workload.h"

#include "base/text.h"
#include "core/index.h"
#include "core/offerindex.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define BATCH 1000 // offers made at a time
#define WARM 2     // rounds before those that count
#define ROUNDS 7   // each need's time is the median of its repeats, one a round
#define BEST 20
#define PROVEN_OFFERS 10000 // with PROVEN_NEEDS: where the scan is held equal to core/match
#define PROVEN_NEEDS 100
#define PROVEN_PAIRS 30000 // matches whose best 20 are held equal to core/score
#define UPDATES 10000
#define OPEN_LOTS 100000
#define ASKING_OFFERS 2000

struct list {
    size_t count;
    uint32_t *handles; // ascending
};

struct need_of {
    struct need need;
    struct match_need made;
    struct numbers_lot *lots;
    struct list *truth; // of each lot
};

struct bench {
    // Asked for.
    size_t offers, needs, open_lots, rounds;
    uint64_t seed;
    const char *reference, *layouts, *conninfo, *engines, *triples;
    double budget; // seconds for each layout and the scan
    // What it works on.
    struct workload *w;
    struct words *words;
    struct arena *arena; // of the needs
    struct need_of *all;
    struct scan *scan;
    struct scan_found found[SCAN_LOTS];
    struct offerindex *ways[SIEVE_WAYS];
    double way_built[SIEVE_WAYS], scan_built;
    struct layout_given *given;
    struct layout_asked *asked;
    bool equal;
    struct text json;
};

// ---- Time

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double seconds_since(int64_t began)
{
    return (double)(now_ns() - began) / 1e9;
}

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    static int64_t began;
    va_list args;
    began = began ? began : now_ns();
    fprintf(stderr, "[%6.1f s] ", seconds_since(began));
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Sorts.
static double percentile(double *values, size_t count, double percent)
{
    if (!count)
        return 0;
    qsort(values, count, sizeof *values, by_value);
    size_t at = (size_t)((double)count * percent / 100);
    return values[at < count ? at : count - 1];
}

typedef void ask_fn(void *ctx, size_t need);

struct timed {
    size_t needs, rounds;
    double median, p99, mean; // microseconds
};

// Asks all needs round after round; within the budget (seconds, 0: none), with fewer rounds, and at last fewer needs.
static struct timed measure(ask_fn *ask, void *ctx, size_t needs, size_t warm, size_t rounds, double budget)
{
    double *took = memory_grow(NULL, needs * rounds, sizeof *took), *each = memory_grow(NULL, needs, sizeof *each),
           total = 0;
    struct timed t = {.needs = needs};
    int64_t began = now_ns();
    for (size_t round = 0; round < warm && t.needs == needs; round++)
        for (size_t i = 0; i < t.needs; i++) {
            ask(ctx, i);
            if (budget > 0 && seconds_since(began) > budget / 2)
                t.needs = i + 1;
        }
    for (; t.rounds < rounds; t.rounds++) {
        double spent = seconds_since(began);
        if (budget > 0 && t.rounds && spent + spent / (double)(t.rounds + 1) > budget)
            break;
        for (size_t i = 0; i < t.needs; i++) {
            int64_t from = now_ns();
            ask(ctx, i);
            took[i * rounds + t.rounds] = (double)(now_ns() - from) / 1e3;
        }
    }
    for (size_t i = 0; i < t.needs; i++) {
        each[i] = percentile(took + i * rounds, t.rounds, 50);
        total += each[i];
    }
    t.median = percentile(each, t.needs, 50);
    t.p99 = percentile(each, t.needs, 99);
    t.mean = total / (double)t.needs;
    free(took);
    free(each);
    return t;
}

// ---- The same sets

static int by_handle(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static struct list sorted(const uint32_t *handles, size_t count)
{
    struct list l = {count, memory_grow(NULL, count + 1, sizeof *handles)};
    if (count)
        memcpy(l.handles, handles, count * sizeof *handles);
    qsort(l.handles, count, sizeof *handles, by_handle);
    return l;
}

static void differ(struct bench *b, const char *who, size_t need, size_t lot, size_t wanted, size_t got)
{
    if (b->equal)
        fprintf(stderr, "%s differs: need %zu, lot %zu: %zu offers, of which %zu or others were found\n", who, need,
                lot, wanted, got);
    b->equal = false;
}

static void compare(struct bench *b, const char *who, size_t need, size_t lot, const uint32_t *handles, size_t count)
{
    struct list got = sorted(handles, count), wanted = b->all[need].truth[lot];
    if (got.count != wanted.count || memcmp(got.handles, wanted.handles, count * sizeof *handles) != 0)
        differ(b, who, need, lot, wanted.count, count);
    free(got.handles);
}

// ---- Offers and needs

static bool wants(const struct bench *b, const char *engine)
{
    size_t len = strlen(engine);
    for (const char *at = b->engines; *at; at += strcspn(at, ","), at += *at == ',')
        if (strncmp(at, engine, len) == 0 && (at[len] == ',' || !at[len]))
            return true;
    return !*b->engines;
}

static void make_offer(const struct bench *b, uint32_t number, uint32_t version, struct arena *arena, struct offer *out)
{
    workload_offer(b->w, number, version, arena, out);
    offer_settle(out, workload_places(b->w), b->words, arena);
}

static void make_need(const struct bench *b, uint32_t number, struct arena *arena, struct need *need,
                      struct match_need *made)
{
    workload_need(b->w, number, arena, need);
    *made = match_need(need, workload_places(b->w), b->words, workload_now(), arena);
}

static void make_needs(struct bench *b)
{
    b->all = arena_array(b->arena, b->needs, sizeof *b->all);
    b->asked = layout_asked_new(b->needs);
    for (size_t i = 0; i < b->needs; i++) {
        struct need_of *n = &b->all[i];
        make_need(b, (uint32_t)i, b->arena, &n->need, &n->made);
        n->lots = arena_array(b->arena, n->need.lot_count, sizeof *n->lots);
        n->truth = arena_array(b->arena, n->need.lot_count, sizeof *n->truth);
        for (size_t k = 0; k < n->need.lot_count; k++) {
            numbers_lot(&n->made, k, &n->lots[k]);
            layout_asked_put(b->asked, b->w, i, &n->lots[k]);
        }
    }
}

// Every engine gets each batch in turn; its time counts for it alone.
static void put_batch(struct bench *b, const struct offer *batch, uint32_t from, size_t count)
{
    int64_t began = now_ns();
    for (size_t i = 0; i < count; i++)
        scan_add(b->scan, from + (uint32_t)i, &batch[i]);
    b->scan_built += seconds_since(began);
    for (size_t way = 0; way < SIEVE_WAYS; way++) {
        if (!b->ways[way])
            continue;
        began = now_ns();
        for (size_t i = 0; i < count; i++)
            offerindex_put(b->ways[way], from + (uint32_t)i, &batch[i]);
        b->way_built[way] += seconds_since(began);
    }
    for (size_t i = 0; b->given && i < count; i++)
        layout_given_put(b->given, from + (uint32_t)i, &batch[i]);
}

static void fill(struct bench *b)
{
    static struct offer batch[BATCH];
    size_t share = b->offers / 10 / BATCH * BATCH;
    for (size_t way = 0; way < SIEVE_WAYS; way++)
        if (b->ways[way])
            offerindex_begin(b->ways[way]);
    for (size_t from = 0; from < b->offers; from += BATCH) {
        struct arena *arena = arena_new();
        size_t count = b->offers - from < BATCH ? b->offers - from : BATCH;
        for (size_t i = 0; i < count; i++)
            make_offer(b, (uint32_t)(from + i), 0, arena, &batch[i]);
        put_batch(b, batch, (uint32_t)from, count);
        arena_free(arena);
        if (share && (from + BATCH) % (share * 2) == 0)
            tell("%zu offers", from + BATCH);
    }
    for (size_t way = 0; way < SIEVE_WAYS; way++) {
        int64_t began = now_ns();
        if (!b->ways[way])
            continue;
        offerindex_end(b->ways[way]);
        b->way_built[way] += seconds_since(began);
    }
    if (b->given)
        layout_given_end(b->given);
}

// ---- What engines say of themselves, in JSON

static void put_number(struct bench *b, const char *name, double value)
{
    text_format(&b->json, "%s\"%s\":%.10g", b->json.data[b->json.len - 1] == '{' ? "" : ",", name, value);
}

static void put_timed(struct bench *b, const char *prefix, struct timed t)
{
    char name[64];
    snprintf(name, sizeof name, "%smedian_us", prefix);
    put_number(b, name, t.median);
    snprintf(name, sizeof name, "%sp99_us", prefix);
    put_number(b, name, t.p99);
    snprintf(name, sizeof name, "%smean_us", prefix);
    put_number(b, name, t.mean);
}

static void open_object(struct bench *b, const char *name)
{
    text_format(&b->json, "%s\"%s\":{", b->json.data[b->json.len - 1] == '{' ? "" : ",", name);
}

static void open_engine(struct bench *b, const char *name, struct timed t, double bytes, double built)
{
    open_object(b, name);
    put_timed(b, "", t);
    put_number(b, "bytes_per_offer", bytes / (double)b->offers);
    put_number(b, "build_s", built);
    put_number(b, "needs", (double)t.needs);
    put_number(b, "rounds", (double)t.rounds);
    tell("%s: median %.2f us, p99 %.1f us (%zu needs, %zu rounds), %.0f bytes an offer, built in %.2f s", name,
         t.median, t.p99, t.needs, t.rounds, bytes / (double)b->offers, built);
}

static void close_object(struct bench *b)
{
    text_byte(&b->json, '}');
}

// ---- The scan: the truth for all others

static void ask_scan(void *ctx, size_t need)
{
    struct bench *b = ctx;
    scan_find(b->scan, b->all[need].lots, b->all[need].need.lot_count, b->found);
}

static void learn(struct bench *b, double *candidates)
{
    for (size_t i = 0; i < b->needs; i++) {
        ask_scan(b, i);
        candidates[i] = 0;
        for (size_t k = 0; k < b->all[i].need.lot_count; k++) {
            b->all[i].truth[k] = sorted(b->found[k].handles, b->found[k].count);
            candidates[i] += (double)b->found[k].candidates;
        }
    }
}

static bool matches(const struct match_need *n, size_t lot, const struct offer *o)
{
    for (size_t i = 0; i < o->capability_count; i++)
        if (match_all(n, &n->need->lots[lot], o, &o->capabilities[i]))
            return true;
    return false;
}

static size_t prove_offer(struct bench *b, uint32_t number, const struct offer *o, size_t needs)
{
    size_t pairs = 0;
    for (size_t i = 0; i < needs; i++)
        for (size_t k = 0; k < b->all[i].need.lot_count; k++) {
            struct list truth = b->all[i].truth[k];
            bool there = bsearch(&number, truth.handles, truth.count, sizeof number, by_handle) != NULL;
            pairs += there;
            if (there != matches(&b->all[i].made, k, o))
                differ(b, "the scan", i, k, truth.count, number);
        }
    return pairs;
}

// The scan says what core/match says.
static void prove(struct bench *b)
{
    size_t offers = b->offers < PROVEN_OFFERS ? b->offers : PROVEN_OFFERS,
           needs = b->needs < PROVEN_NEEDS ? b->needs : PROVEN_NEEDS;
    size_t pairs = 0;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < offers; i++) {
        struct offer o;
        if (i % BATCH == 0) {
            arena_free(arena);
            arena = arena_new();
        }
        make_offer(b, (uint32_t)i, 0, arena, &o);
        pairs += prove_offer(b, (uint32_t)i, &o, needs);
    }
    arena_free(arena);
    tell("core/match asked about %zu offers and %zu needs: %zu matches", offers, needs, pairs);
    open_object(b, "proven");
    put_number(b, "offers", (double)offers);
    put_number(b, "needs", (double)needs);
    put_number(b, "matches", (double)pairs);
    close_object(b);
}

// How many different offers match the need.
static size_t matched(const struct need_of *n)
{
    size_t all = 0, count = 0;
    for (size_t k = 0; k < n->need.lot_count; k++)
        all += n->truth[k].count;
    uint32_t *handles = memory_grow(NULL, all + 1, sizeof *handles);
    all = 0;
    for (size_t k = 0; k < n->need.lot_count; k++) {
        memcpy(handles + all, n->truth[k].handles, n->truth[k].count * sizeof *handles);
        all += n->truth[k].count;
    }
    qsort(handles, all, sizeof *handles, by_handle);
    for (size_t i = 0; i < all; i++)
        count += i == 0 || handles[i] != handles[i - 1];
    free(handles);
    return count;
}

static void put_spread(struct bench *b, const char *name, double *values, size_t count)
{
    static const int percents[] = {10, 25, 50, 75, 90, 99};
    double sum = 0, none = 0;
    open_object(b, name);
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        none += values[i] == 0;
    }
    put_number(b, "mean", sum / (double)count);
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        char word[8];
        snprintf(word, sizeof word, "p%d", percents[i]);
        put_number(b, word, percentile(values, count, percents[i]));
    }
    put_number(b, "most", percentile(values, count, 100));
    put_number(b, "none", none / (double)count);
    close_object(b);
}

static void describe(struct bench *b, double *candidates)
{
    double *counts = memory_grow(NULL, b->needs, sizeof *counts), lots = 0;
    for (size_t i = 0; i < b->needs; i++) {
        counts[i] = (double)matched(&b->all[i]);
        lots += (double)b->all[i].need.lot_count;
    }
    put_number(b, "lots", lots);
    put_spread(b, "matched", counts, b->needs);
    put_spread(b, "candidates", candidates, b->needs);
    free(counts);
}

static void write_triples(const struct bench *b)
{
    FILE *f = b->triples ? fopen(b->triples, "w") : NULL;
    if (!f)
        return;
    for (size_t i = 0; i < b->needs; i++)
        for (size_t k = 0; k < b->all[i].need.lot_count; k++)
            for (size_t m = 0; m < b->all[i].truth[k].count; m++)
                fprintf(f, "%zu\t%zu\t%" PRIu32 "\n", i, k, b->all[i].truth[k].handles[m]);
    fclose(f);
}

// ---- The index

struct index_ask {
    struct bench *b;
    struct offerindex *ix;
    size_t sum; // so that no answer is for nothing
};

static void ask_index(void *ctx, size_t need)
{
    struct index_ask *a = ctx;
    const struct need_of *n = &a->b->all[need];
    for (size_t k = 0; k < n->need.lot_count; k++) {
        const uint32_t *handles;
        a->sum += offerindex_find(a->ix, &n->made, k, &handles);
    }
}

static void ask_best(void *ctx, size_t need)
{
    struct index_ask *a = ctx;
    struct offerindex_pair best[BEST];
    size_t all;
    a->sum += offerindex_best(a->ix, &a->b->all[need].made, BEST, best, &all);
}

static void check_index(struct bench *b, struct offerindex *ix, const char *name)
{
    for (size_t i = 0; i < b->needs; i++)
        for (size_t k = 0; k < b->all[i].need.lot_count; k++) {
            const uint32_t *handles;
            size_t count = offerindex_find(ix, &b->all[i].made, k, &handles);
            compare(b, name, i, k, handles, count);
        }
}

struct scored {
    struct offerindex_pair pair;
    int64_t since;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->pair.score.total != y->pair.score.total)
        return x->pair.score.total > y->pair.score.total ? -1 : 1;
    if (x->since != y->since)
        return x->since < y->since ? -1 : 1;
    return (x->pair.handle > y->pair.handle) - (x->pair.handle < y->pair.handle);
}

// The best lot and capability of an offer that matches, by core/match and core/score.
static struct scored score(const struct bench *b, size_t need, uint32_t handle)
{
    struct arena *arena = arena_new();
    const struct match_need *n = &b->all[need].made;
    struct offer o;
    struct scored best = {.pair = {.handle = handle, .score = {.total = -1}}};
    make_offer(b, handle, 0, arena, &o);
    best.since = o.since;
    for (size_t k = 0; k < n->need->lot_count; k++)
        for (size_t i = 0; i < o.capability_count; i++) {
            const struct lot *l = &n->need->lots[k];
            if (!match_all(n, l, &o, &o.capabilities[i]))
                continue;
            struct score s = score_of(n, l, &o, &o.capabilities[i]);
            if (s.total <= best.pair.score.total)
                continue;
            bool partial = match_cover(n, l, &o, &o.capabilities[i]) == COVER_PARTIAL;
            best.pair = (struct offerindex_pair){handle, k, i, s, partial};
        }
    arena_free(arena);
    return best;
}

// The best of all that match, each made anew.
static size_t true_best(const struct bench *b, size_t need, size_t count, struct offerindex_pair *out)
{
    const struct need_of *n = &b->all[need];
    struct scored *all = memory_grow(NULL, count + 1, sizeof *all);
    size_t made = 0;
    for (size_t k = 0; k < n->need.lot_count; k++)
        for (size_t i = 0; i < n->truth[k].count; i++) {
            bool before = false;
            for (size_t j = 0; j < k && !before; j++)
                before = bsearch(&n->truth[k].handles[i], n->truth[j].handles, n->truth[j].count, sizeof(uint32_t),
                                 by_handle) != NULL;
            if (!before)
                all[made++] = score(b, need, n->truth[k].handles[i]);
        }
    qsort(all, made, sizeof *all, by_score);
    made = made < BEST ? made : BEST;
    for (size_t i = 0; i < made; i++)
        out[i] = all[i].pair;
    free(all);
    return made;
}

static bool same_best(const struct offerindex_pair *x, const struct offerindex_pair *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (x[i].handle != y[i].handle || x[i].lot != y[i].lot || x[i].capability != y[i].capability ||
            x[i].partial != y[i].partial || x[i].score.total != y[i].score.total ||
            x[i].score.count != y[i].score.count)
            return false;
    return true;
}

// The best 20 of the first needs are those of core/score, and of all needs the same in all ways.
static void check_best(struct bench *b, struct offerindex *ix, const char *name, struct offerindex *other)
{
    size_t proven = 0, pairs = 0;
    for (size_t i = 0; i < b->needs; i++) {
        struct offerindex_pair best[BEST], wanted[BEST];
        size_t all, count = offerindex_best(ix, &b->all[i].made, BEST, best, &all), truth = matched(&b->all[i]);
        if (all != truth || offerindex_count(ix, &b->all[i].made) != truth)
            differ(b, name, i, 0, truth, all);
        if (other &&
            (offerindex_best(other, &b->all[i].made, BEST, wanted, &all) != count || !same_best(best, wanted, count)))
            differ(b, "the best 20", i, 0, truth, count);
        if (other || pairs + truth > PROVEN_PAIRS)
            continue;
        if (true_best(b, i, truth, wanted) != count || !same_best(best, wanted, count))
            differ(b, "the best 20", i, 0, truth, count);
        proven++;
        pairs += truth;
    }
    if (!other)
        tell("core/score asked about %zu matches of %zu needs", pairs, proven);
}

static double bytes_of(struct offerindex_bytes x)
{
    return (double)(x.lists + x.directory + x.cards + x.handles + x.words + x.scratch);
}

static void put_way(struct bench *b, const char *name, enum sieve_way way, struct timed all, struct timed best)
{
    open_engine(b, name, all, bytes_of(offerindex_bytes(b->ways[way])), b->way_built[way]);
    put_timed(b, "best20_", best);
    text_format(&b->json, ",\"way\":\"%s\"", sieve_name(way));
    close_object(b);
}

static void run_ways(struct bench *b)
{
    enum sieve_way first = sieve_best();
    for (size_t at = 0; at < SIEVE_WAYS; at++) {
        enum sieve_way way = (enum sieve_way)((first + SIEVE_WAYS - at) % SIEVE_WAYS);
        struct index_ask a = {b, b->ways[way], 0};
        char name[32];
        if (!a.ix)
            continue;
        snprintf(name, sizeof name, "ours_%s", sieve_name(way));
        check_index(b, a.ix, name);
        check_best(b, a.ix, name, way == first ? NULL : b->ways[first]);
        struct timed all = measure(ask_index, &a, b->needs, WARM, b->rounds, 0);
        struct timed best = measure(ask_best, &a, b->needs, WARM, b->rounds, 0);
        if (way == first)
            put_way(b, "ours", way, all, best);
        put_way(b, name, way, all, best);
    }
}

static void run_scan(struct bench *b)
{
    struct timed t = measure(ask_scan, b, b->needs, 0, b->rounds < 3 ? b->rounds : 3, b->budget);
    open_engine(b, "scan", t, (double)scan_bytes(b->scan), b->scan_built);
    put_number(b, "bytes_read", (double)scan_read(b->scan));
    close_object(b);
}

static void put_bytes(struct bench *b)
{
    struct offerindex_bytes x = offerindex_bytes(b->ways[sieve_best()]);
    open_object(b, "bytes");
    put_number(b, "lists", (double)x.lists);
    put_number(b, "directory", (double)x.directory);
    put_number(b, "cards", (double)x.cards);
    put_number(b, "handles", (double)x.handles);
    put_number(b, "words", (double)x.words);
    put_number(b, "scratch", (double)x.scratch);
    close_object(b);
}

// ---- PostgreSQL

struct layout_ask {
    struct bench *b;
    struct layout *layout;
    const char *name;
    size_t need, checked, sum;
};

static void on_found(void *ctx, size_t lot, const uint32_t *handles, size_t count)
{
    struct layout_ask *a = ctx;
    a->sum += count;
    if (a->need < a->checked)
        return;
    compare(a->b, a->name, a->need, lot, handles, count);
    if (lot + 1 == a->b->all[a->need].need.lot_count)
        a->checked = a->need + 1;
}

// A need is checked when it is asked for the first time, which is before the time counts.
static void ask_layout(void *ctx, size_t need)
{
    struct layout_ask *a = ctx;
    a->need = need;
    layout_find(a->layout, a->b->asked, need, on_found, a);
}

static void run_layouts(struct bench *b)
{
    static const char *const names[] = {"btree", "gin", "joins"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[64];
        double built;
        snprintf(name, sizeof name, "postgresql_%s", names[i]);
        if (!wants(b, name))
            continue;
        struct layout_ask a = {.b = b, .name = name, .layout = layout_new(b->conninfo, b->layouts, names[i], &built)};
        double bytes = layout_bytes(a.layout);
        tell("%s: tables and indexes made in %.1f s", name, built);
        struct timed t = measure(ask_layout, &a, b->needs, 1, 3, b->budget);
        open_engine(b, name, t, bytes, built);
        close_object(b);
        layout_free(a.layout);
    }
}

// ---- Updates

// Replaces 10,000 offers, each by another version of it; returns their numbers, ascending, and times each.
static struct list update(struct bench *b, struct offerindex *ix, struct scan *changed, struct timed *t)
{
    size_t most = b->offers / 2 < UPDATES ? b->offers / 2 : UPDATES, count = 0;
    uint8_t *done = arena_array(b->arena, b->offers, 1);
    double *took = memory_grow(NULL, most + 1, sizeof *took), sum = 0;
    uint32_t *numbers = memory_grow(NULL, most + 1, sizeof *numbers);
    struct arena *arena = arena_new();
    for (uint64_t state = b->seed; count < most;) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint32_t number = (uint32_t)((state >> 33) % b->offers);
        struct offer o;
        if (done[number])
            continue;
        done[number] = 1;
        if (count % BATCH == 0) {
            arena_free(arena);
            arena = arena_new();
        }
        make_offer(b, number, 1, arena, &o);
        int64_t from = now_ns();
        offerindex_put(ix, number, &o);
        took[count] = (double)(now_ns() - from) / 1e3;
        sum += took[count];
        scan_add(changed, number, &o);
        numbers[count++] = number;
    }
    arena_free(arena);
    *t = (struct timed){.needs = count, .rounds = 1, .mean = sum / (double)count};
    t->median = percentile(took, count, 50);
    t->p99 = percentile(took, count, 99);
    free(took);
    struct list out = sorted(numbers, count);
    free(numbers);
    return out;
}

// What was true of the others still is; of those that were replaced, a scan of what replaced them.
static void check_updated(struct bench *b, struct offerindex *ix, const struct scan *changed, struct list numbers)
{
    for (size_t i = 0; i < b->needs; i++) {
        scan_find(changed, b->all[i].lots, b->all[i].need.lot_count, b->found);
        for (size_t k = 0; k < b->all[i].need.lot_count; k++) {
            const struct list *truth = &b->all[i].truth[k];
            const uint32_t *handles;
            size_t count = 0, got = offerindex_find(ix, &b->all[i].made, k, &handles);
            uint32_t *wanted = memory_grow(NULL, truth->count + b->found[k].count + 1, sizeof *wanted);
            for (size_t m = 0; m < truth->count; m++)
                if (!bsearch(&truth->handles[m], numbers.handles, numbers.count, sizeof(uint32_t), by_handle))
                    wanted[count++] = truth->handles[m];
            for (size_t m = 0; m < b->found[k].count; m++)
                wanted[count++] = b->found[k].handles[m];
            struct list x = sorted(wanted, count), y = sorted(handles, got);
            if (x.count != y.count || memcmp(x.handles, y.handles, count * sizeof *wanted) != 0)
                differ(b, "the index after updates", i, k, x.count, y.count);
            free(x.handles);
            free(y.handles);
            free(wanted);
        }
    }
}

static void run_updates(struct bench *b)
{
    struct offerindex *ix = b->ways[sieve_best()];
    struct scan *changed = scan_new();
    struct index_ask a = {b, ix, 0};
    struct timed t;
    struct list numbers = update(b, ix, changed, &t);
    check_updated(b, ix, changed, numbers);
    struct timed after = measure(ask_index, &a, b->needs, 1, b->rounds, 0);
    put_number(b, "update_us", t.median);
    open_object(b, "updates");
    put_number(b, "count", (double)numbers.count);
    put_timed(b, "", t);
    put_timed(b, "then_", after);
    put_number(b, "then_bytes_per_offer", bytes_of(offerindex_bytes(ix)) / (double)b->offers);
    close_object(b);
    tell("%zu updates: median %.2f us, p99 %.1f us; needs then: median %.2f us, p99 %.1f us", numbers.count, t.median,
         t.p99, after.median, after.p99);
    free(numbers.handles);
    scan_free(changed);
}

// ---- The other direction: open needs of an offer

struct open {
    struct bench *b;
    struct arena *arena;
    struct need *needs;
    struct match_need *made;
    size_t count, lots;
    struct index *ix;
    struct offer *offers;
    const struct offer *asking;
    const struct capability *cap;
    uint64_t *found; // need << 8 | lot
    size_t found_count, found_room;
};

static void on_lot(void *ctx, uint32_t owner, uint32_t item)
{
    struct open *o = ctx;
    if (!match_all(&o->made[owner], &o->needs[owner].lots[item], o->asking, o->cap))
        return;
    if (o->found_count == o->found_room) {
        o->found_room = o->found_room ? o->found_room * 2 : 1024;
        o->found = memory_grow(o->found, o->found_room, sizeof *o->found);
    }
    o->found[o->found_count++] = (uint64_t)owner << 8 | item;
}

static int by_pair(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void ask_open(void *ctx, size_t number)
{
    struct open *o = ctx;
    size_t kept = 0;
    o->asking = &o->offers[number];
    o->found_count = 0;
    for (size_t i = 0; i < o->asking->capability_count; i++) {
        o->cap = &o->asking->capabilities[i];
        index_find(o->ix, o->cap->cpv, o->cap->reach, on_lot, o);
    }
    if (o->found_count)
        qsort(o->found, o->found_count, sizeof *o->found, by_pair);
    for (size_t i = 0; i < o->found_count; i++)
        if (!kept || o->found[kept - 1] != o->found[i])
            o->found[kept++] = o->found[i];
    o->found_count = kept;
}

static size_t check_open(struct open *o, size_t offers)
{
    size_t pairs = 0;
    for (size_t i = 0; i < offers; i++) {
        size_t at = 0;
        ask_open(o, i);
        for (size_t n = 0; n < o->count; n++)
            for (size_t k = 0; k < o->needs[n].lot_count; k++) {
                bool there = at < o->found_count && o->found[at] == ((uint64_t)n << 8 | k);
                at += there;
                if (there != matches(&o->made[n], k, &o->offers[i]))
                    differ(o->b, "core/index", n, k, 1, there);
            }
        pairs += at;
    }
    return pairs;
}

static void run_open(struct bench *b)
{
    struct open o = {.b = b, .arena = arena_new(), .ix = index_new()};
    size_t offers = b->offers < ASKING_OFFERS ? b->offers : ASKING_OFFERS;
    o.needs = arena_array(o.arena, b->open_lots, sizeof *o.needs);
    o.made = arena_array(o.arena, b->open_lots, sizeof *o.made);
    o.offers = arena_array(o.arena, offers, sizeof *o.offers);
    double built = 0;
    for (; o.lots < b->open_lots; o.count++) {
        struct need *n = &o.needs[o.count];
        make_need(b, (uint32_t)o.count, o.arena, n, &o.made[o.count]);
        int64_t began = now_ns();
        for (size_t k = 0; k < n->lot_count; k++)
            for (size_t i = 0; i < n->lots[k].cpv_count; i++)
                index_add(o.ix, n->lots[k].cpv[i], need_reach(n, &n->lots[k]), (uint32_t)o.count, (uint32_t)k);
        built += seconds_since(began);
        o.lots += n->lot_count;
    }
    for (size_t i = 0; i < offers; i++)
        make_offer(b, (uint32_t)(i * (b->offers / offers)), 0, o.arena, &o.offers[i]);
    size_t pairs = check_open(&o, offers < 20 ? offers : 20);
    struct timed t = measure(ask_open, &o, offers, 1, b->rounds, b->budget);
    open_object(b, "needs_of_offer");
    put_number(b, "open_lots", (double)o.lots);
    put_number(b, "offers", (double)t.needs);
    put_timed(b, "", t);
    put_number(b, "bytes_per_lot", (double)index_bytes(o.ix) / (double)o.lots);
    put_number(b, "build_s", built);
    close_object(b);
    tell("open needs of an offer: median %.2f us, p99 %.1f us of %zu offers, %zu lots; %zu matches checked", t.median,
         t.p99, t.needs, o.lots, pairs);
    free(o.found);
    index_free(o.ix);
    arena_free(o.arena);
}

// ---- The memory's limit

static double read_speed(const uint64_t *words, size_t count)
{
    double best = 0;
    uint64_t sums[8] = {0};
    for (int round = 0; round < 5; round++) {
        int64_t began = now_ns();
        for (size_t i = 0; i + 8 <= count; i += 8)
            for (size_t k = 0; k < 8; k++)
                sums[k] += words[i + k];
        double speed = (double)(count * sizeof *words) / (double)(now_ns() - began);
        best = speed > best ? speed : best;
    }
    volatile uint64_t kept = sums[0] ^ sums[1] ^ sums[2] ^ sums[3] ^ sums[4] ^ sums[5] ^ sums[6] ^ sums[7];
    (void)kept;
    return best;
}

// Follows a circle through all lines in random order.
static double line_time(uint64_t *words, size_t count)
{
    const size_t line = 8, lines = count / line, steps = 2000000;
    uint64_t state = 1, at = 0;
    for (size_t i = 0; i < lines; i++)
        words[i * line] = i;
    for (size_t i = lines - 1; i > 0; i--) { // Sattolo: one circle
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t k = (size_t)((state >> 33) % i);
        uint64_t kept = words[i * line];
        words[i * line] = words[k * line];
        words[k * line] = kept;
    }
    int64_t began = now_ns();
    for (size_t i = 0; i < steps; i++)
        at = words[at * line];
    double took = (double)(now_ns() - began) / (double)steps;
    volatile uint64_t kept = at;
    (void)kept;
    return took;
}

static void run_memory(struct bench *b, size_t bytes)
{
    uint64_t *words = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (words == MAP_FAILED)
        return;
    madvise(words, bytes, MADV_HUGEPAGE);
    for (size_t i = 0; i < bytes / sizeof *words; i++)
        words[i] = i;
    double speed = read_speed(words, bytes / sizeof *words), line = line_time(words, bytes / sizeof *words);
    munmap(words, bytes);
    open_object(b, "memory");
    put_number(b, "bytes", (double)bytes);
    put_number(b, "read_gb_s", speed);
    put_number(b, "line_ns", line);
    close_object(b);
    tell("memory: %.1f GB/s read in order, %.0f ns for a line anywhere in %zu MiB", speed, line, bytes >> 20);
}

// ---- All of it

static void open_engines(struct bench *b)
{
    static const char *const ways[SIEVE_WAYS] = {"ours_plain", "ours_avx2", "ours_avx512"};
    b->scan = scan_new();
    for (size_t i = 0; i < SIEVE_WAYS; i++) {
        bool best = i == (size_t)sieve_best();
        if (sieve_has((enum sieve_way)i) && (wants(b, ways[i]) || (best && wants(b, "ours"))))
            b->ways[i] = offerindex_new(workload_places(b->w), (enum sieve_way)i, (int32_t)(workload_now() / 86400));
    }
    if (b->conninfo)
        b->given = layout_given_new(b->conninfo, b->layouts);
}

static void run_all(struct bench *b)
{
    double *candidates = memory_grow(NULL, b->needs, sizeof *candidates);
    put_number(b, "offers", (double)b->offers);
    put_number(b, "needs", (double)b->needs);
    tell("%zu offers, %zu needs, seed %" PRIu64, b->offers, b->needs, b->seed);
    make_needs(b);
    open_engines(b);
    fill(b);
    learn(b, candidates);
    tell("the scan has found what matches");
    prove(b);
    describe(b, candidates);
    write_triples(b);
    open_object(b, "engines");
    if (b->ways[sieve_best()])
        run_ways(b);
    if (wants(b, "scan"))
        run_scan(b);
    if (b->conninfo)
        run_layouts(b);
    close_object(b);
    if (b->ways[sieve_best()]) {
        put_bytes(b);
        run_updates(b);
    }
    if (b->open_lots)
        run_open(b);
    run_memory(b, (size_t)(b->offers > 100000 ? 1024 : 64) << 20);
    free(candidates);
}

static void fini(struct bench *b)
{
    for (size_t i = 0; i < b->needs; i++)
        for (size_t k = 0; k < b->all[i].need.lot_count; k++)
            free(b->all[i].truth[k].handles);
    for (size_t i = 0; i < SCAN_LOTS; i++)
        free(b->found[i].handles);
    for (size_t i = 0; i < SIEVE_WAYS; i++)
        if (b->ways[i])
            offerindex_free(b->ways[i]);
    scan_free(b->scan);
    layout_given_free(b->given);
    layout_asked_free(b->asked);
    arena_free(b->arena);
    words_free(b->words);
    workload_free(b->w);
    text_fini(&b->json);
}

static bool read_options(struct bench *b, int argc, char **argv)
{
    static const struct option options[] = {
        {"offers", 1, NULL, 'o'},  {"needs", 1, NULL, 'n'},      {"seed", 1, NULL, 's'},   {"reference", 1, NULL, 'r'},
        {"layouts", 1, NULL, 'l'}, {"postgresql", 1, NULL, 'p'}, {"budget", 1, NULL, 'b'}, {"engines", 1, NULL, 'e'},
        {"triples", 1, NULL, 't'}, {"open-lots", 1, NULL, 'k'},  {"rounds", 1, NULL, 'R'}, {0}};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (c) {
        case 'o':
            b->offers = strtoul(optarg, NULL, 10);
            break;
        case 'n':
            b->needs = strtoul(optarg, NULL, 10);
            break;
        case 's':
            b->seed = strtoull(optarg, NULL, 10);
            break;
        case 'r':
            b->reference = optarg;
            break;
        case 'l':
            b->layouts = optarg;
            break;
        case 'p':
            b->conninfo = optarg;
            break;
        case 'b':
            b->budget = strtod(optarg, NULL);
            break;
        case 'e':
            b->engines = optarg;
            break;
        case 't':
            b->triples = optarg;
            break;
        case 'k':
            b->open_lots = strtoul(optarg, NULL, 10);
            break;
        case 'R':
            b->rounds = strtoul(optarg, NULL, 10);
            break;
        default:
            return false;
        }
    return b->offers && b->offers < OFFERINDEX_MOST && b->needs && b->rounds;
}

int main(int argc, char **argv)
{
    static struct bench b = {.offers = 100000,
                             .needs = 1000,
                             .seed = 1,
                             .open_lots = OPEN_LOTS,
                             .rounds = ROUNDS,
                             .budget = 60,
                             .reference = "sql/reference",
                             .layouts = "tests/bench/matching",
                             .engines = "",
                             .equal = true};
    if (!read_options(&b, argc, argv)) {
        fprintf(
            stderr,
            "usage: bench_matching [--offers N] [--needs M] [--seed S] [--rounds R] [--open-lots L] [--budget SECONDS] "
            "[--engines A,B] [--postgresql CONNINFO] [--reference DIR] [--layouts DIR] [--triples FILE]\n");
        return 2;
    }
    b.w = workload_new(b.seed, b.reference);
    if (!b.w)
        return 1;
    b.words = words_new();
    b.arena = arena_new();
    text_init(&b.json, 1 << 20);
    text_byte(&b.json, '{');
    run_all(&b);
    text_format(&b.json, ",\"equal\":%s}", b.equal ? "true" : "false");
    puts(text_string(&b.json));
    bool equal = b.equal;
    fini(&b);
    return equal ? 0 : 1;
}
