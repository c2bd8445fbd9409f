// SPDX-License-Identifier: EUPL-1.2
// Words as people mean them: folded (lower case, no accents, compatibility forms) and stemmed (French Snowball).
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_LOST 0xfffd // U+FFFD stands where a letter was lost, and for what is not UTF-8

// The code point at s (NUL-terminated, not at its end) and its bytes; what is not UTF-8 reads as WORDS_LOST, one byte at a
// time.
int32_t words_point(const char *s, size_t *bytes);

struct words; // a stemmer; not shared between threads

struct words *words_new(void);
void words_free(struct words *w);

// Folded text in the arena: "Société  d'Économie" -> "societe d'economie".
const char *words_fold(struct arena *arena, const char *s);

// Folded, and what is neither letter nor digit as one space: two writings of one label have the same key
// ("ISO-14001", "iso 14001").
const char *words_key(struct arena *arena, const char *s);

// The stems of a text, in order of appearance, one space between and one at each end (" nettoyag bureau "),
// so that a phrase is found by words_contain. In the arena.
const char *words_stems(struct words *w, struct arena *arena, const char *s);
// Whether the phrase (stems, as made by words_stems) occurs in the text (also stems), as whole words. An empty
// phrase never occurs.
bool words_contain(const char *stems, const char *phrase);

#endif
