// SPDX-License-Identifier: EUPL-1.2
// Tests wire/problem: what a client that made a mistake is told.
#include "wire/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

struct told {
    struct arena *arena;
    struct text out;
    struct faults faults;
};

static int setup(void **state)
{
    static struct told told;
    told.arena = arena_new();
    text_init(&told.out, 1 << 20);
    fault_init(&told.faults, told.arena);
    *state = &told;
    return 0;
}

static int teardown(void **state)
{
    struct told *t = *state;
    arena_free(t->arena);
    text_fini(&t->out);
    return 0;
}

static void says_it_in_the_language(void **state)
{
    struct told *t = *state;
    problem_write(&t->out, ERR_BAD_METHOD, "GET, PUT", NULL, LANG_FR, t->arena);
    assert_string_equal(text_string(&t->out),
                        "{\"type\":\"urn:entregent:error:bad_method\",\"title\":\"Cette adresse n'accepte que : …\","
                        "\"status\":405,\"code\":\"bad_method\",\"detail\":\"Cette adresse n'accepte que : GET, PUT.\"}");
    text_clear(&t->out);
    problem_write(&t->out, ERR_NOT_FOUND, NULL, NULL, LANG_EN, t->arena);
    assert_string_equal(text_string(&t->out),
                        "{\"type\":\"urn:entregent:error:not_found\",\"title\":\"There is nothing here\",\"status\":404,"
                        "\"code\":\"not_found\",\"detail\":\"There is nothing here.\"}");
}

static void lists_the_fields(void **state)
{
    struct told *t = *state;
    fault_add(&t->faults, ERR_TOO_LONG, "300", "/title");
    fault_add(&t->faults, ERR_REQUIRED, NULL, "/lots/%d/cpv", 0);
    problem_write(&t->out, ERR_INVALID, NULL, &t->faults, LANG_EN, t->arena);
    assert_string_equal(strstr(text_string(&t->out), "\"errors\""),
                        "\"errors\":[{\"pointer\":\"/title\",\"code\":\"too_long\",\"detail\":\"Too long (at most 300).\"},"
                        "{\"pointer\":\"/lots/0/cpv\",\"code\":\"required\",\"detail\":\"This field is needed.\"}]}");
}

static void takes_the_argument_from_the_fault(void **state)
{
    struct told *t = *state;
    fault_add(&t->faults, ERR_BAD_JSON, "line 2, column 1: \"x\"", "%s", "");
    problem_write(&t->out, ERR_BAD_JSON, NULL, &t->faults, LANG_EN, t->arena);
    assert_non_null(strstr(text_string(&t->out),
                           "\"detail\":\"The body is not valid JSON: line 2, column 1: \\\"x\\\".\","
                           "\"errors\":[{\"pointer\":\"\""));
}

static void counts_what_it_does_not_list(void **state)
{
    struct told *t = *state;
    size_t listed = 0;
    for (int i = 0; i < FAULT_MOST + 7; i++)
        fault_add(&t->faults, ERR_REQUIRED, NULL, "/%d", i);
    problem_write(&t->out, ERR_INVALID, NULL, &t->faults, LANG_FR, t->arena);
    for (const char *s = text_string(&t->out); (s = strstr(s, "\"pointer\"")); s++)
        listed++;
    assert_int_equal(listed, FAULT_MOST);
    assert_non_null(strstr(text_string(&t->out), "],\"more\":7}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_it_in_the_language, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_the_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(takes_the_argument_from_the_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_what_it_does_not_list, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
