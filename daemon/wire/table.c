// SPDX-License-Identifier: EUPL-1.2
// Knows how tab-separated lines are cut into fields.
#include "wire/table.h"

#include "base/text.h"

#include <string.h>

#define MARK "\xef\xbb\xbf" // byte order mark
#define COLUMNS_MOST 1000

const char *table_line(const char **at, const char *end, size_t *len)
{
    const char *line = *at;
    if (line >= end)
        return NULL;
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    *at = stop ? stop + 1 : end;
    *len = (size_t)((stop ? stop : end) - line);
    if (*len && line[*len - 1] == '\r')
        --*len;
    return line;
}

static const char *trimmed(struct arena *arena, const char *s, size_t len)
{
    for (; len && *s == ' '; s++)
        len--;
    while (len && s[len - 1] == ' ')
        len--;
    return arena_copy(arena, s, len);
}

static enum err split(const char *line, size_t len, struct arena *arena, const char ***fields, size_t *count)
{
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    if (!text_utf8(line, len))
        return ERR_BAD_TEXT;
    *count = 1;
    for (size_t i = 0; i < len; i++)
        *count += line[i] == '\t';
    if (*count > COLUMNS_MOST)
        return ERR_LINE_COLUMNS;
    *fields = arena_array(arena, *count, sizeof **fields);
    for (size_t i = 0; i < *count; i++) {
        const char *tab = i + 1 < *count ? memchr(line, '\t', len) : line + len;
        size_t n = (size_t)(tab - line);
        (*fields)[i] = trimmed(arena, line, n);
        if (i + 1 < *count) {
            line += n + 1;
            len -= n + 1;
        }
    }
    return ERR_OK;
}

enum err table_header(struct table *t, const char *line, size_t len, struct arena *arena)
{
    if (len >= 3 && memcmp(line, MARK, 3) == 0) {
        line += 3;
        len -= 3;
    }
    enum err err = split(line, len, arena, &t->names, &t->count);
    if (err)
        return err;
    for (size_t i = 0; i < t->count; i++) {
        if (!*t->names[i])
            return ERR_LINE_COLUMNS;
        if (table_column(t, t->names[i]) != (int)i)
            return ERR_DUPLICATE;
    }
    return ERR_OK;
}

int table_column(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->names[i], name) == 0)
            return (int)i;
    return -1;
}

enum err table_split(const struct table *t, const char *line, size_t len, struct arena *arena, const char ***fields)
{
    size_t count;
    enum err err = split(line, len, arena, fields, &count);
    return err ? err : count == t->count ? ERR_OK : ERR_LINE_COLUMNS;
}
