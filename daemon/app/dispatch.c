// SPDX-License-Identifier: EUPL-1.2
// Knows when notices become deliveries, and when the clock is to be looked at.
#include "app/dispatch.h"

#include "app/config.h"
#include "app/hub.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/sql.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/loop.h"
#include "io/pg.h"

#include <stdio.h>
#include <stdlib.h>

#define NOTICES "2000" // at a time, for other writes wait
#define ROWS "200"     // of what the time brings

struct dispatch {
    struct parts *parts;
    struct loop_timer *tick;
    bool asking, woken; // notices are being taken; more may have come
};

static void ask(struct dispatch *d);

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
        ask(d);
}

static void ask(struct dispatch *d)
{
    d->woken = d->asking || !d->parts->ready;
    if (d->woken)
        return;
    d->asking = true;
    pg_write(d->parts->pg, NULL, SQL_dispatch, (const char *const[]){NOTICES}, on_taken, d);
}

void dispatch_wake(struct dispatch *d)
{
    ask(d);
}

static void again(struct dispatch *d, const struct pg_result *r)
{
    bool more = r->err == ERR_OK && text_equal(pg_value(r, 0, 0), "t");
    if (r->err != ERR_OK)
        log_warn("dispatch", "%s %s", err_word(r->err), r->message);
    loop_timer_set(d->tick, more ? 0 : d->parts->config->tick_ms);
}

static void on_digests(void *ctx, const struct pg_result *r)
{
    struct dispatch *d = ctx;
    again(d, r);
    outbox_wake(d->parts->outbox);
}

static void on_told(void *ctx, const struct pg_result *r)
{
    struct dispatch *d = ctx;
    if (r->err != ERR_OK || text_equal(pg_value(r, 0, 0), "t") || !d->parts->ready)
        again(d, r);
    else
        pg_write(d->parts->pg, NULL, SQL_digests, (const char *const[]){ROWS}, on_digests, d);
    if (r->err != ERR_OK || !d->parts->ready)
        return;
    matcher_wake(d->parts->matcher); // journal rows and notices may have been stored
    hub_wake(d->parts->hub);
    ask(d);
    pg_notify(d->parts->pg); // the same for other daemons: its own ring nobody hears
}

static void on_tick(void *ctx)
{
    struct dispatch *d = ctx;
    char days[24];
    if (!d->parts->ready) {
        loop_timer_set(d->tick, d->parts->config->tick_ms);
        return;
    }
    snprintf(days, sizeof days, "%lld", (long long)d->parts->config->wave_days);
    pg_write(d->parts->pg, NULL, SQL_time_tell, (const char *const[]){d->parts->config->closing_days, days, ROWS}, on_told, d);
}

struct dispatch *dispatch_new(struct parts *s)
{
    struct dispatch *d = memory_new(sizeof *d);
    d->parts = s;
    d->tick = loop_timer_new(s->loop, on_tick, d);
    return d;
}

void dispatch_start(struct dispatch *d)
{
    loop_timer_set(d->tick, 0);
    ask(d);
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    loop_timer_free(d->tick);
    free(d);
}
