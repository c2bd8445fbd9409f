// SPDX-License-Identifier: EUPL-1.2
// What a supplier answers to a need it was told of: interested, declined, seen; over the API, or by the buttons of a mail.
// Nothing is answered by a GET: mail scanners follow links.
#ifndef APP_ANSWERS_H
#define APP_ANSWERS_H

#include "app/call.h"

void answers_interested(struct call *c);
void answers_declined(struct call *c);
void answers_seen(struct call *c);
void answers_withdraw(struct call *c); // as if it had not been answered
// The page behind the buttons, and what is sent from it.
void answers_page(struct call *c);
void answers_page_post(struct call *c);

#endif
