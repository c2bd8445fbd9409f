// SPDX-License-Identifier: EUPL-1.2
// The account the daemon runs under and the data directory it may reach.
#ifndef IO_ACCOUNT_H
#define IO_ACCOUNT_H

#include "base/err.h"

#include <stdbool.h>

// Makes the data directory (0700) when missing, and when started as root becomes, for good (setgroups, setresgid,
// setresuid, checked), the directory's owner if that is not root, else the account `user` (NULL or "": not given), else
// "entregent", else "postgres", to whom a new or empty directory (lost+found and entregent.conf do not count) is given.
// Sets *usable (free()) to the path to use from then on: the real one, or /proc/self/fd/N where that account cannot
// traverse the folders above, or the path is too long for a socket in it, or holds characters that connection strings
// do not take. N stays open, also in children; others may not use the path. Sets HOME, USER and LOGNAME when the
// account changes. Programs run from then on cannot gain rights (no_new_privs). ERR_IO with a log line that says what to
// do.
enum err account_enter(const char *data, const char *user, char **usable) MUST_USE;
// Whether root finds an account for a new directory: `user`, or else "entregent" or "postgres"; never root's.
bool account_named(const char *user);
// For a look at what that account may read: becomes, when root, whom account_enter would become, as far as there is
// such an account; makes and gives away nothing.
void account_try(const char *data, const char *user);
// Keeps other daemons off the directory until this process ends. ERR_IO with a log line that names the other process.
enum err account_lock(const char *usable) MUST_USE;

#endif
