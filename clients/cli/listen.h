// SPDX-License-Identifier: EUPL-1.2
// The stream of notices.
#ifndef CLI_LISTEN_H
#define CLI_LISTEN_H

#include "call.h"

// Prints notices as they come, one a line, until --count or --seconds is reached or the server stays away for longer
// than --retry. Goes on after the last notice when the connection breaks.
enum result listen_events(struct call *c, const struct options *o);

#endif
