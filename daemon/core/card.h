// SPDX-License-Identifier: EUPL-1.2
// Offers as matching needs them, in a few words each: a card. Texts are numbers of a lexicon, places and départements of a
// capability sets of bits; nothing of it is for people. A card read gives a struct offer for which core/match and
// core/score say of cpv, place, service, value, reserved and availability what they say of the offer itself.
#ifndef CORE_CARD_H
#define CORE_CARD_H

#include "core/lexicon.h"
#include "core/offer.h"
#include "core/slots.h"

#define CARD_CAPABILITIES 255 // as many as an offer may have, at most

struct card_zones { // the sets of départements that stand in cards, each once
    struct depset *list;
    uint32_t count, room;
};

struct cards {
    struct slots slots;
    struct card_zones zones;
    struct lexicon *labels;  // labels and criteria, by words_key
    struct lexicon *phrases; // keywords and excluded words, by words_stems
    uint32_t *draft;         // the card in the making
    size_t draft_room;
    struct place *places;    // areas of the card read last
    size_t place_room;
};

struct card_numbers { // texts of a card; borrowed until the next change of the cards
    const uint32_t *list;
    uint32_t count;
};

struct card { // one that was read
    struct offer offer; // capabilities, areas, at, seat (its text "" when given), structures, active, full_until, since
    struct card_numbers labels, criteria;
    uint64_t siret;     // 0 when not known
    uint32_t blocked_count;
    const uint32_t *blocked;
    struct capability capabilities[CARD_CAPABILITIES];
    struct card_numbers keywords[CARD_CAPABILITIES], excluded[CARD_CAPABILITIES];
};

void card_init(struct cards *c);
void card_fini(struct cards *c);

// Position of the new card of a settled offer; card_drop gives it back, and the texts that no other card has. Values up to
// 10^12.
uint32_t card_put(struct cards *c, const struct offer *o);
void card_drop(struct cards *c, uint32_t at);
// Reads a card into the caller's; what it points at is borrowed until the next read or change.
void card_read(struct cards *c, uint32_t at, struct card *out);
// Single facts, without reading the rest.
int64_t card_since(const struct cards *c, uint32_t at);
uint64_t card_siret(const struct cards *c, uint32_t at);
struct card_numbers card_labels(const struct cards *c, uint32_t at);

// A SIRET or SIREN as a number: SIREN have the top bit. 0 for what is none.
uint64_t card_number(const char *siret);
#define CARD_SIREN ((uint64_t)1 << 63)
// Whether one of a card's blocked numbers names the SIRET, itself or by its SIREN.
bool card_blocks(const uint32_t *blocked, uint32_t count, uint64_t siret);
#define CARD_NIC 100000u // a SIRET is SIREN x this + its own number

#endif
