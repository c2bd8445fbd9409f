// SPDX-License-Identifier: EUPL-1.2
// Knows how chance and proof work together: one finds, the other says when nothing better is left.
#include "core/plan.h"

#include "base/memory.h"
#include "core/greedy.h"
#include "core/narrow.h"
#include "core/proof.h"
#include "core/quota.h"
#include "core/seating.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOST 1                  // mark of the weight that has no place
#define PROOF_MOST 6000000      // literals of a proof
#define SEATS_MOST 100000       // of one that says the tables, too
#define SEATS_QUESTIONS 12      // that it is asked at most: tables are worth little
#define TRIES 150000            // of chance in one step, at least; fewer where there are few meetings:
#define TRIES_MEETING 2000
#define TRIES_CONFLICT 250      // that take as long as one conflict
#define CONFLICTS_FIRST 1000    // of a question, rising
#define CONFLICTS_MOST 20000
#define CONFLICTS_NEAR 3000     // of a question about the neighbourhood of the best
#define REACH_FIRST 12          // people whose meetings may move in it, at first
#define MARKS (SHUFFLE_MARKS + 1) // the last: changes of table

struct plan {
    struct arena *arena;
    struct arena *told;        // of hindrances
    struct plan_options options;
    struct shuffle_options chance;
    const struct agenda *a;
    struct agenda tied;        // the same, each meeting of two booths at the first of them: what chance works on
    struct agenda_view view, tied_view;
    struct narrow narrow;
    struct shuffle *shuffle;
    struct proof *proof;
    bool started, two_booths, exact; // exact: the proof says tables, too
    bool no_proof;             // too large, or no memory left
    bool refuted;              // by search
    int turn, conflicts;
    int reach;                 // people whose meetings may move in a question about the neighbourhood
    int *kept;                 // slots in it
    bool *freed;               // meetings that may move
    uint64_t random;
    int asked;                 // about tables
    int fixed;                 // the first mark that the proof does not keep yet
    struct shuffle_marks best;
    int64_t low[MARKS];        // no timetable as good on the marks before has less
    int *slot;                 // of the best
    struct timetable seated;   // the best with its tables
    int64_t seats_bound;       // of its changes of table, for these slots
    int64_t changes;           // fewest found
    struct timetable_value value;
    bool is_seated, has;       // has: there is a timetable that counts
    enum plan_state state;
};

static int mark_of(const struct plan *p, enum level level)
{
    int next = 2;
    if (level == LEVEL_WEIGHT || level == LEVEL_TABLES)
        return level == LEVEL_WEIGHT ? LOST : SHUFFLE_MARKS;
    for (int i = 1; p->options.order[i] != level; i++)
        next += p->options.order[i] == LEVEL_GAPS ? 2 : 1;
    return level == LEVEL_GAPS ? next + 1 : next;
}

static int64_t all_weight(const struct agenda *a)
{
    int64_t sum = 0;
    for (int m = 0; m < a->meetings; m++)
        sum += a->meeting[m].weight;
    return sum;
}

// A meeting of two people with a booth each may be at either; chance puts it at the first.
static void tie(struct plan *p)
{
    struct agenda_meeting *list = arena_array(p->arena, (size_t)p->a->meetings + 1, sizeof *list);
    for (int m = 0; m < p->a->meetings; m++) {
        bool none;
        list[m] = p->a->meeting[m];
        int first = p->a->person[list[m].person[0]].table;
        if (clique_table(p->a, m, &none) == AGENDA_NONE && first != AGENDA_NONE) {
            list[m].table = first;
            p->two_booths = true;
        }
    }
    p->tied = *p->a;
    p->tied.meeting = list;
    agenda_view(&p->tied_view, &p->tied, p->arena);
}

struct plan *plan_new(const struct agenda *a, const struct plan_options *o)
{
    struct arena *arena = arena_new();
    struct plan *p = arena_take(arena, sizeof *p);
    *p = (struct plan){.arena = arena, .options = *o, .a = a, .conflicts = CONFLICTS_FIRST};
    p->chance = (struct shuffle_options){.seed = o->seed, .spread = o->spread};
    memcpy(p->chance.order, o->order, sizeof o->order);
    agenda_view(&p->view, a, arena);
    tie(p);
    p->slot = arena_array(arena, (size_t)a->meetings + 1, sizeof *p->slot);
    p->kept = arena_array(arena, (size_t)a->meetings + 1, sizeof *p->kept);
    p->freed = arena_array(arena, (size_t)a->meetings + 1, sizeof *p->freed);
    p->seated = timetable_new(a->meetings, arena);
    p->reach = REACH_FIRST;
    p->random = o->seed;
    return p;
}

