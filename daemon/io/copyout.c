// SPDX-License-Identifier: EUPL-1.2
// Knows how rows of a COPY come over one connection, without the loop having to wait for them.
#include "io/copyout.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#include <event2/event.h>
#include <libpq-fe.h>
#include <stdlib.h>

#define CONNECT_MS 5000
#define TURN_US 10000
#define ROWS_A_LOOK 64 // between two looks at the clock

enum state { CONNECTING, STEPPING, COPYING, ENDING, OVER };

struct copyout {
    enum state state;
    struct loop *loop;
    const struct copyout_step *step; // the next one
    const char *copy;
    struct copyout_events on;
    void *ctx;
    PGconn *conn;
    struct event *readable, *writable;
    struct loop_timer *timer; // CONNECTING: give up; COPYING: go on
    struct copyrow_reader reader;
    PGresult *failure;
    int64_t rows;
};

static void on_event(evutil_socket_t fd, short what, void *arg);

static void unwatch(struct copyout *c)
{
    if (c->readable)
        event_free(c->readable);
    if (c->writable)
        event_free(c->writable);
    c->readable = c->writable = NULL;
}

static void watch(struct copyout *c)
{
    unwatch(c);
    c->readable = event_new(loop_base(c->loop), PQsocket(c->conn), EV_READ | EV_PERSIST, on_event, c);
    c->writable = event_new(loop_base(c->loop), PQsocket(c->conn), EV_WRITE, on_event, c);
    if (!c->readable || !c->writable)
        log_die("copyout", "cannot watch a connection");
}

// The last thing that is done: on_end may free it.
static void end(struct copyout *c, bool good, const char *message)
{
    const char *state = c->failure ? PQresultErrorField(c->failure, PG_DIAG_SQLSTATE) : NULL;
    const char *said = c->failure ? PQresultErrorField(c->failure, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const struct copyout_end e = {good, state ? state : "", said ? said : message, c->rows};
    unwatch(c);
    loop_timer_stop(c->timer);
    c->state = OVER;
    c->on.on_end(c->ctx, &e);
}

static void lose(struct copyout *c)
{
    end(c, false, PQerrorMessage(c->conn));
}

static void flush(struct copyout *c)
{
    int left = PQflush(c->conn);
    if (left < 0)
        lose(c);
    else if (left > 0)
        event_add(c->writable, NULL);
}

// The next statement; after the last one the COPY.
static void send_next(struct copyout *c)
{
    const struct copyout_step *s = c->step;
    int sent = s->sql ? PQsendQueryParams(c->conn, s->sql, s->count, NULL, s->values, NULL, NULL, 0) : PQsendQuery(c->conn, c->copy);
    c->step += s->sql != NULL;
    if (sent)
        flush(c);
    else
        lose(c);
}

static void connect_more(struct copyout *c)
{
    // The socket may be another one after each step (several hosts).
    PostgresPollingStatusType next = PQconnectPoll(c->conn);
    if (next == PGRES_POLLING_FAILED) {
        lose(c);
        return;
    }
    watch(c);
    if (next != PGRES_POLLING_OK) {
        event_add(next == PGRES_POLLING_READING ? c->readable : c->writable, NULL);
        return;
    }
    loop_timer_stop(c->timer);
    if (PQsetnonblocking(c->conn, 1) != 0) {
        lose(c);
        return;
    }
    c->state = STEPPING;
    event_add(c->readable, NULL);
    send_next(c);
}

// Hands over the rows of one message; false when it is none.
static bool give(struct copyout *c, const char *message, size_t len)
{
    const char *at = message;
    struct copyrow row;
    enum copyrow_found found;
    while ((found = copyrow_next(&c->reader, &at, message + len, &row)) == COPYROW_ROW) {
        c->rows++;
        c->on.on_row(c->ctx, &row);
    }
    return found == COPYROW_NONE;
}

// One message: its length, 0 when none has arrived, -1 at the end, -2 for a failure.
static int take_message(struct copyout *c)
{
    char *message;
    int len = PQgetCopyData(c->conn, &message, 1);
    if (len == 0) // what has come since the loop looked
        len = PQconsumeInput(c->conn) ? PQgetCopyData(c->conn, &message, 1) : -2;
    if (len <= 0)
        return len;
    bool good = give(c, message, (size_t)len);
    PQfreemem(message);
    return good ? len : -2;
}

static void take_results(struct copyout *c);

static void take_rows(struct copyout *c)
{
    int64_t began = clock_mono();
    int len = 1;
    for (int n = 1; len > 0; n++) {
        len = take_message(c);
        if (len > 0 && n % ROWS_A_LOOK == 0 && clock_mono() - began > TURN_US) {
            event_del(c->readable);
            loop_timer_set(c->timer, 0);
            return;
        }
    }
    if (len == 0) {
        event_add(c->readable, NULL);
        return;
    }
    c->state = ENDING;
    if (len == -1)
        take_results(c);
    else
        end(c, false, PQstatus(c->conn) == CONNECTION_BAD ? PQerrorMessage(c->conn) : "rows in a form that is not known");
}

static void take_result(struct copyout *c, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_COPY_OUT)
        c->state = COPYING;
    if (status != PGRES_FATAL_ERROR || c->failure)
        PQclear(r);
    else
        c->failure = r;
}

