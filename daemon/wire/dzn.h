// SPDX-License-Identifier: EUPL-1.2
// Agendas in the MiniZinc data of the literature (B2B meeting scheduling, JAIR 74, 2022): read only.
#ifndef WIRE_DZN_H
#define WIRE_DZN_H

#include "core/agenda.h"
#include "core/fault.h"

// Whether bytes look like such data rather than JSON (no parsing: the first sign that is no blank or comment).
bool dzn_looks(const char *bytes, size_t len);

// A complete agenda: people "1".., meetings "1".., sessions "morning" and "afternoon" of one day (an empty one is left out),
// tables "1"... Needed are nBusiness, nMeetings, nTables, nTotalSlots, nMorningSlots and requested; forbidden, fixed,
// precedences, nMeetingsBusiness and meetingsxBusiness may be left out, and the last two must agree with requested. A fixed
// meeting is locked; its slots are empty when its session does not have the slot.
// On failure one ERR_BAD_DZN: pointer "/requested/7" (from 1, as the data counts) or "/requested", "" for the whole; arg
// "line 12: what was expected". All is in the arena.
bool dzn_read(struct agenda *out, const char *bytes, size_t len, struct arena *arena, struct faults *faults);

#endif
