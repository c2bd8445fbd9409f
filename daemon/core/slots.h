// SPDX-License-Identifier: EUPL-1.2
// Many small arrays of 32-bit words in one large one, each known by its position: a pointer and malloc's own bytes would cost
// more than most of them hold.
#ifndef CORE_SLOTS_H
#define CORE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#define SLOTS_CLASSES 128

struct slots {
    uint32_t *words;               // moves when an array is taken
    uint32_t used, room;           // of words; the first 8 are never given, so that 0 is no position
    uint32_t free[SLOTS_CLASSES];  // first free array of each size, 0 = none; its first word leads to the next
    size_t idle;                   // words of free arrays
};

void slots_init(struct slots *s);
void slots_fini(struct slots *s);
// Words that an array of `count` (at least 1) really has: at most a fifth more.
uint32_t slots_size(uint32_t count);
// Position of an array; its words hold anything.
uint32_t slots_take(struct slots *s, uint32_t count);
// count: as taken, or any of the same slots_size.
void slots_give(struct slots *s, uint32_t at, uint32_t count);

#endif
