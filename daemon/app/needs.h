// SPDX-License-Identifier: EUPL-1.2
// The use cases of a need: post, amend, move, read, list, explain.
#ifndef APP_NEEDS_H
#define APP_NEEDS_H

#include "app/call.h"

void needs_post(struct call *c);
void needs_list(struct call *c);
void needs_get(struct call *c);
void needs_put(struct call *c);
void needs_preview(struct call *c); // of an amendment: what it would change, and who would be told
void needs_publish(struct call *c);
void needs_close(struct call *c);
void needs_award(struct call *c);
void needs_cancel(struct call *c);
void needs_drop(struct call *c);
void needs_funnel(struct call *c);
void needs_matches(struct call *c);
void needs_explain(struct call *c);

#endif
