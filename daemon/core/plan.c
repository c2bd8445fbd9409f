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
#define TRIES_CONFLICT 250      // that take as long as one conflict of a proof of so many literals:
#define CONFLICT_SIZE 300000
#define CONFLICTS_FIRST 1000    // of a question, rising
#define CONFLICTS_MOST 20000
#define CONFLICTS_SECOND 1500   // from then on a second proof works beside the first, and chance every third step only
#define SECOND_MOST 1000000     // literals of it
#define TURNS_LEAST 8           // the first: many agendas have a timetable as good as the bound
#define MARKS (SHUFFLE_MARKS + 1) // the last: changes of table

struct prover {
    struct proof *proof; // NULL: made with its next question
    enum proof_kind kind;
    int fixed; // the first mark that it does not keep yet
};

// A question that a proof works on, in a thread of its own; with all that it reads of the plan.
struct question {
    const struct plan *plan;
    struct prover *by;
    struct shuffle_marks best;
    int mark, conflicts;
    int64_t value;
    bool any; // any timetable that counts: none is known
    enum clauses_answer answer;
    atomic_bool stopped, done;
    bool running;
    pthread_t thread;
};

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
    struct prover finder, refuter;
    struct question first, second;
    int *hint;                 // of the proof that is being made: slots
    bool started, two_booths;
    bool shared;               // fairness is bounded for the weight that is placed
    bool full;                 // no memory left
    bool no_proof;             // too large, or no memory left
    bool refuted;              // by search
    int turn, conflicts;
    size_t size;               // of the proof
    int asked;                 // about tables
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
    p->hint = arena_array(arena, (size_t)a->meetings + 1, sizeof *p->hint);
    p->seated = timetable_new(a->meetings, arena);
    p->finder = (struct prover){.kind = p->two_booths ? PROOF_SEATS : PROOF_MEETINGS, .fixed = LOST};
    p->refuter = (struct prover){.kind = PROOF_PEOPLE, .fixed = LOST};
    return p;
}

// One that was stopped may still be under way: what CaDiCaL is at has an end, but some tenths of a second later.
static void end(struct question *q)
{
    if (q->running)
        pthread_join(q->thread, NULL);
    q->running = false;
}

void plan_free(struct plan *p)
{
    if (p == NULL)
        return;
    end(&p->first);
    end(&p->second);
    shuffle_free(p->shuffle);
    proof_free(p->finder.proof);
    proof_free(p->refuter.proof);
    if (p->told != NULL)
        arena_free(p->told);
    arena_free(p->arena);
}

