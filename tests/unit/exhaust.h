// SPDX-License-Identifier: EUPL-1.2
// Finds what the best timetable of a small agenda is worth by trying all of them, and draws small agendas of all sorts
// at random. Knows the rules as core/agenda.h says them, and nothing of how the program plans.
#ifndef TESTS_EXHAUST_H
#define TESTS_EXHAUST_H

#include "core/timetable.h"

#include <stdlib.h>
#include <string.h>

enum { EXHAUST_PEOPLE = 6, EXHAUST_MEETINGS = 8, EXHAUST_SLOTS = 7, EXHAUST_TABLES = 3, EXHAUST_PAIRS = 6 };

// What a timetable is worth. beyond: how far the spread is over what is wanted; it counts just before the gaps.
struct exhaust_worth {
    int64_t level[LEVELS];
    int beyond;
};

struct exhaust_answer {
    bool feasible;
    struct exhaust_worth worth;                          // of the best
    int slot[EXHAUST_MEETINGS], table[EXHAUST_MEETINGS]; // one of those that are worth it
};

struct exhaust {
    const struct agenda *a;
    int spread;
    const enum level *order;
    int slot[EXHAUST_MEETINGS], table[EXHAUST_MEETINGS]; // the one at hand
    int changes;                                         // of table, fewest for its slots so far; -1: none
    int seat[EXHAUST_MEETINGS];                          // with those
    struct exhaust_answer best;
};

// The rules

static inline bool exhaust_holds(uint64_t set, int slot)
{
    return set / (UINT64_C(1) << slot) % 2 == 1;
}

static inline bool exhaust_has(const struct agenda *a, int m, int person)
{
    return a->meeting[m].person[0] == person || a->meeting[m].person[1] == person;
}

static inline bool exhaust_slot_allowed(const struct agenda *a, int m, int slot)
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    if (slot == AGENDA_NONE)
        return !meeting->locked && !a->complete;
    return exhaust_holds(meeting->slots, slot) && exhaust_holds(a->person[meeting->person[0]].free, slot) &&
           exhaust_holds(a->person[meeting->person[1]].free, slot);
}

static inline bool exhaust_table_allowed(const struct agenda *a, int m, int table)
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    int first = a->person[meeting->person[0]].table, second = a->person[meeting->person[1]].table;
    if (meeting->table != AGENDA_NONE && meeting->table != table)
        return false;
    return (first == AGENDA_NONE && second == AGENDA_NONE) || first == table || second == table;
}

// Whether two meetings of a person at these slots leave it the rest it asked for, and are not at once.
static inline bool exhaust_rested(const struct agenda *a, int person, int one, int other)
{
    int between = abs(one - other) - 1;
    return between >= 0 && (a->slot[one].day != a->slot[other].day || between >= a->person[person].rest);
}

// Whether these two meetings can lie in these two slots, all others aside.
static inline bool exhaust_both_allowed(const struct agenda *a, int m, int slot, int n, int other)
{
    if (slot == AGENDA_NONE || other == AGENDA_NONE)
        return true;
    for (int p = 0; p < a->people; p++)
        if (exhaust_has(a, m, p) && exhaust_has(a, n, p) && !exhaust_rested(a, p, slot, other))
            return false;
    for (size_t i = 0; i < a->bounds; i++) {
        int p = a->bound[i].first, q = a->bound[i].second;
        bool concerned =
            (exhaust_has(a, m, p) && exhaust_has(a, n, q)) || (exhaust_has(a, m, q) && exhaust_has(a, n, p));
        if (concerned && slot == other)
            return false;
    }
    for (size_t i = 0; i < a->befores; i++) {
        if (a->before[i].first == m && a->before[i].second == n && slot >= other)
            return false;
        if (a->before[i].first == n && a->before[i].second == m && other >= slot)
            return false;
    }
    return true;
}

