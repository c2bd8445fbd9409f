// SPDX-License-Identifier: EUPL-1.2
// Knows the sets of slots in which one person can be busy, by dynamic programming over the slots.
#include "core/pattern.h"

#include "core/hall.h"

#include <string.h>

// What a slot can follow on. After a meeting of the day, FIRST + n: n slots passed since; from rest + 1 on they are not
// told apart.
enum { BEFORE, FIRST };

static int states(const struct pattern *p)
{
    return p->rest + 3;
}

static int waited(const struct pattern *p, int state)
{
    return state == BEFORE || state == FIRST + p->rest + 1 ? state : state + 1;
}

// Whether a meeting may follow; *gap: whether that leaves a gap.
static bool may_meet(const struct pattern *p, int state, int *gap)
{
    *gap = state == FIRST + p->rest + 1;
    return state == BEFORE || state >= FIRST + p->rest;
}

uint64_t pattern_around(uint64_t busy, int rest, uint64_t days)
{
    uint64_t before = busy, after = busy;
    for (; rest > 0 && (before | after) != ~0ull; rest--) {
        after |= after << 1 & ~days;
        before |= (before & ~days) >> 1;
    }
    return before | after;
}

void pattern_of(struct pattern *out, const struct agenda_view *v, int person, const uint64_t *set, int count)
{
    const struct agenda_person *who = &v->agenda->person[person];
    int slots = v->agenda->slots, scratch[2 * AGENDA_SLOTS], rank[AGENDA_SLOTS + 1];
    uint64_t into[AGENDA_SLOTS] = {0}, back[AGENDA_SLOTS];
    *out = (struct pattern){.slots = slots, .days = v->days, .count = count};
    out->rest = who->rest < AGENDA_SLOTS ? who->rest : AGENDA_SLOTS - 1;
    for (int m = 0; m < count; m++) {
        out->can |= set[m];
        if (!(set[m] & (set[m] - 1)))
            out->must |= set[m];
        for (uint64_t left = set[m]; left; left &= left - 1)
            into[__builtin_ctzll(left)] |= 1ull << m;
    }
    for (int t = 0; t < slots; t++)
        back[t] = into[slots - 1 - t];
    hall_ranks(into, slots, scratch, out->high);
    hall_ranks(back, slots, scratch, rank);
    for (int t = 0; t <= slots; t++)
        out->low[t] = count - rank[slots - t];
}

// Gaps that fit between so many meetings in so many slots.
static int most_gaps(const struct pattern *p)
{
    int fit = p->slots / (p->rest + 2);
    return fit < p->count - 1 ? fit : p->count > 0 ? p->count - 1 : 0;
}

// Bits low[t] to high[t]: how many meetings there may be before slot t.
static uint64_t counts(const struct pattern *p, int t)
{
    return p->low[t] > p->high[t] ? 0 : ~0ull << p->low[t] & ~0ull >> (AGENDA_SLOTS - 1 - p->high[t]);
}

static uint64_t *cell(uint64_t layer[PATTERN_WIDTH], const struct pattern *p, int gaps, int state)
{
    return &layer[gaps * states(p) + state];
}

static int begin(const struct pattern *p, int t, int state)
{
    return p->days >> t & 1 ? BEFORE : state;
}

// ahead[t]: with so many gaps, and slot t to follow on a state, the numbers of meetings that there can be before it.
static void go_ahead(const struct pattern *p, int gaps, uint64_t ahead[][PATTERN_WIDTH])
{
    memset(ahead, 0, (size_t)(p->slots + 1) * sizeof *ahead);
    *cell(ahead[0], p, 0, BEFORE) = 1;
    for (int t = 0; t < p->slots; t++) {
        uint64_t fit = counts(p, t + 1);
        for (int g = 0; g <= gaps; g++)
            for (int s = BEFORE; s < states(p); s++) {
                uint64_t from = *cell(ahead[t], p, g, s);
                int now = begin(p, t, s), gap;
                if (!(p->must >> t & 1))
                    *cell(ahead[t + 1], p, g, waited(p, now)) |= from & fit;
                if (p->can >> t & 1 && may_meet(p, now, &gap) && g + gap <= gaps)
                    *cell(ahead[t + 1], p, g + gap, FIRST) |= from << 1 & fit;
            }
    }
}

