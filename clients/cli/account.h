// SPDX-License-Identifier: EUPL-1.2
// How a person comes in, and what becomes of the account.
#ifndef CLI_ACCOUNT_H
#define CLI_ACCOUNT_H

#include "call.h"

// The verbs of the same name. Those of a person sign in for the one call.
enum result account_signup(struct call *c, const struct options *o);
enum result account_signin(struct call *c, const struct options *o);
enum result account_show(struct call *c, const struct options *o);
enum result account_export(struct call *c, const struct options *o);
enum result account_erase(struct call *c, const struct options *o);

#endif
