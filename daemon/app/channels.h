// SPDX-License-Identifier: EUPL-1.2
// Ways to be told: mail, webhooks, feeds, calendars; their settings, their deliveries, and the one click that ends a mail.
#ifndef APP_CHANNELS_H
#define APP_CHANNELS_H

#include "app/call.h"

void channels_list(struct call *c);
void channels_post(struct call *c);
void channels_get(struct call *c);
void channels_put(struct call *c);
void channels_drop(struct call *c);
void channels_test(struct call *c);
void channels_deliveries(struct call *c);
void channels_replay(struct call *c);
// Pages: RFC 8058 posts to the address of the page itself, without a cookie.
void channels_stop_page(struct call *c);
void channels_stop_post(struct call *c);

#endif
