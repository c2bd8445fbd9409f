// SPDX-License-Identifier: EUPL-1.2
// Knows an agenda and the marks of its timetables as clauses.
#include "core/proof.h"

#include <string.h>

struct proof {
    const struct agenda_view *v;
    const struct agenda *a;
    const uint64_t *slots;
    struct shuffle_options options;
    const int *hint;
    struct arena *arena;
    struct clauses *c;
    int *at;     // meeting x slot: it lies there; 0: it cannot
    int *busy;   // person x slot; 0: never
    int *placed; // meeting
    int *seat;   // meeting x table, with tables; 0: it cannot
    int *before; // slot x number, of one person
    struct clauses_number *gaps;      // of each person: made when first asked for
    struct clauses_number *meetings;  // of each person
    struct clauses_number number[PROOF_TABLES + 1];
    int64_t told[PROOF_TABLES + 1]; // up to how many these tell apart; 0: not made
    int most_gaps[2 * AGENDA_SLOTS], least_gaps[2 * AGENDA_SLOTS]; // somebody has, everybody has more than i
    int spreads;
    int *assumed;
    int *slot, *table; // of the last YES
    bool tables;
    bool (*stop)(void *ctx); // while it is made
    void *ctx;
    bool given_up;
};

// Whether making it is given up: asked often, for large agendas take seconds.
static bool given_up(struct proof *p)
{
    p->given_up = p->given_up || clauses_full(p->c) || (p->stop != NULL && p->stop(p->ctx));
    return p->given_up;
}

static int *at(const struct proof *p, int m, int t)
{
    return &p->at[m * p->a->slots + t];
}

static int *busy(const struct proof *p, int person, int t)
{
    return &p->busy[person * p->a->slots + t];
}

size_t proof_size(const struct agenda_view *v, const uint64_t *slots, enum proof_kind kind)
{
    const struct agenda *a = v->agenda;
    size_t places = 0;
    for (int m = 0; m < a->meetings; m++)
        places += (size_t)__builtin_popcountll(slots[m]);
    size_t size = places * 30 + (size_t)a->people * (size_t)a->slots * (size_t)a->slots * 8 + a->befores * (size_t)a->slots * 2;
    return kind == PROOF_SEATS ? size + (places * 8 + (size_t)a->people * (size_t)a->slots * 8) * (size_t)a->tables : size;
}

// Each meeting: where it lies.
static void say_places(struct proof *p)
{
    int list[AGENDA_SLOTS + 1];
    for (int m = 0; m < p->a->meetings && !given_up(p); m++) {
        size_t count = 0;
        for (int t = 0; t < p->a->slots; t++)
            if (p->slots[m] >> t & 1)
                list[count++] = *at(p, m, t) = clauses_literal(p->c, p->hint[m] == t);
        clauses_one(p->c, list, count);
        if (p->a->complete || p->a->meeting[m].locked) {
            p->placed[m] = clauses_true(p->c);
            clauses_add(p->c, list, count);
            continue;
        }
        p->placed[m] = count == 0 ? -clauses_true(p->c) : clauses_literal(p->c, p->hint[m] >= 0);
        for (size_t i = 0; i < count; i++)
            CLAUSE(p->c, -list[i], p->placed[m]);
        list[count++] = -p->placed[m];
        clauses_add(p->c, list, count);
    }
}

// Each group that excludes one another: one at a time. Of people also whether they are busy.
static void say_groups(struct proof *p)
{
    int count;
    const struct clique *list = clique_list(p->v, p->arena, &count);
    int *there = arena_array(p->arena, (size_t)p->a->meetings + 1, sizeof *there);
    for (int i = 0; i < count && !given_up(p); i++)
        for (int t = 0; t < p->a->slots; t++) {
            size_t size = 0;
            bool likely = false;
            for (int k = 0; k < list[i].count; k++)
                if (*at(p, list[i].list[k], t) != 0) {
                    likely |= p->hint[list[i].list[k]] == t;
                    there[size++] = *at(p, list[i].list[k], t);
                }
            clauses_one(p->c, there, size);
            if (i >= p->a->people || size == 0)
                continue;
            int is = *busy(p, i, t) = size == 1 ? there[0] : clauses_literal(p->c, likely);
            for (size_t k = 0; size > 1 && k < size; k++)
                CLAUSE(p->c, -there[k], is);
            there[size++] = -is;
            if (size > 2)
                clauses_add(p->c, there, size);
        }
}

