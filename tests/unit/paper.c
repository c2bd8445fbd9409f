// SPDX-License-Identifier: EUPL-1.2
// Tests wire/paper: what is printed of a convention.
#include "wire/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define KEY "00000000-0000-4000-8000-0000000000aa"
#define SLOT(n, session, start, end) "\"slot\":" #n ",\"session\":\"" session "\",\"start\":\"2027-03-02T" start "+00:00\",\"end\":\"2027-03-02T" end "+00:00\""
#define CONVENTION "\"convention\":{\"name\":\"Rendez-vous <Thiers>\",\"place\":\"Halle\",\"sessions\":[{\"name\":\"matin\",\"start\":\"2027-03-02T09:00:00+01:00\"}]}"
#define TIMETABLE(state) ",\"timetable\":{\"number\":3,\"state\":\"" state "\",\"published\":\"2027-03-01T13:05:00+00:00\"}"

static const char *make(void *ctx, const char *kind, const char *id)
{
    assert_string_equal(kind, "checkin");
    assert_string_equal(id, KEY);
    ++*(int *)ctx;
    return "https://entregent.example.org/checkin?t=secret";
}

static void has(const struct text *out, const char *part)
{
    if (!strstr(text_string(out), part))
        fail_msg("\"%s\" is not in: %s", part, text_string(out));
}

static size_t count(const struct text *out, const char *part)
{
    size_t n = 0;
    for (const char *at = text_string(out); (at = strstr(at, part)); at++)
        n++;
    return n;
}

static void a_sheet_has_all_that_its_person_needs(void **state)
{
    (void)state;
    struct text out;
    int asked = 0;
    text_init(&out, 1 << 20);
    assert_true(paper_people(&out,
                             "{" CONVENTION TIMETABLE("final") ",\"people\":[{\"name\":\"Zoé & fils\",\"company\":\"ESAT\",\"badge\":\"" KEY "\",\"language\":\"fr\",\"meetings\":["
                             "{" SLOT(1, "matin", "08:00:00", "08:20:00") ",\"table\":\"T3\",\"with\":{\"name\":\"Anna <b>\",\"company\":\"Jardins\"}},"
                             "{" SLOT(9, "après-midi", "13:00:00", "13:20:00") ",\"table\":\"T1\",\"with\":{\"name\":\"Léo\"}}]},"
                             "{\"name\":\"Ann\",\"badge\":\"" KEY "\",\"language\":\"en\",\"meetings\":[]}]}",
                             &(struct told_links){make, &asked}, LANG_FR));
    assert_int_equal(count(&out, "<section class=\"person\""), 2);
    assert_int_equal(count(&out, "<svg "), 2);
    assert_int_equal(asked, 2);
    has(&out, "<h1>Zoé &amp; fils</h1>\n<p>ESAT</p>\n<p>Rendez-vous &lt;Thiers&gt;</p>\n<p>Halle</p>\n<p class=\"last\">Programme n° 3, publié le lundi 1er mars 2027, 14 h 05</p>");
    has(&out, "<h2>matin, mardi 2 mars 2027</h2>");
    has(&out, "<tr><td class=\"hour\">9 h 00 – 9 h 20</td><td class=\"table\">T3</td><td><b>Anna &lt;b&gt;</b>, <span class=\"last\">Jardins</span></td></tr>");
    has(&out, "<h2>après-midi, mardi 2 mars 2027</h2>");
    has(&out, "<td class=\"table\">T1</td><td><b>Léo</b></td>");
    has(&out, "lang=\"en\">\n<div class=\"qr\">");
    has(&out, "Show it when you arrive");
    has(&out, "<p>No meetings for now.</p>");
    assert_int_equal(count(&out, "<table>"), count(&out, "</table>"));
    assert_int_equal(count(&out, "<script"), 0);
    text_fini(&out);
}

static void a_preliminary_sheet_says_so(void **state)
{
    (void)state;
    struct text out;
    text_init(&out, 1 << 20);
    assert_true(paper_people(&out, "{" CONVENTION TIMETABLE("preliminary") ",\"people\":[{\"name\":\"Z\",\"language\":\"fr\"}]}", NULL, LANG_FR));
    has(&out, "Programme provisoire n° 3, publié le");
    assert_int_equal(count(&out, "<svg "), 0);
    text_fini(&out);
}

static void a_card_says_who_sits_there(void **state)
{
    (void)state;
    struct text out;
    text_init(&out, 1 << 20);
    assert_true(paper_tables(&out,
                             "{" CONVENTION ",\"timetable\":null,\"tables\":[{\"table\":\"T<1>\",\"lost\":false,\"meetings\":[{" SLOT(1, "matin", "08:00:00", "08:20:00")
                             ",\"people\":[{\"name\":\"Anna\",\"company\":\"Jardins\"},{\"name\":\"Léo\"}]}]},{\"table\":\"T2\",\"lost\":true,\"meetings\":[]}]}", LANG_EN));
    assert_int_equal(count(&out, "<section class=\"card\">"), 2);
    has(&out, "<h1>T&lt;1&gt;</h1>");
    has(&out, "<td class=\"hour\">09:00 – 09:20</td><td><b>Anna</b>, <span class=\"last\">Jardins</span><br><b>Léo</b></td>");
    has(&out, "<p>This table cannot be used for now.</p>");
    text_fini(&out);
}

static void a_table_has_a_card_for_each_day(void **state)
{
    (void)state;
    static const char meeting[] = "{\"session\":\"%s\",\"start\":\"2027-03-0%dT%s:00+01:00\",\"end\":\"2027-03-0%dT%s:00+01:00\",\"people\":[{\"name\":\"Anna\"},{\"name\":\"Léo\"}]}";
    static const struct { const char *session, *at; int day; } on[] = {{"matin", "09:00", 2}, {"soir", "18:00", 2}, {"mercredi", "09:00", 3}};
    struct text json, out;
    text_init(&json, 1 << 20);
    text_init(&out, 1 << 20);
    text_put(&json, "{" CONVENTION ",\"timetable\":null,\"tables\":[{\"table\":\"T1\",\"meetings\":[");
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
        text_put(&json, i ? "," : "");
        text_format(&json, meeting, on[i].session, on[i].day, on[i].at, on[i].day, on[i].at);
    }
    text_put(&json, "]}]}");
    assert_true(paper_tables(&out, text_string(&json), LANG_FR));
    assert_int_equal(count(&out, "<h1>T1</h1>"), 2);
    assert_int_equal(count(&out, "<h2>"), 3);
    assert_int_equal(count(&out, "<td class=\"hour\">"), 3);
    text_fini(&out);
    text_fini(&json);
}

static void what_is_no_such_json_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "[]", "{}", "{\"people\":1,\"tables\":1}", "{\"people\":[],\"people\":[]}"};
    struct text out;
    text_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(paper_people(&out, bad[i], NULL, LANG_FR));
        assert_false(paper_tables(&out, bad[i], LANG_FR));
    }
    assert_int_equal(out.len, 0);
    text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_has_all_that_its_person_needs),
        cmocka_unit_test(a_preliminary_sheet_says_so),
        cmocka_unit_test(a_card_says_who_sits_there),
        cmocka_unit_test(a_table_has_a_card_for_each_day),
        cmocka_unit_test(what_is_no_such_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
