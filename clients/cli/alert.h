// SPDX-License-Identifier: EUPL-1.2
// Searches over needs that are kept.
#ifndef CLI_ALERT_H
#define CLI_ALERT_H

#include "call.h"

// The verbs of the same name.
enum result alert_list(struct call *c, const struct options *o);
enum result alert_show(struct call *c, const struct options *o);
enum result alert_add(struct call *c, const struct options *o);
enum result alert_set(struct call *c, const struct options *o);
enum result alert_drop(struct call *c, const struct options *o);
enum result alert_needs(struct call *c, const struct options *o);

#endif
