// SPDX-License-Identifier: EUPL-1.2
// JSON -> flat records of protocol/records.def (FORM): what is needed of an account is a handful of texts.
#ifndef WIRE_FORM_H
#define WIRE_FORM_H

#include "core/fault.h"

#include <stddef.h>

#define FORM_FIELDS 16

struct form {
    const char *record;
    const char *values[FORM_FIELDS];
};

// Strict JSON. ERR_BAD_JSON (one fault whose argument says where), ERR_INVALID (faults with pointers; each member that is
// not a FORM field of the record is one) or OK. All memory is in the arena.
enum err form_read(const char *json, size_t len, const char *record, struct arena *arena, struct form *out,
                   struct faults *faults) MUST_USE;
// A field as text, NULL when absent: a word, words with commas between, "true" or "false", a number (from 1, or from 0 where records.def says so). Texts without blanks
// around them and without control characters, in one line where less than 1000 characters are taken; empty ones are absent.
const char *form_value(const struct form *f, const char *name);

#endif
