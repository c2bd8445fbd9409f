// SPDX-License-Identifier: EUPL-1.2
// Knows the order in which the parts of the daemon start and stop.
#include "app/daemon.h"

#include "app/access.h"
#include "app/bulk.h"
#include "app/check.h"
#include "app/dispatch.h"
#include "app/hub.h"
#include "app/live.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/reference.h"
#include "app/repairs.h"
#include "app/route.h"
#include "app/runner.h"
#include "app/stall.h"
#include "app/store.h"
#include "app/tick.h"
#include "app/world.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/limit.h"
#include "io/cluster.h"
#include "io/disk.h"
#include "io/keyfile.h"
#include "io/loop.h"
#include "io/notify.h"
#include "io/pool.h"
#include "io/spool.h"
#include "io/tls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define PURGE_MS 3600000
#define PURGE_NEXT_MS 200   // when there is more
#define PURGE_ROWS "5000"    // at a time, for other writes wait
#define DAY_MS (INT64_C(86400) * 1000)
#define RETENTION_ROWS "200"
#define PURGE_JOURNAL_DAYS "7" // other processes on the same database read within that time
#define RETRY_MS 2000
#define LIMIT_KEYS 100000 // addresses and accounts whose requests are counted

struct daemon {
    struct parts parts;
    struct config *config; // what all parts read
    const struct config_source *source;
    struct notify *notify;
    struct cluster *cluster; // NULL with an external database
    struct loop_timer *retry, *purge;
    bool stopping;
    bool announced; // READY has been said
    bool more;      // to forget
    int status;
};

static void start_database(void *ctx);

static void on_request(void *ctx, struct request *r)
{
    struct daemon *d = ctx;
    route_take(&d->parts, r);
}

static bool opens(void *ctx, const struct http_head *head)
{
    (void)ctx;
    return route_opens(head);
}

static void on_stream_end(void *ctx, uint64_t id)
{
    struct daemon *d = ctx;
    hub_on_stream_end(d->parts.hub, id);
    live_on_stream_end(d->parts.live, id);
}

// All that comes through a proxy comes from its address.
static bool is_counted(void *ctx, const char *address)
{
    const struct daemon *d = ctx;
    return !forwarded_within(&d->parts.proxies, address);
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
    d->more = d->more || (r->err == ERR_OK && text_equal(pg_value(r, 0, 0), "t"));
    if (!d->stopping)
        loop_timer_set(d->purge, d->more ? PURGE_NEXT_MS : PURGE_MS);
    if (!d->stopping && d->parts.outbox)
        outbox_wake(d->parts.outbox); // warnings were stored perhaps
}

static void on_forgotten(void *ctx, const struct pg_result *r)
{
    struct daemon *d = ctx;
    const struct config *c = d->parts.config;
    char needs[24], accounts[24];
    d->more = r->err == ERR_OK && text_equal(pg_value(r, 0, 0), "t");
    if (r->err != ERR_OK)
        log_warn("daemon", "purge: %s %s", err_word(r->err), r->message);
    if (d->stopping)
        return;
    snprintf(needs, sizeof needs, "%lld", (long long)c->need_days);
    snprintf(accounts, sizeof accounts, "%lld", (long long)c->account_days);
    pg_write(d->parts.pg, NULL, SQL_retention, (const char *const[]){needs, accounts, RETENTION_ROWS}, on_purged, d);
}

// As the outbox does with what it has delivered.
static void forget_mails(const struct daemon *d)
{
    char *folder = disk_path("%s/mail", d->parts.data);
    spool_forget(folder, clock_wall() - d->parts.config->mail_days * DAY_MS);
    free(folder);
}

static void on_purge(void *ctx)
{
    struct daemon *d = ctx;
    forget_mails(d);
    char days[24], hours[24], mails[24];
    snprintf(mails, sizeof mails, "%lld", (long long)d->parts.config->mail_days);
    snprintf(days, sizeof days, "%lld", (long long)d->parts.config->notice_days);
    snprintf(hours, sizeof hours, "%lld", (long long)d->parts.config->key_hours);
    pg_write(d->parts.pg, NULL, SQL_purge, (const char *const[]){days, hours, PURGE_JOURNAL_DAYS, PURGE_ROWS, mails}, on_forgotten, d);
}

