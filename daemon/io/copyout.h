// SPDX-License-Identifier: EUPL-1.2
// One COPY ... TO STDOUT (FORMAT BINARY) on a connection of its own, row by row on the loop.
#ifndef IO_COPYOUT_H
#define IO_COPYOUT_H

#include "io/loop.h"
#include "wire/copyrow.h"

#include <stdbool.h>
#include <stdint.h>

struct copyout;

#define COPYOUT_VALUES 3

struct copyout_step { // a statement that comes before it
    const char *sql;  // NULL ends the list
    int count;
    const char *values[COPYOUT_VALUES];
};

struct copyout_end {
    bool good;
    const char *state;   // SQLSTATE; "" when there is none: the connection failed
    const char *message; // "" when good
    int64_t rows;
};

struct copyout_events {
    // A row, borrowed until it returns. Not to free the copyout from here.
    void (*on_row)(void *ctx, const struct copyrow *row);
    // Exactly once, and then nothing more; the copyout may be freed from here. Of a failed one rows may have come.
    void (*on_end)(void *ctx, const struct copyout_end *end);
};

// Connects at once; nothing is called before it returned. conninfo is copied, steps and copy are borrowed until the end. The
// connection is read from for at most 10 ms before the loop has its turn.
struct copyout *copyout_new(struct loop *l, const char *conninfo, const struct copyout_step *steps, const char *copy,
                            const struct copyout_events *events, void *ctx);
void copyout_free(struct copyout *c); // no further events; NULL is fine

#endif
