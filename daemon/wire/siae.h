// SPDX-License-Identifier: EUPL-1.2
// The public register of insertion and adapted enterprises (marché de l'inclusion) as TSV: one establishment, one line,
// becomes an organisation with an offer pre-filled from its kind, its NAF code and its seat.
#ifndef WIRE_SIAE_H
#define WIRE_SIAE_H

#include "core/offer.h"
#include "wire/import.h"
#include "wire/table.h"

#define SIAE_RADIUS 30 // km around the seat, of every capability

// Columns used: siret, kind, name (needed); brand, naf, legal_form, address, post_code, city, department, lon, lat,
// website. Others are passed over.
struct siae {
    struct table table;
    int columns[16];
};

// The header line. ERR_LINE_COLUMNS with *missing (static text) when a needed column is not there; ERR_BAD_TEXT,
// ERR_DUPLICATE.
enum err siae_header(struct siae *s, const char *line, size_t len, struct arena *arena, const char **missing) MUST_USE;

// ERR_OK: taken, repaired when there are warnings; ERR_INVALID: refused, every reason in `faults`. Both lists must be
// empty. out: siret, name (the brand when there is one), structures, and the offer, active, before offer_settle; `at` is
// known when the line's coordinates are plausible, that is within 300 km of the prefecture, or else nothing better than
// the prefecture is (SEAT_GUESSED). All memory is in the arena.
enum err siae_read(const struct import_context *x, const struct siae *s, const char *line, size_t len,
                   struct arena *arena, struct offer *out, struct faults *faults, struct faults *warnings) MUST_USE;

#endif
