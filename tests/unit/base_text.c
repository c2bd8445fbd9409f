// SPDX-License-Identifier: EUPL-1.2
// Tests base/text and base/arena: growing bytes, numbers, UTF-8, memory of one call.
#include "base/text.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void grows_to_its_limit(void **state)
{
    struct text t;
    (void)state;
    text_init(&t, 10);
    assert_string_equal(text_string(&t), "");
    text_put(&t, "12345");
    text_format(&t, "%d", 678);
    assert_string_equal(text_string(&t), "12345678");
    text_put(&t, "abc"); // does not fit: nothing of it is kept
    assert_true(t.full);
    text_put(&t, "x"); // nor is anything after it
    assert_string_equal(text_string(&t), "12345678");
    text_drop(&t, 3);
    assert_string_equal(text_string(&t), "45678");
    text_clear(&t);
    assert_false(t.full);
    text_put(&t, "0123456789");
    assert_false(t.full);
    char *taken = text_take(&t);
    assert_string_equal(taken, "0123456789");
    free(taken);
    assert_int_equal(t.len, 0);
    taken = text_take(&t);
    assert_string_equal(taken, "");
    free(taken);
    text_fini(&t);
}

static void writes_json_strings(void **state)
{
    struct text t;
    (void)state;
    text_init(&t, 1000);
    text_json(&t, "a\"b\\c\n\x01\x7f é €");
    assert_string_equal(text_string(&t), "\"a\\\"b\\\\c\\u000a\\u0001\x7f é €\"");
    text_clear(&t);
    text_json(&t, "\xc3(\xed\xa0\x80\xff");
    assert_non_null(strstr(text_string(&t), "\xef\xbf\xbd("));
    assert_true(text_utf8(t.data, t.len));
    text_clear(&t);
    text_json_bytes(&t, "a\0b", 3);
    assert_string_equal(text_string(&t), "\"a\\u0000b\"");
    text_fini(&t);
}

static void reads_numbers(void **state)
{
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "-9223372036854775809"};
    static const char *const no_decimal[] = {"", ".", "-", "1e3", "1,5", "nan", "inf", " 1", "1.5 "};
    int64_t i = 0;
    double d = 0;
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_false(text_int(bad[k], &i));
    for (size_t k = 0; k < sizeof no_decimal / sizeof *no_decimal; k++)
        assert_false(text_decimal(no_decimal[k], &d));
    assert_true(text_int("9223372036854775807", &i) && i == INT64_MAX);
    assert_true(text_int("-9223372036854775808", &i) && i == INT64_MIN);
    assert_true(text_int("007", &i) && i == 7);
    assert_true(text_decimal("45.77", &d) && d == 45.77);
    assert_true(text_decimal("-0.5", &d) && d == -0.5);
    assert_true(text_decimal("3", &d) && d == 3);
}

static void knows_utf8(void **state)
{
    static const char *const bad[] = {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"};
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_false(text_utf8(bad[k], strlen(bad[k])));
    assert_true(text_utf8("é€\xf0\x9f\x98\x80", 9));
    assert_false(text_utf8("a\0b", 3));
    assert_true(text_utf8("", 0));
}

static void compares(void **state)
{
    (void)state;
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", NULL));
    assert_false(text_equal(NULL, NULL));
    assert_true(text_starts("abc", "ab") && text_starts("abc", ""));
    assert_false(text_starts("ab", "abc"));
    assert_true(text_uuid("0190a3c4-7e5b-7d2a-9c1f-0123456789ab"));
    assert_false(text_uuid("0190A3C4-7e5b-7d2a-9c1f-0123456789ab"));
    assert_false(text_uuid("0190a3c4-7e5b-7d2a-9c1f-0123456789a"));
    assert_false(text_uuid("0190a3c4-7e5b-7d2a-9c1f-0123456789abc"));
    assert_false(text_uuid(""));
}

static void arena_keeps_all(void **state)
{
    struct arena *a = arena_new();
    char *kept[500];
    (void)state;
    for (int i = 0; i < 500; i++) {
        kept[i] = arena_format(a, "%d", i);
        unsigned char *piece = arena_take(a, (size_t)(i * 37 % 12000));
        assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
        for (int k = 0; k < i * 37 % 12000; k++) {
            assert_int_equal(piece[k], 0);
            piece[k] = 0xff;
        }
    }
    for (int i = 0; i < 500; i++)
        assert_int_equal(atoi(kept[i]), i);
    assert_true(arena_size(a) > 500 * 1000);
    assert_string_equal(arena_copy(a, "abcdef", 3), "abc");
    assert_null(arena_string(a, NULL));
    arena_free(a);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_to_its_limit), cmocka_unit_test(writes_json_strings), cmocka_unit_test(reads_numbers),
        cmocka_unit_test(knows_utf8),         cmocka_unit_test(compares),            cmocka_unit_test(arena_keeps_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
