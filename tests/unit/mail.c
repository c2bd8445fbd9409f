// SPDX-License-Identifier: EUPL-1.2
// Tests wire/mail: which addresses are taken, and what goes over the wire.
#include "wire/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define SIXTY_FOUR "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
#define SIXTY_THREE "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddd"

static void addresses_are_taken(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"name@example.org", "name@example.org"},
        {"Jeanne.DUPONT+es@Mairie-Thiers.FR", "jeanne.dupont+es@mairie-thiers.fr"},
        {"root@localhost", "root@localhost"},
        {"a!#$%&'*+-/=?^_`{|}~9@x1.y2", "a!#$%&'*+-/=?^_`{|}~9@x1.y2"},
        {"a@xn--mli-bma.fr", "a@xn--mli-bma.fr"},
        {SIXTY_FOUR "@" SIXTY_THREE ".fr", SIXTY_FOUR "@" SIXTY_THREE ".fr"},
    };
    char out[255];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(mail_address(pairs[i][0], out));
        assert_string_equal(out, pairs[i][1]);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "@",
        "a",
        "a@",
        "@example.org",
        "a@example",
        "a@example.",
        "a@.example.org",
        "a@example..org",
        "a@-example.org",
        "a@example-.org",
        "a@exa_mple.org",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        "a@b@example.org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a b@example.org",
        "\"a b\"@example.org",
        " a@example.org",
        "a@example.org ",
        "a@example.org\n",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "<a@example.org>",
        "h\xc3\xa9l\xc3\xa8ne@example.org",
        "a@m\xc3\xa9li.fr",
        "a@" SIXTY_FOUR ".fr",
        SIXTY_FOUR "e@example.org",
        SIXTY_FOUR "@" SIXTY_THREE "." SIXTY_THREE "." SIXTY_THREE ".fr",
    };
    char out[255];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (mail_address(cases[i], out))
            fail_msg("taken: %s", cases[i]);
        assert_string_equal(out, "");
    }
}

static void senders_have_a_name_or_none(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Entregent <Entregent@localhost>", "entregent@localhost"},
        {"entregent@example.org", "entregent@example.org"},
        {"\"Entregent, \xc3\xa0 Lyon\" <a@example.org>", "a@example.org"},
        {"\xc3\x89lan<a@example.org>", "a@example.org"},
        {"<a@example.org>", ""},
        {" <a@example.org>", ""},
        {"\"\" <a@example.org>", ""},
        {"Entregent", ""},
        {"Entregent <a@example.org> x", ""},
        {"Entregent <a@example>", ""},
        {"Entregent <>", ""},
        {"Entregent <", ""},
        {"a\nb <a@example.org>", ""},
        {"\xff <a@example.org>", ""},
        {"", ""},
    };
    char out[255];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_int_equal(mail_sender(pairs[i][0], out), *pairs[i][1] != 0);
        assert_string_equal(out, pairs[i][1]);
    }
}

static const struct mail plain = {
    .from = "Entregent <no-reply@example.org>",
    .to = "jeanne@mairie.fr",
    .subject = "Two offers match",
    .id = "019f17f8-a900-7abc-8def-0123456789ab",
    .language = "en",
    .at = 1779096600, // 2026-05-18T09:30:00Z, a Monday
    .text = "Hello,\nsee you.\n",
    .html = "<p>Hello</p>",
};

static void assert_written(const struct mail *m, const char *want)
{
    struct text out;
    text_init(&out, 100000);
    assert_int_equal(mail_write(&out, m), ERR_OK);
    assert_false(out.full);
    if (!strstr(text_string(&out), want))
        fail_msg("%s\nis not in\n%s", want, text_string(&out));
    text_fini(&out);
}

static void a_mail_is_written(void **state)
{
    (void)state;
    struct mail m = plain;
    m.unsubscribe = "https://example.org/unsubscribe?t=a.b,c";
    assert_written(&m, "From: Entregent <no-reply@example.org>\r\n"
                       "To: jeanne@mairie.fr\r\n"
                       "Subject: Two offers match\r\n"
                       "Date: Mon, 18 May 2026 09:30:00 +0000\r\n"
                       "Message-ID: <019f17f8-a900-7abc-8def-0123456789ab@example.org>\r\n"
                       "List-Unsubscribe: <https://example.org/unsubscribe?t=a.b,c>\r\n"
                       "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                       "Auto-Submitted: auto-generated\r\n"
                       "MIME-Version: 1.0\r\n"
                       "Content-Language: en\r\n"
                       "Content-Type: multipart/alternative; boundary=\"=_alternative\"\r\n"
                       "\r\n"
                       "--=_alternative\r\n"
                       "Content-Type: text/plain; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: base64\r\n"
                       "\r\n"
                       "SGVsbG8sDQpzZWUgeW91Lg0K\r\n" // "Hello,\r\nsee you.\r\n"
                       "--=_alternative\r\n"
                       "Content-Type: text/html; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: base64\r\n"
                       "\r\n"
                       "PHA+SGVsbG88L3A+\r\n"
                       "--=_alternative--\r\n");
    m.from = "no-reply@example.org";
    assert_written(&m, "From: no-reply@example.org\r\nTo:");
}

