// SPDX-License-Identifier: EUPL-1.2
// Whether an agenda has a timetable that is better still: exact search, for agendas of some hundred meetings. Its answers
// are proofs.
#ifndef CORE_PROOF_H
#define CORE_PROOF_H

#include "core/clauses.h"
#include "core/shuffle.h"

struct proof;

// How the number of tables is said. Which of the first two decides sooner depends on the agenda: the first finds, the second
// refutes where people have many meetings.
enum proof_kind {
    PROOF_MEETINGS, // so many meetings in a slot
    PROOF_PEOPLE,   // twice as many people who are busy in it
    PROOF_SEATS,    // also which table each meeting has
};

// Literals that the agenda takes as clauses, about.
size_t proof_size(const struct agenda_view *v, const uint64_t *slots, enum proof_kind kind);

// slots: of core/narrow. hint: slots of a timetable near which is searched first (AGENDA_NONE: nowhere); read in this
// call alone. memory: as clauses_new. Meetings that are locked are placed, all of a complete agenda, which keeps its spread,
// too. The view and the slots are borrowed until proof_free. NULL: stop said true, or the memory is used up.
struct proof *proof_new(const struct agenda_view *v, const uint64_t *slots, const struct shuffle_options *o, const int *hint,
                        enum proof_kind kind, size_t memory, bool (*stop)(void *ctx), void *ctx);
void proof_free(struct proof *p); // NULL is fine

// Marks are numbered as in struct shuffle_marks, then changes of table, which PROOF_SEATS alone knows.
#define PROOF_TABLES SHUFFLE_MARKS

// Is there a timetable with this mark at most `value`, keeping what was fixed? CLAUSES_YES: proof_slots and proof_tables say which.
// mark AGENDA_NONE: is there any at all?
enum clauses_answer proof_ask(struct proof *p, int mark, int64_t value, int conflicts, bool (*stop)(void *ctx), void *ctx);
// From now on only timetables with this mark at most `value` are looked for.
void proof_fix(struct proof *p, int mark, int64_t value);
// Of the last answer; valid until the next question. Tables are AGENDA_NONE but of PROOF_SEATS.
const int *proof_slots(const struct proof *p);
const int *proof_tables(const struct proof *p);

#endif
