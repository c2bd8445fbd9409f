// SPDX-License-Identifier: EUPL-1.2
// Knows how a day fills up when nobody looks ahead.
#include "core/greedy.h"

// For each number the pairs in which it stands: list[first[i]] to list[first[i + 1] - 1].
struct partners {
    const struct agenda_pair *pair;
    int *first;
    size_t *list;
};

struct day {
    const struct agenda *agenda;
    uint64_t days;
    struct timetable *out;
    uint64_t *closed; // of each person: where it meets, rests, or somebody bound to it meets
    int *met;         // meetings of each person so far
    uint64_t *taken;  // of each table
    int *order;       // tables that anybody may sit at, then booths
    int *next;        // of each slot, into order: those before it are taken
    struct partners bound, before;
};

static struct partners pair_up(const struct agenda_pair *pair, size_t pairs, int n, struct arena *arena)
{
    struct partners p = {pair, arena_array(arena, (size_t)n + 2, sizeof *p.first),
                         arena_array(arena, 2 * pairs, sizeof *p.list)};
    // Counted two places further up, so that filling the list moves each start to where it was wanted.
    for (size_t i = 0; i < pairs; i++)
        for (int side = 0; side < 2; side++)
            p.first[(side ? pair[i].second : pair[i].first) + 2]++;
    for (int i = 2; i < n + 2; i++)
        p.first[i] += p.first[i - 1];
    for (size_t i = 0; i < pairs; i++)
        for (int side = 0; side < 2; side++)
            p.list[p.first[(side ? pair[i].second : pair[i].first) + 1]++] = i;
    return p;
}

// Booths last: whoever needs none leaves them to those who do.
static void order_tables(struct day *d, struct arena *arena)
{
    const struct agenda *a = d->agenda;
    bool *booth = arena_array(arena, (size_t)a->tables, sizeof *booth);
    int n = 0;
    d->order = arena_array(arena, (size_t)a->tables, sizeof *d->order);
    for (int p = 0; p < a->people; p++)
        if (a->person[p].table != AGENDA_NONE)
            booth[a->person[p].table] = true;
    for (int last = 0; last < 2; last++)
        for (int t = 0; t < a->tables; t++)
            if (booth[t] == last)
                d->order[n++] = t;
}

// The table in `order` that is free in the slot; AGENDA_NONE.
static int free_table(struct day *d, int slot)
{
    while (d->next[slot] < d->agenda->tables && d->taken[d->order[d->next[slot]]] >> slot & 1)
        d->next[slot]++;
    return d->next[slot] < d->agenda->tables ? d->order[d->next[slot]] : AGENDA_NONE;
}

// The tables that a meeting must have one of; 0 of them when any will do, and then *none says whether there is none at
// all.
static int wanted_tables(const struct agenda *a, const struct agenda_meeting *m, int out[static 2], bool *none)
{
    int n = 0;
    for (int side = 0; side < 2; side++) {
        int booth = a->person[m->person[side]].table;
        if (booth != AGENDA_NONE && (m->table == AGENDA_NONE || m->table == booth))
            out[n++] = booth;
    }
    bool booths = a->person[m->person[0]].table != AGENDA_NONE || a->person[m->person[1]].table != AGENDA_NONE;
    *none = booths && n == 0;
    if (!booths && m->table != AGENDA_NONE)
        out[n++] = m->table;
    return n;
}

// Where a table is left for the meeting.
static uint64_t seats(struct day *d, const int *wanted, int n)
{
    uint64_t slots = 0;
    for (int i = 0; i < n; i++)
        slots |= ~d->taken[wanted[i]];
    for (int s = 0; n == 0 && s < d->agenda->slots; s++)
        slots |= free_table(d, s) == AGENDA_NONE ? 0 : 1ULL << s;
    return slots;
}

