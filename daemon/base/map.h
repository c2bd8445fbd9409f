// SPDX-License-Identifier: EUPL-1.2
// A hash map from bytes to a pointer. Keys are copied; values are the caller's.
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;

struct map *map_new(void);
void map_free(struct map *m); // NULL is fine; values are not freed
// NULL when absent.
void *map_get(const struct map *m, const void *key, size_t len);
// Sets; returns the former value or NULL. value must not be NULL.
void *map_set(struct map *m, const void *key, size_t len, void *value);
// Removes; returns the value or NULL.
void *map_remove(struct map *m, const void *key, size_t len);
size_t map_count(const struct map *m);
// Walk: start with *at = 0; false at the end. The map must not change meanwhile.
bool map_next(const struct map *m, size_t *at, const void **key, size_t *len, void **value);

// The same for C strings and for numbers.
void *map_get_string(const struct map *m, const char *key);
void *map_set_string(struct map *m, const char *key, void *value);
void *map_remove_string(struct map *m, const char *key);
void *map_get_number(const struct map *m, uint64_t key);
void *map_set_number(struct map *m, uint64_t key, void *value);
void *map_remove_number(struct map *m, uint64_t key);

// 64-bit hash of bytes (FNV-1a with a final mix); stable across runs.
uint64_t map_hash(const void *bytes, size_t len);

#endif
