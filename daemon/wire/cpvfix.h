// SPDX-License-Identifier: EUPL-1.2
// CPV codes as public buyers write them: lost zeros, check digits run together, several in one field.
#ifndef WIRE_CPVFIX_H
#define WIRE_CPVFIX_H

#include "core/cpv.h"
#include "wire/import.h"

#define CPVFIX_MOST 20 // codes that a lot may have (protocol/records.def); further ones are left out

// The codes of the text, each once, in the arena; *count of them. Codes may be separated by blanks, commas or
// semicolons. Seven digits lost their leading or their last zero: the reading that the vocabulary holds is taken, the
// leading zero when it holds both, and also when it holds neither but the code begins with 3 or 9 (only the divisions 03
// and 09 begin with a zero). Nine digits are a code with its check digit. Warns: CPV_REPAIRED, CHECK_DIGIT, UNKNOWN_CPV,
// LEFT_OUT (a code that is none, beside a good one). Faults: REQUIRED, BAD_CPV; 0 codes then.
const struct cpv *cpvfix_read(const struct import_context *x, struct arena *arena, const char *text,
                              const char *pointer, size_t *count, struct faults *faults, struct faults *warnings);
// Kinds of service (bits of enum service) that the divisions of the codes stand for.
unsigned cpvfix_services(const struct cpv *cpv, size_t count);

#endif