static inline bool exhaust_most_kept(const struct agenda *a, const int *slot)
{
    for (int p = 0; p < a->people; p++) {
        int count = 0;
        for (int m = 0; m < a->meetings; m++)
            count += slot[m] != AGENDA_NONE && exhaust_has(a, m, p);
        if (a->person[p].most != 0 && count > a->person[p].most)
            return false;
    }
    return true;
}

// The worth

static inline int exhaust_meeting_at(const struct agenda *a, const int *at, int person, int slot)
{
    for (int m = 0; m < a->meetings; m++)
        if (at[m] == slot && exhaust_has(a, m, person))
            return m;
    return AGENDA_NONE;
}

// The slot of the person's meeting that comes before `slot` on its day; AGENDA_NONE.
static inline int exhaust_earlier(const struct agenda *a, const int *at, int person, int slot)
{
    for (int t = slot - 1; t >= 0 && a->slot[t].day == a->slot[slot].day; t--)
        if (exhaust_meeting_at(a, at, person, t) != AGENDA_NONE)
            return t;
    return AGENDA_NONE;
}

static inline int exhaust_gaps(const struct agenda *a, const int *at, int person)
{
    int gaps = 0;
    for (int t = 0; t < a->slots; t++) {
        int before = exhaust_earlier(a, at, person, t);
        if (exhaust_meeting_at(a, at, person, t) != AGENDA_NONE && before != AGENDA_NONE)
            gaps += t - before - 1 > a->person[person].rest;
    }
    return gaps;
}

static inline int64_t exhaust_share(const struct agenda *a, const int *at)
{
    int64_t least = TIMETABLE_ALL;
    for (int p = 0; p < a->people; p++) {
        int64_t own = 0, placed = 0;
        for (int m = 0; m < a->meetings; m++) {
            own += exhaust_has(a, m, p);
            placed += exhaust_has(a, m, p) && at[m] != AGENDA_NONE;
        }
        if (own > 0 && placed * TIMETABLE_ALL / own < least)
            least = placed * TIMETABLE_ALL / own;
    }
    return least;
}

// On all levels but that of the tables.
static inline struct exhaust_worth exhaust_worth(const struct agenda *a, const int *at, int spread)
{
    struct exhaust_worth w = {.level[LEVEL_FAIRNESS] = exhaust_share(a, at)};
    int most = 0, fewest = a->slots;
    for (int m = 0; m < a->meetings; m++) {
        w.level[LEVEL_WEIGHT] += at[m] == AGENDA_NONE ? 0 : a->meeting[m].weight;
        w.level[LEVEL_CHANGE] += a->meeting[m].old_slot != AGENDA_NONE && at[m] != a->meeting[m].old_slot;
    }
    for (int p = 0; p < a->people; p++) {
        int gaps = exhaust_gaps(a, at, p);
        w.level[LEVEL_GAPS] += gaps;
        most = gaps > most ? gaps : most;
        fewest = gaps < fewest ? gaps : fewest;
    }
    w.beyond = most - fewest > spread ? most - fewest - spread : 0;
    return w;
}

// Below 0: one is better than the other; on the levels of `order` that come before `level`.
static inline int exhaust_compare(const struct exhaust_worth *one, const struct exhaust_worth *other,
                                  const enum level *order, enum level level)
{
    for (int i = 0; order[i] != level; i++) {
        enum level l = order[i];
        int64_t more = one->level[l] - other->level[l];
        if (l == LEVEL_GAPS && one->beyond != other->beyond)
            return one->beyond < other->beyond ? -1 : 1;
        if (l == LEVEL_WEIGHT || l == LEVEL_FAIRNESS)
            more = -more;
        if (more != 0)
            return more < 0 ? -1 : 1;
    }
    return 0;
}

// The search

