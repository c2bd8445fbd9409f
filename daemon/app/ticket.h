// SPDX-License-Identifier: EUPL-1.2
// What a mailed link carries: its kind and its id, proven by our key.
#ifndef APP_TICKET_H
#define APP_TICKET_H

#include "app/call.h"

// "signup", "signin", "reset", "invite", "email" or "alert", and the id; NULL when we did not make it.
const char *ticket_read(const struct call *c, const char *ticket, char id[static 37]);

#endif
