// SPDX-License-Identifier: EUPL-1.2
// Knows how the compiled-in tables are read.
#include "app/own.h"

#include "app/sql.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/table.h"

void own_each(const char *name, void (*fn)(void *ctx, const char *const *fields), void *ctx)
{
    const struct sql_file *file = sql_reference;
    while (file->name && !text_equal(file->name, name))
        file++;
    if (!file->name)
        log_die("reference", "there is no sql/reference/%s.tsv", name);
    struct arena *arena = arena_new();
    struct table table;
    size_t len;
    const char *at = file->text, *end = file->end - 1, **fields;
    const char *line = table_line(&at, end, &len);
    if (!line || table_header(&table, line, len, arena) != ERR_OK)
        log_die("reference", "sql/reference/%s.tsv has no header", name);
    for (int number = 2; (line = table_line(&at, end, &len)); number++) {
        if (table_split(&table, line, len, arena, &fields) != ERR_OK)
            log_die("reference", "sql/reference/%s.tsv:%d is damaged", name, number);
        fn(ctx, fields);
    }
    arena_free(arena);
}
