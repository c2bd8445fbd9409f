// SPDX-License-Identifier: EUPL-1.2
// Tests wire/board: what everybody may read of needs and conventions, in words, with what people wrote as text.
#include "wire/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "places.h"

#define NEED                                                                                                                  \
    "{\"id\":\"01890000-0000-7000-8000-000000000001\",\"title\":\"Vitres <1>\",\"kind\":\"devis\",\"description\":\"Une <b>.\\n\\nDeux.\\nTrois.\"," \
    "\"deadline\":\"2049-05-18T10:00:00Z\",\"start\":\"2049-06-01\",\"duration\":12,\"places\":[\"commune:63113\",\"departement:03\",\"nowhere\"]," \
    "\"buyer\":{\"id\":\"b\",\"name\":\"Ville & Cie\"},\"lots\":[{\"number\":1,\"cpv\":[\"90911200\",\"12345678\"],\"value\":{\"max\":40000},"    \
    "\"reserved\":[\"L2113-13\",\"unknown\"],\"labels\":[\"<i>\"]},{\"number\":2,\"title\":\"Hall\",\"cpv\":[\"90911300\"]}]}"

struct state {
    struct arena *arena;
    struct gazetteer *places;
    struct text out;
};

static const char *label(void *ctx, uint32_t cpv, enum lang lang)
{
    (void)ctx;
    return cpv != 90911200 ? NULL : lang == LANG_FR ? "Nettoyage de bâtiments" : "Building cleaning";
}

static int setup(void **state)
{
    struct state *s = *state = test_calloc(1, sizeof *s);
    s->arena = arena_new();
    s->places = places_small();
    text_init(&s->out, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    struct state *s = *state;
    text_fini(&s->out);
    place_gazetteer_free(s->places);
    arena_free(s->arena);
    test_free(s);
    return 0;
}

static struct board board(const struct state *s, enum lang lang, const char *kept)
{
    return (struct board){lang, s->arena, kept, s->places, label, NULL, INT64_C(2504000000000)};
}

static bool has(const struct state *s, const char *what)
{
    return strstr(text_string(&s->out), what);
}

static void a_need_in_words(void **state)
{
    struct state *s = *state;
    struct board b = board(s, LANG_FR, "");
    assert_true(board_need(&s->out, NEED, &b));
    assert_true(has(s, "Clermont-Ferrand, Allier, nowhere") && has(s, "mardi 18 mai 2049") && has(s, "mardi 1er juin 2049"));
    assert_true(has(s, "Nettoyage de bâtiments</a> <small>90911200") && has(s, "jusqu'à 40\u00a0000 € HT"));
    assert_true(has(s, "Réservé aux structures d'insertion (SIAE)</dd>")); // a word that is none is left out
    assert_true(has(s, "<h3>Lot 1</h3>") && has(s, "<h3>Lot 2 : Hall</h3>"));
    text_clear(&s->out);
    b = board(s, LANG_EN, "lang=en");
    assert_true(board_need(&s->out, NEED, &b));
    assert_true(has(s, "Building cleaning") && has(s, "/needs?cpv=90911200&amp;lang=en"));
}

static void what_people_wrote_is_text(void **state)
{
    struct state *s = *state;
    struct board b = board(s, LANG_FR, "");
    assert_true(board_need(&s->out, NEED, &b));
    assert_int_equal(board_needs(&s->out, "[" NEED "]", &b, 3), 1);
    assert_false(has(s, "<b>") || has(s, "<i>") || has(s, "Vitres <1>") || has(s, "Ville & Cie"));
    assert_true(has(s, "<p>Une &lt;b&gt;.</p>") && has(s, "<p>Deux.<br>\nTrois.</p>"));
    assert_true(has(s, "<h3><a href=\"/needs/01890000-0000-7000-8000-000000000001\">Vitres &lt;1&gt;</a></h3>"));
}

static void a_title_and_a_summary(void **state)
{
    struct state *s = *state;
    struct board b = board(s, LANG_FR, "");
    const char *title, *summary;
    assert_true(board_about(NEED, &b, &title, &summary));
    assert_string_equal(title, "Vitres <1>"); // escaped by who writes it
    assert_string_equal(summary, "Une <b>. Deux. Trois.");
    assert_true(board_about("{\"name\":\"Foire\"}", &b, &title, &summary));
    assert_string_equal(summary, "Foire");
}

static void hours_are_those_of_the_place(void **state)
{
    struct state *s = *state;
    struct board b = board(s, LANG_FR, "");
    assert_true(board_convention(&s->out, "{\"name\":\"Foire\",\"state\":\"open\",\"zone\":\"+04:00\",\"starts\":\"2049-03-02T05:00:00+00:00\",\"ends\":\"2049-03-02T07:00:00+00:00\",\"place\":\"Saint-Denis\",\"organiser\":\"CRESS\",\"coming\":7,\"sessions\":["
                                          "{\"name\":\"matin\",\"start\":\"2049-03-02T05:00:00+00:00\",\"end\":\"2049-03-02T07:00:00+00:00\",\"slots\":6}]}", &b));
    assert_true(has(s, "<td>mardi 2 mars 2049, 09:00–11:00</td>") && has(s, "<dd>7</dd>"));
    assert_true(has(s, "<dd itemprop=\"startDate\" content=\"2049-03-02T05:00:00+00:00\">mardi 2 mars 2049, 09:00–11:00</dd>"));
    const char *title, *summary;
    assert_true(board_about("{\"name\":\"Foire\",\"zone\":\"+04:00\",\"starts\":\"2049-03-02T05:00:00+00:00\",\"ends\":\"2049-03-03T07:00:00+00:00\",\"place\":\"Riom\",\"description\":\"Deux jours.\"}", &b, &title, &summary));
    assert_string_equal(summary, "du mardi 2 mars 2049 au mercredi 3 mars 2049, Riom. Deux jours.");
}

static void what_is_none(void **state)
{
    struct state *s = *state;
    struct board b = board(s, LANG_FR, "");
    const char *title, *summary;
    static const char *const bad[] = {"", "[]", "{", "3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(board_need(&s->out, bad[i], &b) || board_convention(&s->out, bad[i], &b) || board_about(bad[i], &b, &title, &summary));
    assert_int_equal(board_needs(&s->out, "{}", &b, 3), -1);
    assert_int_equal(board_needs(&s->out, "[]", &b, 3), 0);
    assert_int_equal(board_needs(&s->out, "[{}]", &b, 3), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_need_in_words, setup, teardown),
        cmocka_unit_test_setup_teardown(what_people_wrote_is_text, setup, teardown),
        cmocka_unit_test_setup_teardown(a_title_and_a_summary, setup, teardown),
        cmocka_unit_test_setup_teardown(hours_are_those_of_the_place, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
