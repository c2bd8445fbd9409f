// SPDX-License-Identifier: EUPL-1.2
// The use cases of an offer: write, read, its needs; and what other use cases need of offers.
#ifndef APP_OFFERS_H
#define APP_OFFERS_H

#include "app/call.h"
#include "core/offer.h"

void offers_put(struct call *c);
void offers_get(struct call *c);  // one's own
void offers_view(struct call *c); // anybody's
void offers_propose(struct call *c); // of what the organisation probably sells
void offers_needs(struct call *c);

// What offer_read gave, complete and settled, in the arena of the request; false when there is no such offer.
bool offers_read(struct call *c, const struct pg_result *r, struct offer *out);
// Settles an offer and appends its packed form of world_stamp, as statements take it.
void offers_pack(struct call *c, struct offer *o, struct text *base64);

#endif
