// SPDX-License-Identifier: EUPL-1.2
// A table of offers (CSV) as lines of the bulk import: rows of the same SIRET that follow one another are one offer
// with a capability each; what the offer itself has is taken from the first of them. Columns: see protocol/README.md.
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "option.h"

#include "wire/csvread.h"

#define ROWS_LINE_MOST (256u << 10) // bytes of a line
#define ROWS_COLUMNS 21

struct rows {
    const struct options *o;
    const char *name; // of the file
    struct csvread reader;
    int columns[ROWS_COLUMNS]; // where each stands in the file, -1 when it does not
    // The offer under way, when open
    bool open;
    char siret[32];             // of its rows
    uint64_t line, last, count; // its first and its last row, how many rows
    struct text json, faults;   // the line as far as it is made; reasons of a refusal (tally_reason)
    struct text doubt;          // the reason of a row that cannot be read since: perhaps one of this offer
    // What rows_next gives, borrowed until its next call
    struct text done;
    uint64_t done_line, done_last, done_count; // first and last row, rows
};
enum rows_step {
    ROWS_MORE,
    ROWS_OFFER,   // done is a line of the bulk import, its LF included
    ROWS_REFUSED, // done is a result as tally_add takes it
    ROWS_BAD,     // the header is no header (said)
};

// before: lines of the file before the header.
void rows_init(struct rows *r, const struct options *o, const char *name, uint64_t before);
void rows_fini(struct rows *r);
// Reads on; *used of the bytes are done with. MORE: all of them are. An offer is refused whole where one of its rows
// is.
enum rows_step rows_next(struct rows *r, const char *bytes, size_t len, size_t *used);
// The end of the file, called until MORE.
enum rows_step rows_end(struct rows *r);
// Which column a pointer into such a line is about ("/offer/capabilities/1/value/min": value_min, in row 1 of the
// offer, the second); NULL when it is none.
const char *rows_column(const char *pointer, uint64_t *row);
// Whether a first line is the header of such a table.
bool rows_fits(const char *line);

#endif
