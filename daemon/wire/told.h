// SPDX-License-Identifier: EUPL-1.2
// Notices as mails, one or a digest: subject, plain text, HTML, in the words of protocol/told.def.
#ifndef WIRE_TOLD_H
#define WIRE_TOLD_H

#include "base/arena.h"
#include "base/err.h"
#include "core/place.h"
#include "wire/letter.h"

#include <stdbool.h>

// Where a mail leads to: kind "answer" (id of a match: where one says whether one is interested) or "need" (id of a need:
// its page). The URL is borrowed until the next call; NULL when there is none. Only visible ASCII beginning with http://
// or https:// is taken, and only UUIDs are asked for.
struct told_links {
    const char *(*make)(void *ctx, const char *kind, const char *id);
    void *ctx;
};

// content: a notice as JSON, or an array of them (a digest of one channel); a notice may have "answer", the id of the match
// that one can answer. links may be NULL, unsubscribe too. What is in out is in the arena: a subject of one line and at
// most 150 characters, and text and HTML of the same words. Notices of an unknown kind or without a need's id are passed over.
// In a digest each need stands once, as it is last, with the differences since it was last told; at most 50 are written
// out and fewer when they are very long, the rest is counted. A digest of which one need is left is written like a single notice.
// False when content is no such JSON, or when nothing is left to tell: a need that came and went within the digest, or one
// that was amended forth and back, is not told. Then nothing is to be sent and out is not set.
bool told_write(const char *content, enum lang lang, const struct gazetteer *places, const struct told_links *links,
                const char *unsubscribe, struct arena *arena, struct letter *out);

#endif
