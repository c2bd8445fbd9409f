// SPDX-License-Identifier: EUPL-1.2
// Knows whether the journal is held back, and how often that is said.
#include "app/stall.h"

#include "app/config.h"
#include "app/sql.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "io/loop.h"
#include "io/pg.h"

#include <stdlib.h>

#define LOOK_MS 2000
#define AGAIN_MS 60000 // until the same is said once more

struct stall {
    struct parts *parts;
    struct loop_timer *timer;
    int64_t seconds;
    int64_t said; // clock_mono in ms of the last alarm, 0: none
};

// Columns: rows that wait, age of the oldest, process, its name, its state.
static void on_looked(void *ctx, const struct pg_result *r)
{
    struct stall *s = ctx;
    int64_t now = clock_mono() / 1000;
    loop_timer_set(s->timer, LOOK_MS);
    if (r->err != ERR_OK)
        return;
    s->seconds = atoll(pg_value(r, 0, 1));
    if (s->seconds * 1000 < s->parts->config->stall_ms) {
        if (s->said)
            log_info("stall", "the journal is read again");
        s->said = 0;
    } else if (!s->said || now - s->said >= AGAIN_MS) {
        const char *pid = pg_value(r, 0, 2);
        s->said = now;
        log_error("stall", "%s rows of the journal wait behind an open transaction, since %lld s: process %s of PostgreSQL (%s, %s); "
                  "nobody is told of them before it ends", pg_value(r, 0, 0), (long long)s->seconds, pid ? pid : "?", pg_value(r, 0, 3),
                  pg_value(r, 0, 4));
    }
}

static void on_time(void *ctx)
{
    struct stall *s = ctx;
    if (s->parts->ready)
        pg_read(s->parts->pg, NULL, SQL_journal_stall, NULL, on_looked, s);
    else
        loop_timer_set(s->timer, LOOK_MS);
}

struct stall *stall_new(struct parts *parts)
{
    struct stall *s = memory_new(sizeof *s);
    s->parts = parts;
    s->timer = loop_timer_new(parts->loop, on_time, s);
    loop_timer_set(s->timer, LOOK_MS);
    return s;
}

void stall_free(struct stall *s)
{
    if (!s)
        return;
    loop_timer_free(s->timer);
    free(s);
}

int64_t stall_seconds(const struct stall *s)
{
    return s->seconds;
}
