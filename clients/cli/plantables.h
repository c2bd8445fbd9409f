// SPDX-License-Identifier: EUPL-1.2
// entregent plan tables
#ifndef CLI_PLANTABLES_H
#define CLI_PLANTABLES_H

#include "call.h"

// Needs no server: c is NULL.
enum result plantables_run(struct call *c, const struct options *o);

#endif
