// SPDX-License-Identifier: EUPL-1.2
// Knows how little has to move for a timetable to hold again.
#include "core/repair.h"

#include "core/clique.h"
#include "core/seating.h"

#include <string.h>

#define STILL 2       // steps that bring nothing, once it is proven that no fewer meetings can move: enough
#define FIRST_MOST 40 // steps for those that had a place, while others wait for theirs
#define LAST_MOST 20  // steps for those that wait

struct repair {
    struct arena *arena, *told;
    struct plan_options options;
    const struct agenda *asked;
    struct agenda first, last;  // those that had a place; all, where the first ones lie fast
    struct agenda_view view;    // of all
    int *number;                // in `asked`, of each meeting of `first`
    struct plan *one, *two;     // of the first, of the last
    struct timetable found;     // of all
    struct timetable_value value; // of it
    struct timetable_value seen;  // of the plan under way, when it last got better
    bool has;
    int steps, still;           // of the plan under way; since it got better
    enum plan_state state;
};

static bool had_place(const struct agenda_meeting *m)
{
    return m->old_slot != AGENDA_NONE || m->locked;
}

// Pairs of meetings that both had a place, by their numbers in `first`. place: of each in `first`, or AGENDA_NONE.
static void keep_order(struct repair *r, const int *place)
{
    const struct agenda *a = r->asked;
    struct agenda_pair *before = arena_array(r->arena, a->befores + 1, sizeof *before);
    r->first.befores = 0;
    for (size_t i = 0; i < a->befores; i++) {
        struct agenda_pair p = {place[a->before[i].first], place[a->before[i].second]};
        if (p.first != AGENDA_NONE && p.second != AGENDA_NONE)
            before[r->first.befores++] = p;
    }
    r->first.before = before;
}

static void set_apart(struct repair *r)
{
    const struct agenda *a = r->asked;
    struct agenda_meeting *list = arena_array(r->arena, (size_t)a->meetings + 1, sizeof *list);
    int *place = arena_array(r->arena, (size_t)a->meetings + 1, sizeof *place), count = 0;
    r->number = arena_array(r->arena, (size_t)a->meetings + 1, sizeof *r->number);
    for (int m = 0; m < a->meetings; m++) {
        place[m] = AGENDA_NONE;
        if (!had_place(&a->meeting[m]))
            continue;
        place[m] = count;
        r->number[count] = m;
        list[count++] = a->meeting[m];
    }
    r->first = *a;
    r->first.complete = false;
    r->first.meeting = list;
    r->first.meetings = count;
    keep_order(r, place);
}

struct repair *repair_new(const struct agenda *a, const struct plan_options *o)
{
    static const enum level order[LEVELS] = {LEVEL_WEIGHT, LEVEL_CHANGE, LEVEL_FAIRNESS, LEVEL_GAPS, LEVEL_TABLES};
    struct arena *arena = arena_new();
    struct repair *r = arena_take(arena, sizeof *r);
    *r = (struct repair){.arena = arena, .told = arena_new(), .options = *o, .asked = a};
    memcpy(r->options.order, order, sizeof order);
    set_apart(r);
    agenda_view(&r->view, a, arena);
    r->found = timetable_new(a->meetings, arena);
    r->one = plan_new(&r->first, &r->options);
    return r;
}

void repair_free(struct repair *r)
{
    if (r == NULL)
        return;
    plan_free(r->one);
    plan_free(r->two);
    arena_free(r->told);
    arena_free(r->arena);
}

// Tables

// Whoever stays in its slot stays at its table, as long as no meeting that is tied to that table comes there. A copy of the
// agenda's meetings with these locked.
static struct agenda_meeting *stay(const struct agenda *a, const struct timetable *t, struct arena *arena)
{
    struct agenda_meeting *list = arena_array(arena, (size_t)a->meetings + 1, sizeof *list);
    uint64_t *taken = arena_array(arena, (size_t)a->tables + 1, sizeof *taken); // slots
    bool none;
    memcpy(list, a->meeting, (size_t)a->meetings * sizeof *list);
    for (int m = 0; m < a->meetings; m++) {
        int tied = clique_table(a, m, &none);
        if (t->slot[m] != AGENDA_NONE && tied != AGENDA_NONE)
            taken[tied] |= 1ULL << t->slot[m];
    }
    for (int m = 0; m < a->meetings; m++) {
        int table = list[m].old_table;
        const struct agenda_person *p = &a->person[list[m].person[0]], *q = &a->person[list[m].person[1]];
        if (t->slot[m] == AGENDA_NONE || t->slot[m] != list[m].old_slot || table == AGENDA_NONE || list[m].table != AGENDA_NONE ||
            p->table != AGENDA_NONE || q->table != AGENDA_NONE || taken[table] >> t->slot[m] & 1)
            continue;
        taken[table] |= 1ULL << t->slot[m];
        list[m].table = table;
    }
    return list;
}

