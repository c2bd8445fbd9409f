// SPDX-License-Identifier: EUPL-1.2
// Knows how to take memory for one call and give it back at once.
#include "base/arena.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The first block is small, for many arenas hold one record; each further one is twice as large.
#define FIRST 512
#define LARGEST 65536
#define ALIGN _Alignof(max_align_t)

struct block {
    struct block *next;
    size_t used, room;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *first;
    size_t size;
    size_t block; // room of the last block of the common kind
};

struct arena *arena_new(void)
{
    return memory_new(sizeof(struct arena));
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->first, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void *arena_take(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        log_die("memory", "size overflow (%zu)", size);
    size = (size + ALIGN - 1) & ~(ALIGN - 1);
    struct block *b = a->first;
    if (!b || b->room - b->used < size) {
        size_t common = a->block ? a->block * 2 : FIRST;
        common = common > LARGEST ? LARGEST : common;
        bool large = size > common;
        size_t room = large ? size : common;
        b = memory_new(sizeof *b + room);
        b->room = room;
        a->size += room;
        // A block made for one large piece goes behind the first, whose rest stays in use.
        if (a->first && large) {
            b->next = a->first->next;
            a->first->next = b;
        } else {
            b->next = a->first;
            a->first = b;
            a->block = large ? a->block : room;
        }
    }
    void *p = b->bytes + b->used;
    b->used += size;
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        log_die("memory", "size overflow (%zu x %zu)", n, size);
    return arena_take(a, bytes);
}

char *arena_copy(struct arena *a, const char *s, size_t len)
{
    char *copy = arena_take(a, len + 1);
    if (len)
        memcpy(copy, s, len);
    return copy;
}

char *arena_string(struct arena *a, const char *s)
{
    return s ? arena_copy(a, s, strlen(s)) : NULL;
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *out = arena_take(a, (size_t)(len < 0 ? 0 : len) + 1);
    if (len > 0)
        vsnprintf(out, (size_t)len + 1, format, again);
    va_end(again);
    return out;
}

size_t arena_size(const struct arena *a)
{
    return a->size;
}
