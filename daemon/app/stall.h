// SPDX-License-Identifier: EUPL-1.2
// An open transaction that has written to the journal holds back whoever reads it in order (app/matcher): that is said aloud.
#ifndef APP_STALL_H
#define APP_STALL_H

#include "app/parts.h"

#include <stdint.h>

struct stall;

struct stall *stall_new(struct parts *s);
void stall_free(struct stall *s); // NULL is fine
// Seconds that the oldest row which cannot be read yet has waited, as last seen.
int64_t stall_seconds(const struct stall *s);

#endif
