// SPDX-License-Identifier: EUPL-1.2
// How a supplier answers a need.
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "call.h"

// The verbs of the same name.
enum result answer_interested(struct call *c, const struct options *o);
enum result answer_decline(struct call *c, const struct options *o);
enum result answer_seen(struct call *c, const struct options *o);

#endif
