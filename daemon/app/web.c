// SPDX-License-Identifier: EUPL-1.2
// Knows how the web client's files are handed out.
#include "app/web.h"

#include <string.h>

#define POLICY                                                                                                                  \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; require-trusted-types-for " \
    "'script'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

static void hand_out(struct call *c, const char *path)
{
    static const char *const codings[WEB_FORMS] = {[WEB_GZIP] = "gzip", [WEB_BROTLI] = "br"};
    const struct web_file *f = web_files;
    enum web_form form = WEB_BROTLI;
    while (f->path && strcmp(f->path, path) != 0)
        f++;
    if (!f->path) {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    while (form != WEB_PLAIN && !http_takes(c->request->head, codings[form]))
        form--;
    if (form != WEB_PLAIN)
        call_header(c, "Content-Encoding", "%s", codings[form]);
    call_header(c, "Vary", "Accept-Encoding");
    // Past call_send: parts of a page are bound by its policy.
    server_answer(c->parts->server, c->request->id, 200, f->type, f->at[form], (size_t)(f->end[form] - f->at[form]), c->extra);
}

// Whether the path has the form of the view's, a ":name" of which stands for any part.
static bool shows(const char *view, const char *path)
{
    while (*view && *path) {
        if (*view == ':') {
            size_t len = strcspn(path, "/");
            if (!len)
                return false;
            view += strcspn(view, "/");
            path += len;
        } else if (*view++ != *path++)
            return false;
    }
    return !*view && (!*path || strcmp(path, "/") == 0);
}

// The page is the same for everybody. It names all modules of the view it opens with, so that they come at once and not one
// after the other as they import each other.
void web_app(struct call *c)
{
    const struct http_slice path = c->request->head->path;
    const char *asked = arena_copy(c->arena, path.at, path.len);
    const struct web_view *view = web_views;
    while (view->path && !shows(view->path, asked))
        view++;
    const char *page = arena_format(c->arena, "%s%s%s", web_shell[0], view->path ? view->links : "", web_shell[1]);
    c->open = true;
    call_header(c, "Cache-Control", "no-store"); // what it shows is somebody's: a browser does not keep it for its back button
    call_header(c, "Vary", "Accept-Encoding");
    call_header(c, "Content-Security-Policy", "%s", POLICY);
    call_header(c, "Referrer-Policy", "same-origin");
    call_text(c, 200, "text/html; charset=utf-8", page, strlen(page));
}

// Of another version: the page that asks is older than this program, and is to be read anew.
void web_file(struct call *c)
{
    size_t len = strlen(web_version);
    if (strncmp(c->part, web_version, len) != 0 || c->part[len] != '/') {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    call_header(c, "Cache-Control", "max-age=31536000, immutable");
    hand_out(c, c->part + len + 1);
}

void web_style(struct call *c)
{
    call_header(c, "Cache-Control", "max-age=3600");
    hand_out(c, "shared/style.css");
}
