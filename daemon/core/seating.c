// SPDX-License-Identifier: EUPL-1.2
// Knows how to give out tables so that people seldom change theirs.
#include "core/seating.h"

#include "core/flow.h"

#include <string.h>

enum { NONE = AGENDA_NONE, SWEEPS = 4, OFFERS = 7 };

struct seats {
    const struct agenda_view *v;
    const int *slot;  // of each meeting
    int *table;       // of each meeting, while it is worked on; NONE: not yet
    int (*next)[2];   // of each meeting and person: the next one on that day; NONE
    int (*back)[2];   // the one before
    int (*choice)[2]; // tables of each meeting, where they are not all open to it: booths, its lock; else NONE
    int *list;        // meetings by slot: those of slot t are list[first[t]] to list[first[t + 1] - 1]
    int first[AGENDA_SLOTS + 1];
    int *node;        // one a table: its node in the network of the slot at hand; 0: none
    bool *taken;      // one a table, in the slot at hand
    uint64_t *wanted; // one a table: later slots in which somebody who sat there meets next
    int pairs;        // of consecutive meetings of a person
};

static bool set_choice(const struct agenda *a, int m, int choice[2])
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    int one = a->person[meeting->person[0]].table, other = a->person[meeting->person[1]].table;
    choice[0] = one != NONE ? one : other;
    choice[1] = one != NONE && other != one ? other : NONE;
    if (meeting->table == NONE)
        return true;
    bool kept = choice[0] == NONE || choice[0] == meeting->table || choice[1] == meeting->table;
    choice[0] = meeting->table;
    choice[1] = NONE;
    return kept;
}

static void link_person(struct seats *s, int p)
{
    const struct agenda_view *v = s->v;
    int at[AGENDA_SLOTS], last = NONE;
    uint64_t busy = 0;
    for (int i = v->first[p]; i < v->first[p + 1]; i++) {
        int slot = s->slot[v->list[i]];
        if (slot == NONE)
            continue;
        busy |= 1ULL << slot;
        at[slot] = v->list[i];
    }
    for (; busy; busy &= busy - 1) {
        int slot = __builtin_ctzll(busy), m = at[slot];
        if (last != NONE && v->agenda->slot[last].day == v->agenda->slot[slot].day) {
            s->next[at[last]][v->agenda->meeting[at[last]].person[1] == p] = m;
            s->back[m][v->agenda->meeting[m].person[1] == p] = at[last];
            s->pairs++;
        }
        last = slot;
    }
}

static void list_slots(struct seats *s)
{
    const struct agenda *a = s->v->agenda;
    int at[AGENDA_SLOTS + 1] = {0};
    for (int m = 0; m < a->meetings; m++)
        if (s->slot[m] != NONE)
            s->first[s->slot[m] + 1]++;
    for (int t = 0; t < AGENDA_SLOTS; t++)
        s->first[t + 1] += s->first[t];
    memcpy(at, s->first, sizeof at);
    for (int m = 0; m < a->meetings; m++)
        if (s->slot[m] != NONE)
            s->list[at[s->slot[m]]++] = m;
}

// False: a meeting is locked to a table that is neither of its people's booths.
static bool open_seats(struct seats *s, const struct agenda_view *v, const struct timetable *t, struct arena *arena)
{
    const struct agenda *a = v->agenda;
    size_t meetings = (size_t)a->meetings, tables = (size_t)a->tables;
    bool can = true;
    *s = (struct seats){.v = v,
                        .slot = t->slot,
                        .table = arena_array(arena, meetings, sizeof *s->table),
                        .next = arena_array(arena, meetings, sizeof *s->next),
                        .back = arena_array(arena, meetings, sizeof *s->back),
                        .choice = arena_array(arena, meetings, sizeof *s->choice),
                        .list = arena_array(arena, meetings, sizeof *s->list),
                        .node = arena_array(arena, tables, sizeof *s->node),
                        .taken = arena_array(arena, tables, sizeof *s->taken),
                        .wanted = arena_array(arena, tables, sizeof *s->wanted)};
    for (int m = 0; m < a->meetings; m++) {
        s->next[m][0] = s->next[m][1] = s->back[m][0] = s->back[m][1] = NONE;
        can &= set_choice(a, m, s->choice[m]) || s->slot[m] == NONE;
        // What is known from the start draws to itself what comes before.
        s->table[m] = s->slot[m] != NONE && s->choice[m][1] == NONE ? s->choice[m][0] : NONE;
    }
    for (int p = 0; p < a->people; p++)
        link_person(s, p);
    list_slots(s);
    return can;
}

