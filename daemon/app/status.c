// SPDX-License-Identifier: EUPL-1.2
// Knows how the daemon is doing.
#include "app/status.h"

#include "app/bulk.h"
#include "app/hub.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/stall.h"
#include "app/world.h"
#include "io/pool.h"
#include "wire/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void status_health(struct call *c)
{
    call_answer(c, 200, "{\"status\":\"ok\"}");
}

void status_ready(struct call *c)
{
    if (c->parts->ready && pg_ready(c->parts->pg))
        call_answer(c, 200, "{\"status\":\"ok\"}");
    else
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
}

static void metric(struct text *out, const char *name, const char *type, const char *help, double value)
{
    text_format(out, "# HELP entregent_%s %s\n# TYPE entregent_%s %s\nentregent_%s %.17g\n", name, help, name, type, name,
                value);
}

static double resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long size = 0, pages = 0;
    if (file && fscanf(file, "%ld %ld", &size, &pages) != 2)
        pages = 0;
    if (file)
        fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void write_metrics(struct parts *s, struct text *out, double lag)
{
    struct server_counts http = server_counts(s->server);
    struct pg_counts pg = pg_counts(s->pg);
    struct matcher_counts m = matcher_counts(s->matcher);
    struct hub_counts hub = hub_counts(s->hub);
    struct bulk_counts bulk = bulk_counts(s->bulk);
    metric(out, "up", "gauge", "1 when database and index are ready.", s->ready && pg_ready(s->pg));
    metric(out, "http_connections", "gauge", "Open connections.", http.open);
    metric(out, "http_accepted_total", "counter", "Connections accepted.", (double)http.accepted);
    metric(out, "http_refused_total", "counter", "Connections refused for want of room.", (double)http.refused);
    metric(out, "http_requests_total", "counter", "Requests read.", (double)http.requests);
    metric(out, "http_bad_total", "counter", "Requests refused by the parser, handshakes refused by TLS.", (double)http.bad);
    metric(out, "http_timeouts_total", "counter", "Connections closed at a deadline.", (double)http.timeouts);
    metric(out, "streams", "gauge", "Live streams.", hub.streams);
    metric(out, "streams_dropped_total", "counter", "Streams dropped because they did not read.", (double)http.streams_dropped);
    metric(out, "events_sent_total", "counter", "Notices written to streams.", (double)hub.sent);
    metric(out, "resets_total", "counter", "Streams told to start anew.", (double)hub.resets);
    metric(out, "bulk_imports", "gauge", "Bulk imports under way.", bulk.imports);
    metric(out, "bulk_stored_total", "counter", "Records of bulk imports that were taken or repaired.", (double)(bulk.taken + bulk.repaired));
    metric(out, "bulk_refused_total", "counter", "Records of bulk imports that were refused.", (double)bulk.refused);
    metric(out, "database_reads_total", "counter", "Read statements.", (double)pg.reads);
    metric(out, "database_writes_total", "counter", "Write statements.", (double)pg.writes);
    metric(out, "database_groups_total", "counter", "Write groups (transactions).", (double)pg.groups);
    metric(out, "database_failed_total", "counter", "Statements that failed.", (double)pg.failed);
    metric(out, "database_lost_total", "counter", "Broken database connections.", (double)pg.lost);
    metric(out, "database_waiting", "gauge", "Statements not yet answered.", pg.waiting);
    metric(out, "journal_rows_total", "counter", "Journal rows that the matcher's stored steps passed.", (double)m.rows);
    metric(out, "journal_lag", "gauge", "Journal rows not yet matched.", lag);
    metric(out, "matcher_steps_total", "counter", "Steps stored.", (double)m.steps);
    metric(out, "matches_found_total", "counter", "Matches computed.", (double)m.found);
    metric(out, "matcher_seconds_total", "counter", "Time spent matching.", (double)m.compute_us / 1e6);
    metric(out, "offers", "gauge", "Offers in the index.", (double)world_offers(s->world));
    metric(out, "open_needs", "gauge", "Open needs in the index.", (double)world_needs(s->world));
    metric(out, "index_bytes", "gauge", "Memory of offers, needs and indexes.", (double)world_bytes(s->world));
    metric(out, "passwords_total", "counter", "Passwords hashed or compared.", (double)pool_taken(s->pool));
    metric(out, "passwords_waiting", "gauge", "Passwords queued or under way.", pool_waiting(s->pool));
    metric(out, "journal_stalled_seconds", "gauge", "Age of the oldest journal row held back by an open transaction.", (double)stall_seconds(s->stall));
    metric(out, "resident_bytes", "gauge", "Resident memory of the process.", resident());
}

