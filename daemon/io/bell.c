// SPDX-License-Identifier: EUPL-1.2
// Knows how the nodes that share a database wake each other.
#include "io/bell.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "io/backend.h"

#include <stdlib.h>

#define REST_US 10000
#define FIRST_MS 2 // what this process has to do itself goes first

struct bell {
    struct backend *backend;
    struct loop_timer *timer;
    char *channel;
    struct bell_events on;
    void *ctx;
    bool wanted;
    int64_t rang; // clock_mono
};

static const struct pg_statement ring = {"ring", "SELECT pg_notify($1, '')", 1, true};

static void on_time(void *ctx)
{
    struct bell *b = ctx;
    if (!b->wanted || !backend_up(b->backend))
        return;
    const char *const values[] = {b->channel};
    b->wanted = false;
    b->rang = clock_mono();
    backend_send(b->backend, 0, values);
    backend_sync(b->backend);
}

static void on_up(void *ctx)
{
    struct bell *b = ctx;
    on_time(b);
    b->on.on_change(b->ctx, true);
    b->on.on_ring(b->ctx);
}

static void on_answer(void *ctx, struct answer *a)
{
    (void)ctx;
    backend_release(a);
}

static void on_sync(void *ctx)
{
    (void)ctx;
}

static void on_down(void *ctx)
{
    struct bell *b = ctx;
    // The last ring may have been lost with the connection; one too many does no harm.
    b->wanted = true;
    b->on.on_change(b->ctx, false);
}

static void on_notice(void *ctx)
{
    struct bell *b = ctx;
    b->on.on_ring(b->ctx);
}

static void on_word(void *ctx, const char *word)
{
    struct bell *b = ctx;
    b->on.on_word(b->ctx, word);
}

// An identifier cannot be a parameter of LISTEN.
static void put_identifier(struct text *t, const char *name)
{
    text_byte(t, '"');
    for (const char *s = name; *s; s++)
        text_format(t, *s == '"' ? "%c%c" : "%c", *s, *s);
    text_byte(t, '"');
}

struct bell *bell_new(struct loop *l, const char *conninfo, const char *channel, const struct bell_events *events,
                      void *ctx)
{
    static const struct backend_events own = {
        .on_up = on_up, .on_answer = on_answer, .on_sync = on_sync, .on_down = on_down, .on_notice = on_notice, .on_word = on_word};
    struct bell *b = memory_new(sizeof *b);
    struct text listen;
    text_init(&listen, 256);
    text_put(&listen, "LISTEN ");
    put_identifier(&listen, channel);
    *b = (struct bell){.channel = memory_string(channel), .on = *events, .ctx = ctx};
    b->timer = loop_timer_new(l, on_time, b);
    const struct backend_options o = {conninfo, text_string(&listen), &ring, 1};
    b->backend = backend_new(l, &o, &own, b);
    text_fini(&listen);
    return b;
}

void bell_free(struct bell *b)
{
    if (!b)
        return;
    backend_free(b->backend);
    loop_timer_free(b->timer);
    free(b->channel);
    free(b);
}

bool bell_up(const struct bell *b)
{
    return backend_up(b->backend);
}

void bell_ring(struct bell *b)
{
    if (b->wanted)
        return;
    b->wanted = true;
    int64_t rested = clock_mono() - b->rang;
    loop_timer_set(b->timer, rested >= REST_US || rested < 0 ? FIRST_MS : (REST_US - rested) / 1000 + 1);
}
