// SPDX-License-Identifier: EUPL-1.2
// The event loop: timers and signals. One thread.
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdint.h>

struct loop;
struct loop_timer;
struct event_base;

struct loop *loop_new(void); // never NULL
void loop_free(struct loop *l);
void loop_run(struct loop *l); // until loop_stop
void loop_stop(struct loop *l);
struct event_base *loop_base(struct loop *l); // for io/ only

// One-shot timer; set again with loop_timer_set. on_time is never called from within set.
struct loop_timer *loop_timer_new(struct loop *l, void (*on_time)(void *ctx), void *ctx);
void loop_timer_set(struct loop_timer *t, int64_t milliseconds); // replaces a former setting
void loop_timer_stop(struct loop_timer *t);
void loop_timer_free(struct loop_timer *t); // NULL is fine
// Calls fn when the signal comes (SIGTERM, SIGINT, SIGHUP, SIGCHLD).
void loop_signal(struct loop *l, int signal, void (*fn)(void *ctx, int signal), void *ctx);

#endif
