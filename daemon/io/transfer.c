// SPDX-License-Identifier: EUPL-1.2
// Knows how libcurl's sockets and timeouts ride on the loop.
#include "io/transfer.h"

#include "base/log.h"
#include "base/memory.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

struct transfer_pool {
    struct event_base *base;
    CURLM *multi;
    struct loop_timer *timer;
};

struct transfer {
    struct transfer_pool *pool;
    CURL *easy;
    void (*done)(void *ctx, const struct transfer_result *r);
    void *ctx;
    char why[CURL_ERROR_SIZE];
};

static void tell(struct transfer_pool *p)
{
    int left;
    for (const CURLMsg *m; (m = curl_multi_info_read(p->multi, &left));) {
        char *private = NULL;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
        struct transfer *t = (void *)private;
        struct transfer_result r = {.code = m->data.result, .why = t->why};
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r.status);
        if (r.code == CURLE_OK)
            *t->why = 0;
        else if (!*t->why)
            snprintf(t->why, sizeof t->why, "%s", curl_easy_strerror(r.code));
        t->done(t->ctx, &r);
    }
}

static void act(struct transfer_pool *p, curl_socket_t fd, int flags)
{
    int running;
    curl_multi_socket_action(p->multi, fd, flags, &running);
    tell(p);
}

static void on_socket(evutil_socket_t fd, short what, void *ctx)
{
    act(ctx, fd, (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_time(void *ctx)
{
    act(ctx, CURL_SOCKET_TIMEOUT, 0);
}

// libcurl says what it waits for; `watch` is what was last kept for the socket.
static int on_poll(CURL *easy, curl_socket_t fd, int what, void *ctx, void *watch)
{
    (void)easy;
    struct transfer_pool *p = ctx;
    struct event *e = NULL;
    if (watch)
        event_free(watch);
    if (what != CURL_POLL_REMOVE) {
        short flags = (short)((what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0) | EV_PERSIST);
        e = event_new(p->base, fd, flags, on_socket, p);
        if (!e || event_add(e, NULL) != 0)
            log_die("transfer", "cannot watch a socket");
    }
    curl_multi_assign(p->multi, fd, e);
    return 0;
}

static int on_timeout(CURLM *multi, long ms, void *ctx)
{
    (void)multi;
    struct transfer_pool *p = ctx;
    if (ms < 0)
        loop_timer_stop(p->timer);
    else
        loop_timer_set(p->timer, ms);
    return 0;
}

struct transfer_pool *transfer_pool_new(struct loop *l)
{
    struct transfer_pool *p = memory_new(sizeof *p);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    *p = (struct transfer_pool){loop_base(l), curl_multi_init(), loop_timer_new(l, on_time, p)};
    if (!p->multi)
        log_die("transfer", "libcurl does not start");
    curl_multi_setopt(p->multi, CURLMOPT_SOCKETFUNCTION, on_poll);
    curl_multi_setopt(p->multi, CURLMOPT_SOCKETDATA, p);
    curl_multi_setopt(p->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(p->multi, CURLMOPT_TIMERDATA, p);
    return p;
}

void transfer_pool_free(struct transfer_pool *p)
{
    if (!p)
        return;
    curl_multi_cleanup(p->multi);
    loop_timer_free(p->timer);
    curl_global_cleanup();
    free(p);
}

struct transfer *transfer_start(struct transfer_pool *p, CURL *easy, int64_t timeout_ms,
                                void (*done)(void *ctx, const struct transfer_result *r), void *ctx)
{
    struct transfer *t = memory_new(sizeof *t);
    *t = (struct transfer){.pool = p, .easy = easy, .done = done, .ctx = ctx};
    curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->why);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    // A name that is being resolved is given up, not waited for.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (curl_multi_add_handle(p->multi, easy) != CURLM_OK)
        log_die("transfer", "libcurl does not take a transfer");
    return t;
}

void transfer_free(struct transfer *t)
{
    if (!t)
        return;
    curl_multi_remove_handle(t->pool->multi, t->easy);
    curl_easy_cleanup(t->easy);
    free(t);
}
