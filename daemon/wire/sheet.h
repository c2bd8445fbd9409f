// SPDX-License-Identifier: EUPL-1.2
// A timetable on paper: A4 pages as HTML with its own style, without script or anything from elsewhere.
#ifndef WIRE_SHEET_H
#define WIRE_SHEET_H

#include "base/text.h"
#include "core/hindrance.h"
#include "core/timetable.h"

struct sheet {
    const struct agenda *agenda;
    const struct timetable *timetable;
    const struct hindrance *left; // why meetings are left out, in the order of the agenda's meetings
    size_t lefts;
    enum lang lang;
};

// One document each, appended. The whole: grids of people and of tables (each session; 12 slots a page at most), what
// is left out, then a page for each person and for each table that has a meeting.
void sheet_whole(struct text *out, const struct sheet *s);
void sheet_person(struct text *out, const struct sheet *s, int person);
void sheet_table(struct text *out, const struct sheet *s, int table);

#endif
