// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/csv with JSON.
// Properties: what was written is RFC 4180 with four cells a row; there is a row for each scalar, and its value is read back;
// no cell begins like a formula, nor what stands behind a semicolon; what was refused has left nothing.
#include "wire/csv.h"

#include "samecell.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "\xef\xbb\xbfsection,item,field,value\r\n"
#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// The next cell, unquoted, and the character behind it.
static char next_cell(const char **at, struct text *cell)
{
    const char *p = *at;
    bool quoted = *p == '"';
    text_clear(cell);
    for (p += quoted; quoted ? !(p[0] == '"' && p[1] != '"') : !strchr(",\r", *p); p++) {
        CHECK(*p && (quoted || (*p != '"' && *p != '\n')));
        p += quoted && *p == '"';
        text_byte(cell, *p);
    }
    p += quoted;
    char behind = *p;
    if (behind == '\r')
        CHECK(*++p == '\n');
    else
        CHECK(behind == ',');
    *at = p + 1;
    CHECK(!*text_string(cell) || !strchr("=+-@\t\r", *text_string(cell)));
    return behind;
}

static void check_value(const char *cell, const json_t *value)
{
    const char *plain = *cell == '\'' && cell[1] && strchr("=+-@\t\r", cell[1]) ? cell + 1 : cell;
    if (json_is_string(value))
        CHECK(same_cell(cell, json_string_value(value)));
    else if (json_is_integer(value))
        CHECK(atoll(plain) == json_integer_value(value));
    else if (json_is_real(value))
        CHECK(strtod(plain, NULL) == json_real_value(value));
    else if (json_is_boolean(value))
        CHECK(strcmp(cell, json_is_true(value) ? "true" : "false") == 0);
    else
        CHECK(!*cell);
}

static void check_rows(const char **at, json_t *value, struct text *cell)
{
    const char *key;
    json_t *member;
    size_t i;
    json_object_foreach (value, key, member)
        check_rows(at, member, cell);
    json_array_foreach (value, i, member)
        check_rows(at, member, cell);
    if (json_is_object(value) || json_is_array(value))
        return;
    for (int column = 0; column < 4; column++)
        CHECK(next_cell(at, cell) == (column < 3 ? ',' : '\r'));
    check_value(text_string(cell), value);
}

// Whoever splits at semicolons and line ends, wherever they stand, finds no formula either.
static void check_pieces(const char *all)
{
    for (const char *at = all; at; at = strpbrk(at, ";\n")) {
        bool within = *at == ';';
        at += within || *at == '\n';
        const char *first = within ? at + strspn(at, "\"") : at;
        CHECK(!*first || !strchr("=+-@\t", *first));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct text out, cell;
    text_init(&out, SIZE_MAX / 2);
    text_init(&cell, SIZE_MAX / 2);
    if (csv_flatten(&out, (const char *)data, size, arena) == ERR_OK) {
        json_t *object = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
        const char *at = text_string(&out);
        CHECK(object && strncmp(at, HEAD, sizeof HEAD - 1) == 0);
        at += sizeof HEAD - 1;
        check_pieces(at);
        check_rows(&at, object, &cell);
        CHECK(at == text_string(&out) + out.len);
        json_decref(object);
    } else
        CHECK(out.len == 0);
    text_fini(&out);
    text_fini(&cell);
    arena_free(arena);
    return 0;
}
