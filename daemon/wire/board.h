// SPDX-License-Identifier: EUPL-1.2
// What everybody may read, as plain HTML: open needs, one need whole, the programme of a convention.
#ifndef WIRE_BOARD_H
#define WIRE_BOARD_H

#include "base/arena.h"
#include "base/text.h"
#include "core/place.h"

#include <stdbool.h>
#include <stdint.h>

struct board {
    enum lang lang;
    struct arena *arena;
    const char *kept;  // what links keep of the query: "lang=en", or ""
    const struct gazetteer *places;
    const char *(*label)(void *ctx, uint32_t cpv, enum lang lang); // NULL when it is not known
    void *ctx;
    int64_t now; // in ms: how far a deadline is
};

// Cards of a list of needs, level: of their headings. Returns how many, -1 when json is no such list.
int board_needs(struct text *out, const char *json, const struct board *b, int level);

// The title and a summary of a need or a convention, in the arena; false when json is none.
bool board_about(const char *json, const struct board *b, const char **title, const char **summary);
// What stands below the title. Everything that people wrote is escaped. False when json is none.
bool board_need(struct text *out, const char *json, const struct board *b);
bool board_convention(struct text *out, const char *json, const struct board *b);

#endif