static void note_best(struct plan *p)
{
    p->has = p->best.mark[0] == 0 && (!p->a->complete || p->best.mark[LOST] == 0);
    p->is_seated = false;
    p->conflicts = p->conflicts > 2 * CONFLICTS_FIRST ? p->conflicts / 2 : CONFLICTS_FIRST;
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
static void take_proof(struct plan *p, const struct prover *from)
{
    struct shuffle_marks w;
    shuffle_judge(&w, &p->view, &p->chance, proof_slots(from->proof));
    if (shuffle_compare(&w, &p->best) < 0) {
        p->best = w;
        memcpy(p->slot, proof_slots(from->proof), (size_t)p->a->meetings * sizeof *p->slot);
        note_best(p);
        shuffle_start(p->shuffle, p->slot);
    }
    if (from->kind != PROOF_SEATS)
        return;
    struct timetable t = p->seated;
    struct timetable_value value;
    t.slot = memory_new(((size_t)t.meetings + 1) * 2 * sizeof *t.slot);
    t.table = t.slot + t.meetings;
    memcpy(t.slot, proof_slots(from->proof), (size_t)t.meetings * sizeof *t.slot);
    memcpy(t.table, proof_tables(from->proof), (size_t)t.meetings * sizeof *t.table);
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

// Whether there is room for a proof of this kind: it is made with the first question.
static bool may_prove(struct plan *p, struct prover *by, enum proof_kind kind)
{
    if (by->kind != kind) {
        proof_free(by->proof);
        *by = (struct prover){.kind = kind, .fixed = LOST};
    }
    if (by->proof == NULL)
        p->size = proof_size(&p->view, p->narrow.slots, kind);
    return by->proof != NULL || p->size <= (kind == PROOF_SEATS ? SEATS_MOST : PROOF_MOST);
}

// Marks before this one are proven: the proof keeps them.
static void fix(const struct question *q, int mark)
{
    for (; q->by->fixed < mark; q->by->fixed++)
        proof_fix(q->by->proof, q->by->fixed, q->best.mark[q->by->fixed]);
}

static bool on_asked(void *ctx)
{
    struct question *q = ctx;
    return atomic_load(&q->stopped);
}

static enum clauses_answer find_answer(struct question *q)
{
    const struct plan *p = q->plan;
    if (q->by->proof == NULL)
        q->by->proof = proof_new(&p->view, p->narrow.slots, &p->chance, p->hint, q->by->kind, p->options.memory, on_asked, q);
    if (q->by->proof == NULL)
        return on_asked(q) ? CLAUSES_UNKNOWN : CLAUSES_FULL;
    fix(q, q->any ? LOST : q->mark);
    return proof_ask(q->by->proof, q->any ? AGENDA_NONE : q->mark, q->value, q->conflicts, on_asked, q);
}

static void *answer(void *ctx)
{
    struct question *q = ctx;
    q->answer = find_answer(q);
    atomic_store(&q->done, true);
    return NULL;
}

static void ask(struct plan *p, struct question *q, struct prover *by, int mark, int64_t value)
{
    *q = (struct question){.plan = p, .by = by, .best = p->best, .conflicts = p->conflicts, .mark = mark, .value = value, .running = true};
    q->any = !p->has && (p->a->complete || p->best.mark[0] > 0);
    if (pthread_create(&q->thread, NULL, answer, q) != 0)
        abort(); // as when memory is used up
}

// Until it is answered; false when it was stopped: it may be under way for a while still, and answers nothing.
static bool wait_for(struct question *q, bool (*stop)(void *ctx), void *ctx)
{
    while (!atomic_load(&q->done)) {
        if (stop != NULL && stop(ctx)) {
            atomic_store(&q->stopped, true);
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    end(q);
    return true;
}

// What is known now.
static void hear(struct plan *p, const struct question *q)
{
    if (q->answer == CLAUSES_YES) {
        take_proof(p, q->by);
    } else if (q->answer == CLAUSES_NO && q->any) {
        p->refuted = true;
        p->state = PLAN_INFEASIBLE;
    } else if (q->answer == CLAUSES_NO) {
        if (p->low[q->mark] <= q->value)
            p->low[q->mark] = q->value + 1;
    } else if (q->answer == CLAUSES_FULL) {
        p->no_proof = p->full = true;
    } else if (q->by == &p->finder && p->conflicts < CONFLICTS_MOST) {
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
    if (!p->no_proof && *low < p->changes && !may_prove(p, &p->finder, PROOF_SEATS))
        p->no_proof = true;
    if (*low >= p->changes)
        p->state = PLAN_BEST;
    else if (p->no_proof || p->asked++ >= SEATS_QUESTIONS)
        p->state = PLAN_HALTED;
    else {
        ask(p, &p->first, &p->finder, PROOF_TABLES, p->changes - 1);
        if (wait_for(&p->first, stop, ctx))
            hear(p, &p->first);
    }
    if (*low >= p->changes)
        p->state = PLAN_BEST;
}

// With the weight that is placed, not everybody may be served as well as without it.
static void share(struct plan *p)
{
    int fair = mark_of(p, LEVEL_FAIRNESS);
    int64_t low = TIMETABLE_ALL - quota_share(&p->view, all_weight(p->a) - p->best.mark[LOST]);
    p->shared = true;
    if (low <= p->low[fair])
        return;
    p->low[fair] = low;
    shuffle_aim(p->shuffle, TIMETABLE_ALL - low);
}

// Of chance, in this step: as long as the question takes, about.
static int tries(const struct plan *p, bool asked)
{
    int least = p->a->meetings < TRIES / TRIES_MEETING ? p->a->meetings * TRIES_MEETING : TRIES;
    double meanwhile = asked ? (double)p->conflicts * TRIES_CONFLICT * (double)p->size / CONFLICT_SIZE : 0;
    return meanwhile > least ? (int)meanwhile : least;
}

// What is asked of a mark: as little as may be at first; then in turn less than the best has, as little as may be, or what lies
// between.
static int64_t target(const struct plan *p, int mark, int turn)
{
    int64_t less = p->best.mark[mark] - 1, least = p->low[mark];
    if (mark == mark_of(p, LEVEL_FAIRNESS))
        return less;
    if (turn > TURNS_LEAST && turn % 3 == 0)
        return less;
    return turn <= TURNS_LEAST || turn % 3 == 1 ? least : least + (less - least) / 2;
}

static bool stop_now(void *ctx)
{
    (void)ctx;
    return true;
}

// One step: a question, and meanwhile chance or another question.
static void go_on(struct plan *p, int mark, bool (*stop)(void *ctx), void *ctx)
{
    bool fair = mark == mark_of(p, LEVEL_FAIRNESS);
    if (p->turn > 2 && !p->no_proof && mark < SHUFFLE_MARKS && !may_prove(p, &p->finder, p->finder.kind))
        p->no_proof = true;
    bool asked = p->turn > 2 && !p->no_proof && mark < SHUFFLE_MARKS;
    // Without tables the other proof would find timetables in which nobody can be given the booth of either.
    bool second = asked && !fair && p->has && !p->two_booths && p->turn % 6 > 1 && p->conflicts >= CONFLICTS_SECOND && p->size <= SECOND_MOST;
    if (asked)
        ask(p, &p->first, &p->finder, mark, target(p, mark, p->turn));
    if (second) {
        ask(p, &p->second, &p->refuter, mark, target(p, mark, p->turn + 1));
        bool heard = wait_for(&p->second, stop, ctx);
        if (wait_for(&p->first, heard ? stop : stop_now, ctx) && heard) {
            hear(p, &p->second);
            hear(p, &p->first);
        }
        return;
    }
    bool stopped = !shuffle_run(p->shuffle, tries(p, asked), stop, ctx);
    if (asked && wait_for(&p->first, stopped ? stop_now : stop, ctx))
        hear(p, &p->first);
    take_chance(p);
}

enum plan_state plan_step(struct plan *p, bool (*stop)(void *ctx), void *ctx)
{
    if (!p->started)
        start(p);
    if (p->state != PLAN_WORKING)
        return p->state;
    end(&p->first);
    end(&p->second);
    memcpy(p->hint, p->slot, (size_t)p->a->meetings * sizeof *p->hint); // nobody reads it yet: both questions may, once they are asked
    int mark = open_mark(p);
    if (mark > LOST && !p->shared && !p->a->complete)
        share(p);
    if (mark == SHUFFLE_MARKS && p->has) {
        int64_t least = fewest_changes(p);
        if (p->low[SHUFFLE_MARKS] < least)
            p->low[SHUFFLE_MARKS] = least;
        prove_tables(p, stop, ctx);
        return p->state;
    }
    p->turn++;
    go_on(p, mark, stop, ctx);
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

bool plan_full(const struct plan *p)
{
    return p->full;
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
