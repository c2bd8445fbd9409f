// SPDX-License-Identifier: EUPL-1.2
// Knows how the files of sql/ reach the database.
#include "app/store.h"

#include "app/own.h"
#include "base/log.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static struct pg_statement statements[SQL_COUNT]; // filled once, constant afterwards

// The greatest N of "$N".
static int parameters(const char *sql)
{
    int most = 0;
    for (const char *p = sql; (p = strchr(p, '$')); p++) {
        int n = atoi(p + 1);
        most = n > most ? n : most;
    }
    return most;
}

const struct pg_statement *store_statements(void)
{
    for (int i = 0; i < SQL_COUNT && !statements[i].name; i++)
        statements[i] = (struct pg_statement){sql_query[i].name, sql_query[i].text, parameters(sql_query[i].text),
                                              strstr(sql_query[i].text, "\n-- as system\n") != NULL};
    return statements;
}

enum err store_query(struct session *s, enum sql_statement statement, const char *const *values)
{
    const struct pg_statement *q = &store_statements()[statement];
    return session_query(s, q->name, q->sql, q->parameters, values);
}

static void add_cpv(void *ctx, const char *const *f)
{
    struct text *rows = ctx;
    text_format(rows, "%s{\"code\":%d,\"fr\":", rows->len ? "," : "[", atoi(f[0]));
    text_json(rows, f[1]);
    text_put(rows, ",\"en\":");
    text_json(rows, f[2]);
    text_put(rows, "}");
}

static enum err put_own_cpv(struct session *s)
{
    struct text rows;
    text_init(&rows, 16 << 20);
    own_each("cpv", add_cpv, &rows);
    text_put(&rows, "]");
    enum err err = store_query(s, SQL_cpv_put, (const char *const[]){text_string(&rows), "false"});
    text_fini(&rows);
    return err;
}

static enum err apply(struct session *s, const struct sql_file *file)
{
    struct text script;
    text_init(&script, 16 << 20);
    text_format(&script, "begin;\n%s\ninsert into schema_file (name) values ('%s');\ncommit;", file->text, file->name);
    log_info("store", "schema %s", file->name);
    enum err err = session_script(s, file->name, text_string(&script));
    text_fini(&script);
    if (err != ERR_OK && session_script(s, "rollback", "rollback") != ERR_OK)
        log_error("store", "rollback failed");
    return err;
}

static enum err apply_missing(struct session *s, bool *fresh)
{
    enum err err = session_script(s, "schema_file", "create table if not exists schema_file "
                                                    "(name text primary key, applied timestamptz not null default now())");
    if (err != ERR_OK)
        return err;
    for (const struct sql_file *file = sql_schema; file->name; file++) {
        err = session_query(s, "schema_file", "select from schema_file where name = $1", 1, (const char *const[]){file->name});
        if (err != ERR_OK)
            return err;
        *fresh = *fresh || (file == sql_schema && session_rows(s) == 0);
        if (session_rows(s) == 0 && (err = apply(s, file)) != ERR_OK)
            return err;
    }
    err = session_query(s, "schema_file", "select name from schema_file order by name", 0, NULL);
    const struct sql_file *file = sql_schema;
    for (int i = 0; err == ERR_OK && i < session_rows(s); i++, file++)
        if (!text_equal(session_value(s, i, 0), file->name)) {
            log_error("store", "the database has schema %s, which this program does not know: it is newer",
                      session_value(s, i, 0));
            return ERR_SETTING;
        }
    return err;
}

enum err store_migrate(struct session *s, bool *fresh)
{
    *fresh = false;
    if (session_version(s) < 150000) {
        log_error("store", "PostgreSQL 15 or newer is needed, the server is %d", session_version(s) / 10000);
        return ERR_SETTING;
    }
    // Row-level security is forced for the owner too.
    enum err err = session_script(s, "rights", "set app.rights = 'system'");
    if (err != ERR_OK)
        return err;
    // Two daemons that start together must not both apply a file.
    err = session_script(s, "lock", "set lock_timeout = '10s'; select pg_advisory_lock(7236501); reset lock_timeout");
    if (err == ERR_OK)
        err = apply_missing(s, fresh);
    if (err == ERR_OK)
        err = store_query(s, SQL_app_grants, NULL);
    if (err == ERR_OK)
        err = put_own_cpv(s);
    if (session_script(s, "unlock", "select pg_advisory_unlock(7236501)") != ERR_OK && err == ERR_OK)
        err = ERR_INTERNAL;
    return err;
}
