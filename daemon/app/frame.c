// SPDX-License-Identifier: EUPL-1.2
// Knows what stands above and below a page that the daemon writes.
#include "app/frame.h"

#include "app/access.h"
#include "app/link.h"
#include "app/web.h"

#include <string.h>

#define PAGE_MOST (1 << 20)

enum phrase { SKIP, NAV, NEEDS, OTHER, SIGN_IN, SIGN_UP, OWN, PRIVACY, ACCESSIBILITY };

static const char *const phrases[][2] = { // by enum lang
    [SKIP] = {"Aller au contenu", "Go to the content"},
    [NAV] = {"Menu principal", "Main menu"},
    [NEEDS] = {"Besoins ouverts", "Open needs"},
    [OTHER] = {"English", "Français"},
    [SIGN_IN] = {"Se connecter", "Sign in"},
    [SIGN_UP] = {"S'inscrire", "Sign up"},
    [OWN] = {"Mon espace", "My workspace"},
    [PRIVACY] = {"Vos données", "Your data"},
    [ACCESSIBILITY] = {"Accessibilité : non conforme", "Accessibility: not conforming"},
};

static const char *const words[] = {"fr", "en"}; // by enum lang

static bool is_language(const char *asked)
{
    return text_equal(asked, words[LANG_FR]) || text_equal(asked, words[LANG_EN]);
}

void frame_choose(struct call *c)
{
    const char *asked = call_query(c, "lang");
    if (is_language(asked))
        c->lang = text_equal(asked, words[LANG_EN]) ? LANG_EN : LANG_FR;
}

const char *frame_kept(struct call *c)
{
    const char *asked = call_query(c, "lang");
    return is_language(asked) ? arena_format(c->arena, "lang=%s", asked) : "";
}

const char *frame_at(struct call *c, const char *path)
{
    const char *kept = frame_kept(c);
    return *kept ? arena_format(c->arena, "%s?%s", path, kept) : path;
}

// The query of this page in that language. The path is left to the browser: a page that is none says nothing of what was asked.
static const char *in_language(struct call *c, enum lang lang)
{
    const struct http_head *head = c->request->head;
    const char *query = head->query.len ? arena_copy(c->arena, head->query.at, head->query.len) : "";
    const char *kept = "";
    char *rest = arena_string(c->arena, query);
    for (char *part; (part = strsep(&rest, "&"));)
        if (*part && !text_starts(part, "lang="))
            kept = arena_format(c->arena, "%s%s&", kept, part);
    return arena_format(c->arena, "?%slang=%s", kept, words[lang]);
}

static bool is_post(const struct call *c)
{
    const struct http_slice method = c->request->head->method;
    return method.len == 4 && memcmp(method.at, "POST", 4) == 0;
}

static void put_attribute(struct text *out, const char *before, const char *value, const char *behind)
{
    text_put(out, before);
    text_html(out, value);
    text_put(out, behind);
}

// What a search engine, and the preview of a link that somebody passes on, say of the page.
static void put_about(struct call *c, struct text *out, const char *title, const char *about)
{
    const struct http_slice asked = c->request->head->path;
    const char *path = arena_copy(c->arena, asked.at, asked.len), *address = arena_format(c->arena, "%s%s", link_home(c->parts, c->arena), path);
    put_attribute(out, "<meta name=\"description\" content=\"", about, "\">\n");
    put_attribute(out, "<link rel=\"canonical\" href=\"", frame_at(c, address), "\">\n");
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
        text_format(out, "<link rel=\"alternate\" hreflang=\"%s\" href=\"", words[lang]);
        put_attribute(out, "", address, "");
        put_attribute(out, "", in_language(c, lang), "\">\n");
    }
    text_format(out, "<meta property=\"og:site_name\" content=\"Entregent\"><meta property=\"og:type\" content=\"website\"><meta property=\"og:locale\" content=\"%s\">\n", c->lang == LANG_FR ? "fr_FR" : "en_GB");
    put_attribute(out, "<meta property=\"og:title\" content=\"", title, "\">");
    put_attribute(out, "<meta property=\"og:description\" content=\"", about, "\">");
    put_attribute(out, "<meta property=\"og:url\" content=\"", frame_at(c, address), "\">\n");
}