static void at_most(struct proof *p, const int *list, int count, int most)
{
    if (count <= most)
        return;
    struct clauses_number n = clauses_count(p->c, list, count, most + 1, false, p->arena);
    CLAUSE(p->c, -clauses_over(p->c, &n, most));
}

// As many meetings in a slot as there are tables; or twice as many people who are busy.
static void say_tables(struct proof *p, bool people)
{
    int all = people ? p->a->people : p->a->meetings;
    int *there = arena_array(p->arena, (size_t)all + 1, sizeof *there);
    for (int t = 0; t < p->a->slots && !given_up(p); t++) {
        int count = 0;
        for (int i = 0; i < all; i++) {
            int is = people ? *busy(p, i, t) : *at(p, i, t);
            if (is != 0)
                there[count++] = is;
        }
        at_most(p, there, count, (people ? 2 : 1) * p->a->tables);
    }
}

// "It lies in slot t or later", of a meeting: as far as orders need it.
static int *since(struct proof *p, int *all, int m, int t)
{
    int *is = &all[m * (p->a->slots + 1)];
    for (int u = p->a->slots - 1; is[0] == 0 && u >= 0; u--) {
        is[u] = clauses_literal(p->c, false);
        if (*at(p, m, u) != 0)
            CLAUSE(p->c, -*at(p, m, u), is[u]);
        if (u < p->a->slots - 1)
            CLAUSE(p->c, -is[u + 1], is[u]);
    }
    return &is[t];
}

static void say_order(struct proof *p)
{
    if (p->a->befores == 0)
        return;
    int *all = arena_array(p->arena, (size_t)p->a->meetings * ((size_t)p->a->slots + 1) + 1, sizeof *all);
    for (size_t i = 0; i < p->a->befores && !given_up(p); i++)
        for (int t = 0; t < p->a->slots; t++)
            if (*at(p, p->a->before[i].second, t) != 0)
                CLAUSE(p->c, -*at(p, p->a->before[i].second, t), -*since(p, all, p->a->before[i].first, t));
}

static int busy_list(const struct proof *p, int person, int *list)
{
    int count = 0;
    for (int t = 0; t < p->a->slots; t++)
        if (*busy(p, person, t) != 0)
            list[count++] = *busy(p, person, t);
    return count;
}

// "At least n of its meetings lie before slot t", of a person whose meetings are all placed.
static int *before(const struct proof *p, int t, int n)
{
    return &p->before[t * (AGENDA_SLOTS + 1) + n];
}

// What is known of these numbers: from below by the slots that are left, from above by those that are gone.
static void count_before(struct proof *p, int person, int wanted)
{
    int gone = 0, left = 0, yes = clauses_true(p->c);
    for (int t = 0; t < p->a->slots; t++)
        left += *busy(p, person, t) != 0;
    for (int t = 0; t <= p->a->slots; t++) {
        int is = t > 0 ? *busy(p, person, t - 1) : 0;
        gone += is != 0;
        left -= is != 0;
        *before(p, t, 0) = yes;
        for (int n = 1; n <= wanted; n++) {
            bool must = n <= wanted - left, may = n <= gone;
            *before(p, t, n) = !may ? -yes : must ? yes : is == 0 ? *before(p, t - 1, n) : clauses_literal(p->c, false);
            if (must && !may)
                CLAUSE(p->c, -yes); // fewer slots than meetings
            if (is == 0)
                continue;
            CLAUSE(p->c, -*before(p, t - 1, n), *before(p, t, n));
            CLAUSE(p->c, -*before(p, t - 1, n - 1), -is, *before(p, t, n));
            CLAUSE(p->c, -*before(p, t, n), *before(p, t - 1, n), is);
            CLAUSE(p->c, -*before(p, t, n), *before(p, t - 1, n - 1));
        }
        if (is != 0)
            CLAUSE(p->c, -is, -*before(p, t - 1, wanted));
    }
}

