// SPDX-License-Identifier: EUPL-1.2
// Knows how one PostgreSQL connection lives on the loop.
#include "io/backend.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"

#include <event2/event.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WAIT 50
#define MOST_WAIT 2000
#define CONNECT_MS 5000

enum state { WAITING, CONNECTING, PREPARING, UP, BROKEN };

struct backend {
    enum state state;
    struct loop *loop;
    char *conninfo, *setup;
    const struct pg_statement *statements;
    int count;
    struct backend_events on;
    void *ctx;
    PGconn *conn; // NULL while WAITING
    struct event *readable, *writable;
    struct loop_timer *timer; // WAITING: connect; CONNECTING, PREPARING: give up; BROKEN: tell
    int syncs;                // sent and not yet answered
    bool refused;             // PREPARING: a statement was refused
    int wait;
    char *said; // last failure in the log: an outage is one line, not one each attempt
};

static void on_event(evutil_socket_t fd, short what, void *arg);

static void unwatch(struct backend *b)
{
    if (b->readable)
        event_free(b->readable);
    if (b->writable)
        event_free(b->writable);
    b->readable = b->writable = NULL;
}

static void watch(struct backend *b)
{
    b->readable = event_new(loop_base(b->loop), PQsocket(b->conn), EV_READ | EV_PERSIST, on_event, b);
    b->writable = event_new(loop_base(b->loop), PQsocket(b->conn), EV_WRITE, on_event, b);
    if (!b->readable || !b->writable)
        log_die("backend", "cannot watch a connection");
}

static void say(struct backend *b, const char *what, const char *why)
{
    struct text t;
    text_init(&t, 1024);
    text_format(&t, "%s: %.*s", what, 900, why);
    if (!text_equal(b->said, text_string(&t)))
        log_warn("backend", "%s", text_string(&t));
    free(b->said);
    b->said = text_take(&t);
}

static void leave(struct backend *b)
{
    unwatch(b);
    PQfinish(b->conn);
    b->conn = NULL;
    b->syncs = 0;
    b->state = WAITING;
    loop_timer_set(b->timer, b->wait);
    b->wait = b->wait * 2 > MOST_WAIT ? MOST_WAIT : b->wait * 2;
}

// A loss may be seen while a caller is sending: the owner is told from the loop.
static void break_off(struct backend *b, const char *what, const char *why)
{
    say(b, what, why);
    if (b->state != UP) {
        leave(b);
        return;
    }
    b->state = BROKEN;
    unwatch(b);
    loop_timer_set(b->timer, 0);
}

static void lost(struct backend *b)
{
    break_off(b, "connection lost", PQerrorMessage(b->conn));
}

static void flush(struct backend *b)
{
    int left = PQflush(b->conn);
    if (left < 0)
        lost(b);
    else if (left > 0)
        event_add(b->writable, NULL);
}

static bool sent(struct backend *b, int worked)
{
    if (!worked)
        lost(b);
    return worked;
}

static void sync_now(struct backend *b)
{
    b->syncs++;
    if (sent(b, PQpipelineSync(b->conn)))
        flush(b);
}

static void prepare(struct backend *b)
{
    b->state = PREPARING;
    b->refused = false;
    bool good = PQsetnonblocking(b->conn, 1) == 0 && PQenterPipelineMode(b->conn) == 1;
    if (!good) {
        lost(b);
        return;
    }
    if (b->setup)
        good = sent(b, PQsendQueryParams(b->conn, b->setup, 0, NULL, NULL, NULL, NULL, 0));
    for (int i = 0; good && i < b->count; i++)
        good = sent(b, PQsendPrepare(b->conn, b->statements[i].name, b->statements[i].sql, 0, NULL));
    if (good) {
        event_add(b->readable, NULL);
        sync_now(b);
    }
}

static void step(struct backend *b)
{
    // The socket may be another one after each step (several hosts).
    PostgresPollingStatusType next = PQconnectPoll(b->conn);
    unwatch(b);
    if (next == PGRES_POLLING_FAILED) {
        break_off(b, "cannot connect", PQerrorMessage(b->conn));
        return;
    }
    watch(b);
    if (next == PGRES_POLLING_OK)
        prepare(b);
    else
        event_add(next == PGRES_POLLING_READING ? b->readable : b->writable, NULL);
}

static void be_quiet(void *ctx, const PGresult *r)
{
    (void)ctx, (void)r; // libpq would write notices on stderr
}

// Keywords before "dbname" are defaults that the connection string may change; those behind it are not to be changed.
static void start(struct backend *b)
{
    static const char *const names[] = {"fallback_application_name",
                                        "keepalives_idle",
                                        "keepalives_interval",
                                        "keepalives_count",
                                        "tcp_user_timeout",
                                        "target_session_attrs",
                                        "dbname",
                                        "client_encoding",
                                        NULL};
    const char *const values[] = {"entregentd", "30", "10", "3", "30000", "read-write", b->conninfo, "UTF8", NULL};
    b->conn = PQconnectStartParams(names, values, 1);
    if (!b->conn)
        log_die("backend", "out of memory");
    PQsetNoticeReceiver(b->conn, be_quiet, NULL);
    b->state = CONNECTING;
    loop_timer_set(b->timer, CONNECT_MS);
    if (PQstatus(b->conn) == CONNECTION_BAD) {
        break_off(b, "cannot connect", PQerrorMessage(b->conn));
        return;
    }
    watch(b);
    event_add(b->writable, NULL);
}

