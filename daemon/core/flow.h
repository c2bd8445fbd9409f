// SPDX-License-Identifier: EUPL-1.2
// The flow of most gain through a network: matchings with weights, and what is made of them.
#ifndef CORE_FLOW_H
#define CORE_FLOW_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct flow;

// Nodes are numbered from 0; room for `arcs` arcs. In the arena.
struct flow *flow_new(int nodes, size_t arcs, struct arena *arena);

// An arc that carries at most `most`, each unit of which gains `gain` (may be negative). Arcs must not form a circle of
// positive gain, and none leaves the sink. Returns its number, from 0.
int flow_arc(struct flow *f, int from, int to, int most, int64_t gain);

// Carries from source to sink what gains most in all: as much as has gain, not as much as fits. Returns the gain. Once
// a network. Quick where paths have few different gains: for each of them one largest flow (Dinic) among the paths of
// that gain.
int64_t flow_run(struct flow *f, int source, int sink);

int flow_carried(const struct flow *f, int arc);

struct flow_floor {
    int arc, least;
};

// After flow_run: whether all these arcs (each named once) can carry so much at least when no more than `loss` of the
// gain is given up. f stays as it is.
bool flow_affords(const struct flow *f, const struct flow_floor *floors, size_t count, int64_t loss);

#endif
