// SPDX-License-Identifier: EUPL-1.2
// Agendas and timetables as JSON: bytes in, checked structs out, and back.
#ifndef WIRE_AGENDA_H
#define WIRE_AGENDA_H

#include "core/fault.h"
#include "core/timetable.h"

#include <jansson.h>

// An agenda:
//   {"name", "complete": false, "sessions": [{"name", "slots", "start", "minutes", "breaks": [{"after": 3, "minutes": 20}],
//    "day"}], "tables": 12 or ["T1", ...], "people": [{"id", "name", "organisation", "absent": [slots], "most", "rest",
//    "table"}], "bound": [["p1","p2"]], "meetings": [{"id", "people": ["p1","p2"], "weight": 1..5 (3), "session": its name,
//    "forbidden": [slots], "slot": locked to it, "table": locked to it, "after": [ids], "previous": {"slot","table"}}]}
// Slots are numbered from 1 through all sessions; "after" of a break counts within its session. start (RFC 3339) and minutes:
// both or neither, in all sessions or none, and sessions follow each other. day: number of its day from 1, not falling; left
// out, it is the day of the session before, or the next one where the date (in each one's own offset) is another. "tables": 12
// names them "1" to "12", and a table's name may be written as a number everywhere. A meeting locked to a slot that its session
// does not have, or that is forbidden to it, has no slots (core/agenda.h).
// Fields that may be left out, or null: name, complete, breaks, start, minutes, day, name (of people: the id), organisation,
// absent, most, rest, table, bound, weight, session, forbidden, slot, after, previous and its table. "tables" left out: as
// many as there are meetings, half as many as there are people at most.
// Faults (each with its JSON pointer, from 0; no more than FAULT_MOST are kept): unknown fields, wrong types, unknown or
// repeated ids, slots out of range, limits of core/agenda.h, a person in a meeting with itself, a meeting after itself. What
// is no JSON is one ERR_BAD_JSON with pointer "" and the line in arg ("line 3, column 12: ..."). True when there is none; *out
// is untouched otherwise. All is in the arena.
bool agenda_read(struct agenda *out, const char *bytes, size_t len, struct arena *arena, struct faults *faults);

// A new reference; agenda_read takes it back the same, but for the order of `before` (by their second). Breaks are written in
// whole minutes.
json_t *agenda_json(const struct agenda *a);

// A timetable: {"meetings": [{"id", "people": [ids], "names", "slot" (from 1), "session", "start", "end", "table"}]}, and
// whatever stands beside it. start and end (RFC 3339) where hours are known; table where tables are given out. Reading takes
// id, slot and table of each, the others are ignored; a meeting that is not there, or whose slot is null, is not placed. A slot and a
// table must exist, no more is checked (core/verify).
bool agenda_read_timetable(struct timetable *out, const struct agenda *a, const char *bytes, size_t len, struct arena *arena,
                           struct faults *faults);
json_t *agenda_timetable_json(const struct agenda *a, const struct timetable *t); // the object with "meetings" alone

#endif
