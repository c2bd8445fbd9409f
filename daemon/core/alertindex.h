// SPDX-License-Identifier: EUPL-1.2
// Finds the alerts that a need may concern without looking at all of them: by CPV code, else by buyer, else by a word,
// else (places, values or articles alone) one list. Each is checked by département.
#ifndef CORE_ALERTINDEX_H
#define CORE_ALERTINDEX_H

#include "core/alert.h"

#include <stddef.h>
#include <stdint.h>

struct alertindex;

struct alertindex *alertindex_new(void);
void alertindex_free(struct alertindex *ix); // NULL is fine
// Puts a settled alert under the caller's number, which stands for one alert at a time and is best kept small. The alert
// is not kept.
void alertindex_add(struct alertindex *ix, uint32_t number, const struct alert *a);
// Takes it away; a says what it said when it was added.
void alertindex_remove(struct alertindex *ix, uint32_t number, const struct alert *a);
// Calls found once for each alert that may ask for one of the need's lots, which all have a place (need_check): every one
// of which alert_lot is true, and others. The index must not change meanwhile.
void alertindex_find(struct alertindex *ix, const struct match_need *n, void (*found)(void *ctx, uint32_t number),
                     void *ctx);
size_t alertindex_bytes(const struct alertindex *ix);

#endif
