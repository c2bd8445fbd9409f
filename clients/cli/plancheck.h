// SPDX-License-Identifier: EUPL-1.2
// entregent plan check
#ifndef CLI_PLANCHECK_H
#define CLI_PLANCHECK_H

#include "call.h"

// Needs no server: c is NULL.
enum result plancheck_run(struct call *c, const struct options *o);

#endif
