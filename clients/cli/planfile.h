// SPDX-License-Identifier: EUPL-1.2
// The files of a plan: what is to be planned, and a timetable for it.
#ifndef CLI_PLANFILE_H
#define CLI_PLANFILE_H

#include "option.h"

#include "core/fault.h"
#include "core/timetable.h"

// JSON or MiniZinc data, told apart by its first sign; "-" is the standard input. Says every fault with its line. NULL, or
// for scripts why it is no agenda: the first fault. All is in the arena.
const char *planfile_agenda(const struct options *o, const char *name, struct agenda *out, struct arena *arena);
// RESULT_NO: it is JSON, but no timetable for the agenda (faults; said). RESULT_USAGE: no JSON (one fault; said), or cannot
// be read (no fault; said).
enum result planfile_timetable(const struct options *o, const char *name, const struct agenda *a, struct timetable *out,
                               struct faults *faults);
// "FILE: cannot be read", in the arena: for scripts.
const char *planfile_unread(const struct options *o, const char *name, struct arena *arena);

#endif
