// SPDX-License-Identifier: EUPL-1.2
// Saved alerts: searches over needs that an organisation, or an address without an account, is told of.
#ifndef APP_ALERTS_H
#define APP_ALERTS_H

#include "app/call.h"

void alerts_list(struct call *c);
void alerts_post(struct call *c);
void alerts_get(struct call *c);
void alerts_put(struct call *c);
void alerts_drop(struct call *c);
void alerts_needs(struct call *c);
// Without an account: a mailed link confirms it.
void alerts_ask(struct call *c);
// The link was used; page: answered to a browser.
void alerts_confirm(struct call *c, const char *ticket, bool page);

#endif
