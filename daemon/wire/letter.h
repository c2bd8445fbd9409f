// SPDX-License-Identifier: EUPL-1.2
// The mails of protocol/mails.def filled in: subject, plain text, HTML.
#ifndef WIRE_LETTER_H
#define WIRE_LETTER_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct letter {
    const char *subject, *text, *html; // text: lines ended by LF
};

// args: a JSON object of texts ("name", "organisation", ...); link: what {link} stands for, NULL when none. All in the arena.
// A claim is said by its text (protocol/records.def). False when there is no such kind or args is no object.
bool letter_fill(const char *kind, enum lang lang, const char *args, const char *link, struct arena *arena, struct letter *out);

#endif
