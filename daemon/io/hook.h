// SPDX-License-Identifier: EUPL-1.2
// Sends webhooks to URLs that strangers have entered, without reaching into the networks here.
#ifndef IO_HOOK_H
#define IO_HOOK_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOOK_SAID 201 // bytes of `said` + NUL
#define HOOK_BODY 501 // bytes of `body` + NUL

struct hook_options {
    const char *nameservers; // of resolve_open; hook_new alone takes it
    const char *networks;    // of forwarded_nets: allowed though not public; over plain HTTP and at any port too
    const char *ca;          // certificate authorities (PEM), the only ones then; "": the system's. Kept for an hour.
    int64_t timeout_ms;      // for all of an attempt; 0: 20 s
};

enum hook_outcome {
    HOOK_DONE,  // 2xx
    HOOK_AGAIN, // anything else: it may be tried again
    HOOK_GONE   // 410: the receiver wants no more
};

struct hook_post {
    const char *url, *id, *signature; // header fields webhook-id, webhook-signature: printable ASCII
    int64_t timestamp;                // webhook-timestamp, in seconds
    const char *body;                 // JSON
    size_t len;
};

struct hook;

// Options are copied. networks that are none allow none.
struct hook *hook_new(struct loop *l, const struct hook_options *o);
void hook_set(struct hook *h, const struct hook_options *o); // from the next attempt on
void hook_free(struct hook *h); // nothing is called any more; not from a `done`; NULL is fine
// Whether one more may be under way; 256 may. The rest, and how many go to one receiver, is the caller's to hold back.
bool hook_free_slot(const struct hook *h);
// One attempt; everything given is copied. The host is resolved here, and the attempt is given up before any connection
// when one of its addresses is neither public nor of an allowed network; the connection goes to an address that was
// judged, to 443 or 8443 by TLS 1.2 or later with a certificate that holds, is used once, follows no redirect, sends no
// cookie or sign-in and knows no proxy. What counts is the status, as soon as the header is whole (at most 64 KiB): a
// 2xx is delivered even if its body never ends. At most 64 KiB of the body are read. done is called once, never before
// this returned. said: "HTTP 503", "forbidden address 10.0.0.1", "certificate has expired", "timeout" ...; body: how an
// answer that is not 2xx begins, else "". Both are printable ASCII (a mail address is ***), borrowed.
void hook_send(struct hook *h, const struct hook_post *post,
               void (*done)(void *ctx, enum hook_outcome outcome, const char *said, const char *body), void *ctx);

#endif
