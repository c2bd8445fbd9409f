// SPDX-License-Identifier: EUPL-1.2
// Tests base/map: against an array, over many changes.
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void sets_and_removes(void **state)
{
    struct map *m = map_new();
    int a, b;
    (void)state;
    assert_null(map_get_string(m, "x"));
    assert_null(map_set_string(m, "x", &a));
    assert_ptr_equal(map_set_string(m, "x", &b), &a);
    assert_ptr_equal(map_get_string(m, "x"), &b);
    assert_null(map_get(m, "x\0", 2)); // keys are bytes
    assert_null(map_set(m, "", 0, &a));
    assert_int_equal(map_count(m), 2);
    assert_ptr_equal(map_remove_string(m, "x"), &b);
    assert_null(map_remove_string(m, "x"));
    assert_ptr_equal(map_get(m, "", 0), &a);
    map_free(m);
    map_free(NULL);
}

static void equals_an_array(void **state)
{
    enum { KEYS = 700, STEPS = 40000 };
    static int values[KEYS];
    bool in[KEYS] = {false};
    struct map *m = map_new();
    uint32_t random = 1;
    size_t count = 0;
    (void)state;
    for (int step = 0; step < STEPS; step++) {
        random = random * 1664525 + 1013904223;
        uint32_t key = (random >> 8) % KEYS;
        if (random >> 31) {
            assert_ptr_equal(map_set_number(m, key, &values[key]), in[key] ? &values[key] : NULL);
            count += !in[key];
            in[key] = true;
        } else {
            assert_ptr_equal(map_remove_number(m, key), in[key] ? &values[key] : NULL);
            count -= in[key];
            in[key] = false;
        }
        assert_int_equal(map_count(m), count);
    }
    for (uint32_t key = 0; key < KEYS; key++)
        assert_ptr_equal(map_get_number(m, key), in[key] ? &values[key] : NULL);
    size_t at = 0, len, walked = 0;
    const void *bytes;
    void *value;
    while (map_next(m, &at, &bytes, &len, &value)) {
        uint64_t key;
        assert_int_equal(len, sizeof key);
        memcpy(&key, bytes, sizeof key);
        assert_true(in[key]);
        assert_ptr_equal(value, &values[key]);
        in[key] = false; // each once
        walked++;
    }
    assert_int_equal(walked, count);
    map_free(m);
}

static void hash_is_stable(void **state)
{
    (void)state;
    assert_true(map_hash("a", 1) == map_hash("a", 1));
    assert_true(map_hash("a", 1) != map_hash("b", 1));
    assert_true(map_hash("", 0) != map_hash("\0", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_and_removes),
        cmocka_unit_test(equals_an_array),
        cmocka_unit_test(hash_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
