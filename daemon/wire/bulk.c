// SPDX-License-Identifier: EUPL-1.2
// Knows where a line of the bulk route ends and what it says.
#include "wire/bulk.h"

#include "wire/import.h"
#include "wire/record.h"

#include <string.h>

#define MARK "\xEF\xBB\xBF" // of UTF-8: some programs write one at the start

void bulk_lines_init(struct bulk_lines *l)
{
    *l = (struct bulk_lines){0};
    text_init(&l->held, SIZE_MAX / 2);
}

void bulk_lines_fini(struct bulk_lines *l)
{
    text_fini(&l->held);
}

size_t bulk_held(const struct bulk_lines *l)
{
    return l->held.len - l->at;
}

void bulk_feed(struct bulk_lines *l, const char *bytes, size_t len)
{
    if (l->at) {
        text_drop(&l->held, l->at);
        l->seen -= l->at;
        l->at = 0;
    }
    text_add(&l->held, bytes, len);
}

// The next line with its end; false when it has not come whole.
static bool cut(struct bulk_lines *l, bool end, const char **line, size_t *len)
{
    const char *from = text_string(&l->held) + l->at;
    size_t held = bulk_held(l), seen = l->seen - l->at;
    const char *stop = held > seen ? memchr(from + seen, '\n', held - seen) : NULL;
    l->seen = l->held.len;
    if (!stop && !(end && held))
        return false;
    *line = from;
    *len = stop ? (size_t)(stop - from) : held;
    l->at += *len + (stop != NULL);
    l->seen = l->at;
    return true;
}

static bool blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

// Of a line that is too long nothing is held.
static enum bulk_result pass_over(struct bulk_lines *l)
{
    l->at = l->seen = l->held.len;
    bool first = !l->passing;
    l->passing = true;
    l->number += first;
    return first ? BULK_TOO_LONG : BULK_MORE;
}

enum bulk_result bulk_next(struct bulk_lines *l, bool end, const char **line, size_t *len)
{
    while (cut(l, end, line, len)) {
        bool rest = l->passing;
        l->passing = false;
        if (rest)
            continue;
        if (l->number++ == 0 && *len >= strlen(MARK) && memcmp(*line, MARK, strlen(MARK)) == 0) {
            *line += strlen(MARK);
            *len -= strlen(MARK);
        }
        *len -= *len && (*line)[*len - 1] == '\r';
        if (*len > BULK_LINE_MOST)
            return BULK_TOO_LONG;
        if (!blank(*line, *len))
            return BULK_LINE;
    }
    return l->passing || bulk_held(l) > BULK_LINE_MOST + strlen(MARK "\r") ? pass_over(l) : BULK_MORE;
}

enum err bulk_read(const char *line, size_t len, const struct gazetteer *g, struct arena *arena, struct offer_line *out,
                   struct faults *faults, struct faults *warnings)
{
    char siret[15];
    enum err err = record_read_line(line, len, g, arena, out, faults, warnings);
    if (err == ERR_BAD_JSON) {
        faults->list[0].err = ERR_LINE_NOT_JSON;
        return ERR_INVALID;
    }
    if (out->siret && import_siret(arena, out->siret, "/siret", siret, faults, warnings))
        out->siret = arena_string(arena, siret);
    if (out->name && strpbrk(out->name, "\n\t"))
        fault_add(faults, ERR_BAD_TEXT, NULL, "/name");
    return faults->count ? ERR_INVALID : ERR_OK;
}
