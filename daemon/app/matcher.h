// SPDX-License-Identifier: EUPL-1.2
// Reads the journal in order and lets each row have its consequences: the world in memory is brought up to date, matches
// are found, notices are stored together with the cursor. Boot, catch-up and live are the same code.
#ifndef APP_MATCHER_H
#define APP_MATCHER_H

#include "app/parts.h"

#include <stdbool.h>
#include <stdint.h>

struct matcher;

struct matcher *matcher_new(struct parts *s);
void matcher_free(struct matcher *m);
// Loads the world from the database, then follows the journal. on_loaded is called once.
void matcher_start(struct matcher *m, void (*on_loaded)(void *ctx), void *ctx);
// Something may stand in the journal. Cheap; call it often.
void matcher_wake(struct matcher *m);

// Whether the world is complete: not before it was loaded nor while it is loaded anew.
bool matcher_complete(const struct matcher *m);

struct matcher_counts {
    uint64_t rows;     // of the journal that the cursor passed in a step that this process stored
    uint64_t steps;    // stored
    uint64_t found;    // matches computed
    uint64_t compute_us;
};
struct matcher_counts matcher_counts(const struct matcher *m);

#endif
