// SPDX-License-Identifier: EUPL-1.2
// Whether meetings can be laid into slots of which each takes only so many: Hall's condition (1935) with the set that
// breaks it, and the slots that no such laying uses (all-different and cardinality consistency, Regin 1994 and 1996).
#ifndef CORE_HALL_H
#define CORE_HALL_H

#include "core/agenda.h"

struct hall_crowd {
    uint64_t slots; // of these ...
    int need;       // ... so many meetings can use no other, more than there are places
};

// set: where each of count meetings can lie. room: how many one slot takes. scratch: 2 * count numbers.
// True: set keeps exactly the slots that some laying of all of them uses. False: there is none, *crowd says why, set is
// as it was.
bool hall_narrow(uint64_t *set, int count, int room, int *scratch, struct hall_crowd *crowd);

// rank[i]: how many of the first i meetings can be laid at once, one a slot; count + 1 numbers.
void hall_ranks(const uint64_t *set, int count, int *scratch, int *rank);

#endif
