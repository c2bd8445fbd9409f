// SPDX-License-Identifier: EUPL-1.2
// The database as a file: backup, restore, and psql. Blocking. Errors are logged: ERR_IO.
#ifndef IO_DUMP_H
#define IO_DUMP_H

#include "base/err.h"

// bin: folder of pg_dump, pg_restore and psql (cluster_bin, or postgres_folder). file: "-" is standard output or input.

// pg_dump into FILE.part (0600), made durable, then renamed. The account must be able to write the folder; "-" can
// always be redirected by whoever starts the program.
enum err dump_backup(const char *conninfo, const char *bin, const char *file) MUST_USE;
// Restores into a new database NAME_restore, then swaps the names in one transaction and drops the former one; sessions
// are ended. On failure all is as before. What a running daemon keeps in memory is of the former one: start it again.
// after: SQL that the new database still needs before it takes the place of the former one.
enum err dump_restore(const char *conninfo, const char *bin, const char *file, const char *after) MUST_USE;
// Becomes psql; argv: further arguments, NULL-terminated. Returns only on failure.
enum err dump_psql(const char *conninfo, const char *bin, char *const *argv) MUST_USE;

#endif
