// SPDX-License-Identifier: EUPL-1.2
// What is to be delivered leaves the database for the outside: claimed under a lease, tried again by the schedule of
// core/retry, settled when the other side has it. Mails and webhooks
// each have their own way, and no endpoint holds up another.
#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H

#include "app/call.h"

struct outbox;

struct outbox *outbox_new(struct parts *s);
void outbox_free(struct outbox *o); // NULL is fine
// Something may be due: a statement has stored a delivery.
void outbox_wake(struct outbox *o);
// The settings of the relay or of webhooks may have changed.
void outbox_reload(struct outbox *o);

// Mails that are files (no relay) and were to somebody who is erased: ids with commas between.
void outbox_drop(struct outbox *o, const char *ids);

enum outbox_way { OUTBOX_MAIL, OUTBOX_HOOK, OUTBOX_WAYS };

struct outbox_counts {
    uint64_t tries, sent, retried, failed; // by this process
};
struct outbox_counts outbox_counts(const struct outbox *o, enum outbox_way way);

#endif
