// SPDX-License-Identifier: EUPL-1.2
// Which codes somebody means by words: labels as people write them, in plurals, unfinished, with a slip of the pen.
#ifndef CORE_FINDER_H
#define CORE_FINDER_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

struct finder;

struct finder *finder_new(void);
void finder_free(struct finder *f); // NULL is fine
// Another text of a CPV code: its label, in any language, or what people call it.
void finder_add(struct finder *f, uint32_t code, const char *text);
// The codes whose texts have all the words asked, else most of their weight; at most `most` to out, best first; returns how many. First what
// says nothing else and says it at its beginning, what is done before what is delivered, the general before the special.
size_t finder_search(const struct finder *f, const char *asked, struct arena *arena, uint32_t *out, size_t most);

#endif
