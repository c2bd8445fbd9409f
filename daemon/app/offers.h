// SPDX-License-Identifier: EUPL-1.2
// The use cases of an offer: write, read, its needs.
#ifndef APP_OFFERS_H
#define APP_OFFERS_H

#include "app/call.h"

void offers_put(struct call *c);
void offers_get(struct call *c);  // one's own
void offers_view(struct call *c); // anybody's
void offers_needs(struct call *c);

#endif
