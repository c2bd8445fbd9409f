// SPDX-License-Identifier: EUPL-1.2
// Better and better timetables by small changes: meetings change places between two slots along the chain of those that
// stand in each other's way (Kempe 1879), and meetings without a place push others out of theirs. Worse is taken now and
// then, ever more rarely (simulated annealing; Kirkpatrick, Gelatt, Vecchi 1983), in rounds that grow longer.
#ifndef CORE_SHUFFLE_H
#define CORE_SHUFFLE_H

#include "core/clique.h"
#include "core/timetable.h"

struct shuffle_options {
    uint64_t seed;
    int spread;               // as plan_options
    enum level order[LEVELS]; // as plan_options
};

// Worth of an answer, most important first; less is better: locked meetings not placed, weight not placed, then the levels
// between in their order (the spread beyond what is allowed before the gaps; fairness as what is missing from
// TIMETABLE_ALL). In a complete agenda the spread beyond counts as lost weight: both must be 0.
#define SHUFFLE_MARKS 6
struct shuffle_marks {
    int64_t mark[SHUFFLE_MARKS];
};

struct shuffle;

// slots: where each meeting may lie (core/narrow). All is borrowed until shuffle_free.
struct shuffle *shuffle_new(const struct agenda_view *v, const uint64_t *slots, const struct shuffle_options *o);
void shuffle_free(struct shuffle *s); // NULL is fine

// Goes on from this timetable (slots alone are read; what does not fit is left out), which becomes the best when it is.
void shuffle_start(struct shuffle *s, const int *slot);
// The least share to be reached for each person, in billionths: asked for while it is not.
void shuffle_aim(struct shuffle *s, int64_t share);
// So many changes are tried; stop is asked every few hundred. False: it said true.
bool shuffle_run(struct shuffle *s, int tries, bool (*stop)(void *ctx), void *ctx);
// The best so far: slot of each meeting, AGENDA_NONE when it has none; valid until the next call.
const int *shuffle_best(const struct shuffle *s);
const struct shuffle_marks *shuffle_worth(const struct shuffle *s);
int shuffle_compare(const struct shuffle_marks *a, const struct shuffle_marks *b); // as strcmp: below 0 when a is better
// What a timetable (slots alone) is worth.
void shuffle_judge(struct shuffle_marks *out, const struct agenda_view *v, const struct shuffle_options *o, const int *slot);

#endif
