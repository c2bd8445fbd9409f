// SPDX-License-Identifier: EUPL-1.2
// JSON -> flat records of protocol/records.def (FORM): what is needed of an account is a handful of texts.
#ifndef WIRE_FORM_H
#define WIRE_FORM_H

#include "base/text.h"
#include "core/fault.h"

#include <stddef.h>
#include <stdint.h>

#define FORM_FIELDS 16

struct json_t; // of jansson

struct form {
    const char *record;
    const char *values[FORM_FIELDS];
};

// Strict JSON. ERR_BAD_JSON (one fault whose argument says where), ERR_INVALID (faults with pointers; each member that is
// not a FORM field of the record is one) or OK. All memory is in the arena.
enum err form_read(const char *json, size_t len, const char *record, struct arena *arena, struct form *out,
                   struct faults *faults) MUST_USE;
// The same of an object that has nested fields, or is part of another and stands at the pointer `at`; faults are added. Fields of
// nested types (lists of records, INSTANT, STRINGS) are asked for when needed, and left to the caller: their values are NULL.
// VIEW fields are passed over.
void form_read_part(struct json_t *object, const char *at, const char *record, struct arena *arena, struct form *out, struct faults *faults);
// One text as fields have it: at most so many characters, in the arena. NULL when it is empty, or after a fault.
const char *form_text(const struct json_t *v, int64_t most, const char *at, struct arena *arena, struct faults *faults);
// A field as text, NULL when absent: a word, words, numbers or UUIDs with commas between, "true" or "false", a number (from 1, or from 0
// where records.def says so). Texts without blanks around them and without control characters, in one line where less than 1000
// characters are taken; empty ones are absent, and so are no words. An empty list of numbers or UUIDs is "".
const char *form_value(const struct form *f, const char *name);
// Appends the fields that are there as one JSON object, in the order of records.def: words and texts as strings, INTS and IDS as
// arrays. A database function takes it as it is.
void form_json(const struct form *f, struct text *out);

#endif
