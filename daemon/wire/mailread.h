// SPDX-License-Identifier: EUPL-1.2
// Mails read as people see them: the headers of interest and the text part (RFC 5322, RFC 2045, RFC 2047).
#ifndef WIRE_MAILREAD_H
#define WIRE_MAILREAD_H

#include "base/arena.h"

#include <stddef.h>

// UTF-8, never NULL, "" when absent. Headers are one line each; text is lines ended by LF. No control characters but
// those line ends and tabs, so that all may be shown on a terminal; what cannot be read is U+FFFD.
struct mailread {
    const char *date, *from, *to, *subject;
    const char *text; // the first part of type text/plain, decoded
};

// Reads any bytes; there is no wrong mail, only one with less in it. Charsets: UTF-8 (also for those unknown),
// ISO-8859-1. Everything is in the arena, at most three times the size of the mail each.
void mailread_parse(const char *bytes, size_t len, struct arena *arena, struct mailread *out);

#endif
