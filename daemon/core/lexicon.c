// SPDX-License-Identifier: EUPL-1.2
// Knows the number of each text.
#include "core/lexicon.h"

#include "base/arena.h"
#include "base/map.h"

#include <stdlib.h>

struct lexicon {
    struct arena *arena;
    struct map *numbers; // text -> number + 1 as a pointer
    const char **texts;
    uint32_t *firsts; // hashes of their first words
    uint32_t count, room;
};

struct lexicon *lexicon_new(void)
{
    struct lexicon *l = memory_new(sizeof *l);
    l->arena = arena_new();
    l->numbers = map_new();
    return l;
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    map_free(l->numbers);
    arena_free(l->arena);
    free(l->texts);
    free(l->firsts);
    free(l);
}

bool lexicon_find(const struct lexicon *l, const char *text, uint32_t *number)
{
    uintptr_t found = (uintptr_t)map_get_string(l->numbers, text);
    *number = (uint32_t)(found - 1);
    return found != 0;
}

uint32_t lexicon_add(struct lexicon *l, const char *text)
{
    uint32_t number;
    if (lexicon_find(l, text, &number))
        return number;
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 256;
        l->texts = memory_grow(l->texts, l->room, sizeof *l->texts);
        l->firsts = memory_grow(l->firsts, l->room, sizeof *l->firsts);
    }
    l->firsts[l->count] = lexicon_hash(text);
    l->texts[l->count] = arena_string(l->arena, text);
    map_set_string(l->numbers, text, (void *)((uintptr_t)l->count + 1));
    return l->count++;
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
    return arena_size(l->arena) + l->room * (sizeof *l->texts + sizeof *l->firsts) + l->count * 64; // a slot and its key, about
}
