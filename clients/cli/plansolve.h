// SPDX-License-Identifier: EUPL-1.2
// entregent plan solve
#ifndef CLI_PLANSOLVE_H
#define CLI_PLANSOLVE_H

#include "call.h"

// Needs no server: c is NULL.
enum result plansolve_run(struct call *c, const struct options *o);

#endif
