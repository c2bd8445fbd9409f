// SPDX-License-Identifier: EUPL-1.2
// The folder of a private PostgreSQL cluster: where it lies and how it is made.
#ifndef IO_INITDB_H
#define IO_INITDB_H

#include "base/err.h"

#include <stdbool.h>

// Database and role of the daemon.
#define INITDB_NAME "entregent"

// Highest major version of the clusters under DATA/pg, below the given one (0: of all); 0 when there is none.
int initdb_found(const char *data, int below);
// Makes the cluster DATA/pg/NAME with the programs in bin: role "entregent", settings, and the database when asked.
// What another attempt left there is removed first. Blocking, seconds.
enum err initdb_make(const char *data, const char *name, const char *bin, bool database) MUST_USE;
// Runs a statement in single-user mode on a cluster whose server does not run; finishes a crash recovery on the way.
enum err initdb_single(const char *data, const char *name, const char *bin, const char *database,
                       const char *sql) MUST_USE;
// Lets the present account, and no other, in as the role (the folder may have changed hands).
enum err initdb_access(const char *data, const char *name) MUST_USE;

#endif
