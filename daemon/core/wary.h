// SPDX-License-Identifier: EUPL-1.2
// Which words and buyers an offer excludes, of those offers that exclude any: few enough to stay near the processor, where
// reading a card would be a wait for memory.
#ifndef CORE_WARY_H
#define CORE_WARY_H

#include "core/card.h"

struct wary {
    struct slots slots; // counts of words and of buyers, then their numbers (buyers: two each)
    struct wary_entry { // open addressing
        uint32_t handle; // + 1, 0: none
        uint32_t at;
    } *list;
    uint32_t room;
    size_t count;
};

struct wary_of { // borrowed until the next change
    struct card_numbers common, others; // phrases that every capability excludes; that some do
    const uint32_t *blocked;
    uint32_t blocked_count;
};

void wary_init(struct wary *w);
void wary_fini(struct wary *w);
// Nothing when the card excludes nobody; the handle has no entry yet.
void wary_put(struct wary *w, uint32_t handle, const struct card *card);
void wary_drop(struct wary *w, uint32_t handle); // nothing when it has none
struct wary_of wary_find(const struct wary *w, uint32_t handle);
size_t wary_bytes(const struct wary *w);

#endif
