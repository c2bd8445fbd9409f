// SPDX-License-Identifier: EUPL-1.2
// Addresses that lead back here from outside: mails, feeds, calendars.
#ifndef APP_LINK_H
#define APP_LINK_H

#include "app/call.h"

// "https://entregent.example.org", without a slash behind; in the arena.
const char *link_home(const struct parts *s, struct arena *arena);
// Its host name, behind the @ of what calendars know; in the arena.
const char *link_host(const struct parts *s, struct arena *arena);
// Who sends our mails, as a URI: "mailto:entregent@example.org", or home when that is no address.
const char *link_sender(const struct parts *s, struct arena *arena);
// home + path + a ticket of that kind (wire/seal) for the id: link_make(s, "/ticket?t=", "signup", id, arena).
const char *link_make(const struct parts *s, const char *path, const char *kind, const char *id, struct arena *arena);
// The same for an answer to c, which then is not compressed (call_text).
const char *link_show(struct call *c, const char *path, const char *kind, const char *id);
// The id of a ticket of that kind; false when we did not make it.
bool link_id(const struct parts *s, const char *kind, const char *ticket, char id[static 37]);

#endif