static bool can_meet(const struct seats *s, int one, int other)
{
    const int *x = s->choice[one], *y = s->choice[other];
    return x[0] == NONE || y[0] == NONE || x[0] == y[0] || x[0] == y[1] ||
           (x[1] != NONE && (x[1] == y[0] || x[1] == y[1]));
}

// Which of a meeting's two nodes towards other slots leads to the slot of `to`: there is one for each slot.
static int port(const struct seats *s, const int *ways, int to)
{
    return ways[0] == NONE || s->slot[ways[0]] != s->slot[to];
}

// The node of a meeting towards (or from) a slot; NONE when none of its people goes there next.
static int node_to(const struct seats *s, const int *ways, int node, int slot)
{
    for (int i = 0; i < 2; i++)
        if (ways[i] != NONE && s->slot[ways[i]] == slot)
            return node + port(s, ways, ways[i]);
    return NONE;
}

// The two meetings that the people of m come from, when they lie in different slots: the earlier one first.
static bool find_origins(const struct seats *s, int m, int origin[2])
{
    const int *back = s->back[m];
    if (back[0] == NONE || back[1] == NONE || s->slot[back[0]] == s->slot[back[1]])
        return false;
    int late = s->slot[back[1]] > s->slot[back[0]];
    origin[0] = back[!late];
    origin[1] = back[late];
    return true;
}

// Whether m is taken to keep the table of one of its two origins only, unless they are linked (link_origins): where
// such a link takes the place of another, or cannot be.
static bool is_single(const struct seats *s, int m)
{
    int origin[2];
    return find_origins(s, m, origin) &&
           (!can_meet(s, origin[0], origin[1]) || node_to(s, s->next[origin[0]], 0, s->slot[origin[1]]) != NONE);
}

// Both people of m come from its table only where the two meetings they come from were at the same one. That is as good
// as a link between these two, and takes the place of another.
static void link_origins(const struct seats *s, struct flow *f, int m)
{
    int origin[2], gain = 1;
    if (!is_single(s, m) || !find_origins(s, m, origin) || !can_meet(s, origin[0], origin[1]))
        return;
    int from = origin[0], to = origin[1];
    for (int i = 0; i < 2; i++) { // their other people may meet each other next as well
        int other = s->next[from][i];
        if (other == NONE || other == m || (other != s->next[to][0] && other != s->next[to][1]))
            continue;
        if (other < m)
            return;
        gain = 2;
    }
    int out = node_to(s, s->next[from], 2 + 4 * from, s->slot[to]);
    int in = is_single(s, to) ? NONE : node_to(s, s->back[to], 2 + 4 * to + 2, s->slot[from]);
    bool linked = s->next[from][0] == to || s->next[from][1] == to;
    flow_arc(f, linked ? 0 : out, in == NONE || linked ? 1 : in, 1, gain);
}

static void link_next(const struct seats *s, struct flow *f, int m)
{
    const int *next = s->next[m];
    for (int i = 0; i < 2; i++) {
        int to = next[i];
        if (to == NONE || (i && to == next[0]) || !can_meet(s, m, to))
            continue;
        int in = is_single(s, to) ? 0 : port(s, s->back[to], m);
        flow_arc(f, 2 + 4 * m + port(s, next, to), 2 + 4 * to + 2 + in, 1, 1 + (!i && to == next[1]));
    }
}

// A meeting keeps its table towards one meeting of a later slot at most, and from one of an earlier slot: a largest
// matching for each two slots. All in one network, with two nodes of a meeting for later slots and two for earlier
// ones.
static int count_keepable(const struct seats *s)
{
    const struct agenda *a = s->v->agenda;
    struct arena *arena = arena_new();
    struct flow *f = flow_new(2 + 4 * a->meetings, 7 * (size_t)a->meetings, arena);
    for (int m = 0; m < a->meetings; m++) {
        for (int i = 0; i < 2; i++) {
            flow_arc(f, 0, 2 + 4 * m + i, 1, 0);
            flow_arc(f, 2 + 4 * m + 2 + i, 1, 1, 0);
        }
        link_next(s, f, m);
        link_origins(s, f, m);
    }
    int keepable = (int)flow_run(f, 0, 1);
    arena_free(arena);
    return keepable;
}

