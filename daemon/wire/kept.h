// SPDX-License-Identifier: EUPL-1.2
// What an erasure leaves, and why, in words.
#ifndef WIRE_KEPT_H
#define WIRE_KEPT_H

#include "base/arena.h"
#include "core/fault.h"

#include <stdint.h>

// The record "erased" with the reasons ("why" of "kept") in that language; need_days: so long ended needs are kept. In the arena; NULL when the JSON is none.
const char *kept_explain(const char *json, enum lang lang, int64_t need_days, struct arena *arena);

#endif
