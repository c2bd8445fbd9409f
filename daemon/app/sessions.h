// SPDX-License-Identifier: EUPL-1.2
// Sessions of people, by cookie. One function a route of protocol/routes.def.
#ifndef APP_SESSIONS_H
#define APP_SESSIONS_H

#include "app/call.h"

void sessions_open(struct call *c);
void sessions_get(struct call *c);
void sessions_switch(struct call *c);
void sessions_close(struct call *c);
void sessions_list(struct call *c);
void sessions_close_all(struct call *c);
void sessions_end(struct call *c);

#endif
