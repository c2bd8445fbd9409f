// SPDX-License-Identifier: EUPL-1.2
// Packed offers: what core/match and core/score read of a settled offer, as few bytes that are read in less than a microsecond.
// One form for each offer: what is read and packed again gives the same bytes.
#ifndef WIRE_PACK_H
#define WIRE_PACK_H

#include "base/text.h"
#include "core/offer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Appends the packed form of an offer that offer_settle has prepared, read with this gazetteer. Not in it: id, version, siret,
// name, structures, since, and what is only for people (description, titles, texts as they were written).
void pack_offer(const struct offer *settled, const struct gazetteer *g, struct text *out);
// The offer again, settled; what is not in the packed form is 0 or NULL. Lists of texts hold the folded ones (stems, of
// keywords); the text of a place is "". False for bytes that pack_offer never makes. All memory is in the arena.
bool pack_read(const void *bytes, size_t len, const struct gazetteer *g, struct arena *arena, struct offer *out);
// What a packed form depends on beside its offer: this format, the gazetteer, the folding of words. Below 2^63.
uint64_t pack_stamp(const struct gazetteer *g);

// As statements take it: appends base64.
void pack_base64(const struct text *packed, struct text *out);
// As PostgreSQL shows it ("\x01ff"), into bytes; out is emptied first. False when it is not that.
bool pack_unhex(const char *hex, size_t len, struct text *out);

#endif
