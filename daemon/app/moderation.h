// SPDX-License-Identifier: EUPL-1.2
// What moderators decide, and how things are reported to them. One function a route of protocol/routes.def.
#ifndef APP_MODERATION_H
#define APP_MODERATION_H

#include "app/call.h"

void moderation_report(struct call *c);
void moderation_list(struct call *c);
void moderation_need(struct call *c);
void moderation_claim(struct call *c);
void moderation_member(struct call *c);
void moderation_organisation(struct call *c);
void moderation_close(struct call *c);

#endif
