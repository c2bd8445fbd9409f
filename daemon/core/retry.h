// SPDX-License-Identifier: EUPL-1.2
// When something that could not be delivered is tried again: the schedule of Standard Webhooks, 75 h 35 min in all.
#ifndef CORE_RETRY_H
#define CORE_RETRY_H

#include <stdint.h>

#define RETRY_MOST 9 // tries after the first

// When the next try is due, in milliseconds since 1970 as created_ms; attempts: tries made so far, 0 for
// the first one, which is due at once. -1 when there are no more. jitter: any random number, the same for the same try;
// it takes up to a tenth off the last wait, so that what failed together is not tried together. Where tries were made
// late (the daemon did not run) the answer may lie in the past: the caller then tries at once.
int64_t retry_due(int64_t created_ms, int attempts, uint32_t jitter);

#endif
