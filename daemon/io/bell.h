// SPDX-License-Identifier: EUPL-1.2
// Wakes the nodes that share a database: LISTEN and NOTIFY on a connection of its own.
#ifndef IO_BELL_H
#define IO_BELL_H

#include "io/loop.h"

#include <stdbool.h>

struct bell;

struct bell_events {
    void (*on_ring)(void *ctx);            // someone rang, or may have while the connection was away
    void (*on_word)(void *ctx, const char *word); // a statement said that on the channel; lost while the connection is away
    void (*on_change)(void *ctx, bool up); // the connection came or went
};

struct bell *bell_new(struct loop *l, const char *conninfo, const char *channel, const struct bell_events *events,
                      void *ctx);
void bell_free(struct bell *b); // NULL is fine
bool bell_up(const struct bell *b);
// NOTIFY, at most one each 10 ms; without a connection, as soon as there is one again.
void bell_ring(struct bell *b);

#endif
