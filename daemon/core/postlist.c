// SPDX-License-Identifier: EUPL-1.2
// Knows where the postings of a code stand.
#include "core/postlist.h"

#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/pages.h"
#include "core/sieve.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIVISIONS 100
#define DIVISION 1000000u // the first two of eight digits
#define RUN_MOST 512      // postings of a run; a code with more has several, by handle
#define RUN_LAID 448      // when all is laid at once: room for later ones

struct run {
    uint32_t at, count, low; // low: least handle that it may hold
};

struct shelf { // the runs of one term and division, by code, then by low
    uint32_t *codes;
    struct run *runs;
    uint32_t count, room;
};

void postlist_init(struct postlist *p)
{
    *p = (struct postlist){.codes = NULL};
    slots_init(&p->who);
    p->facts_room = p->who.room;
    p->facts = pages_grow(NULL, 0, p->facts_room * sizeof *p->facts);
}

void postlist_fini(struct postlist *p)
{
    for (int t = 0; t < POSTLIST_TERMS; t++) {
        for (int d = 0; p->terms[t] && d < DIVISIONS; d++) {
            free(p->terms[t][d].codes);
            free(p->terms[t][d].runs);
        }
        free(p->terms[t]);
    }
    pages_free(p->facts, p->facts_room * sizeof *p->facts);
    slots_fini(&p->who);
    postlist_laid(p);
}

static struct shelf *shelf_of(struct postlist *p, uint32_t term, uint32_t code)
{
    if (!p->terms[term]) {
        p->terms[term] = memory_new(DIVISIONS * sizeof **p->terms);
        p->directory += DIVISIONS * sizeof **p->terms;
    }
    return &p->terms[term][code / DIVISION];
}

// Room for `count` postings, all of them empty.
static uint32_t take(struct postlist *p, uint32_t count)
{
    uint32_t at = slots_take(&p->who, count);
    if (p->facts_room < p->who.room) {
        p->facts = pages_grow(p->facts, p->facts_room * sizeof *p->facts, p->who.room * sizeof *p->facts);
        p->facts_room = p->who.room;
    }
    memset(p->facts + at, 0, slots_size(count) * sizeof *p->facts);
    return at;
}

// The first run whose code is not less.
static uint32_t lower(const struct shelf *s, uint32_t code)
{
    const uint32_t *from = s->codes;
    for (uint32_t count = s->count; count > 0;) {
        uint32_t half = count / 2;
        bool right = from[half] < code;
        from += right ? half + 1 : 0;
        count = right ? count - half - 1 : half;
    }
    return (uint32_t)(from - s->codes);
}

static void insert_run(struct postlist *p, struct shelf *s, uint32_t at, uint32_t code, struct run run)
{
    if (s->count == s->room) {
        uint32_t room = s->room + (s->room < 8 ? 4 : s->room / 2);
        s->codes = memory_grow(s->codes, room, sizeof *s->codes);
        s->runs = memory_grow(s->runs, room, sizeof *s->runs);
        p->directory += (room - s->room) * (sizeof *s->codes + sizeof *s->runs);
        s->room = room;
    }
    memmove(s->codes + at + 1, s->codes + at, (s->count - at) * sizeof *s->codes);
    memmove(s->runs + at + 1, s->runs + at, (s->count - at) * sizeof *s->runs);
    s->codes[at] = code;
    s->runs[at] = run;
    s->count++;
}

static void remove_run(struct shelf *s, uint32_t at)
{
    s->count--;
    memmove(s->codes + at, s->codes + at + 1, (s->count - at) * sizeof *s->codes);
    memmove(s->runs + at, s->runs + at + 1, (s->count - at) * sizeof *s->runs);
}

// The run of that code that holds the handle, or would (the one before it may hold postings of the same handle, too); s->count or one of another code when there is none.
static uint32_t run_of(const struct shelf *s, uint32_t code, uint32_t handle)
{
    uint32_t at = lower(s, code);
    while (at + 1 < s->count && s->codes[at + 1] == code && s->runs[at + 1].low <= handle)
        at++;
    return at;
}

