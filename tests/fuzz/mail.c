// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/mail: the fields of a mail, each ended by NUL: from, to, subject, id, language, URL, text, HTML.
// Properties: an address that is taken is in one form, which is taken again; a mail has just the fields it should, in
// lines of at most 998 bytes ended by CRLF, of 7-bit bytes; subject and bodies decode to what was given; a mail that is
// refused leaves nothing.
#include "wire/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

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

static void check_address(const char *out)
{
    char again[255];
    if (!*out)
        return;
    CHECK(strlen(out) <= 254 && strchr(out, '@') && strchr(out, '@') == strrchr(out, '@'));
    for (const char *s = out; *s; s++)
        CHECK(*s > ' ' && *s < 0x7f && !strchr("<>()[],;:\\\"", *s) && !(*s >= 'A' && *s <= 'Z'));
    CHECK(mail_address(out, again) && strcmp(out, again) == 0);
}

static void check_addresses(const char *given)
{
    char out[255], sender[255];
    CHECK(mail_address(given, out) == (*out != 0));
    CHECK(mail_sender(given, sender) == (*sender != 0));
    check_address(out);
    check_address(sender);
    if (*out)
        CHECK(strcmp(out, sender) == 0 && strcasecmp(out, given) == 0);
}

static bool starts(const char *s, const char *end, const char *start)
{
    size_t len = strlen(start);
    return (size_t)(end - s) >= len && memcmp(s, start, len) == 0;
}

static void check_lines(const char *s, size_t len)
{
    static const char *const longer[] = {"From: ", " <", " ", "To: ", "Message-ID: ", "List-Unsubscribe: <"};
    CHECK(len > 2 && strlen(s) == len);
    for (const char *end; *s; s = end + 2) {
        end = strchr(s, '\r');
        CHECK(end && end[1] == '\n' && end - s <= 998);
        bool may = end - s <= 76;
        for (size_t i = 0; i < sizeof longer / sizeof *longer; i++)
            may = may || starts(s, end, longer[i]);
        CHECK(may);
        for (; s < end; s++)
            CHECK(*s >= ' ' && *s < 0x7f);
    }
}

// The names of the fields, one after the other, up to the empty line.
static void check_names(const char *s, bool unsubscribe)
{
    static const char *const names[] = {"From:",
                                        "To:",
                                        "Subject:",
                                        "Date:",
                                        "Message-ID:",
                                        "List-Unsubscribe:",
                                        "List-Unsubscribe-Post:",
                                        "Auto-Submitted:",
                                        "MIME-Version:",
                                        "Content-Language:",
                                        "Content-Type:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strstr(names[i], "Unsub") && !unsubscribe)
            continue;
        CHECK(text_starts(s, names[i]));
        do {
            s = strchr(s, '\n') + 1;
            CHECK(*s != ' ' || strcspn(s, "\r") > strspn(s, " "));
        } while (*s == ' ');
    }
    CHECK(text_starts(s, "\r\n--"));
}

static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

// Decodes base64 up to what is none of it; gives where that stands.
static const char *decode(const char *s, struct text *out)
{
    while (digit(s[0]) >= 0) {
        CHECK(digit(s[1]) >= 0 && (digit(s[2]) >= 0 || (s[2] == '=' && s[3] == '=')) &&
              (digit(s[3]) >= 0 || s[3] == '='));
        unsigned bits = (unsigned)(digit(s[0]) << 18 | digit(s[1]) << 12 | (s[2] == '=' ? 0 : digit(s[2])) << 6 |
                                   (s[3] == '=' ? 0 : digit(s[3])));
        text_byte(out, (char)(bits >> 16));
        if (s[2] != '=')
            text_byte(out, (char)(bits >> 8));
        if (s[3] != '=')
            text_byte(out, (char)bits);
        s += 4;
    }
    return s;
}

static void check_subject(const char *mail, const char *want)
{
    struct text got;
    const char *s = strstr(mail, "\r\nSubject:") + 10;
    text_init(&got, SIZE_MAX / 2);
    for (bool was_encoded = true; *s != '\r' || s[2] == ' ';) {
        s += *s == '\r' ? 2 : 0;
        CHECK(*s == ' ');
        s++;
        if (text_starts(s, "=?UTF-8?B?")) {
            CHECK(was_encoded);
            size_t before = got.len;
            const char *end = decode(s + 10, &got);
            CHECK(end - s <= 73 && text_starts(end, "?=") && text_utf8(got.data + before, got.len - before));
            s = end + 2;
        } else {
            if (got.len)
                text_byte(&got, ' ');
            was_encoded = false;
            text_add(&got, s, strcspn(s, " \r"));
            s += strcspn(s, " \r");
        }
    }
    CHECK(strcmp(text_string(&got), want) == 0);
    text_fini(&got);
}

// The body behind a part's type decodes to the text with CRLF.
static void check_body(const char *mail, const char *type, const char *want)
{
    struct text got;
    const char *s = strstr(strstr(mail, type), "\r\n\r\n") + 4;
    text_init(&got, SIZE_MAX / 2);
    while (*s != '-') {
        s = decode(s, &got);
        CHECK(text_starts(s, "\r\n"));
        s += 2;
    }
    CHECK(text_starts(s, "--=_alternative"));
    s = text_string(&got);
    for (; *want; want++) {
        if (*want == '\r' && want[1] == '\n')
            continue;
        if (*want == '\n' || *want == '\r') {
            CHECK(text_starts(s, "\r\n"));
            s += 2;
        } else
            CHECK(*s++ == *want);
    }
    CHECK(!*s);
    text_fini(&got);
}

static void check_mail(const struct mail *m)
{
    struct text out;
    text_init(&out, 1 << 20);
    text_put(&out, "before\r\n");
    if (mail_write(&out, m) != ERR_OK) {
        CHECK(strcmp(out.data, "before\r\n") == 0 && !out.full);
    } else if (!out.full) {
        const char *mail = out.data + 8;
        check_lines(mail, out.len - 8);
        check_names(mail, m->unsubscribe != NULL);
        check_subject(mail, m->subject);
        check_body(mail, "\r\nContent-Type: text/plain", m->text);
        check_body(mail, "\r\nContent-Type: text/html", m->html);
    }
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *fields[8];
    for (size_t i = 0; i < 8; i++)
        fields[i] = field(&data, &size);
    for (size_t i = 0; i < 3; i++)
        check_addresses(fields[i]);
    struct mail m = {.from = fields[0],
                     .to = fields[1],
                     .subject = fields[2],
                     .id = fields[3],
                     .language = fields[4],
                     .at = size > 7 ? -1 : (int64_t)size << (8 * size),
                     .text = fields[6],
                     .html = fields[7],
                     .unsubscribe = *fields[5] ? fields[5] : NULL};
    check_mail(&m);
    // Most inputs are refused for one field; the rest is tried with good ones.
    m.from = "Entregent <a@example.org>", m.to = "b@example.org", m.id = "1", m.language = "fr", m.unsubscribe = NULL;
    check_mail(&m);
    for (size_t i = 0; i < 8; i++)
        free(fields[i]);
    return 0;
}
