// SPDX-License-Identifier: EUPL-1.2
// A saved alert: a search over needs that somebody is told of. What is not given is not asked; what is given holds together
// for one and the same lot.
#ifndef CORE_ALERT_H
#define CORE_ALERT_H

#include "core/match.h"

struct alert {
    char id[37]; // "" before it is stored
    int version;
    const char *name;
    const char *email;      // NULL; of who has no account, before it is stored
    size_t cpv_count;
    struct cpv *cpv;        // one of them on one line with one of the lot's
    size_t place_count;
    struct place *places;   // one of them meets one of the lot's
    struct range value;     // meets the lot's; a lot that does not say passes
    unsigned reserved;      // the lot is reserved under one of these articles
    struct strings words;   // each stands in the need's title or description or the lot's title
    struct strings buyers;  // SIRET, or SIREN for all establishments
    // By alert_settle:
    struct depset reach;     // départements of all places, every one when no place is asked
    const char **word_stems; // words_stems of each
};

// Fills what is marked above; call once after reading, before matching. Everything new is in the arena.
void alert_settle(struct alert *a, struct words *w, struct arena *arena);
// Whether the lot is what the alert asks; whether the need is open is the caller's to know. n is made by match_need, l is a
// lot of that very need, a has been settled. Allocates nothing.
bool alert_lot(const struct match_need *n, const struct lot *l, const struct alert *a);
// Checks over fields: at least one thing is asked (blamed at /cpv), least <= most, each entry of words has a word to look for.
void alert_check(const struct alert *a, struct faults *faults);

#endif
