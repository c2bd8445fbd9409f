// SPDX-License-Identifier: EUPL-1.2
// Knows how to improve a timetable by chance, keeping all rules at every moment for the meetings that are placed.
#include "core/shuffle.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_MOST 256 // meetings that change places at once
#define OUT_MOST 4     // meetings pushed out by one
#define COOLING 256    // tries at one temperature
#define IDLE 0.3       // of a gap: an idle slot between two meetings, so that long gaps close slot by slot
#define EXCESS 1.5     // a gap beyond what the spread allows
#define AIMED 2        // one try in so many goes to somebody with a gap
#define LOOKS 16       // people looked at for it
#define FAR 16.0       // temperatures: what costs more is never taken

struct shuffle {
    const struct agenda_view *v;
    const struct agenda *a;
    const uint64_t *allowed;
    struct shuffle_options options;
    uint64_t random;
    int *free_list, frees;         // meetings that can lie in more than one slot
    int *first, *clique, cliques;  // meeting m is in cliques clique[first[m]] to clique[first[m + 1] - 1]
    int *pre_first, *pre, *post_first, *post; // meetings that come before and after
    int *at;                       // clique x slot: the meeting there
    int *slot;                     // of each meeting
    int (*there)[2];               // of each meeting: in which list it is (slot, or `slots`: without one) and where
    int *list[AGENDA_SLOTS + 1], count[AGENDA_SLOTS + 1]; // meetings in each slot; last: without one
    uint64_t *busy;                // of each person
    int *need;                     // of each person: meetings that its share asks for
    uint32_t *seen, stamp;         // meetings of the present chain
    uint8_t *odd;                  // people whose busy slots the chain changes
    int chain[CHAIN_MOST], chained, touched[2 * CHAIN_MOST], touches;
    double weight, share, gap, change; // what one of each costs
    int base;                      // gaps of a person that the spread allows
    bool plain;                    // one day, no rests
    double temperature, high, low;
    long round, tried;             // tries of this round, done of them
    long quiet;                    // until then nothing is judged: that takes as long as some tries
    int rounds;
    double cost, best_cost;
    int64_t lost;                  // weight without a place
    int locked_out, best_locked_out;
    int64_t best_lost;
    int *best;
    struct shuffle_marks worth;
};

static uint32_t draw(struct shuffle *s, uint32_t below)
{
    s->random ^= s->random << 13;
    s->random ^= s->random >> 7;
    s->random ^= s->random << 17;
    return (uint32_t)(((s->random * 0x2545F4914F6CDD1DULL >> 32) * below) >> 32);
}

static int draw_slot(struct shuffle *s, uint64_t set)
{
    for (uint32_t skip = draw(s, (uint32_t)__builtin_popcountll(set)); skip > 0; skip--)
        set &= set - 1;
    return __builtin_ctzll(set);
}

static bool taken(struct shuffle *s, double more)
{
    if (more <= 0)
        return true;
    if (more > FAR * s->temperature)
        return false;
    return (double)draw(s, 1u << 31) < exp(-more / s->temperature) * (double)(1u << 31);
}

static double person_cost(const struct shuffle *s, int p, uint64_t busy)
{
    if (busy == 0)
        return s->share * s->need[p];
    int gaps = s->plain ? __builtin_popcountll(busy & ~(busy << 1)) - 1
                        : agenda_gaps(busy, s->a->person[p].rest, s->v->days);
    double cost = s->gap * gaps;
    if (gaps > 0 && s->plain)
        cost += s->gap * IDLE * (64 - __builtin_clzll(busy) - __builtin_ctzll(busy) - __builtin_popcountll(busy));
    if (gaps > s->base)
        cost += s->gap * EXCESS * (gaps - s->base);
    if (s->need[p] > 0 && s->share > 0) {
        int missing = s->need[p] - __builtin_popcountll(busy);
        cost += missing > 0 ? s->share * missing : 0;
    }
    return cost;
}

static double meeting_cost(const struct shuffle *s, int m, int slot)
{
    const struct agenda_meeting *x = &s->a->meeting[m];
    double cost = slot < 0 ? s->weight * (x->weight + (x->locked ? 100 : 0)) : 0;
    return cost + (x->old_slot >= 0 && x->old_slot != slot ? s->change : 0);
}

static void relist(struct shuffle *s, int m, int to)
{
    int from = s->there[m][0], last = s->list[from][--s->count[from]];
    s->list[from][s->there[m][1]] = last;
    s->there[last][1] = s->there[m][1];
    s->there[m][0] = to;
    s->there[m][1] = s->count[to];
    s->list[to][s->count[to]++] = m;
}