static int by_handle(const void *a, const void *b)
{
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

struct pair {
    uint32_t who;
    uint64_t facts;
};

static struct run run_from(struct postlist *p, const struct pair *pairs, uint32_t count, uint32_t low)
{
    struct run r = {take(p, count), count, low};
    for (uint32_t i = 0; i < count; i++) {
        p->who.words[r.at + i] = pairs[i].who;
        p->facts[r.at + i] = pairs[i].facts;
    }
    return r;
}

// Two runs from a full one, parted at a handle: false when all its postings are of one offer.
static bool split(struct postlist *p, struct shelf *s, uint32_t at)
{
    struct run r = s->runs[at];
    struct pair *pairs = memory_grow(NULL, r.count, sizeof *pairs);
    for (uint32_t i = 0; i < r.count; i++)
        pairs[i] = (struct pair){p->who.words[r.at + i], p->facts[r.at + i]};
    qsort(pairs, r.count, sizeof *pairs, by_handle);
    uint32_t middle = r.count / 2;
    while (middle < r.count && pairs[middle].who >> SIEVE_HANDLE == pairs[middle - 1].who >> SIEVE_HANDLE)
        middle++;
    if (middle == r.count) {
        free(pairs);
        return false;
    }
    slots_give(&p->who, r.at, r.count);
    s->runs[at] = run_from(p, pairs, middle, r.low);
    struct run upper = run_from(p, pairs + middle, r.count - middle, pairs[middle].who >> SIEVE_HANDLE);
    insert_run(p, s, at + 1, s->codes[at], upper);
    free(pairs);
    return true;
}

// Room for one posting more.
static void widen(struct postlist *p, struct run *r)
{
    uint32_t at = r->at;
    if (slots_size(r->count) > r->count)
        return;
    r->at = take(p, r->count + 1);
    memcpy(p->who.words + r->at, p->who.words + at, r->count * sizeof *p->who.words);
    memcpy(p->facts + r->at, p->facts + at, r->count * sizeof *p->facts);
    slots_give(&p->who, at, r->count);
}

static void append(struct postlist *p, struct run *r, uint32_t who, uint64_t facts)
{
    p->who.words[r->at + r->count] = who;
    p->facts[r->at + r->count] = facts;
    r->count++;
}

void postlist_add(struct postlist *p, uint32_t term, uint32_t code, uint32_t who, uint64_t facts)
{
    struct shelf *s = shelf_of(p, term, code);
    uint32_t handle = who >> SIEVE_HANDLE, at = run_of(s, code, handle);
    p->postings++;
    if (at == s->count || s->codes[at] != code) {
        insert_run(p, s, at, code, (struct run){take(p, 1), 0, 0});
        append(p, &s->runs[at], who, facts);
        return;
    }
    if (s->runs[at].count && s->runs[at].count % RUN_MOST == 0 && split(p, s, at)) // one offer may fill several times as many
        at = run_of(s, code, handle);
    widen(p, &s->runs[at]);
    append(p, &s->runs[at], who, facts);
}

// Gives back room that a shorter run does not need; its postings stay in order.
static void shrink(struct postlist *p, struct run *r, uint32_t had)
{
    uint32_t at = r->at;
    if (slots_size(had) == slots_size(r->count))
        return;
    r->at = take(p, r->count);
    memcpy(p->who.words + r->at, p->who.words + at, r->count * sizeof *p->who.words);
    memcpy(p->facts + r->at, p->facts + at, r->count * sizeof *p->facts);
    slots_give(&p->who, at, had);
}

// Where in the run the posting stands; r->count when it does not.
static uint32_t place_in(const struct postlist *p, const struct run *r, uint32_t who, uint64_t facts)
{
    uint32_t i = 0;
    while (i < r->count && (p->who.words[r->at + i] != who || p->facts[r->at + i] != facts))
        i++;
    return i;
}

void postlist_remove(struct postlist *p, uint32_t term, uint32_t code, uint32_t who, uint64_t facts)
{
    struct shelf *s = shelf_of(p, term, code);
    uint32_t at = run_of(s, code, who >> SIEVE_HANDLE), i;
    if (at == s->count || s->codes[at] != code)
        log_die("postlist", "no list of %u", code);
    while ((i = place_in(p, &s->runs[at], who, facts)) == s->runs[at].count) {
        if (at == 0 || s->codes[at - 1] != code)
            log_die("postlist", "a posting of %u is not in its list", who >> SIEVE_HANDLE);
        at--;
    }
    struct run *r = &s->runs[at];
    uint32_t had = r->count--;
    p->who.words[r->at + i] = p->who.words[r->at + r->count];
    p->facts[r->at + i] = p->facts[r->at + r->count];
    p->facts[r->at + r->count] = 0;
    p->postings--;
    if (r->count) {
        shrink(p, r, had);
        return;
    }
    // The next run of the code takes the handles of the one that goes.
    if (at + 1 < s->count && s->codes[at + 1] == code)
        s->runs[at + 1].low = r->low;
    slots_give(&p->who, r->at, had);
    remove_run(s, at);
}

void postlist_fetch(const struct postlist *p, int step, uint32_t term, uint32_t code, uint32_t who)
{
    if (!p->terms[term])
        return;
    const struct shelf *s = &p->terms[term][code / DIVISION];
    if (step == 0)
        __builtin_prefetch(s);
    if (step == 1 && s->count)
        for (uint32_t i = 0; i < 4; i++) // where a search by halves looks first
            __builtin_prefetch(s->codes + s->count * (2 * i + 1) / 8);
    if (step < 2)
        return;
    uint32_t at = run_of(s, code, who >> SIEVE_HANDLE);
    if (at == s->count)
        return;
    const struct run *r = &s->runs[at];
    __builtin_prefetch(p->who.words + r->at);
    __builtin_prefetch(p->who.words + r->at + r->count);
    __builtin_prefetch(p->facts + r->at + r->count);
}

// All at once

static uint32_t code_number(struct postlist *p, uint32_t code)
{
    if (!p->codes)
        p->codes = map_new();
    uintptr_t known = (uintptr_t)map_get_number(p->codes, code);
    if (known)
        return (uint32_t)(known - 1);
    if (p->code_count == p->code_room) {
        uint32_t had = p->code_room;
        p->code_room = had ? had * 2 : 1024;
        p->code_list = memory_grow(p->code_list, p->code_room, sizeof *p->code_list);
        p->counts = memory_grow(p->counts, (size_t)p->code_room * POSTLIST_TERMS, sizeof *p->counts);
        memset(p->counts + (size_t)had * POSTLIST_TERMS, 0, (size_t)(p->code_room - had) * POSTLIST_TERMS * sizeof *p->counts);
    }
    p->code_list[p->code_count] = (struct laid){code, p->code_count};
    map_set_number(p->codes, code, (void *)((uintptr_t)p->code_count + 1));
    return p->code_count++;
}

// The postings of a capability come one after the other, with one code.
static uint32_t *count_of(struct postlist *p, uint32_t term, uint32_t code)
{
    if (!p->codes || p->last.code != code)
        p->last = (struct laid){code, code_number(p, code)};
    return &p->counts[(size_t)p->last.number * POSTLIST_TERMS + term];
}

void postlist_count(struct postlist *p, uint32_t term, uint32_t code)
{
    ++*count_of(p, term, code);
}

static int by_code(const void *a, const void *b)
{
    const struct laid *x = a, *y = b;
    return x->code < y->code ? -1 : x->code > y->code;
}

// Lays the runs of a code; from then on its count is the number of the run in its shelf that is to be filled.
static void lay(struct postlist *p, uint32_t term, uint32_t code, uint32_t *count)
{
    struct shelf *s = shelf_of(p, term, code);
    uint32_t left = *count;
    *count = s->count;
    for (; left; left -= left < RUN_LAID ? left : RUN_LAID)
        insert_run(p, s, s->count, code, (struct run){take(p, left < RUN_LAID ? left : RUN_LAID), 0, 0});
}

void postlist_lay(struct postlist *p)
{
    if (p->code_count)
        qsort(p->code_list, p->code_count, sizeof *p->code_list, by_code);
    for (uint32_t term = 0; term < POSTLIST_TERMS; term++)
        for (uint32_t i = 0; i < p->code_count; i++) {
            uint32_t *count = &p->counts[(size_t)p->code_list[i].number * POSTLIST_TERMS + term];
            if (*count)
                lay(p, term, p->code_list[i].code, count);
        }
}

void postlist_set(struct postlist *p, uint32_t term, uint32_t code, uint32_t who, uint64_t facts)
{
    uint32_t *at = count_of(p, term, code);
    struct shelf *s = shelf_of(p, term, code);
    if (s->runs[*at].count == RUN_LAID)
        s->runs[++*at].low = who >> SIEVE_HANDLE;
    append(p, &s->runs[*at], who, facts);
    p->postings++;
}

void postlist_laid(struct postlist *p)
{
    map_free(p->codes);
    free(p->code_list);
    free(p->counts);
    p->codes = NULL;
    p->code_list = NULL;
    p->counts = NULL;
    p->code_count = p->code_room = 0;
}

void postlist_find(const struct postlist *p, uint32_t term, uint32_t first, uint32_t last, postlist_found *found, void *ctx)
{
    if (!p->terms[term])
        return;
    const struct shelf *s = &p->terms[term][first / DIVISION];
    struct stretch whole = {0, 0};
    uint32_t end = 0; // position behind the last run's room
    for (uint32_t i = lower(s, first); i < s->count && s->codes[i] <= last; i++) {
        const struct run *r = &s->runs[i];
        if (!whole.count || r->at != end) {
            if (whole.count)
                found(ctx, whole);
            whole.at = r->at;
        }
        whole.count = r->at + r->count - whole.at;
        end = r->at + slots_size(r->count);
    }
    if (whole.count)
        found(ctx, whole);
}
