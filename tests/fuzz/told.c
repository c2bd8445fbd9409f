// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/told: any content.
// Properties: the subject is one line of at most 150 characters; the HTML is well-formed, has no element but ours and no
// link but those that were given, and says what the plain text says; wire/mail writes it; the same content gives the
// same mail.
#include "wire/told.h"

#include "base/text.h"
#include "wire/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))
#define DEPTH 16
#define SITE "https://entregent.example.org/"
#define UNSUBSCRIBE SITE "unsubscribe?t=\"<&>"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static const char *make(void *ctx, const char *kind, const char *id)
{
    CHECK(text_uuid(id));
    snprintf(ctx, 100, SITE "%s?t=%s", kind, id);
    return ctx;
}

// A mail in the making of its words: where it stands, what it said, what is open.
struct reading {
    const char *at;
    struct text said;
    const char *open[DEPTH];
    size_t depth;
    struct text url;
    enum lang lang;
};

static bool eat(struct reading *r, const char *wanted)
{
    if (!text_starts(r->at, wanted))
        return false;
    r->at += strlen(wanted);
    return true;
}

// Text up to the next sign of markup, entities undone.
static void words(struct reading *r, struct text *out)
{
    static const struct {
        const char *written;
        char is;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}};
    for (;;) {
        size_t i = 0;
        while (i < 4 && !eat(r, entities[i].written))
            i++;
        if (i < 4)
            text_byte(out, entities[i].is);
        else if (!*r->at || strchr("<>\"&", *r->at))
            return;
        else
            text_byte(out, *r->at++);
    }
}

static void open_link(struct reading *r)
{
    text_clear(&r->url);
    CHECK(eat(r, " href=\""));
    words(r, &r->url);
    CHECK(eat(r, "\""));
    CHECK(text_starts(text_string(&r->url), SITE));
}

static const char *const elements[] = {"h1", "h2", "h3", "h4", "p", "div", "ul", "li", "strong", "a", "blockquote"};

static void open_element(struct reading *r)
{
    size_t i = sizeof elements / sizeof *elements, len = strcspn(r->at, " >");
    while (i-- && !(strlen(elements[i]) == len && memcmp(elements[i], r->at, len) == 0))
        continue;
    CHECK(i < sizeof elements / sizeof *elements && r->depth < DEPTH);
    r->open[r->depth++] = elements[i];
    r->at += len;
    if (text_equal(elements[i], "a"))
        open_link(r);
    if (eat(r, " style=\""))
        while (*r->at != '"') {
            CHECK(*r->at && !strchr("<>&()", *r->at));
            r->at++;
        }
    CHECK(eat(r, ">") || eat(r, "\">"));
    if (!text_equal(elements[i], "strong"))
        text_put(&r->said, text_equal(elements[i], "li") ? " - " : " ");
}

static void close_element(struct reading *r)
{
    CHECK(r->depth > 0);
    const char *name = r->open[--r->depth];
    CHECK(eat(r, name) && eat(r, ">"));
    if (text_equal(name, "a"))
        text_format(&r->said, "%s %s", r->lang == LANG_FR ? " :" : ":", text_string(&r->url));
    if (!text_equal(name, "strong"))
        text_byte(&r->said, ' ');
}

static void body(struct reading *r)
{
    while (!text_starts(r->at, "</body>")) {
        words(r, &r->said);
        CHECK(*r->at == '<');
        if (text_starts(r->at, "</body>"))
            break;
        if (eat(r, "<br>"))
            text_byte(&r->said, ' ');
        else if (eat(r, "<hr>"))
            text_put(&r->said, " -- ");
        else if (eat(r, "</"))
            close_element(r);
        else {
            r->at++;
            open_element(r);
        }
    }
    CHECK(r->depth == 0 && strcmp(r->at, "</body>\n</html>\n") == 0);
}

static void same_words(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " \n");
        b += strspn(b, " \n");
        size_t len = strcspn(a, " \n");
        CHECK(len == strcspn(b, " \n") && memcmp(a, b, len) == 0);
        if (!len)
            return;
        a += len;
        b += len;
    }
}

static void check_html(const struct letter *l, enum lang lang)
{
    struct reading r = {.at = l->html, .lang = lang};
    struct text title;
    text_init(&r.said, SIZE_MAX / 2);
    text_init(&r.url, SIZE_MAX / 2);
    text_init(&title, SIZE_MAX / 2);
    CHECK(eat(&r, lang == LANG_FR ? "<!doctype html>\n<html lang=\"fr\">\n" : "<!doctype html>\n<html lang=\"en\">\n"));
    CHECK(eat(&r, "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>"));
    words(&r, &title);
    CHECK(strcmp(text_string(&title), l->subject) == 0);
    CHECK(eat(&r, "</title></head>\n<body style=\""));
    r.at = strchr(r.at, '>') + 1;
    body(&r);
    same_words(text_string(&r.said), l->text);
    text_fini(&r.said);
    text_fini(&r.url);
    text_fini(&title);
}

static void check_letter(const struct letter *l, enum lang lang)
{
    struct text out;
    size_t count = 0;
    CHECK(*l->subject && text_utf8(l->subject, strlen(l->subject)));
    for (const char *s = l->subject; *s; s++) {
        CHECK((unsigned char)*s >= 0x20 && *s != 0x7f);
        count += ((unsigned char)*s & 0xc0) != 0x80;
    }
    CHECK(count <= 150);
    for (const char *s = l->text; *s; s++)
        CHECK(((unsigned char)*s >= 0x20 || *s == '\n') && *s != 0x7f && !((unsigned char)*s == 0xc2 && (unsigned char)s[1] < 0xa0));
    check_html(l, lang);
    text_init(&out, 1 << 21);
    CHECK(mail_write(&out, &(struct mail){.from = "a@example.org", .to = "b@example.org", .id = "1", .subject = l->subject,
                                          .language = lang == LANG_FR ? "fr" : "en", .text = l->text, .html = l->html}) == ERR_OK);
    CHECK(!out.full);
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct gazetteer *g = place_gazetteer_new();
    CHECK(place_add_departement(g, "63", "Puy-de-Dôme", "84", "FRK14", "63113", "Clermont-<&>", (struct point){0}) == ERR_OK);
    const char *content = arena_copy(arena, (const char *)data, size);
    char url[100];
    const struct told_links links = {make, url};
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
        struct letter l, again;
        bool told = told_write(content, lang, g, &links, UNSUBSCRIBE, arena, &l);
        CHECK(told == told_write(content, lang, g, &links, UNSUBSCRIBE, arena, &again));
        if (!told)
            continue;
        check_letter(&l, lang);
        CHECK(strcmp(l.subject, again.subject) == 0 && strcmp(l.text, again.text) == 0 && strcmp(l.html, again.html) == 0);
    }
    place_gazetteer_free(g);
    arena_free(arena);
    return 0;
}
