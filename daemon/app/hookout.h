// SPDX-License-Identifier: EUPL-1.2
// Parcels as signed webhooks (Standard Webhooks), handed to io/hook.
#ifndef APP_HOOKOUT_H
#define APP_HOOKOUT_H

#include "app/parcel.h"
#include "app/parts.h"

struct hookout;

struct hookout *hookout_new(struct parts *s);
void hookout_free(struct hookout *h); // nothing is called any more; NULL is fine
void hookout_reload(struct hookout *h);
// As mailout_send. The body: {"type":"entregent.KIND","timestamp","data":the notice}; signed anew at each try.
const char *hookout_send(struct hookout *h, const struct parcel *p, parcel_done *done, void *ctx);

#endif
