// SPDX-License-Identifier: EUPL-1.2
// Knows the moves of a delivery.
#include "core/delivery.h"

#include "core/retry.h"

const char *delivery_word(enum delivery_state s)
{
    static const char *const words[] = {"due", "claimed", "done", "failed"};
    return words[s];
}

bool delivery_may_move(enum delivery_state from, enum delivery_state to)
{
    // due: claimed, or dropped; claimed: the try ended; failed: asked for once more. What is done stays so.
    static const bool moves[4][4] = {
        [DELIVERY_DUE] = {[DELIVERY_CLAIMED] = true, [DELIVERY_FAILED] = true},
        [DELIVERY_CLAIMED] = {[DELIVERY_DONE] = true, [DELIVERY_DUE] = true, [DELIVERY_FAILED] = true},
        [DELIVERY_FAILED] = {[DELIVERY_DUE] = true},
    };
    return moves[from][to];
}

enum delivery_state delivery_next(enum delivery_outcome o, int64_t created_ms, int attempts, uint32_t jitter, int64_t now_ms,
                                  int64_t *due)
{
    *due = o == DELIVERY_LATER ? retry_due(created_ms, attempts, jitter) : -1;
    while (*due >= 0 && *due <= now_ms)
        *due = retry_due(created_ms, ++attempts, jitter);
    if (o == DELIVERY_TAKEN)
        return DELIVERY_DONE;
    return *due >= 0 ? DELIVERY_DUE : DELIVERY_FAILED;
}
