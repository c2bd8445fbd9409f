// SPDX-License-Identifier: EUPL-1.2
// The meetings wanted in an agenda as JSON (wire/agenda.h says how they are written).
#ifndef WIRE_WANTED_H
#define WIRE_WANTED_H

#include "core/agenda.h"
#include "wire/spot.h"

#define WANTED_ID_MOST 100   // characters
#define WANTED_NAME_MOST 200 // characters

// Sets meeting(s) and before(s) of out from "meetings" of the object at the spot; everything in the spot's arena. Slots,
// sessions, tables and people are there already; the maps have the numbers of tables' names and people's ids.
void wanted_read(struct spot *s, const json_t *object, const struct map *tables, const struct map *people,
                 struct agenda *out);
json_t *wanted_json(const struct agenda *a); // the list, a new reference

#endif
