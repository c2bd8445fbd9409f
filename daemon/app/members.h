// SPDX-License-Identifier: EUPL-1.2
// The people of an organisation. One function a route of protocol/routes.def.
#ifndef APP_MEMBERS_H
#define APP_MEMBERS_H

#include "app/call.h"

void members_list(struct call *c);
void members_put(struct call *c);
void members_drop(struct call *c);
void members_leave(struct call *c);

#endif
