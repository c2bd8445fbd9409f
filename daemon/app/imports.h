// SPDX-License-Identifier: EUPL-1.2
// Lines of foreign formats become needs of their buyers and offers of their suppliers: POST /v1/imports/....
#ifndef APP_IMPORTS_H
#define APP_IMPORTS_H

#include "app/call.h"

void imports_decp(struct call *c);
void imports_siae(struct call *c);

#endif
