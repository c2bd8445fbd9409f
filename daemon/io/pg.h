// SPDX-License-Identifier: EUPL-1.2
// PostgreSQL through libpq in pipeline mode: a connection that groups writes, one for writes that take their time, one for writes
// of many rows, others that read. Statements are known by number, prepared once a connection, parameters and results in text form.
#ifndef IO_PG_H
#define IO_PG_H

#include "base/err.h"
#include "io/loop.h"
#include "io/statement.h"
#include "wire/copyrow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pg;

struct pg_result {
    enum err err;          // OK; UNAVAILABLE (no connection, no lock, no time or no room at the server: nothing was stored,
                           // or it is unknown whether it was: `doubt`); TOO_MANY (queue full); INTERNAL (the statement failed)
    bool doubt;            // the connection broke after the write was sent
    const char *state;     // SQLSTATE of a failure ("23505"), "" otherwise
    const char *message;   // of a failure, "" otherwise
    int rows, columns;
    int64_t affected;
    const void *handle;    // for pg_value
};

// NULL for SQL NULL. Borrowed until the callback returns.
const char *pg_value(const struct pg_result *r, int row, int column);
size_t pg_length(const struct pg_result *r, int row, int column);

typedef void pg_done(void *ctx, const struct pg_result *r);

struct pg_limits {
    int readers;      // reading connections
    int group;        // most statements a write group (one Sync)
    int queue;        // most waiting; further ones get TOO_MANY
    int64_t wait_ms;  // a statement that could not be sent within this gets UNAVAILABLE
    int64_t run_ms;   // statement_timeout of reads, lock_timeout of writes
};

// Connects in the background and again after a loss, with back-off. conninfo and role are copied, statements borrowed for
// life. Each connection takes the role; before each statement the one numbered `context` runs in its transaction, with the
// three values of the scope (of system statements the rights end in "system").
struct pg *pg_new(struct loop *l, const char *conninfo, const char *role, const struct pg_statement *statements, int count,
                  int context, const struct pg_limits *limits);
// Pending callbacks are called with UNAVAILABLE; they may not start anything anew. Not from within a callback.
void pg_free(struct pg *p);
bool pg_ready(const struct pg *p); // every connection stands and has its statements prepared
// Called when pg_ready changes.
void pg_on_ready(struct pg *p, void (*fn)(void *ctx, bool ready), void *ctx);

// scope: who asks, copied; NULL for system statements that nobody asked for.
// Values are copied; NULL is SQL NULL. done is called exactly once, never before the function returned.
// A write is committed when done gets OK: groups are one transaction each; when a statement of a group fails, the group
// is repeated one by one, so that it fails alone. Order of writes is kept. Deadlocks and serialization failures are tried
// again three times. A read runs in a read-only transaction and is tried again once when its connection breaks.
void pg_write(struct pg *p, const struct pg_scope *scope, int statement, const char *const *values, pg_done *done, void *ctx);
// The same for a system statement that takes its time, on a connection of its own: other writes neither wait for it nor
// fail with it, and there is no order between them and it.
void pg_write_apart(struct pg *p, int statement, const char *const *values, pg_done *done, void *ctx);
// The same for many rows at once: apart from both, one transaction each, in order.
void pg_write_bulk(struct pg *p, const struct pg_scope *scope, int statement, const char *const *values, pg_done *done, void *ctx);
void pg_read(struct pg *p, const struct pg_scope *scope, int statement, const char *const *values, pg_done *done, void *ctx);

// A system statement that is a COPY ... TO STDOUT (FORMAT BINARY), row by row, in a read-only transaction on a connection of its own
// that is made for it and closed after it. The statement sees `value` (copied) as current_setting('app.value'). A row is borrowed
// until on_row returns; nothing of pg may be freed in there. done comes as for the others, with `affected` as the number of rows;
// when it brings an error rows may have come before: begin again. Nothing is tried again here.
typedef void pg_row(void *ctx, const struct copyrow *row);
void pg_copy(struct pg *p, int statement, const char *value, pg_row *on_row, pg_done *done, void *ctx);

// LISTEN on a channel with a connection of its own; on_notice also after each reconnection (something may have been
// missed). on_word: what a statement says there by pg_notify, to each daemon of the database. One channel a pg.
void pg_listen(struct pg *p, const char *channel, void (*on_notice)(void *ctx), void (*on_word)(void *ctx, const char *word), void *ctx);
// NOTIFY, coalesced to at most one each 10 ms, on the listening connection.
void pg_notify(struct pg *p);

struct pg_counts {
    uint64_t reads, writes, groups, failed, lost; // lost: broken connections
    int waiting;                                  // statements not yet answered
};
struct pg_counts pg_counts(const struct pg *p);

#endif
