// SPDX-License-Identifier: EUPL-1.2
// What the readers of foreign formats (wire/decp, wire/siae) know of the world, and the repairs they share.
// A reader takes a line, repairs it with warnings, or refuses it with faults; their pointers name the fields of the line
// as its source writes them ("/codeCPV"; for TSV the column: "/naf").
#ifndef WIRE_IMPORT_H
#define WIRE_IMPORT_H

#include "core/fault.h"
#include "core/mend.h"
#include "core/place.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct where;
struct prefill;

struct import_context { // all borrowed
    const struct gazetteer *places;
    const struct where *where;     // names of the same places
    const struct mender *mender;
    const struct prefill *prefill; // needed by wire/siae only
    bool (*cpv_known)(void *ctx, uint32_t code); // whether the vocabulary holds the code
    void *ctx;
};

// The text in one line, without control characters and without blanks at its ends, damaged letters mended; "" for NULL.
// Bytes that are not UTF-8 count as damaged letters. Warns (TEXT_REPAIRED, TEXT_BROKEN) under the pointer.
const char *import_text(const struct import_context *x, struct arena *arena, const char *raw, const char *pointer,
                        struct faults *warnings);
// Its first `most` characters (at least 2), cut at a word and ended by "…"; s itself when it is not longer.
const char *import_cut(struct arena *arena, const char *s, size_t most);
// A SIRET as people write it: blanks, dots and hyphens go, lost leading zeros come back where that makes it valid
// (SIRET_REPAIRED); 14 digits that fail the check are kept (SIRET_DOUBTFUL). NULL or "" is a fault REQUIRED, else
// BAD_SIRET; false then, and out is "".
bool import_siret(struct arena *arena, const char *raw, const char *pointer, char out[static 15], struct faults *faults,
                  struct faults *warnings);

#endif
