// SPDX-License-Identifier: EUPL-1.2
// What came of a convention's meetings, as a table for spreadsheets.
#ifndef WIRE_OUTCOME_H
#define WIRE_OUTCOME_H

#include "base/text.h"

// json: {"items": [{"request","need","meeting": {..},"people": [{..},{..}],"outcomes": [{"participant","met","useful","follow_up"}]}]}
// (outcomes_list.sql). Appends CSV as wire/csv writes it, a row for each meeting: who met whom where, and what each said of it. False, and
// nothing is appended, when it is no such JSON.
bool outcome_table(struct text *out, const char *json);

#endif
