// SPDX-License-Identifier: EUPL-1.2
// What is to be planned: slots of equal length, tables, people, and the meetings wanted between two of them. A plain value;
// texts and arrays are its maker's. Slots, people, meetings and tables are numbered from 0.
#ifndef CORE_AGENDA_H
#define CORE_AGENDA_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGENDA_SLOTS 64 // a set of slots is one word: bit t is slot t
#define AGENDA_PEOPLE 20000
#define AGENDA_MEETINGS 100000
#define AGENDA_TABLES 10000
#define AGENDA_PAIRS 1000000 // of meetings in an order, and of people bound together
#define AGENDA_NONE (-1)

struct agenda_slot {
    int session;   // number of its session; rises with the slots from 0, each session has some
    int day;       // rises with the slots, a session lies within one; gaps and minimum rests do not reach over its end
    int64_t start; // seconds since 1970; -1: no hour is known
    int minutes;   // 0: unknown; start and minutes are known of all slots or of none
    int offset;    // minutes east of UTC in which `start` is told; 0: UTC, or no hour is known
};

struct agenda_person {
    const char *id, *name; // name: to be shown; may be the id
    const char *organisation; // may be NULL
    uint64_t free;         // slots in which it can meet
    int most;              // meetings at most; 0: as many as there are slots
    int rest;              // slots that stay free between two meetings of a day; 0: none
    int table;             // where all its meetings take place (a booth); AGENDA_NONE: anywhere
};

struct agenda_meeting {
    const char *id;
    int person[2];       // never the same one twice
    int weight;          // 1 to 5, 5 is wanted most (the request's priority)
    uint64_t slots;      // where it may lie: its session, the slots that are forbidden to it, the one it is locked to
    bool locked;         // `slots` is one slot, which somebody fixed; it is placed, or the agenda is infeasible; `slots` is
                         // empty when it was fixed where its session or what is forbidden does not let it lie
    int table;           // the table it is locked to; AGENDA_NONE
    int old_slot, old_table; // where the published timetable has it; AGENDA_NONE: nowhere
};

struct agenda_pair {
    int first, second;
};

struct agenda {
    const char *name; // "": none
    int slots, sessions, tables, people, meetings;
    const struct agenda_slot *slot;
    const char *const *session;             // names
    const char *const *table;               // names
    const struct agenda_person *person;
    const struct agenda_meeting *meeting;
    const struct agenda_pair *before;       // meetings: first strictly before second, where both are placed
    size_t befores;
    const struct agenda_pair *bound;        // people who are never in two different meetings at once
    size_t bounds;
    bool complete; // all meetings or none: a timetable that leaves one out does not count
};

// What follows from an agenda, ready to be asked; in the arena.
struct agenda_view {
    const struct agenda *agenda;
    const int *first; // people + 1 numbers: the meetings of p are list[first[p]] to list[first[p + 1] - 1], rising
    const int *list;
    uint64_t days;    // slots that begin a day (bit 0 is set)
};

// The same, in the arena, its meetings without ids (""): sentences name them by their people alone.
struct agenda agenda_told(const struct agenda *a, struct arena *arena);

void agenda_view(struct agenda_view *out, const struct agenda *a, struct arena *arena);

// How many idle runs lie between the first and the last meeting of a day, over all days. busy: the slots of the meetings;
// runs of up to `rest` slots are the rest that was asked for, and do not count.
int agenda_gaps(uint64_t busy, int rest, uint64_t days);

#endif
