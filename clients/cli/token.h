// SPDX-License-Identifier: EUPL-1.2
// Access tokens.
#ifndef CLI_TOKEN_H
#define CLI_TOKEN_H

#include "call.h"

// Makes one with --label, --scopes and --days, else with these: alone on stdout. shared: the organisation's.
enum result token_make(struct call *c, const struct options *o, const char *label, unsigned scopes, bool shared);
// The verbs of the same name.
enum result token_list(struct call *c, const struct options *o);
enum result token_new(struct call *c, const struct options *o);
enum result token_revoke(struct call *c, const struct options *o);

#endif
