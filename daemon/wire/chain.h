// SPDX-License-Identifier: EUPL-1.2
// The audit log as a chain: each entry's hash covers the one before, so a change, a gap or another order shows. Whoever can
// write the table can also write the whole chain anew or cut off its end: that shows against an anchor kept elsewhere.
#ifndef WIRE_CHAIN_H
#define WIRE_CHAIN_H

#include "wire/seal.h"

#include <stdbool.h>
#include <stdint.h>

struct chain_link { // an entry's number and hash; {0, ""} before the first
    int64_t seq;
    char hash[SEAL_HASH];
};

// Moves head on to the next entry. NULL when it fits, else what is wrong, as a static word: "gap" (its number does not
// follow), "hash" (the entry or one before was changed), "seq" or "organisation" (the column is not what the entry says;
// NULL for none). head stays where it was then.
const char *chain_next(struct chain_link *head, int64_t seq, const char *organisation, const char *entry, const char *hash);

// Many entries, one after the other.
struct chain_walk {
    struct chain_link head; // the last one that is right
    int64_t broken;         // the first one that is wrong,
    const char *wrong;      // and how; NULL when none is
};
// Goes on to the next; false when it is wrong.
bool chain_step(struct chain_walk *w, int64_t seq, const char *organisation, const char *entry, const char *hash);

// "12:0f3a..." (a number from 1 and 64 hexadecimal digits).
bool chain_anchor(const char *text, struct chain_link *out);
bool chain_same(const struct chain_link *a, const struct chain_link *b);

#endif
