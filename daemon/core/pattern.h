// SPDX-License-Identifier: EUPL-1.2
// In which sets of slots ("patterns") one person can be busy: with all its meetings, its rests, and not too many gaps.
#ifndef CORE_PATTERN_H
#define CORE_PATTERN_H

#include "core/agenda.h"

struct pattern {
    int slots, rest;                                   // slots of the agenda; rest: less than AGENDA_SLOTS
    uint64_t days;                                     // as agenda_view has it
    int count;                                         // busy slots: the person's meetings
    uint64_t can, must;                                // slots that may be busy, slots that are for sure
    int low[AGENDA_SLOTS + 1], high[AGENDA_SLOTS + 1]; // how many of its meetings lie before slot t: at least, at most
};

#define PATTERN_WIDTH 132 // numbers of gaps times what a slot can follow on, whatever the rest

struct pattern_scratch {
    uint64_t ahead[AGENDA_SLOTS + 1][PATTERN_WIDTH], behind[AGENDA_SLOTS + 1][PATTERN_WIDTH];
};

// Slots in which somebody with this rest cannot meet who meets in `busy`, these among them.
uint64_t pattern_around(uint64_t busy, int rest, uint64_t days);

// Where each of a person's count meetings can lie, as far as it decides the patterns. count: at most AGENDA_SLOTS.
void pattern_of(struct pattern *out, const struct agenda_view *v, int person, const uint64_t *set, int count);

struct pattern_range {
    int least, most;    // gaps
    uint64_t can, must; // slots that are busy in some pattern, in all of them (with at most `gaps` gaps)
};
// False: there is no pattern with at most `gaps` gaps (negative: any number).
bool pattern_range(struct pattern_range *out, const struct pattern *p, int gaps, struct pattern_scratch *scratch);

// The cheapest pattern: each gap costs `gap`, each busy slot its price. Returns what it costs, PATTERN_NONE when there
// is no pattern; *busy: its slots. room: pattern_room numbers.
#define PATTERN_NONE (INT64_C(1) << 60)
size_t pattern_room(const struct pattern *p);
int64_t pattern_cheapest(const struct pattern *p, int64_t gap, const int64_t *price, int64_t *room, uint64_t *busy);

#endif
