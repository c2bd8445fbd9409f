// SPDX-License-Identifier: EUPL-1.2
// Tab-separated tables.
#include "wire/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static enum err header(struct table *t, const char *line)
{
    return table_header(t, line, strlen(line), arena);
}

static enum err split(const struct table *t, const char *line, const char ***fields)
{
    return table_split(t, line, strlen(line), arena, fields);
}

static void finds_columns_by_name(void **state)
{
    struct table t;
    const char **f;
    (void)state;
    assert_int_equal(header(&t, "siret\tname\tcity"), ERR_OK);
    assert_int_equal(table_column(&t, "city"), 2);
    assert_int_equal(table_column(&t, "nothing"), -1);
    assert_int_equal(split(&t, "1\tLa Grange\t Thiers ", &f), ERR_OK);
    assert_string_equal(f[1], "La Grange");
    assert_string_equal(f[2], "Thiers");
}

static void keeps_empty_fields(void **state)
{
    struct table t;
    const char **f;
    (void)state;
    assert_int_equal(header(&t, "a\tb\tc"), ERR_OK);
    assert_int_equal(split(&t, "\t\t", &f), ERR_OK);
    for (int i = 0; i < 3; i++)
        assert_string_equal(f[i], "");
}

static void tolerates_mark_and_windows_line_ends(void **state)
{
    struct table t;
    const char **f;
    (void)state;
    assert_int_equal(header(&t, "\xef\xbb\xbf"
                                "code\tfr\r\n"),
                     ERR_OK);
    assert_int_equal(table_column(&t, "code"), 0);
    assert_int_equal(table_column(&t, "fr"), 1);
    assert_int_equal(split(&t, "1\tété\r\n", &f), ERR_OK);
    assert_string_equal(f[1], "été");
}

static void refuses_what_does_not_fit(void **state)
{
    struct table t;
    const char **f;
    (void)state;
    assert_int_equal(header(&t, "a\t\tb"), ERR_LINE_COLUMNS);
    assert_int_equal(header(&t, "a\tb\ta"), ERR_DUPLICATE);
    assert_int_equal(header(&t, "a\t\xff"), ERR_BAD_TEXT);
    assert_int_equal(header(&t, "a\tb"), ERR_OK);
    assert_int_equal(split(&t, "1", &f), ERR_LINE_COLUMNS);
    assert_int_equal(split(&t, "1\t2\t3", &f), ERR_LINE_COLUMNS);
    assert_int_equal(split(&t, "1\t\xe9t\xe9", &f), ERR_BAD_TEXT);
    assert_int_equal(table_split(&t, "1\t\0", 3, arena, &f), ERR_BAD_TEXT);
}

static void walks_lines(void **state)
{
    const char text[] = "one\r\n\ntwo", *at = text, *end = text + strlen(text);
    size_t len;
    (void)state;
    assert_memory_equal(table_line(&at, end, &len), "one", 3);
    assert_int_equal(len, 3);
    assert_non_null(table_line(&at, end, &len));
    assert_int_equal(len, 0);
    assert_memory_equal(table_line(&at, end, &len), "two", 3);
    assert_int_equal(len, 3);
    assert_null(table_line(&at, end, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_columns_by_name),
        cmocka_unit_test(keeps_empty_fields),
        cmocka_unit_test(tolerates_mark_and_windows_line_ends),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(walks_lines),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
