// SPDX-License-Identifier: EUPL-1.2
// Knows how the database becomes a file and comes back from it.
#include "io/dump.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "io/child.h"
#include "io/disk.h"
#include "io/session.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RIGHTS "set app.rights = 'system'" // row-level security is forced for the owner too
#define SWAPS 5 // a daemon may connect again between the end of its sessions and the swap

// The connection string as environment of a child: other users can read a command line, and it may hold a password.
static char **environment_of(struct arena *a, const char *conninfo, const char **database)
{
    char *why = NULL, **env;
    PQconninfoOption *all = PQconninfoParse(conninfo, &why);
    int count = 0;
    if (!all) {
        log_error("dump", "the connection string cannot be read: %s", why ? why : "");
        PQfreemem(why);
        return NULL;
    }
    for (const PQconninfoOption *o = all; o->keyword; o++)
        count++;
    env = arena_array(a, (size_t)count + 2, sizeof *env);
    count = 0;
    *database = "";
    const char *options = "";
    for (const PQconninfoOption *o = all; o->keyword; o++) {
        if (o->val && strcmp(o->keyword, "options") == 0)
            options = arena_string(a, o->val);
        else if (o->val && o->envvar)
            env[count++] = arena_format(a, "%s=%s", o->envvar, o->val);
        if (o->val && strcmp(o->keyword, "dbname") == 0)
            *database = arena_string(a, o->val);
    }
    env[count++] = arena_format(a, "PGOPTIONS=%s -c app.rights=system", options);
    PQconninfoFree(all);
    return env;
}

static const char *const *fixed(char *const *env)
{
    union {
        char *const *in;
        const char *const *out;
    } u = {.in = env};
    return u.out;
}

static enum err run_dump(const char *conninfo, const char *bin, int out)
{
    struct arena *a = arena_new();
    const char *database, *argv[] = {arena_format(a, "%s/pg_dump", bin), "--format=custom", "--enable-row-security", NULL};
    char **env = environment_of(a, conninfo, &database);
    enum err e = ERR_IO;
    if (env)
        e = child_run(&(struct child_options){.argv = argv, .env = fixed(env), .out = out}, "pg_dump");
    arena_free(a);
    return e;
}

static enum err backup_to(const char *conninfo, const char *bin, const char *file, const char *part)
{
    int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        log_error("dump", "cannot write %s: %s (name a folder this account may write, or - for standard output)", part,
                  strerror(errno));
        return ERR_IO;
    }
    enum err e = run_dump(conninfo, bin, fd);
    if (!e && fsync(fd) != 0) {
        log_error("dump", "cannot make %s durable: %s", part, strerror(errno));
        e = ERR_IO;
    }
    close(fd);
    if (!e)
        e = disk_rename(part, file);
    if (e)
        unlink(part);
    return e;
}

enum err dump_backup(const char *conninfo, const char *bin, const char *file)
{
    if (text_equal(file, "-"))
        return run_dump(conninfo, bin, STDOUT_FILENO);
    char *part = disk_path("%s.part", file);
    enum err e = backup_to(conninfo, bin, file, part);
    free(part);
    return e;
}

static enum err run_restore(const char *conninfo, const char *bin, const char *database, int in)
{
    struct arena *a = arena_new();
    const char *ignored, *argv[] = {arena_format(a, "%s/pg_restore", bin),
                                    "--no-owner",
                                    "--no-privileges",
                                    "--single-transaction",
                                    "--dbname",
                                    database,
                                    NULL};
    char **env = environment_of(a, conninfo, &ignored);
    enum err e = ERR_IO;
    if (env)
        e = child_run(&(struct child_options){.argv = argv, .env = fixed(env), .in = in}, "pg_restore");
    arena_free(a);
    return e;
}