static void flip(struct shuffle *s, int m, int slot)
{
    s->busy[s->a->meeting[m].person[0]] ^= 1ULL << slot;
    s->busy[s->a->meeting[m].person[1]] ^= 1ULL << slot;
}

static void enter(struct shuffle *s, int m, int slot, int who)
{
    for (int i = s->first[m]; i < s->first[m + 1]; i++)
        s->at[s->clique[i] * s->a->slots + slot] = who;
}

static void place(struct shuffle *s, int m, int slot)
{
    s->slot[m] = slot;
    enter(s, m, slot, m);
    flip(s, m, slot);
    relist(s, m, slot);
    s->lost -= s->a->meeting[m].weight;
    s->locked_out -= s->a->meeting[m].locked;
}

static void lift(struct shuffle *s, int m)
{
    enter(s, m, s->slot[m], AGENDA_NONE);
    flip(s, m, s->slot[m]);
    relist(s, m, s->a->slots);
    s->slot[m] = AGENDA_NONE;
    s->lost += s->a->meeting[m].weight;
    s->locked_out += s->a->meeting[m].locked;
}

static bool rested(const struct shuffle *s, int p, uint64_t busy)
{
    uint64_t later = busy;
    for (int i = s->a->person[p].rest; i > 0; i--) {
        later = (later << 1) & ~s->v->days;
        if (later & busy)
            return false;
    }
    return true;
}

// Where a meeting lies once the chain has changed places.
static int then(const struct shuffle *s, int m, int both)
{
    return s->slot[m] >= 0 && s->seen[m] == s->stamp ? both - s->slot[m] : s->slot[m];
}

static bool in_order(const struct shuffle *s, int m, int slot, int both)
{
    for (int i = s->pre_first[m]; i < s->pre_first[m + 1]; i++) {
        int other = then(s, s->pre[i], both);
        if (other >= 0 && other >= slot)
            return false;
    }
    for (int i = s->post_first[m]; i < s->post_first[m + 1]; i++) {
        int other = then(s, s->post[i], both);
        if (other >= 0 && other <= slot)
            return false;
    }
    return true;
}

// The meetings that change places between the slot of m and `to`; false when one of them cannot. *more: how many `to` gets.
static bool gather(struct shuffle *s, int m, int to, int *more)
{
    int from = s->slot[m];
    s->stamp++;
    s->seen[m] = s->stamp;
    s->chain[0] = m;
    s->chained = 1;
    *more = 0;
    for (int i = 0; i < s->chained; i++) {
        int x = s->chain[i], back = s->slot[x], target = back == from ? to : from;
        *more += target == to ? 1 : -1;
        for (int c = s->first[x]; c < s->first[x + 1]; c++) {
            int other = s->at[s->clique[c] * s->a->slots + target];
            if (other < 0 || s->seen[other] == s->stamp)
                continue;
            if (!(s->allowed[other] >> back & 1) || s->chained == CHAIN_MOST)
                return false;
            s->seen[other] = s->stamp;
            s->chain[s->chained++] = other;
        }
    }
    return true;
}

static void touch(struct shuffle *s, int p)
{
    if (!(s->odd[p] & 2))
        s->touched[s->touches++] = p;
    s->odd[p] ^= 1;
    s->odd[p] |= 2;
}

// What the people of the chain cost more when it changes places; false when a rest is broken.
static bool chain_cost(struct shuffle *s, uint64_t slots, double *more)
{
    bool fits = true;
    s->touches = 0;
    for (int i = 0; i < s->chained; i++) {
        touch(s, s->a->meeting[s->chain[i]].person[0]);
        touch(s, s->a->meeting[s->chain[i]].person[1]);
    }
    for (int i = 0; i < s->touches; i++) {
        int p = s->touched[i];
        if (s->odd[p] & 1) {
            *more += person_cost(s, p, s->busy[p] ^ slots) - person_cost(s, p, s->busy[p]);
            fits = fits && (s->plain || rested(s, p, s->busy[p] ^ slots));
        }
        s->odd[p] = 0;
    }
    return fits;
}

