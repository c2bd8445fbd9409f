// SPDX-License-Identifier: EUPL-1.2
// Parcels as mails: of accounts (wire/letter), notices and digests (wire/told), handed to io/mailer.
#ifndef APP_MAILOUT_H
#define APP_MAILOUT_H

#include "app/parcel.h"
#include "app/parts.h"

struct mailout;

struct mailout *mailout_new(struct parts *s);
void mailout_free(struct mailout *m); // nothing is called any more; NULL is fine
void mailout_reload(struct mailout *m);
// NULL when it is under way and done will be called; else what became of it at once: "" when there is nothing (left) to
// tell, or why the mail cannot be written.
const char *mailout_send(struct mailout *m, const struct parcel *p, parcel_done *done, void *ctx);

#endif
