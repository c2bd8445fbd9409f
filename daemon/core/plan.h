// SPDX-License-Identifier: EUPL-1.2
// The best timetable for an agenda, in steps: after each there is a timetable, what it is worth on each level, and a bound
// that no timetable can pass. Same agenda, options and steps: same answer. Pure: no clock, no file;
// within a step, proof and chance work in a thread each.
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "core/hindrance.h"
#include "core/timetable.h"

struct plan;

struct plan_options {
    uint64_t seed;
    int spread;               // most difference of gaps between two people (2): kept in complete agendas, else wanted before fewer gaps
    enum level order[LEVELS]; // LEVEL_WEIGHT first and LEVEL_TABLES last; the others in any order
    size_t memory;            // bytes that the proofs may take; 0: no limit
};

enum plan_state {
    PLAN_WORKING,    // another step may do better
    PLAN_BEST,       // every level is proven best
    PLAN_INFEASIBLE, // proven: there is no timetable; plan_hindrances say why
    PLAN_HALTED,     // only tables are left, for which there is no proof
};

struct plan_level {
    int64_t value; // as timetable_value
    int64_t bound; // no timetable that is as good on the levels before passes it
    bool proven;   // value == bound
};

// agenda: borrowed until plan_free. The agenda is valid (wire/agenda checks it).
struct plan *plan_new(const struct agenda *a, const struct plan_options *o);
void plan_free(struct plan *p); // NULL is fine

// Works for some tenths of a second, seconds where a proof is long; stop is asked every few ms at most, in the caller's thread, and ends the step at
// once when it says true (NULL: never). A step that was stopped may be followed by another.
enum plan_state plan_step(struct plan *p, bool (*stop)(void *ctx), void *ctx);

// The best so far; NULL while none is known (a complete agenda before one is found). Tables are given out. Valid until the
// next step.
const struct timetable *plan_timetable(struct plan *p);
const struct timetable_value *plan_value(struct plan *p); // of it; NULL likewise
struct plan_level plan_level(struct plan *p, enum level l); // value is 0 while there is no timetable
bool plan_full(const struct plan *p); // memory is used up: nothing more will be proven
int plan_spread(struct plan *p); // most gaps of a person less the fewest; 0 while there is no timetable

// Why the agenda is infeasible, or, of an agenda that need not be complete, why each meeting that is left out is: *count of
// them. Valid until the next step.
const struct hindrance *plan_hindrances(struct plan *p, size_t *count);

#endif
