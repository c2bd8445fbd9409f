// SPDX-License-Identifier: EUPL-1.2
// Tests wire/sheet: what hangs on the wall and what each person and each table is given.
#include "wire/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fair.h"

#include <string.h>

static int count(const char *in, const char *what)
{
    int n = 0;
    for (in = strstr(in, what); in; in = strstr(in + 1, what))
        n++;
    return n;
}

static struct sheet of(const struct fair *f, enum lang lang)
{
    return (struct sheet){.agenda = &f->agenda, .timetable = &f->timetable, .left = f->left, .lefts = 1, .lang = lang};
}

static void the_whole_has_grids_and_a_page_for_everybody(void **state)
{
    (void)state;
    struct fair f;
    struct text out;
    fair_make(&f);
    text_init(&out, 1 << 20);
    struct sheet s = of(&f, LANG_FR);
    sheet_whole(&out, &s);
    const char *html = text_string(&out);
    assert_int_equal(count(html, "<section class=\"grid\">"), 4); // two sessions, people and tables
    assert_int_equal(count(html, "<section class=\"person\">"), 3);
    assert_int_equal(count(html, "<section class=\"card\">"), 2);
    assert_non_null(strstr(html, "<html lang=\"fr\">"));
    assert_non_null(strstr(html, "Matin, mardi 18 mai 2027"));
    assert_non_null(strstr(html, "<tr><th>Ada</th><td>Bob<br><b>1</b></td><td></td></tr>"));
    assert_non_null(strstr(html, "<tr><th>Bob</th><td></td><td class=\"away\"></td></tr>")); // is not there at the end
    assert_non_null(strstr(html, "<tr><th>Salon</th><td>Ada<br>Chloé</td><td></td></tr>"));
    assert_non_null(strstr(html, "<td>m3</td><td>Bob<br>Chloé</td><td>Le rendez-vous m3"));
    text_fini(&out);
}

static void a_person_sees_its_own_day(void **state)
{
    (void)state;
    struct fair f;
    struct text out;
    fair_make(&f);
    struct sheet s = of(&f, LANG_EN);
    text_init(&out, 1 << 20);
    sheet_person(&out, &s, 1);
    const char *html = text_string(&out);
    assert_int_equal(count(html, "<section"), 1);
    assert_non_null(strstr(html, "<h1>Bob</h1>\n<p>ESAT</p>"));
    assert_non_null(strstr(html, "<td class=\"hour\">09:00 – 09:20</td><td>Table 1</td><td><b>Ada</b><br><span "
                                 "class=\"last\">Ville</span></td>"));
    assert_non_null(strstr(html, "<td class=\"hour\">09:20 – 09:40</td><td></td><td class=\"free\">free</td>"));
    assert_non_null(strstr(html, "<td class=\"hour\">14:20 – 14:40</td><td></td><td class=\"away\">away</td>"));
    text_fini(&out);
    f.tables[0] = AGENDA_NONE; // not given out yet
    text_init(&out, 1 << 20);
    sheet_person(&out, &s, 1);
    assert_non_null(strstr(text_string(&out), "<td class=\"hour\">09:00 – 09:20</td><td></td><td><b>Ada</b>"));
    text_fini(&out);
}

static void a_table_has_a_card(void **state)
{
    (void)state;
    struct fair f;
    struct text out;
    fair_make(&f);
    for (int t = 0; t < 4; t++)
        f.slot[t].start = -1;
    struct sheet s = of(&f, LANG_EN);
    text_init(&out, 1 << 20);
    sheet_table(&out, &s, 1);
    const char *html = text_string(&out);
    assert_non_null(strstr(html, "<h1>Salon</h1>"));
    assert_non_null(strstr(html, "<h2>Matin</h2>"));
    assert_non_null(strstr(
        html, "<td class=\"hour\">3</td><td><b>Ada</b><br><span class=\"last\">Ville</span><br><b>Chloé</b></td>"));
    text_fini(&out);
}

static void what_people_wrote_is_no_markup(void **state)
{
    (void)state;
    struct fair f;
    struct text out;
    fair_make(&f);
    f.agenda.name = f.person[0].name = f.person[0].organisation = f.meeting[2].id = f.person[1].name = "<i>&\"";
    struct sheet s = of(&f, LANG_EN);
    text_init(&out, 1 << 20);
    sheet_whole(&out, &s);
    assert_null(strstr(text_string(&out), "<i>"));
    assert_true(count(text_string(&out), "&lt;i&gt;&amp;&quot;") > 10);
    text_fini(&out);
}

// 30 slots are three pages of ten.
static void a_long_session_is_cut_into_pages(void **state)
{
    (void)state;
    struct fair f;
    struct text out;
    struct agenda_slot slots[30];
    fair_make(&f);
    for (int t = 0; t < 30; t++)
        slots[t] = (struct agenda_slot){.start = -1};
    f.agenda.slot = slots;
    f.agenda.slots = 30;
    f.agenda.sessions = 1;
    struct sheet s = of(&f, LANG_EN);
    text_init(&out, 1 << 20);
    sheet_whole(&out, &s);
    assert_int_equal(count(text_string(&out), "<section class=\"grid\">"), 6);
    assert_int_equal(count(text_string(&out), "<th>Person</th><th>11</th>"), 1);
    assert_int_equal(count(text_string(&out), "<th>30</th>"), 2);
    text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_has_grids_and_a_page_for_everybody),
        cmocka_unit_test(a_person_sees_its_own_day),
        cmocka_unit_test(a_table_has_a_card),
        cmocka_unit_test(what_people_wrote_is_no_markup),
        cmocka_unit_test(a_long_session_is_cut_into_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
