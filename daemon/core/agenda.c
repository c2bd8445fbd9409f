// SPDX-License-Identifier: EUPL-1.2
// Knows whose meetings are whose, and what a gap is.
#include "core/agenda.h"

static uint64_t beginnings(const struct agenda *a)
{
    uint64_t days = 1;
    for (int t = 1; t < a->slots; t++)
        if (a->slot[t].day != a->slot[t - 1].day)
            days |= 1ULL << t;
    return days;
}

struct agenda agenda_told(const struct agenda *a, struct arena *arena)
{
    struct agenda told = *a;
    struct agenda_meeting *list = arena_array(arena, (size_t)a->meetings, sizeof *list);
    for (int m = 0; m < a->meetings; m++) {
        list[m] = a->meeting[m];
        list[m].id = "";
    }
    told.meeting = list;
    return told;
}

void agenda_view(struct agenda_view *out, const struct agenda *a, struct arena *arena)
{
    int *first = arena_array(arena, (size_t)a->people + 2, sizeof *first);
    int *list = arena_array(arena, 2 * (size_t)a->meetings, sizeof *list);
    // Counted two places further up: filling the lists then moves each start down to where it belongs.
    for (int m = 0; m < a->meetings; m++)
        for (int side = 0; side < 2; side++)
            first[a->meeting[m].person[side] + 2]++;
    for (int p = 2; p <= a->people + 1; p++)
        first[p] += first[p - 1];
    for (int m = 0; m < a->meetings; m++)
        for (int side = 0; side < 2; side++)
            list[first[a->meeting[m].person[side] + 1]++] = m;
    *out = (struct agenda_view){.agenda = a, .first = first, .list = list, .days = beginnings(a)};
}

// Without a branch, but for `rest`: the search asks this millions of times. The runs of busy slots, less one for each
// day that has any. Adding all bits but the last of each day carries into that last one exactly where a bit is set.
int agenda_gaps(uint64_t busy, int rest, uint64_t days)
{
    uint64_t lasts = days >> 1 | 1ULL << 63;
    for (; rest > 0; rest--)
        busy |= busy << 1 & ~days;
    uint64_t runs = busy & ~(busy << 1 & ~days), met = (((busy & ~lasts) + ~lasts) | busy) & lasts;
    return __builtin_popcountll(runs) - __builtin_popcountll(met);
}
