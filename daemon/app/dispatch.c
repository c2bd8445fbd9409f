// SPDX-License-Identifier: EUPL-1.2
// Knows when notices that a step left become deliveries.
#include "app/dispatch.h"

#include "app/outbox.h"
#include "app/sql.h"
#include "base/log.h"
#include "base/memory.h"
#include "io/pg.h"

#include <stdlib.h>

#define NOTICES "2000" // at a time

struct dispatch {
    struct parts *parts;
    bool asking, woken; // notices are being taken; more may have come
};

// Columns: notices taken, deliveries that are due.
static void on_taken(void *ctx, const struct pg_result *r)
{
    struct dispatch *d = ctx;
    int taken = r->err == ERR_OK ? atoi(pg_value(r, 0, 0)) : 0;
    d->asking = false;
    if (r->err != ERR_OK)
        log_warn("dispatch", "%s %s", err_word(r->err), r->message);
    if (taken && atoi(pg_value(r, 0, 1)))
        outbox_wake(d->parts->outbox);
    if (taken || (d->woken && r->err == ERR_OK))
        dispatch_wake(d);
}

void dispatch_wake(struct dispatch *d)
{
    d->woken = d->asking || !d->parts->ready;
    if (d->woken)
        return;
    d->asking = true;
    pg_write_apart(d->parts->pg, SQL_dispatch, (const char *const[]){NOTICES}, on_taken, d);
}

struct dispatch *dispatch_new(struct parts *s)
{
    struct dispatch *d = memory_new(sizeof *d);
    d->parts = s;
    return d;
}

void dispatch_free(struct dispatch *d)
{
    free(d);
}
