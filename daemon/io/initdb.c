// SPDX-License-Identifier: EUPL-1.2
// Knows what a private cluster's folder holds and how it is made.
#include "io/initdb.h"

#include "base/log.h"
#include "base/text.h"
#include "io/child.h"
#include "io/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Defaults that the administrator may change there. ERROR lines would copy people's data into the log: the daemon
// itself tells failing statements.
static const char settings[] = "\n# Entregent\n"
                               "max_connections = 100\n"
                               "shared_buffers = 128MB\n"
                               "wal_compression = on\n"
                               "timezone = 'UTC'\n"
                               "log_timezone = 'UTC'\n"
                               "log_line_prefix = '%m [%p] '\n"
                               "log_min_messages = log\n"
                               "log_min_error_statement = panic\n"
                               "log_error_verbosity = terse\n"
                               "log_checkpoints = off\n"
                               "jit = off\n";

int initdb_found(const char *data, int below)
{
    int64_t newest = 0, n;
    char *pg = disk_path("%s/pg", data);
    DIR *d = opendir(pg);
    for (const struct dirent *e; d && (e = readdir(d));) {
        if (!text_int(e->d_name, &n) || n <= newest || n > 999 || (below && n >= below))
            continue;
        char *version = disk_path("%s/%s/PG_VERSION", pg, e->d_name);
        if (access(version, F_OK) == 0)
            newest = n;
        free(version);
    }
    if (d)
        closedir(d);
    free(pg);
    return (int)newest;
}

static enum err run_initdb(const char *data, const char *folder, const char *bin)
{
    char *program = disk_path("%s/initdb", bin), *log = disk_path("%s/log/initdb.log", data);
    const char *const argv[] = {program,
                                "-D",
                                folder,
                                "--username=" INITDB_NAME,
                                "--auth-local=peer",
                                "--auth-host=reject",
                                "--locale=C.UTF-8",
                                "--encoding=UTF8",
                                "--data-checksums",
                                NULL};
    enum err e = child_run(&(struct child_options){.argv = argv, .log = log}, "initdb");
    free(program);
    free(log);
    return e;
}

static enum err add_settings(const char *folder)
{
    char *path = disk_path("%s/postgresql.conf", folder);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, settings, sizeof settings - 1) == sizeof settings - 1 && fsync(fd) == 0;
    if (!good)
        log_error("initdb", "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    free(path);
    return good ? ERR_OK : ERR_IO;
}

enum err initdb_access(const char *data, const char *name)
{
    const struct passwd *pw = getpwuid(geteuid());
    if (!pw) {
        log_error("initdb", "the number %u has no account, which PostgreSQL needs", (unsigned)geteuid());
        return ERR_IO;
    }
    char *hba = disk_path("%s/pg/%s/pg_hba.conf", data, name), *ident = disk_path("%s/pg/%s/pg_ident.conf", data, name);
    // The daemon works as a role that owns nothing (sql/schema/0002_accounts.sql).
    char *map = disk_path("# written at each start\n" INITDB_NAME " \"%s\" " INITDB_NAME "\n" INITDB_NAME " \"%s\" " INITDB_NAME "_app\n",
                          pw->pw_name, pw->pw_name);
    enum err e = disk_write(hba, "# written at each start\nlocal all all peer map=" INITDB_NAME "\n");
    if (!e)
        e = disk_write(ident, map);
    free(hba);
    free(ident);
    free(map);
    return e;
}

static enum err run_single(const char *data, const char *folder, const char *bin, const char *database, int in)
{
    char *program = disk_path("%s/postgres", bin), *log = disk_path("%s/log/initdb.log", data);
    // exit_on_error: single-user mode would go on after a failed statement and end with 0.
    const char *const argv[] = {program, "--single", "-D", folder, "-c", "exit_on_error=on", database, NULL};
    enum err e = child_run(&(struct child_options){.argv = argv, .log = log, .in = in}, "postgres --single");
    free(program);
    free(log);
    return e;
}

enum err initdb_single(const char *data, const char *name, const char *bin, const char *database, const char *sql)
{
    int ends[2];
    char *folder = disk_path("%s/pg/%s", data, name);
    size_t len = strlen(sql);
    enum err e = ERR_IO;
    if (pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], sql, len) != (ssize_t)len || close(ends[1]) != 0)
        log_error("initdb", "cannot make a pipe");
    else
        e = run_single(data, folder, bin, database, ends[0]);
    close(ends[0]);
    free(folder);
    return e;
}

enum err initdb_make(const char *data, const char *name, const char *bin, bool database)
{
    char *folder = disk_path("%s/pg/%s", data, name);
    enum err e = disk_remove(folder);
    if (!e)
        e = run_initdb(data, folder, bin);
    if (!e)
        e = add_settings(folder);
    if (!e)
        e = initdb_access(data, name);
    if (!e && database)
        e = initdb_single(data, name, bin, "template1", "CREATE DATABASE " INITDB_NAME " TEMPLATE template0;\n");
    free(folder);
    return e;
}
