// SPDX-License-Identifier: EUPL-1.2
// The solver at work in this process, until its answer is the best, time is over, or Ctrl-C.
#ifndef CLI_PLANRUN_H
#define CLI_PLANRUN_H

#include "option.h"

#include "core/plan.h"

struct planrun {
    const struct options *o;
    const struct agenda *agenda;
    const struct agenda_view *view;
    const enum level *order; // in which levels count
    struct plan *plan; // plan_free
    enum plan_state state;
    int64_t started, until; // monotonic microseconds
    bool interrupted;
    double seconds; // from started to the end
};

// Begins plan and works on it; progress is told meanwhile. o, agenda, view, order, started and until are set. The first Ctrl-C
// ends the work, another one the process.
void planrun_solve(struct planrun *r, const struct plan_options *how);

#endif
