// SPDX-License-Identifier: EUPL-1.2
// PostgreSQL's programs on this machine.
#ifndef IO_POSTGRES_H
#define IO_POSTGRES_H

// Oldest major version that the statements need.
#define POSTGRES_OLDEST 15

// Major version of the programs in the folder, 0 when there are none that run. Blocking, milliseconds.
int postgres_major(const char *bin);
// The folder under /usr/lib/postgresql with initdb and postgres of this major version (0: the newest one); free(); NULL
// when there is none.
char *postgres_folder(int major);

#endif