static void exchange(struct shuffle *s, int m, int to)
{
    int from = s->slot[m], more;
    if (!gather(s, m, to, &more))
        return;
    if (more > 0 ? s->count[to] + more > s->a->tables : s->count[from] - more > s->a->tables)
        return;
    for (int i = 0; s->a->befores > 0 && i < s->chained; i++)
        if (!in_order(s, s->chain[i], from + to - s->slot[s->chain[i]], from + to))
            return;
    double cost = 0;
    if (!chain_cost(s, 1ULL << from | 1ULL << to, &cost))
        return;
    for (int i = 0; s->change > 0 && i < s->chained; i++) {
        int x = s->chain[i];
        cost += meeting_cost(s, x, from + to - s->slot[x]) - meeting_cost(s, x, s->slot[x]);
    }
    if (!taken(s, cost))
        return;
    s->cost += cost;
    for (int i = 0; i < s->chained; i++) {
        enter(s, s->chain[i], s->slot[s->chain[i]], AGENDA_NONE);
        flip(s, s->chain[i], s->slot[s->chain[i]]);
    }
    for (int i = 0; i < s->chained; i++) {
        int x = s->chain[i], slot = from + to - s->slot[x];
        s->slot[x] = slot;
        enter(s, x, slot, x);
        flip(s, x, slot);
        relist(s, x, slot);
    }
}

struct out {
    int list[OUT_MOST], count;
    bool many; // too many, or one that must stay
};

static void push(const struct shuffle *s, struct out *out, int m)
{
    for (int i = 0; i < out->count; i++)
        if (out->list[i] == m)
            return;
    if (out->count == OUT_MOST || s->a->meeting[m].locked)
        out->many = true;
    else
        out->list[out->count++] = m;
}

static int one_of(struct shuffle *s, int p)
{
    int slot = draw_slot(s, s->busy[p]);
    return s->at[p * s->a->slots + slot];
}

// Who must leave so that m can come to the slot.
static void oust(struct shuffle *s, int m, int slot, struct out *out)
{
    const struct agenda_meeting *x = &s->a->meeting[m];
    for (int c = s->first[m]; c < s->first[m + 1]; c++) {
        int other = s->at[s->clique[c] * s->a->slots + slot];
        if (other >= 0)
            push(s, out, other);
    }
    if (out->count == 0 && s->count[slot] >= s->a->tables)
        push(s, out, s->list[slot][draw(s, (uint32_t)s->count[slot])]);
    for (int side = 0; side < 2; side++) {
        int p = x->person[side], most = s->a->person[p].most, rest = s->a->person[p].rest;
        for (int t = slot + 1; t <= slot + rest && t < s->a->slots && !(s->v->days >> t & 1); t++)
            if (s->busy[p] >> t & 1)
                push(s, out, s->at[p * s->a->slots + t]);
        for (int t = slot; t > 0 && t > slot - rest && !(s->v->days >> t & 1); t--)
            if (s->busy[p] >> (t - 1) & 1)
                push(s, out, s->at[p * s->a->slots + t - 1]);
        bool leaves = false;
        for (int i = 0; i < out->count; i++)
            leaves |= s->a->meeting[out->list[i]].person[0] == p || s->a->meeting[out->list[i]].person[1] == p;
        if (most > 0 && !leaves && __builtin_popcountll(s->busy[p]) >= most)
            push(s, out, one_of(s, p));
    }
    for (int i = s->pre_first[m]; i < s->pre_first[m + 1]; i++)
        if (s->slot[s->pre[i]] >= slot)
            push(s, out, s->pre[i]);
    for (int i = s->post_first[m]; i < s->post_first[m + 1]; i++)
        if (s->slot[s->post[i]] >= 0 && s->slot[s->post[i]] <= slot)
            push(s, out, s->post[i]);
}

static double people_cost(struct shuffle *s, const struct out *out, int m)
{
    double cost = 0;
    int people[2 * OUT_MOST + 2], count = 0;
    for (int i = -1; i < out->count; i++)
        for (int side = 0; side < 2; side++) {
            int p = s->a->meeting[i < 0 ? m : out->list[i]].person[side], k = 0;
            while (k < count && people[k] != p)
                k++;
            if (k == count) {
                people[count++] = p;
                cost += person_cost(s, p, s->busy[p]);
            }
        }
    return cost;
}

