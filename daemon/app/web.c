// SPDX-License-Identifier: EUPL-1.2
// Knows how the web client's files are handed out.
#include "app/web.h"

#include <string.h>

#define POLICY                                                                                                                  \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; require-trusted-types-for " \
    "'script'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

static void hand_out(struct call *c, const char *path)
{
    const struct web_file *f = web_files;
    while (f->path && strcmp(f->path, path) != 0)
        f++;
    if (!f->path) {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    int packed = http_takes(c->request->head, "gzip");
    if (packed)
        call_header(c, "Content-Encoding", "gzip");
    call_header(c, "Vary", "Accept-Encoding");
    call_send(c, 200, f->type, f->at[packed], (size_t)(f->end[packed] - f->at[packed]));
}

void web_app(struct call *c)
{
    call_header(c, "Cache-Control", "no-cache");
    call_header(c, "Content-Security-Policy", "%s", POLICY);
    call_header(c, "Referrer-Policy", "same-origin");
    hand_out(c, "app.html");
}

// Of another version: the page that asks is older than this program, and is to be read anew.
void web_file(struct call *c)
{
    size_t len = strlen(web_version);
    if (strncmp(c->part, web_version, len) != 0 || c->part[len] != '/') {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    call_header(c, "Cache-Control", "public, max-age=31536000, immutable");
    hand_out(c, c->part + len + 1);
}

void web_style(struct call *c)
{
    call_header(c, "Cache-Control", "max-age=3600");
    hand_out(c, "shared/style.css");
}
