// SPDX-License-Identifier: EUPL-1.2
// The conditions under which a lot and a capability match, one function each in one table; and the same put into words.
#ifndef CORE_MATCH_H
#define CORE_MATCH_H

#include "core/offer.h"

enum condition {
    CONDITION_CPV,
    CONDITION_PLACE,
    CONDITION_SERVICE,
    CONDITION_VALUE,
    CONDITION_RESERVED,
    CONDITION_LABELS,
    CONDITION_EXCLUSIONS,
    CONDITION_AVAILABILITY,
    CONDITION_COUNT
};

enum cover { COVER_NONE, COVER_PARTIAL, COVER_FULL };

// What is made once of a lot for many offers.
struct match_lot {
    unsigned admitted;     // kinds of structure its reservation admits, 0 = open to all
    const char *stems;     // of the need's title and description and the lot's own title
    const char **labels;   // folded, as many as the lot has
    const char **criteria;
};

// One need with what all its lots share, made once for many offers.
struct match_need {
    const struct need *need;
    const struct match_lot *lots; // in the order of need->lots
    int64_t now;            // seconds since 1970
    const struct gazetteer *places;
};

// Stems and folded texts are in the arena. The functions below take a lot of this very need, and an offer that
// offer_settle has prepared; none of them allocates but match_explain.
struct match_need match_need(const struct need *n, const struct gazetteer *g, struct words *w, int64_t now,
                             struct arena *arena);
bool match_holds(enum condition c, const struct match_need *n, const struct lot *l, const struct offer *o,
                 const struct capability *cap);
// All conditions, stopping at the first that fails.
bool match_all(const struct match_need *n, const struct lot *l, const struct offer *o, const struct capability *cap);
// How far the capability's area covers the lot's places.
enum cover match_cover(const struct match_need *n, const struct lot *l, const struct offer *o,
                       const struct capability *cap);

// The day on which the need starts: today (UTC) when that is not known.
int32_t match_start(const struct match_need *n);

struct reason {
    enum condition condition;
    bool holds;
    const char *asked, *offered; // what the lot asks, what the capability offers; in the language; never NULL
    const char *sentence;        // one sentence a person can read
};

// Every condition of (lot, capability), never stopping at the first failure. Strings are in the arena.
void match_explain(const struct match_need *n, const struct lot *l, const struct offer *o, const struct capability *cap,
                   enum lang lang, struct arena *arena, struct reason out[static CONDITION_COUNT]);
// The word of a condition ("cpv", "place", "service", "value", "reserved", "labels", "exclusions", "availability").
const char *match_word(enum condition c);

#endif
