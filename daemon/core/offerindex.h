// SPDX-License-Identifier: EUPL-1.2
// Finds every offer that matches a lot, exactly, without looking at the others: what core/match and core/score say in words,
// fast. Each capability stands in a list for each part of France that it reaches, in the order of its CPV code, with
// what most conditions need beside it; what that cannot decide is asked of the offer's card (core/card). A property test
// holds all answers equal to core/match and core/score, on each of the ways of core/sieve.
#ifndef CORE_OFFERINDEX_H
#define CORE_OFFERINDEX_H

#include "core/card.h"
#include "core/match.h"
#include "core/score.h"
#include "core/sieve.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OFFERINDEX_MOST (1u << 24) // handles

struct offerindex;

// The gazetteer's régions and départements must all be known by then; it is borrowed for life. today: a day from which on, for
// eight months, offers that are full for a while cost no more than others.
struct offerindex *offerindex_new(const struct gazetteer *g, enum sieve_way way, int32_t today);
void offerindex_free(struct offerindex *ix);

// Puts a settled offer under the caller's handle (below OFFERINDEX_MOST, dense), in the place of what stood there. One that
// is not active is held, never found and not counted.
void offerindex_put(struct offerindex *ix, uint32_t handle, const struct offer *o);
void offerindex_drop(struct offerindex *ix, uint32_t handle); // nothing where there is none
// Between them puts into an empty index are only gathered; end lists all of them at once, in order. No question meanwhile.
void offerindex_begin(struct offerindex *ix);
void offerindex_end(struct offerindex *ix);

// What is held of an offer, borrowed until the next call; NULL where there is none.
const struct card *offerindex_card(struct offerindex *ix, uint32_t handle);
int64_t offerindex_since(const struct offerindex *ix, uint32_t handle); // of one that is there

// Questions. `lot` counts from 0; n was made by match_need, and n->now is used. A list is borrowed until the next
// question or change. Offers that the lot's need blocks, that block it, or that are its buyer's own do not match.

// Handles of all offers that match the lot, each once, in no order.
size_t offerindex_find(struct offerindex *ix, const struct match_need *n, size_t lot, const uint32_t **handles);

struct offerindex_pair {
    uint32_t handle;
    size_t lot, capability; // from 0; the capability that scores best for the lot, the first of equals
    struct score score;
    bool partial;           // match_cover says COVER_PARTIAL
};
// Calls fn with each pair of the lot, in no order; fn may not ask or change the index. Of more than `most` with those that may
// score best. Returns how many offers match.
size_t offerindex_each(struct offerindex *ix, const struct match_need *n, size_t lot, size_t most,
                       void (*fn)(void *ctx, const struct offerindex_pair *pair), void *ctx);
// What a pair scores; false when the offer does not match the lot.
bool offerindex_pair(struct offerindex *ix, const struct match_need *n, size_t lot, uint32_t handle,
                     struct offerindex_pair *out);
// The `most` (at most OFFERINDEX_BEST) best offers of the need with the lot each scores best for (the first of equals), by
// score, then `since`, then handle. Returns how many. *matched, when not NULL: how many offers match at all.
#define OFFERINDEX_BEST 100
size_t offerindex_best(struct offerindex *ix, const struct match_need *n, size_t most, struct offerindex_pair *out,
                       size_t *matched);

// How many offers a lot reaches, and what keeps the others away: of those whose trade (CPV) fits, in all of France.
struct offerindex_reach {
    size_t trade;                 // offers with a capability in the line of the lot's codes
    size_t matched;               // of these, all conditions hold for one capability
    size_t alone[CONDITION_COUNT]; // do not match, and one capability fails that condition alone ([CONDITION_CPV] stays 0)
    size_t several;               // the rest: every capability in the trade fails two conditions or more
    size_t near;                  // matched ones whose seat is within 10 km of a place of the lot (a commune whose centre is known)
};
void offerindex_reach(struct offerindex *ix, const struct match_need *n, size_t lot, struct offerindex_reach *out);
// How many different offers match a lot of the need or more.
size_t offerindex_count(struct offerindex *ix, const struct match_need *n);

size_t offerindex_offers(const struct offerindex *ix);
struct offerindex_bytes {
    size_t lists, directory, cards, wary, idle, handles, words, scratch; // idle: of lists and cards, free for new ones; words: texts of
                                                                    // labels and keywords; scratch: what questions use
};
struct offerindex_bytes offerindex_bytes(const struct offerindex *ix);

#endif
