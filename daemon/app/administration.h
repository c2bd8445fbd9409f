// SPDX-License-Identifier: EUPL-1.2
// What whoever runs the service sees of it and may do from afar. One function a route of protocol/routes.def.
#ifndef APP_ADMINISTRATION_H
#define APP_ADMINISTRATION_H

#include "app/call.h"

void administration_organisations(struct call *c);
void administration_outbox(struct call *c);
void administration_retry(struct call *c);
void administration_drop(struct call *c);
void administration_audit(struct call *c);
void administration_check(struct call *c);
void administration_settings(struct call *c);

#endif
