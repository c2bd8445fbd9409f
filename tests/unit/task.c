// SPDX-License-Identifier: EUPL-1.2
// Tests io/task: a child is fed and its lines come, whatever their size; it can be stopped and dropped.
#include "io/task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define LINE_MOST 100000

struct stage {
    struct loop *loop;
    struct task *task;
    int lines, ends, status;
    bool cut, stops; // stops: at the first line
    size_t longest;
    struct text all;
};

static void on_line(void *ctx, const char *line, size_t len)
{
    struct stage *s = ctx;
    assert_int_equal(s->ends, 0);
    assert_int_equal(line[len], 0);
    s->lines++;
    s->longest = len > s->longest ? len : s->longest;
    text_add(&s->all, line, len);
    text_byte(&s->all, '|');
    if (s->stops)
        task_stop(s->task);
}

static void on_end(void *ctx, int status, bool cut)
{
    struct stage *s = ctx;
    s->ends++;
    s->status = status;
    s->cut = cut;
    loop_stop(s->loop);
}

static const struct task_events events = {on_line, on_end};

static void begin(struct stage *s, const char *script, const char *input, size_t len)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    s->loop = loop_new();
    text_init(&s->all, 1 << 22);
    assert_int_equal(task_open(&s->task, s->loop, argv, input, len, LINE_MOST, &events, s), ERR_OK);
    assert_int_equal(s->lines + s->ends, 0);
}

static void end(struct stage *s)
{
    task_free(s->task);
    loop_free(s->loop);
    text_fini(&s->all);
}

static void play(struct stage *s, const char *script, const char *input, size_t len)
{
    begin(s, script, input, len);
    loop_run(s->loop);
    assert_int_equal(s->ends, 1);
}

static void lines_come_and_then_the_end(void **state)
{
    (void)state;
    struct stage s = {0};
    play(&s, "cat; exit 3", "one\n\ntwo\nno line", 16);
    assert_string_equal(text_string(&s.all), "one||two|");
    assert_true(WIFEXITED(s.status) && WEXITSTATUS(s.status) == 3);
    assert_false(s.cut);
    end(&s);
}

// More than a pipe holds, both ways at once: neither side waits for the other for ever.
static void much_goes_through(void **state)
{
    (void)state;
    struct stage s = {0};
    size_t len = 1 << 20;
    char *input = malloc(len);
    assert_non_null(input);
    for (size_t i = 0; i < len; i++)
        input[i] = i % 1024 == 1023 ? '\n' : (char)('a' + i % 26);
    play(&s, "cat", input, len);
    assert_int_equal(s.lines, 1024);
    assert_int_equal(s.longest, 1023);
    assert_int_equal(s.all.len, len);
    end(&s);
    free(input);
}

static void a_child_need_not_read(void **state)
{
    (void)state;
    struct stage s = {0};
    char *input = calloc(1, 1 << 20);
    assert_non_null(input);
    play(&s, "echo done", input, 1 << 20);
    assert_string_equal(text_string(&s.all), "done|");
    end(&s);
    free(input);
}

static void a_line_without_end_is_cut(void **state)
{
    (void)state;
    struct stage s = {0};
    play(&s, "echo short; tr '\\0' x </dev/zero", "", 0);
    assert_true(s.cut);
    assert_true(WIFSIGNALED(s.status) && WTERMSIG(s.status) == SIGKILL);
    assert_string_equal(text_string(&s.all), "short|");
    end(&s);
}

static void it_stops_when_it_is_asked(void **state)
{
    (void)state;
    struct stage s = {.stops = true};
    play(&s, "trap 'echo best; exit 0' TERM; echo ready; while :; do sleep 0.01; done", "", 0);
    s.stops = false;
    assert_true(text_starts(text_string(&s.all), "ready|best|"));
    assert_true(WIFEXITED(s.status) && WEXITSTATUS(s.status) == 0);
    end(&s);
}

static void it_is_killed_when_it_does_not_hear(void **state)
{
    (void)state;
    struct stage s = {.stops = true};
    play(&s, "trap '' TERM; echo ready; while :; do sleep 0.1; done", "", 0);
    assert_true(WIFSIGNALED(s.status) && WTERMSIG(s.status) == SIGKILL);
    end(&s);
}

static void what_is_dropped_says_nothing(void **state)
{
    (void)state;
    struct stage s = {0};
    begin(&s, "echo ready; sleep 60", "", 0);
    end(&s);
    assert_int_equal(s.lines + s.ends, 0);
    task_free(NULL);
}

static void a_program_that_is_not_there_ends(void **state)
{
    (void)state;
    struct stage s = {.loop = loop_new()};
    const char *argv[] = {"/nowhere/at/all", NULL};
    text_init(&s.all, 100);
    assert_int_equal(task_open(&s.task, s.loop, argv, "", 0, LINE_MOST, &events, &s), ERR_OK);
    loop_run(s.loop);
    assert_true(WIFEXITED(s.status) && WEXITSTATUS(s.status) == 127);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_and_then_the_end),
        cmocka_unit_test(much_goes_through),
        cmocka_unit_test(a_child_need_not_read),
        cmocka_unit_test(a_line_without_end_is_cut),
        cmocka_unit_test(it_stops_when_it_is_asked),
        cmocka_unit_test(it_is_killed_when_it_does_not_hear),
        cmocka_unit_test(what_is_dropped_says_nothing),
        cmocka_unit_test(a_program_that_is_not_there_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
