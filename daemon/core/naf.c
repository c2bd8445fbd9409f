// SPDX-License-Identifier: EUPL-1.2
// Knows the labels of NAF codes, and which of them somebody means.
#include "core/naf.h"

#include "core/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *code, *label;
    const char *key; // of the label, with a space before each word
};

struct naf {
    struct arena *arena;
    size_t count, room;
    struct row *rows;
};

struct naf *naf_new(void)
{
    struct naf *n = memory_new(sizeof *n);
    n->arena = arena_new();
    return n;
}

void naf_free(struct naf *n)
{
    if (!n)
        return;
    free(n->rows);
    arena_free(n->arena);
    free(n);
}

void naf_add(struct naf *n, const char *code, const char *label)
{
    if (n->count == n->room) {
        n->room = n->room ? 2 * n->room : 1024;
        n->rows = memory_grow(n->rows, n->room, sizeof *n->rows);
    }
    n->rows[n->count++] = (struct row){arena_string(n->arena, code), arena_string(n->arena, label),
                                       arena_format(n->arena, " %s", words_key(n->arena, label))};
}

// Its signs without points and spaces, letters large: at most five to out, more are counted.
static size_t signs(const char *written, char out[6])
{
    size_t count = 0;
    memset(out, 0, 6);
    for (const char *p = written; *p; p++)
        if (*p != '.' && *p != ' ' && count++ < 5)
            out[count - 1] = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    return count;
}

bool naf_tidy(const char *written, char out[6])
{
    return signs(written, out) == 5 && strspn(out, "0123456789") == 4 && out[4] >= 'A' && out[4] <= 'Z';
}

static bool has_words(const struct row *r, const char *key, struct arena *arena)
{
    char *rest = arena_string(arena, key);
    for (char *word; (word = strsep(&rest, " "));)
        if (!strstr(r->key, arena_format(arena, " %s", word)))
            return false;
    return true;
}

size_t naf_search(const struct naf *n, const char *asked, struct arena *arena, struct naf_found *out, size_t most)
{
    char code[6];
    size_t found = 0, len = signs(asked, code);
    const char *key = words_key(arena, asked);
    bool digits = len && len <= 5 && code[0] >= '0' && code[0] <= '9';
    for (const struct row *r = n->rows; r && r < n->rows + n->count && found < most; r++) {
        if (digits ? strncmp(r->code, code, len) != 0 : !*key || !has_words(r, key, arena))
            continue;
        snprintf(out[found].code, sizeof out->code, "%.2s.%.3s", r->code, r->code + 2);
        out[found++].label = r->label;
    }
    return found;
}
