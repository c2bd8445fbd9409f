// SPDX-License-Identifier: EUPL-1.2
// Knows which JSON is taken.
#include "wire/strict.h"

#include <stdbool.h>
#include <string.h>

// Line of the first bracket that opens too deep a level, 0 when none does. Before the parser, which would recurse.
static int too_deep(const char *json, size_t len)
{
    int depth = 0, line = 1;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        char c = json[i];
        if (c == '\n')
            line++;
        else if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '[') && ++depth > STRICT_DEPTH)
            return line;
        else if (!quoted && (c == '}' || c == ']'))
            depth--;
    }
    return 0;
}

json_t *strict_load(const char *json, size_t len, struct arena *arena, const char **why)
{
    json_error_t error;
    int deep = too_deep(json, len);
    if (deep) {
        *why = arena_format(arena, "line %d: more than %d levels", deep, STRICT_DEPTH);
        return NULL;
    }
    json_t *root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        *why = arena_format(arena, "line %d, column %d: %s", error.line, error.column, error.text);
        return NULL;
    }
    if (!json_is_object(root)) {
        json_decref(root);
        *why = "line 1, column 1: {...} expected, not [...]";
        return NULL;
    }
    return root;
}

const char *strict_escape(const char *key, struct arena *arena)
{
    char *out = arena_take(arena, 2 * strlen(key) + 1), *to = out;
    for (; *key; key++) {
        bool special = *key == '~' || *key == '/';
        if (special)
            *to++ = '~';
        *to++ = special ? (*key == '~' ? '0' : '1') : *key;
    }
    return out;
}
