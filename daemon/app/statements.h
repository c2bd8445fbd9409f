// SPDX-License-Identifier: EUPL-1.2
// What the service declares of itself: the data it keeps and for how long, how accessible it is.
#ifndef APP_STATEMENTS_H
#define APP_STATEMENTS_H

#include "app/call.h"

void statements_privacy(struct call *c);
void statements_accessibility(struct call *c);

#endif
