// SPDX-License-Identifier: EUPL-1.2
// Reference data in memory: communes for matching, CPV codes and names for imports.
#ifndef APP_REFERENCE_H
#define APP_REFERENCE_H

#include "app/call.h"
#include "core/cpv.h"
#include "core/naf.h"
#include "wire/import.h"

struct reference;

struct reference *reference_new(struct parts *s);
void reference_free(struct reference *r);
// Reads communes into the world's gazetteer and the CPV codes; then on_done, never before returning.
void reference_load(struct reference *r, void (*on_done)(void *ctx, enum err err), void *ctx);
// Whether it is loaded: not before the first load nor while another is under way.
bool reference_ready(const struct reference *r);
// What the readers of foreign formats need, when it is ready; valid until the next load.
struct import_context reference_context(struct reference *r);
// Of the program's own tables: always there.
const struct naf *reference_naf(const struct reference *r);
const struct prefill *reference_prefill(const struct reference *r);
// The codes of the vocabulary, sorted, and the text of one of them (NULL when it is not known); none until it is ready. Valid
// until the next load.
const uint32_t *reference_codes(const struct reference *r, size_t *count);
// The codes that somebody means by words, best first: at most `most` to out, returns how many.
size_t reference_find(const struct reference *r, const char *words, struct arena *arena, uint32_t *out, size_t most);
const char *reference_label(const struct reference *r, uint32_t code, enum lang lang);
// Warns (UNKNOWN_CPV) when the vocabulary does not hold the code; a built-in vocabulary holds too few codes to say so.
void reference_warn_cpv(const struct reference *r, struct cpv cpv, struct faults *warnings, const char *pointer_format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