static void what_is_not_plain_is_encoded(void **state)
{
    (void)state;
    struct mail m = plain;
    m.subject = "\xc3\x89t\xc3\xa9"; // the words by Python's base64 of the UTF-8
    assert_written(&m, "\r\nSubject: =?UTF-8?B?w4l0w6k=?=\r\n");
    m.subject = "a =?UTF-8?B?YQ==?= b"; // what looks encoded must not be decoded
    assert_written(&m, "\r\nSubject: =?UTF-8?B?YSA9P1VURi04P0I/WVE9PT89IGI=?=\r\n");
    m.subject = "two  spaces";
    assert_written(&m, "\r\nSubject: =?UTF-8?B?dHdvICBzcGFjZXM=?=\r\n");
    m.subject = "";
    assert_written(&m, "\r\nSubject:\r\nDate:");
    m.from = "Entregent, Lyon <a@example.org>"; // a comma would part two addresses
    assert_written(&m, "From: =?UTF-8?B?RW50cmVnZW50LCBMeW9u?= <a@example.org>\r\n");
    m.from = "\"Entregent\" <a@example.org>";
    assert_written(&m, "From: Entregent <a@example.org>\r\n");
}

static void long_fields_are_folded(void **state)
{
    (void)state;
    struct mail m = plain;
    m.subject = "Nettoyage des locaux de la mairie, de la bibliotheque et des deux gymnases de la commune";
    assert_written(&m, "\r\nSubject: Nettoyage des locaux de la mairie, de la bibliotheque et des deux\r\n"
                       " gymnases de la commune\r\n");
    // A line of 76 is full; one more character goes to the next.
    m.subject = "1234567 101234567 201234567 301234567 401234567 501234567 601234567 ab";
    assert_written(&m, "\r\nSubject: 1234567 101234567 201234567 301234567 401234567 501234567 601234567\r\n ab\r\n");
    m.subject = "1234567 101234567 201234567 301234567 401234567 501234567 6012345 a";
    assert_written(&m, "\r\nSubject: 1234567 101234567 201234567 301234567 401234567 501234567 6012345 a\r\n");
    m.subject = "1234567 101234567 201234567 301234567 401234567 501234567 6012345 ab";
    assert_written(&m, "\r\nSubject: 1234567 101234567 201234567 301234567 401234567 501234567 6012345\r\n ab\r\n");
    // Cut between characters: 39 bytes fit the first line, but the twentieth character would be split.
    m.subject =
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9";
    assert_written(&m, "\r\nSubject: =?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6k=?=\r\n"
                       " =?UTF-8?B?w6k=?=\r\n");
    m.subject = "x";
    m.from = "A name as long as the whole of a line of a mail may well be here <a-rather-long-address@example.org>";
    assert_written(&m, "From: A name as long as the whole of a line of a mail may well be here\r\n"
                       " <a-rather-long-address@example.org>\r\n");
}

static void assert_refused(const struct mail *m)
{
    struct text out;
    text_init(&out, 100000);
    text_put(&out, "before");
    assert_int_equal(mail_write(&out, m), ERR_BAD_TEXT);
    assert_string_equal(text_string(&out), "before");
    text_fini(&out);
}

