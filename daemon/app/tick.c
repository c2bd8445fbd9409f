// SPDX-License-Identifier: EUPL-1.2
// Knows when the clock is to be looked at, and who hears of what it brought.
#include "app/tick.h"

#include "app/config.h"
#include "app/dispatch.h"
#include "app/hub.h"
#include "app/live.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/repairs.h"
#include "app/sql.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/loop.h"
#include "io/pg.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS "200"       // at a time, for others wait
#define LEASE_SECONDS "60" // a run that has said nothing for so long has no process any more

struct tick {
    struct parts *parts;
    struct loop_timer *timer;
};

static void again(struct tick *t, const struct pg_result *r)
{
    bool more = r->err == ERR_OK && text_equal(pg_value(r, 0, 0), "t");
    if (r->err != ERR_OK)
        log_warn("tick", "%s %s", err_word(r->err), r->message);
    loop_timer_set(t->timer, more ? 0 : t->parts->config->tick_ms);
}

static void on_digests(void *ctx, const struct pg_result *r)
{
    struct tick *t = ctx;
    again(t, r);
    outbox_wake(t->parts->outbox);
}

// Runs that were left, reminders, ends: people are told, and a repair may be due.
static void on_conventions(void *ctx, const struct pg_result *r)
{
    struct tick *t = ctx;
    if (r->err != ERR_OK || text_equal(pg_value(r, 0, 0), "t") || !t->parts->ready)
        again(t, r);
    else
        pg_write_apart(t->parts->pg, SQL_digests, (const char *const[]){ROWS}, on_digests, t);
    if (r->err != ERR_OK || !t->parts->ready)
        return;
    live_told(t->parts);
    repairs_wake(t->parts->repairs);
}

static void look_at_conventions(struct tick *t)
{
    char days[24];
    snprintf(days, sizeof days, "%lld", (long long)t->parts->config->convention_days);
    pg_write_apart(t->parts->pg, SQL_conventions_tick, (const char *const[]){LEASE_SECONDS, days, ROWS}, on_conventions, t);
}

static void on_told(void *ctx, const struct pg_result *r)
{
    struct tick *t = ctx;
    if (r->err != ERR_OK || text_equal(pg_value(r, 0, 0), "t") || !t->parts->ready)
        again(t, r);
    else
        look_at_conventions(t);
    if (r->err != ERR_OK || !t->parts->ready)
        return;
    matcher_wake(t->parts->matcher); // journal rows and notices may have been stored
    hub_wake(t->parts->hub);
    dispatch_wake(t->parts->dispatch);
    pg_notify(t->parts->pg);
}

static void on_time(void *ctx)
{
    struct tick *t = ctx;
    char days[24];
    if (!t->parts->ready) {
        loop_timer_set(t->timer, t->parts->config->tick_ms);
        return;
    }
    snprintf(days, sizeof days, "%lld", (long long)t->parts->config->wave_days);
    pg_write_apart(t->parts->pg, SQL_time_tell, (const char *const[]){t->parts->config->closing_days, days, ROWS}, on_told, t);
}

struct tick *tick_new(struct parts *s)
{
    struct tick *t = memory_new(sizeof *t);
    t->parts = s;
    t->timer = loop_timer_new(s->loop, on_time, t);
    return t;
}

void tick_start(struct tick *t)
{
    loop_timer_set(t->timer, 0);
}

void tick_free(struct tick *t)
{
    if (!t)
        return;
    loop_timer_free(t->timer);
    free(t);
}
