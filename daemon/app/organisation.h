// SPDX-License-Identifier: EUPL-1.2
// What an organisation says of itself. One function a route of protocol/routes.def.
#ifndef APP_ORGANISATION_H
#define APP_ORGANISATION_H

#include "app/call.h"

void organisation_get(struct call *c);
void organisation_put(struct call *c);
void organisation_audit(struct call *c);

#endif
