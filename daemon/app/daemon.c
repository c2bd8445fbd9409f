// SPDX-License-Identifier: EUPL-1.2
// Knows the order in which the parts of the daemon start and stop.
#include "app/daemon.h"

#include "app/access.h"
#include "app/hub.h"
#include "app/matcher.h"
#include "app/reference.h"
#include "app/route.h"
#include "app/store.h"
#include "app/world.h"
#include "base/log.h"
#include "io/cluster.h"
#include "io/loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define PURGE_MS 3600000
#define PURGE_NEXT_MS 200   // when there is more
#define PURGE_ROWS "5000"    // at a time, for other writes wait
#define PURGE_JOURNAL_DAYS "7" // other processes on the same database read within that time
#define RETRY_MS 2000

struct daemon {
    struct parts parts;
    struct cluster *cluster; // NULL with an external database
    struct loop_timer *retry, *purge;
    bool stopping;
    int status;
};

static void start_database(void *ctx);

static void on_request(void *ctx, struct request *r)
{
    struct daemon *d = ctx;
    route_take(&d->parts, r);
}

static void on_stream_end(void *ctx, uint64_t id)
{
    struct daemon *d = ctx;
    hub_on_stream_end(d->parts.hub, id);
}

static void on_bad(void *ctx, enum err err, enum lang lang, struct text *body)
{
    struct daemon *d = ctx;
    char most[24];
    snprintf(most, sizeof most, "%lld", (long long)d->parts.config->body_bytes);
    route_refuse(err, err == ERR_TOO_LARGE ? most : NULL, lang, body);
}

static void on_purged(void *ctx, const struct pg_result *r)
{
    struct daemon *d = ctx;
    if (r->err != ERR_OK)
        log_warn("daemon", "purge: %s %s", err_word(r->err), r->message);
    if (!d->stopping)
        loop_timer_set(d->purge, r->err == ERR_OK && text_equal(pg_value(r, 0, 0), "t") ? PURGE_NEXT_MS : PURGE_MS);
}

static void on_purge(void *ctx)
{
    struct daemon *d = ctx;
    char days[24], hours[24];
    snprintf(days, sizeof days, "%lld", (long long)d->parts.config->notice_days);
    snprintf(hours, sizeof hours, "%lld", (long long)d->parts.config->key_hours);
    pg_write(d->parts.pg, SQL_purge, (const char *const[]){days, hours, PURGE_JOURNAL_DAYS, PURGE_ROWS}, on_purged, d);
}

static void stop(struct daemon *d);

static void on_loaded(void *ctx)
{
    struct daemon *d = ctx;
    d->parts.ready = true;
    hub_wake(d->parts.hub);
    loop_timer_set(d->purge, 1000);
    log_info("daemon", "ready");
}

static void listen_now(struct daemon *d)
{
    char bound[80];
    if (server_listen(d->parts.server, d->parts.config->listen, bound) != ERR_OK) {
        d->status = 69; // EX_UNAVAILABLE
        stop(d);
        return;
    }
    log_info("daemon", "listening on http://%s", bound);
}

static void on_database_ready(void *ctx, bool ready)
{
    struct daemon *d = ctx;
    log_info("daemon", "database %s", ready ? "connected" : "lost");
    if (ready && !d->parts.ready)
        matcher_wake(d->parts.matcher);
}

static void on_notify(void *ctx)
{
    struct daemon *d = ctx;
    matcher_wake(d->parts.matcher);
    hub_wake(d->parts.hub);
}

// The schema is brought up to date before anything else looks at it.
static enum err migrate(const char *conninfo)
{
    struct session *session = NULL;
    bool fresh;
    enum err err = session_open(&session, conninfo, NULL);
    if (err == ERR_OK)
        err = store_migrate(session, &fresh);
    session_close(session);
    return err;
}

