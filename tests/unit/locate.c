// SPDX-License-Identifier: EUPL-1.2
// Tests wire/locate: the line of a value is found by its pointer.
#include "wire/locate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static size_t line(const char *json, const char *pointer)
{
    return locate_line(json, strlen(json), pointer);
}

static const char *const agenda = "\n{\"name\": \"a } ] \\\" b\",\n"
                                  " \"people\": [\n"
                                  "  {\"id\": \"x\", \"absent\": [1,\n"
                                  "     2]},\n"
                                  "  {\"id\": \"y\"}],\n"
                                  " \"a/b\":\n"
                                  "   {\"~\": null}\n"
                                  "}\n";

static void finds_values(void **state)
{
    (void)state;
    assert_int_equal(line(agenda, ""), 2);
    assert_int_equal(line(agenda, "/name"), 2);
    assert_int_equal(line(agenda, "/people"), 3);
    assert_int_equal(line(agenda, "/people/0"), 4);
    assert_int_equal(line(agenda, "/people/0/absent/0"), 4);
    assert_int_equal(line(agenda, "/people/0/absent/1"), 5);
    assert_int_equal(line(agenda, "/people/1/id"), 6);
    assert_int_equal(line(agenda, "/a~1b"), 8);
    assert_int_equal(line(agenda, "/a~1b/~0"), 8);
}

static void finds_what_is_around_a_value_that_is_missing(void **state)
{
    (void)state;
    assert_int_equal(line(agenda, "/meetings"), 2);
    assert_int_equal(line(agenda, "/people/1/name"), 6);
    assert_int_equal(line(agenda, "/people/7/id"), 3);
    assert_int_equal(line(agenda, "/people/0/id/deeper"), 4);
    assert_int_equal(line(agenda, "/peopl"), 2);
    assert_int_equal(line(agenda, "/people0"), 2);
}

static void stops_where_the_text_is_broken(void **state)
{
    (void)state;
    assert_int_equal(line("", "/a"), 0);
    assert_int_equal(line(" \n ", ""), 0);
    assert_int_equal(line("{\"a\": [", "/a/0"), 1);
    assert_int_equal(line("{\"a\" \"b", "/b"), 1);
    assert_int_equal(line("\n]", "/b"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_values),
        cmocka_unit_test(finds_what_is_around_a_value_that_is_missing),
        cmocka_unit_test(stops_where_the_text_is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
