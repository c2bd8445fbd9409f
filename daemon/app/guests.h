// SPDX-License-Identifier: EUPL-1.2
// People brought into a convention by the table, or from what a need has found.
#ifndef APP_GUESTS_H
#define APP_GUESTS_H

#include "app/call.h"

void guests_import(struct call *c);
void guests_invite(struct call *c);

#endif
