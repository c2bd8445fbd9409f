// SPDX-License-Identifier: EUPL-1.2
// The people of an organisation.
#ifndef CLI_MEMBER_H
#define CLI_MEMBER_H

#include "call.h"

// The verbs of the same name. A person is an id, or the mail address of a member.
enum result member_list(struct call *c, const struct options *o);
enum result member_invite(struct call *c, const struct options *o);
enum result member_role(struct call *c, const struct options *o);
enum result member_remove(struct call *c, const struct options *o);

#endif
