// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/meet: any content.
// Properties: the subject is one line of at most 150 characters; text and HTML hold no control characters, the HTML no markup
// that is not closed and no link but those that were given; each calendar is one of whole lines, none longer than 75 octets, with an
// organiser in each event; wire/mail writes it all; the same content gives the same mail.
#include "wire/meet.h"

#include "base/text.h"
#include "wire/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))
#define SITE "https://entregent.example.org/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static const char *make(void *ctx, const char *kind, const char *id)
{
    CHECK(text_uuid(id));
    snprintf(ctx, 100, SITE "%s/%s", kind, id);
    return ctx;
}

static void check_subject(const char *s)
{
    size_t count = 0;
    CHECK(*s && text_utf8(s, strlen(s)));
    for (; *s; s++) {
        CHECK((unsigned char)*s >= 0x20 && *s != 0x7f);
        count += ((unsigned char)*s & 0xc0) != 0x80;
    }
    CHECK(count <= 150);
}

// As many elements are closed as are opened; links lead where they were given.
static void check_html(const char *html)
{
    static const char *const single[] = {"<!doctype", "<meta", "<br>", "<hr>"};
    int open = 0;
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        bool alone = false;
        for (size_t i = 0; i < sizeof single / sizeof *single; i++)
            alone = alone || text_starts(at, single[i]);
        open += alone ? 0 : at[1] == '/' ? -1 : 1;
        CHECK(open >= 0 && strchr(at, '>') && strcspn(at + 1, "<") > strcspn(at + 1, ">"));
        CHECK(!text_starts(at, "<a ") || text_starts(at, "<a href=\"" SITE));
        CHECK(!text_starts(at, "<script") && !text_starts(at, "<img"));
    }
    CHECK(open == 0);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

static void check_calendar(const char *ics, const char *method)
{
    if (!ics)
        return;
    CHECK(strstr(ics, method) && count(ics, "\nMETHOD:") == 1 && count(ics, "\nBEGIN:VEVENT\r\n") > 0);
    CHECK(count(ics, "\nBEGIN:VEVENT\r\n") == count(ics, "\nORGANIZER;CN=\"") && count(ics, "\nUID:") == count(ics, "\nEND:VEVENT\r\n"));
    for (const char *at = ics, *end; *at; at = end + 2) {
        end = strstr(at, "\r\n");
        CHECK(end && end > at && end - at <= 75);
        for (; at < end; at++)
            CHECK(*at == '\t' || ((unsigned char)*at >= 0x20 && *at != 0x7f));
    }
    CHECK(count(ics, "BEGIN:VCALENDAR") >= 1 && strcmp(ics + strlen(ics) - strlen("END:VCALENDAR\r\n"), "END:VCALENDAR\r\n") == 0);
}

static void check_mail(const struct meet *m, enum lang lang)
{
    const struct mail_attachment files[] = {{"a.ics", "text/calendar", m->publish, m->publish ? strlen(m->publish) : 0}};
    const struct mail mail = {.from = "a@example.org", .to = "b@example.org", .id = "1", .subject = m->letter.subject, .language = lang == LANG_FR ? "fr" : "en",
                              .text = m->letter.text, .html = m->letter.html, .attachments = files, .attached = m->publish ? 1 : 0};
    struct text out;
    text_init(&out, 1 << 22);
    CHECK(mail_write(&out, &mail) == ERR_OK && !out.full);
    text_fini(&out);
}

static void check_text(const char *s)
{
    for (; *s; s++)
        CHECK(((unsigned char)*s >= 0x20 || *s == '\n') && *s != 0x7f && !((unsigned char)*s == 0xc2 && (unsigned char)s[1] < 0xa0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *content = arena_copy(arena, (const char *)data, size);
    char url[100];
    const struct told_links links = {make, url};
    const struct meet_options o = {&links, SITE "unsubscribe?t=\"<&>", "-//x//y//FR", "a.example", "mailto:a@example.org"};
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
        struct meet m, again;
        bool is = meet_write(content, lang, &o, arena, &m);
        CHECK(is == meet_is(content) && is == meet_write(content, lang, &o, arena, &again));
        if (!is)
            continue;
        check_subject(m.letter.subject);
        check_text(m.letter.text);
        check_html(m.letter.html);
        check_calendar(m.publish, "\nMETHOD:PUBLISH\r\n");
        check_calendar(m.cancel, "\nMETHOD:CANCEL\r\n");
        check_mail(&m, lang);
        CHECK(strcmp(m.letter.text, again.letter.text) == 0 && strcmp(m.letter.html, again.letter.html) == 0);
    }
    arena_free(arena);
    return 0;
}
