// SPDX-License-Identifier: EUPL-1.2
// Knows why a meeting has no place in a timetable.
#include "core/leftout.h"

#include "core/blame.h"
#include "core/clique.h"
#include "core/pattern.h"
#include "core/sequence.h"

// What lies last of all that a meeting must come after, and first of all that it must come before.
static void look_around(struct leftout *out, const struct timetable *t)
{
    for (int m = 0; m < out->a->meetings; m++)
        out->after[m] = out->before[m] = AGENDA_NONE;
    for (size_t i = 0; i < out->a->befores; i++) {
        int first = out->a->before[i].first, second = out->a->before[i].second;
        int *after = &out->after[second], *before = &out->before[first];
        if (t->slot[first] != AGENDA_NONE && (*after == AGENDA_NONE || t->slot[first] > t->slot[*after]))
            *after = first;
        if (t->slot[second] != AGENDA_NONE && (*before == AGENDA_NONE || t->slot[second] < t->slot[*before]))
            *before = second;
    }
}

void leftout_look(struct leftout *out, const struct agenda_view *v, const struct timetable *t, struct arena *arena)
{
    const struct agenda *a = v->agenda;
    size_t people = (size_t)a->people, meetings = (size_t)a->meetings;
    int load[AGENDA_SLOTS] = {0};
    *out = (struct leftout){.v = v,
                            .a = a,
                            .t = t,
                            .met = arena_array(arena, people, sizeof *out->met),
                            .together = arena_array(arena, people, sizeof *out->together),
                            .taken = arena_array(arena, (size_t)a->tables, sizeof *out->taken),
                            .count = arena_array(arena, people, sizeof *out->count),
                            .after = arena_array(arena, meetings, sizeof *out->after),
                            .before = arena_array(arena, meetings, sizeof *out->before)};
    for (int m = 0; m < a->meetings; m++) {
        if (t->slot[m] == AGENDA_NONE)
            continue;
        uint64_t slot = 1ull << t->slot[m];
        for (int side = 0; side < 2; side++) {
            out->met[a->meeting[m].person[side]] |= slot;
            out->count[a->meeting[m].person[side]]++;
        }
        if (t->table[m] != AGENDA_NONE)
            out->taken[t->table[m]] |= slot;
        if (++load[t->slot[m]] >= a->tables)
            out->full |= slot;
        out->held += a->meeting[m].locked;
    }
    for (size_t i = 0; i < a->bounds; i++) {
        out->together[a->bound[i].first] |= out->met[a->bound[i].second];
        out->together[a->bound[i].second] |= out->met[a->bound[i].first];
    }
    look_around(out, t);
}

// The person takes no more meetings; AGENDA_NONE: both do.
static int filled(const struct leftout *l, int meeting)
{
    for (int side = 0; side < 2; side++) {
        int p = l->a->meeting[meeting].person[side];
        if (l->a->person[p].most > 0 && l->count[p] >= l->a->person[p].most)
            return p;
    }
    return AGENDA_NONE;
}

static struct hindrance no_more(const struct leftout *l, int meeting, int person)
{
    struct hindrance why = blame_nobody(HINDRANCE_MOST);
    why.meeting = meeting;
    why.person = person;
    why.need = l->v->first[person + 1] - l->v->first[person];
    why.have = l->a->person[person].most;
    return why;
}

// Where the person cannot meet. also: what counts besides its hours and its meetings.
static uint64_t away(const struct leftout *l, int person, int also)
{
    const struct agenda_person *p = &l->a->person[person];
    uint64_t set = l->met[person] | ~p->free;
    set |= also & HINDRANCE_RESTS ? pattern_around(l->met[person], p->rest, l->v->days) : 0;
    return set | (also & HINDRANCE_TOGETHER ? l->together[person] : 0);
}

// The one whose meetings keep the person, with its own, out of all these slots; AGENDA_NONE: there is none alone.
static int partner(const struct leftout *l, int person, uint64_t slots)
{
    for (size_t i = 0; i < l->a->bounds; i++) {
        const struct agenda_pair *b = &l->a->bound[i];
        int other = b->first == person ? b->second : b->second == person ? b->first : AGENDA_NONE;
        if (other != AGENDA_NONE && !(slots & ~l->met[other] & ~away(l, person, 0)))
            return other;
    }
    return AGENDA_NONE;
}

