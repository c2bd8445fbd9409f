// SPDX-License-Identifier: EUPL-1.2
// What people do without a plan, to compare with one: meetings get their slots one after the other, and none is moved
// again.
#ifndef CORE_GREEDY_H
#define CORE_GREEDY_H

#include "core/timetable.h"

enum greedy_way {
    GREEDY_FIRST, // first come, first served: the first slot in which both can and a table is left
    GREEDY_ANY,   // any such slot
};

// Locked meetings come first, then the others in the agenda's order; one without a slot is left out. Keeps all rules of
// the agenda but two: that all locked meetings are placed, and that all meetings are (complete). seed: of GREEDY_ANY.
void greedy_place(struct timetable *out, const struct agenda_view *v, enum greedy_way way, uint64_t seed);

#endif
