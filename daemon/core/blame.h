// SPDX-License-Identifier: EUPL-1.2
// Names what stands in the way of a meeting: reasons from facts that somebody else found.
#ifndef CORE_BLAME_H
#define CORE_BLAME_H

#include "core/hindrance.h"
#include "core/sequence.h"

// Nobody and nothing is named yet.
struct hindrance blame_nobody(enum hindrance_kind kind);

// In all slots of `wanted` one of the two of a meeting cannot: away says where each cannot. Names the first who alone
// is enough, else both; nobody when even both together leave a slot, or when `wanted` is empty.
struct hindrance blame_absent(const struct agenda *a, int meeting, uint64_t wanted, const uint64_t away[2]);

// A chain of meetings is too long, or what comes before a meeting too late for its slots (`need`: the
// first slot, from 1, in which that can lie).
struct hindrance blame_late(const struct sequence_late *late, uint64_t slots);

#endif