static uint64_t tries_of(struct outbox_counts c)
{
    return c.tries;
}

static uint64_t sent_of(struct outbox_counts c)
{
    return c.sent;
}

static uint64_t retried_of(struct outbox_counts c)
{
    return c.retried;
}

static uint64_t failed_of(struct outbox_counts c)
{
    return c.failed;
}

// One value for each kind of channel: of this process, or a column of outbox_counts (of all daemons of the database).
static const struct outbox_metric {
    const char *name, *type, *help;
    int column; // 0: counted here
    uint64_t (*count)(struct outbox_counts c);
} outbox_metrics[] = {
    {"outbox_due", "gauge", "Deliveries that are due now.", 1, NULL},
    {"outbox_later", "gauge", "Deliveries that wait for their hour or their next try.", 2, NULL},
    {"outbox_claimed", "gauge", "Deliveries under way.", 3, NULL},
    {"outbox_failed", "gauge", "Deliveries given up, that can be replayed.", 4, NULL},
    {"outbox_oldest_seconds", "gauge", "Since when the oldest is due.", 5, NULL},
    {"outbox_waiting_attempts", "gauge", "Tries so far of what is not delivered yet.", 6, NULL},
    {"outbox_attempts_total", "counter", "Tries of this process.", 0, tries_of},
    {"outbox_sent_total", "counter", "Deliveries that the other side took.", 0, sent_of},
    {"outbox_retried_total", "counter", "Tries that failed, and are repeated.", 0, retried_of},
    {"outbox_failed_total", "counter", "Deliveries given up.", 0, failed_of},
};

static void write_outbox(struct parts *s, struct text *out, const struct pg_result *r)
{
    for (size_t i = 0; i < sizeof outbox_metrics / sizeof *outbox_metrics; i++) {
        const struct outbox_metric *m = &outbox_metrics[i];
        text_format(out, "# HELP entregent_%s %s\n# TYPE entregent_%s %s\n", m->name, m->help, m->name, m->type);
        for (int way = 0; way < r->rows; way++) // in the order of enum outbox_way
            text_format(out, "entregent_%s{channel=\"%s\"} %.17g\n", m->name, pg_value(r, way, 0),
                        m->column ? atof(pg_value(r, way, m->column)) : (double)m->count(outbox_counts(s->outbox, (enum outbox_way)way)));
    }
    metric(out, "digest_held", "gauge", "Notices that wait for a digest.", atof(pg_value(r, 0, 7)));
    metric(out, "dispatch_lag", "gauge", "Notices not yet turned into deliveries.", atof(pg_value(r, 0, 8)));
}

static void answer_metrics(struct call *c, const struct pg_result *r)
{
    struct text out;
    text_init(&out, 1 << 16);
    write_metrics(c->parts, &out, atof(c->state));
    if (r->err == ERR_OK)
        write_outbox(c->parts, &out, r);
    call_text(c, 200, "text/plain; version=0.0.4; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

static void on_counts(void *ctx, const struct pg_result *r)
{
    answer_metrics(ctx, r);
}

static void on_lag(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    c->state = arena_string(c->arena, r->err == ERR_OK ? pg_value(r, 0, 0) : "-1");
    if (r->err == ERR_OK)
        call_read(c, SQL_outbox_counts, NULL, on_counts);
    else
        answer_metrics(c, r);
}

void status_metrics(struct call *c)
{
    call_read(c, SQL_journal_lag, NULL, on_lag);
}

void status_openapi(struct call *c)
{
    struct text out;
    text_init(&out, OPENAPI_MOST);
    openapi_write(&out);
    call_open(c, 300);
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}
