// SPDX-License-Identifier: EUPL-1.2
// JSON read strictly: one object, UTF-8, no duplicate keys, no NUL, no trailing bytes, at most STRICT_DEPTH levels.
#ifndef WIRE_STRICT_H
#define WIRE_STRICT_H

#include "base/arena.h"
#include "base/err.h"

#include <jansson.h>
#include <stddef.h>

#define STRICT_DEPTH 32

// The object, to be given back with json_decref; NULL when refused, and *why says where and why ("line 3, column 12:
// '}' expected near end of file"), in the arena.
json_t *strict_load(const char *json, size_t len, struct arena *arena, const char **why);
// The token of a JSON pointer (RFC 6901: ~ becomes ~0, / becomes ~1), in the arena.
const char *strict_escape(const char *key, struct arena *arena);

#endif