static void insert(struct shuffle *s, int m)
{
    int slot = draw_slot(s, s->allowed[m]);
    struct out out = {.count = 0};
    oust(s, m, slot, &out);
    if (out.many)
        return;
    double more = meeting_cost(s, m, slot) - meeting_cost(s, m, AGENDA_NONE);
    int was[OUT_MOST];
    for (int i = 0; i < out.count; i++)
        more += meeting_cost(s, out.list[i], AGENDA_NONE) - meeting_cost(s, out.list[i], s->slot[out.list[i]]);
    // What the gaps may give back is little beside a meeting that is lost.
    if (more > FAR * s->temperature + 4 * s->gap + 4 * s->share)
        return;
    more -= people_cost(s, &out, m);
    for (int i = 0; i < out.count; i++) {
        was[i] = s->slot[out.list[i]];
        lift(s, out.list[i]);
    }
    place(s, m, slot);
    more += people_cost(s, &out, m);
    if (taken(s, more)) {
        s->cost += more;
        return;
    }
    lift(s, m);
    for (int i = 0; i < out.count; i++)
        place(s, out.list[i], was[i]);
}

int shuffle_compare(const struct shuffle_marks *a, const struct shuffle_marks *b)
{
    for (int i = 0; i < SHUFFLE_MARKS; i++)
        if (a->mark[i] != b->mark[i])
            return a->mark[i] < b->mark[i] ? -1 : 1;
    return 0;
}

void shuffle_judge(struct shuffle_marks *out, const struct agenda_view *v, const struct shuffle_options *o, const int *slot)
{
    const struct agenda *a = v->agenda;
    struct timetable t = {.meetings = a->meetings};
    struct arena *arena = arena_new();
    t.slot = arena_array(arena, (size_t)a->meetings + 1, sizeof(int));
    t.table = arena_array(arena, (size_t)a->meetings + 1, sizeof(int));
    int64_t lost = 0, locked = 0;
    for (int m = 0; m < a->meetings; m++) {
        t.slot[m] = slot[m];
        t.table[m] = AGENDA_NONE;
        lost += slot[m] < 0 ? a->meeting[m].weight : 0;
        locked += slot[m] < 0 && a->meeting[m].locked;
    }
    struct timetable_value value;
    timetable_value(&value, v, &t);
    arena_free(arena);
    int64_t beyond = value.spread > o->spread ? value.spread - o->spread : 0;
    *out = (struct shuffle_marks){.mark = {locked, lost + (a->complete ? beyond : 0)}};
    for (int i = 1, at = 2; i < LEVELS - 1; i++)
        switch (o->order[i]) {
        case LEVEL_FAIRNESS: out->mark[at++] = TIMETABLE_ALL - value.level[LEVEL_FAIRNESS]; break;
        case LEVEL_GAPS:
            out->mark[at++] = a->complete ? 0 : beyond;
            out->mark[at++] = value.level[LEVEL_GAPS];
            break;
        default: out->mark[at++] = value.level[o->order[i]];
        }
}

static void keep(struct shuffle *s)
{
    struct shuffle_marks now;
    shuffle_judge(&now, s->v, &s->options, s->slot);
    if (shuffle_compare(&now, &s->worth) < 0) {
        s->worth = now;
        memcpy(s->best, s->slot, (size_t)s->a->meetings * sizeof *s->best);
    }
    s->quiet = s->tried + s->a->meetings / 8;
    s->best_cost = s->cost;
    s->best_lost = s->lost;
    s->best_locked_out = s->locked_out;
}

static bool promising(const struct shuffle *s)
{
    if (s->tried < s->quiet)
        return false;
    if (s->locked_out != s->best_locked_out)
        return s->locked_out < s->best_locked_out;
    return s->lost < s->best_lost || (s->lost == s->best_lost && s->cost < s->best_cost - 0.01);
}

#define ROUND_SHORT 100000
#define ROUND_MEETING 1500 // for each meeting more
#define ROUND_MOST 7       // doublings

static void cool(struct shuffle *s)
{
    if (s->tried >= s->round) {
        s->tried = s->quiet = 0;
        long size = ROUND_SHORT + (long)ROUND_MEETING * s->a->meetings;
        s->round = size << (s->rounds / 2 < ROUND_MOST ? s->rounds / 2 : ROUND_MOST);
        s->rounds++;
        s->best_cost = INFINITY; // an answer of this round may be better though it costs more
    }
    s->temperature = s->high * pow(s->low / s->high, (double)s->tried / (double)s->round);
}

