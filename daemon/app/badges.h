// SPDX-License-Identifier: EUPL-1.2
// What a participant sees and does by the secret link of its badge, without an account. One function a route of
// protocol/routes.def.
#ifndef APP_BADGES_H
#define APP_BADGES_H

#include "app/call.h"

void badges_mine(struct call *c);
void badges_get(struct call *c);
void badges_put(struct call *c);
void badges_withdraw(struct call *c);
void badges_return(struct call *c);
void badges_people(struct call *c);
void badges_ask(struct call *c);
void badges_answer(struct call *c);

// The key that the badge's link of the path carries; false when it carries none (404 is answered).
bool badges_key(struct call *c, char key[static 37]);

#endif
