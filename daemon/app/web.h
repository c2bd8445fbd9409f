// SPDX-License-Identifier: EUPL-1.2
// The web client as it was compiled in (clients/web/embed.mjs): files under /web/VERSION/, which never change, and the page that
// loads them.
#ifndef APP_WEB_H
#define APP_WEB_H

#include "app/call.h"

enum web_form { WEB_PLAIN, WEB_GZIP, WEB_BROTLI, WEB_FORMS };

struct web_file {
    const char *path, *type;
    const char *at[WEB_FORMS], *end[WEB_FORMS];
};

struct web_view {
    const char *path;  // "/app/needs/:id" (shared/views.js)
    const char *links; // what it loads, beside what every view does
};

extern const struct web_file web_files[]; // ended by a NULL path
extern const struct web_view web_views[]; // ended by a NULL path
extern const char *const web_shell[2];    // the page before and behind the links of its view
extern const char web_version[];          // of all files together, and of the words of records.def

void web_app(struct call *c);
void web_file(struct call *c);
// The style sheet at an address that stays, for the pages that the daemon writes.
void web_style(struct call *c);

#endif
