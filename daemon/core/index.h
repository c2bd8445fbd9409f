// SPDX-License-Identifier: EUPL-1.2
// Finds who may match without looking at everybody: entries listed by every CPV prefix, checked by département.
// The relation "on one line of the tree, in a common département" is symmetric, so one index serves both directions:
// capabilities found by lot, lots found by capability.
#ifndef CORE_INDEX_H
#define CORE_INDEX_H

#include "core/cpv.h"
#include "core/place.h"

#include <stddef.h>
#include <stdint.h>

struct index;

struct index *index_new(void);
void index_free(struct index *ix);
// Puts (code, départements) under the caller's owner and item number; an owner may have many entries.
void index_add(struct index *ix, struct cpv cpv, struct depset deps, uint32_t owner, uint32_t item);
// Takes away all entries of the owner.
void index_remove(struct index *ix, uint32_t owner);
// Calls found for every entry on one line with the code and sharing a département, each entry once. Neither order nor
// exactness of anything else is promised: the caller checks the conditions.
void index_find(const struct index *ix, struct cpv cpv, struct depset deps,
                void (*found)(void *ctx, uint32_t owner, uint32_t item), void *ctx);
size_t index_entries(const struct index *ix);
size_t index_bytes(const struct index *ix);

#endif
