// SPDX-License-Identifier: EUPL-1.2
// Knows what happens when there is no memory left.
#include "base/memory.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

void *memory_new(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        log_die("memory", "out of memory (%zu bytes)", size);
    return p;
}

void *memory_grow(void *p, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        log_die("memory", "size overflow (%zu x %zu)", n, size);
    void *grown = realloc(p, bytes ? bytes : 1);
    if (!grown)
        log_die("memory", "out of memory (%zu bytes)", bytes);
    return grown;
}

char *memory_string(const char *s)
{
    size_t len = strlen(s) + 1;
    char *copy = memory_new(len);
    memcpy(copy, s, len);
    return copy;
}
