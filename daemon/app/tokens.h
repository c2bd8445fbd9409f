// SPDX-License-Identifier: EUPL-1.2
// Access tokens for programs: personal ones and the organisation's. One function a route of protocol/routes.def.
#ifndef APP_TOKENS_H
#define APP_TOKENS_H

#include "app/call.h"

void tokens_list(struct call *c);
void tokens_post(struct call *c);
void tokens_drop(struct call *c);

#endif