static void up(struct backend *b)
{
    if (b->refused) { // said already
        leave(b);
        return;
    }
    b->state = UP;
    b->wait = LEAST_WAIT;
    loop_timer_stop(b->timer);
    free(b->said);
    b->said = NULL;
    b->on.on_up(b->ctx);
}

static void take(struct backend *b, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_PIPELINE_SYNC) {
        b->syncs--;
        PQclear(r);
        if (b->state == PREPARING)
            up(b);
        else
            b->on.on_sync(b->ctx);
        return;
    }
    if (b->state == PREPARING) {
        if (status == PGRES_FATAL_ERROR) {
            say(b, "a statement cannot be prepared", PQresultErrorMessage(r));
            b->refused = true;
        }
        PQclear(r);
    } else
        b->on.on_answer(b->ctx, (struct answer *)r);
}

// Gives out all answers that have arrived whole.
static void take_all(struct backend *b)
{
    // A NULL stands behind each statement's result; two in a row: nothing is there.
    for (int nulls = 0; b->conn && b->syncs > 0 && nulls < 2 && b->state != BROKEN && !PQisBusy(b->conn);) {
        PGresult *r = PQgetResult(b->conn);
        nulls = r ? 0 : nulls + 1;
        if (r)
            take(b, r);
    }
}

static void take_notices(struct backend *b)
{
    bool any = false;
    for (PGnotify *n; (n = PQnotifies(b->conn)); PQfreemem(n))
        if (*n->extra && b->on.on_word)
            b->on.on_word(b->ctx, n->extra);
        else
            any = any || n->be_pid != PQbackendPID(b->conn); // what this process told, it knows
    if (any && b->state == UP && b->on.on_notice)
        b->on.on_notice(b->ctx);
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    struct backend *b = arg;
    if (b->state == CONNECTING) {
        step(b);
        return;
    }
    // What arrived before the connection broke still counts: a commit may be among it.
    bool good = !(what & EV_READ) || PQconsumeInput(b->conn);
    take_all(b);
    if (!b->conn || b->state == BROKEN)
        return;
    take_notices(b);
    if (b->state == BROKEN)
        return;
    if (!good || PQstatus(b->conn) == CONNECTION_BAD)
        lost(b);
    else
        flush(b);
}

static void on_time(void *ctx)
{
    struct backend *b = ctx;
    if (b->state == WAITING)
        start(b);
    else if (b->state == BROKEN) {
        leave(b);
        b->on.on_down(b->ctx);
    } else
        break_off(b, "cannot connect", "no answer in time");
}

struct backend *backend_new(struct loop *l, const struct backend_options *o, const struct backend_events *events,
                            void *ctx)
{
    struct backend *b = memory_new(sizeof *b);
    *b = (struct backend){.loop = l, .statements = o->statements, .count = o->count, .on = *events, .ctx = ctx};
    b->conninfo = memory_string(o->conninfo);
    b->setup = o->setup ? memory_string(o->setup) : NULL;
    b->wait = LEAST_WAIT;
    b->timer = loop_timer_new(l, on_time, b);
    loop_timer_set(b->timer, 0);
    return b;
}

void backend_free(struct backend *b)
{
    if (!b)
        return;
    unwatch(b);
    PQfinish(b->conn);
    loop_timer_free(b->timer);
    free(b->conninfo);
    free(b->setup);
    free(b->said);
    free(b);
}

bool backend_up(const struct backend *b)
{
    return b->state == UP;
}

void backend_send(struct backend *b, int statement, const char *const *values)
{
    const struct pg_statement *s = &b->statements[statement];
    if (b->state == UP)
        sent(b, PQsendQueryPrepared(b->conn, s->name, s->parameters, values, NULL, NULL, 0));
}

void backend_sync(struct backend *b)
{
    if (b->state == UP)
        sync_now(b);
}

void backend_reset(struct backend *b)
{
    if (b->state == UP)
        break_off(b, "connection given up", "the server no longer takes writes");
}

bool backend_good(const struct answer *a)
{
    ExecStatusType status = PQresultStatus((const PGresult *)a);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static const char *field(const struct answer *a, int code)
{
    const char *s = backend_good(a) ? NULL : PQresultErrorField((const PGresult *)a, code);
    return s ? s : "";
}

const char *backend_state(const struct answer *a)
{
    return field(a, PG_DIAG_SQLSTATE);
}

const char *backend_message(const struct answer *a)
{
    return field(a, PG_DIAG_MESSAGE_PRIMARY);
}

int backend_rows(const struct answer *a)
{
    return PQntuples((const PGresult *)a);
}

int backend_columns(const struct answer *a)
{
    return PQnfields((const PGresult *)a);
}

int64_t backend_affected(const struct answer *a)
{
    union {
        const struct answer *in;
        PGresult *out;
    } u = {.in = a}; // PQcmdTuples changes nothing
    return strtoll(PQcmdTuples(u.out), NULL, 10);
}

const char *backend_value(const struct answer *a, int row, int column)
{
    const PGresult *r = (const PGresult *)a;
    return PQgetisnull(r, row, column) ? NULL : PQgetvalue(r, row, column);
}

size_t backend_length(const struct answer *a, int row, int column)
{
    return (size_t)PQgetlength((const PGresult *)a, row, column);
}

void backend_release(struct answer *a)
{
    PQclear((PGresult *)a);
}
