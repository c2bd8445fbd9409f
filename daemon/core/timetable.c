// SPDX-License-Identifier: EUPL-1.2
// Knows what a timetable is worth.
#include "core/timetable.h"

#include <string.h>

struct timetable timetable_new(int meetings, struct arena *arena)
{
    struct timetable t = {.meetings = meetings,
                          .slot = arena_array(arena, (size_t)meetings, sizeof *t.slot),
                          .table = arena_array(arena, (size_t)meetings, sizeof *t.table)};
    for (int m = 0; m < meetings; m++)
        t.slot[m] = t.table[m] = AGENDA_NONE;
    return t;
}

void timetable_copy(struct timetable *to, const struct timetable *from)
{
    if (from->meetings == 0)
        return;
    memcpy(to->slot, from->slot, (size_t)from->meetings * sizeof *to->slot);
    memcpy(to->table, from->table, (size_t)from->meetings * sizeof *to->table);
}

// Changes of table of somebody whose meeting in slot s is at[s], where `busy` has it.
static int moves(const struct agenda_view *v, const struct timetable *t, uint64_t busy, const int *at)
{
    int count = 0, before = AGENDA_NONE;
    for (; busy; busy &= busy - 1) {
        int slot = __builtin_ctzll(busy);
        if (before != AGENDA_NONE && v->agenda->slot[before].day == v->agenda->slot[slot].day)
            count += t->table[at[before]] == AGENDA_NONE || t->table[at[before]] != t->table[at[slot]];
        before = slot;
    }
    return count;
}

static void person_value(struct timetable_value *out, const struct agenda_view *v, const struct timetable *t, int p,
                         int *gaps)
{
    int at[AGENDA_SLOTS] = {0}, placed = 0, own = v->first[p + 1] - v->first[p];
    uint64_t busy = 0;
    for (int i = v->first[p]; i < v->first[p + 1]; i++) {
        int slot = t->slot[v->list[i]];
        if (slot == AGENDA_NONE)
            continue;
        busy |= 1ULL << slot;
        at[slot] = v->list[i];
        placed++;
    }
    *gaps = agenda_gaps(busy, v->agenda->person[p].rest, v->days);
    out->level[LEVEL_GAPS] += *gaps;
    out->level[LEVEL_TABLES] += moves(v, t, busy, at);
    int64_t share = own ? placed * (int64_t)TIMETABLE_ALL / own : TIMETABLE_ALL;
    if (own && (out->least == AGENDA_NONE || share < out->level[LEVEL_FAIRNESS])) {
        out->level[LEVEL_FAIRNESS] = share;
        out->least = p;
    }
}

void timetable_value(struct timetable_value *out, const struct agenda_view *v, const struct timetable *t)
{
    const struct agenda *a = v->agenda;
    int fewest = AGENDA_SLOTS, most = 0, gaps;
    *out = (struct timetable_value){.level[LEVEL_FAIRNESS] = TIMETABLE_ALL, .least = AGENDA_NONE};
    for (int m = 0; m < a->meetings; m++) {
        const struct agenda_meeting *meeting = &a->meeting[m];
        bool placed = t->slot[m] != AGENDA_NONE;
        out->placed += placed;
        out->level[LEVEL_WEIGHT] += placed ? meeting->weight : 0;
        out->level[LEVEL_CHANGE] += meeting->old_slot != AGENDA_NONE && t->slot[m] != meeting->old_slot;
    }
    for (int p = 0; p < a->people; p++) {
        person_value(out, v, t, p, &gaps);
        fewest = gaps < fewest ? gaps : fewest;
        most = gaps > most ? gaps : most;
    }
    out->spread = a->people > 0 ? most - fewest : 0;
}
