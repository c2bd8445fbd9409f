// SPDX-License-Identifier: EUPL-1.2
// What a browser says of itself, as its owner would call it: "Firefox · Android". No more of it is kept.
#ifndef WIRE_DEVICE_H
#define WIRE_DEVICE_H

#include "base/arena.h"

// agent: the header User-Agent, NULL when there was none. "" when nothing of it is known.
const char *device_name(const char *agent, struct arena *arena);

#endif
