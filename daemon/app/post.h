// SPDX-License-Identifier: EUPL-1.2
// The mails that lie in DATA/mail because there is no relay, shown on the command line.
#ifndef APP_POST_H
#define APP_POST_H

#include "app/admin.h"

// They need the data directory only, and may run beside the daemon.
void post_list(
    struct admin *a); // newest first: id, when it was written, to, subject; --json: {id,date,to,subject} a line
// The mail of the id given, or the newest: its headers and its text; --json: {id,to,subject,text}; --raw: the file.
void post_show(struct admin *a);

#endif
