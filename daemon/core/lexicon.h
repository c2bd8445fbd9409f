// SPDX-License-Identifier: EUPL-1.2
// Texts as numbers: equal texts have the same number. Each text is kept as often as it was added: when it was dropped as often,
// it is forgotten and its number free, to be given to another text. Numbers are from 0, so that arrays may go by them.
#ifndef CORE_LEXICON_H
#define CORE_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lexicon;

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *l); // NULL is fine
// Adds a text once more: its number. The text is copied.
uint32_t lexicon_add(struct lexicon *l, const char *text);
// Takes one adding back; the number must not be free.
void lexicon_drop(struct lexicon *l, uint32_t number);
bool lexicon_find(const struct lexicon *l, const char *text, uint32_t *number);
// A hash of the first word (what stands before the first space, a leading one left out) of a text of that number, or of any.
uint32_t lexicon_first(const struct lexicon *l, uint32_t number);
uint32_t lexicon_hash(const char *text);
const char *lexicon_text(const struct lexicon *l, uint32_t number); // borrowed until it is forgotten; NULL: the number is free
uint32_t lexicon_count(const struct lexicon *l); // numbers that were ever given: all are below
size_t lexicon_bytes(const struct lexicon *l); // about

#endif