void plan_free(struct plan *p)
{
    if (p == NULL)
        return;
    shuffle_free(p->shuffle);
    proof_free(p->proof);
    if (p->told != NULL)
        arena_free(p->told);
    arena_free(p->arena);
}

static void note_best(struct plan *p)
{
    p->has = p->best.mark[0] == 0 && (!p->a->complete || p->best.mark[LOST] == 0);
    p->is_seated = false;
    p->conflicts = CONFLICTS_FIRST;
}

static void take_chance(struct plan *p)
{
    const struct shuffle_marks *w = shuffle_worth(p->shuffle);
    if (shuffle_compare(w, &p->best) >= 0)
        return;
    p->best = *w;
    memcpy(p->slot, shuffle_best(p->shuffle), (size_t)p->a->meetings * sizeof *p->slot);
    note_best(p);
}

// What the proof found, perhaps with a table for each meeting.
static void take_proof(struct plan *p)
{
    struct shuffle_marks w;
    shuffle_judge(&w, &p->view, &p->chance, proof_slots(p->proof));
    if (shuffle_compare(&w, &p->best) < 0) {
        p->best = w;
        memcpy(p->slot, proof_slots(p->proof), (size_t)p->a->meetings * sizeof *p->slot);
        note_best(p);
        shuffle_start(p->shuffle, p->slot);
    }
    if (!p->exact)
        return;
    struct timetable t = p->seated;
    struct timetable_value value;
    t.slot = memory_new(((size_t)t.meetings + 1) * 2 * sizeof *t.slot);
    t.table = t.slot + t.meetings;
    memcpy(t.slot, proof_slots(p->proof), (size_t)t.meetings * sizeof *t.slot);
    memcpy(t.table, proof_tables(p->proof), (size_t)t.meetings * sizeof *t.table);
    timetable_value(&value, &p->view, &t);
    if (shuffle_compare(&w, &p->best) == 0 && (!p->is_seated || value.level[LEVEL_TABLES] < p->changes)) {
        memcpy(p->slot, t.slot, (size_t)t.meetings * sizeof *t.slot);
        timetable_copy(&p->seated, &t);
        p->value = value;
        p->changes = value.level[LEVEL_TABLES];
        p->is_seated = true;
    }
    free(t.slot);
}

// Meetings that cannot stay where they were.
static int64_t driven_out(const struct plan *p)
{
    int64_t count = 0;
    for (int m = 0; m < p->a->meetings; m++) {
        int old = p->a->meeting[m].old_slot;
        count += old >= 0 && !(p->narrow.slots[m] >> old & 1);
    }
    return count;
}

static void start(struct plan *p)
{
    p->started = true;
    narrow_agenda(&p->narrow, &p->view, p->options.spread, p->arena);
    if (p->narrow.impossible) {
        p->state = PLAN_INFEASIBLE;
        return;
    }
    p->low[LOST] = p->a->complete ? 0 : all_weight(p->a) - quota_weight(&p->view);
    if (!p->a->complete)
        p->low[mark_of(p, LEVEL_FAIRNESS)] = TIMETABLE_ALL - quota_share(&p->view, 0);
    p->low[mark_of(p, LEVEL_GAPS)] = p->narrow.gaps;
    p->low[mark_of(p, LEVEL_CHANGE)] = driven_out(p);
    p->shuffle = shuffle_new(&p->tied_view, p->narrow.slots, &p->chance);
    p->best = *shuffle_worth(p->shuffle);
    memcpy(p->slot, shuffle_best(p->shuffle), (size_t)p->a->meetings * sizeof *p->slot);
    note_best(p);
    struct timetable t = timetable_new(p->a->meetings, p->arena);
    bool before = false;
    for (int m = 0; m < p->a->meetings; m++) {
        t.slot[m] = p->a->meeting[m].old_slot;
        before |= t.slot[m] >= 0;
    }
    if (!before)
        greedy_place(&t, &p->tied_view, GREEDY_FIRST, p->options.seed);
    shuffle_start(p->shuffle, t.slot);
    if (!p->a->complete)
        shuffle_aim(p->shuffle, TIMETABLE_ALL - p->low[mark_of(p, LEVEL_FAIRNESS)]);
    take_chance(p);
}

