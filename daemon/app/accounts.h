// SPDX-License-Identifier: EUPL-1.2
// Signing up, mailed links, and what a person says of itself. One function a route of protocol/routes.def.
#ifndef APP_ACCOUNTS_H
#define APP_ACCOUNTS_H

#include "app/call.h"

void accounts_look(struct call *c);
void accounts_signup(struct call *c);
void accounts_ask(struct call *c);
void accounts_use(struct call *c);
void accounts_put(struct call *c);
void accounts_password(struct call *c);
void accounts_use_page(struct call *c);

#endif
