// SPDX-License-Identifier: EUPL-1.2
// Whether an agenda has a timetable that is better still: exact search, for agendas of some hundred meetings. Its answers
// are proofs.
#ifndef CORE_PROOF_H
#define CORE_PROOF_H

#include "core/clauses.h"
#include "core/shuffle.h"

struct proof;

// Literals that the agenda takes as clauses, about; with tables: also which table each meeting has.
size_t proof_size(const struct agenda_view *v, const uint64_t *slots, bool tables);

// slots: of core/narrow. hint: slots of a timetable near which is searched first (AGENDA_NONE: nowhere); read in this
// call alone. memory: as clauses_new. Meetings that are locked are placed, all of a complete agenda, which keeps its spread,
// too. The view and the slots are borrowed until proof_free.
struct proof *proof_new(const struct agenda_view *v, const uint64_t *slots, const struct shuffle_options *o, const int *hint,
                        bool tables, size_t memory);
void proof_free(struct proof *p); // NULL is fine

// Marks are numbered as in struct shuffle_marks, then changes of table, which only a proof made with tables knows.
#define PROOF_TABLES SHUFFLE_MARKS

// Is there a timetable with this mark at most `value`, keeping what was fixed? CLAUSES_YES: proof_slots and proof_tables say which.
// mark AGENDA_NONE: is there any at all?
enum clauses_answer proof_ask(struct proof *p, int mark, int64_t value, int conflicts, bool (*stop)(void *ctx), void *ctx);
// The same, with all but the meetings that are free staying where `slot` has them: quick, and NO proves nothing for the agenda.
enum clauses_answer proof_near(struct proof *p, int mark, int64_t value, const int *slot, const bool *freed, int conflicts,
                               bool (*stop)(void *ctx), void *ctx);
// From now on only timetables with this mark at most `value` are looked for.
void proof_fix(struct proof *p, int mark, int64_t value);
// Of the last answer; valid until the next question. Tables are AGENDA_NONE in a proof made without them.
const int *proof_slots(const struct proof *p);
const int *proof_tables(const struct proof *p);

#endif
