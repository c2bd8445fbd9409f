// SPDX-License-Identifier: EUPL-1.2
// Knows when what is to be called.
#include "io/loop.h"

#include "base/arena.h"
#include "base/list.h"
#include "base/log.h"

#include <event2/event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

struct loop {
    struct event_base *base;
    struct list signals; // of struct watched
    bool stopped;
};

struct loop_timer {
    struct event *event;
    void (*on_time)(void *ctx);
    void *ctx;
};

struct watched {
    struct list link;
    struct event *event;
    void (*fn)(void *ctx, int signal);
    void *ctx;
};

struct loop *loop_new(void)
{
    struct loop *l = memory_new(sizeof *l);
    // A peer that is gone is told by the write that fails.
    signal(SIGPIPE, SIG_IGN);
    l->base = event_base_new();
    if (!l->base)
        log_die("loop", "no event loop");
    list_init(&l->signals);
    return l;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    while (!list_empty(&l->signals)) {
        struct watched *w = LIST_ITEM(l->signals.next, struct watched, link);
        list_remove(&w->link);
        event_free(w->event);
        free(w);
    }
    // What evdns has put off ends and frees itself there.
    event_base_loop(l->base, EVLOOP_NONBLOCK);
    event_base_free(l->base);
    free(l);
}

void loop_run(struct loop *l)
{
    while (!l->stopped)
        if (event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0)
            log_die("loop", "the event loop failed");
    l->stopped = false;
}

void loop_stop(struct loop *l)
{
    l->stopped = true;
    event_base_loopbreak(l->base);
}

struct event_base *loop_base(struct loop *l)
{
    return l->base;
}

static void on_timer(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct loop_timer *t = ctx;
    t->on_time(t->ctx);
}

struct loop_timer *loop_timer_new(struct loop *l, void (*on_time)(void *ctx), void *ctx)
{
    struct loop_timer *t = memory_new(sizeof *t);
    *t = (struct loop_timer){evtimer_new(l->base, on_timer, t), on_time, ctx};
    if (!t->event)
        log_die("loop", "no memory for a timer");
    return t;
}

void loop_timer_set(struct loop_timer *t, int64_t milliseconds)
{
    if (milliseconds < 0)
        milliseconds = 0;
    struct timeval after = {milliseconds / 1000, milliseconds % 1000 * 1000};
    event_add(t->event, &after);
}

void loop_timer_stop(struct loop_timer *t)
{
    event_del(t->event);
}

void loop_timer_free(struct loop_timer *t)
{
    if (!t)
        return;
    event_free(t->event);
    free(t);
}

static void on_watched(evutil_socket_t signal, short what, void *ctx)
{
    (void)what;
    struct watched *w = ctx;
    w->fn(w->ctx, (int)signal);
}

void loop_signal(struct loop *l, int signal, void (*fn)(void *ctx, int signal), void *ctx)
{
    struct watched *w = memory_new(sizeof *w);
    *w = (struct watched){.fn = fn, .ctx = ctx};
    w->event = evsignal_new(l->base, signal, on_watched, w);
    if (!w->event || event_add(w->event, NULL) < 0)
        log_die("loop", "cannot watch signal %d", signal);
    list_add(&l->signals, &w->link);
}
