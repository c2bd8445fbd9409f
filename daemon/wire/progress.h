// SPDX-License-Identifier: EUPL-1.2
// What a run of the solver says of itself, a line of JSON each: written by the child, read by the daemon.
#ifndef WIRE_PROGRESS_H
#define WIRE_PROGRESS_H

#include "base/arena.h"
#include "base/text.h"
#include "core/timetable.h"

#include <stdbool.h>
#include <stddef.h>

enum progress_state {
    PROGRESS_WORKING,
    PROGRESS_BEST,       // proven best
    PROGRESS_HALTED,     // time or memory is used up
    PROGRESS_INFEASIBLE, // proven: there is none
    PROGRESS_STOPPED,    // somebody asked it to end
    PROGRESS_STATES
};

// {"seconds","state","levels":{"weight":{"value" (null: none found yet),"bound","proven"},...},"timetable":[{"slot","table"},null,...],"verified",
// "left_out":[{"meeting","kind","fr","en"}],"reason":{"fr","en"}}. levels, timetable, left_out and reason are kept as JSON texts,
// NULL when absent. timetable: in the agenda's order of meetings; left_out: meetings by their place there, from 0.
struct progress {
    double seconds;
    enum progress_state state;
    bool last;     // the line says how it ended: state is another than working
    bool verified; // core/verify has found no fault in the timetable
    const char *levels, *timetable, *left_out, *reason;
};

// Appends the line with its LF.
void progress_write(struct text *out, const struct progress *p);
// False when it is none: nothing is in *out. Texts are in the arena.
bool progress_read(const char *line, size_t len, struct arena *arena, struct progress *out);
// "weight", "fairness", "gaps", "change", "tables".
const char *progress_level(enum level l);

#endif
