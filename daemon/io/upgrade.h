// SPDX-License-Identifier: EUPL-1.2
// The private cluster moves to a newer major version of PostgreSQL.
#ifndef IO_UPGRADE_H
#define IO_UPGRADE_H

#include "base/err.h"

// Moves the newest cluster under DATA/pg that is older than `to` into DATA/pg/TO by pg_upgrade; the older one stays as
// DATA/pg/NN.former until someone removes it. from_bin, to_bin: folders of the programs; NULL or "": those under
// /usr/lib/postgresql, of the cluster's version and the newest. The server must not run. Blocking, minutes. OK with a
// log line when there is nothing to do; ERR_IO with a log line that says what to install or where the reason stands.
enum err upgrade_cluster(const char *data, const char *from_bin, const char *to_bin) MUST_USE;

#endif
