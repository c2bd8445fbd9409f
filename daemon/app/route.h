// SPDX-License-Identifier: EUPL-1.2
// A path becomes an entry of protocol/routes.def; the rights say yes; the use case takes the call.
#ifndef APP_ROUTE_H
#define APP_ROUTE_H

#include "app/call.h"

// A request with its body, from io/server. Answered exactly once, by the use case or here.
void route_take(struct parts *s, struct request *r);
// Whether a request with that head is to be given out before its body (io/server, opens).
bool route_opens(const struct http_head *head);
// The body of a refusal that has no request: a problem in the language.
void route_refuse(enum err err, const char *arg, enum lang lang, struct text *body);

#endif
