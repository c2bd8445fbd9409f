// SPDX-License-Identifier: EUPL-1.2
// What an enterprise probably sells: CPV codes and kinds of service by its NAF code, else by its kind of structure.
#ifndef WIRE_PREFILL_H
#define WIRE_PREFILL_H

#include "base/err.h"
#include "core/offer.h"

struct prefill;

struct prefill_row {
    size_t count;
    const struct cpv *cpv;
    unsigned services;
};

struct prefill *prefill_new(void);
void prefill_free(struct prefill *p); // NULL is fine
// Rows of sql/reference/naf_cpv.tsv and structure_cpv.tsv: cpv are codes, service words of the list "service", both
// separated by blanks. A second row of the same key replaces the first. ERR_BAD_CPV, ERR_NOT_ONE_OF, ERR_TOO_FEW (no
// code), ERR_WRONG_TYPE (not a NAF code).
enum err prefill_add_naf(struct prefill *p, const char *naf, const char *cpv, const char *service) MUST_USE;
enum err prefill_add_structure(struct prefill *p, const char *structure, const char *cpv, const char *service) MUST_USE;
// By NAF when the table holds it (NULL: not asked), else by the kinds of structure (bits; the lowest bit that the table
// holds). NULL when neither is there. Valid until prefill_free or a row of the same key is added.
const struct prefill_row *prefill_find(const struct prefill *p, const char *naf, unsigned structures);

#endif