// A person's caps and rests; of a complete agenda also how many slots it is busy.
static void say_person(struct proof *p, int person)
{
    const struct agenda_person *x = &p->a->person[person];
    int list[AGENDA_SLOTS], count = busy_list(p, person, list);
    int wanted = p->v->first[person + 1] - p->v->first[person];
    int most = x->most > 0 && x->most < p->a->slots ? x->most : p->a->slots;
    if (p->a->complete && wanted > most)
        CLAUSE(p->c, -clauses_true(p->c));
    else if (p->a->complete)
        count_before(p, person, wanted);
    else
        at_most(p, list, count, most);
    for (int t = 0; x->rest > 0 && t < p->a->slots; t++)
        for (int u = t + 1; u <= t + x->rest && u < p->a->slots && !(p->v->days >> u & 1); u++)
            if (*busy(p, person, t) != 0 && *busy(p, person, u) != 0)
                CLAUSE(p->c, -*busy(p, person, t), -*busy(p, person, u));
}

// A slot counts as busy during the rest that follows a meeting.
static int filled(struct proof *p, int person, int t)
{
    int list[AGENDA_SLOTS + 1], count = 0, rest = p->a->person[person].rest;
    for (int u = t; u >= 0 && u >= t - rest; u--) {
        if (*busy(p, person, u) != 0)
            list[count++] = *busy(p, person, u);
        if (p->v->days >> u & 1)
            break;
    }
    if (count < 2)
        return count == 1 ? list[0] : 0;
    int any = clauses_literal(p->c, false);
    for (int i = 0; i < count; i++)
        CLAUSE(p->c, -list[i], any);
    list[count++] = -any;
    clauses_add(p->c, list, (size_t)count);
    return any;
}

// Whether a run of busy slots begins.
static int begins(struct proof *p, int before, int now)
{
    if (before == 0)
        return now;
    int begin = clauses_literal(p->c, false);
    CLAUSE(p->c, -begin, now);
    CLAUSE(p->c, -begin, -before);
    CLAUSE(p->c, -now, before, begin);
    return begin;
}

// Without a gap: once begun, one after the other.
static void say_run(struct proof *p, int person, int gap)
{
    int wanted = p->v->first[person + 1] - p->v->first[person];
    for (int t = 1; t < p->a->slots; t++)
        for (int n = 1; n < wanted; n++)
            CLAUSE(p->c, gap, -*before(p, t, n), *before(p, t + 1, n + 1));
}

static void count_gaps(struct proof *p, int person)
{
    int begin[AGENDA_SLOTS], begun = 0, more[AGENDA_SLOTS], runs = 0, last = 0;
    for (int t = 0; t <= p->a->slots; t++) {
        if (t == p->a->slots || p->v->days >> t & 1) {
            struct clauses_number day = clauses_count(p->c, begin, begun, AGENDA_SLOTS, true, p->arena);
            for (int i = 1; i < day.count; i++)
                more[runs++] = day.at[i];
            begun = last = 0;
        }
        if (t == p->a->slots)
            break;
        int now = filled(p, person, t);
        if (now != 0)
            begin[begun++] = begins(p, last, now);
        last = now;
    }
    bool days = (p->v->days & (p->v->days - 1)) != 0;
    if (days)
        p->gaps[person] = clauses_count(p->c, more, runs, AGENDA_SLOTS, true, p->arena);
    else {
        p->gaps[person] = (struct clauses_number){arena_array(p->arena, (size_t)runs + 1, sizeof(int)), runs};
        memcpy(p->gaps[person].at, more, (size_t)runs * sizeof *more);
    }
    if (p->a->complete && !days && p->a->person[person].rest == 0 && runs > 0 && p->v->first[person + 1] - p->v->first[person] <= p->a->slots)
        say_run(p, person, p->gaps[person].at[0]);
}

