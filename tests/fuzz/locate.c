// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/locate: any bytes, the first line of them a pointer, the rest a text.
// Properties: the line is one of the text's; of JSON that is written with a value on each line, each value's pointer
// leads to its line, and a pointer to what is not there leads to what is around it.
#include "wire/locate.h"

#include "base/arena.h"
#include "wire/strict.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct written {
    const char *json;
    size_t len;
    struct arena *arena;
};

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static size_t lines(const char *s, size_t len)
{
    size_t count = 1;
    for (size_t i = 0; i < len; i++)
        count += s[i] == '\n';
    return count;
}

static bool plain(const char *key)
{
    for (; *key; key++)
        if ((unsigned char)*key < 0x20 || *key == '"' || *key == '\\')
            return false;
    return true;
}

// Checks the value that begins on the line, and all in it; the line on which it ends.
static size_t check(const struct written *w, const json_t *value, const char *pointer, size_t line)
{
    size_t began = line;
    CHECK(locate_line(w->json, w->len, pointer) == line);
    for (size_t i = 0; i < json_array_size(value); i++)
        line = check(w, json_array_get(value, i), arena_format(w->arena, "%s/%zu", pointer, i), line + 1);
    void *at = json_object_iter((json_t *)(uintptr_t)value);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
        const char *key = strict_escape(json_object_iter_key(at), w->arena);
        line = check(w, json_object_iter_value(at), arena_format(w->arena, "%s/%s", pointer, key), line + 1);
    }
    bool holds = json_array_size(value) || json_object_size(value);
    CHECK(locate_line(w->json, w->len, arena_format(w->arena, "%s/99999999", pointer)) == began ||
          json_object_get(value, "99999999"));
    return line + holds;
}

// Whether a name in it is written with escapes: such names are not told apart.
static bool escaped(const json_t *value)
{
    bool found = false;
    for (size_t i = 0; i < json_array_size(value); i++)
        found = found || escaped(json_array_get(value, i));
    void *at = json_object_iter((json_t *)(uintptr_t)value);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)value, at))
        found = found || !plain(json_object_iter_key(at)) || escaped(json_object_iter_value(at));
    return found;
}

static void check_json(const char *text, size_t len)
{
    struct arena *arena = arena_new();
    const char *why;
    json_t *root = strict_load(text, len, arena, &why);
    if (root && !escaped(root)) {
        char *written = json_dumps(root, JSON_INDENT(1));
        struct written w = {written, strlen(written), arena};
        CHECK(check(&w, root, "", 1) == lines(w.json, w.len));
        free(written);
    }
    json_decref(root);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t first = end ? (size_t)(end - data) : size, behind = end ? first + 1 : size;
    struct arena *arena = arena_new();
    const char *pointer = arena_copy(arena, (const char *)data, first);
    char *text = memory_new(size - behind + 1); // its end is where reading must stop
    if (size > behind)
        memcpy(text, data + behind, size - behind);
    text = memory_grow(text, size - behind ? size - behind : 1, 1);
    CHECK(locate_line(text, size - behind, pointer) <= lines(text, size - behind));
    check_json(text, size - behind);
    free(text);
    arena_free(arena);
    return 0;
}
