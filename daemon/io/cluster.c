// SPDX-License-Identifier: EUPL-1.2
// Knows how the private PostgreSQL is kept running.
#include "io/cluster.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/child.h"
#include "io/disk.h"
#include "io/initdb.h"
#include "io/postgres.h"
#include "io/ready.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEAST_WAIT 100
#define MOST_WAIT 5000
#define SOON 20           // tries at that; a former server may still be on its way out
#define STEADY_US 1000000 // a server that ran this long starts the back-off anew
#define QUIT_MS 20000
#define LOG_BYTES (16 << 20)

enum state { IDLE, STARTING, RUNNING, WAITING, STOPPING };

struct cluster {
    char *data, *bin, *folder, *log, *conninfo;
    enum state state;
    struct loop *loop;
    struct loop_timer *timer; // WAITING: the next start; STOPPING: harder means
    struct ready *ready;
    struct child *child; // NULL when none runs
    int64_t ready_at;
    int wait, tries;
    void (*on_ready)(void *ctx);
    void *ready_ctx;
    void (*on_stopped)(void *ctx);
    void *stopped_ctx;
};

static enum err make_folders(const char *data)
{
    static const char *const names[] = {"pg", "run", "log"};
    enum err e = ERR_OK;
    for (size_t i = 0; !e && i < sizeof names / sizeof *names; i++) {
        char *path = disk_path("%s/%s", data, names[i]);
        e = disk_folder(path);
        free(path);
    }
    return e;
}

// Which programs fit: those of the cluster that is there, else the newest.
static enum err choose_bin(const struct cluster_options *o, int found, char **bin, int *major)
{
    bool given = o->bin && *o->bin;
    char *folder = given ? memory_string(o->bin) : postgres_folder(found);
    if (!folder)
        folder = postgres_folder(0);
    *major = folder ? postgres_major(folder) : 0;
    *bin = folder;
    if (*major == 0)
        log_error("cluster", "no PostgreSQL found in %s: install it (apt-get install postgresql)",
                  folder ? folder : "/usr/lib/postgresql");
    else if (*major < POSTGRES_OLDEST)
        log_error("cluster", "PostgreSQL %d is too old: %d or newer is needed", *major, POSTGRES_OLDEST);
    else if (found && found != *major)
        log_error("cluster",
                  "the data is of PostgreSQL %d, the programs in %s are of %d: install postgresql-%d again, or move "
                  "the data to "
                  "%d (entregentd db upgrade --data DIR)",
                  found, folder, *major, found, *major);
    else
        return ERR_OK;
    free(folder);
    return *major >= POSTGRES_OLDEST ? ERR_SETTING : ERR_IO;
}

// The cluster appears under its name only when it is complete.
static enum err make_cluster(const char *data, const char *bin, int major)
{
    char name[24], *part = disk_path("%s/pg/%d.new", data, major), *whole = disk_path("%s/pg/%d", data, major);
    snprintf(name, sizeof name, "%d.new", major);
    log_info("cluster", "makes a database (PostgreSQL %d)", major);
    enum err e = initdb_make(data, name, bin, true);
    if (!e)
        e = disk_rename(part, whole);
    free(part);
    free(whole);
    return e;
}

static enum err prepare(const struct cluster_options *o, char **bin, int *major)
{
    int found = initdb_found(o->data, 0);
    enum err e = choose_bin(o, found, bin, major);
    if (!e && !found)
        e = make_cluster(o->data, *bin, *major);
    char name[16];
    snprintf(name, sizeof name, "%d", *major);
    if (!e)
        e = initdb_access(o->data, name);
    return e;
}

// The lock makes a second process wait until the first has made the cluster. It is left open to initdb and what that
// starts: when we are killed they go on for a moment, and who comes next must wait for their end too.
static enum err prepare_alone(const struct cluster_options *o, char **bin, int *major)
{
    char *pg = disk_path("%s/pg", o->data);
    int fd = open(pg, O_RDONLY | O_DIRECTORY);
    enum err e = ERR_IO;
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        log_error("cluster", "cannot lock %s: %s", pg, strerror(errno));
    else
        e = prepare(o, bin, major);
    if (fd >= 0)
        close(fd);
    free(pg);
    return e;
}

enum err cluster_prepare(struct cluster **out, const struct cluster_options *o)
{
    char *bin = NULL;
    int major = 0;
    enum err e = make_folders(o->data);
    if (!e)
        e = prepare_alone(o, &bin, &major);
    if (e)
        return e;
    struct cluster *c = memory_new(sizeof *c);
    c->data = memory_string(o->data);
    c->bin = bin;
    c->folder = disk_path("%s/pg/%d", o->data, major);
    c->log = disk_path("%s/log/postgres.log", o->data);
    c->conninfo = disk_path("host=%s/run port=5432 user=" INITDB_NAME " dbname=" INITDB_NAME, o->data);
    c->wait = LEAST_WAIT;
    *out = c;
    return ERR_OK;
}

