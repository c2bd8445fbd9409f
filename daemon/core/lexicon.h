// SPDX-License-Identifier: EUPL-1.2
// Texts as numbers: equal texts have the same number, from 0 in the order of their coming. None is ever forgotten.
#ifndef CORE_LEXICON_H
#define CORE_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lexicon;

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *l); // NULL is fine
uint32_t lexicon_add(struct lexicon *l, const char *text);
bool lexicon_find(const struct lexicon *l, const char *text, uint32_t *number);
// A hash of the first word (what stands before the first space, a leading one left out) of a text of that number, or of any.
uint32_t lexicon_first(const struct lexicon *l, uint32_t number);
uint32_t lexicon_hash(const char *text);
const char *lexicon_text(const struct lexicon *l, uint32_t number);
uint32_t lexicon_count(const struct lexicon *l);
size_t lexicon_bytes(const struct lexicon *l); // about

#endif
