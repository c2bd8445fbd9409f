// SPDX-License-Identifier: EUPL-1.2
// Knows the number of each text.
#include "core/lexicon.h"

#include "base/map.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct lexicon {
    struct map *numbers; // text -> number + 1 as a pointer
    char **texts;        // NULL: the number is free
    uint32_t *firsts;    // hashes of their first words
    uint32_t *uses;      // of a free number: the next free one + 1, 0 at the end
    uint32_t count, room, free;
    size_t bytes; // of texts
};

struct lexicon *lexicon_new(void)
{
    struct lexicon *l = memory_new(sizeof *l);
    l->numbers = map_new();
    return l;
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    map_free(l->numbers);
    for (uint32_t i = 0; i < l->count; i++)
        free(l->texts[i]);
    free(l->texts);
    free(l->firsts);
    free(l->uses);
    free(l);
}

bool lexicon_find(const struct lexicon *l, const char *text, uint32_t *number)
{
    uintptr_t found = (uintptr_t)map_get_string(l->numbers, text);
    *number = (uint32_t)(found - 1);
    return found != 0;
}

// A text stands here and as a key of the map; the allocator gives 16 bytes at a time and takes 8 for itself.
static size_t size_of(const char *text)
{
    return 2 * ((strlen(text) + 1 + 8 + 15) / 16 * 16);
}

static uint32_t take_number(struct lexicon *l)
{
    uint32_t number = l->free - 1;
    if (l->free) {
        l->free = l->uses[number];
        return number;
    }
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 256;
        l->texts = memory_grow(l->texts, l->room, sizeof *l->texts);
        l->firsts = memory_grow(l->firsts, l->room, sizeof *l->firsts);
        l->uses = memory_grow(l->uses, l->room, sizeof *l->uses);
    }
    return l->count++;
}

uint32_t lexicon_add(struct lexicon *l, const char *text)
{
    uint32_t number;
    if (lexicon_find(l, text, &number)) {
        l->uses[number]++;
        return number;
    }
    number = take_number(l);
    l->texts[number] = memory_string(text);
    l->firsts[number] = lexicon_hash(text);
    l->uses[number] = 1;
    l->bytes += size_of(text);
    map_set_string(l->numbers, text, (void *)((uintptr_t)number + 1));
    return number;
}

void lexicon_drop(struct lexicon *l, uint32_t number)
{
    if (--l->uses[number])
        return;
    map_remove_string(l->numbers, l->texts[number]);
    l->bytes -= size_of(l->texts[number]);
    free(l->texts[number]);
    l->texts[number] = NULL;
    l->uses[number] = l->free;
    l->free = number + 1;
}

uint32_t lexicon_hash(const char *text)
{
    uint32_t hash = 2166136261u; // FNV-1a
    for (text += *text == ' '; *text && *text != ' '; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash ^ hash >> 15;
}

uint32_t lexicon_first(const struct lexicon *l, uint32_t number)
{
    return l->firsts[number];
}

const char *lexicon_text(const struct lexicon *l, uint32_t number)
{
    return l->texts[number];
}

uint32_t lexicon_count(const struct lexicon *l)
{
    return l->count;
}

size_t lexicon_bytes(const struct lexicon *l)
{
    size_t number = sizeof *l->texts + sizeof *l->firsts + sizeof *l->uses;
    return l->bytes + l->room * number + (size_t)l->count * 64; // a slot of the map, about
}
