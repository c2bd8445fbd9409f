// SPDX-License-Identifier: EUPL-1.2
// How far a plan is, on stderr: a bar on a terminal, else a line every five seconds; with --json --verbose on stdout,
// too.
#ifndef CLI_PLANBAR_H
#define CLI_PLANBAR_H

#include "option.h"

#include "core/plan.h"

struct planbar {
    const struct options *o;
    const struct agenda *agenda;
    bool terminal, shown;           // shown: a bar stands on the screen
    int64_t started, until;         // monotonic microseconds
    int64_t last, lined;            // when it was last shown, and the last line on stdout was written
    struct plan_level told[LEVELS]; // by that line
    char figures[512];              // of the last step
};

void planbar_start(struct planbar *b, const struct options *o, const struct agenda *a, int64_t started, int64_t until);
// After a step: what it came to.
void planbar_show(struct planbar *b, struct plan *p);
// Within a step, which may take seconds: time goes on.
void planbar_tick(struct planbar *b);
// Wipes the bar.
void planbar_end(struct planbar *b, struct plan *p);

#endif
