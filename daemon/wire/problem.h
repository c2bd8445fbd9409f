// SPDX-License-Identifier: EUPL-1.2
// Errors as clients see them: RFC 9457 problems (application/problem+json).
#ifndef WIRE_PROBLEM_H
#define WIRE_PROBLEM_H

#include "base/text.h"
#include "core/fault.h"

// {"type":"urn:entregent:error:invalid","title","status","code","detail","errors":[...],"more":n}: errors and more (faults
// counted, not kept) only when there are any. arg fills the error's sentence; NULL takes it from the fault of the same
// error. faults may be NULL.
void problem_write(struct text *out, enum err err, const char *arg, const struct faults *faults, enum lang lang,
                   struct arena *arena);
// [{"pointer":..,"code":..,"detail":..}] of warnings or faults.
void problem_faults(struct text *out, const struct faults *faults, enum lang lang, struct arena *arena);

#endif
