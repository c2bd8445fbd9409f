// SPDX-License-Identifier: EUPL-1.2
// Passwords, which never stand on the command line.
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include "call.h"

#define SECRET_MOST 1024

// The first line of --password-file; asked for on a terminal without echo when that is "-" or missing. fresh: a new
// one, asked for twice. Appended to out (a limit of SECRET_MOST); nothing when there is neither file nor terminal, or
// an empty line was typed. RESULT_USAGE: said. An interrupt ends the process, the terminal as it was.
enum result secret_read(struct call *c, const struct options *o, bool fresh, struct text *out);

#endif
