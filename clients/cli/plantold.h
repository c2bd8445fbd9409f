// SPDX-License-Identifier: EUPL-1.2
// What came of a plan, in words and as JSON.
#ifndef CLI_PLANTOLD_H
#define CLI_PLANTOLD_H

#include "planrun.h"

#include <jansson.h>

// "weight", "fairness", "gaps", "change", "tables".
const char *plantold_word(enum level l);
const char *plantold_name(enum level l, enum lang lang);
// A level's value as people read it: fairness in per cent; in the arena.
const char *plantold_value(enum level l, int64_t value, struct arena *arena);
// Whether the level says anything of the agenda: weight and fairness do not where all meetings are placed or none,
// change not where nothing was published.
bool plantold_tells(const struct agenda *a, enum level l);
// {"weight": {"value", "bound", "proven"}, ...}; value null while there is no timetable. fairness has a "person", too: the
// id of the least served, null where nobody has less than all.
json_t *plantold_levels(const struct agenda *a, struct plan *p);
// Writes the object as one line on stdout, and it is gone. NULL is fine.
void plantold_print(json_t *object);

// The result on stdout; --json: the one object for scripts. The process's exit status.
enum result plantold_result(const struct planrun *r);
// The agenda could not be read: --json has the one object for scripts here, too.
void plantold_refused(const struct planrun *r, const char *why);

#endif
