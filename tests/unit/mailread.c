// SPDX-License-Identifier: EUPL-1.2
// Tests wire/mailread: what was wrapped for the way is read as it was meant, and nothing reaches a terminal unseen.
#include "wire/mailread.h"

#include "wire/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct arena *arena;

static struct mailread parse(const char *mail)
{
    struct mailread m;
    mailread_parse(mail, strlen(mail), arena, &m);
    return m;
}

static const char *subject(const char *value)
{
    return parse(arena_format(arena, "To: x\r\nSubject: %s\r\n\r\n", value)).subject;
}

static void reads_what_is_written(void **state)
{
    (void)state;
    const char *texts[] = {
        "Bonjour,\n\nconfirmez : "
        "https://example.org/t#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345\n",
        "", "é\n", ".\n..\n\nFrom là\n=3D\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct mail given = {
            .from = "Entregent où <entregent@example.org>",
            .to = "jeanne@example.net",
            .subject = "Confirmez l'adresse de votre établissement : un été à Besançon, déjà, œuvre et naïveté",
            .id = "0198c7d2-0000-7000-8000-000000000000",
            .language = "fr",
            .at = 1779096600,
            .text = texts[i],
            .html = "<!doctype html><p>autre chose"};
        struct text out;
        struct mailread m;
        text_init(&out, 1 << 20);
        assert_int_equal(mail_write(&out, &given), ERR_OK);
        mailread_parse(text_string(&out), out.len, arena, &m);
        assert_string_equal(m.subject, given.subject);
        assert_string_equal(m.to, given.to);
        assert_string_equal(m.from, given.from);
        assert_string_equal(m.text, given.text);
        assert_true(strstr(m.date, "18 May 2026 09:30:00") != NULL);
        text_fini(&out);
    }
}

static void reads_headers(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"plain", "plain"},
        {"  blanks \t ", "blanks"},
        {"over\r\n two\r\n\tlines", "over two lines"},
        {"=?utf-8?B?w6l0w6k=?=", "été"},
        {"=?UTF-8?q?=C3=A9t=C3=A9_=3D?=", "été ="},
        {"=?iso-8859-1?Q?=E9t=E9?=", "été"},
        {"a =?utf-8?Q?b?= c", "a b c"},
        {"=?utf-8?Q?a?= =?utf-8?Q?b?=\r\n =?utf-8?Q?c?=", "abc"},
        {"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"},
        {"=?utf-8?Q?=C3=A9?= =?iso-8859-1?Q?=E9?=", "éé"},
        {"=?utf-8*fr?Q?x?=", "x"},
        {"=?utf-8?X?x?=", "=?utf-8?X?x?="},
        {"=?utf-8?Q?a b?=", "=?utf-8?Q?a b?="},
        {"=?utf-8?Q?unended", "=?utf-8?Q?unended"},
        {"=?", "=?"},
        {"=?utf-8?Q?"
         "?=",
         ""},
        {"=?utf-8?Q?a=0D=0ATo:_b=1B[31m?=", "a  To: b [31m"},
        {"\x1b[31mred\x07", " [31mred "},
        {"\xff\xc2\x9b", "\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(subject(cases[i][0]), cases[i][1]);
}

static void finds_the_header(void **state)
{
    (void)state;
    struct mailread m = parse("Tomorrow: no\nto : no\nTO:a@b\nTo: second\nX: y\n Subject: folded\n\nSubject: body\n");
    assert_string_equal(m.to, "a@b");
    assert_string_equal(m.subject, "");
    assert_string_equal(m.from, "");
    assert_string_equal(m.text, "Subject: body\n");
    m = parse("");
    assert_string_equal(m.text, "");
    m = parse("\r\nonly text");
    assert_string_equal(m.text, "only text");
    m = parse("To: no body");
    assert_string_equal(m.to, "no body");
}

static void finds_the_text(void **state)
{
    (void)state;
    static const char alternative[] =
        "Content-Type: multipart/alternative;\r\n boundary=\"=_x y\"\r\n\r\npreamble\r\n"
        "--=_x y\r\nContent-Type: text/html\r\n\r\n<p>no\r\n"
        "--=_x y\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"
        "Content-Transfer-Encoding: BASE64\r\n\r\nw6l0\r\nw6kK\r\n--=_x y--\r\nepilogue\r\n";
    assert_string_equal(parse(alternative).text, "été\n");
    assert_string_equal(
        parse("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n"
              "--b\nContent-Type: text/plain\n\ninner\n--b--\n--a--\n")
            .text,
        "inner\n");
    assert_string_equal(parse("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nno end").text, "no end");
    assert_string_equal(parse("Content-Type: multipart/mixed; boundary=a\n\n--a \n\n--ab\n--a--\n").text, "--ab\n");
    assert_string_equal(parse("Content-Type: text/html\n\n<p>\n").text, "");
    assert_string_equal(parse("Content-Type: multipart/mixed\n\n--\n\nx\n").text, "");
    assert_string_equal(parse("Content-Transfer-Encoding: quoted-printable\n\na=3Db=\nc=\r\nd=E9=C3=A9=zz\r\n").text,
                        "a=bcd\xef\xbf\xbd"
                        "é=zz\n");
    assert_string_equal(parse("Content-Type: text/plain; charset=iso-8859-1\n\n\xe9\x80\n").text, "é\xef\xbf\xbd\n");
    assert_string_equal(parse("\na\tb\r\nc\x1b]0;x\x07\n").text, "a\tb\nc\xef\xbf\xbd]0;x\xef\xbf\xbd\n");
}

static void parts_have_an_end(void **state)
{
    (void)state;
    struct text deep;
    text_init(&deep, 1 << 20);
    for (int i = 0; i < 1000; i++)
        text_format(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    text_put(&deep, "\nbottom\n");
    assert_string_equal(parse(text_string(&deep)).text, "");
    text_fini(&deep);
}

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_written), cmocka_unit_test(reads_headers),
        cmocka_unit_test(finds_the_header),      cmocka_unit_test(finds_the_text),
        cmocka_unit_test(parts_have_an_end),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
