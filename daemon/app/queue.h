// SPDX-License-Identifier: EUPL-1.2
// What an operator does about deliveries from the command line.
#ifndef APP_QUEUE_H
#define APP_QUEUE_H

#include "app/admin.h"

// What is not done yet (or --state), the next due first; --channel mail|webhook.
void queue_list(struct admin *a);
// What failed goes out again, what waits for its next try is tried at once. Ids, or "all" (--channel ID: of one channel).
void queue_retry(struct admin *a);
// What is due will not be delivered. Ids, or "all" (--channel ID: of one channel).
void queue_drop(struct admin *a);

#endif
