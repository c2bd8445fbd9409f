// SPDX-License-Identifier: EUPL-1.2
// Knows why a meeting has no place in a timetable.
#include "core/leftout.h"

#include "core/blame.h"
#include "core/clique.h"
#include "core/pattern.h"

void leftout_look(struct leftout *out, const struct agenda_view *v, const struct timetable *t, struct arena *arena)
{
    const struct agenda *a = v->agenda;
    size_t people = (size_t)a->people;
    uint64_t *met = arena_array(arena, people, sizeof *met);
    int load[AGENDA_SLOTS] = {0};
    *out = (struct leftout){.v = v,
                            .a = a,
                            .away = arena_array(arena, people, sizeof *out->away),
                            .taken = arena_array(arena, (size_t)a->tables, sizeof *out->taken),
                            .count = arena_array(arena, people, sizeof *out->count)};
    for (int m = 0; m < a->meetings; m++) {
        if (t->slot[m] == AGENDA_NONE)
            continue;
        uint64_t slot = 1ull << t->slot[m];
        for (int side = 0; side < 2; side++) {
            met[a->meeting[m].person[side]] |= slot;
            out->count[a->meeting[m].person[side]]++;
        }
        if (t->table[m] != AGENDA_NONE)
            out->taken[t->table[m]] |= slot;
        if (++load[t->slot[m]] >= a->tables)
            out->full |= slot;
    }
    for (int p = 0; p < a->people; p++)
        out->away[p] = pattern_around(met[p], a->person[p].rest, v->days) | ~a->person[p].free;
    for (size_t i = 0; i < a->bounds; i++) {
        out->away[a->bound[i].first] |= met[a->bound[i].second];
        out->away[a->bound[i].second] |= met[a->bound[i].first];
    }
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

struct hindrance leftout_why(const struct leftout *l, int meeting, bool proven)
{
    const int *p = l->a->meeting[meeting].person;
    const uint64_t away[2] = {l->away[p[0]], l->away[p[1]]};
    const uint64_t hours[2] = {~l->a->person[p[0]].free, ~l->a->person[p[1]].free};
    bool nowhere;
    int table = clique_table(l->a, meeting, &nowhere), busiest = filled(l, meeting);
    uint64_t wanted = nowhere ? 0 : l->a->meeting[meeting].slots & ~0ull >> (AGENDA_SLOTS - l->a->slots),
             open = wanted & ~away[0] & ~away[1];
    struct hindrance why = blame_absent(l->a, meeting, wanted, hours);
    if (!(wanted & ~hours[0] & ~hours[1]))
        return why;
    if (!open) {
        why = blame_absent(l->a, meeting, wanted, away);
        why.kind = HINDRANCE_BUSY;
    } else if (!(open & ~l->full & ~(table == AGENDA_NONE ? 0 : l->taken[table]))) {
        why.kind = HINDRANCE_TABLES;
        why.slots = open;
        why.need = __builtin_popcountll(open) * (table == AGENDA_NONE ? l->a->tables : 1) + 1;
        why.have = why.need - 1;
    } else
        why.kind = proven ? HINDRANCE_WEIGHED : HINDRANCE_UNDECIDED;
    if (busiest == AGENDA_NONE)
        return why;
    why = blame_nobody(HINDRANCE_MOST);
    why.meeting = meeting;
    why.person = busiest;
    why.need = l->v->first[busiest + 1] - l->v->first[busiest];
    why.have = l->a->person[busiest].most;
    return why;
}