static int count_kept(const struct seats *s)
{
    int kept = 0;
    for (int m = 0; m < s->v->agenda->meetings; m++)
        for (int i = 0; i < 2; i++)
            kept += s->next[m][i] != NONE && s->table[s->next[m][i]] == s->table[m];
    return kept;
}

static int count_old(const struct seats *s)
{
    int old = 0;
    for (int m = 0; m < s->v->agenda->meetings; m++)
        old += s->table[m] != NONE && s->table[m] == s->v->agenda->meeting[m].old_table;
    return old;
}

// How many neighbours of a meeting sit at a table.
static int ties(const struct seats *s, int m, int table)
{
    int count = 0;
    for (int i = 0; i < 2; i++) {
        count += s->next[m][i] != NONE && s->table[s->next[m][i]] == table;
        count += s->back[m][i] != NONE && s->table[s->back[m][i]] == table;
    }
    return count;
}

// The meeting from which the other person comes to what follows m on side i, from another slot: NONE when there is
// none.
static int find_partner(const struct seats *s, int m, int i)
{
    int next = s->next[m][i];
    if (next == NONE || next == s->next[m][!i])
        return NONE;
    int other = s->back[next][s->back[next][0] == m];
    return other == NONE || s->slot[other] == s->slot[m] ? NONE : other;
}

// How many meetings that follow m both people could come to from this table.
static int hopes(const struct seats *s, int m, int table)
{
    int count = 0;
    for (int i = 0; i < 2; i++) {
        int other = find_partner(s, m, i);
        count += other != NONE && s->table[other] == table && s->table[s->next[m][i]] != table;
    }
    return count;
}

struct offer { // an arc from a meeting to a table
    int meeting, table, arc;
};

struct offers { // of one slot
    struct flow *flow;
    struct offer *list;
    int meetings, tables, count; // tables: that have a node
    bool ahead;                  // slots that follow have no tables yet
};

static void add_offer(struct seats *s, struct offers *o, int m, int node, int table, int64_t must)
{
    if (table < 0 || table >= s->v->agenda->tables)
        return;
    for (int i = o->count - 1; i >= 0 && o->list[i].meeting == m; i--)
        if (o->list[i].table == table)
            return;
    // Two hopes are worth a tie, and both count before tables of the published timetable.
    int64_t worth = 2 * ties(s, m, table) + (o->ahead ? hopes(s, m, table) : 0);
    int64_t gain = must + worth * (o->meetings + 1) + (s->v->agenda->meeting[m].old_table == table);
    if (!s->node[table]) {
        s->node[table] = 2 + o->meetings + o->tables++;
        flow_arc(o->flow, s->node[table], 1, 1, 0);
    }
    o->list[o->count++] = (struct offer){m, table, flow_arc(o->flow, node, s->node[table], 1, gain)};
}

// All tables at which a meeting gains something; or its choices, which count before all else.
static void add_offers(struct seats *s, struct offers *o, int m, int node)
{
    int64_t must = 11 * ((int64_t)o->meetings + 1) * (o->meetings + 1);
    flow_arc(o->flow, 0, node, 1, 0);
    if (s->choice[m][0] != NONE) {
        for (int i = 0; i < 2; i++)
            add_offer(s, o, m, node, s->choice[m][i], must);
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (s->next[m][i] != NONE)
            add_offer(s, o, m, node, s->table[s->next[m][i]], 0);
        if (s->back[m][i] != NONE)
            add_offer(s, o, m, node, s->table[s->back[m][i]], 0);
        if (o->ahead && find_partner(s, m, i) != NONE)
            add_offer(s, o, m, node, s->table[find_partner(s, m, i)], 0);
    }
    add_offer(s, o, m, node, s->v->agenda->meeting[m].old_table, 0);
}

static uint64_t slots_after(const struct seats *s, int m)
{
    uint64_t slots = 0;
    for (int i = 0; i < 2; i++)
        slots |= s->next[m][i] == NONE ? 0 : 1ULL << s->slot[s->next[m][i]];
    return slots;
}

