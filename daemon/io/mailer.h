// SPDX-License-Identifier: EUPL-1.2
// Hands mails to a relay (libcurl SMTP on the loop) or, without one, to a folder of files.
#ifndef IO_MAILER_H
#define IO_MAILER_H

#include "base/err.h"
#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mailer_options {
    const char *url;           // "smtp://host:587", "smtps://host", "" : the folder
    const char *user;          // "" : no sign-in
    const char *password_file; // one line
    const char *ca;            // certificate authorities of the relay (PEM); "" or NULL: the system's
    bool insecure;             // a relay without STARTTLS is fine
    int64_t timeout_ms;        // for a whole mail; 0: 30 s
    const char *folder;        // DATA/mail
};

struct mailer;

// Options are copied. Ten mails at most are under way at once, the rest is the caller's to hold back.
struct mailer *mailer_new(struct loop *l, const struct mailer_options *o);
void mailer_set(struct mailer *m, const struct mailer_options *o); // from the next mail on
void mailer_free(struct mailer *m); // nothing is called any more; not from a `done`; NULL is fine
bool mailer_free_slot(const struct mailer *m);
// from, to: bare addresses. message: a whole RFC 5322 message. All are copied. done is called once, never before this
// returned: ERR_OK when the relay accepted it (or the file is written: DATA/mail/<id>.eml, 0600, renamed when complete and
// synced); ERR_UNAVAILABLE when it may go later (no connection, no TLS, sign-in refused, 4xx, timeout, no free slot, password
// file not readable); ERR_INVALID when the relay refused this mail for good (5xx), or an address is none. said: what the
// relay said or what is wrong, printable ASCII without mail addresses, borrowed.
void mailer_send(struct mailer *m, const char *id, const char *from, const char *to, const char *message, size_t len,
                 void (*done)(void *ctx, enum err err, const char *said), void *ctx);

#endif
