// SPDX-License-Identifier: EUPL-1.2
// Tab-separated values with a header line: UTF-8, no quoting. A byte order mark and CR LF are tolerated.
#ifndef WIRE_TABLE_H
#define WIRE_TABLE_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

struct table { // the columns of a header line
    size_t count;
    const char **names;
};

// The next line of the text from *at to end, without its line end; NULL when all is read. *at moves on.
const char *table_line(const char **at, const char *end, size_t *len);
// Reads a header line; the names are in the arena. ERR_BAD_TEXT (not UTF-8), ERR_LINE_COLUMNS (an empty name),
// ERR_DUPLICATE.
enum err table_header(struct table *t, const char *line, size_t len, struct arena *arena) MUST_USE;
// The column's number, -1 when there is none.
int table_column(const struct table *t, const char *name);
// The fields of a line, t->count of them, "" when empty; without blanks at their ends, in the arena. ERR_BAD_TEXT,
// ERR_LINE_COLUMNS.
enum err table_split(const struct table *t, const char *line, size_t len, struct arena *arena,
                     const char ***fields) MUST_USE;

#endif