// For a meeting to which all free tables are worth the same: one to which nobody comes back when its own people might.
static int pick(const struct seats *s, int m)
{
    uint64_t after = slots_after(s, m);
    int best = NONE, least = AGENDA_SLOTS + 1;
    for (int x = 0; x < s->v->agenda->tables && least; x++) {
        int clashes = __builtin_popcountll(s->wanted[x] & after);
        if (s->taken[x] || clashes >= least)
            continue;
        best = x;
        least = clashes;
    }
    return best;
}

static void take(struct seats *s, int m, int table)
{
    s->table[m] = table;
    s->taken[table] = true;
}

// What the network does not decide: who has a table that is free keeps it, others get one. False: there are not enough,
// or a meeting gets none of its choices.
static bool give_rest(struct seats *s, const int *list, int n, const int *had)
{
    for (int i = 0; i < n; i++) {
        int m = list[i];
        if (s->table[m] == NONE && s->choice[m][0] != NONE)
            return false;
        if (s->table[m] == NONE && had[i] != NONE && !s->taken[had[i]])
            take(s, m, had[i]);
    }
    for (int i = 0; i < n; i++) {
        int table = s->table[list[i]] == NONE ? pick(s, list[i]) : s->table[list[i]];
        if (table == NONE)
            return false;
        take(s, list[i], table);
    }
    return true;
}

// Gives out the tables of a slot as well as can be, all other slots being as they are. False: they are not enough.
static bool settle(struct seats *s, int t, bool ahead)
{
    const int *list = s->list + s->first[t];
    int n = s->first[t + 1] - s->first[t];
    struct arena *arena = arena_new();
    struct offers o = {.flow = flow_new(2 + n + OFFERS * n, (1 + 2 * OFFERS) * (size_t)n, arena),
                       .list = arena_array(arena, OFFERS * (size_t)n, sizeof *o.list),
                       .meetings = n,
                       .ahead = ahead};
    int *had = arena_array(arena, (size_t)n, sizeof *had);
    for (int i = 0; i < n; i++)
        add_offers(s, &o, list[i], 2 + i);
    flow_run(o.flow, 0, 1);
    memset(s->taken, 0, (size_t)s->v->agenda->tables * sizeof *s->taken);
    for (int i = 0; i < n; i++) {
        had[i] = s->table[list[i]];
        s->table[list[i]] = NONE;
    }
    for (int i = 0; i < o.count; i++) {
        s->node[o.list[i].table] = 0;
        if (flow_carried(o.flow, o.list[i].arc))
            take(s, o.list[i].meeting, o.list[i].table);
    }
    bool enough = give_rest(s, list, n, had);
    arena_free(arena);
    return enough;
}

// In the order of the slots, each as it follows best from those before.
static bool settle_all(struct seats *s)
{
    for (int t = 0; t < s->v->agenda->slots; t++) {
        if (!settle(s, t, true))
            return false;
        for (int i = s->first[t]; i < s->first[t + 1]; i++)
            s->wanted[s->table[s->list[i]]] |= slots_after(s, s->list[i]);
    }
    return true;
}

static int64_t worth(const struct seats *s)
{
    return (int64_t)count_kept(s) * (s->v->agenda->meetings + 1) + count_old(s);
}

static void improve(struct seats *s, int keepable)
{
    int slots = s->v->agenda->slots, placed = s->first[AGENDA_SLOTS];
    int64_t best = worth(s);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        if (count_kept(s) == keepable && count_old(s) == placed)
            return;
        for (int t = slots - 1; t >= 0; t--)
            settle(s, t, false);
        for (int t = 0; t < slots; t++)
            settle(s, t, false);
        if (worth(s) == best)
            return;
        best = worth(s);
    }
}

bool seating_give(const struct agenda_view *v, struct timetable *t, int64_t *bound)
{
    struct arena *arena = arena_new();
    struct seats s;
    bool can = open_seats(&s, v, t, arena);
    int keepable = count_keepable(&s);
    *bound = s.pairs - keepable;
    can = can && settle_all(&s);
    if (can) {
        improve(&s, keepable);
        memcpy(t->table, s.table, (size_t)v->agenda->meetings * sizeof *s.table);
    }
    arena_free(arena);
    return can;
}
