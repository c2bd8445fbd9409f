// SPDX-License-Identifier: EUPL-1.2
// Knows the words of each list, their values and their texts.
#include "wire/word.h"

#include "base/text.h"
#include "core/convention.h"
#include "core/offer.h"
#include "core/preview.h"
#include "core/propose.h"
#include "core/rights.h"

static const struct word words[] = {
#define WORD(list, name, word, fr, en) {#list, name, word, {fr, en}},
#define ACCOUNT WORD
#include "protocol/records.def"
};

const struct word *word_next(const char *list, const struct word *after)
{
    const struct word *end = words + sizeof words / sizeof *words, *w = after ? after + 1 : words;
    while (list && !after && w < end && !text_equal(w->list, list))
        w++;
    // The words of a list stand together, and its names are mostly one string.
    return w < end && (!list || !after || w->list == after->list || text_equal(w->list, list)) ? w : NULL;
}

int word_value(const char *list, const char *word)
{
    for (const struct word *w = NULL; (w = word_next(list, w));)
        if (text_equal(w->word, word))
            return (int)w->value;
    return -1;
}

static const struct word *find(const char *list, unsigned value)
{
    for (const struct word *w = NULL; (w = word_next(list, w));)
        if (w->value == value)
            return w;
    return NULL;
}

const char *word_of(const char *list, unsigned value)
{
    const struct word *w = find(list, value);
    return w ? w->word : NULL;
}

const char *word_text(const char *list, unsigned value, enum lang lang)
{
    const struct word *w = find(list, value);
    return w ? w->text[lang] : NULL;
}

const char *word_all(const char *list, struct arena *arena)
{
    const char *all = "";
    for (const struct word *w = NULL; (w = word_next(list, w));)
        all = arena_format(arena, "%s%s%s", all, *all ? ", " : "", w->word);
    return all;
}
