// SPDX-License-Identifier: EUPL-1.2
// Tests wire/badge: a participant's page shows what it can do at that moment, and what others wrote as text.
#include "wire/badge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define BEFORE 2497000000  // of the meeting
#define BEHIND 2499000000

#define BEGIN "{\"convention\":{\"name\":\"Foire <1>\",\"place\":\"Halle\",\"starts\":\"2049-03-02T08:00:00+00:00\",\"zone\":\"+01:00\",\"organiser\":\"CRESS\"},"
#define ME(state) "\"participant\":{\"name\":\"Zoé\",\"company\":\"\\\"<b>\",\"state\":\"" state "\",\"version\":4,\"absent\":[2],\"most\":3},"
#define PROGRAMME(state)                                                                                                       \
    "\"programme\":{\"state\":\"" state "\",\"slots\":["                                                                      \
    "{\"slot\":1,\"session\":\"matin\",\"start\":\"2049-03-02T08:00:00+00:00\",\"end\":\"2049-03-02T08:20:00+00:00\"},"       \
    "{\"slot\":2,\"session\":\"matin\",\"start\":\"2049-03-02T08:20:00+00:00\",\"end\":\"2049-03-02T08:40:00+00:00\"}]},"
#define MEETING                                                                                                                \
    "{\"meeting\":\"m1\",\"slot\":1,\"session\":\"matin\",\"start\":\"2049-03-02T08:00:00+00:00\",\"end\":\"2049-03-02T08:20:00+00:00\"," \
    "\"table\":\"T&1\",\"with\":{\"name\":\"<script>\",\"company\":\"X\"},\"need\":null,\"outcome\":null}"
#define REQUESTS                                                                                                               \
    "[{\"id\":\"r1\",\"state\":\"asked\",\"by\":\"other\",\"message\":\"<i>\",\"with\":{\"name\":\"Bob\"}},"                  \
    "{\"id\":\"r2\",\"state\":\"asked\",\"by\":\"me\",\"with\":{\"name\":\"Carl\"}},"                                         \
    "{\"id\":\"r3\",\"state\":\"declined\",\"by\":\"me\",\"with\":{\"name\":\"Dora\"}}]"
#define PAGE(me, programme) BEGIN ME(me) PROGRAMME(programme) "\"timetable\":{\"number\":1,\"state\":\"preliminary\"},\"meetings\":[" MEETING "],\"requests\":" REQUESTS "}"

struct state {
    struct arena *arena;
    struct text out;
};

