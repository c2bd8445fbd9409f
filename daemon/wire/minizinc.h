// SPDX-License-Identifier: EUPL-1.2
// A part of MiniZinc's data format: "name = value;", where a value is a number, an array of numbers or of sets ("{1, 5}",
// "{}", "1..5"), or a grid of numbers ("[| 1, 2 | 3, 4 |]"); comments run from % to the end of their line.
#ifndef WIRE_MINIZINC_H
#define WIRE_MINIZINC_H

#include "core/fault.h"

#include <stdbool.h>
#include <stdint.h>

#define MINIZINC_HELD 1000000 // numbers in all sets of some data, ranges written out

enum minizinc_shape { MINIZINC_ONE, MINIZINC_NUMBERS, MINIZINC_SETS, MINIZINC_GRID };

struct minizinc_variable { // that may be given
    const char *name;
    enum minizinc_shape shape;
};

struct minizinc_range { // a number is a range of one; no number when high < low
    int low, high;
};

struct minizinc_row { // an element of an array, a row of a grid, or the one number
    int line;
    size_t first, count; // of the ranges
};

struct minizinc_value {
    int line; // of its name; 0: not given
    size_t first, count; // of the rows
};

struct minizinc {
    const struct minizinc_variable *variables;
    int count; // of them
    struct minizinc_value *value; // one for each
    struct minizinc_row *row;     // of all values, one behind the other
    struct minizinc_range *range; // of all rows likewise
    int64_t held;
    int lines;
    struct arena *arena;
    struct faults *faults;
};

// Whether bytes look like such data: their first sign that is no blank begins a name or a comment.
bool minizinc_looks(const char *bytes, size_t len);
// All values, in the arena. False after one fault as minizinc_fail's, at what cannot be read (pointer "" where no name is).
bool minizinc_read(struct minizinc *out, const struct minizinc_variable *variables, int count, const char *bytes, size_t len,
                   struct arena *arena, struct faults *faults);
// Row i (from 0) of a variable; an empty one, of line 0, when that was not given.
const struct minizinc_row *minizinc_row(const struct minizinc *z, int variable, int i);
// Says what was expected of a variable, or of item (from 1) of it; 0: of the whole. Adds ERR_BAD_DZN: pointer "/name/item" or
// "/name", arg "line 12: what was expected" (the last line when the variable was not given). Always false.
bool minizinc_fail(struct minizinc *z, int variable, int item, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
