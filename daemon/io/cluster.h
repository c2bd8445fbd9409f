// SPDX-License-Identifier: EUPL-1.2
// The private PostgreSQL under the data directory: made once, started, watched, stopped.
#ifndef IO_CLUSTER_H
#define IO_CLUSTER_H

#include "base/err.h"
#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct cluster;

// Layout under DATA: pg/NN (the cluster of major version NN), run/ (its socket, 0700), log/. `data` is the path as the
// process can use it (see account.h).
struct cluster_options {
    const char *data;
    const char *bin; // folder of initdb and postgres; NULL or "": the newest under /usr/lib/postgresql that fits
};

// initdb when the cluster is missing (into pg/NN.new, then renamed): --auth-local=peer --auth-host=reject
// --locale=C.UTF-8 --data-checksums, listen_addresses='', socket in run/. Blocking; seconds. Several processes may call
// it at a time. Errors are logged: ERR_IO; ERR_SETTING when only a cluster of another major version is there (the log
// line names the command).
enum err cluster_prepare(struct cluster **out, const struct cluster_options *o) MUST_USE;
// Whether a live server, started by whomever, answers on the socket. Blocking: waits at most 10 s for one that is just
// starting or stopping. A one-shot command uses that server, or else starts one for its own duration.
bool cluster_answers(const struct cluster *c);
// Starts postgres as a child (PDEATHSIG; readiness from its NOTIFY_SOCKET), watches it, restarts with back-off.
// on_ready is called each time it has become ready.
void cluster_start(struct cluster *c, struct loop *l, void (*on_ready)(void *ctx), void *ctx);
// SIGINT, waits until it is reaped, then on_stopped; soon when it does not run. SIGQUIT after 20 s.
void cluster_stop(struct cluster *c, void (*on_stopped)(void *ctx), void *ctx);
void cluster_free(struct cluster *c); // NULL is fine; after cluster_stop's end (a running server is killed)
// libpq connection string of the database "entregent". Borrowed.
const char *cluster_conninfo(const struct cluster *c);
// Folder of the programs that fit the cluster. Borrowed.
const char *cluster_bin(const struct cluster *c);

#endif