// Seats the meetings of slot t from m on, then those of the later slots.
static inline void exhaust_seat(struct exhaust *x, int t, int m, int changes)
{
    const struct agenda *a = x->a;
    if (x->changes >= 0 && changes >= x->changes)
        return;
    while (t < a->slots && (m == a->meetings || x->slot[m] != t)) {
        t += m == a->meetings;
        m = m == a->meetings ? 0 : m + 1;
    }
    if (t == a->slots) {
        x->changes = changes;
        memcpy(x->seat, x->table, sizeof x->seat);
        return;
    }
    for (int table = 0; table < a->tables; table++) {
        bool taken = false;
        int more = 0;
        for (int n = 0; n < m; n++)
            taken = taken || (x->slot[n] == t && x->table[n] == table);
        for (int side = 0; side < 2; side++) {
            int p = a->meeting[m].person[side], before = exhaust_earlier(a, x->slot, p, t);
            if (before != AGENDA_NONE)
                more += x->table[exhaust_meeting_at(a, x->slot, p, before)] != table;
        }
        if (taken || !exhaust_table_allowed(a, m, table))
            continue;
        x->table[m] = table;
        exhaust_seat(x, t, m + 1, changes + more);
        x->table[m] = AGENDA_NONE;
    }
}

// All slots are given out.
static inline void exhaust_consider(struct exhaust *x)
{
    struct exhaust_worth w = exhaust_worth(x->a, x->slot, x->spread);
    int order = x->best.feasible ? exhaust_compare(&w, &x->best.worth, x->order, LEVEL_TABLES) : -1;
    if (!exhaust_most_kept(x->a, x->slot) || (x->a->complete && w.beyond > 0) || order > 0)
        return;
    x->changes = -1;
    exhaust_seat(x, 0, 0, 0);
    w.level[LEVEL_TABLES] = x->changes;
    if (x->changes < 0 || (order == 0 && w.level[LEVEL_TABLES] >= x->best.worth.level[LEVEL_TABLES]))
        return;
    x->best = (struct exhaust_answer){.feasible = true, .worth = w};
    memcpy(x->best.slot, x->slot, sizeof x->slot);
    memcpy(x->best.table, x->seat, sizeof x->seat);
}

// Gives out slots from meeting m on; weight: of what can still be placed.
static inline void exhaust_place(struct exhaust *x, int m, int64_t weight)
{
    const struct agenda *a = x->a;
    if (x->best.feasible && weight < x->best.worth.level[LEVEL_WEIGHT])
        return;
    if (m == a->meetings) {
        exhaust_consider(x);
        return;
    }
    for (int slot = a->slots - 1; slot >= AGENDA_NONE; slot--) {
        bool allowed = exhaust_slot_allowed(a, m, slot);
        for (int n = 0; n < m && allowed; n++)
            allowed = exhaust_both_allowed(a, m, slot, n, x->slot[n]);
        if (!allowed)
            continue;
        x->slot[m] = slot;
        exhaust_place(x, m + 1, slot == AGENDA_NONE ? weight - a->meeting[m].weight : weight);
    }
    x->slot[m] = AGENDA_NONE;
}

// order: as plan_options has it.
static inline void exhaust_solve(struct exhaust_answer *out, const struct agenda *a, int spread,
                                 const enum level order[LEVELS])
{
    struct exhaust x = {.a = a, .spread = spread, .order = order};
    int64_t weight = 0;
    if (a->people > EXHAUST_PEOPLE || a->meetings > EXHAUST_MEETINGS || a->slots > EXHAUST_SLOTS)
        abort();
    for (int m = 0; m < EXHAUST_MEETINGS; m++)
        x.slot[m] = x.table[m] = AGENDA_NONE;
    for (int m = 0; m < a->meetings; m++)
        weight += a->meeting[m].weight;
    exhaust_place(&x, 0, weight);
    *out = x.best;
}

// Agendas at random

struct exhaust_world { // an agenda and all that it points to
    struct agenda agenda;
    struct agenda_slot slot[EXHAUST_SLOTS];
    struct agenda_person person[EXHAUST_PEOPLE];
    struct agenda_meeting meeting[EXHAUST_MEETINGS];
    struct agenda_pair before[EXHAUST_PAIRS], bound[EXHAUST_PAIRS];
    int spread;
    enum level order[LEVELS];
};

