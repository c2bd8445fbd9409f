// SPDX-License-Identifier: EUPL-1.2
// Memory of one call: many allocations, freed at one place. Out of memory ends the process.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/memory.h"

#include <stddef.h>

struct arena;

// A new arena; free it with arena_free. Never NULL.
struct arena *arena_new(void);
// Frees the arena and all that was taken from it. NULL is fine.
void arena_free(struct arena *a);
// Zeroed memory, aligned for any type, valid until arena_free.
void *arena_take(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));
// Zeroed array; n * size is checked for overflow.
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((returns_nonnull));
// Copy of len bytes with a NUL behind.
char *arena_copy(struct arena *a, const char *s, size_t len) __attribute__((returns_nonnull));
// Copy of a string; NULL stays NULL.
char *arena_string(struct arena *a, const char *s);
char *arena_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3), returns_nonnull));
// Bytes taken from the system so far.
size_t arena_size(const struct arena *a);

#endif