// Results of statements as far as they have arrived, and what follows from their end.
static void take_results(struct copyout *c)
{
    while (c->state != COPYING && !PQisBusy(c->conn)) {
        PGresult *r = PQgetResult(c->conn);
        if (r) {
            take_result(c, r);
            continue;
        }
        if (c->failure || PQstatus(c->conn) == CONNECTION_BAD)
            end(c, false, PQerrorMessage(c->conn));
        else if (c->state == ENDING)
            end(c, true, "");
        else
            send_next(c);
        return;
    }
    if (c->state == COPYING)
        take_rows(c);
    else
        event_add(c->readable, NULL); // rows may have come by the timer, without it
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    struct copyout *c = arg;
    if (c->state == CONNECTING)
        connect_more(c);
    else if (what & EV_READ && !PQconsumeInput(c->conn))
        lose(c);
    else if (what & EV_WRITE)
        flush(c);
    else
        take_results(c);
}

static void on_time(void *ctx)
{
    struct copyout *c = ctx;
    if (c->state == COPYING)
        take_rows(c);
    else if (PQstatus(c->conn) == CONNECTION_BAD)
        lose(c);
    else
        end(c, false, "no answer in time");
}

static void be_quiet(void *ctx, const PGresult *r)
{
    (void)ctx, (void)r; // libpq would write notices on stderr
}

struct copyout *copyout_new(struct loop *l, const char *conninfo, const struct copyout_step *steps, const char *copy,
                            const struct copyout_events *events, void *ctx)
{
    // As in io/backend: those before "dbname" are defaults that the connection string may change.
    static const char *const names[] = {"fallback_application_name", "keepalives_idle",      "keepalives_interval",
                                        "keepalives_count",          "tcp_user_timeout",     "dbname",
                                        "client_encoding",           NULL};
    const char *const values[] = {"entregentd", "30", "10", "3", "30000", conninfo, "UTF8", NULL};
    struct copyout *c = memory_new(sizeof *c);
    *c = (struct copyout){.loop = l, .step = steps, .copy = copy, .on = *events, .ctx = ctx};
    c->timer = loop_timer_new(l, on_time, c);
    c->conn = PQconnectStartParams(names, values, 1);
    if (!c->conn)
        log_die("copyout", "out of memory");
    PQsetNoticeReceiver(c->conn, be_quiet, NULL);
    if (PQstatus(c->conn) == CONNECTION_BAD) {
        loop_timer_set(c->timer, 0);
        return c;
    }
    loop_timer_set(c->timer, CONNECT_MS);
    watch(c);
    event_add(c->writable, NULL);
    return c;
}

void copyout_free(struct copyout *c)
{
    if (!c)
        return;
    unwatch(c);
    PQclear(c->failure);
    PQfinish(c->conn);
    loop_timer_free(c->timer);
    free(c);
}
