// SPDX-License-Identifier: EUPL-1.2
// Runs of the solver over a convention, and what can be said before one. One function a route of protocol/routes.def.
#ifndef APP_PLANS_H
#define APP_PLANS_H

#include "app/call.h"

void plans_agenda(struct call *c);
void plans_advice(struct call *c);
void plans_post(struct call *c);
void plans_list(struct call *c);
void plans_get(struct call *c);
void plans_stop(struct call *c);

#endif
