// SPDX-License-Identifier: EUPL-1.2
// The page of a badge: plain HTML with a form for each button.
#ifndef APP_BADGEPAGE_H
#define APP_BADGEPAGE_H

#include "app/call.h"

void badgepage_get(struct call *c);
void badgepage_post(struct call *c);

#endif
