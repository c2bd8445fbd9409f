// SPDX-License-Identifier: EUPL-1.2
// The ways by which one is told.
#ifndef CLI_CHANNEL_H
#define CLI_CHANNEL_H

#include "call.h"

// The verbs of the same name.
enum result channel_list(struct call *c, const struct options *o);
enum result channel_show(struct call *c, const struct options *o);
enum result channel_add(struct call *c, const struct options *o);
enum result channel_set(struct call *c, const struct options *o); // what is not given keeps its value
enum result channel_drop(struct call *c, const struct options *o);
enum result channel_test(struct call *c, const struct options *o); // RESULT_NO: not delivered
enum result channel_deliveries(struct call *c, const struct options *o);
enum result channel_replay(struct call *c, const struct options *o);

#endif
