// SPDX-License-Identifier: EUPL-1.2
// Why a meeting has no place in a timetable that is there.
#ifndef CORE_LEFTOUT_H
#define CORE_LEFTOUT_H

#include "core/hindrance.h"
#include "core/timetable.h"

// A timetable as those see it who wait for a place in it.
struct leftout {
    const struct agenda_view *v;
    const struct agenda *a;
    uint64_t *away;  // of each person: where it cannot meet
    uint64_t *taken; // of each table: where somebody sits at it
    int *count;      // of each person: its meetings that are placed
    uint64_t full;   // slots in which all tables are taken
};

void leftout_look(struct leftout *out, const struct agenda_view *v, const struct timetable *t, struct arena *arena);

// Of a meeting that is not placed; proven: as narrow_left_out has it.
struct hindrance leftout_why(const struct leftout *l, int meeting, bool proven);

#endif
