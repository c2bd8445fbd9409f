// SPDX-License-Identifier: EUPL-1.2
// What the rules of an agenda already decide before any search: where each meeting can still lie, how few gaps each
// person can have, and whether there is a timetable at all, with a reason that a person can read.
#ifndef CORE_NARROW_H
#define CORE_NARROW_H

#include "core/hindrance.h"
#include "core/timetable.h"

// Meetings that must be placed are all of a complete agenda, else the locked ones; of the others only what holds for
// each alone is used (people's hours, session).
struct narrow {
    uint64_t *slots; // one a meeting: where it can still lie; 0: nowhere (only of meetings that need not be placed)
    int *least;      // one a person: fewest gaps with its meetings that must be placed (complete agendas; else 0)
    int64_t gaps;    // no complete timetable has fewer gaps in all: sum of least, raised where all together need more
    bool impossible; // there is no timetable, because of:
    struct hindrance why;
};

// spread: as plan_options has it (used in complete agendas). All arrays are in the arena.
void narrow_agenda(struct narrow *out, const struct agenda_view *v, int spread, struct arena *arena);

// Why each meeting of the agenda that t leaves out is left out: HINDRANCE_NO_SLOT, MOST, BUSY, TABLES where one of
// these says it all, else HINDRANCE_WEIGHED when `proven` (the weight placed is known to be the most), else
// HINDRANCE_UNDECIDED. One hindrance for each such meeting, in their order, in the arena; *count of them.
struct hindrance *narrow_left_out(const struct agenda_view *v, const struct timetable *t, bool proven,
                                  struct arena *arena, size_t *count);

#endif
