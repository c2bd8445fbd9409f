// SPDX-License-Identifier: EUPL-1.2
// One lot as a question to cards: whether an offer matches it, and what it scores, as core/match and core/score say, with texts
// compared by their numbers.
#ifndef CORE_ASKING_H
#define CORE_ASKING_H

#include "core/card.h"
#include "core/match.h"
#include "core/score.h"
#include "core/wary.h"

#define ASKING_WORDS 4096

struct asking {
    const struct match_need *n; // borrowed
    const struct lot *l;
    enum condition relaxed; // one that is not asked; CONDITION_COUNT: all are
    bool impossible;        // a label is required that no card has
    size_t required_count, wanted_count, blocked_count;
    uint32_t *required, *wanted; // numbers of labels; of wanted ones those that cards know
    uint64_t *blocked;           // by the need, as card_number gives them
    uint64_t buyer;              // its SIREN, 0 when not known
    size_t room;                 // of each of the three arrays
    uint32_t *heard, heard_room; // by phrase: 2 x turn, + 1 when the texts of the lot contain it
    uint32_t turn;
    bool spelt;                  // `words` is of this lot
    uint64_t words[ASKING_WORDS / 64]; // bits by the hash of each word in the texts of the lot
    struct card card; // the last one read
};

void asking_init(struct asking *a);
void asking_fini(struct asking *a);
// Prepares it for a lot (from 0) of the need.
void asking_begin(struct asking *a, const struct cards *c, const struct match_need *n, size_t lot, enum condition relaxed);
// What an offer's exclusions say of the lot: nothing against it; no capability may meet it; some of them.
enum welcome { WELCOME, UNWELCOME, WELCOME_PART };
enum welcome asking_welcome(struct asking *a, const struct cards *c, struct wary_of wary);
// Whether a capability of the card meets all conditions that are asked.
bool asking_meets(struct asking *a, struct cards *c, uint32_t at);

struct asking_fit {
    size_t capability; // from 0: the best, the first of equals
    struct score score;
    bool partial;
};
// The same with what it scores. known: it is known that it meets them.
bool asking_score(struct asking *a, struct cards *c, uint32_t at, bool known, struct asking_fit *out);

#endif
