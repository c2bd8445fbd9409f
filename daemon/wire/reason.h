// SPDX-License-Identifier: EUPL-1.2
// Why a lot and a capability match or not, as JSON.
#ifndef WIRE_REASON_H
#define WIRE_REASON_H

#include "base/text.h"
#include "core/match.h"

// {"lot":..,"capability":..,"matches":b,"conditions":[{"condition","holds","asked","offered","sentence"}]} of one pair;
// reasons: all CONDITION_COUNT of them, from match_explain.
void reason_write(struct text *out, int lot, int capability, const struct reason *reasons);

#endif
