// SPDX-License-Identifier: EUPL-1.2
// One delivery as the outbox hands it to who carries it. Texts are borrowed until the call returns.
#ifndef APP_PARCEL_H
#define APP_PARCEL_H

#include "core/delivery.h"

struct parcel {
    const char *id;       // the same at each try
    const char *kind;     // of a notice, "digest", "test", or of protocol/mails.def
    const char *email, *language;
    const char *ticket, *ticket_kind; // of an account's mail with a link, else NULL
    const char *args;     // of an account's mail: JSON
    const char *content;  // the notice, or those of a digest: JSON; NULL when they are gone
    const char *channel;  // its id, NULL for an account's mail
    const char *url, *secret; // of a webhook; the secret in its box
    int64_t created;      // seconds since 1970
};

// Called once, never before the call that began it returned. said: a line of what the other side said; answer: the
// beginning of the answer's body, or NULL.
typedef void parcel_done(void *ctx, enum delivery_outcome outcome, const char *said, const char *answer);

#endif
