// SPDX-License-Identifier: EUPL-1.2
// Knows how few gaps all people of a complete agenda can have together.
#include "core/gapfloor.h"

#include <math.h>

#define UNIT (INT64_C(1) << 20) // what a gap costs
#define ROUNDS 150
#define CELLS 40000000 // visited at most: bounds the time
#define PATIENCE 8     // rounds without a better bound before the steps get shorter
#define SHORTER 0.6
#define SHORTEST 0.03 // of a gap
#define INERTIA 0.6
#define TABLES_WEIGHT 0.03
#define DEAREST (double)(INT64_C(1) << 32) // sums of prices stay far from the end of the numbers

// One more row than people: the tables.
struct market {
    const struct agenda *a;
    const uint64_t *slots;
    const struct pattern *pattern;
    int64_t *price, *room;
    int *excess;    // how much more the patterns use a slot than the meetings; tables: meetings more than tables
    double *course; // where the prices go
};

static int64_t *row(const struct market *k, int person)
{
    return k->price + (size_t)person * (size_t)k->a->slots;
}

static int *excess(const struct market *k, int person)
{
    return k->excess + (size_t)person * (size_t)k->a->slots;
}

static int64_t lay_patterns(struct market *k)
{
    int64_t cost = 0;
    for (int p = 0; p < k->a->people; p++) {
        uint64_t busy;
        cost += pattern_cheapest(&k->pattern[p], UNIT, row(k, p), k->room, &busy);
        for (int t = 0; t < k->a->slots; t++)
            excess(k, p)[t] = busy >> t & 1;
    }
    return cost;
}

static int64_t lay_meetings(struct market *k)
{
    int64_t cost = 0;
    for (int t = 0; t < k->a->slots; t++) {
        excess(k, k->a->people)[t] = -k->a->tables;
        cost -= row(k, k->a->people)[t] * k->a->tables;
    }
    for (int m = 0; m < k->a->meetings; m++) {
        const int *p = k->a->meeting[m].person;
        const int64_t *first = row(k, p[0]), *second = row(k, p[1]), *table = row(k, k->a->people);
        int best = __builtin_ctzll(k->slots[m]);
        for (uint64_t left = k->slots[m]; left; left &= left - 1) {
            int t = __builtin_ctzll(left);
            if (table[t] - first[t] - second[t] < table[best] - first[best] - second[best])
                best = t;
        }
        cost += table[best] - first[best] - second[best];
        excess(k, p[0])[best]--;
        excess(k, p[1])[best]--;
        excess(k, k->a->people)[best]++;
    }
    return cost;
}

// Many meetings hang on the price of a slot's tables: it moves more slowly.
static double weight(const struct market *k, int person)
{
    return person < k->a->people ? 1 : TABLES_WEIGHT;
}

// Turns the course towards the excess; returns the square of its length. A table that is left over is no excess.
static double turn(struct market *k)
{
    double square = 0;
    for (int p = 0; p <= k->a->people; p++)
        for (int t = 0; t < k->a->slots; t++) {
            size_t at = (size_t)p * (size_t)k->a->slots + (size_t)t;
            bool spare = p == k->a->people && k->excess[at] < 0 && k->price[at] == 0;
            k->course[at] = INERTIA * k->course[at] + (spare ? 0 : weight(k, p) * k->excess[at]);
            square += k->course[at] * k->course[at];
        }
    return square;
}

static void raise(struct market *k, double step)
{
    for (int p = 0; p <= k->a->people; p++)
        for (int t = 0; t < k->a->slots; t++) {
            size_t at = (size_t)p * (size_t)k->a->slots + (size_t)t;
            double price = (double)k->price[at] + step * weight(k, p) * k->course[at];
            double least = p < k->a->people ? -DEAREST : 0;
            k->price[at] = (int64_t)fmin(fmax(price, least), DEAREST);
        }
}

static void open_market(struct market *k, size_t *cells, struct arena *arena)
{
    size_t prices = ((size_t)k->a->people + 1) * (size_t)k->a->slots, most = 0;
    *cells = 0;
    for (int p = 0; p < k->a->people; p++) {
        size_t room = pattern_room(&k->pattern[p]);
        *cells += room;
        most = room > most ? room : most;
    }
    k->price = arena_array(arena, prices, sizeof *k->price);
    k->room = arena_array(arena, most, sizeof *k->room);
    k->excess = arena_array(arena, prices, sizeof *k->excess);
    k->course = arena_array(arena, prices, sizeof *k->course);
}

int64_t gapfloor_find(const struct agenda_view *v, const uint64_t *slots, const struct pattern *pattern,
                      struct arena *arena)
{
    struct market k = {.a = v->agenda, .slots = slots, .pattern = pattern};
    int64_t best = 0;
    size_t cells;
    open_market(&k, &cells, arena);
    size_t rounds = cells ? CELLS / cells : 0;
    double hope = 0; // how far the bound might still rise
    for (size_t i = 0, since = 0; i < rounds && i < ROUNDS; i++) {
        int64_t cost = lay_patterns(&k) + lay_meetings(&k);
        if (cost > best || i == 0)
            since = 0;
        best = cost > best ? cost : best;
        if (i == 0)
            hope = 2 * (double)UNIT + (double)best / 4;
        if (++since > PATIENCE) {
            since = 0;
            hope *= SHORTER;
        }
        double square = turn(&k);
        if (square == 0 || hope < SHORTEST * (double)UNIT)
            break;
        raise(&k, (hope + (double)(best - cost)) / square);
    }
    return (best + UNIT - 1) / UNIT;
}
