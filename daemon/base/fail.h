// SPDX-License-Identifier: EUPL-1.2
// Named points at which a test makes the process fail. They exist with -DFAULTS only; what is delivered has none.
// ENTREGENT_FAIL="NAME:N" chooses the N-th time that the point NAME is reached, counted from the start of the process.
// Points: reply (a group of statements was answered; nobody knows yet), step (the matcher's step before it is sent, and
// after its answer), delivery (before something is handed over, and after the other side took it); reply-error: that
// reply is lost with its connection.
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#ifdef FAULTS
#include <stdbool.h>

// Ends the process on the spot, as kill -9 would, with status 9.
#define FAIL_DIE(name) fail_die(name)
// Whether what follows is to fail, once.
#define FAIL_HERE(name) fail_here(name)
void fail_die(const char *name);
bool fail_here(const char *name);
#else
#define FAIL_DIE(name) ((void)0)
#define FAIL_HERE(name) false
#endif

#endif
