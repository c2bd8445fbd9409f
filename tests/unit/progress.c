// SPDX-License-Identifier: EUPL-1.2
// Tests wire/progress: what the child writes the daemon reads, and nothing else.
#include "wire/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define LEVEL "{\"value\":3,\"bound\":2,\"proven\":false}"
#define ALL_LEVELS "{\"weight\":" LEVEL ",\"fairness\":" LEVEL ",\"gaps\":" LEVEL ",\"change\":" LEVEL ",\"tables\":" LEVEL "}"

static bool reads(const char *line, struct arena *arena, struct progress *out)
{
    return progress_read(line, strlen(line), arena, out);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct text line;
    struct progress p = {.seconds = 1.5,
                         .state = PROGRESS_STOPPED,
                         .verified = true,
                         .levels = ALL_LEVELS,
                         .timetable = "[{\"slot\":3,\"table\":\"T \\\"1\\\"\"},null]",
                         .left_out = "[{\"meeting\":1,\"kind\":\"busy\",\"fr\":\"Zoé est prise.\",\"en\":\"Zoé is busy.\"}]",
                         .reason = "{\"fr\":\"Arrêté.\",\"en\":\"Stopped.\"}"},
                    q;
    text_init(&line, 4096);
    progress_write(&line, &p);
    assert_int_equal(line.data[line.len - 1], '\n');
    assert_null(memchr(line.data, '\n', line.len - 1));
    assert_true(progress_read(line.data, line.len - 1, arena, &q));
    assert_true(q.seconds > 1.4 && q.seconds < 1.6);
    assert_int_equal(q.state, PROGRESS_STOPPED);
    assert_true(q.last && q.verified);
    assert_string_equal(q.levels, p.levels);
    assert_string_equal(q.timetable, p.timetable);
    assert_string_equal(q.left_out, p.left_out);
    assert_string_equal(q.reason, p.reason);
    text_fini(&line);
    arena_free(arena);
}

static void a_line_may_say_little(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct progress p;
    assert_true(reads("{\"seconds\":0,\"state\":\"working\"}", arena, &p));
    assert_false(p.last || p.verified);
    assert_null(p.levels);
    assert_null(p.timetable);
    assert_null(p.reason);
    // Nothing found yet: a bound all the same.
    assert_true(reads("{\"seconds\":0,\"state\":\"working\",\"levels\":{\"weight\":{\"value\":null,\"bound\":9,\"proven\":false},\"fairness\":" LEVEL
                      ",\"gaps\":" LEVEL ",\"change\":" LEVEL ",\"tables\":" LEVEL "}}",
                      arena, &p));
    arena_free(arena);
}

static void everything_else_is_no_line(void **state)
{
    static const char *const bad[] = {
        "", "{}", "[]", "null", "{\"seconds\":1}", "{\"seconds\":-1,\"state\":\"best\"}", "{\"seconds\":\"1\",\"state\":\"best\"}",
        "{\"seconds\":1,\"state\":\"done\"}", "{\"seconds\":1,\"state\":\"best\",\"verified\":1}", "{\"seconds\":1,\"state\":\"best\"",
        "{\"seconds\":1,\"state\":\"best\",\"levels\":{}}", "{\"seconds\":1,\"state\":\"best\",\"levels\":[]}",
        "{\"seconds\":1,\"state\":\"best\",\"levels\":{\"weight\":" LEVEL "}}", "{\"seconds\":1,\"state\":\"best\",\"timetable\":{}}",
        "{\"seconds\":1,\"state\":\"best\",\"timetable\":[{\"slot\":0,\"table\":\"T\"}]}",
        "{\"seconds\":1,\"state\":\"best\",\"timetable\":[{\"slot\":65,\"table\":\"T\"}]}", "{\"seconds\":1,\"state\":\"best\",\"timetable\":[{\"slot\":1}]}",
        "{\"seconds\":1,\"state\":\"best\",\"timetable\":[{\"slot\":1,\"table\":1}]}", "{\"seconds\":1,\"state\":\"best\",\"timetable\":[1]}",
        "{\"seconds\":1,\"state\":\"best\",\"left_out\":[{\"meeting\":-1,\"kind\":\"busy\",\"fr\":\"\",\"en\":\"\"}]}",
        "{\"seconds\":1,\"state\":\"best\",\"left_out\":[{\"meeting\":0,\"kind\":\"busy\",\"fr\":\"\"}]}",
        "{\"seconds\":1,\"state\":\"best\",\"reason\":\"x\"}", "{\"seconds\":1,\"state\":\"best\"} {}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *arena = arena_new();
        struct progress p = {.seconds = 42};
        if (reads(bad[i], arena, &p))
            fail_msg("taken: %s", bad[i]);
        assert_true(p.seconds > 41); // nothing is in it
        arena_free(arena);
    }
}

static void every_level_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(progress_level(LEVEL_WEIGHT), "weight");
    assert_string_equal(progress_level(LEVEL_TABLES), "tables");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_line_may_say_little),
        cmocka_unit_test(everything_else_is_no_line),
        cmocka_unit_test(every_level_has_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