static void nothing_can_be_injected(void **state)
{
    (void)state;
    static const struct {
        size_t field;
        const char *value;
    } cases[] = {
        {offsetof(struct mail, subject), "a\r\nBcc: b@example.org"},
        {offsetof(struct mail, subject), "a\nb"},
        {offsetof(struct mail, subject), "a\rb"},
        {offsetof(struct mail, subject), "\xc3"},
        {offsetof(struct mail, to), "a@example.org\r\nBcc: b@example.org"},
        {offsetof(struct mail, to), "a@example.org, b@example.org"},
        {offsetof(struct mail, to), ""},
        {offsetof(struct mail, from), "a\r\nBcc: b@example.org <a@example.org>"},
        {offsetof(struct mail, from), "nobody"},
        {offsetof(struct mail, id), "a>\r\nBcc: b@example.org"},
        {offsetof(struct mail, id), "a@b"},
        {offsetof(struct mail, id), ""},
        {offsetof(struct mail, id), SIXTY_FOUR "a"},
        {offsetof(struct mail, language), "fr\r\nBcc: b@example.org"},
        {offsetof(struct mail, language), "de"},
        {offsetof(struct mail, unsubscribe), "https://example.org/\r\nBcc: b@example.org"},
        {offsetof(struct mail, unsubscribe), "https://example.org/>,<mailto:b@example.org"},
        {offsetof(struct mail, unsubscribe), "mailto:b@example.org"},
        {offsetof(struct mail, unsubscribe), "https://example.org/\xc3\xa9"},
        {offsetof(struct mail, unsubscribe), ""},
        {offsetof(struct mail, text), "\xff"},
        {offsetof(struct mail, html), "\xed\xa0\x80"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mail m = plain;
        memcpy((char *)&m + cases[i].field, &cases[i].value, sizeof cases[i].value);
        assert_refused(&m);
    }
    char long_url[1000] = "https://example.org/";
    memset(long_url + strlen(long_url), 'a', 900);
    struct mail m = plain;
    m.unsubscribe = long_url;
    assert_refused(&m);
}

static void any_time_has_a_date(void **state)
{
    (void)state;
    struct mail m = plain;
    m.at = 0;
    assert_written(&m, "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n");
    m.at = 951782400;
    assert_written(&m, "Date: Tue, 29 Feb 2000 00:00:00 +0000\r\n");
    m.at = INT64_MIN;
    assert_written(&m, "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n");
    m.at = INT64_MAX;
    assert_written(&m, "Date: Fri, 31 Dec 9999 23:59:59 +0000\r\n");
}

static void bodies_are_in_lines(void **state)
{
    (void)state;
    char text[2000] = "";
    struct mail m = plain;
    struct text out;
    for (int i = 0; i < 40; i++)
        strcat(text, "une ligne qui compte bien quarante signes\r\n");
    m.text = text;
    text_init(&out, 100000);
    assert_int_equal(mail_write(&out, &m), ERR_OK);
    size_t longest = 0;
    for (const char *s = text_string(&out), *end; (end = strstr(s, "\r\n")); s = end + 2)
        if ((size_t)(end - s) > longest)
            longest = (size_t)(end - s);
    assert_int_equal(longest, 76);
    text_fini(&out);
    m.text = "a\nb\r\nc\rd";
    assert_written(&m, "\r\nYQ0KYg0KYw0KZA==\r\n"); // a, b, c and d parted by CRLF
    m.text = "";
    assert_written(&m, "base64\r\n\r\n--=_alternative\r\n");
}

static void attachments_stand_behind_the_letter(void **state)
{
    (void)state;
    const struct mail_attachment files[] = {{"rendez-vous.ics", "text/calendar; charset=utf-8; method=PUBLISH", "BEGIN\r\n", 7}, {"2.bin", "application/octet-stream", "\0\n", 2}};
    struct mail m = plain;
    m.attachments = files;
    m.attached = 2;
    assert_written(&m, "Content-Type: multipart/mixed; boundary=\"=_mixed\"\r\n\r\n--=_mixed\r\n"
                       "Content-Type: multipart/alternative; boundary=\"=_alternative\"\r\n\r\n--=_alternative\r\n");
    assert_written(&m, "--=_alternative--\r\n--=_mixed\r\nContent-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n"
                       "Content-Disposition: attachment; filename=\"rendez-vous.ics\"\r\nContent-Transfer-Encoding: base64\r\n\r\nQkVHSU4NCg==\r\n"
                       "--=_mixed\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"2.bin\"\r\n"
                       "Content-Transfer-Encoding: base64\r\n\r\nAAo=\r\n--=_mixed--\r\n");
}

static void attachments_cannot_inject(void **state)
{
    (void)state;
    static const struct mail_attachment bad[] = {
        {"a\".ics", "text/calendar", "", 0}, {"a b.ics", "text/calendar", "", 0}, {"", "text/calendar", "", 0}, {"a\r\nX: 1", "text/calendar", "", 0},
        {"a.ics", "", "", 0}, {"a.ics", "text/calendar\r\nX: 1", "", 0}, {"a.ics", "text/é", "", 0},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics", "text/calendar", "", 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mail m = plain;
        m.attachments = &bad[i];
        m.attached = 1;
        assert_refused(&m);
    }
}

static void too_small_a_limit_takes_nothing(void **state)
{
    (void)state;
    struct text out;
    text_init(&out, 500);
    assert_int_equal(mail_write(&out, &plain), ERR_OK);
    assert_true(out.full);
    assert_string_equal(text_string(&out), "");
    text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_taken),          cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(senders_have_a_name_or_none),  cmocka_unit_test(a_mail_is_written),
        cmocka_unit_test(what_is_not_plain_is_encoded), cmocka_unit_test(long_fields_are_folded),
        cmocka_unit_test(nothing_can_be_injected),      cmocka_unit_test(any_time_has_a_date),
        cmocka_unit_test(bodies_are_in_lines),          cmocka_unit_test(too_small_a_limit_takes_nothing),
        cmocka_unit_test(attachments_stand_behind_the_letter), cmocka_unit_test(attachments_cannot_inject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