// Gives the tables of t out anew where that lets more people stay at theirs.
static void seat(const struct agenda *a, struct timetable *t)
{
    struct arena *arena = arena_new();
    struct agenda held = *a;
    struct agenda_view view;
    struct timetable fresh = timetable_new(a->meetings, arena);
    int64_t bound;
    timetable_copy(&fresh, t);
    for (int m = 0; m < a->meetings; m++)
        fresh.table[m] = AGENDA_NONE;
    held.meeting = stay(a, t, arena);
    agenda_view(&view, &held, arena);
    if (seating_give(&view, &fresh, &bound))
        timetable_copy(t, &fresh);
    arena_free(arena);
}

// The two parts

static void take_first(struct repair *r)
{
    struct arena *arena = arena_new();
    struct timetable t = timetable_new(r->first.meetings, arena);
    timetable_copy(&t, plan_timetable(r->one));
    seat(&r->first, &t);
    for (int m = 0; m < r->asked->meetings; m++)
        r->found.slot[m] = r->found.table[m] = AGENDA_NONE;
    for (int m = 0; m < r->first.meetings; m++) {
        r->found.slot[r->number[m]] = t.slot[m];
        r->found.table[r->number[m]] = t.table[m];
    }
    arena_free(arena);
}

// Whether the plan under way has something better than was taken of it before; it is taken.
static bool take(struct repair *r, struct plan *p)
{
    const struct timetable_value *v = plan_value(p);
    if (v == NULL || (r->has && memcmp(r->seen.level, v->level, sizeof v->level) == 0))
        return false;
    r->seen = *v;
    r->has = true;
    if (p == r->one)
        take_first(r);
    else
        timetable_copy(&r->found, plan_timetable(p));
    timetable_value(&r->value, &r->view, &r->found);
    return true;
}

static bool is_over(const struct repair *r, enum plan_state state, int most)
{
    struct plan *p = r->two ? r->two : r->one;
    bool least = plan_level(p, LEVEL_WEIGHT).proven && plan_level(p, LEVEL_CHANGE).proven;
    return state != PLAN_WORKING || (least && r->still >= STILL) || (most && r->has && r->steps >= most);
}

static bool all_placed(const struct repair *r)
{
    for (int m = 0; m < r->asked->meetings; m++)
        if (r->found.slot[m] == AGENDA_NONE)
            return false;
    return true;
}

// What lies somewhere lies fast, and the others come.
static void begin_last(struct repair *r)
{
    const struct agenda *a = r->asked;
    struct agenda_meeting *list = arena_array(r->arena, (size_t)a->meetings + 1, sizeof *list);
    for (int m = 0; m < a->meetings; m++) {
        list[m] = a->meeting[m];
        if (r->found.slot[m] == AGENDA_NONE)
            continue;
        list[m].slots = 1ULL << r->found.slot[m];
        list[m].table = r->found.table[m];
        list[m].locked = true;
    }
    r->last = *a;
    r->last.complete = false;
    r->last.meeting = list;
    r->two = plan_new(&r->last, &r->options);
    r->steps = r->still = 0;
}

enum plan_state repair_step(struct repair *r, bool (*stop)(void *ctx), void *ctx)
{
    if (r->state != PLAN_WORKING)
        return r->state;
    struct plan *p = r->two ? r->two : r->one;
    bool waits = r->first.meetings < r->asked->meetings;
    enum plan_state state = plan_step(p, stop, ctx);
    r->steps++;
    r->still = take(r, p) ? 0 : r->still + 1;
    if (!is_over(r, state, p == r->two ? LAST_MOST : waits ? FIRST_MOST : 0))
        return PLAN_WORKING;
    if (!r->has)
        r->state = state;
    else if (p == r->one && !all_placed(r))
        begin_last(r);
    else
        r->state = repair_level(r, LEVEL_WEIGHT).proven && repair_level(r, LEVEL_CHANGE).proven ? PLAN_BEST : PLAN_HALTED;
    return r->state;
}

// What is found

const struct timetable *repair_timetable(const struct repair *r)
{
    return r->has ? &r->found : NULL;
}

// That no fewer move is proven by the first part; what the last could do for the other levels was bounded by it.
struct plan_level repair_level(const struct repair *r, enum level l)
{
    struct plan_level out = plan_level(r->two && l != LEVEL_CHANGE ? r->two : r->one, l);
    if (r->has)
        out.value = r->value.level[l];
    out.proven = r->has && out.value == out.bound;
    return out;
}

const struct hindrance *repair_hindrances(const struct repair *r, size_t *count)
{
    if (r->two)
        return plan_hindrances(r->two, count);
    const struct hindrance *list = plan_hindrances(r->one, count);
    struct hindrance *out = arena_array(r->told, *count + 1, sizeof *out);
    for (size_t i = 0; i < *count; i++) {
        out[i] = list[i];
        out[i].meeting = list[i].meeting == AGENDA_NONE ? AGENDA_NONE : r->number[list[i].meeting];
        out[i].other = list[i].other == AGENDA_NONE ? AGENDA_NONE : r->number[list[i].other];
    }
    return out;
}

bool repair_full(const struct repair *r)
{
    return (r->one && plan_full(r->one)) || (r->two && plan_full(r->two));
}
