// SPDX-License-Identifier: EUPL-1.2
// The fields of the records as protocol/records.def lists them, and where each stands in its struct.
#ifndef WIRE_FIELD_H
#define WIRE_FIELD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIELD_EUROS_MOST 1000000000000 // of one end of a range
#define FIELD_STRING_MOST 200          // characters of one item of a list of strings

enum field_type {
    FIELD_TEXT,    // const char *, NULL when absent
    FIELD_WORD,    // unsigned, value of a word of `of`
    FIELD_WORDS,   // unsigned, bits of words of `of`
    FIELD_DAY,     // int32_t, DAY_UNKNOWN
    FIELD_INSTANT, // int64_t, TIME_UNKNOWN
    FIELD_INT,     // int, 0 when absent
    FIELD_NUMBER,  // double, 0 when absent
    FIELD_BOOL,    // bool, true when absent
    FIELD_CPV,     // struct cpv
    FIELD_CPVS,    // struct cpv *, count apart
    FIELD_PLACE,   // struct place of one commune
    FIELD_PLACES,  // struct place *, count apart
    FIELD_RANGE,   // struct range
    FIELD_STRINGS, // struct strings
    FIELD_SIRETS,  // struct strings
    FIELD_POINT,   // struct point
    FIELD_RECORDS, // array of the record `of`, count apart
    FIELD_RECORD,  // one record `of`
    // Of a FORM only:
    FIELD_INTS, // numbers from 1 to most, each once
    FIELD_IDS,  // UUIDs, each once
    // Only shown by the server, never read:
    FIELD_ID,
    FIELD_TYPES
};

struct field {
    const char *record, *name;
    enum field_type type;
    const char *of; // the list of words or the record, else NULL
    bool needed;
    bool zero;           // of a FORM: 0 is a value, too
    bool shown;          // added by the server; ignored when a client sends it back
    int64_t most;        // characters, items or value; 0 = no limit of its own
    const char *text[2]; // by enum lang
};

// The fields of a record one after the other: NULL gives the first, NULL comes after the last. record NULL: all.
const struct field *field_next(const char *record, const struct field *after);
// The same for those a client writes only, which stand together; record not NULL.
const struct field *field_written(const char *record, const struct field *after);
// NULL when the record has no such field.
const struct field *field_find(const char *record, const char *name);
// The word of a type ("text", "places", ...), for documentation.
const char *field_type_word(enum field_type type);

// Where a field stands in the struct of its record, in bytes. count: the size_t beside it, for the types that have it.
struct field_slot {
    const char *name;
    size_t at, count;
};
// Not for fields that are only shown.
struct field_slot field_slot(const struct field *f);
// sizeof the struct of the record ("lot").
size_t field_size(const char *record);

#endif
