// SPDX-License-Identifier: EUPL-1.2
// Aligned UTF-8 text in 100 columns. What others wrote never reaches the terminal as control characters.
#ifndef CLI_LAYOUT_H
#define CLI_LAYOUT_H

#include <stdio.h>

#define LAYOUT_COLUMNS 100

// The string with control characters, bidirectional overrides and broken bytes replaced. NULL prints nothing.
void layout_clean(FILE *f, const char *s);
// A cell of a table: cut with an ellipsis or padded to the width, then one space. A negative width aligns right; 0
// takes what it needs. NULL prints as empty.
void layout_cell(const char *s, int width);
// The last cell of a row: cut, not padded; ends the line.
void layout_last(const char *s, int width);
void layout_number(long long n, int width);
// "Label     value", the value wrapped behind its label; nothing when the value is NULL or "".
void layout_field(int indent, const char *label, const char *value);
// An instant ("2026-05-18T10:00:00Z") in local time as "2026-05-18 12:00", a day as it is; "" for NULL. Static room.
const char *layout_time(const char *instant, char out[static 32]);

#endif
