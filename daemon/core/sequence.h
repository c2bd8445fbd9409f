// SPDX-License-Identifier: EUPL-1.2
// Which meetings come before which, in an order in which each can be looked at after all that come before it.
#ifndef CORE_SEQUENCE_H
#define CORE_SEQUENCE_H

#include "core/agenda.h"

struct sequence {
    const struct agenda *agenda;
    struct agenda_pair *pairs; // no meeting is the first of a pair after it was the second of a later one
    size_t count;
    int circle, length;   // a meeting that would have to come before itself, and how many do; AGENDA_NONE
    int *earliest, *came; // one a meeting
};

// Of the agenda's pairs those of two meetings that must be placed. In the arena.
void sequence_of(struct sequence *out, const struct agenda *a, const bool *must, struct arena *arena);

struct sequence_late {
    int meeting, after; // `meeting` has no slot late enough for `after`
    int before;         // the slot in which `after` can lie at the earliest
    int chain;          // so many come before `meeting`, each only because of the one before
    int from, to; // the first of the chain can lie in slot `from` at the earliest, the meeting in `to` at the latest
};
// The earliest slot of each meeting of the pairs. set: where each meeting can lie. False: there is none for one, *late
// says why.
bool sequence_earliest(struct sequence *s, const uint64_t *set, struct sequence_late *late);

#endif
