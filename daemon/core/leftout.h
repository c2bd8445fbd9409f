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
    const struct timetable *t; // borrowed
    uint64_t *met, *together;  // of each person: where it meets, and where somebody does whom it is bound to
    uint64_t *taken;           // of each table: where somebody sits at it
    int *count;                // of each person: its meetings that are placed
    int *after, *before;       // of each meeting: the last placed one that it must come after, the first one that it must come
                               // before; AGENDA_NONE
    uint64_t full;             // slots in which all tables are taken
    int held;                  // placed meetings that are locked
};

void leftout_look(struct leftout *out, const struct agenda_view *v, const struct timetable *t, struct arena *arena);

// Of a meeting that is not placed: what all of its slots lack, be it for the order with what is placed, else what it would cost;
// proven: as narrow_left_out has it.
struct hindrance leftout_why(const struct leftout *l, int meeting, bool proven);

#endif
