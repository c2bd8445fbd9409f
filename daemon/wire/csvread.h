// SPDX-License-Identifier: EUPL-1.2
// Reading tables of spreadsheets: RFC 4180, strictly, record by record and in bounded memory, however the bytes come.
// UTF-8 with or without a byte order mark, line ends CRLF or LF; the cells of the first record, which names the
// columns, are parted by commas or by semicolons, and so are all others. An empty line is no record. Cells are left as
// they are: an apostrophe that wire/csv put before a formula stays.
#ifndef WIRE_CSVREAD_H
#define WIRE_CSVREAD_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSVREAD_RECORD_MOST (256u << 10) // bytes as they come, without the LF at the end
#define CSVREAD_COLUMNS_MOST 64

enum csvread_fault {
    CSVREAD_FINE,
    CSVREAD_OPEN,    // a quoted cell that never ends
    CSVREAD_BEHIND,  // text behind the closing quote
    CSVREAD_WITHIN,  // a quote in a cell that does not begin with one
    CSVREAD_RETURN,  // a CR without its LF
    CSVREAD_LONG,    // over CSVREAD_RECORD_MOST
    CSVREAD_COLUMNS, // over CSVREAD_COLUMNS_MOST cells
    CSVREAD_CELLS,   // not as many cells as the first record has
    CSVREAD_UTF8,    // not UTF-8, or holding NUL
};

struct csvread {
    // Of the last record:
    struct text bytes;                       // its cells, each behind the other and ended by NUL
    size_t starts[CSVREAD_COLUMNS_MOST + 1]; // where each begins in bytes; one more for the end
    size_t count;                            // cells. With CELLS and UTF8 all are there, with other faults none
    uint64_t line;                           // of the file where it begins, from 1
    enum csvread_fault fault;
    // Of the file:
    size_t columns; // cells of the first record; 0 until there is one without fault
    char separator; // ',' or ';', 0 before it is known
    uint64_t lines; // line ends so far
    // Within a record:
    int state;
    size_t length; // bytes of it so far
    int marked;    // bytes of the byte order mark seen, or 3
    unsigned seen; // bits of the cell's bytes: ASCII or not
};
enum csvread_step { CSVREAD_MORE, CSVREAD_RECORD, CSVREAD_BAD };

void csvread_init(struct csvread *r);
void csvread_fini(struct csvread *r);
// Reads on; *used of the bytes are done with. MORE: all of them are, and the record is not complete. RECORD: one is, to
// be used before the next call. BAD: it is refused (fault, line), and what follows is read from the next line on:
// behind a fault of quotes or length that is the next line end, whatever it stood in.
enum csvread_step csvread_next(struct csvread *r, const char *bytes, size_t len, size_t *used);
// The end of the file: its last record, when it has no line end. MORE: there is none.
enum csvread_step csvread_end(struct csvread *r);
// A cell of the last record, NUL-terminated; *len may be NULL. With UTF8 it may hold NUL and bytes that are not UTF-8.
const char *csvread_cell(const struct csvread *r, size_t i, size_t *len);

#endif
