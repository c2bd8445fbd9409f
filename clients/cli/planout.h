// SPDX-License-Identifier: EUPL-1.2
// The files that a timetable is written to.
#ifndef CLI_PLANOUT_H
#define CLI_PLANOUT_H

#include "planrun.h"

#define PLANOUT_MOST 8

struct planout {
    const char *name[PLANOUT_MOST]; // in the arena
    int kind[PLANOUT_MOST];
    int count;
};

// Reads --out: one file, or several with commas between; the suffix of each says what is written, a single one without a
// known suffix is JSON. Asks before any work whether it can be written to, and is not the agenda; says no.
bool planout_read(struct planout *out, const struct options *o, struct arena *arena);
// Whether all can be made of the agenda: a calendar needs hours. Says no.
bool planout_fits(const struct planout *out, const struct options *o, const struct agenda *a);
// Each file is whole or as it was before. Says no, and what was written.
bool planout_write(const struct planout *out, const struct planrun *r);
// There is no timetable: says of files that are there that they are not of this run.
void planout_keep(const struct planout *out, const struct options *o);

#endif
