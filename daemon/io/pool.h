// SPDX-License-Identifier: EUPL-1.2
// Threads for work that would hold the loop up (passwords, workbooks), with a bounded queue. The threads yield to the rest of the
// process (lowest priority the system allows). The only threads of the daemon; what they run sees nothing but its own
// data.
#ifndef IO_POOL_H
#define IO_POOL_H

#include "base/err.h"
#include "io/loop.h"

#include <stdint.h>

struct pool;

// queue: jobs that may wait while every thread has one.
struct pool *pool_new(struct loop *l, int threads, int queue);
// Waits for what runs, then calls every `done` that is still owed, from within: ERR_OK for what ran, ERR_UNAVAILABLE
// for what did not. Not to be called from a `done`. NULL is fine.
void pool_free(struct pool *p);
// work(data) runs in a thread, then done(data, ERR_OK) on the loop, never before pool_run returned. data is the
// caller's and must live until done. ERR_TOO_MANY when the queue is full, ERR_UNAVAILABLE within pool_free: nothing is
// called then.
enum err pool_run(struct pool *p, void (*work)(void *data), void (*done)(void *data, enum err err),
                  void *data) MUST_USE;
int pool_waiting(const struct pool *p); // jobs whose `done` is still owed: queued, running or just ended
uint64_t pool_taken(const struct pool *p); // since the start

#endif
