// SPDX-License-Identifier: EUPL-1.2
// The page of a badge's QR code, where an arrival is confirmed.
#ifndef APP_CHECKIN_H
#define APP_CHECKIN_H

#include "app/call.h"

void checkin_page(struct call *c);
void checkin_post(struct call *c);

#endif
