// SPDX-License-Identifier: EUPL-1.2
// Knows how the daemon is doing.
#include "app/status.h"

#include "app/hub.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/world.h"
#include "io/pool.h"
#include "wire/openapi.h"
#include "wire/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void status_home(struct call *c)
{
    struct text out;
    text_init(&out, 1 << 16);
    text_format(&out, "Entregent %s\n\n", ENTREGENT_VERSION);
    for (const struct routes_entry *e = routes_next(NULL); e; e = routes_next(e))
        text_format(&out, "%-5s %-28s %s\n", e->method, e->path, e->text[c->lang]);
    call_text(c, 200, "text/plain; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

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
    struct outbox_counts mails = outbox_counts(s->outbox);
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
    metric(out, "database_reads_total", "counter", "Read statements.", (double)pg.reads);
    metric(out, "database_writes_total", "counter", "Write statements.", (double)pg.writes);
    metric(out, "database_groups_total", "counter", "Write groups (transactions).", (double)pg.groups);
    metric(out, "database_failed_total", "counter", "Statements that failed.", (double)pg.failed);
    metric(out, "database_lost_total", "counter", "Broken database connections.", (double)pg.lost);
    metric(out, "database_waiting", "gauge", "Statements not yet answered.", pg.waiting);
    metric(out, "journal_rows_total", "counter", "Journal rows read by the matcher.", (double)m.rows);
    metric(out, "journal_lag", "gauge", "Journal rows not yet matched.", lag);
    metric(out, "matcher_steps_total", "counter", "Steps stored.", (double)m.steps);
    metric(out, "matches_found_total", "counter", "Matches computed.", (double)m.found);
    metric(out, "matcher_seconds_total", "counter", "Time spent matching.", (double)m.compute_us / 1e6);
    metric(out, "offers", "gauge", "Offers in the index.", (double)world_offers(s->world));
    metric(out, "open_needs", "gauge", "Open needs in the index.", (double)world_needs(s->world));
    metric(out, "index_bytes", "gauge", "Memory of offers, needs and indexes.", (double)world_bytes(s->world));
    metric(out, "passwords_total", "counter", "Passwords hashed or compared.", (double)pool_taken(s->pool));
    metric(out, "passwords_waiting", "gauge", "Passwords queued or under way.", pool_waiting(s->pool));
    metric(out, "outbox_sent_total", "counter", "Mails handed over.", (double)mails.sent);
    metric(out, "outbox_retried_total", "counter", "Mails to be tried again.", (double)mails.retried);
    metric(out, "outbox_failed_total", "counter", "Mails given up.", (double)mails.failed);
    metric(out, "outbox_waiting", "gauge", "Mails due or under way, as last seen.", mails.waiting);
    metric(out, "resident_bytes", "gauge", "Resident memory of the process.", resident());
}

static void on_lag(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct text out;
    text_init(&out, 1 << 16);
    write_metrics(c->parts, &out, r->err == ERR_OK ? atof(pg_value(r, 0, 0)) : -1);
    call_text(c, 200, "text/plain; version=0.0.4; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
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
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}
