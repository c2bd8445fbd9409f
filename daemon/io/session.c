// SPDX-License-Identifier: EUPL-1.2
// Knows how to ask PostgreSQL one thing and wait for the answer.
#include "io/session.h"

#include "base/arena.h"
#include "base/log.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    PGconn *conn;
    PGresult *result;
    char state[6];
};

static void ignore_notice(void *ctx, const PGresult *r)
{
    (void)ctx;
    (void)r;
}

enum err session_open(struct session **out, const char *conninfo, const char *database)
{
    // The second dbname, when there is one, replaces that of the connection string.
    const char *const names[] = {"fallback_application_name", "connect_timeout", "target_session_attrs", "dbname",
                                 "client_encoding", database ? "dbname" : NULL, NULL};
    const char *const values[] = {"entregentd", "10", "read-write", conninfo, "UTF8", database, NULL};
    PGconn *conn = PQconnectdbParams(names, values, 1);
    if (PQstatus(conn) != CONNECTION_OK) {
        log_error("database", "%s", PQerrorMessage(conn));
        PQfinish(conn);
        return ERR_UNAVAILABLE;
    }
    PQsetNoticeReceiver(conn, ignore_notice, NULL);
    *out = memory_new(sizeof **out);
    (*out)->conn = conn;
    return ERR_OK;
}

void session_close(struct session *s)
{
    if (!s)
        return;
    PQclear(s->result);
    PQfinish(s->conn);
    free(s);
}

bool session_form(const char *conninfo)
{
    PQconninfoOption *all = PQconninfoParse(conninfo, NULL);
    PQconninfoFree(all);
    return all != NULL;
}

static enum err take(struct session *s, const char *what, PGresult *result)
{
    PQclear(s->result);
    s->result = result;
    ExecStatusType status = PQresultStatus(result);
    s->state[0] = 0;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return ERR_OK;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(s->state, sizeof s->state, "%s", state ? state : "08006");
    log_error("database", "%s: %s", what, PQerrorMessage(s->conn));
    // Not the statement's fault: the connection broke, the server stops, or another session held the lock too long.
    bool later = PQstatus(s->conn) == CONNECTION_BAD || strncmp(s->state, "57P", 3) == 0 || strcmp(s->state, "55P03") == 0;
    return later ? ERR_UNAVAILABLE : ERR_INTERNAL;
}

enum err session_script(struct session *s, const char *what, const char *sql)
{
    return take(s, what, PQexec(s->conn, sql));
}

enum err session_query(struct session *s, const char *what, const char *sql, int count, const char *const *values)
{
    return take(s, what, PQexecParams(s->conn, sql, count, NULL, values, NULL, NULL, 0));
}

int session_rows(const struct session *s)
{
    return PQntuples(s->result);
}

const char *session_value(const struct session *s, int row, int column)
{
    return PQgetisnull(s->result, row, column) ? NULL : PQgetvalue(s->result, row, column);
}

int session_version(const struct session *s)
{
    return PQserverVersion(s->conn);
}

const char *session_state(const struct session *s)
{
    return s->state;
}

char *session_identifier(struct session *s, const char *name)
{
    char *quoted = PQescapeIdentifier(s->conn, name, strlen(name));
    if (!quoted)
        log_die("database", "a name cannot be quoted: %s", PQerrorMessage(s->conn));
    char *copy = memory_string(quoted);
    PQfreemem(quoted);
    return copy;
}
