// SPDX-License-Identifier: EUPL-1.2
// What is fetched at a secret address: Atom feeds of notices, calendars of deadlines.
#ifndef APP_FEEDS_H
#define APP_FEEDS_H

#include "app/call.h"

void feeds_atom(struct call *c);
void feeds_calendar(struct call *c);

#endif
