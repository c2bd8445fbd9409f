// SPDX-License-Identifier: EUPL-1.2
// Knows whom an offer does not want to hear of.
#include "core/wary.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COMMON, OTHERS, BUYERS, NUMBERS }; // of an entry

void wary_init(struct wary *w)
{
    *w = (struct wary){.list = NULL};
    slots_init(&w->slots);
}

void wary_fini(struct wary *w)
{
    slots_fini(&w->slots);
    free(w->list);
}

// The place of the handle's entry, or the free one where it would be.
static uint32_t place_of(const struct wary *w, uint32_t handle)
{
    uint32_t i = handle * 0x9e3779b1u & (w->room - 1);
    while (w->list[i].handle && w->list[i].handle != handle + 1)
        i = (i + 1) & (w->room - 1);
    return i;
}

static void grow(struct wary *w)
{
    uint32_t had = w->room;
    struct wary_entry *old = w->list;
    if ((w->count + 1) * 3 <= (size_t)had * 2)
        return;
    w->room = had ? had * 2 : 64;
    w->list = memory_new(w->room * sizeof *w->list);
    for (uint32_t i = 0; i < had; i++)
        if (old[i].handle)
            w->list[place_of(w, old[i].handle - 1)] = old[i];
    free(old);
}

static bool among(uint32_t number, struct card_numbers list)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (list.list[i] == number)
            return true;
    return false;
}

// Whether every capability excludes the phrase.
static bool by_all(const struct card *card, uint32_t phrase)
{
    for (size_t i = 0; i < card->offer.capability_count; i++)
        if (!among(phrase, card->excluded[i]))
            return false;
    return true;
}

// Appends those phrases that all, or not all, exclude; returns how many. The first capability names all that are common.
static uint32_t put_phrases(uint32_t *to, const struct card *card, bool common)
{
    uint32_t count = 0;
    for (size_t i = 0; i < (common ? 1 : card->offer.capability_count); i++)
        for (uint32_t k = 0; k < card->excluded[i].count; k++)
            if (by_all(card, card->excluded[i].list[k]) == common)
                to[count++] = card->excluded[i].list[k];
    return count;
}

void wary_put(struct wary *w, uint32_t handle, const struct card *card)
{
    uint32_t words = 0, *to;
    for (size_t i = 0; i < card->offer.capability_count; i++)
        words += card->excluded[i].count;
    if (!words && !card->blocked_count)
        return;
    uint32_t *made = memory_grow(NULL, NUMBERS + words + 2 * card->blocked_count, sizeof *made);
    made[COMMON] = put_phrases(made + NUMBERS, card, true);
    made[OTHERS] = put_phrases(made + NUMBERS + made[COMMON], card, false);
    made[BUYERS] = card->blocked_count;
    to = made + NUMBERS + made[COMMON] + made[OTHERS];
    memcpy(to, card->blocked, 2 * card->blocked_count * sizeof *to);
    words = (uint32_t)(to - made) + 2 * card->blocked_count;
    grow(w);
    struct wary_entry *e = &w->list[place_of(w, handle)];
    *e = (struct wary_entry){handle + 1, slots_take(&w->slots, words)};
    memcpy(w->slots.words + e->at, made, words * sizeof *made);
    w->count++;
    free(made);
}

void wary_drop(struct wary *w, uint32_t handle)
{
    uint32_t i = w->room ? place_of(w, handle) : 0;
    if (!w->room || !w->list[i].handle)
        return;
    const uint32_t *words = w->slots.words + w->list[i].at;
    slots_give(&w->slots, w->list[i].at, NUMBERS + words[COMMON] + words[OTHERS] + 2 * words[BUYERS]);
    w->list[i].handle = 0;
    w->count--;
    // What follows is put again, so that no search ends too early.
    for (i = (i + 1) & (w->room - 1); w->list[i].handle; i = (i + 1) & (w->room - 1)) {
        struct wary_entry again = w->list[i];
        w->list[i].handle = 0;
        w->list[place_of(w, again.handle - 1)] = again;
    }
}

struct wary_of wary_find(const struct wary *w, uint32_t handle)
{
    uint32_t i = w->room ? place_of(w, handle) : 0;
    if (!w->room || !w->list[i].handle)
        return (struct wary_of){{NULL, 0}, {NULL, 0}, NULL, 0};
    const uint32_t *words = w->slots.words + w->list[i].at, *at = words + NUMBERS;
    return (struct wary_of){{at, words[COMMON]},
                            {at + words[COMMON], words[OTHERS]},
                            at + words[COMMON] + words[OTHERS],
                            words[BUYERS]};
}

size_t wary_bytes(const struct wary *w)
{
    return (w->slots.used - w->slots.idle) * sizeof *w->slots.words + w->room * sizeof *w->list;
}
