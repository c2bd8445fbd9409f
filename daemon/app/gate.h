// SPDX-License-Identifier: EUPL-1.2
// How often somebody may ask: by address, by account, and tighter where passwords and mails are at stake. Each returns true
// when it may go on; else 429 with Retry-After is answered.
#ifndef APP_GATE_H
#define APP_GATE_H

#include "app/call.h"

bool gate_address(struct call *c);  // every request
bool gate_guarded(struct call *c);  // ROUTE_GUARDED
bool gate_account(struct call *c);  // once the caller is known
// Sign-ins and mails for one address of an account, known or not.
bool gate_target(struct call *c, const char *email);
// The sign-in was right: it does not count.
void gate_forgive(struct call *c, const char *email);

#endif
