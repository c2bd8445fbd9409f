// SPDX-License-Identifier: EUPL-1.2
// Statements of true and false, and whether they can all hold at once: asked of the CDCL solver CaDiCaL (Biere, Fazekas,
// Fleury, Heisinger 2020), which keeps what it learned from one question to the next.
#ifndef CORE_CLAUSES_H
#define CORE_CLAUSES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clauses;

// memory: bytes of the whole process from which on no question is answered any more; 0: any number.
// steady: it seldom starts anew, which finds sooner (CaDiCaL's stable mode alone); else it changes between both ways, which refutes sooner.
struct clauses *clauses_new(size_t memory, bool steady);
void clauses_free(struct clauses *c); // NULL is fine

// A literal is a number: x true, -x false; never 0. likely: what is tried first.
int clauses_literal(struct clauses *c, bool likely);
int clauses_true(const struct clauses *c); // holds always; -it never
void clauses_add(struct clauses *c, const int *literals, size_t count); // one of them holds
#define CLAUSE(c, ...)                                                                                                 \
    clauses_add((c), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

// At most one of them holds.
void clauses_one(struct clauses *c, const int *literals, size_t count);

// A number in unary: at[i] says "more than i of them hold", for i < count; none above `most` is told apart.
struct clauses_number {
    int *at;
    int count;
};
// Counted by a tree of sums (Bailleux and Boufkhad 2003); in the arena. both: at[i] holds if and only if; else only where
// they do (enough to forbid more).
struct clauses_number clauses_count(struct clauses *c, const int *literals, int count, int most, bool both, struct arena *arena);
// "More than i": a literal, whatever i is.
int clauses_over(const struct clauses *c, const struct clauses_number *n, int i);

bool clauses_full(struct clauses *c); // memory is used up

enum clauses_answer {
    CLAUSES_YES,     // they can: clauses_holds says how
    CLAUSES_NO,      // they cannot, with these assumptions
    CLAUSES_UNKNOWN, // conflicts were used up, or stop said true
    CLAUSES_FULL,    // memory is used up: no further question will be answered
};
// stop may be NULL.
enum clauses_answer clauses_ask(struct clauses *c, const int *assumptions, size_t count, int conflicts,
                                bool (*stop)(void *ctx), void *ctx);
bool clauses_holds(const struct clauses *c, int literal);

#endif