static inline uint64_t exhaust_random(uint64_t *seed) // splitmix64
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline int exhaust_below(uint64_t *seed, int n)
{
    return (int)(exhaust_random(seed) % (uint64_t)n);
}

static inline bool exhaust_one_in(uint64_t *seed, int n)
{
    return exhaust_below(seed, n) == 0;
}

// All slots but about one in n.
static inline uint64_t exhaust_draw_slots(uint64_t *seed, int slots, int n)
{
    uint64_t set = 0;
    for (int t = 0; t < slots; t++)
        set |= exhaust_one_in(seed, n) ? 0 : UINT64_C(1) << t;
    return set;
}

// Each kind of rule is in about one agenda of three.
static inline void exhaust_draw_people(struct exhaust_world *w, uint64_t *seed)
{
    static const char *const names[EXHAUST_PEOPLE] = {"Mme A", "M. B", "Mme C", "M. D", "Mme E", "M. F"};
    bool away = exhaust_one_in(seed, 2), most = exhaust_one_in(seed, 4), rest = exhaust_one_in(seed, 4),
         booths = exhaust_one_in(seed, 4);
    int slots = w->agenda.slots;
    for (int p = 0; p < w->agenda.people; p++)
        w->person[p] = (struct agenda_person){
            .id = names[p],
            .name = names[p],
            .free = away && exhaust_one_in(seed, 2) ? exhaust_draw_slots(seed, slots, 4)
                                                    : exhaust_draw_slots(seed, slots, 1000),
            .most = most && exhaust_one_in(seed, 2) ? 1 + exhaust_below(seed, 3) : 0,
            .rest = rest && exhaust_one_in(seed, 3) ? 1 + exhaust_below(seed, 2) : 0,
            .table = booths && exhaust_one_in(seed, 4) ? exhaust_below(seed, w->agenda.tables) : AGENDA_NONE};
}

static inline uint64_t exhaust_session(const struct exhaust_world *w, int session)
{
    uint64_t set = 0;
    for (int t = 0; t < w->agenda.slots; t++)
        set |= w->slot[t].session == session ? UINT64_C(1) << t : 0;
    return set;
}

static inline void exhaust_draw_meetings(struct exhaust_world *w, uint64_t *seed)
{
    static const char *const ids[EXHAUST_MEETINGS] = {"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"};
    const struct agenda *a = &w->agenda;
    bool session = exhaust_one_in(seed, 3), forbidden = exhaust_one_in(seed, 3), locked = exhaust_one_in(seed, 3),
         seated = exhaust_one_in(seed, 4), old = exhaust_one_in(seed, 2);
    for (int m = 0; m < a->meetings; m++) {
        int p = exhaust_below(seed, a->people), q = (p + 1 + exhaust_below(seed, a->people - 1)) % a->people;
        struct agenda_meeting *meeting = &w->meeting[m];
        *meeting = (struct agenda_meeting){.id = ids[m],
                                           .person = {p, q},
                                           .weight = 1 + exhaust_below(seed, 5),
                                           .slots = exhaust_draw_slots(seed, a->slots, 1000),
                                           .table = AGENDA_NONE,
                                           .old_slot = AGENDA_NONE,
                                           .old_table = AGENDA_NONE};
        if (session && exhaust_one_in(seed, 3))
            meeting->slots &= exhaust_session(w, exhaust_below(seed, a->sessions));
        if (forbidden && exhaust_one_in(seed, 2))
            meeting->slots &= exhaust_draw_slots(seed, a->slots, 4);
        if (locked && exhaust_one_in(seed, 4)) {
            meeting->locked = true;
            meeting->slots = UINT64_C(1) << exhaust_below(seed, a->slots);
        }
        if (seated && exhaust_one_in(seed, 4))
            meeting->table = exhaust_below(seed, a->tables);
        if (old && !exhaust_one_in(seed, 4)) {
            meeting->old_slot = exhaust_below(seed, a->slots);
            meeting->old_table = exhaust_one_in(seed, 4) ? AGENDA_NONE : exhaust_below(seed, a->tables);
        }
    }
}

