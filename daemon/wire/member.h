// SPDX-License-Identifier: EUPL-1.2
// JSON written piece by piece: the commas between members and items come by themselves.
#ifndef WIRE_MEMBER_H
#define WIRE_MEMBER_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

// Begins a member of the object being written; its value follows.
void member_key(struct text *out, const char *name);
// Begins an item of the array being written; its value follows.
void member_item(struct text *out);
// Whole members. A NULL text becomes null.
void member_text(struct text *out, const char *name, const char *value);
void member_number(struct text *out, const char *name, int64_t value);
void member_bool(struct text *out, const char *name, bool value);
// An item that is a string.
void member_string(struct text *out, const char *value);
// A member that opens an object or an array: '{' or '['; close it with text_byte.
void member_open(struct text *out, const char *name, char bracket);

#endif