static void stop(struct daemon *d);

// What is stored may have been read before every connection to the database stands: ready is both.
static void announce(struct daemon *d)
{
    if (d->announced || !d->parts.ready || !pg_ready(d->parts.pg))
        return;
    d->announced = true;
    log_info("daemon", "ready");
    notify_status(d->notify, "ready");
    notify_ready(d->notify);
}

static void on_loaded(void *ctx)
{
    struct daemon *d = ctx;
    if (d->stopping)
        return;
    d->parts.ready = true;
    hub_wake(d->parts.hub);
    outbox_wake(d->parts.outbox);
    dispatch_wake(d->parts.dispatch);
    live_wake(d->parts.live);
    repairs_wake(d->parts.repairs);
    tick_start(d->parts.tick);
    loop_timer_set(d->purge, 1000);
    announce(d);
}

static void listen_now(struct daemon *d)
{
    if (server_listen(d->parts.server, d->parts.config->listen, d->parts.bound) != ERR_OK) {
        d->status = 69; // EX_UNAVAILABLE
        stop(d);
        return;
    }
    log_info("daemon", "listening on %s://%s", *d->parts.config->tls_certificate ? "https" : "http", d->parts.bound);
}

static void on_database_ready(void *ctx, bool ready)
{
    struct daemon *d = ctx;
    log_info("daemon", "database %s", ready ? "connected" : "lost");
    if (!d->stopping)
        notify_status(d->notify, !ready ? "the database is lost" : d->parts.ready ? "ready" : "reads what is stored");
    if (!d->stopping)
        announce(d);
    if (ready && !d->parts.ready)
        matcher_wake(d->parts.matcher);
}

static void on_notify(void *ctx)
{
    struct daemon *d = ctx;
    matcher_wake(d->parts.matcher);
    hub_wake(d->parts.hub);
    dispatch_wake(d->parts.dispatch);
    outbox_wake(d->parts.outbox);
    live_wake(d->parts.live);
    repairs_wake(d->parts.repairs);
}

// What a buyer sees of a need has changed: "ORGANISATION NEED" (match_stirred).
static void on_word(void *ctx, const char *word)
{
    struct daemon *d = ctx;
    hub_stir(d->parts.hub, word);
}

// The schema is brought up to date before anything else looks at it.
// Links that one daemon mails, another must know: those of one database share the key. Another key is taken, but said.
static enum err agree_on_key(struct session *s, const unsigned char key[static SEAL_KEY])
{
    char print[SEAL_HASH];
    seal_hash(key, SEAL_KEY, print);
    enum err err = store_query(s, SQL_key_agree, (const char *const[]){print});
    const char *former = err == ERR_OK ? session_value(s, 0, 0) : NULL;
    if (former && !text_equal(former, print))
        log_warn("daemon", "the database knew another key_file: links mailed before are worth nothing; daemons that share a "
                           "database must share the key");
    return err;
}