// For each number of gaps: somebody has more, everybody has more.
static void say_spread(struct proof *p)
{
    for (int i = 0; i < p->a->people; i++)
        if (p->gaps[i].count > p->spreads)
            p->spreads = p->gaps[i].count;
    int *all = arena_array(p->arena, (size_t)p->a->people + 1, sizeof *all);
    for (int n = 0; n < p->spreads; n++) {
        p->most_gaps[n] = clauses_literal(p->c, false);
        p->least_gaps[n] = clauses_literal(p->c, false);
        for (int i = 0; i < p->a->people; i++) {
            int over = clauses_over(p->c, &p->gaps[i], n);
            CLAUSE(p->c, -over, p->most_gaps[n]);
            CLAUSE(p->c, over, -p->least_gaps[n]);
            all[i] = -over;
        }
        all[p->a->people] = p->least_gaps[n];
        clauses_add(p->c, all, (size_t)p->a->people + 1);
    }
}

// Under the guard: most and fewest gaps differ by at most `spread`.
static void say_within(struct proof *p, int64_t spread, int guard)
{
    // More than n + spread somewhere: more than n everywhere.
    for (int64_t n = 0; n + spread < p->spreads; n++)
        CLAUSE(p->c, -guard, -p->most_gaps[n + spread], p->least_gaps[n]);
}

// What each meeting adds to a mark, as literals.
static struct clauses_number count_mark(struct proof *p, enum level level, int most)
{
    size_t room = 1;
    for (int m = 0; m < p->a->meetings; m++)
        room += (size_t)p->a->meeting[m].weight;
    for (int i = 0; i < p->a->people; i++)
        room += (size_t)p->gaps[i].count;
    int *list = arena_array(p->arena, room, sizeof *list), count = 0;
    if (level == LEVEL_GAPS)
        for (int i = 0; i < p->a->people; i++)
            for (int k = 0; k < p->gaps[i].count; k++)
                list[count++] = p->gaps[i].at[k];
    for (int m = 0; m < p->a->meetings; m++) {
        int old = p->a->meeting[m].old_slot;
        for (int i = 0; level == LEVEL_WEIGHT && i < p->a->meeting[m].weight; i++)
            list[count++] = -p->placed[m];
        if (level == LEVEL_CHANGE && old >= 0)
            list[count++] = *at(p, m, old) != 0 ? -*at(p, m, old) : clauses_true(p->c);
    }
    return clauses_count(p->c, list, count, most, false, p->arena);
}

static int count_meetings(struct proof *p, int person, int least)
{
    int wanted = p->v->first[person + 1] - p->v->first[person];
    if (p->meetings[person].at == NULL) {
        int *list = arena_array(p->arena, (size_t)wanted + 1, sizeof *list);
        for (int i = 0; i < wanted; i++)
            list[i] = p->placed[p->v->list[p->v->first[person] + i]];
        p->meetings[person] = clauses_count(p->c, list, wanted, wanted, true, p->arena);
    }
    return clauses_over(p->c, &p->meetings[person], least - 1);
}

static enum level level_of(const struct proof *p, int mark, bool *spread)
{
    *spread = false;
    if (mark < 2)
        return LEVEL_WEIGHT;
    for (int i = 1, next = 2; i < LEVELS - 1; i++) {
        if (p->options.order[i] == LEVEL_GAPS && mark == next++) {
            *spread = true;
            return LEVEL_GAPS;
        }
        if (mark == next++)
            return p->options.order[i];
    }
    return LEVEL_TABLES;
}

// The literals that together say "this mark is at most value"; how many.
static size_t say_mark(struct proof *p, int mark, int64_t value, int *out)
{
    bool spread;
    size_t count = 0;
    enum level level = level_of(p, mark, &spread);
    if (mark == AGENDA_NONE || mark == 0)
        return 0;
    if (level == LEVEL_FAIRNESS) {
        for (int i = 0; i < p->a->people; i++) {
            int64_t wanted = p->v->first[i + 1] - p->v->first[i];
            int64_t least = ((TIMETABLE_ALL - value) * wanted + TIMETABLE_ALL - 1) / TIMETABLE_ALL;
            if (least > 0)
                out[count++] = count_meetings(p, i, (int)least);
        }
        return count;
    }
    if (spread) {
        out[0] = clauses_literal(p->c, true);
        say_within(p, p->options.spread + value, out[0]);
        return 1;
    }
    if (value >= p->told[mark]) {
        p->told[mark] = value + 1;
        p->number[mark] = count_mark(p, level, (int)value + 1);
    }
    out[0] = -clauses_over(p->c, &p->number[mark], (int)value);
    return 1;
}

