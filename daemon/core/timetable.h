// SPDX-License-Identifier: EUPL-1.2
// Where each meeting lies, and what that is worth on the five levels of a plan.
#ifndef CORE_TIMETABLE_H
#define CORE_TIMETABLE_H

#include "core/agenda.h"

// In the order in which they are improved; 2 to 4 may be put in another order by the organiser.
enum level { LEVEL_WEIGHT, LEVEL_FAIRNESS, LEVEL_GAPS, LEVEL_CHANGE, LEVEL_TABLES, LEVELS };

// One meeting each: its slot and table, AGENDA_NONE both when it is not placed. A table without a slot does not occur; a
// slot without a table does while tables are not given out yet.
struct timetable {
    int meetings;
    int *slot;
    int *table;
};

struct timetable timetable_new(int meetings, struct arena *arena); // nothing is placed
void timetable_copy(struct timetable *to, const struct timetable *from);

#define TIMETABLE_ALL 1000000000 // the whole, as LEVEL_FAIRNESS counts

// What it is worth; lower is better but for weight and fairness.
struct timetable_value {
    int64_t level[LEVELS];
    // LEVEL_WEIGHT   sum of the weights placed
    // LEVEL_FAIRNESS the least share of own meetings placed, in billionths (rounded down), over people with any meeting;
    //                TIMETABLE_ALL when there is none
    // LEVEL_GAPS     sum of agenda_gaps over people
    // LEVEL_CHANGE   meetings with an old slot that lie in another one, or nowhere
    // LEVEL_TABLES   pairs of one person's consecutive meetings of a day that lie at different tables; where tables are not
    //                given out, all such pairs
    int placed;
    int least; // person with the least share (the first of equals); AGENDA_NONE
    int spread; // most gaps of a person less the fewest gaps of a person, over all people
};

void timetable_value(struct timetable_value *out, const struct agenda_view *v, const struct timetable *t);

#endif
