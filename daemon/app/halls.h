// SPDX-License-Identifier: EUPL-1.2
// The hall board, at its secret address. One function a route of protocol/routes.def.
#ifndef APP_HALLS_H
#define APP_HALLS_H

#include "app/call.h"

void halls_get(struct call *c);
void halls_open(struct call *c);

#endif