// Which table, and how often each person goes to another one.
static void say_seats(struct proof *p)
{
    const struct agenda *a = p->a;
    size_t tables = (size_t)a->tables;
    int *there = arena_array(p->arena, tables * (size_t)a->slots * (size_t)a->meetings + 1, sizeof *there);
    for (int m = 0; m < a->meetings; m++) {
        int *seat = p->seat + (size_t)m * tables;
        int *any = arena_array(p->arena, tables + 1, sizeof *any);
        size_t count = 0;
        int one = a->person[a->meeting[m].person[0]].table, two = a->person[a->meeting[m].person[1]].table;
        for (int j = 0; j < a->tables; j++) {
            bool booth = (one < 0 && two < 0) || j == one || j == two;
            if (booth && (a->meeting[m].table < 0 || a->meeting[m].table == j))
                any[count++] = seat[j] = clauses_literal(p->c, false);
        }
        clauses_one(p->c, any, count);
        any[count++] = -p->placed[m];
        clauses_add(p->c, any, count);
        for (int t = 0; t < a->slots; t++)
            for (int j = 0; *at(p, m, t) != 0 && j < a->tables; j++)
                if (seat[j] != 0) {
                    int here = clauses_literal(p->c, false);
                    CLAUSE(p->c, -*at(p, m, t), -seat[j], here);
                    CLAUSE(p->c, -here, *at(p, m, t));
                    CLAUSE(p->c, -here, seat[j]);
                    there[((size_t)t * tables + (size_t)j) * (size_t)a->meetings + (size_t)m] = here;
                }
    }
    int *list = arena_array(p->arena, (size_t)a->meetings + 1, sizeof *list);
    for (size_t cell = 0; cell < (size_t)a->slots * tables; cell++) {
        size_t count = 0;
        for (int m = 0; m < a->meetings; m++)
            if (there[cell * (size_t)a->meetings + (size_t)m] != 0)
                list[count++] = there[cell * (size_t)a->meetings + (size_t)m];
        clauses_one(p->c, list, count);
    }
    p->number[PROOF_TABLES].at = there; // until the changes are counted
}

// At table j in slot t: one of the person's meetings; 0: none can be.
static int sits(struct proof *p, const int *there, int person, int t, int j)
{
    const struct agenda_view *v = p->v;
    int list[AGENDA_SLOTS * 4], count = 0, wanted = v->first[person + 1] - v->first[person];
    int *all = wanted < AGENDA_SLOTS * 4 ? list : arena_array(p->arena, (size_t)wanted + 1, sizeof *all);
    for (int i = v->first[person]; i < v->first[person + 1]; i++) {
        int x = there[((size_t)t * (size_t)p->a->tables + (size_t)j) * (size_t)p->a->meetings + (size_t)v->list[i]];
        if (x != 0)
            all[count++] = x;
    }
    if (count == 0)
        return 0;
    int any = clauses_literal(p->c, false);
    for (int i = 0; i < count; i++)
        CLAUSE(p->c, -all[i], any);
    all[count++] = -any;
    clauses_add(p->c, all, (size_t)count);
    return any;
}

static void count_table_changes(struct proof *p)
{
    const struct agenda *a = p->a;
    const int *there = p->number[PROOF_TABLES].at;
    int *changes = arena_array(p->arena, (size_t)a->people * (size_t)a->slots + 1, sizeof *changes), count = 0;
    for (int i = 0; i < a->people; i++) {
        int *last = arena_array(p->arena, (size_t)a->tables + 1, sizeof *last); // the table it was at last; 0: none
        for (int t = 0; t < a->slots; t++) {
            int change = clauses_literal(p->c, false), is = *busy(p, i, t);
            changes[count++] = change;
            for (int j = 0; j < a->tables; j++) {
                int here = is != 0 ? sits(p, there, i, t, j) : 0, before = p->v->days >> t & 1 ? 0 : last[j];
                if (before != 0 && is != 0)
                    CLAUSE(p->c, -before, -is, here != 0 ? here : change, change);
                last[j] = clauses_literal(p->c, false);
                if (here != 0)
                    CLAUSE(p->c, -here, last[j]);
                if (before != 0)
                    CLAUSE(p->c, -before, is != 0 ? is : last[j], last[j]);
            }
        }
    }
    p->number[PROOF_TABLES] = clauses_count(p->c, changes, count, count, false, p->arena);
    p->told[PROOF_TABLES] = count;
}

