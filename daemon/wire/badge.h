// SPDX-License-Identifier: EUPL-1.2
// A participant's page as plain HTML: programme, requests, availability, with a form for each button.
#ifndef WIRE_BADGE_H
#define WIRE_BADGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct badge_page {
    enum lang lang;
    const char *self;           // the page's path, where its forms lead
    const char *agenda, *sheet, *checkin; // URLs
    const char *people;         // JSON of whom it can ask to meet, as badge_people.sql gives it; NULL: not asked for
    const char *words;          // that they were looked for by; may be NULL
    int64_t now;                // seconds since 1970
    const char *kept;           // what its links keep of the query: "lang=en", or ""
};

// The page's name, in the arena; NULL when json is not what badge_read.sql gives.
const char *badge_title(const char *json, struct arena *arena);
// What stands below the title. Everything of others is escaped. False when json is not that.
// Each form sends "action" and what belongs to it:
//   come, decline: version, slots (how many there are), slot1.. (those at which it is there), most
//   withdraw, return     ask: with, message     accept, refuse, cancel: request     outcome: request, met, useful, follow_up
bool badge_write(struct text *out, const char *json, const struct badge_page *page, struct arena *arena);

#endif
