// SPDX-License-Identifier: EUPL-1.2
// Which table each meeting of a timetable gets, its slots being decided: as few changes of table as can be.
#ifndef CORE_SEATING_H
#define CORE_SEATING_H

#include "core/timetable.h"

// Gives out t->table for all meetings that have a slot: locked tables and booths are kept, and two meetings of one slot never
// share a table. Tables of the published timetable (old_table) are kept where that costs no change. Returns false, t
// untouched, when it cannot be done: more meetings in a slot than tables, or two that want the same one.
// *bound: no giving out of tables for these slots has fewer changes (LEVEL_TABLES).
bool seating_give(const struct agenda_view *v, struct timetable *t, int64_t *bound);

#endif
