// SPDX-License-Identifier: EUPL-1.2
// Hours and days of an agenda's slots as people read them, in the offset in which the agenda tells them.
#ifndef WIRE_DAY_H
#define WIRE_DAY_H

#include "base/err.h"
#include "core/agenda.h"

// So many minutes after the slot's start, which is known. All texts are in the arena.
const char *day_hour(const struct agenda_slot *t, int minutes, struct arena *arena); // "09:30"
const char *day_cell(const struct agenda_slot *t, int minutes,
                     struct arena *arena); // "2026-12-01 09:30", as spreadsheets read
// "mardi 1er décembre 2026", "Tuesday 1 December 2026"
const char *day_text(const struct agenda_slot *t, enum lang lang, struct arena *arena);

#endif
