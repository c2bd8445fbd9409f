// SPDX-License-Identifier: EUPL-1.2
// A convention on paper: sheets of people and cards of tables as HTML pages, from what the database says of them. wire/sheet does
// the same for a timetable that stands in files.
#ifndef WIRE_PAPER_H
#define WIRE_PAPER_H

#include "base/text.h"
#include "wire/told.h"

// json: {"convention", "timetable", "people": [{..., "badge", "language", "meetings": [...]}]} (sheets_read.sql). A page each, with the
// QR code of its arrival, in its own language; links: kind "checkin" with the key, may be NULL. False when it is no such JSON.
bool paper_people(struct text *out, const char *json, const struct told_links *links, enum lang lang);
// json: {"convention", "timetable", "tables": [{"table", "lost", "meetings": [...]}]} (cards_read.sql). A card each.
bool paper_tables(struct text *out, const char *json, enum lang lang);

#endif
