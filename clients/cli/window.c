// SPDX-License-Identifier: EUPL-1.2
// Knows which lines are not yet certain to have arrived.
#include "window.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_MOST (8u << 20) // certain bytes that are kept until they are dropped together
#define LINES_MOST 65536     // the same of lines

void window_init(struct window *w)
{
    *w = (struct window){0};
    text_init(&w->bytes, SIZE_MAX / 2);
}

void window_fini(struct window *w)
{
    text_fini(&w->bytes);
    free(w->lines);
}

void window_add(struct window *w, struct window_line line, const char *bytes, size_t len)
{
    if (w->count == w->room) {
        w->room = w->room ? w->room * 2 : 1024;
        w->lines = memory_grow(w->lines, w->room, sizeof *w->lines);
    }
    text_add(&w->bytes, bytes, len);
    line.end = w->base + w->bytes.len;
    w->lines[w->count++] = line;
}

size_t window_size(const struct window *w)
{
    return (size_t)(w->base + w->bytes.len - w->certain);
}

size_t window_count(const struct window *w)
{
    return w->count - w->first;
}

size_t window_unsent(const struct window *w)
{
    return (size_t)(w->base + w->bytes.len - w->sent);
}

size_t window_give(struct window *w, char *to, size_t room)
{
    size_t len = window_unsent(w) < room ? window_unsent(w) : room;
    memcpy(to, text_string(&w->bytes) + (w->sent - w->base), len);
    w->sent += len;
    return len;
}

static void drop(struct window *w)
{
    if (w->certain - w->base >= KEPT_MOST) {
        text_drop(&w->bytes, (size_t)(w->certain - w->base));
        w->base = w->certain;
    }
    if (w->first >= LINES_MOST) {
        memmove(w->lines, w->lines + w->first, (w->count - w->first) * sizeof *w->lines);
        w->count -= w->first;
        w->first = 0;
    }
}

void window_settle(struct window *w, uint64_t number)
{
    // Only what was sent whole: a server cannot know of more.
    while (w->first < w->count && w->lines[w->first].number <= number && w->lines[w->first].end <= w->sent) {
        const struct window_line *line = &w->lines[w->first++];
        w->certain = line->end;
        w->rows += line->rows;
        w->taken = line->taken;
    }
    drop(w);
}

static int by_number(const void *key, const void *item)
{
    const uint64_t *number = key;
    const struct window_line *line = item;
    return *number < line->number ? -1 : *number > line->number;
}

const struct window_line *window_find(const struct window *w, uint64_t number)
{
    return w->count == w->first
               ? NULL
               : bsearch(&number, w->lines + w->first, w->count - w->first, sizeof *w->lines, by_number);
}

void window_rewind(struct window *w)
{
    w->sent = w->certain;
}