// Slots that lie behind those that come before m, and ahead of those that come after it.
static uint64_t in_order(const struct day *d, int m)
{
    uint64_t slots = UINT64_MAX;
    for (int i = d->before.first[m]; i < d->before.first[m + 1]; i++) {
        const struct agenda_pair *pair = &d->before.pair[d->before.list[i]];
        int before = d->out->slot[pair->first], after = d->out->slot[pair->second];
        if (pair->second == m && before != AGENDA_NONE)
            slots &= ~1ULL << before; // not ~0 << before + 1, which may be 64
        if (pair->first == m && after != AGENDA_NONE)
            slots &= (1ULL << after) - 1;
    }
    return slots;
}

static bool takes_more(const struct day *d, int p)
{
    return d->agenda->person[p].most == 0 || d->met[p] < d->agenda->person[p].most;
}

// The slot, and those around it on its day that are rest.
static uint64_t with_rest(const struct day *d, int slot, int rest)
{
    uint64_t around = 1ULL << slot;
    for (; rest > 0; rest--)
        around |= (around << 1 & ~d->days) | (around & ~d->days) >> 1;
    return around;
}

static void sit(struct day *d, int m, int slot, const int *wanted, int n)
{
    int table = n ? wanted[0] : free_table(d, slot);
    if (n > 1 && d->taken[table] >> slot & 1)
        table = wanted[1];
    d->out->slot[m] = slot;
    d->out->table[m] = table;
    d->taken[table] |= 1ULL << slot;
    for (int side = 0; side < 2; side++) {
        int p = d->agenda->meeting[m].person[side];
        d->met[p]++;
        d->closed[p] |= with_rest(d, slot, d->agenda->person[p].rest);
        for (int i = d->bound.first[p]; i < d->bound.first[p + 1]; i++) {
            const struct agenda_pair *pair = &d->bound.pair[d->bound.list[i]];
            d->closed[pair->first == p ? pair->second : pair->first] |= 1ULL << slot;
        }
    }
}

static int pick(uint64_t slots, enum greedy_way way, uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u; // splitmix64
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    int skip = way == GREEDY_ANY ? (int)((z ^ z >> 31) % (unsigned)__builtin_popcountll(slots)) : 0;
    for (; skip > 0; skip--)
        slots &= slots - 1;
    return __builtin_ctzll(slots);
}

static void place(struct day *d, int m, enum greedy_way way, uint64_t *seed)
{
    const struct agenda_meeting *meeting = &d->agenda->meeting[m];
    uint64_t slots = meeting->slots & in_order(d, m);
    int wanted[2] = {0};
    bool none;
    for (int side = 0; side < 2; side++) {
        int p = meeting->person[side];
        slots &= takes_more(d, p) ? d->agenda->person[p].free & ~d->closed[p] : 0;
    }
    int n = wanted_tables(d->agenda, meeting, wanted, &none);
    if (slots && !none)
        slots &= seats(d, wanted, n);
    if (slots && !none)
        sit(d, m, pick(slots, way, seed), wanted, n);
}

void greedy_place(struct timetable *out, const struct agenda_view *v, enum greedy_way way, uint64_t seed)
{
    struct arena *arena = arena_new();
    const struct agenda *a = v->agenda;
    struct day d = {.agenda = a,
                    .days = v->days,
                    .out = out,
                    .closed = arena_array(arena, (size_t)a->people, sizeof *d.closed),
                    .met = arena_array(arena, (size_t)a->people, sizeof *d.met),
                    .taken = arena_array(arena, (size_t)a->tables, sizeof *d.taken),
                    .next = arena_array(arena, (size_t)a->slots, sizeof *d.next),
                    .bound = pair_up(a->bound, a->bounds, a->people, arena),
                    .before = pair_up(a->before, a->befores, a->meetings, arena)};
    order_tables(&d, arena);
    for (int m = 0; m < a->meetings; m++)
        out->slot[m] = out->table[m] = AGENDA_NONE;
    for (int locked = 1; locked >= 0; locked--)
        for (int m = 0; m < a->meetings; m++)
            if (a->meeting[m].locked == locked)
                place(&d, m, way, &seed);
    arena_free(arena);
}