static void start_database(void *ctx)
{
    struct daemon *d = ctx;
    const struct config *config = d->parts.config;
    if (d->parts.pg || d->stopping) // the private PostgreSQL has come back: io/pg reconnects by itself
        return;
    const char *conninfo = d->cluster ? cluster_conninfo(d->cluster) : config->database_url;
    enum err err = migrate(conninfo);
    if (err == ERR_UNAVAILABLE) {
        loop_timer_set(d->retry, RETRY_MS);
        return;
    }
    if (err != ERR_OK) {
        d->status = 78; // EX_CONFIG
        stop(d);
        return;
    }
    struct pg_limits limits = {.readers = (int)config->readers, .group = (int)config->write_group,
                               .queue = (int)config->database_queue, .wait_ms = config->database_wait_ms,
                               .run_ms = config->read_ms};
    d->parts.pg = pg_new(d->parts.loop, conninfo, store_statements(), SQL_COUNT, &limits);
    pg_on_ready(d->parts.pg, on_database_ready, d);
    pg_listen(d->parts.pg, "entregent", on_notify, d);
    matcher_start(d->parts.matcher, on_loaded, d);
    listen_now(d);
}

static void on_cluster_stopped(void *ctx)
{
    struct daemon *d = ctx;
    loop_stop(d->parts.loop);
}

static void on_drained(void *ctx)
{
    struct daemon *d = ctx;
    if (d->parts.pg)
        pg_free(d->parts.pg);
    d->parts.pg = NULL;
    if (d->cluster)
        cluster_stop(d->cluster, on_cluster_stopped, d);
    else
        loop_stop(d->parts.loop);
}

static void stop(struct daemon *d)
{
    if (d->stopping)
        return;
    d->stopping = true;
    d->parts.ready = false;
    loop_timer_stop(d->retry);
    loop_timer_stop(d->purge);
    hub_drain(d->parts.hub);
    server_drain(d->parts.server, (int)d->parts.config->drain_ms, on_drained, d);
}

static void on_signal(void *ctx, int signal)
{
    struct daemon *d = ctx;
    log_info("daemon", "signal %d: stopping", signal);
    stop(d);
}

static void make_parts(struct daemon *d)
{
    static const struct server_events events = {on_request, on_stream_end, on_bad};
    struct parts *s = &d->parts;
    const struct config *c = s->config;
    struct server_limits limits = {.head = (size_t)c->head_bytes, .body = (size_t)c->body_bytes,
                                   .head_ms = (int)c->head_ms, .body_ms = (int)c->body_ms, .idle_ms = (int)c->idle_ms,
                                   .write_ms = (int)c->write_ms, .connections = (int)c->connections,
                                   .stream_buffer = (size_t)c->stream_bytes};
    s->loop = loop_new();
    s->world = world_new();
    s->access = access_new();
    s->reference = reference_new(s);
    s->matcher = matcher_new(s);
    s->hub = hub_new(s);
    s->server = server_new(s->loop, &limits, &events, d);
    d->retry = loop_timer_new(s->loop, start_database, d);
    d->purge = loop_timer_new(s->loop, on_purge, d);
}

static void free_parts(struct daemon *d)
{
    struct parts *s = &d->parts;
    server_free(s->server);
    if (s->pg)
        pg_free(s->pg);
    hub_free(s->hub);
    matcher_free(s->matcher);
    reference_free(s->reference);
    access_free(s->access);
    world_free(s->world);
    loop_timer_free(d->retry);
    loop_timer_free(d->purge);
    cluster_free(d->cluster);
    loop_free(s->loop);
}

int daemon_serve(const struct config *config, const char *usable)
{
    struct daemon d = {.parts = {.config = config}};
    if (!server_address(config->listen)) {
        log_error("daemon", "listen = %s: not an address with a port, as 127.0.0.1:8080 or [::1]:8080", config->listen);
        return 78; // EX_CONFIG
    }
    if (!*config->database_url &&
        cluster_prepare(&d.cluster, &(struct cluster_options){usable, config->postgres_bin}) != ERR_OK)
        return 78; // EX_CONFIG
    make_parts(&d);
    loop_signal(d.parts.loop, SIGTERM, on_signal, &d);
    loop_signal(d.parts.loop, SIGINT, on_signal, &d);
    if (d.cluster)
        cluster_start(d.cluster, d.parts.loop, start_database, &d);
    else
        loop_timer_set(d.retry, 0);
    loop_run(d.parts.loop);
    free_parts(&d);
    log_info("daemon", "stopped");
    return d.status;
}
