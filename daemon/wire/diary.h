// SPDX-License-Identifier: EUPL-1.2
// A timetable as a calendar, one meeting an event.
#ifndef WIRE_DIARY_H
#define WIRE_DIARY_H

#include "base/err.h"
#include "base/text.h"
#include "core/timetable.h"

// The first slot of which no hour is known; AGENDA_NONE: a calendar can be made.
int diary_lacks(const struct agenda *a);

// iCalendar (wire/ical) of the meetings that are placed, in the agenda's order; diary_lacks must be AGENDA_NONE. UIDs are the
// same when the agenda is planned again, SEQUENCEs higher. stamp: seconds since 1970, when the timetable was made.
void diary_write(struct text *out, const struct agenda *a, const struct timetable *t, int64_t stamp, enum lang lang);

#endif
