// SPDX-License-Identifier: EUPL-1.2
// How few gaps all people of a complete agenda can have together, beyond the sum of what each could have alone.
//
// A person's pattern and where its meetings lie are put apart: being busy in a slot has a price for the person (of
// either sign), which its meeting in that slot pays back, and a meeting pays for its table. Whatever the prices are,
// the cheapest pattern of each person and the cheapest slot of each meeting cost no more together than any timetable
// has gaps (Lagrangian relaxation; Held and Karp 1971). Prices rise where patterns and meetings disagree. All in whole
// numbers: the bound is exact.
#ifndef CORE_GAPFLOOR_H
#define CORE_GAPFLOOR_H

#include "core/pattern.h"

// slots: where each meeting can lie. pattern: of each person. Zero when nothing is known.
int64_t gapfloor_find(const struct agenda_view *v, const uint64_t *slots, const struct pattern *pattern,
                      struct arena *arena);

#endif
