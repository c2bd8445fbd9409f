// SPDX-License-Identifier: EUPL-1.2
// Offers by the million through one request: lines are read as they come, stored by the batch, and answered while more come.
#ifndef APP_BULK_H
#define APP_BULK_H

#include "app/call.h"

struct bulk;

struct bulk *bulk_new(struct parts *s);
void bulk_free(struct bulk *b);

// The route. The answer has a line for each record that was refused or repaired, and one ("upto") for each batch that is stored.
void bulk_offers(struct call *c);

struct bulk_counts {
    int imports;                       // under way
    uint64_t taken, repaired, refused; // records
};
struct bulk_counts bulk_counts(const struct bulk *b);

#endif
