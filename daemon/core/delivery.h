// SPDX-License-Identifier: EUPL-1.2
// Where a delivery stands and where it may go from there: one table, held by PostgreSQL too (0003_delivery.sql).
#ifndef CORE_DELIVERY_H
#define CORE_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

enum delivery_state { DELIVERY_DUE, DELIVERY_CLAIMED, DELIVERY_DONE, DELIVERY_FAILED };

// How one try ended.
enum delivery_outcome {
    DELIVERY_TAKEN,   // the other side has it
    DELIVERY_LATER,   // it may take it another time
    DELIVERY_REFUSED, // it never will
    DELIVERY_GONE,    // it wants nothing any more
};

const char *delivery_word(enum delivery_state s); // as it is stored: "due", "claimed", "done", "failed"
bool delivery_may_move(enum delivery_state from, enum delivery_state to);
// Where a claimed delivery goes: done, due (*due gets when, ms since 1970, later than now_ms) or failed. created_ms and
// attempts: as for retry_due; attempts counts the one that ended. Points of the schedule that have passed are not made up
// for: what has waited behind an endpoint that rests is tried once, not as often as it might have been.
enum delivery_state delivery_next(enum delivery_outcome o, int64_t created_ms, int attempts, uint32_t jitter, int64_t now_ms,
                                  int64_t *due);

#endif
