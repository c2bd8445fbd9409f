// SPDX-License-Identifier: EUPL-1.2
// Small numbers (handles) for organisations: dense, so that arrays can be kept by them, and given again after use.
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct roster;

struct roster *roster_new(void);
void roster_free(struct roster *r); // NULL is fine
// The handle of an id (a UUID as text), a new one when it has none.
uint32_t roster_put(struct roster *r, const char *id);
bool roster_find(const struct roster *r, const char *id, uint32_t *handle);
// Forgets the id; its handle may be given to another. Nothing when it has none.
void roster_drop(struct roster *r, const char *id);
// The id of a handle that was given.
void roster_id(const struct roster *r, uint32_t handle, char out[static 37]);
size_t roster_count(const struct roster *r);
size_t roster_bytes(const struct roster *r);

#endif
