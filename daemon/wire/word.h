// SPDX-License-Identifier: EUPL-1.2
// The words of protocol/records.def: lists ("need_kind", "structure", ...) of words with a value and texts.
#ifndef WIRE_WORD_H
#define WIRE_WORD_H

#include "base/arena.h"
#include "base/err.h"

struct word {
    const char *list;
    unsigned value; // of the C enum; of a set, one bit
    const char *word;
    const char *text[2]; // by enum lang
};

// The words of a list one after the other: NULL gives the first, NULL comes after the last. list NULL: all words.
const struct word *word_next(const char *list, const struct word *after);
// -1 / NULL when unknown.
int word_value(const char *list, const char *word);
const char *word_of(const char *list, unsigned value);
const char *word_text(const char *list, unsigned value, enum lang lang);
// "a, b, c", in the arena.
const char *word_all(const char *list, struct arena *arena);

#endif
