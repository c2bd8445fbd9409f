// SPDX-License-Identifier: EUPL-1.2
// Knows how the members of an object become the cells of a row.
#include "table.h"

#include "layout.h"

#include "base/text.h"

#include <stdlib.h>

#define CELL_MOST 65536

void table_head(const struct options *o, const struct table_column *columns)
{
    for (; columns->key; columns++)
        if (columns->width)
            layout_cell(columns->head[o->lang], columns->width);
        else
            layout_last(columns->head[o->lang], 0);
}

// Words as they are typed; lists with commas between.
static void add_value(const struct options *o, struct text *out, json_t *value)
{
    size_t i;
    json_t *item;
    if (json_is_string(value))
        text_put(out, json_string_value(value));
    else if (json_is_integer(value))
        text_format(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value) && o->lang == LANG_FR)
        text_put(out, json_is_true(value) ? "oui" : "non");
    else if (json_is_boolean(value))
        text_put(out, json_is_true(value) ? "yes" : "no");
    else if (json_is_object(value) && json_object_size(value)) {
        char *bytes = json_dumps(value, JSON_COMPACT);
        text_put(out, bytes ? bytes : "");
        free(bytes);
    }
    json_array_foreach(value, i, item)
    {
        text_put(out, i ? "," : "");
        add_value(o, out, item);
    }
}

void table_row(const struct options *o, const struct table_column *columns, json_t *object)
{
    for (; columns->key; columns++) {
        char when[32];
        struct text text;
        json_t *value = json_object_get(object, columns->key);
        text_init(&text, CELL_MOST);
        if (columns->time)
            text_put(&text, layout_time(json_string_value(value), when));
        else
            add_value(o, &text, value);
        if (columns->width)
            layout_cell(text_string(&text), columns->width);
        else
            layout_last(text_string(&text), 0);
        text_fini(&text);
    }
}
