// SPDX-License-Identifier: EUPL-1.2
// How much weight can be placed at all, and how many tables and slots are needed: bounds that hold whatever the timetable.
#ifndef CORE_QUOTA_H
#define CORE_QUOTA_H

#include "core/agenda.h"

// No timetable places more weight: each person takes at most as many meetings as it has slots (its cap, its rests), each slot as many
// as there are tables. A maximum-weight fractional b-matching, exact between two sides (buyers and suppliers), at most
// half a meeting a person too high otherwise; with the hours of the people taken into account where that is cheap.
int64_t quota_weight(const struct agenda_view *v);
// No timetable serves its least served person better (billionths, as LEVEL_FAIRNESS counts) while placing `weight` at least.
int64_t quota_share(const struct agenda_view *v, int64_t weight);

struct quota_needs {
    int slots;     // the fewest in which all meetings could lie if everybody were there all the time: the busiest person's
                   // (Koenig 1916 when there are two sides; else at most one more for simple graphs, Vizing 1964)
    bool exact;    // slots is enough for sure; else slots or slots + 1 (slots + multiplicity with repeated pairs)
    bool sides;    // there are two sides
    int tables;    // ceil(meetings / slots of the agenda): enough when nobody is away and nothing is locked
    int tables_at; // in the fewest slots: ceil(meetings / quota_needs.slots)
    int busiest;   // person with most meetings; AGENDA_NONE when there is no meeting
    int meetings;  // of that person
    int session_tables; // tables needed because meetings must lie in one session: the most over sessions of ceil(such meetings / its slots)
};
void quota_needs(struct quota_needs *out, const struct agenda_view *v);

#endif