// behind[t]: with so many gaps still to come at most, the numbers of meetings before slot t from which all can be
// reached.
static void go_behind(const struct pattern *p, int gaps, uint64_t behind[][PATTERN_WIDTH])
{
    for (int i = 0; i < (gaps + 1) * states(p); i++)
        behind[p->slots][i] = 1ull << p->count;
    for (int t = p->slots - 1; t >= 0; t--) {
        uint64_t fit = counts(p, t);
        for (int g = 0; g <= gaps; g++)
            for (int s = BEFORE; s < states(p); s++) {
                int now = begin(p, t, s), gap;
                uint64_t from = p->must >> t & 1 ? 0 : *cell(behind[t + 1], p, g, waited(p, now));
                if (p->can >> t & 1 && may_meet(p, now, &gap) && gap <= g)
                    from |= *cell(behind[t + 1], p, g - gap, FIRST) >> 1;
                *cell(behind[t], p, g, s) = from & fit;
            }
    }
}

static void find_use(struct pattern_range *out, const struct pattern *p, int gaps, struct pattern_scratch *scratch)
{
    out->can = 0;
    out->must = p->can;
    for (int t = 0; t < p->slots; t++)
        for (int g = 0; g <= gaps; g++)
            for (int s = BEFORE; s < states(p); s++) {
                uint64_t from = *cell(scratch->ahead[t], p, g, s);
                int now = begin(p, t, s), gap;
                if (!(p->must >> t & 1) && from & *cell(scratch->behind[t + 1], p, gaps - g, waited(p, now)))
                    out->must &= ~(1ull << t);
                if (p->can >> t & 1 && may_meet(p, now, &gap) && g + gap <= gaps &&
                    from & *cell(scratch->behind[t + 1], p, gaps - g - gap, FIRST) >> 1)
                    out->can |= 1ull << t;
            }
}

bool pattern_range(struct pattern_range *out, const struct pattern *p, int gaps, struct pattern_scratch *scratch)
{
    int most = most_gaps(p);
    *out = (struct pattern_range){.least = -1};
    if (p->count >= AGENDA_SLOTS) { // all the time
        *out = (struct pattern_range){.can = p->can, .must = p->can};
        return p->count == AGENDA_SLOTS && p->rest == 0 && p->can == ~0ull;
    }
    most = gaps >= 0 && gaps < most ? gaps : most;
    go_ahead(p, most, scratch->ahead);
    for (int g = 0; g <= most; g++)
        for (int s = BEFORE; s < states(p); s++)
            if (*cell(scratch->ahead[p->slots], p, g, s) >> p->count & 1) {
                out->least = out->least < 0 ? g : out->least;
                out->most = g;
            }
    if (out->least < 0)
        return false;
    go_behind(p, most, scratch->behind);
    find_use(out, p, most, scratch);
    return true;
}

size_t pattern_room(const struct pattern *p)
{
    return (size_t)(p->slots + 1) * (size_t)states(p) * (size_t)(p->count + 2);
}

// What it costs at least from slot t on, by the state that t follows on and the number of meetings before it.
static int64_t *costs(const struct pattern *p, int64_t *room, int t, int state)
{
    return room + (t * states(p) + state) * (p->count + 2);
}

static void go_cheaply(const struct pattern *p, int t, int64_t gap, const int64_t *price, int64_t *room)
{
    for (int s = BEFORE; s < states(p); s++) {
        int now = begin(p, t, s), left;
        int64_t *at = costs(p, room, t, s);
        const int64_t *idle = costs(p, room, t + 1, waited(p, now)), *busy = costs(p, room, t + 1, FIRST) + 1;
        bool can = may_meet(p, now, &left) && p->can >> t & 1, must = p->must >> t & 1;
        int64_t cost = price[t] + left * gap;
        for (int k = p->low[t]; k <= p->high[t]; k++)
            at[k] = must ? PATTERN_NONE : idle[k];
        for (int k = p->low[t]; can && k <= p->high[t]; k++)
            if (busy[k] + cost < at[k] && busy[k] < PATTERN_NONE)
                at[k] = busy[k] + cost;
    }
}

int64_t pattern_cheapest(const struct pattern *p, int64_t gap, const int64_t *price, int64_t *room, uint64_t *busy)
{
    size_t size = pattern_room(p);
    int state = BEFORE, k = 0;
    for (size_t i = 0; i < size; i++)
        room[i] = PATTERN_NONE;
    for (int s = BEFORE; s < states(p); s++)
        costs(p, room, p->slots, s)[p->count] = 0;
    for (int t = p->slots - 1; t >= 0; t--)
        go_cheaply(p, t, gap, price, room);
    *busy = 0;
    for (int t = 0; t < p->slots && *costs(p, room, 0, BEFORE) < PATTERN_NONE; t++) {
        int now = begin(p, t, state);
        bool idle = !(p->must >> t & 1) && costs(p, room, t, state)[k] == costs(p, room, t + 1, waited(p, now))[k];
        *busy |= (uint64_t)!idle << t;
        k += !idle;
        state = idle ? waited(p, now) : FIRST;
    }
    return *costs(p, room, 0, BEFORE);
}
