// SPDX-License-Identifier: EUPL-1.2
// Whether a timetable keeps all rules of its agenda: written from the rules alone, sharing nothing with what plans.
#ifndef CORE_VERIFY_H
#define CORE_VERIFY_H

#include "base/err.h"
#include "core/timetable.h"

enum verify_rule {
    VERIFY_SHAPE,      // a slot or a table that does not exist, a table without a slot, a slot without a table
    VERIFY_TWICE,      // a person in two meetings at once
    VERIFY_BOUND,      // two people who are bound together in two meetings at once
    VERIFY_TABLE,      // two meetings at one table at once
    VERIFY_FREE,       // a person that is not there
    VERIFY_SLOT,       // a slot that is not allowed to the meeting (session, forbidden)
    VERIFY_LOCKED,     // a locked meeting that is elsewhere, or at another table, or not placed
    VERIFY_BOOTH,      // a meeting away from a participant's fixed table (when both have one: away from both)
    VERIFY_BEFORE,     // not strictly before
    VERIFY_MOST,       // more meetings than a person takes
    VERIFY_REST,       // too few slots between two meetings of a person on one day
    VERIFY_COMPLETE,   // the agenda wants all or none, and one is not placed
    VERIFY_SPREAD,     // gaps of two people differ by more than is allowed (complete agendas only)
    VERIFY_RULES
};

struct verify_fault {
    enum verify_rule rule;
    int meeting, other; // AGENDA_NONE where none is concerned
    int person, slot;   // slot, table: where `meeting` lies
    int other_person;   // the second of two bound together, with a booth (BOUND, BOOTH); who has the fewest gaps (SPREAD)
    int table;
    int have, limit;    // meetings (MOST), free slots between and asked for (REST), gaps (SPREAD)
};

// All faults, at most `most` of them in list; returns how many there are. spread: most difference of gaps between two
// people, asked of complete agendas only; negative: any.
size_t verify_check(const struct agenda *a, const struct timetable *t, int spread, struct verify_fault *list, size_t most);

// One sentence with names, in the arena.
const char *verify_text(const struct agenda *a, const struct verify_fault *f, enum lang lang, struct arena *arena);

#endif
