// SPDX-License-Identifier: EUPL-1.2
// Tests wire/outcome: what a spreadsheet shows of what both sides said.
#include "wire/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define HEAD "\xef\xbb\xbfmeeting,start,session,table,need,name1,company1,met1,useful1,follow_up1,name2,company2,met2,useful2,follow_up2\r\n"
#define ITEM(said) \
    "{\"items\":[{\"request\":\"r\",\"need\":null,\"meeting\":{\"start\":\"2027-03-02T08:00:00+00:00\",\"session\":\"matin\",\"table\":\"T1\"}," \
    "\"people\":[{\"id\":\"a\",\"name\":\"=Anna\",\"company\":\"Jardins, fils\"},{\"id\":\"b\",\"name\":\"Léo\"}],\"outcomes\":[" said "]}]}"

static void becomes(const char *json, const char *row)
{
    struct text out;
    text_init(&out, 10000);
    assert_true(outcome_table(&out, json));
    assert_true(text_starts(text_string(&out), HEAD));
    assert_string_equal(text_string(&out) + strlen(HEAD), row);
    text_fini(&out);
}

static void each_side_has_its_columns(void **state)
{
    (void)state;
    becomes(ITEM("{\"participant\":\"b\",\"met\":true,\"useful\":false,\"follow_up\":\"quote\"}"),
            "r,2027-03-02T08:00:00+00:00,matin,T1,,'=Anna,\"Jardins, fils\",,,,Léo,,true,false,quote\r\n");
    becomes(ITEM("{\"participant\":\"b\",\"met\":false,\"useful\":null},{\"participant\":\"a\",\"met\":true}"),
            "r,2027-03-02T08:00:00+00:00,matin,T1,,'=Anna,\"Jardins, fils\",true,,,Léo,,false,,\r\n");
    becomes(ITEM(""), "r,2027-03-02T08:00:00+00:00,matin,T1,,'=Anna,\"Jardins, fils\",,,,Léo,,,,\r\n");
    becomes("{\"items\":[]}", "");
    becomes("{\"items\":[7]}", ",,,,,,,,,,,,,,\r\n");
}

static void what_is_no_such_list_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "[]", "{}", "{\"items\":{}}"};
    struct text out;
    text_init(&out, 1000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(outcome_table(&out, bad[i]));
    assert_int_equal(out.len, 0);
    text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_has_its_columns),
        cmocka_unit_test(what_is_no_such_list_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
