// SPDX-License-Identifier: EUPL-1.2
// Knows how a spreadsheet is given text that stays text, and how nested values become rows.
#include "wire/csv.h"

#include "wire/strict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "\xef\xbb\xbf"

struct row {
    struct text *out;
    const char *section;
    size_t item; // 0: none
    struct text field;
};

static bool is_formula(const char *s)
{
    return *s && strchr("=+-@\t\r", *s);
}

// Whoever splits at semicolons takes no heed of quotes that begin behind a comma: a cell may begin behind any of these.
static bool may_split(char c)
{
    return c == ';' || c == '\t' || c == '\r' || c == '\n';
}

void csv_cell(struct text *out, const char *value)
{
    bool quoted = strpbrk(value, ",;\"\r\n");
    text_put(out, quoted ? "\"" : "");
    text_put(out, is_formula(value) ? "'" : "");
    for (const char *p = value; *p; p++) {
        text_put(out, *p == '"' ? "\"" : "");
        text_byte(out, *p);
        text_put(out, may_split(*p) && is_formula(p + 1 + strspn(p + 1, "\"")) ? "'" : "");
    }
    text_put(out, quoted ? "\"" : "");
}

// The shortest decimal that is read back as the same number.
static void write_real(char *to, size_t room, double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(to, room, "%.*g", digits, value);
        if (strtod(to, NULL) == value)
            return;
    }
}

static void write_row(const struct row *r, const json_t *value)
{
    char item[24] = "", number[40];
    const char *cell = "";
    if (r->item)
        snprintf(item, sizeof item, "%zu", r->item);
    if (json_is_string(value))
        cell = json_string_value(value);
    else if (json_is_boolean(value))
        cell = json_is_true(value) ? "true" : "false";
    else if (json_is_integer(value))
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value)), cell = number;
    else if (json_is_real(value))
        write_real(number, sizeof number, json_real_value(value)), cell = number;
    const char *const cells[] = {r->section, item, text_string(&r->field), cell};
    for (int i = 0; i < 4; i++) {
        text_put(r->out, i ? "," : "");
        csv_cell(r->out, cells[i]);
    }
    text_put(r->out, "\r\n");
}

static void write_value(struct row *r, json_t *value);

// One step further down, and back.
static void write_below(struct row *r, const char *step, json_t *value)
{
    size_t len = r->field.len;
    text_put(&r->field, len ? "." : "");
    text_put(&r->field, step);
    write_value(r, value);
    r->field.len = len;
    if (r->field.data)
        r->field.data[len] = 0;
}

static void write_value(struct row *r, json_t *value)
{
    const char *name;
    json_t *member;
    json_object_foreach (value, name, member)
        write_below(r, name, member);
    for (size_t i = 0; i < json_array_size(value); i++) {
        char step[24];
        snprintf(step, sizeof step, "%zu", i + 1);
        write_below(r, step, json_array_get(value, i));
    }
    if (!json_is_object(value) && !json_is_array(value))
        write_row(r, value);
}

enum err csv_flatten(struct text *out, const char *json, size_t len, struct arena *arena)
{
    const char *why, *section;
    json_t *object = strict_load(json, len, arena, &why), *value;
    if (!object)
        return ERR_BAD_JSON;
    struct row row = {.out = out};
    text_init(&row.field, SIZE_MAX / 2);
    text_put(out, MARK "section,item,field,value\r\n");
    json_object_foreach (object, section, value) {
        row.section = section;
        row.item = 0;
        if (!json_is_array(value))
            write_value(&row, value);
        else
            while (row.item++ < json_array_size(value))
                write_value(&row, json_array_get(value, row.item - 1));
    }
    text_fini(&row.field);
    json_decref(object);
    return ERR_OK;
}
