// SPDX-License-Identifier: EUPL-1.2
// Knows how to speak to the solver, and how numbers are said in clauses.
#include "core/clauses.h"

#include "base/memory.h"

#include <ccadical.h>
#include <malloc.h>
#include <stdlib.h>

#define LOOK 512 // questions of the solver whether to stop, between two looks at the memory

struct clauses {
    CCaDiCaL *solver;
    int last, always;
    size_t memory;
    bool full;
    unsigned looks;
    bool (*stop)(void *ctx);
    void *ctx;
};

static bool too_much(const struct clauses *c)
{
    if (c->memory == 0)
        return false;
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd > c->memory;
}

static int terminate(void *state)
{
    struct clauses *c = state;
    if (++c->looks % LOOK == 0)
        c->full = c->full || too_much(c);
    return c->full || (c->stop != NULL && c->stop(c->ctx));
}

struct clauses *clauses_new(size_t memory, bool steady)
{
    struct clauses *c = memory_new(sizeof *c);
    *c = (struct clauses){.solver = ccadical_init(), .memory = memory};
    ccadical_set_option(c->solver, "quiet", 1);
    ccadical_set_option(c->solver, "walk", 0);
    ccadical_set_option(c->solver, "stabilizeonly", steady);
    ccadical_set_terminate(c->solver, c, terminate);
    c->always = clauses_literal(c, true);
    CLAUSE(c, c->always);
    return c;
}

void clauses_free(struct clauses *c)
{
    if (c == NULL)
        return;
    ccadical_release(c->solver);
    free(c);
}

// The solver tries true first: a variable is turned round so that this is what is likely.
int clauses_literal(struct clauses *c, bool likely)
{
    c->last++;
    return likely ? c->last : -c->last;
}

int clauses_true(const struct clauses *c)
{
    return c->always;
}

void clauses_add(struct clauses *c, const int *literals, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ccadical_add(c->solver, literals[i]);
    ccadical_add(c->solver, 0);
}

// Groups of four with a literal that says "one of these", which joins the next group (commander encoding).
void clauses_one(struct clauses *c, const int *literals, size_t count)
{
    int group[6];
    size_t held = 0;
    for (size_t i = 0; i < count; i++) {
        group[held++] = literals[i];
        if (held < 5 && i + 1 < count)
            continue;
        for (size_t k = 0; k < held; k++)
            for (size_t l = k + 1; l < held; l++)
                CLAUSE(c, -group[k], -group[l]);
        if (i + 1 < count) {
            int any = clauses_literal(c, false);
            for (size_t k = 0; k < held; k++)
                CLAUSE(c, -group[k], any);
            group[0] = any;
            held = 1;
        }
    }
}

static struct clauses_number sum(struct clauses *c, struct clauses_number a, struct clauses_number b, int most, bool both,
                                 struct arena *arena)
{
    int all = a.count + b.count, count = all < most ? all : most;
    struct clauses_number out = {arena_array(arena, (size_t)count + 1, sizeof(int)), count};
    for (int i = 0; i < count; i++)
        out.at[i] = clauses_literal(c, false);
    for (int i = 0; i <= a.count; i++)
        for (int k = 0; k <= b.count; k++) {
            int clause[3], size = 0, most_of = i + k < count ? i + k : count;
            if (i > 0)
                clause[size++] = -a.at[i - 1];
            if (k > 0)
                clause[size++] = -b.at[k - 1];
            if (most_of > 0) {
                clause[size++] = out.at[most_of - 1];
                clauses_add(c, clause, (size_t)size);
            }
            if (!both || i + k >= count)
                continue;
            size = 0;
            if (i < a.count)
                clause[size++] = a.at[i];
            if (k < b.count)
                clause[size++] = b.at[k];
            clause[size++] = -out.at[i + k];
            clauses_add(c, clause, (size_t)size);
        }
    return out;
}

struct clauses_number clauses_count(struct clauses *c, const int *literals, int count, int most, bool both, struct arena *arena)
{
    if (count <= 1) {
        struct clauses_number out = {arena_array(arena, 1, sizeof(int)), count < most ? count : most};
        if (count == 1)
            out.at[0] = literals[0];
        return out;
    }
    struct clauses_number low = clauses_count(c, literals, count / 2, most, both, arena),
                          high = clauses_count(c, literals + count / 2, count - count / 2, most, both, arena);
    return sum(c, low, high, most, both, arena);
}

int clauses_over(const struct clauses *c, const struct clauses_number *n, int i)
{
    return i < 0 ? c->always : i < n->count ? n->at[i] : -c->always;
}

bool clauses_full(struct clauses *c)
{
    c->full = c->full || too_much(c);
    return c->full;
}

enum clauses_answer clauses_ask(struct clauses *c, const int *assumptions, size_t count, int conflicts,
                                bool (*stop)(void *ctx), void *ctx)
{
    if (clauses_full(c))
        return CLAUSES_FULL;
    c->stop = stop;
    c->ctx = ctx;
    for (size_t i = 0; i < count; i++)
        ccadical_assume(c->solver, assumptions[i]);
    ccadical_limit(c->solver, "conflicts", conflicts);
    int answer = ccadical_solve(c->solver);
    return answer == 10 ? CLAUSES_YES : answer == 20 ? CLAUSES_NO : c->full ? CLAUSES_FULL : CLAUSES_UNKNOWN;
}

bool clauses_holds(const struct clauses *c, int literal)
{
    return ccadical_val(c->solver, literal) > 0;
}