static enum err drop(struct session *s, const char *quoted)
{
    char *sql = disk_path("DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);
    enum err e = session_script(s, sql, sql);
    free(sql);
    return e;
}

static enum err create(struct session *s, const char *quoted)
{
    char *sql = disk_path("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'", quoted);
    enum err e = session_script(s, sql, sql);
    free(sql);
    return e;
}

struct restore {
    const char *conninfo, *bin, *after;
    int in;
};

// Names of the three databases, quoted for SQL.
struct names {
    char *present, *fresh, *former;
};

// ALTER DATABASE holds off new sessions while it waits for those that are ending.
static enum err swap(struct session *s, const char *database, const struct names *n)
{
    struct text sql;
    enum err e = ERR_IO;
    text_init(&sql, 4096);
    text_format(&sql, "ALTER DATABASE %s RENAME TO %s; ALTER DATABASE %s RENAME TO %s", n->present, n->former, n->fresh,
                n->present);
    for (int i = 0; i < SWAPS; i++) {
        e = session_query(s, "end sessions",
                          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1", 1,
                          (const char *const[]){database});
        if (!e)
            e = session_script(s, "swap", text_string(&sql));
        if (!e || strcmp(session_state(s), "55006") != 0) // in use
            break;
    }
    text_fini(&sql);
    return e;
}

static enum err settle(const char *conninfo, const char *fresh, const char *after)
{
    struct session *s = NULL;
    enum err e = session_open(&s, conninfo, fresh);
    if (!e)
        e = session_script(s, "rights", RIGHTS);
    if (!e)
        e = session_script(s, after, after);
    session_close(s);
    return e;
}

static enum err restore_with(struct session *s, const struct restore *r, const char *database)
{
    char *fresh = disk_path("%s_restore", database), *former = disk_path("%s_former", database);
    struct names n = {session_identifier(s, database), session_identifier(s, fresh), session_identifier(s, former)};
    enum err e = drop(s, n.fresh);
    if (!e)
        e = drop(s, n.former);
    if (!e)
        e = create(s, n.fresh);
    if (!e) {
        e = run_restore(r->conninfo, r->bin, fresh, r->in);
        if (!e)
            e = settle(r->conninfo, fresh, r->after);
        if (!e)
            e = swap(s, database, &n);
        // What is dropped is the half-done one, or the former one once the swap stands.
        if (drop(s, e ? n.fresh : n.former))
            log_warn("dump", "the database %s is still there", e ? fresh : former);
    }
    free(n.present), free(n.fresh), free(n.former);
    free(fresh), free(former);
    return e;
}

static enum err restore_from(const struct restore *r)
{
    struct session *s = NULL;
    struct arena *a = arena_new();
    const char *database = "";
    enum err e = environment_of(a, r->conninfo, &database) ? ERR_OK : ERR_IO;
    if (!e && !*database) {
        log_error("dump", "the connection string names no database");
        e = ERR_IO;
    }
    if (!e)
        e = session_open(&s, r->conninfo, "postgres");
    if (!e)
        e = restore_with(s, r, database);
    session_close(s);
    arena_free(a);
    return e;
}

enum err dump_restore(const char *conninfo, const char *bin, const char *file, const char *after)
{
    // A descriptor of its own: 0 would mean "nothing to read" to the child.
    int in = text_equal(file, "-") ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(file, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        log_error("dump", "cannot read %s: %s", file, strerror(errno));
        return ERR_IO;
    }
    enum err e = restore_from(&(struct restore){conninfo, bin, after, in});
    close(in);
    return e;
}

enum err dump_psql(const char *conninfo, const char *bin, char *const *argv)
{
    struct arena *a = arena_new();
    const char *database;
    char **env = environment_of(a, conninfo, &database);
    size_t count = 0;
    while (argv && argv[count])
        count++;
    char **all = arena_array(a, count + 2, sizeof *all);
    all[0] = arena_format(a, "%s/psql", bin);
    for (size_t i = 0; i < count; i++)
        all[i + 1] = argv[i];
    for (char **e = env; e && *e; e++)
        putenv(memory_string(*e)); // becomes part of the environment
    if (env) {
        execv(all[0], all);
        log_error("dump", "cannot run %s: %s", all[0], strerror(errno));
    }
    arena_free(a);
    return ERR_IO;
}
