// SPDX-License-Identifier: EUPL-1.2
// Tests wire/print: the program's reference as tables and as JSON.
#include "wire/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include <string.h>

static json_t *printed(const char *what)
{
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(print_list(&out, what, true, LANG_EN), ERR_OK);
    json_t *value = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    text_fini(&out);
    return value;
}

static void prints_every_list_as_json(void **state)
{
    (void)state;
    json_t *errors = printed("errors"), *records = printed("records"), *routes = printed("routes");
    json_t *settings = printed("settings"), *openapi = printed("openapi");
    assert_int_equal(json_array_size(errors), ERR_COUNT);
    assert_string_equal(json_string_value(json_object_get(json_array_get(routes, 0), "path")), "/");
    assert_string_equal(json_string_value(json_object_get(json_array_get(settings, 0), "setting")), "listen");
    assert_true(json_array_size(json_object_get(records, "fields")) > 30);
    assert_true(json_array_size(json_object_get(records, "words")) > 30);
    assert_non_null(json_object_get(openapi, "paths"));
    json_decref(errors);
    json_decref(records);
    json_decref(routes);
    json_decref(settings);
    json_decref(openapi);
}

// The second column of every line of a table begins at the same character, accents or not.
static void aligns_columns(void **state)
{
    struct text out;
    (void)state;
    text_init(&out, 1 << 20);
    assert_int_equal(print_list(&out, "errors", false, LANG_FR), ERR_OK);
    size_t column = (size_t)(strstr(out.data, "status") - out.data), lines = 0;
    for (char *line = strchr(out.data, '\n') + 1; *line; line = strchr(line, '\n') + 1, lines++) {
        assert_int_equal(line[column - 1], ' ');
        assert_in_range(line[column], '2', '5');
    }
    assert_int_equal(lines, ERR_COUNT);
    text_fini(&out);
}

static void refuses_other_lists(void **state)
{
    struct text out;
    (void)state;
    text_init(&out, 1 << 20);
    assert_int_equal(print_list(&out, "route", true, LANG_FR), ERR_USAGE);
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_every_list_as_json),
        cmocka_unit_test(aligns_columns),
        cmocka_unit_test(refuses_other_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
