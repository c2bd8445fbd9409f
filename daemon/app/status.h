// SPDX-License-Identifier: EUPL-1.2
// What the daemon says of itself: what is here, how it is, its figures, its API, who you are.
#ifndef APP_STATUS_H
#define APP_STATUS_H

#include "app/call.h"

void status_health(struct call *c);
void status_ready(struct call *c);
void status_metrics(struct call *c);
void status_openapi(struct call *c);

#endif
