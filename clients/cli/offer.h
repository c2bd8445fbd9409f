// SPDX-License-Identifier: EUPL-1.2
// What a supplier does with its offer.
#ifndef CLI_OFFER_H
#define CLI_OFFER_H

#include "call.h"

// The verbs of the same name; arguments are the words behind the verb's two.
enum result offer_set(struct call *c, const struct options *o);
enum result offer_show(struct call *c, const struct options *o);
enum result offer_needs(struct call *c, const struct options *o);

#endif