static inline size_t exhaust_draw_pairs(struct agenda_pair *list, int of, uint64_t *seed)
{
    size_t count = of > 1 && exhaust_one_in(seed, 3) ? 1 + (size_t)exhaust_below(seed, EXHAUST_PAIRS - 2) : 0;
    for (size_t i = 0; i < count; i++) {
        list[i].first = exhaust_below(seed, of);
        list[i].second = (list[i].first + 1 + exhaust_below(seed, of - 1)) % of;
    }
    return count;
}

static inline void exhaust_draw_order(enum level order[LEVELS], uint64_t *seed)
{
    for (int l = 0; l < LEVELS; l++)
        order[l] = (enum level)l;
    for (int i = LEVEL_CHANGE; i > LEVEL_FAIRNESS; i--) {
        int k = LEVEL_FAIRNESS + exhaust_below(seed, i - LEVEL_FAIRNESS + 1);
        enum level moved = order[i];
        order[i] = order[k];
        order[k] = moved;
    }
}

// meetings, slots: most of them. The same seed draws the same agenda again.
static inline void exhaust_draw(struct exhaust_world *w, int meetings, int slots, uint64_t seed)
{
    static const char *const sessions[] = {"matin", "après-midi"}, *const tables[] = {"T1", "T2", "T3"};
    struct agenda *a = &w->agenda;
    memset(w, 0, sizeof *w);
    *a = (struct agenda){.name = "Essai",
                         .slots = 2 + exhaust_below(&seed, slots - 1),
                         .sessions = 2,
                         .tables = 1 + exhaust_below(&seed, EXHAUST_TABLES),
                         .people = 2 + exhaust_below(&seed, EXHAUST_PEOPLE - 1),
                         .meetings = 1 + exhaust_below(&seed, meetings),
                         .slot = w->slot,
                         .session = sessions,
                         .table = tables,
                         .person = w->person,
                         .meeting = w->meeting,
                         .before = w->before,
                         .bound = w->bound,
                         .complete = exhaust_one_in(&seed, 2)};
    int noon = 1 + exhaust_below(&seed, a->slots - 1), night = exhaust_one_in(&seed, 3) ? noon : a->slots;
    for (int t = 0; t < a->slots; t++)
        w->slot[t] = (struct agenda_slot){.session = t >= noon, .day = t >= night, .start = -1};
    exhaust_draw_people(w, &seed);
    exhaust_draw_meetings(w, &seed);
    a->befores = exhaust_draw_pairs(w->before, a->meetings, &seed);
    a->bounds = exhaust_draw_pairs(w->bound, a->people, &seed);
    w->spread = exhaust_below(&seed, 3);
    exhaust_draw_order(w->order, &seed);
}

// The published timetable is the best of another day, on which everything was allowed to its old places: one person is
// away from one of its meetings now, and the organiser plans again.
static inline void exhaust_draw_again(struct exhaust_world *w, uint64_t seed)
{
    struct exhaust_answer was;
    exhaust_solve(&was, &w->agenda, w->spread, w->order);
    for (int m = 0; m < w->agenda.meetings; m++) {
        w->meeting[m].old_slot = was.feasible ? was.slot[m] : AGENDA_NONE;
        w->meeting[m].old_table = was.feasible ? was.table[m] : AGENDA_NONE;
    }
    int m = exhaust_below(&seed, w->agenda.meetings);
    if (was.feasible && was.slot[m] != AGENDA_NONE)
        w->person[w->meeting[m].person[0]].free &= ~(UINT64_C(1) << was.slot[m]);
}

#endif