static int setup(void **state)
{
    struct state *s = *state = test_calloc(1, sizeof *s);
    s->arena = arena_new();
    text_init(&s->out, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    struct state *s = *state;
    text_fini(&s->out);
    arena_free(s->arena);
    test_free(s);
    return 0;
}

static const char *page(struct state *s, const char *json, int64_t now, const char *people)
{
    text_clear(&s->out);
    assert_true(badge_write(&s->out, json, &(struct badge_page){LANG_FR, "/badge/x", "http://a", "http://s", "http://c", people, "a\"b", now, "lang=fr"}, s->arena));
    return text_string(&s->out);
}

static bool has(const char *page, const char *what)
{
    return strstr(page, what);
}

static bool does(const char *page, const char *action)
{
    char button[64];
    snprintf(button, sizeof button, "name=\"action\" value=\"%s\"", action);
    return has(page, button);
}

static void what_others_wrote_is_text(void **state)
{
    struct state *s = *state;
    const char *got = page(s, PAGE("coming", "open"), BEHIND, "{\"items\":[{\"id\":\"p1\",\"name\":\"<u>\",\"description\":\"<p>\"}],\"next\":null}");
    static const char *const raw[] = {"<b>", "<script>", "<i>", "T&1", "<u>", "a\"b"};
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
        assert_false(has(got, raw[i]));
    assert_true(has(got, "&lt;script&gt;") && has(got, "T&amp;1") && has(got, "&lt;u&gt;") && has(got, "&lt;p&gt;"));
    assert_string_equal(badge_title(PAGE("coming", "open"), s->arena), "Foire <1>"); // escaped by who writes it
}

static void hours_are_those_of_the_place(void **state)
{
    const char *got = page(*state, PAGE("coming", "open"), BEFORE, NULL);
    assert_true(has(got, "<h3>mardi 2 mars 2049</h3>"));
    assert_true(has(got, "<strong>09:00–09:20</strong>"));
    assert_true(has(got, "provisoire"));
}

// As toISOString writes them: Paris is meant. The clocks change between the two days.
static void hours_in_z_are_those_of_paris(void **state)
{
    const char *got = page(*state,
                           "{\"convention\":{\"starts\":\"2049-03-27T08:00:00Z\",\"zone\":\"00:00Z\"},\"participant\":{\"state\":\"coming\"},\"meetings\":["
                           "{\"start\":\"2049-03-27T08:00:00+00:00\",\"end\":\"2049-03-27T08:20:00+00:00\"},"
                           "{\"start\":\"2049-03-28T08:00:00+00:00\",\"end\":\"2049-03-28T08:20:00+00:00\"}]}",
                           BEFORE, NULL);
    assert_true(has(got, "<strong>09:00–09:20</strong>"));
    assert_true(has(got, "<h3>dimanche 28 mars 2049</h3>\n<ul class=\"plain\">\n<li class=\"card\"><p><strong>10:00–10:20</strong>"));
}

static void buttons_of_who_comes(void **state)
{
    const char *got = page(*state, PAGE("coming", "open"), BEFORE, NULL);
    assert_true(does(got, "come") && !does(got, "decline") && does(got, "withdraw") && does(got, "accept") && does(got, "refuse") && does(got, "cancel"));
    assert_false(does(got, "outcome")); // not yet
    assert_true(has(got, "name=\"slot1\" value=\"1\" checked") && has(got, "name=\"slot2\" value=\"1\">"));
    assert_true(has(got, "name=\"version\" value=\"4\"") && has(got, "name=\"slots\" value=\"2\""));
    assert_true(does(page(*state, PAGE("coming", "over"), BEHIND, NULL), "outcome"));
}

static void buttons_go_with_the_state(void **state)
{
    const char *got = page(*state, PAGE("withdrawn", "open"), BEHIND, NULL);
    assert_true(does(got, "return") && !does(got, "come"));
    assert_false(has(page(*state, PAGE("withdrawn", "over"), BEHIND, NULL), "<form"));
    got = page(*state, PAGE("invited", "open"), BEFORE, NULL);
    assert_true(does(got, "come") && does(got, "decline") && !does(got, "withdraw"));
    got = page(*state, PAGE("coming", "closed"), BEFORE, NULL);
    assert_true(does(got, "accept") && !has(got, "name=\"q\""));
    got = page(*state, PAGE("coming", "over"), BEFORE, NULL);
    assert_false(does(got, "accept") || does(got, "come") || has(got, "name=\"q\""));
}

static void people_who_are_asked_already_are_left_out(void **state)
{
    const char *got = page(*state, PAGE("coming", "open"), BEFORE,
                           "{\"items\":[{\"id\":\"p1\",\"name\":\"Eve\",\"request\":\"asked\"},{\"id\":\"p2\",\"name\":\"Guy\"}],\"next\":null}");
    assert_true(has(got, "Guy") && !has(got, "Eve") && does(got, "ask"));
    assert_false(does(page(*state, PAGE("coming", "open"), BEFORE, "{\"items\":[],\"next\":null}"), "ask"));
}

static void what_is_no_badge(void **state)
{
    static const char *const bad[] = {"", "[]", "{}", "{\"convention\":1,\"participant\":{}}", "{\"convention\":{},\"participant\":{}"};
    struct state *s = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(badge_write(&s->out, bad[i], &(struct badge_page){.self = "", .agenda = "", .sheet = "", .checkin = "", .kept = ""}, s->arena));
        assert_null(badge_title(bad[i], s->arena));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_others_wrote_is_text, setup, teardown),
        cmocka_unit_test_setup_teardown(hours_are_those_of_the_place, setup, teardown),
        cmocka_unit_test_setup_teardown(hours_in_z_are_those_of_paris, setup, teardown),
        cmocka_unit_test_setup_teardown(buttons_of_who_comes, setup, teardown),
        cmocka_unit_test_setup_teardown(buttons_go_with_the_state, setup, teardown),
        cmocka_unit_test_setup_teardown(people_who_are_asked_already_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_badge, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
