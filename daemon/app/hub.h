// SPDX-License-Identifier: EUPL-1.2
// Who listens: live streams of notices, each resumed from the last id its reader has seen.
#ifndef APP_HUB_H
#define APP_HUB_H

#include "app/call.h"

struct hub;

struct hub *hub_new(struct parts *s);
void hub_free(struct hub *h);
// Notices may have been stored, here or by another process.
void hub_wake(struct hub *h);
// What a buyer sees of a need has changed: "ORGANISATION NEED". Its streams get an event `answers`, for each need once a second at most.
void hub_stir(struct hub *h, const char *word);
// Sessions, tokens or roles have changed: streams that lost their ground end.
void hub_recheck(struct hub *h);
// The route: opens a stream for the caller. Last-Event-ID (or ?since=) tells where to go on; without it the stream
// starts with what comes next.
void hub_open(struct call *c);
// Whether the caller may open another stream; else it is refused. Streams are counted by organisation (or what else has them).
bool hub_admits(struct call *c, const char *whose);
// Streams that are not the hub's own: counted with its own, +1 as they begin, -1 as they end.
void hub_count(struct hub *h, const char *whose, int by);
// The server says that a stream has ended.
void hub_on_stream_end(struct hub *h, uint64_t id);
// The route: the caller's notices, latest first.
void hub_list(struct call *c);
// The settings may have changed: the next heartbeat comes by the present one.
void hub_reload(struct hub *h);
// Announces the reconnection delay and ends all streams.
void hub_drain(struct hub *h);

struct hub_counts {
    uint64_t sent, resets;
    int streams;
};
struct hub_counts hub_counts(const struct hub *h);

#endif
