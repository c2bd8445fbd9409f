// SPDX-License-Identifier: EUPL-1.2
// Rows as PostgreSQL sends them by COPY ... TO STDOUT (FORMAT BINARY).
#ifndef WIRE_COPYROW_H
#define WIRE_COPYROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COPYROW_MOST 16 // fields of a row

struct copyrow {
    int count;
    struct copyfield {
        const char *bytes; // NULL: SQL NULL; borrowed, without NUL behind
        size_t len;
    } fields[COPYROW_MOST];
};

enum copyrow_found { COPYROW_ROW, COPYROW_NONE, COPYROW_BAD };

struct copyrow_reader { // begins as zeros
    bool begun, ended;  // the head, the trailer was read
};

// The next row in [*at, end), which moves on. Rows are never cut: what is handed over ends with one. NONE when all is read;
// BAD when it is not that format, or has more fields than COPYROW_MOST.
enum copyrow_found copyrow_next(struct copyrow_reader *r, const char **at, const char *end, struct copyrow *out);

// Fields by their type in the database; false when the field is NULL, is not there or has another size.
bool copyrow_int(const struct copyrow *row, int field, int32_t *out);
bool copyrow_uuid(const struct copyrow *row, int field, char out[static 37]);
// timestamptz, in milliseconds since 1970, rounded as SQL rounds.
bool copyrow_millis(const struct copyrow *row, int field, int64_t *out);

#endif
