// SPDX-License-Identifier: EUPL-1.2
// A timetable mended in steps: first the meetings that have a place already (agenda_meeting.old_slot), moved as little as can be;
// then those that wait fill what is free, and nobody is moved for them. Same agenda, options and steps: same answer. Pure.
#ifndef CORE_REPAIR_H
#define CORE_REPAIR_H

#include "core/plan.h"

struct repair;

// As plan_new: agenda borrowed until repair_free. The order of the levels is the module's own: weight, change, fairness, gaps, tables.
struct repair *repair_new(const struct agenda *a, const struct plan_options *o);
void repair_free(struct repair *r); // NULL is fine

// As plan_step, over both parts. PLAN_BEST: it is proven that no fewer can move and that none of those who wait finds a place; on
// gaps and tables little time is spent then, for people wait for the answer. PLAN_HALTED: that could not be proven.
enum plan_state repair_step(struct repair *r, bool (*stop)(void *ctx), void *ctx);

// As the plan_* of the same name.
const struct timetable *repair_timetable(const struct repair *r);
struct plan_level repair_level(const struct repair *r, enum level l);
bool repair_full(const struct repair *r); // as plan_full
const struct hindrance *repair_hindrances(const struct repair *r, size_t *count);

#endif