static void put_head(struct call *c, struct text *out, const char *title, const char *about)
{
    text_format(out, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>", words[c->lang]);
    text_html(out, title);
    text_put(out, text_equal(title, "Entregent") ? "</title>\n" : " · Entregent</title>\n");
    if (about)
        put_about(c, out, title, about);
    else
        text_put(out, "<meta name=\"robots\" content=\"noindex\">\n");
    text_format(out, "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/web/%s/shared/icon.svg\"><link rel=\"stylesheet\" href=\"/web/%s/shared/style.css\"></head>\n", web_version, web_version);
}

void frame_share(struct call *c)
{
    call_open(c, access_cookied(c) ? 0 : 60);
    call_header(c, "Vary", "Accept-Language, Cookie");
}

// Where one goes on: who comes with a session is not asked to sign in.
static void put_doors(struct call *c, struct text *out)
{
    enum lang other = c->lang == LANG_FR ? LANG_EN : LANG_FR;
    text_put(out, "<div class=\"row\">");
    if (!is_post(c)) { // what was pressed has no address
        text_format(out, "<a class=\"button small\" lang=\"%s\" hreflang=\"%s\" href=\"", words[other], words[other]);
        put_attribute(out, "", in_language(c, other), "\">");
        text_format(out, "%s</a>\n", phrases[OTHER][c->lang]);
    }
    if (access_cookied(c))
        text_format(out, "<a class=\"button small main\" href=\"/app\">%s</a>", phrases[OWN][c->lang]);
    else
        text_format(out, "<a class=\"button small\" href=\"/app/signin\">%s</a>\n<a class=\"button small main\" href=\"/app/signup\">%s</a>", phrases[SIGN_IN][c->lang], phrases[SIGN_UP][c->lang]);
    text_put(out, "</div>\n");
}

void frame_begin(struct call *c, struct text *out, const char *title, const char *about)
{
    const struct http_slice path = c->request->head->path;
    bool needs = path.len == strlen("/needs") && memcmp(path.at, "/needs", path.len) == 0;
    text_init(out, PAGE_MOST);
    put_head(c, out, title, about);
    text_format(out, "<body>\n<a class=\"skip\" href=\"#main\">%s</a>\n<header class=\"top no-print\"><div>\n<a class=\"mark\" href=\"%s\">Entregent</a>\n", phrases[SKIP][c->lang], frame_at(c, "/"));
    text_format(out, "<nav aria-label=\"%s\"><a href=\"%s\"%s>%s</a></nav>\n", phrases[NAV][c->lang], frame_at(c, "/needs"), needs ? " aria-current=\"page\"" : "", phrases[NEEDS][c->lang]);
    put_doors(c, out);
    text_format(out, "</div></header>\n<main id=\"main\"%s>\n<h1>", about ? "" : " class=\"narrow\"");
    text_html(out, title);
    text_put(out, "</h1>\n");
}

void frame_end(struct call *c, struct text *out, int status)
{
    text_put(out, "</main>\n<footer class=\"foot no-print\"><ul>\n");
    text_format(out, "<li><a href=\"%s\">Entregent</a></li>\n<li><a href=\"%s\">%s</a></li>\n", frame_at(c, "/"), frame_at(c, "/needs"), phrases[NEEDS][c->lang]);
    text_format(out, "<li><a href=\"%s\">%s</a></li>\n<li><a href=\"%s\">%s</a></li>\n<li><a href=\"/openapi.json\">API</a></li>\n</ul></footer>\n</body>\n</html>\n", frame_at(c, "/privacy"),
                phrases[PRIVACY][c->lang], frame_at(c, "/accessibility"), phrases[ACCESSIBILITY][c->lang]);
    call_header(c, "Content-Language", "%s", words[c->lang]);
    call_header(c, "Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    // An address may hold the secret of a link: other sites never see it. With no-referrer our own button would come from "null".
    call_header(c, "Referrer-Policy", "same-origin");
    c->page = NULL; // a page that is too long cannot say so itself
    if (out->full)
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    else
        call_text(c, status, "text/html; charset=utf-8", text_string(out), out->len);
    text_fini(out);
}

void frame_say(struct call *c, int status, const char *title, const char *text, const char *path, const char *onwards)
{
    struct text out;
    frame_begin(c, &out, title, NULL);
    put_attribute(&out, "<p>", text, "</p>\n");
    put_attribute(&out, "<p><a class=\"button\" href=\"", path, "\">");
    put_attribute(&out, "", onwards, "</a></p>\n");
    frame_end(c, &out, status);
}

// A page that was only read can be read again; what was sent is sent again from the page before.
void frame_refuse(struct call *c, enum err err, const char *why)
{
    static const char *const title[] = {"Cela n'a pas marché", "This did not work"}, *const again[] = {"Réessayer", "Try again"}, *const start[] = {"Revenir à l'accueil", "Back to the start"};
    static const char *const sent[] = {"Rien n'est perdu : revenez à la page précédente et réessayez dans un instant.", "Nothing is lost: go back to the page before, and try again in a moment."};
    if (is_post(c))
        frame_say(c, err_status(err), title[c->lang], arena_format(c->arena, "%s %s", why, sent[c->lang]), frame_at(c, "/"), start[c->lang]);
    else
        frame_say(c, err_status(err), title[c->lang], why, "", again[c->lang]);
}
