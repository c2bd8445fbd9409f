// SPDX-License-Identifier: EUPL-1.2
// One connection to PostgreSQL on the loop, in pipeline mode: connects, prepares its statements, connects again with
// back-off after a loss. It knows nothing of what the statements are for.
#ifndef IO_BACKEND_H
#define IO_BACKEND_H

#include "io/loop.h"
#include "io/statement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backend;
struct answer; // what the server said to one statement

// None of these is called before the function that caused it returned.
struct backend_events {
    // Connected and prepared.
    void (*on_up)(void *ctx);
    // One for each statement sent, in order; the answer is the receiver's (backend_release). When the commit itself
    // fails (a deferred constraint), that failure comes as one more answer before on_sync.
    void (*on_answer)(void *ctx, struct answer *a);
    // One for each backend_sync, in order: what was sent before it is committed, unless an answer before it was a
    // failure.
    void (*on_sync)(void *ctx);
    // The connection, which was up, broke: what was sent and not yet synced will get no answer.
    void (*on_down)(void *ctx);
    // NOTIFY came on a channel that `setup` listens to; may be NULL.
    void (*on_notice)(void *ctx);
    void (*on_word)(void *ctx, const char *word); // a notice that says something (may be NULL)
};

struct backend_options {
    const char *conninfo;                  // copied
    const char *setup;                     // one SQL statement for each new connection, copied; NULL: none
    const struct pg_statement *statements; // borrowed for life
    int count;
};

// Starts to connect at once.
struct backend *backend_new(struct loop *l, const struct backend_options *o, const struct backend_events *events,
                            void *ctx);
void backend_free(struct backend *b); // no further events; NULL is fine
bool backend_up(const struct backend *b);
// Queues a statement, or the end of a transaction; only when up. values are copied.
void backend_send(struct backend *b, int statement, const char *const *values);
void backend_sync(struct backend *b);
// Drops the connection and makes a new one (the server is no longer fit); on_down follows.
void backend_reset(struct backend *b);

bool backend_good(const struct answer *a);
const char *backend_state(const struct answer *a);   // SQLSTATE, "" when good
const char *backend_message(const struct answer *a); // "" when good
int backend_rows(const struct answer *a);
int backend_columns(const struct answer *a);
int64_t backend_affected(const struct answer *a);
const char *backend_value(const struct answer *a, int row, int column); // NULL for SQL NULL
size_t backend_length(const struct answer *a, int row, int column);
void backend_release(struct answer *a); // NULL is fine

#endif
