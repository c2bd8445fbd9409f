// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/letter: kind, values (JSON) and link, each ended by NUL.
// Properties: subject and texts are UTF-8, the subject is one line; the HTML says what the plain text says, and has no
// element but ours, no link but the one that was given; wire/mail writes it.
#include "wire/letter.h"
#include "wire/mail.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))
#define MOST 8192 // bytes of an input: less than what a letter has room for

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// Takes the bytes up to a NUL.
static char *field(const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size ? memchr(*data, 0, *size) : NULL;
    size_t len = end ? (size_t)(end - *data) : *size;
    char *s = malloc(len + 1);
    if (len)
        memcpy(s, *data, len);
    s[len] = 0;
    len += end != NULL;
    *data += len;
    *size -= len;
    return s;
}

static const char *skip(const char *s, const char *wanted)
{
    CHECK(text_starts(s, wanted));
    return s + strlen(wanted);
}

// Reads text up to the next element, entities undone; nothing that could be markup stands in it.
static const char *plain(const char *s, struct text *out)
{
    static const struct {
        const char *written;
        char is;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"<br>", '\n'}};
    for (;;) {
        size_t i = 0;
        while (i < 5 && !text_starts(s, entities[i].written))
            i++;
        if (i < 5) {
            text_byte(out, entities[i].is);
            s += strlen(entities[i].written);
        } else if (!*s || strchr("<>\"&", *s))
            return s;
        else
            text_byte(out, *s++);
    }
}

static const char *linked(const char *s, const char *link)
{
    struct text target;
    text_init(&target, SIZE_MAX / 2);
    s = skip(plain(skip(s, "<a href=\""), &target), "\">");
    CHECK(link && text_equal(text_string(&target), link));
    text_fini(&target);
    return s;
}

static void check_html(const struct letter *letter, enum lang lang, const char *link)
{
    struct text said, title;
    text_init(&said, SIZE_MAX / 2);
    text_init(&title, SIZE_MAX / 2);
    const char *s = skip(letter->html, lang == LANG_FR ? "<!doctype html>\n<html lang=\"fr\">" : "<!doctype html>\n<html lang=\"en\">");
    s = skip(s, "\n<head><meta charset=\"utf-8\"><title>");
    s = skip(plain(s, &title), "</title></head>\n<body style=\"font-family: sans-serif; max-width: 40em\">\n");
    CHECK(strcmp(text_string(&title), letter->subject) == 0);
    while (text_starts(s, "<p>")) {
        s = skip(s, "<p>");
        bool link_here = text_starts(s, "<a");
        text_put(&said, said.len ? "\n" : "");
        s = plain(link_here ? linked(s, link) : s, &said);
        s = skip(s, link_here ? "</a></p>\n" : "</p>\n");
        text_byte(&said, '\n');
    }
    CHECK(strcmp(s, "</body>\n</html>\n") == 0);
    CHECK(strcmp(text_string(&said), letter->text) == 0);
    text_fini(&said);
    text_fini(&title);
}

static void check_letter(const struct letter *letter, enum lang lang, const char *link)
{
    struct text out;
    CHECK(*letter->subject); // the text may be nothing but values that are missing
    for (const char *s = letter->subject; *s; s++)
        CHECK((unsigned char)*s >= 0x20 && *s != 0x7f);
    for (const char *s = letter->text; *s; s++)
        CHECK(((unsigned char)*s >= 0x20 || *s == '\n') && *s != 0x7f);
    check_html(letter, lang, link);
    text_init(&out, 1 << 22);
    CHECK(mail_write(&out, &(struct mail){.from = "a@example.org", .to = "b@example.org", .id = "1", .subject = letter->subject,
                                          .language = lang == LANG_FR ? "fr" : "en", .text = letter->text, .html = letter->html}) == ERR_OK);
    CHECK(!out.full);
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST)
        return 0;
    char *kind = field(&data, &size), *args = field(&data, &size), *link = field(&data, &size);
    // A link is what the daemon has made: visible, of ASCII.
    bool good = *link != 0;
    for (char *s = link; *s; s++)
        good = good && *s > ' ' && *s < 0x7f;
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
        struct arena *arena = arena_new();
        struct letter letter;
        if (letter_fill(kind, lang, args, good ? link : NULL, arena, &letter))
            check_letter(&letter, lang, good ? link : NULL);
        arena_free(arena);
    }
    free(kind), free(args), free(link);
    return 0;
}
