// SPDX-License-Identifier: EUPL-1.2
// The web client as it was compiled in (clients/web/embed.cmake): files under /web/VERSION/, which never change, and the page that
// loads them.
#ifndef APP_WEB_H
#define APP_WEB_H

#include "app/call.h"

struct web_file {
    const char *path, *type;
    const char *at[2], *end[2]; // plain, and compressed by gzip
};

extern const struct web_file web_files[]; // ended by a NULL path
extern const char web_version[];          // of all files together

void web_app(struct call *c);
void web_file(struct call *c);
// The style sheet at an address that stays, for the pages that the daemon writes.
void web_style(struct call *c);

#endif
