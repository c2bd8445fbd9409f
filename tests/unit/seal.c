// SPDX-License-Identifier: EUPL-1.2
// Tests wire/seal: the forms of tokens and ids, and hashes against published values.
#include "wire/seal.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void makes_tokens(void **state)
{
    char a[SEAL_TOKEN], b[SEAL_TOKEN];
    (void)state;
    seal_token(a);
    seal_token(b);
    assert_int_equal(strlen(a), 47);
    assert_true(text_starts(a, "ent_"));
    assert_int_equal(strspn(a + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(a, b);
    assert_true(seal_token_shaped(a));
}

static void knows_the_form_of_a_token(void **state)
{
    char token[SEAL_TOKEN + 1];
    (void)state;
    seal_token(token);
    token[47] = 'A';
    token[48] = 0;
    assert_false(seal_token_shaped(token));
    token[46] = 0;
    assert_false(seal_token_shaped(token));
    seal_token(token);
    token[20] = '+';
    assert_false(seal_token_shaped(token));
    seal_token(token);
    token[0] = 'E';
    assert_false(seal_token_shaped(token));
    assert_false(seal_token_shaped(""));
    assert_false(seal_token_shaped("ent_"));
}

// RFC 7693 gives BLAKE2b-512 only; this 256-bit value is that of b2sum -l 256.
static void hashes(void **state)
{
    char hash[SEAL_HASH];
    (void)state;
    seal_hash("abc", 3, hash);
    assert_string_equal(hash, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void makes_ids_in_order_of_time(void **state)
{
    char id[37], later[37], same[37];
    (void)state;
    seal_uuid(1782813600000, id);
    seal_uuid(1782813600001, later);
    seal_uuid(1782813600000, same);
    assert_true(text_uuid(id));
    assert_memory_equal(id, "019f17f8-a900-7", 15); // 1782813600000 = 0x19f17f8a900, version 7
    assert_non_null(strchr("89ab", id[19]));        // variant of RFC 9562
    assert_true(strcmp(id, later) < 0);
    assert_string_not_equal(id, same);
}

static void draws_below(void **state)
{
    unsigned seen = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint32_t n = seal_below(5);
        assert_true(n < 5);
        seen |= 1u << n;
    }
    assert_int_equal(seen, 31);
    assert_int_equal(seal_below(1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_tokens),
        cmocka_unit_test(knows_the_form_of_a_token),
        cmocka_unit_test(hashes),
        cmocka_unit_test(makes_ids_in_order_of_time),
        cmocka_unit_test(draws_below),
    };
    seal_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
