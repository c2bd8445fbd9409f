// SPDX-License-Identifier: EUPL-1.2
// The files of a plan: what is to be planned, and a timetable for it.
#ifndef CLI_PLANFILE_H
#define CLI_PLANFILE_H

#include "option.h"

#include "core/fault.h"
#include "core/timetable.h"

// JSON or MiniZinc data, told apart by its first sign; "-" is the standard input. Says every fault with its line. All
// is in the arena.
bool planfile_agenda(const struct options *o, const char *name, struct agenda *out, struct arena *arena);
// RESULT_NO: it is JSON, but no timetable for the agenda (faults; said). RESULT_USAGE: cannot be read (said).
enum result planfile_timetable(const struct options *o, const char *name, const struct agenda *a, struct timetable *out,
                               struct faults *faults);

#endif
