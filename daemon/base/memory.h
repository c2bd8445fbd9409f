// SPDX-License-Identifier: EUPL-1.2
// Memory of its own life. Out of memory ends the process.
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

// malloc, calloc and realloc that end the process instead of returning NULL; free with free().
void *memory_new(size_t size) __attribute__((malloc, returns_nonnull));
void *memory_grow(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
char *memory_string(const char *s) __attribute__((malloc, returns_nonnull));

#endif
