// SPDX-License-Identifier: EUPL-1.2
// Knows where small arrays lie in a large one.
#include "core/slots.h"

#include "base/log.h"
#include "base/pages.h"

#include <string.h>

#define FIRST 8      // position of the first array
#define EXACT 16     // up to here each size has its own class; beyond, eight to each doubling
#define LEAST 16384  // words at first
#define SLACK 64     // words behind the last array that may be read

// The size of the class, and its number.
static uint32_t size_of(uint32_t count, uint32_t *class)
{
    if (count <= EXACT) {
        *class = count - 1;
        return count;
    }
    uint32_t log = 31 - (uint32_t)__builtin_clz(count - 1), shift = log - 3;
    uint32_t eighths = ((count - 1) >> shift) + 1; // 9 .. 16
    *class = EXACT + (log - 4) * 8 + eighths - 9;
    return eighths << shift;
}

void slots_init(struct slots *s)
{
    *s = (struct slots){.used = FIRST, .room = LEAST};
    s->words = pages_grow(NULL, 0, LEAST * sizeof *s->words);
}

void slots_fini(struct slots *s)
{
    pages_free(s->words, s->room * sizeof *s->words);
}

uint32_t slots_size(uint32_t count)
{
    uint32_t class;
    return size_of(count, &class);
}

uint32_t slots_take(struct slots *s, uint32_t count)
{
    uint32_t class, size = size_of(count, &class), at = s->free[class];
    if (at) {
        s->free[class] = s->words[at];
        s->idle -= size;
        return at;
    }
    if ((uint64_t)s->used + size + SLACK > s->room) {
        uint64_t room = (uint64_t)s->room + (s->room / 4 > size + SLACK ? s->room / 4 : size + SLACK);
        room = (room + 1023) / 1024 * 1024;
        if (room > UINT32_MAX)
            log_die("memory", "more than %u words", UINT32_MAX);
        s->words = pages_grow(s->words, s->room * sizeof *s->words, room * sizeof *s->words);
        s->room = (uint32_t)room;
    }
    at = s->used;
    s->used += size;
    return at;
}

void slots_give(struct slots *s, uint32_t at, uint32_t count)
{
    uint32_t class, size = size_of(count, &class);
    s->words[at] = s->free[class];
    s->free[class] = at;
    s->idle += size;
}
