// SPDX-License-Identifier: EUPL-1.2
// What a buyer sees before posting: how many suppliers a draft would reach, and what one change of it would do.
#ifndef APP_PREVIEW_H
#define APP_PREVIEW_H

#include "app/call.h"

// The route. Answers at once, from memory; stores nothing.
void preview_post(struct call *c);

#endif