// Somebody's first or last meeting goes into one of its idle slots.
static void close_gap(struct shuffle *s)
{
    for (int i = 0; i < LOOKS; i++) {
        int p = (int)draw(s, (uint32_t)s->a->people);
        uint64_t busy = s->busy[p];
        if (busy == 0)
            continue;
        int first = __builtin_ctzll(busy), last = 63 - __builtin_clzll(busy);
        uint64_t idle = ~busy & ((2ULL << last) - 1) & ~((1ULL << first) - 1);
        if (idle == 0)
            continue;
        int m = s->at[p * s->a->slots + (draw(s, 2) > 0 ? first : last)];
        if ((idle & s->allowed[m]) != 0) {
            exchange(s, m, draw_slot(s, idle & s->allowed[m]));
            return;
        }
    }
}

bool shuffle_run(struct shuffle *s, int tries, bool (*stop)(void *ctx), void *ctx)
{
    for (int i = 0; i < tries; i++, s->tried++) {
        if (s->tried % COOLING == 0 || s->tried >= s->round) {
            cool(s);
            if (stop != NULL && stop(ctx))
                return false;
        }
        int out = s->count[s->a->slots];
        if (out > 0 && draw(s, 4) == 0) {
            int m = s->list[s->a->slots][draw(s, (uint32_t)out)];
            if (s->allowed[m] != 0)
                insert(s, m);
        } else if (s->frees > 0 && draw(s, AIMED) == 0) {
            close_gap(s);
        } else if (s->frees > 0) {
            int m = s->free_list[draw(s, (uint32_t)s->frees)];
            if (s->slot[m] >= 0)
                exchange(s, m, draw_slot(s, s->allowed[m] & ~(1ULL << s->slot[m])));
        }
        if (promising(s))
            keep(s);
    }
    return true;
}

// All costs anew: what is asked has changed, or sums of fractions have drifted.
static void recount(struct shuffle *s)
{
    s->cost = 0;
    for (int p = 0; p < s->a->people; p++)
        s->cost += person_cost(s, p, s->busy[p]);
    for (int m = 0; m < s->a->meetings; m++)
        s->cost += meeting_cost(s, m, s->slot[m]);
    s->best_cost = INFINITY;
}

void shuffle_start(struct shuffle *s, const int *slot)
{
    for (int m = 0; m < s->a->meetings; m++)
        if (s->slot[m] >= 0)
            lift(s, m);
    for (int pass = 0; pass < 2; pass++) // the locked ones first
        for (int m = 0; m < s->a->meetings; m++) {
            struct out out = {.count = 0};
            if (s->a->meeting[m].locked == (pass > 0) || slot[m] < 0 || !(s->allowed[m] >> slot[m] & 1))
                continue;
            oust(s, m, slot[m], &out);
            if (out.count == 0 && !out.many)
                place(s, m, slot[m]);
        }
    recount(s);
    keep(s);
    s->tried = s->round = s->quiet = 0;
}

void shuffle_aim(struct shuffle *s, int64_t share)
{
    for (int p = 0; p < s->a->people; p++) {
        int64_t wanted = s->v->first[p + 1] - s->v->first[p];
        s->need[p] = (int)((share * wanted + TIMETABLE_ALL - 1) / TIMETABLE_ALL);
    }
    recount(s);
}

const int *shuffle_best(const struct shuffle *s)
{
    return s->best;
}

const struct shuffle_marks *shuffle_worth(const struct shuffle *s)
{
    return &s->worth;
}

// What a unit of each level costs, the gap being 1 where gaps come first.
static void price(struct shuffle *s)
{
    bool moved = false, complete = s->a->complete;
    for (int m = 0; m < s->a->meetings; m++)
        moved |= s->a->meeting[m].old_slot >= 0;
    double unit = 1;
    for (int i = 1; i < LEVELS - 1; i++)
        switch (s->options.order[i]) {
        case LEVEL_GAPS: s->gap = unit, unit *= 0.3; break;
        case LEVEL_CHANGE: s->change = moved ? unit : 0, unit *= moved ? 0.3 : 1; break;
        default: s->share = complete ? 0 : 1;
        }
    s->weight = complete ? 2 : 1.5;
    s->high = 0.4;
    s->low = 0.27 * unit;
}

static void index_pairs(const struct agenda *a, bool second, int **first, int **list)
{
    *first = memory_new(((size_t)a->meetings + 2) * sizeof **first);
    *list = memory_new((a->befores + 1) * sizeof **list);
    memset(*first, 0, ((size_t)a->meetings + 2) * sizeof **first);
    for (size_t i = 0; i < a->befores; i++)
        (*first)[(second ? a->before[i].second : a->before[i].first) + 1]++;
    for (int m = 0; m < a->meetings; m++)
        (*first)[m + 1] += (*first)[m];
    for (size_t i = a->befores; i-- > 0;) {
        int key = second ? a->before[i].second : a->before[i].first;
        (*list)[--(*first)[key + 1]] = second ? a->before[i].first : a->before[i].second;
    }
    memmove(*first, *first + 1, (size_t)a->meetings * sizeof **first);
    (*first)[a->meetings] = (int)a->befores;
}

