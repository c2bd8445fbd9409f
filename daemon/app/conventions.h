// SPDX-License-Identifier: EUPL-1.2
// Conventions: what their organiser lays out, and what others see of it. One function a route of protocol/routes.def.
#ifndef APP_CONVENTIONS_H
#define APP_CONVENTIONS_H

#include "app/call.h"

void conventions_post(struct call *c);
void conventions_list(struct call *c);
void conventions_get(struct call *c);
void conventions_put(struct call *c);
void conventions_move(struct call *c);
void conventions_hall(struct call *c);
void conventions_table(struct call *c);

// The callback of every write to a convention or what is in it: r has (status, answer, version[, replayed]), and refuses with the
// status's error (422: the answer names the field, "table" or "table:T9"; 409: STATE, or what "slots", "tables", "running", "empty"
// mean, or CONFLICT with a sentence for each of its faults, wire/clash) or answers the view with its ETag; the key of a hall becomes its link. False when it refused. Either way the call is gone then.
bool conventions_answer(struct call *c, const struct pg_result *r);
// The same as a callback; and streams, deliveries and other processes hear of what was changed (live_told).
void conventions_changed(void *call, const struct pg_result *r);
// JSON of the database with the keys of halls made links, in the arena; NULL stays NULL.
const char *conventions_link(struct call *c, const char *json);

#endif
