// SPDX-License-Identifier: EUPL-1.2
// A person's session, for as long as one verb takes: none is kept, so nothing has to be kept safe.
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "call.h"

#include <jansson.h>

// By --email and a password, or by the link of --ticket. *session: the record "session" (json_decref it), NULL on
// failure; password gets the one that was read. Requests are the session's from here to session_close.
enum result session_open(struct call *c, const struct options *o, struct text *password, json_t **session);
void session_close(struct call *c, const struct options *o);
// Has a link mailed to --email.
enum result session_link(struct call *c, const struct options *o);
// Says on stderr that a mail is on its way, and how to go on.
void session_mailed(const struct call *c, const struct options *o);

#endif
