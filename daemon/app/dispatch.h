// SPDX-License-Identifier: EUPL-1.2
// What is told becomes what is delivered: notices meet the channels of those they are for, in the step that stores them or,
// where there are many, behind it. Several daemons on one database share it.
#ifndef APP_DISPATCH_H
#define APP_DISPATCH_H

#include "app/parts.h"

struct dispatch;

struct dispatch *dispatch_new(struct parts *s);
void dispatch_free(struct dispatch *d); // NULL is fine
// Notices may wait. Cheap; call it often.
void dispatch_wake(struct dispatch *d);

#endif
