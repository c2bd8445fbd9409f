// SPDX-License-Identifier: EUPL-1.2
// Tests wire/csv: what a spreadsheet gets is what was meant, and never a formula.
#include "wire/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define HEAD "\xef\xbb\xbfsection,item,field,value\r\n"

static void assert_cell(const char *value, const char *wanted)
{
    struct text out;
    text_init(&out, 1 << 16);
    csv_cell(&out, value);
    assert_string_equal(text_string(&out), wanted);
    text_fini(&out);
}

static void assert_rows(const char *json, const char *wanted)
{
    struct arena *arena = arena_new();
    struct text out;
    text_init(&out, 1 << 16);
    assert_int_equal(csv_flatten(&out, json, strlen(json), arena), ERR_OK);
    assert_memory_equal(text_string(&out), HEAD, sizeof HEAD - 1);
    assert_string_equal(text_string(&out) + sizeof HEAD - 1, wanted);
    text_fini(&out);
    arena_free(arena);
}

static void quotes_what_must_be(void **state)
{
    (void)state;
    assert_cell("", "");
    assert_cell("Ville de Riom", "Ville de Riom");
    assert_cell("a,b", "\"a,b\"");
    assert_cell("dit \"oui\"", "\"dit \"\"oui\"\"\"");
    assert_cell("une\nligne", "\"une\nligne\"");
    assert_cell("été ; 12 €", "\"été ; 12 €\"");
}

static void no_cell_is_a_formula(void **state)
{
    (void)state;
    assert_cell("=1+1", "'=1+1");
    assert_cell("+33 4 73", "'+33 4 73");
    assert_cell("-5", "'-5");
    assert_cell("@somme", "'@somme");
    assert_cell("\tx", "'\tx");
    assert_cell("\r=x", "\"'\r'=x\"");
    assert_cell("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
    assert_cell("1=1", "1=1");
    assert_cell("'=1", "'=1");
    // A reader that splits at semicolons, and knows quotes only where a cell begins.
    assert_cell("x;=1+1", "\"x;'=1+1\"");
    assert_cell("x;=1+1;-2; y", "\"x;'=1+1;'-2; y\"");
    assert_cell("x;\"=1+1", "\"x;'\"\"=1+1\"");
    assert_cell("=1;=2", "\"'=1;'=2\"");
    assert_cell("x\r\n=1", "\"x\r\n'=1\"");
    assert_cell("x\t@y", "x\t'@y");
    assert_cell("a;b", "\"a;b\"");
}

static void flattens_what_is_nested(void **state)
{
    (void)state;
    assert_rows("{}", "");
    assert_rows("{\"person\": {\"name\": \"Jeanne\", \"moderator\": false, \"seen\": null}}",
                "person,,name,Jeanne\r\nperson,,moderator,false\r\nperson,,seen,\r\n");
    assert_rows("{\"needs\": [{\"title\": \"A, B\", \"lots\": [{\"cpv\": [\"90911200\", \"90919200\"]}]}, {\"title\": \"=C\"}]}",
                "needs,1,title,\"A, B\"\r\nneeds,1,lots.1.cpv.1,90911200\r\nneeds,1,lots.1.cpv.2,90919200\r\nneeds,2,title,'=C\r\n");
    assert_rows("{\"version\": 3, \"tokens\": [], \"offer\": {}, \"words\": [\"a\", [\"b\"]]}",
                "version,,,3\r\nwords,1,,a\r\nwords,2,1,b\r\n");
    assert_rows("{\"@a\": {\"=b\": {\"-c\": 1}}}", "'@a,,'=b.-c,1\r\n");
}

static void numbers_are_read_back(void **state)
{
    (void)state;
    assert_rows("{\"n\": [0.1, 45.7772, 1e21, -3, 9007199254740993, 0.30000000000000004]}",
                "n,1,,0.1\r\nn,2,,45.7772\r\nn,3,,1e+21\r\nn,4,,'-3\r\nn,5,,9007199254740993\r\nn,6,,0.30000000000000004\r\n");
}

static void refuses_what_is_no_object(void **state)
{
    static const char *const bad[] = {"", "[1]", "{", "{\"a\": 1, \"a\": 2}", "{\"a\": \"\xff\"}", "{} x"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *arena = arena_new();
        struct text out;
        text_init(&out, 1 << 16);
        assert_int_equal(csv_flatten(&out, bad[i], strlen(bad[i]), arena), ERR_BAD_JSON);
        assert_int_equal(out.len, 0);
        text_fini(&out);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_what_must_be),     cmocka_unit_test(no_cell_is_a_formula),
        cmocka_unit_test(flattens_what_is_nested), cmocka_unit_test(numbers_are_read_back),
        cmocka_unit_test(refuses_what_is_no_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
