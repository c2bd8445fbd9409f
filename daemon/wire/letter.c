// SPDX-License-Identifier: EUPL-1.2
// Knows the words of each mail.
#include "wire/letter.h"

#include "base/text.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <string.h>

#define LETTER_MOST (1 << 16)

static const struct template {
    const char *kind, *subject[2], *text[2]; // by enum lang
} templates[] = {
#define MAIL(kind, subject_fr, subject_en, fr, en) {#kind, {subject_fr, subject_en}, {fr, en}},
#include "protocol/mails.def"
#undef MAIL
};

struct filling {
    const json_t *args;
    const char *link;
    enum lang lang;
    struct arena *arena;
};

// A kind of structure, or of organisation ("Organisateur (confirmé ...)": what is in brackets is no part of its name).
static const char *claim_text(const char *claim, enum lang lang, struct arena *arena)
{
    static const char *const lists[] = {"structure", "kind"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        int bit = word_value(lists[i], claim);
        const char *text = bit > 0 ? word_text(lists[i], (unsigned)bit, lang) : NULL, *bracket = text ? strstr(text, " (") : NULL;
        if (text)
            return bracket ? arena_copy(arena, text, (size_t)(bracket - text)) : text;
    }
    return claim;
}

static bool is(const char *name, size_t len, const char *wanted)
{
    return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

// What a {name} stands for, NULL when it is missing.
static const char *value_of(const struct filling *f, const char *name, size_t len)
{
    if (is(name, len, "link"))
        return f->link;
    const char *value = json_string_value(json_object_getn(f->args, name, len));
    if (!value || !*value)
        return NULL;
    return is(name, len, "claim") ? claim_text(value, f->lang, f->arena) : value;
}

// One paragraph with its values; false when one is missing. Nothing but a reason has several lines, and in a subject not
// even that.
static bool fill(const struct filling *f, const char *at, size_t len, bool subject, struct text *out)
{
    for (const char *end = at + len; at < end;) {
        const char *brace = memchr(at, '{', (size_t)(end - at)), *close = brace ? memchr(brace, '}', (size_t)(end - brace)) : NULL;
        text_add(out, at, (size_t)((close ? brace : end) - at));
        if (!close)
            break;
        size_t name = (size_t)(close - brace - 1);
        const char *value = value_of(f, brace + 1, name);
        bool lines = !subject && is(brace + 1, name, "reason");
        if (!value)
            return false;
        for (; *value; value++) {
            bool control = (unsigned char)*value < 0x20 || *value == 0x7f;
            text_byte(out, control && !(lines && *value == '\n') ? ' ' : *value);
        }
        at = close + 1;
    }
    return true;
}

// Several lines of a paragraph stay lines.
static void put_lines(struct text *out, const char *s)
{
    char line[256];
    for (size_t len; *s; s += len) {
        len = strcspn(s, "\n");
        len = len >= sizeof line ? sizeof line - 1 : len;
        memcpy(line, s, len);
        line[len] = 0;
        text_html(out, line);
        if (s[len] == '\n') {
            text_put(out, "<br>");
            len++;
        }
    }
}

static void html_paragraph(const struct filling *f, struct text *html, const char *paragraph)
{
    bool link = text_equal(paragraph, f->link);
    text_put(html, "<p>");
    if (link) {
        text_put(html, "<a href=\"");
        text_html(html, paragraph);
        text_put(html, "\">");
    }
    put_lines(html, paragraph);
    text_put(html, link ? "</a></p>\n" : "</p>\n");
}

static void paragraphs(const struct filling *f, const char *at, struct text *plain, struct text *html)
{
    struct text one;
    text_init(&one, LETTER_MOST);
    for (const char *stop; *at; at = *stop ? stop + 2 : stop) {
        stop = strstr(at, "\n\n");
        stop = stop ? stop : at + strlen(at);
        text_clear(&one);
        if (!fill(f, at, (size_t)(stop - at), false, &one))
            continue;
        text_format(plain, "%s%s\n", plain->len ? "\n" : "", text_string(&one));
        html_paragraph(f, html, text_string(&one));
    }
    text_fini(&one);
}

static const char *subject_of(const struct filling *f, const struct template *t, struct arena *arena)
{
    struct text subject;
    text_init(&subject, LETTER_MOST);
    bool whole = fill(f, t->subject[f->lang], strlen(t->subject[f->lang]), true, &subject);
    const char *made = whole ? arena_string(arena, text_string(&subject)) : "Entregent";
    text_fini(&subject);
    return made;
}

static void write_letter(const struct filling *f, const struct template *t, struct arena *arena, struct letter *out)
{
    struct text plain, html;
    text_init(&plain, LETTER_MOST);
    text_init(&html, 4 * LETTER_MOST);
    out->subject = subject_of(f, t, arena);
    text_format(&html, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><title>", f->lang == LANG_FR ? "fr" : "en");
    text_html(&html, out->subject);
    text_put(&html, "</title></head>\n<body style=\"font-family: sans-serif; max-width: 40em\">\n");
    paragraphs(f, t->text[f->lang], &plain, &html);
    text_put(&html, "</body>\n</html>\n");
    out->text = arena_string(arena, text_string(&plain));
    out->html = arena_string(arena, text_string(&html));
    text_fini(&plain);
    text_fini(&html);
}

bool letter_fill(const char *kind, enum lang lang, const char *args, const char *link, struct arena *arena, struct letter *out)
{
    const char *why;
    json_t *object = strict_load(args, strlen(args), arena, &why);
    const struct template *found = NULL;
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++)
        if (text_equal(templates[i].kind, kind))
            found = &templates[i];
    if (object && found)
        write_letter(&(struct filling){object, link, lang, arena}, found, arena, out);
    bool filled = object && found;
    json_decref(object);
    return filled;
}
