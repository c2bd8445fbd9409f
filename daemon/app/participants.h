// SPDX-License-Identifier: EUPL-1.2
// The people of a convention, as its organiser enters and changes them. One function a route of protocol/routes.def.
#ifndef APP_PARTICIPANTS_H
#define APP_PARTICIPANTS_H

#include "app/call.h"

void participants_list(struct call *c);
void participants_post(struct call *c);
void participants_get(struct call *c);
void participants_put(struct call *c);
void participants_drop(struct call *c);
void participants_invite(struct call *c);
void participants_withdraw(struct call *c);
void participants_return(struct call *c);
void participants_missing(struct call *c);
void participants_arrived(struct call *c);
void participants_scan(struct call *c);

#endif