// Whether people are kept by their meetings, else with as little besides as is enough.
static bool keeps_people(const struct leftout *l, int meeting, uint64_t wanted, struct hindrance *why)
{
    static const int besides[] = {0, HINDRANCE_RESTS, HINDRANCE_TOGETHER, HINDRANCE_RESTS | HINDRANCE_TOGETHER};
    const int *p = l->a->meeting[meeting].person;
    for (size_t i = 0; i < sizeof besides / sizeof *besides; i++) {
        const uint64_t both[2] = {away(l, p[0], besides[i]), away(l, p[1], besides[i])};
        if (wanted & ~both[0] & ~both[1])
            continue;
        *why = blame_absent(l->a, meeting, wanted, both);
        why->kind = HINDRANCE_BUSY;
        why->need = besides[i];
        if (besides[i] == HINDRANCE_TOGETHER && why->other_person == AGENDA_NONE)
            why->other_person = partner(l, why->person, wanted);
        return true;
    }
    return false;
}

// The length of the circle that the order makes of the meeting and of placed ones; 0: none. These alone make none.
static int circle(const struct leftout *l, int meeting)
{
    struct arena *arena = arena_new();
    struct sequence s;
    bool *among = arena_array(arena, (size_t)l->a->meetings, sizeof *among);
    for (int m = 0; m < l->a->meetings; m++)
        among[m] = m == meeting || l->t->slot[m] != AGENDA_NONE;
    sequence_of(&s, l->a, among, arena);
    int length = s.circle == AGENDA_NONE ? 0 : s.length;
    arena_free(arena);
    return length;
}

// Slots that what is placed leaves to the meeting, by the order asked for: behind and ahead of it.
static uint64_t later(const struct leftout *l, int meeting)
{
    int after = l->after[meeting];
    return after == AGENDA_NONE ? ~0ull : ~1ull << l->t->slot[after];
}

static uint64_t earlier(const struct leftout *l, int meeting)
{
    int before = l->before[meeting];
    return before == AGENDA_NONE ? ~0ull : (1ull << l->t->slot[before]) - 1;
}

// Of the slots `open` the order leaves none. free: they are those in which both people are free.
static struct hindrance out_of_order(const struct leftout *l, int meeting, uint64_t open, bool free)
{
    uint64_t behind = later(l, meeting), ahead = earlier(l, meeting);
    struct hindrance why = blame_nobody(HINDRANCE_ORDER);
    why.meeting = meeting;
    if (behind != ~0ull && ahead != ~0ull && !(behind & ahead) && (why.need = circle(l, meeting)) > 0)
        return why;
    bool late = !(open & behind), between = !late && (open & ahead);
    why.other = late || between ? l->after[meeting] : l->before[meeting];
    why.slots = 1ull << l->t->slot[why.other];
    why.need = between ? 2 : 1;
    why.person = free ? l->a->meeting[meeting].person[0] : AGENDA_NONE;
    why.other_person = free ? l->a->meeting[meeting].person[1] : AGENDA_NONE;
    return why;
}

static struct hindrance no_table(const struct leftout *l, int meeting, uint64_t open, int table)
{
    struct hindrance why = blame_nobody(HINDRANCE_TABLES);
    why.meeting = meeting;
    why.slots = open;
    why.need = __builtin_popcountll(open) * (table == AGENDA_NONE ? l->a->tables : 1) + 1;
    why.have = why.need - 1;
    return why;
}

struct hindrance leftout_why(const struct leftout *l, int meeting, bool proven)
{
    const int *p = l->a->meeting[meeting].person, all = HINDRANCE_RESTS | HINDRANCE_TOGETHER;
    const uint64_t hours[2] = {~l->a->person[p[0]].free, ~l->a->person[p[1]].free};
    bool nowhere;
    int table = clique_table(l->a, meeting, &nowhere), busiest = filled(l, meeting);
    uint64_t wanted = nowhere ? 0 : l->a->meeting[meeting].slots & ~0ull >> (AGENDA_SLOTS - l->a->slots),
             order = later(l, meeting) & earlier(l, meeting), open = wanted & ~away(l, p[0], all) & ~away(l, p[1], all);
    struct hindrance why = blame_nobody(proven ? HINDRANCE_WEIGHED : HINDRANCE_UNDECIDED);
    if (!(wanted & ~hours[0] & ~hours[1]))
        return blame_absent(l->a, meeting, wanted, hours);
    if (busiest != AGENDA_NONE)
        return no_more(l, meeting, busiest);
    if (!(wanted & order))
        return out_of_order(l, meeting, wanted, false);
    if (keeps_people(l, meeting, wanted, &why))
        return why;
    if (!(open & order))
        return out_of_order(l, meeting, open, true);
    if (!(open & order & ~l->full & ~(table == AGENDA_NONE ? 0 : l->taken[table])))
        return no_table(l, meeting, open & order, table);
    why.meeting = meeting;
    why.slots = wanted;
    why.have = l->held;
    return why;
}
