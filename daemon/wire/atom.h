// SPDX-License-Identifier: EUPL-1.2
// Notices as an Atom 1.0 feed (RFC 4287), in the words of the mails (wire/told).
#ifndef WIRE_ATOM_H
#define WIRE_ATOM_H

#include "base/err.h"
#include "base/text.h"
#include "core/place.h"
#include "wire/told.h"

struct atom {
    const char *id;       // "urn:uuid:...", the same for ever
    const char *title;
    const char *subtitle; // may be NULL
    const char *self;     // URL of the feed
    const char *home;     // URL of the service ("https://entregent.example.org/"); its host names the entries
    int64_t updated;      // seconds since 1970
    const struct told_links *links; // where entries lead to, kind "need" (and "answer", where a notice has it); may be NULL
};

// Appends the feed. notices: a JSON array of notices, newest first; one entry each. One that has no id, or that wire/told
// has nothing to tell of, is passed over. places may be NULL. ERR_BAD_JSON when it is no array; nothing is written then.
// The id of an entry is "tag:HOST,DAY:notice/ID" (RFC 4151), HOST that of home, DAY the notice's: no namespace of URNs is
// registered for us, and numbers of notices are unique to a service only. It stays when the feed's own secret URL changes, and
// is the same in every feed that has the notice; a service that moves to another host tells its notices anew.
// Characters that XML 1.0 forbids are dropped, bytes that are not UTF-8 become U+FFFD.
enum err atom_write(struct text *out, const struct atom *feed, const char *notices, enum lang lang,
                    const struct gazetteer *places) MUST_USE;

#endif
