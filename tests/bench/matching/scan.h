// SPDX-License-Identifier: EUPL-1.2
// Finds the offers of a lot by looking at every capability: two arrays of packed numbers, a cache line each, of which
// the second is read only where the first does not decide.
#ifndef BENCH_SCAN_H
#define BENCH_SCAN_H

#include "numbers.h"

struct scan;

struct scan *scan_new(void);
void scan_free(struct scan *s);
// Handles in any order, one offer at a time. Settled.
void scan_add(struct scan *s, uint32_t handle, const struct offer *o);
size_t scan_bytes(const struct scan *s);
size_t scan_read(const struct scan *s); // bytes that every question reads at least

#define SCAN_LOTS 16
struct scan_found {
    size_t count, room;
    uint32_t *handles; // each once, in the order in which they were added
    size_t candidates; // capabilities in the line of the lot's codes that touch its places
};
// All lots of a need in one pass; what is found replaces what is there. free() the handles at last.
void scan_find(const struct scan *s, const struct numbers_lot *lots, size_t count, struct scan_found *found);

#endif
