// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/ical: needs as JSON, the calendar's name, then events of uid, summary, description, location and URL, each ended
// by NUL.
// Properties: every line ends with CR LF and has at most 75 octets of UTF-8; components are closed as they were opened; unfolded
// and unescaped, the texts are those that were given, without control characters.
#include "wire/ical.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))
#define EVENTS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// Takes the bytes up to a NUL.
static const char *field(struct arena *arena, const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size ? memchr(*data, 0, *size) : NULL;
    size_t len = end ? (size_t)(end - *data) : *size;
    const char *s = arena_copy(arena, (const char *)*data, len);
    len += end != NULL;
    *data += len;
    *size -= len;
    return s;
}

// Lines without their folds, ended by LF.
static const char *unfolded(struct arena *arena, const struct text *out)
{
    const char *at = text_string(out);
    char *plain = arena_take(arena, out->len + 1), *to = plain;
    CHECK(!out->full && strlen(at) == out->len);
    for (const char *end; *at; at = end + 2) {
        end = strstr(at, "\r\n");
        CHECK(end && end - at >= 1 && end - at <= 75 && text_utf8(at, (size_t)(end - at)));
        bool more = *at == ' ';
        to -= more;
        for (at += more; at < end; at++) {
            CHECK(((unsigned char)*at >= 0x20 || *at == '\t') && *at != 0x7f);
            *to++ = *at;
        }
        *to++ = '\n';
    }
    *to = 0;
    return plain;
}

// Skips "NAME:", gives the value up to the end of line unescaped, and moves behind it.
static const char *value(struct arena *arena, const char **at, const char *name)
{
    size_t len = strlen(name), line = strcspn(*at, "\n");
    char *out = arena_take(arena, line + 1), *to = out;
    CHECK(strncmp(*at, name, len) == 0 && (*at)[len] == ':');
    for (const char *p = *at + len + 1; p < *at + line; p++) {
        CHECK(!strchr(";,", *p));
        bool escaped = *p == '\\';
        p += escaped;
        CHECK(!escaped || strchr("\\;,n", *p));
        *to++ = escaped && *p == 'n' ? '\n' : *p;
    }
    *at += line + 1;
    return out;
}

// What is left of a text: neither control characters nor bytes that are not UTF-8.
static const char *expected(struct arena *arena, const char *s)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (size_t left = strlen(s), n; left; s += n, left -= n) {
        for (n = 1; n < 5 && n <= left && !text_utf8(s, n); n++)
            ;
        bool lost = n == 5 || n > left, c1 = !lost && n == 2 && *s == '\xc2' && (unsigned char)s[1] < 0xa0;
        n = lost ? 1 : n;
        if (lost)
            text_put(&t, "\xef\xbf\xbd");
        else if (!c1 && ((unsigned char)*s >= 0x20 || *s == '\t' || *s == '\n') && *s != 0x7f)
            text_add(&t, s, n);
    }
    const char *out = arena_copy(arena, text_string(&t), t.len);
    text_fini(&t);
    return out;
}

static void skip_lines(const char **at, int n)
{
    for (; n; n--) {
        CHECK(**at);
        *at += strcspn(*at, "\n") + 1;
    }
}

static void same(struct arena *arena, const char **at, const char *name, const char *given)
{
    CHECK(strcmp(value(arena, at, name), expected(arena, given)) == 0);
}

static void check_event(struct arena *arena, const char **at, const struct ical_event *e)
{
    skip_lines(at, 1);
    same(arena, at, "UID", e->uid);
    skip_lines(at, e->end > e->start ? 5 : 4);
    CHECK(strncmp(*at, "ORGANIZER;CN=\"", 14) == 0 && strstr(*at, "\":mailto:a@example.org\n") == strchr(*at + 14, '"'));
    skip_lines(at, 1);
    same(arena, at, "SUMMARY", e->summary);
    if (*e->description)
        same(arena, at, "DESCRIPTION", e->description);
    if (*e->location)
        same(arena, at, "LOCATION", e->location);
    if (strncmp(*at, "URL:", 4) == 0) {
        CHECK(strncmp(*at + 4, e->url, strlen(e->url)) == 0 && (*at)[4 + strlen(e->url)] == '\n');
        skip_lines(at, 1);
    }
    CHECK(strncmp(*at, "STATUS:", 7) == 0);
    skip_lines(at, 3);
}

static void check_events(struct arena *arena, const char *name, const uint8_t *data, size_t size)
{
    struct ical_event events[EVENTS];
    struct text out;
    size_t count = 0;
    for (; size && count < EVENTS; count++) {
        struct ical_event *e = &events[count];
        *e = (struct ical_event){.stamp = (int64_t)size, .sequence = (int)size, .start = (int64_t)size * 977, .cancelled = size % 2};
        e->end = size % 3 ? ICAL_NO_END : e->start + 600;
        e->uid = field(arena, &data, &size), e->summary = field(arena, &data, &size), e->description = field(arena, &data, &size);
        e->location = field(arena, &data, &size), e->url = field(arena, &data, &size);
    }
    text_init(&out, SIZE_MAX / 2);
    ical_write(&out, &(struct ical_calendar){.name = name, .product = name, .method = "PUBLISH", .organiser = name, .address = "mailto:a@example.org"}, events, count);
    const char *at = unfolded(arena, &out);
    skip_lines(&at, 2);
    same(arena, &at, "PRODID", name);
    skip_lines(&at, 2);
    same(arena, &at, "NAME", name);
    same(arena, &at, "X-WR-CALNAME", name);
    skip_lines(&at, 2);
    for (size_t i = 0; i < count; i++)
        check_event(arena, &at, &events[i]);
    CHECK(strcmp(at, "END:VCALENDAR\n") == 0);
    text_fini(&out);
}

typedef enum err write_list(struct text *out, const struct ical_calendar *c, const char *list, enum lang lang);

static void check_list(struct arena *arena, const char *name, const char *json, write_list *write)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    const struct ical_calendar c = {.name = name, .product = "-//x//y//FR", .host = "a.example", .home = "https://a.example", .place = name};
    if (write(&out, &c, json, LANG_EN) == ERR_OK) {
        const char *at = unfolded(arena, &out);
        int open = 0;
        for (; *at; at += strcspn(at, "\n") + 1) {
            open += text_starts(at, "BEGIN:V") - text_starts(at, "END:V");
            CHECK(open == 1 || open == 2 || (open == 0 && strcmp(at, "END:VCALENDAR\n") == 0));
        }
        CHECK(open == 0);
    } else
        CHECK(out.len == 0);
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *json = field(arena, &data, &size), *name = field(arena, &data, &size);
    check_list(arena, name, json, ical_deadlines);
    check_list(arena, name, json, ical_meetings);
    check_events(arena, name, data, size);
    arena_free(arena);
    return 0;
}
