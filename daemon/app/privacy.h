// SPDX-License-Identifier: EUPL-1.2
// What a person or an organisation may take away, and how it is erased. One function a route of protocol/routes.def.
#ifndef APP_PRIVACY_H
#define APP_PRIVACY_H

#include "app/call.h"

void privacy_export_person(struct call *c);
void privacy_erase_person(struct call *c);
void privacy_export(struct call *c);
void privacy_erase(struct call *c);

#endif
