// SPDX-License-Identifier: EUPL-1.2
// Knows which conventions wait for a repair.
#include "app/repairs.h"

#include "app/config.h"
#include "app/live.h"
#include "app/runner.h"
#include "app/sql.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/pg.h"
#include "wire/seal.h"

#include <stdio.h>
#include <stdlib.h>

#define AT_ONCE 4 // children of repairs; the others wait for an end
#define SPREAD 2  // plays no part: a timetable that is mended need not be complete
#define ORDER "change,fairness,gaps"

struct repairs {
    struct parts *parts;
    bool looking, woken;
    struct list works; // begun here, and not yet ended
    int under_way;
};

// One that is begun.
struct work {
    struct list node;
    struct repairs *repairs;
    char plan[37];
};

static void look(struct repairs *r);

static void drop(struct work *w)
{
    w->repairs->under_way--;
    list_remove(&w->node);
    free(w);
}

static void on_end(void *ctx, const char *plan, bool told)
{
    struct repairs *r = ((struct work *)ctx)->repairs;
    (void)plan, (void)told; // the runner tells
    drop(ctx);
    repairs_wake(r); // it was asked for again meanwhile, or others wait
}

static void on_failed(void *ctx, const struct pg_result *r)
{
    struct work *w = ctx;
    struct parts *s = w->repairs->parts;
    if (r->err == ERR_OK && s->ready)
        live_told(s);
    else if (r->err != ERR_OK)
        log_warn("repairs", "%s %s", err_word(r->err), r->message);
    drop(w);
}

// No child can be started: what cannot be is left out, all the same. While the daemon stops it stays due, for the next one.
static void fail(struct work *w)
{
    struct parts *s = w->repairs->parts;
    static const char said[] = "{\"fr\":\"Le calcul n'a pas pu commencer.\",\"en\":\"The run could not begin.\"}";
    const char *const values[] = {w->plan, s->ready ? "failed" : "stopped", said, NULL, NULL, "[]"};
    pg_write_apart(s->pg, SQL_plan_end, values, on_failed, w);
}

// Columns status, answer, agenda. 409: another process mends it, or it is due no longer.
static void on_begun(void *ctx, const struct pg_result *r)
{
    struct work *w = ctx;
    struct parts *s = w->repairs->parts;
    struct runner_options o = {.seconds = (int)s->config->repair_seconds, .spread = SPREAD, .seed = 1, .order = ORDER, .repair = true,
                               .on_end = on_end, .ctx = w};
    if (r->err != ERR_OK || !text_equal(pg_value(r, 0, 0), "201")) {
        if (r->err != ERR_OK)
            log_warn("repairs", "%s %s", err_word(r->err), r->message);
        drop(w); // wakes nobody: the tick looks again
        return;
    }
    if (s->ready)
        live_told(s);
    if (!runner_start(s->runner, w->plan, pg_value(r, 0, 2), &o))
        fail(w);
}

static void begin(struct repairs *r, const char *convention)
{
    struct work *w = memory_new(sizeof *w);
    char options[64];
    w->repairs = r;
    seal_uuid(clock_wall(), w->plan);
    snprintf(options, sizeof options, "{\"seconds\":%lld,\"seed\":1}", (long long)r->parts->config->repair_seconds);
    r->under_way++;
    list_add(&r->works, &w->node);
    pg_write_apart(r->parts->pg, SQL_plan_begin, (const char *const[]){NULL, convention, w->plan, options}, on_begun, w);
}

static void on_due(void *ctx, const struct pg_result *due)
{
    struct repairs *r = ctx;
    r->looking = false;
    if (due->err != ERR_OK) {
        log_warn("repairs", "%s %s", err_word(due->err), due->message);
        return; // the next tick wakes again
    }
    for (int i = 0; i < due->rows && r->under_way < AT_ONCE; i++)
        begin(r, pg_value(due, i, 0));
    if (r->woken)
        look(r);
}

static void look(struct repairs *r)
{
    char room[16];
    r->woken = false;
    if (r->under_way >= AT_ONCE || !r->parts->ready || !r->parts->pg)
        return; // an end wakes
    snprintf(room, sizeof room, "%d", AT_ONCE - r->under_way);
    r->looking = true;
    pg_read(r->parts->pg, NULL, SQL_repairs_due, (const char *const[]){room}, on_due, r);
}

void repairs_wake(struct repairs *r)
{
    if (r->looking)
        r->woken = true;
    else
        look(r);
}

static void on_told(void *ctx)
{
    repairs_wake(ctx);
}

struct repairs *repairs_new(struct parts *s)
{
    struct repairs *r = memory_new(sizeof *r);
    r->parts = s;
    list_init(&r->works);
    live_on_told(s->live, on_told, r);
    return r;
}

void repairs_free(struct repairs *r)
{
    if (r)
        live_on_told(r->parts->live, NULL, NULL);
    while (r && !list_empty(&r->works))
        drop(LIST_ITEM(r->works.next, struct work, node));
    free(r);
}
