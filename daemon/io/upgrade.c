// SPDX-License-Identifier: EUPL-1.2
// Knows how the private cluster moves to a newer major version.
#include "io/upgrade.h"

#include "base/arena.h"
#include "base/log.h"
#include "io/child.h"
#include "io/disk.h"
#include "io/initdb.h"
#include "io/postgres.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct move {
    const char *data, *from_bin, *to_bin;
    int from, to;
};

static enum err run_upgrade(struct arena *a, const struct move *m, const char *fresh, const char *folder)
{
    const char *const argv[] = {arena_format(a, "%s/pg_upgrade", m->to_bin),
                                "--old-bindir",
                                m->from_bin,
                                "--new-bindir",
                                m->to_bin,
                                "--old-datadir",
                                arena_format(a, "%s/pg/%d", m->data, m->from),
                                "--new-datadir",
                                arena_format(a, "%s/pg/%s", m->data, fresh),
                                "--username",
                                INITDB_NAME,
                                "--socketdir",
                                arena_format(a, "%s/run", m->data),
                                NULL};
    const struct child_options o = {
        .argv = argv, .folder = folder, .log = arena_format(a, "%s/log/upgrade.log", m->data)};
    return child_run(&o, "pg_upgrade (log/upgrade.log tells more)");
}

// pg_upgrade writes scripts where it runs and comes back there by the real path, which may be closed to this account
// when it is below the data directory.
static enum err run_upgrade_aside(struct arena *a, const struct move *m, const char *fresh)
{
    char folder[] = P_tmpdir "/entregent-upgrade-XXXXXX";
    if (!mkdtemp(folder)) {
        log_error("upgrade", "cannot make a folder in %s: %s", P_tmpdir, strerror(errno));
        return ERR_IO;
    }
    enum err e = run_upgrade(a, m, fresh, folder);
    enum err removed = disk_remove(folder);
    return e ? e : removed;
}

// The new cluster takes its name when it is whole; whoever starts meanwhile or after a crash finds the older one.
static enum err move_cluster(struct arena *a, const struct move *m)
{
    const char *fresh = arena_format(a, "%d.new", m->to), *old = arena_format(a, "%d", m->from);
    log_info("upgrade", "moves the database from PostgreSQL %d to %d", m->from, m->to);
    enum err e = initdb_access(m->data, old);
    // pg_upgrade wants a clean stop, which a crash may have prevented.
    if (!e)
        e = initdb_single(m->data, old, m->from_bin, "template1", "SELECT 1;\n");
    if (!e)
        e = initdb_make(m->data, fresh, m->to_bin, false);
    if (!e)
        e = run_upgrade_aside(a, m, fresh);
    // Statistics are not moved.
    if (!e)
        e = initdb_single(m->data, fresh, m->to_bin, INITDB_NAME, "ANALYZE;\n");
    if (!e)
        e = disk_rename(arena_format(a, "%s/pg/%s", m->data, fresh), arena_format(a, "%s/pg/%d", m->data, m->to));
    if (!e)
        e = disk_rename(arena_format(a, "%s/pg/%s", m->data, old), arena_format(a, "%s/pg/%s.former", m->data, old));
    if (!e)
        log_info("upgrade", "done; pg/%s.former in the data directory can be removed", old);
    return e;
}

static enum err refuse_missing(int major)
{
    log_error("upgrade", "the programs of PostgreSQL %d are needed: install them (apt-get install postgresql-%d)",
              major, major);
    return ERR_IO;
}

enum err upgrade_cluster(const char *data, const char *from_bin, const char *to_bin)
{
    struct arena *a = arena_new();
    char *newest = postgres_folder(0), *older = NULL;
    struct move m = {.data = data, .to_bin = to_bin && *to_bin ? to_bin : newest};
    m.to = m.to_bin ? postgres_major(m.to_bin) : 0;
    m.from = initdb_found(data, m.to);
    older = m.from ? postgres_folder(m.from) : NULL;
    m.from_bin = from_bin && *from_bin ? from_bin : older;
    enum err e = ERR_OK;
    if (m.to < POSTGRES_OLDEST)
        e = refuse_missing(POSTGRES_OLDEST);
    else if (!m.from || initdb_found(data, 0) >= m.to)
        log_info("upgrade", "nothing to do: no database of a version before %d", m.to);
    else if (!m.from_bin)
        e = refuse_missing(m.from);
    else
        e = move_cluster(a, &m);
    free(newest);
    free(older);
    arena_free(a);
    return e;
}
