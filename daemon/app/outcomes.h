// SPDX-License-Identifier: EUPL-1.2
// What came of the meetings, as both sides say it. One function a route of protocol/routes.def.
#ifndef APP_OUTCOMES_H
#define APP_OUTCOMES_H

#include "app/call.h"

void outcomes_list(struct call *c);
void outcomes_put(struct call *c);

#endif
