// SPDX-License-Identifier: EUPL-1.2
// A supplier that declines a need is offered the change of its offer that would have spared it the need.
#ifndef CORE_PROPOSE_H
#define CORE_PROPOSE_H

#include "core/offer.h"

// Why a supplier declines (protocol/records.def).
enum decline_reason { DECLINE_TOO_FAR, DECLINE_TOO_LARGE, DECLINE_NOT_OUR_TRADE, DECLINE_NO_CAPACITY, DECLINE_OTHER };

struct proposal {
    size_t count;
    struct need_change *changes; // fields of the offer as it was: "/capabilities/0/radius" (counted from 0), "/full_until"
};

// Whether there is a change of the offer after which no lot of the need matches it any more. The smallest one that the
// reason asks for, of the capabilities that match the need (by match_all at `now`); the others stay as they are:
//   too_far        the radius to the whole kilometres just below the nearest place; an area that meets the places goes, or
//                  becomes the départements that are left of it. Never the whole département of the seat.
//   too_large      value.most to just below the least value of the lots.
//   not_our_trade  a capability of the very code of a lot goes while another stays; else, and of one whose code is broader
//                  or narrower than the lot's first, the longest word of the need's title that says nothing of the
//                  capability, of the places or of procurement becomes one of its excluded words.
//   no_capacity    full until four weeks from now, or the day after the need's start; never more than a year from now.
//   other          nothing.
// o has been through offer_settle. *changed shares memory with it and with the arena, has been through offer_settle and
// passes offer_check; it and *out are filled only when there is a change. None when the offer does not match the need.
bool propose_change(const struct offer *o, const struct need *n, enum decline_reason reason, const struct gazetteer *g, struct words *w,
                    int64_t now, struct arena *arena, struct offer *changed, struct proposal *out);

#endif
