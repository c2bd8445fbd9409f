// SPDX-License-Identifier: EUPL-1.2
// The sessions and slots of an agenda as JSON (wire/agenda.h says how they are written), and the hours of its slots.
#ifndef WIRE_HOURS_H
#define WIRE_HOURS_H

#include "core/agenda.h"
#include "wire/spot.h"

// Sets session(s) and slot(s) of out from "sessions" of the object at the spot; everything in the spot's arena. After a fault
// there are AGENDA_SLOTS slots, so that nothing else is blamed for it.
void hours_read(struct spot *s, const json_t *object, struct agenda *out);
json_t *hours_json(const struct agenda *a); // the list, a new reference

// Members of the object at the spot. A slot is a number from 1 there, and from 0 in *out, which stays when it is absent. Sets of
// slots: all that are in the list; all of the session that the member names. Absent: `absent`.
void hours_slot(struct spot *s, const struct agenda *a, const json_t *object, const char *name, int *out);
uint64_t hours_slots(struct spot *s, const struct agenda *a, const json_t *object, const char *name, uint64_t absent);
uint64_t hours_session(struct spot *s, const struct agenda *a, const json_t *object, const char *name, uint64_t absent);
json_t *hours_slots_json(uint64_t slots); // the list, a new reference
uint64_t hours_all(const struct agenda *a); // all slots

// So many minutes after a slot's start, as RFC 3339 in its offset ("2026-05-18T09:00:00+02:00"). Its hour is known.
void hours_instant(const struct agenda_slot *t, int minutes, char out[static 26]);

#endif