// The first mark that is not proven; MARKS when all are.
static int open_mark(const struct plan *p)
{
    int i = 0;
    while (i < SHUFFLE_MARKS && p->low[i] >= p->best.mark[i])
        i++;
    return i;
}

static bool make_proof(struct plan *p, bool tables)
{
    proof_free(p->proof);
    p->proof = NULL;
    p->exact = tables;
    if (proof_size(&p->view, p->narrow.slots, tables) > (size_t)(tables ? SEATS_MOST : PROOF_MOST))
        return false;
    p->proof = proof_new(&p->view, p->narrow.slots, &p->chance, p->slot, tables, p->options.memory);
    p->fixed = LOST;
    return true;
}

// Marks before this one are proven: the proof keeps them.
static void fix(struct plan *p, int mark)
{
    for (; p->fixed < mark; p->fixed++)
        proof_fix(p->proof, p->fixed, p->best.mark[p->fixed]);
}

// A question that the proof works on, in a thread of its own: chance goes on meanwhile.
struct question {
    struct plan *plan;
    int mark;
    int64_t value;
    bool any;  // any timetable that counts: none is known
    bool near; // all but the meetings of a few people stay as they are in the best
    enum clauses_answer answer;
    atomic_bool stopped, done;
    pthread_t thread;
};

static bool on_asked(void *ctx)
{
    return atomic_load(&((struct question *)ctx)->stopped);
}

static void *answer(void *ctx)
{
    struct question *q = ctx;
    struct plan *p = q->plan;
    q->answer = q->near ? proof_near(p->proof, q->mark, q->value, p->kept, p->freed, CONFLICTS_NEAR, on_asked, q)
                        : proof_ask(p->proof, q->any ? AGENDA_NONE : q->mark, q->value, p->conflicts, on_asked, q);
    atomic_store(&q->done, true);
    return NULL;
}

static uint32_t draw(struct plan *p, uint32_t below)
{
    p->random = p->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)((p->random >> 32) * below >> 32);
}

// Whose meetings may move: a person with gaps, and people who can be reached from it over meetings.
static void free_some(struct plan *p)
{
    const struct agenda *a = p->a;
    int people = 0, *list = memory_new(((size_t)a->people + 1) * sizeof *list);
    bool *in = memory_new((size_t)a->people + 1);
    memset(in, 0, (size_t)a->people);
    memcpy(p->kept, p->slot, (size_t)a->meetings * sizeof *p->kept);
    uint64_t *busy = memory_new(((size_t)a->people + 1) * sizeof *busy);
    memset(busy, 0, (size_t)a->people * sizeof *busy);
    for (int m = 0; m < a->meetings; m++)
        for (int side = 0; side < 2 && p->kept[m] >= 0; side++)
            busy[a->meeting[m].person[side]] |= 1ULL << p->kept[m];
    for (int i = 0; i < a->people; i++)
        if (agenda_gaps(busy[i], a->person[i].rest, p->view.days) > 0)
            list[people++] = i;
    list[0] = people > 0 ? list[draw(p, (uint32_t)people)] : (int)draw(p, (uint32_t)a->people);
    in[list[0]] = true;
    people = 1;
    for (int tries = 0; people < p->reach && people < a->people && tries < 50 * p->reach; tries++) {
        int from = list[draw(p, (uint32_t)people)], own = p->view.first[from + 1] - p->view.first[from];
        int next = (int)draw(p, (uint32_t)a->people); // now and then somebody from afar
        if (own > 0 && draw(p, 8) > 0) {
            const struct agenda_meeting *x = &a->meeting[p->view.list[p->view.first[from] + (int)draw(p, (uint32_t)own)]];
            next = x->person[0] == from ? x->person[1] : x->person[0];
        }
        if (!in[next])
            list[people++] = next;
        in[next] = true;
    }
    for (int m = 0; m < a->meetings; m++)
        p->freed[m] = in[a->meeting[m].person[0]] || in[a->meeting[m].person[1]];
    free(list);
    free(in);
    free(busy);
}

