// SPDX-License-Identifier: EUPL-1.2
// Invitations by mail into an organisation. One function a route of protocol/routes.def.
#ifndef APP_INVITATIONS_H
#define APP_INVITATIONS_H

#include "app/call.h"

void invitations_list(struct call *c);
void invitations_post(struct call *c);
void invitations_drop(struct call *c);

#endif
