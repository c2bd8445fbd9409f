// SPDX-License-Identifier: EUPL-1.2
// Knows which entries lie on one line of the CPV tree with a code.
#include "core/index.h"

#include "base/arena.h"
#include "base/map.h"

#include <stdbool.h>
#include <stdlib.h>

#define NONE UINT32_MAX
#define DEEPEST 8

// An entry stands in one list for each length of its prefixes: at its own length in the list of those that end there,
// at each shorter one in the list of those that go deeper.
struct entry {
    struct cpv cpv;
    uint32_t owner, item;
    uint32_t next;            // of the same owner, or of the free ones
    uint32_t at[DEEPEST - 1]; // its position in the list of the prefix of 2, 3, .. digits
};

struct posting {
    struct depset deps; // here as well, so that a search reads one array in order
    uint32_t entry;
};

struct posted {
    struct posting *list;
    uint32_t count, room;
};

struct index {
    struct map *ends, *deeper; // cpv_prefix -> struct posted
    struct map *owners;        // owner -> entry number + 1 as a pointer
    struct entry *entries;
    uint32_t count, room, free; // free: first unused entry, NONE
    size_t live, bytes;         // bytes of the lists
};

struct index *index_new(void)
{
    struct index *ix = memory_new(sizeof *ix);
    ix->ends = map_new();
    ix->deeper = map_new();
    ix->owners = map_new();
    ix->free = NONE;
    return ix;
}

static void free_lists(struct map *m)
{
    void *value;
    for (size_t at = 0; map_next(m, &at, NULL, NULL, &value);) {
        struct posted *p = value;
        free(p->list);
        free(p);
    }
    map_free(m);
}

void index_free(struct index *ix)
{
    if (!ix)
        return;
    free_lists(ix->ends);
    free_lists(ix->deeper);
    map_free(ix->owners);
    free(ix->entries);
    free(ix);
}

static uint32_t first_of(const struct index *ix, uint32_t owner)
{
    uintptr_t first = (uintptr_t)map_get_number(ix->owners, owner);
    return first ? (uint32_t)(first - 1) : NONE;
}

static uint32_t new_entry(struct index *ix)
{
    uint32_t number = ix->free;
    if (number != NONE) {
        ix->free = ix->entries[number].next;
        return number;
    }
    if (ix->count == ix->room) {
        ix->room = ix->room ? ix->room * 2 : 64;
        ix->entries = memory_grow(ix->entries, ix->room, sizeof *ix->entries);
    }
    return ix->count++;
}

// The lists in which an entry of this code stands at a length of prefix.
static struct map *lists_at(const struct index *ix, struct cpv cpv, int digits)
{
    return digits == cpv.digits ? ix->ends : ix->deeper;
}

static void post(struct index *ix, uint32_t number, int digits, struct depset deps)
{
    struct entry *e = &ix->entries[number];
    struct map *lists = lists_at(ix, e->cpv, digits);
    uint32_t key = cpv_prefix(e->cpv, digits);
    struct posted *p = map_get_number(lists, key);
    if (!p) {
        p = memory_new(sizeof *p);
        map_set_number(lists, key, p);
        ix->bytes += sizeof *p;
    }
    if (p->count == p->room) {
        uint32_t room = p->room ? p->room * 2 : 2;
        p->list = memory_grow(p->list, room, sizeof *p->list);
        ix->bytes += (room - p->room) * sizeof *p->list;
        p->room = room;
    }
    e->at[digits - 2] = p->count;
    p->list[p->count++] = (struct posting){deps, number};
}

// The last posting of the list takes the place of the one that goes.
static void unpost(struct index *ix, uint32_t number, int digits)
{
    struct entry *e = &ix->entries[number];
    struct map *lists = lists_at(ix, e->cpv, digits);
    uint32_t key = cpv_prefix(e->cpv, digits), at = e->at[digits - 2];
    struct posted *p = map_get_number(lists, key);
    struct posting last = p->list[--p->count];
    p->list[at] = last;
    ix->entries[last.entry].at[digits - 2] = at;
    if (p->count)
        return;
    ix->bytes -= sizeof *p + p->room * sizeof *p->list;
    map_remove_number(lists, key);
    free(p->list);
    free(p);
}

void index_add(struct index *ix, struct cpv cpv, struct depset deps, uint32_t owner, uint32_t item)
{
    uint32_t number = new_entry(ix);
    ix->entries[number] = (struct entry){.cpv = cpv, .owner = owner, .item = item, .next = first_of(ix, owner)};
    map_set_number(ix->owners, owner, (void *)((uintptr_t)number + 1));
    for (int digits = 2; digits <= cpv.digits; digits++)
        post(ix, number, digits, deps);
    ix->live++;
}

void index_remove(struct index *ix, uint32_t owner)
{
    uint32_t number = first_of(ix, owner);
    map_remove_number(ix->owners, owner);
    while (number != NONE) {
        struct entry *e = &ix->entries[number];
        uint32_t next = e->next;
        for (int digits = 2; digits <= e->cpv.digits; digits++)
            unpost(ix, number, digits);
        e->next = ix->free;
        ix->free = number;
        ix->live--;
        number = next;
    }
}

void index_find(const struct index *ix, struct cpv cpv, struct depset deps,
                void (*found)(void *ctx, uint32_t owner, uint32_t item), void *ctx)
{
    // Entries that cover the code end at one of its prefixes; those that it covers go deeper than the code.
    for (int digits = 2; digits <= cpv.digits + 1; digits++) {
        bool below = digits > cpv.digits;
        uint32_t key = cpv_prefix(cpv, below ? cpv.digits : digits);
        const struct posted *p = map_get_number(below ? ix->deeper : ix->ends, key);
        for (uint32_t i = 0; p && i < p->count; i++) {
            const struct entry *e = &ix->entries[p->list[i].entry];
            if (place_meets(p->list[i].deps, deps))
                found(ctx, e->owner, e->item);
        }
    }
}

size_t index_entries(const struct index *ix)
{
    return ix->live;
}

size_t index_bytes(const struct index *ix)
{
    size_t owners = map_count(ix->owners) * 64; // a slot and its key, about
    return sizeof *ix + ix->room * sizeof *ix->entries + ix->bytes + owners;
}
