// SPDX-License-Identifier: EUPL-1.2
// What a buyer might change in a draft before posting it: each change a lot of its own, to be counted beside the lot as it is.
#ifndef CORE_PREVIEW_H
#define CORE_PREVIEW_H

#include "core/match.h"

// The words stand in protocol/records.def.
enum preview_kind { PREVIEW_RESERVE, PREVIEW_OPEN, PREVIEW_SPLIT, PREVIEW_PLACE, PREVIEW_LABEL, PREVIEW_CPV };

struct preview_change {
    enum preview_kind kind;
    struct lot lot;       // as it would be
    int parts;            // PREVIEW_SPLIT
    size_t label;         // PREVIEW_LABEL: which of the former labels is left out
    struct cpv from, to;  // PREVIEW_CPV: the code that goes, the one that comes
    bool sibling;         // PREVIEW_CPV: `to` has the same parent as `from`; else it is the parent
    bool counted;         // set by whoever counts,
    size_t suppliers;     // and how many the lot would reach then
};

struct preview_codes { // the vocabulary: CPV codes, sorted
    const uint32_t *list;
    size_t count;
};

// One change each against the lot as it is; those that need many counts stand last:
//   reserve  under L2113-12, L2113-13, both, L2113-13-1, L2113-15 (services only: not when the lot's kinds of service are
//            said and have none), but what it is reserved under already
//   open     of a reserved lot
//   split    a lot with a value: 2 and 4 parts, each end of the range divided, in whole euros below
//   place    all places as départements, as régions, as France, where that is more than before
//   label    without each required label
//   cpv      each code replaced by its parent, then by each sibling: the nearest ancestor that the vocabulary knows, and
//            the other codes that have the same one
// In the arena, *count of them; lists that stay are shared with n.
struct preview_change *preview_changes(const struct need *n, const struct lot *l, const struct gazetteer *g,
                                       struct preview_codes codes, struct arena *arena, size_t *count);
// The need with one lot alone: n's lot `lot`, or what the change makes of it (NULL: as it is). Texts are n's.
struct match_need preview_need(const struct match_need *n, size_t lot, const struct preview_change *c, struct arena *arena);

#define PREVIEW_SIBLINGS 3
// Leaves out what was not counted, and of the siblings all but the PREVIEW_SIBLINGS that reach most, best first and the
// first of equals, if they reach more than `present`. Returns how many stay.
size_t preview_keep(struct preview_change *list, size_t count, size_t present);

#endif
