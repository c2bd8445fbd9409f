// SPDX-License-Identifier: EUPL-1.2
// What the service manager is told (sd_notify(3)): ready, reloading, stopping, alive. Nothing happens without one.
#ifndef IO_NOTIFY_H
#define IO_NOTIFY_H

#include "io/loop.h"

struct notify;

// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment, so that children do not
// answer in our name. With a watchdog the loop says WATCHDOG=1 at half its time.
struct notify *notify_new(struct loop *l);
void notify_free(struct notify *n); // NULL is fine
void notify_ready(struct notify *n);     // READY=1
void notify_reloading(struct notify *n); // RELOADING=1 with MONOTONIC_USEC; notify_ready follows
void notify_stopping(struct notify *n);  // STOPPING=1
void notify_status(struct notify *n, const char *line);

#endif