struct proof *proof_new(const struct agenda_view *v, const uint64_t *slots, const struct shuffle_options *o, const int *hint,
                        enum proof_kind kind, size_t memory, bool (*stop)(void *ctx), void *ctx)
{
    struct arena *arena = arena_new();
    struct proof *p = arena_take(arena, sizeof *p);
    size_t meetings = (size_t)v->agenda->meetings, people = (size_t)v->agenda->people, count = (size_t)v->agenda->slots;
    *p = (struct proof){.v = v, .a = v->agenda, .slots = slots, .options = *o, .hint = hint, .arena = arena, .tables = kind == PROOF_SEATS,
                         .stop = stop, .ctx = ctx};
    p->c = clauses_new(memory, kind != PROOF_PEOPLE);
    p->at = arena_array(arena, meetings * count + 1, sizeof *p->at);
    p->busy = arena_array(arena, people * count + 1, sizeof *p->busy);
    p->placed = arena_array(arena, meetings + 1, sizeof *p->placed);
    p->slot = arena_array(arena, meetings + 1, sizeof *p->slot);
    p->table = arena_array(arena, meetings + 1, sizeof *p->table);
    p->gaps = arena_array(arena, people + 1, sizeof *p->gaps);
    p->meetings = arena_array(arena, people + 1, sizeof *p->meetings);
    p->before = arena_array(arena, (count + 1) * (AGENDA_SLOTS + 1), sizeof *p->before);
    p->assumed = arena_array(arena, people + 2, sizeof *p->assumed);
    say_places(p);
    say_groups(p);
    say_tables(p, kind == PROOF_PEOPLE);
    say_order(p);
    for (int i = 0; i < p->a->people && !given_up(p); i++) {
        say_person(p, i);
        count_gaps(p, i);
    }
    if (!given_up(p))
        say_spread(p);
    if (p->a->complete)
        say_within(p, o->spread, clauses_true(p->c));
    if (p->tables && !given_up(p)) {
        p->seat = arena_array(arena, meetings * (size_t)p->a->tables + 1, sizeof *p->seat);
        say_seats(p);
        count_table_changes(p);
    }
    if (given_up(p)) {
        proof_free(p);
        return NULL;
    }
    p->hint = NULL; // borrowed for this long only
    p->stop = NULL;
    return p;
}

void proof_free(struct proof *p)
{
    if (p == NULL)
        return;
    clauses_free(p->c);
    arena_free(p->arena);
}

static void read_answer(struct proof *p)
{
    for (int m = 0; m < p->a->meetings; m++) {
        p->slot[m] = p->table[m] = AGENDA_NONE;
        for (int t = 0; t < p->a->slots; t++)
            if (*at(p, m, t) != 0 && clauses_holds(p->c, *at(p, m, t)))
                p->slot[m] = t;
        for (int j = 0; p->tables && p->slot[m] >= 0 && j < p->a->tables; j++) {
            int seat = p->seat[m * p->a->tables + j];
            if (seat != 0 && clauses_holds(p->c, seat))
                p->table[m] = j;
        }
    }
}

enum clauses_answer proof_ask(struct proof *p, int mark, int64_t value, int conflicts, bool (*stop)(void *ctx), void *ctx)
{
    size_t assumed = say_mark(p, mark, value, p->assumed);
    enum clauses_answer answer = clauses_ask(p->c, p->assumed, assumed, conflicts, stop, ctx);
    if (answer == CLAUSES_YES)
        read_answer(p);
    return answer;
}

void proof_fix(struct proof *p, int mark, int64_t value)
{
    size_t count = say_mark(p, mark, value, p->assumed);
    for (size_t i = 0; i < count; i++)
        CLAUSE(p->c, p->assumed[i]);
}

const int *proof_slots(const struct proof *p)
{
    return p->slot;
}

const int *proof_tables(const struct proof *p)
{
    return p->table;
}