bool cluster_answers(const struct cluster *c)
{
    for (int tries = 0; tries < 100; tries++) {
        PGPing ping = PQping(c->conninfo);
        if (ping != PQPING_REJECT)
            return ping == PQPING_OK;
        usleep(100000);
    }
    return false;
}

static void go(struct cluster *c);

static void on_time(void *ctx)
{
    struct cluster *c = ctx;
    if (c->state == WAITING)
        go(c);
    else if (c->state == STOPPING && c->child) {
        log_warn("cluster", "postgres did not stop in %d s; it is made to", QUIT_MS / 1000);
        child_signal(c->child, SIGQUIT);
    } else if (c->state == STOPPING) {
        c->state = IDLE;
        c->on_stopped(c->stopped_ctx);
    }
}

static void on_ready(void *ctx, pid_t pid)
{
    struct cluster *c = ctx;
    if (!c->child || child_pid(c->child) != pid || (c->state != STARTING && c->state != RUNNING))
        return;
    c->state = RUNNING;
    c->ready_at = clock_mono();
    log_info("cluster", "postgres is ready (pid %d)", (int)pid);
    c->on_ready(c->ready_ctx);
}

static void wait_and_go(struct cluster *c)
{
    c->state = WAITING;
    loop_timer_set(c->timer, c->wait);
    if (++c->tries >= SOON)
        c->wait = c->wait * 2 > MOST_WAIT ? MOST_WAIT : c->wait * 2;
}

static void on_end(void *ctx, int status)
{
    struct cluster *c = ctx;
    char how[32], line[512];
    child_free(c->child);
    c->child = NULL;
    if (c->state == STOPPING) {
        loop_timer_stop(c->timer);
        c->state = IDLE;
        log_info("cluster", "postgres has stopped");
        c->on_stopped(c->stopped_ctx);
        return;
    }
    if (c->state == RUNNING && clock_mono() - c->ready_at > STEADY_US) {
        c->wait = LEAST_WAIT;
        c->tries = 0;
    }
    child_describe(status, how);
    disk_last_line(c->log, line, sizeof line);
    log_error("cluster", "postgres ended (%s), again in %d ms; its last words: %s", how, c->wait, line);
    wait_and_go(c);
}

// Settings that hold whatever postgresql.conf says.
static enum err spawn(struct cluster *c)
{
    char *program = disk_path("%s/postgres", c->bin), *sockets = disk_path("unix_socket_directories=%s/run", c->data);
    const char *const argv[] = {program,
                                "-D",
                                c->folder,
                                "-c",
                                "listen_addresses=",
                                "-c",
                                sockets,
                                "-c",
                                "unix_socket_permissions=0700",
                                "-c",
                                "port=5432",
                                "-c",
                                "logging_collector=off",
                                "-c",
                                "jit=off", // machine code made at run time, which a hardened service may not
                                NULL};
    const char *const env[] = {ready_environment(c->ready), NULL};
    const struct child_options o = {.argv = argv, .env = env, .log = c->log, .death = SIGINT};
    enum err e = child_open(&c->child, c->loop, &o, on_end, c);
    free(program);
    free(sockets);
    return e;
}

static void shorten_log(const struct cluster *c)
{
    struct stat st;
    char *old = disk_path("%s.1", c->log);
    if (stat(c->log, &st) == 0 && st.st_size > LOG_BYTES && rename(c->log, old) != 0)
        log_warn("cluster", "cannot put %s aside: %s", c->log, strerror(errno));
    free(old);
}

static void go(struct cluster *c)
{
    c->state = STARTING;
    shorten_log(c);
    if ((!c->ready && ready_open(&c->ready, c->loop, on_ready, c) != ERR_OK) || spawn(c) != ERR_OK)
        wait_and_go(c);
}

void cluster_start(struct cluster *c, struct loop *l, void (*on_ready_fn)(void *ctx), void *ctx)
{
    c->loop = l;
    c->on_ready = on_ready_fn;
    c->ready_ctx = ctx;
    c->timer = loop_timer_new(l, on_time, c);
    go(c);
}

void cluster_stop(struct cluster *c, void (*on_stopped)(void *ctx), void *ctx)
{
    c->on_stopped = on_stopped;
    c->stopped_ctx = ctx;
    c->state = STOPPING;
    loop_timer_set(c->timer, c->child ? QUIT_MS : 0);
    if (c->child)
        child_signal(c->child, SIGINT);
}

void cluster_free(struct cluster *c)
{
    if (!c)
        return;
    child_free(c->child);
    ready_close(c->ready);
    loop_timer_free(c->timer);
    free(c->data);
    free(c->bin);
    free(c->folder);
    free(c->log);
    free(c->conninfo);
    free(c);
}

const char *cluster_conninfo(const struct cluster *c)
{
    return c->conninfo;
}

const char *cluster_bin(const struct cluster *c)
{
    return c->bin;
}
