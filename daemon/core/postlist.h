// SPDX-License-Identifier: EUPL-1.2
// Lists of postings (core/sieve) in the order of their CPV codes, one list for each term (a part of France). Written as 8
// digits, the codes below a code are those that follow it: a whole branch of the tree is one stretch of a list.
#ifndef CORE_POSTLIST_H
#define CORE_POSTLIST_H

#include "core/slots.h"

#include <stddef.h>
#include <stdint.h>

#define POSTLIST_TERMS 258

struct shelf;

struct postlist {
    struct slots who;      // the `who` of each posting, by position
    uint64_t *facts;       // the facts at the same positions; zero where an array has no posting
    uint32_t facts_room;
    struct shelf *terms[POSTLIST_TERMS]; // for each division of the CPV; NULL: none yet
    size_t postings, directory;          // how many; bytes of shelves
    // While everything is laid at once: how many of each term and code there will be.
    struct map *codes;     // code -> its number + 1
    struct laid {
        uint32_t code, number;
    } *code_list, last;    // last: the one asked for last
    uint32_t *counts;      // by number and term
    uint32_t code_count, code_room;
};

void postlist_init(struct postlist *p);
void postlist_fini(struct postlist *p);

void postlist_add(struct postlist *p, uint32_t term, uint32_t code, uint32_t who, uint64_t facts);
// Exactly that posting, once.
void postlist_remove(struct postlist *p, uint32_t term, uint32_t code, uint32_t who, uint64_t facts);

// Asks for the memory that adding or removing a posting will read, in three steps: done for many postings step by step, they
// wait for memory together.
enum { POSTLIST_STEPS = 3 };
void postlist_fetch(const struct postlist *p, int step, uint32_t term, uint32_t code, uint32_t who);

// All at once, into an empty one: each posting is counted, then room is laid out in order, then each is set, with handles
// ascending, as it was counted.
void postlist_count(struct postlist *p, uint32_t term, uint32_t code);
void postlist_lay(struct postlist *p);
void postlist_set(struct postlist *p, uint32_t term, uint32_t code, uint32_t who, uint64_t facts);
void postlist_laid(struct postlist *p);

// Positions of the postings of the codes first..last of one division, as stretches (with positions between that hold no posting).
struct stretch {
    uint32_t at, count;
};
typedef void postlist_found(void *ctx, struct stretch s);
void postlist_find(const struct postlist *p, uint32_t term, uint32_t first, uint32_t last, postlist_found *found, void *ctx);

#endif
