// SPDX-License-Identifier: EUPL-1.2
// Why a meeting, or all of them, cannot be placed: which rule, which person, which hours; and the sentence that says it.
#ifndef CORE_HINDRANCE_H
#define CORE_HINDRANCE_H

#include "core/agenda.h"
#include "base/err.h"

enum hindrance_kind {
    HINDRANCE_NO_SLOT,   // of `meeting` no slot is left in `slots`' session or before a lock: person cannot, precedence, lock
    HINDRANCE_CROWDED,   // `person` has `need` meetings that must lie in `slots`, which are `have`
    HINDRANCE_TABLES,    // `need` meetings must lie in `slots`, which have `have` places at tables in all
    HINDRANCE_MOST,      // `person` has `need` locked or wanted meetings and takes `have`
    HINDRANCE_ORDER,     // `meeting` must come after a chain of `need` meetings, there are `have` slots before the end; or a circle (have = 0);
                         // or it was left out: the order with `other`, which lies in `slots`, leaves it no slot (where both are free)
    HINDRANCE_CLASH,     // `meeting` and `other` are both locked to the slot in `slots`, and share `person` (or people bound together, or a table)
    HINDRANCE_GAPS,      // `person` cannot have fewer than `need` gaps (its locked meetings lie too far apart), allowed are `have`
    HINDRANCE_BUSY,      // `meeting` was left out: in all of `slots` `person` (or `other_person`) meets somebody, or is not there
                         // (need: or what else)
    HINDRANCE_WEIGHED,   // `meeting` was left out: placing it would cost more weight elsewhere, or move one of `have` that are locked
    HINDRANCE_REFUTED,   // proven impossible by search, without a shorter reason; `meeting`: AGENDA_NONE, or the one that cannot be added
    HINDRANCE_UNDECIDED, // `meeting` was left out: no place was found in the time given
};

// What else keeps somebody, in a BUSY's `need`: its rest; the meetings of those it is bound to.
enum { HINDRANCE_RESTS = 1, HINDRANCE_TOGETHER = 2 };

struct hindrance {
    enum hindrance_kind kind;
    int meeting, other;        // AGENDA_NONE where none is concerned
    int person, other_person;
    uint64_t slots;
    int need, have;
};

// One sentence, in the arena: "Ms A has 9 locked or requested meetings but 8 free slots in the morning". Slots are named by
// their session where they are all of it (or all of it in which the people named are there), else by their hours (with the day, where
// there are several), or by their numbers (from 1) where no hour is known.
// Which fields are given decides what is said. NO_SLOT: `other` is what leaves no slot (to `person`, where one is given); else
// `person` is never there, or never at the same time as `other_person`. CROWDED with two people: they are bound together. CLASH
// with two people: likewise; without any: one table; with several slots: too little rest. TABLES whose `have` is the number of
// slots: one table. TABLES, MOST and REFUTED with `meeting`: why it was left out. BUSY whose `other_person` has no part in the
// meeting: `person` goes with it. ORDER with `other` and `need` over 1: another meeting stands on the other side.
const char *hindrance_text(const struct agenda *a, const struct hindrance *h, enum lang lang, struct arena *arena);

#endif