static void index_cliques(struct shuffle *s)
{
    struct arena *arena = arena_new();
    const struct clique *list = clique_list(s->v, arena, &s->cliques);
    size_t all = 0;
    s->first = memory_new(((size_t)s->a->meetings + 1) * sizeof *s->first);
    memset(s->first, 0, ((size_t)s->a->meetings + 1) * sizeof *s->first);
    for (int c = 0; c < s->cliques; c++)
        for (int i = 0; i < list[c].count; i++, all++)
            s->first[list[c].list[i] + 1]++;
    for (int m = 0; m < s->a->meetings; m++)
        s->first[m + 1] += s->first[m];
    s->clique = memory_new((all + 1) * sizeof *s->clique);
    int *at = arena_array(arena, (size_t)s->a->meetings + 1, sizeof *at);
    for (int c = 0; c < s->cliques; c++)
        for (int i = 0; i < list[c].count; i++) {
            int m = list[c].list[i];
            s->clique[s->first[m] + at[m]++] = c;
        }
    s->at = memory_new(((size_t)s->cliques * (size_t)s->a->slots + 1) * sizeof *s->at);
    for (size_t i = 0; i < (size_t)s->cliques * (size_t)s->a->slots; i++)
        s->at[i] = AGENDA_NONE;
    arena_free(arena);
}

static void *cleared(size_t count, size_t size)
{
    void *p = memory_new((count + 1) * size);
    memset(p, 0, (count + 1) * size);
    return p;
}

static void make_lists(struct shuffle *s)
{
    size_t meetings = (size_t)s->a->meetings, people = (size_t)s->a->people;
    s->slot = cleared(meetings, sizeof *s->slot);
    s->best = cleared(meetings, sizeof *s->best);
    s->there = cleared(meetings, sizeof *s->there);
    s->free_list = cleared(meetings, sizeof *s->free_list);
    s->seen = cleared(meetings, sizeof *s->seen);
    s->busy = cleared(people, sizeof *s->busy);
    s->need = cleared(people, sizeof *s->need);
    s->odd = cleared(people, sizeof *s->odd);
    for (int t = 0; t <= s->a->slots; t++)
        s->list[t] = cleared(meetings, sizeof **s->list);
    for (int m = 0; m < s->a->meetings; m++) {
        s->slot[m] = s->best[m] = AGENDA_NONE;
        s->there[m][0] = s->a->slots;
        s->there[m][1] = m;
        s->list[s->a->slots][m] = m;
        s->lost += s->a->meeting[m].weight;
        s->locked_out += s->a->meeting[m].locked;
        if ((s->allowed[m] & (s->allowed[m] - 1)) != 0)
            s->free_list[s->frees++] = m;
    }
    s->count[s->a->slots] = s->a->meetings;
}

struct shuffle *shuffle_new(const struct agenda_view *v, const uint64_t *slots, const struct shuffle_options *o)
{
    struct shuffle *s = cleared(1, sizeof *s);
    *s = (struct shuffle){.v = v, .a = v->agenda, .allowed = slots, .options = *o, .base = o->spread};
    s->random = (o->seed + 1) * 0x9E3779B97F4A7C15ULL;
    s->plain = v->days == 1;
    for (int p = 0; p < s->a->people; p++)
        s->plain = s->plain && s->a->person[p].rest == 0;
    index_cliques(s);
    index_pairs(s->a, true, &s->pre_first, &s->pre);
    index_pairs(s->a, false, &s->post_first, &s->post);
    make_lists(s);
    price(s);
    recount(s);
    shuffle_judge(&s->worth, v, o, s->slot);
    return s;
}

void shuffle_free(struct shuffle *s)
{
    if (s == NULL)
        return;
    void *all[] = {s->free_list, s->first, s->clique, s->pre_first, s->pre, s->post_first, s->post, s->at, s->slot,
                   s->there, s->busy, s->need, s->seen, s->odd, s->best};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    for (int t = 0; t <= s->a->slots; t++)
        free(s->list[t]);
    free(s);
}
