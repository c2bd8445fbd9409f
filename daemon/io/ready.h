// SPDX-License-Identifier: EUPL-1.2
// Readiness messages of children, by the protocol of sd_notify(3).
#ifndef IO_READY_H
#define IO_READY_H

#include "base/err.h"
#include "io/loop.h"

#include <sys/types.h>

struct ready;

// on_ready gets the process that said READY=1; the kernel vouches for the number, so a stranger cannot pretend.
enum err ready_open(struct ready **out, struct loop *l, void (*on_ready)(void *ctx, pid_t pid), void *ctx) MUST_USE;
void ready_close(struct ready *r);                    // NULL is fine
const char *ready_environment(const struct ready *r); // "NOTIFY_SOCKET=..." for the child. Borrowed

#endif
