// SPDX-License-Identifier: EUPL-1.2
// What the time brings: reminders, waves, summaries, offers that are no longer full, digests. Several daemons on one database
// share it.
#ifndef APP_TICK_H
#define APP_TICK_H

#include "app/parts.h"

struct tick;

struct tick *tick_new(struct parts *s);
void tick_free(struct tick *t); // NULL is fine
// Begins to look at the clock.
void tick_start(struct tick *t);

#endif
