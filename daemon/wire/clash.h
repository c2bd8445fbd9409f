// SPDX-License-Identifier: EUPL-1.2
// What keeps a draft from being published, as the database finds it (timetable_faults), in words.
#ifndef WIRE_CLASH_H
#define WIRE_CLASH_H

#include "core/fault.h"

#include <stdbool.h>

// [{"rule","first","second","name","slot","table","start","zone","days"}] (zone: in which the start of the slot is told; days: whether there are
// several): one ERR_CONFLICT each with pointer "", its argument the sentence. False, and
// nothing added, when it is no such list.
bool clash_read(const char *json, enum lang lang, struct arena *arena, struct faults *faults);

#endif