static void ask(struct plan *p, struct question *q, int mark, int64_t value)
{
    *q = (struct question){.plan = p, .mark = mark, .value = value};
    q->any = !p->has && (p->a->complete || p->best.mark[0] > 0);
    q->near = p->has && mark < SHUFFLE_MARKS && p->turn % 3 == 1;
    fix(p, q->any ? LOST : mark);
    if (q->near)
        free_some(p);
    if (pthread_create(&q->thread, NULL, answer, q) != 0)
        abort(); // as when memory is used up
}

// Less of the mark than the best has, or as little as may be: both ends come nearer.
static bool ask_mark(struct plan *p, struct question *q, int mark)
{
    if (p->proof == NULL && !make_proof(p, p->two_booths)) {
        p->no_proof = true;
        return false;
    }
    bool fair = mark == mark_of(p, LEVEL_FAIRNESS);
    ask(p, q, mark, p->turn % 3 != 2 || fair ? p->best.mark[mark] - 1 : p->low[mark]);
    return true;
}

// What is known now.
static void hear(struct plan *p, struct question *q, bool (*stop)(void *ctx), void *ctx)
{
    while (!atomic_load(&q->done)) {
        if (stop != NULL && stop(ctx))
            atomic_store(&q->stopped, true);
        if (atomic_load(&q->stopped))
            break;
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    pthread_join(q->thread, NULL);
    if (q->answer == CLAUSES_YES) {
        take_proof(p);
    } else if (q->near && q->answer != CLAUSES_FULL) {
        p->reach += q->answer == CLAUSES_NO ? 1 : p->reach > 2 ? -1 : 0;
    } else if (q->answer == CLAUSES_NO && q->any) {
        p->refuted = true;
        p->state = PLAN_INFEASIBLE;
    } else if (q->answer == CLAUSES_NO) {
        if (p->low[q->mark] <= q->value)
            p->low[q->mark] = q->value + 1;
    } else if (q->answer == CLAUSES_FULL) {
        p->no_proof = true;
    } else if (p->conflicts < CONFLICTS_MOST) {
        p->conflicts += p->conflicts / 2;
    }
}

static void seat(struct plan *p)
{
    if (p->is_seated || !p->has)
        return;
    memcpy(p->seated.slot, p->slot, (size_t)p->a->meetings * sizeof *p->slot);
    for (int m = 0; m < p->a->meetings; m++)
        p->seated.table[m] = AGENDA_NONE;
    if (!seating_give(&p->view, &p->seated, &p->seats_bound))
        abort(); // every rule about tables was kept for the slots
    timetable_value(&p->value, &p->view, &p->seated);
    p->changes = p->value.level[LEVEL_TABLES];
    p->is_seated = true;
}

// Meetings whose two people meet earlier in the list, too: one table can keep both from one to the other.
static int64_t met_again(const struct plan *p, int person)
{
    int64_t again = 0;
    const struct agenda_meeting *list = p->a->meeting;
    for (int i = p->view.first[person]; i < p->view.first[person + 1]; i++)
        for (int k = p->view.first[person]; k < i; k++) {
            const struct agenda_meeting *x = &list[p->view.list[i]], *y = &list[p->view.list[k]];
            bool same = x->person[0] + x->person[1] == y->person[0] + y->person[1]; // both have `person`
            if (same && x->person[0] + x->person[1] - person > person) {
                again++;
                break;
            }
        }
    return again;
}

// When all is placed on one day, without rests, no timetable has fewer changes of table: a table keeps somebody from one
// meeting to the next at most once a meeting, but for gaps and pairs that meet again, and the first meeting at each table
// keeps nobody.
static int64_t fewest_changes(struct plan *p)
{
    int64_t pairs = 0;
    int slots = p->a->slots, meetings = p->a->meetings;
    if (p->best.mark[LOST] > 0 || p->view.days != 1 || slots == 0)
        return 0;
    for (int i = 0; i < p->a->people; i++) {
        int count = p->view.first[i + 1] - p->view.first[i];
        if (p->a->person[i].rest > 0)
            return 0; // what it rests is no gap, but parts meetings as a gap does
        pairs += (count > 0 ? count - 1 : 0) - met_again(p, i);
    }
    int64_t first = (meetings + slots - 1) / slots;
    int64_t bound = pairs - (meetings - first) - p->best.mark[mark_of(p, LEVEL_GAPS)];
    return bound > 0 ? bound : 0;
}

static void prove_tables(struct plan *p, bool (*stop)(void *ctx), void *ctx)
{
    seat(p);
    int64_t *low = &p->low[SHUFFLE_MARKS];
    if (!p->no_proof && (p->proof == NULL || !p->exact) && *low < p->changes && !make_proof(p, true))
        p->no_proof = true;
    if (*low >= p->changes)
        p->state = PLAN_BEST;
    else if (p->no_proof || p->asked++ >= SEATS_QUESTIONS)
        p->state = PLAN_HALTED;
    else {
        struct question q;
        ask(p, &q, PROOF_TABLES, p->changes - 1);
        hear(p, &q, stop, ctx);
    }
    if (*low >= p->changes)
        p->state = PLAN_BEST;
}

enum plan_state plan_step(struct plan *p, bool (*stop)(void *ctx), void *ctx)
{
    if (!p->started)
        start(p);
    if (p->state != PLAN_WORKING)
        return p->state;
    int mark = open_mark(p);
    if (mark == SHUFFLE_MARKS && p->has) {
        int64_t least = fewest_changes(p);
        if (p->low[SHUFFLE_MARKS] < least)
            p->low[SHUFFLE_MARKS] = least;
        prove_tables(p, stop, ctx);
        return p->state;
    }
    p->turn++;
    struct question q;
    bool asked = p->turn > 2 && !p->no_proof && mark < SHUFFLE_MARKS && ask_mark(p, &q, mark);
    int tries = p->a->meetings < TRIES / TRIES_MEETING ? p->a->meetings * TRIES_MEETING : TRIES;
    if (asked && p->conflicts * (TRIES_CONFLICT * tries / TRIES) > tries)
        tries = p->conflicts * (TRIES_CONFLICT * tries / TRIES);
    bool stopped = !shuffle_run(p->shuffle, tries, stop, ctx);
    take_chance(p);
    if (asked) {
        atomic_store(&q.stopped, stopped);
        hear(p, &q, stopped ? NULL : stop, ctx);
    }
    return p->state;
}

const struct timetable *plan_timetable(struct plan *p)
{
    seat(p);
    return p->has ? &p->seated : NULL;
}

const struct timetable_value *plan_value(struct plan *p)
{
    seat(p);
    return p->has ? &p->value : NULL;
}

struct plan_level plan_level(struct plan *p, enum level l)
{
    struct plan_level out = {.bound = p->low[mark_of(p, l)]};
    seat(p);
    if (l == LEVEL_WEIGHT)
        out.bound = all_weight(p->a) - out.bound;
    else if (l == LEVEL_FAIRNESS)
        out.bound = TIMETABLE_ALL - out.bound;
    if (!p->has)
        return out;
    out.value = p->value.level[l];
    out.proven = out.value == out.bound;
    return out;
}

int plan_spread(struct plan *p)
{
    seat(p);
    return p->has ? p->value.spread : 0;
}

const struct hindrance *plan_hindrances(struct plan *p, size_t *count)
{
    if (p->told != NULL)
        arena_free(p->told);
    p->told = arena_new();
    *count = 0;
    if (p->state == PLAN_INFEASIBLE && !p->refuted) {
        *count = 1;
        return &p->narrow.why;
    }
    if (p->state == PLAN_INFEASIBLE) {
        struct hindrance *why = arena_take(p->told, sizeof *why);
        *why = (struct hindrance){.kind = HINDRANCE_REFUTED, .meeting = AGENDA_NONE, .other = AGENDA_NONE,
                                  .person = AGENDA_NONE, .other_person = AGENDA_NONE};
        *count = 1;
        return why;
    }
    if (!p->has)
        return NULL;
    seat(p);
    return narrow_left_out(&p->view, &p->seated, p->low[LOST] >= p->best.mark[LOST], p->told, count);
}
