// SPDX-License-Identifier: EUPL-1.2
// A timetable as a table for spreadsheets, one meeting a row.
#ifndef WIRE_LISTING_H
#define WIRE_LISTING_H

#include "base/text.h"
#include "core/hindrance.h"
#include "core/timetable.h"

// CSV as wire/csv writes it, with the columns slot (from 1), start, end ("2026-05-18 09:30"), session, table,
// meeting, person1, organisation1, person2, organisation2, reason: what lies earlier first, then what is not placed,
// with its reason. left: why meetings are left out, in the order of the agenda's meetings; what it lacks has no reason.
void listing_write(struct text *out, const struct agenda *a, const struct timetable *t, const struct hindrance *left,
                   size_t lefts, enum lang lang);

#endif