static enum err migrate(const char *conninfo, const unsigned char key[static SEAL_KEY])
{
    struct session *session = NULL;
    bool fresh;
    enum err err = session_open(&session, conninfo, NULL);
    if (err == ERR_OK)
        err = store_migrate(session, &fresh);
    if (err == ERR_OK)
        err = agree_on_key(session, key);
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
    enum err err = migrate(conninfo, d->parts.key);
    if (err == ERR_UNAVAILABLE) {
        notify_status(d->notify, "waits for the database");
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
    // The private PostgreSQL knows the role by itself; elsewhere the owner takes it.
    char *as_role = d->cluster ? disk_path("%s user=" STORE_ROLE, conninfo) : memory_string(conninfo);
    d->parts.pg = pg_new(d->parts.loop, as_role, STORE_ROLE, store_statements(), SQL_COUNT, SQL_context, &limits);
    free(as_role);
    pg_on_ready(d->parts.pg, on_database_ready, d);
    pg_listen(d->parts.pg, "entregent", on_notify, on_word, d);
    matcher_start(d->parts.matcher, on_loaded, d);
    listen_now(d);
}

static void on_cluster_stopped(void *ctx)
{
    struct daemon *d = ctx;
    loop_stop(d->parts.loop);
}

static void on_finished(void *ctx)
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

// What plans have found is stored before the database goes.
static void on_drained(void *ctx)
{
    struct daemon *d = ctx;
    runner_finish(d->parts.runner, on_finished, d);
}

static void stop(struct daemon *d)
{
    if (d->stopping)
        return;
    d->stopping = true;
    d->parts.ready = false;
    notify_stopping(d->notify);
    notify_status(d->notify, "stops");
    loop_timer_stop(d->retry);
    loop_timer_stop(d->purge);
    hub_drain(d->parts.hub);
    live_drain(d->parts.live);
    runner_drain(d->parts.runner);
    server_drain(d->parts.server, (int)d->parts.config->drain_ms, on_drained, d);
}

static void on_signal(void *ctx, int signal)
{
    struct daemon *d = ctx;
    log_info("daemon", "signal %d: stopping", signal);
    stop(d);
}

// New connections use the certificate that the settings name, or none; false, and all stays as it is, when it is wrong.
static bool load_tls(struct daemon *d, const struct config *c)
{
    struct tls *tls = NULL;
    char why[256];
    if (*c->tls_certificate && tls_load(c->tls_certificate, c->tls_key, &tls, why) != ERR_OK) {
        log_error("daemon", "TLS: %s", why);
        return false;
    }
    server_tls(d->parts.server, tls);
    return true;
}

static bool read_key(struct daemon *d, const struct config *c)
{
    char *own = disk_path("%s/secret.key", d->parts.data);
    enum err err = keyfile_read(*c->key_file ? c->key_file : own, d->parts.key);
    free(own);
    return err == ERR_OK;
}

// ---- Settings

static void on_problem(void *ctx, const char *where, const char *what)
{
    (void)ctx;
    log_error("settings", "%s%s%s", where, *where ? ": " : "", what);
}

static void on_changed(void *ctx, const char *name, bool live)
{
    (void)ctx;
    log_info("settings", live ? "%s: the new value is taken" : "%s: takes effect at the next start", name);
}

static bool read_settings(struct config *fresh, const struct config_source *source)
{
    struct config_report r = {.say = on_problem, .lang = LANG_EN};
    enum err given = config_read(fresh, source, &r), fits = check_settings(fresh, &r);
    return given == ERR_OK && fits == ERR_OK;
}

// For what is not read from the settings at each use. check_settings has seen that the values are right.
static bool apply_settings(struct daemon *d)
{
    log_level(d->config->log_debug ? LOG_DEBUG : LOG_INFO);
    hub_reload(d->parts.hub);
    outbox_reload(d->parts.outbox);
    return forwarded_nets(d->config->proxies, &d->parts.proxies);
}

// All or nothing: one bad setting keeps everything as it was.
static bool reload(struct daemon *d)
{
    struct config fresh;
    config_init(&fresh);
    bool good = read_settings(&fresh, d->source) && load_tls(d, &fresh);
    if (good) {
        config_take(d->config, &fresh, on_changed, d);
        good = apply_settings(d);
    }
    config_fini(&fresh);
    if (good)
        log_info("settings", "read again");
    else
        log_error("settings", "refused: all stays as it was");
    return good;
}

static void on_reload(void *ctx, int signal)
{
    struct daemon *d = ctx;
    (void)signal;
    if (d->stopping)
        return;
    if (d->parts.ready)
        notify_reloading(d->notify);
    bool good = reload(d);
    if (!d->parts.ready) // the manager still waits for the first READY
        return;
    notify_status(d->notify, good ? "ready" : "ready; the settings were refused, the former ones stay (see the log)");
    notify_ready(d->notify);
}

// ---- Parts

static void make_parts(struct daemon *d)
{
    static const struct server_events events = {on_request, on_stream_end, is_counted, on_bad, opens};
    struct parts *s = &d->parts;
    const struct config *c = s->config;
    struct server_limits limits = {.head = (size_t)c->head_bytes, .body = (size_t)c->body_bytes,
                                   .head_ms = (int)c->head_ms, .body_ms = (int)c->body_ms, .idle_ms = (int)c->idle_ms,
                                   .write_ms = (int)c->write_ms, .connections = (int)c->connections, .address = (int)c->address_connections,
                                   .stream_buffer = (size_t)c->stream_bytes};
    s->world = world_new();
    s->access = access_new(s);
    s->reference = reference_new(s);
    s->matcher = matcher_new(s);
    s->hub = hub_new(s);
    for (size_t i = 0; i < sizeof s->limits / sizeof *s->limits; i++)
        s->limits[i] = limit_new(LIMIT_KEYS);
    s->pool = pool_new(s->loop, (int)c->password_threads, (int)c->password_queue);
    s->binder = pool_new(s->loop, 1, (int)c->workbook_queue);
    s->outbox = outbox_new(s);
    s->dispatch = dispatch_new(s);
    s->live = live_new(s);
    s->runner = runner_new(s);
    s->repairs = repairs_new(s);
    s->tick = tick_new(s);
    s->stall = stall_new(s);
    s->bulk = bulk_new(s);
    s->server = server_new(s->loop, &limits, &events, d);
    d->retry = loop_timer_new(s->loop, start_database, d);
    d->purge = loop_timer_new(s->loop, on_purge, d);
}

static void free_parts(struct daemon *d)
{
    struct parts *s = &d->parts;
    pool_free(s->pool);
    pool_free(s->binder);
    server_free(s->server);
    if (s->pg)
        pg_free(s->pg);
    bulk_free(s->bulk);
    stall_free(s->stall);
    tick_free(s->tick);
    repairs_free(s->repairs);
    runner_free(s->runner);
    live_free(s->live);
    dispatch_free(s->dispatch);
    outbox_free(s->outbox);
    for (size_t i = 0; i < sizeof s->limits / sizeof *s->limits; i++)
        limit_free(s->limits[i]);
    hub_free(s->hub);
    matcher_free(s->matcher);
    reference_free(s->reference);
    access_free(s->access);
    world_free(s->world);
    loop_timer_free(d->retry);
    loop_timer_free(d->purge);
}

static bool prepare(struct daemon *d)
{
    struct config_report r = {.say = on_problem, .lang = LANG_EN};
    const struct config *c = d->config;
    if (check_settings(c, &r) != ERR_OK)
        return false;
    notify_status(d->notify, "prepares the database");
    return (*c->database_url ||
            cluster_prepare(&d->cluster, &(struct cluster_options){d->parts.data, c->postgres_bin}) == ERR_OK) &&
           read_key(d, c) && forwarded_nets(c->proxies, &d->parts.proxies);
}

static void run(struct daemon *d)
{
    loop_signal(d->parts.loop, SIGTERM, on_signal, d);
    loop_signal(d->parts.loop, SIGINT, on_signal, d);
    notify_status(d->notify, "starts the database");
    if (d->cluster)
        cluster_start(d->cluster, d->parts.loop, start_database, d);
    else
        loop_timer_set(d->retry, 0);
    loop_run(d->parts.loop);
}

static void serve(struct daemon *d)
{
    make_parts(d);
    if (load_tls(d, d->config))
        run(d);
    else
        d->status = 78; // EX_CONFIG
    free_parts(d);
}

int daemon_serve(struct config *config, const struct config_source *source, const char *usable)
{
    struct daemon d = {.parts = {.config = config, .data = usable, .loop = loop_new()}, .config = config, .source = source};
    // First of all: no child may find the manager's socket, and no SIGHUP may end us while the database is made.
    d.notify = notify_new(d.parts.loop);
    loop_signal(d.parts.loop, SIGHUP, on_reload, &d);
    if (prepare(&d))
        serve(&d);
    else
        d.status = 78; // EX_CONFIG
    cluster_free(d.cluster);
    notify_free(d.notify);
    loop_free(d.parts.loop);
    log_info("daemon", "stopped");
    return d.status;
}
