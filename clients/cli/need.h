// SPDX-License-Identifier: EUPL-1.2
// What a buyer does with needs, and who may read them.
#ifndef CLI_NEED_H
#define CLI_NEED_H

#include "call.h"

// The verbs of the same name; arguments are the words behind the verb's two.
enum result need_post(struct call *c, const struct options *o);
enum result need_preview(struct call *c, const struct options *o);
enum result need_show(struct call *c, const struct options *o);
enum result need_list(struct call *c, const struct options *o);
enum result need_matches(struct call *c, const struct options *o);
enum result need_funnel(struct call *c, const struct options *o);
enum result need_explain(struct call *c, const struct options *o);
enum result need_amend(struct call *c, const struct options *o);
enum result need_move(struct call *c, const struct options *o); // publish, close, award, cancel

#endif
