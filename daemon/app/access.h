// SPDX-License-Identifier: EUPL-1.2
// Who calls: bearer tokens and session cookies become callers. What was found is remembered for a few seconds.
#ifndef APP_ACCESS_H
#define APP_ACCESS_H

#include "app/call.h"

struct access;

struct access *access_new(struct parts *s);
void access_free(struct access *a);
// Finds the caller of c->request (Authorization: Bearer, else the cookie). Then calls next with ERR_OK and c->caller filled,
// or with ERR_NO_TOKEN, ERR_BAD_TOKEN, or what the database said. May call next at once.
void access_check(struct access *a, struct call *c, void (*next)(struct call *c, enum err err));
// Forgets what is remembered of everybody, and ends streams that lost their ground: a session, token, role or organisation
// has changed.
void access_forget(struct access *a);
// The cookie that opens a session, or ends it (secret NULL), as a header of the answer.
void access_cookie(struct call *c, const char *secret);

// Whether a cookie of ours came along, good or not: what a page for everybody goes by.
bool access_cookied(struct call *c);

// Comma-separated words of a database array as the bits of a word list ("structure"), unknown ones left out.
unsigned access_bits(const char *list, const char *words);

#endif
