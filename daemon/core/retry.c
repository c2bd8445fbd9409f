// SPDX-License-Identifier: EUPL-1.2
// Knows how long to wait before each further try.
#include "core/retry.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

int64_t retry_due(int64_t created_ms, int attempts, uint32_t jitter)
{
    static const int64_t waits[RETRY_MOST] = {5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR,
                                              10 * HOUR,  14 * HOUR,  20 * HOUR,   24 * HOUR};
    int64_t due = created_ms;
    if (attempts > RETRY_MOST)
        return -1;
    for (int i = 0; i < attempts; i++)
        due += waits[i];
    if (attempts > 0)
        due -= waits[attempts - 1] / 10 * jitter / UINT32_MAX;
    return due;
}
