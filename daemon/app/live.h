// SPDX-License-Identifier: EUPL-1.2
// What happens in conventions, as it happens: streams of the organiser and of the hall board, each resumed from the last number
// its reader has seen.
#ifndef APP_LIVE_H
#define APP_LIVE_H

#include "app/call.h"

struct live;

struct live *live_new(struct parts *s);
void live_free(struct live *l); // NULL is fine
// Something may have happened, here or in another process. Cheap; call it often.
void live_wake(struct live *l);
// Something was stored that people are told of, or that asks for a repair: wakes the streams, what delivers, who listens here, and
// other processes.
void live_told(struct parts *s);
// Who listens here (one): a process is not notified of what it notifies itself.
void live_on_told(struct live *l, void (*fn)(void *ctx), void *ctx);
// Sessions, tokens, roles or the addresses of boards have changed: streams that lost their ground end.
void live_recheck(struct live *l);
// The route: a convention's stream for its organiser.
void live_open(struct call *c);
// A stream of that convention. hall: the key of the board's address, whose stream is cut to what a board shows; NULL: the
// organiser's. The caller has checked that it may.
void live_follow(struct call *c, const char *convention, const char *hall);
// The server says that a stream has ended.
void live_on_stream_end(struct live *l, uint64_t id);
// Announces the reconnection delay and ends all streams.
void live_drain(struct live *l);
int live_streams(const struct live *l);

#endif
