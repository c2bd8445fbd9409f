// SPDX-License-Identifier: EUPL-1.2
// Meetings of which no two can lie in one slot: those of a person, of two people bound together, of a table.
#ifndef CORE_CLIQUE_H
#define CORE_CLIQUE_H

#include "core/agenda.h"

struct clique {
    const int *list; // meetings, rising
    int count;
    int person, other_person; // AGENDA_NONE both of a table's, other_person of a person's own
    int rest;                 // slots between any two of a day
};

// All of the agenda, in the arena: first those of the people, in their order; of tables only those that meetings are
// tied to.
struct clique *clique_list(const struct agenda_view *v, struct arena *arena, int *count);

// The table at which a meeting lies whatever happens: its own or the booth of its people; AGENDA_NONE: several are
// possible. *none: it is locked to a table that is neither of its people's booths, so that it can lie nowhere.
int clique_table(const struct agenda *a, int meeting, bool *none);

#endif
