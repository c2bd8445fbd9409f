// SPDX-License-Identifier: EUPL-1.2
// Requests for meetings of two participants, as the organiser sees and rules them. One function a route of protocol/routes.def.
#ifndef APP_REQUESTS_H
#define APP_REQUESTS_H

#include "app/call.h"

void requests_list(struct call *c);
void requests_post(struct call *c);
void requests_get(struct call *c);
void requests_put(struct call *c);
void requests_answer(struct call *c);

// Shared with what a badge does. The id that the field holds is one; else 422 is answered.
bool requests_id(struct call *c, const struct form *form, const char *field);
// Refuses by the word of request_add ("self", "sides", ...) in the fields of the organiser's record or of a wish; id: of whom. False
// when what is NULL.
bool requests_refused(struct call *c, const char *what, bool wish, const char *id);
// The error of such a word.
enum err requests_error(const char *what);
// Answers by the row id, added, refused, answer, version of a request that is there now, and tells.
void requests_made(struct call *c, const struct pg_result *r);

#endif
