// SPDX-License-Identifier: EUPL-1.2
// Tests wire/seal: the forms of tokens and ids, hashes against published values, who forges what.
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

// One hash only: it is slow.
static void passwords_are_kept_as_argon2id(void **state)
{
    char stored[SEAL_PASSWORD], other[SEAL_PASSWORD];
    (void)state;
    assert_true(seal_password("cheval correct \xc3\xa9\xc3\xa0", stored));
    assert_true(text_starts(stored, "$argon2id$v=19$m=65536,t=2,p=1$"));
    assert_true(seal_password_is(stored, "cheval correct \xc3\xa9\xc3\xa0"));
    assert_false(seal_password_is(stored, "cheval correct \xc3\xa9\xc3\xa8"));
    memcpy(other, stored, sizeof other);
    char *last = other + strlen(other) - 2;
    *last = *last == 'A' ? 'B' : 'A';
    assert_false(seal_password_is(other, "cheval correct \xc3\xa9\xc3\xa0"));
}

static void nobody_has_no_password(void **state)
{
    (void)state;
    assert_false(seal_password_is(NULL, ""));
    assert_false(seal_password_is("", ""));
    assert_false(seal_password_is("", "password"));
    assert_false(seal_password_is("password", "password"));
}

#define ID "019f17f8-a900-7abc-8def-0123456789ab"

static void tickets_say_their_id(void **state)
{
    unsigned char key[SEAL_KEY];
    char ticket[SEAL_TICKET], same[SEAL_TICKET], id[37];
    (void)state;
    seal_key_new(key);
    seal_ticket(key, "reset", ID, ticket);
    seal_ticket(key, "reset", ID, same);
    assert_string_equal(ticket, same);
    assert_int_equal(strlen(ticket), 54);
    assert_int_equal(strspn(ticket, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 54);
    assert_true(seal_ticket_id(key, "reset", ticket, id));
    assert_string_equal(id, ID);
}

// The proof of "reset" for the key of bytes 0 to 31, by another hand: Python's
// hashlib.blake2b(b"reset\0" + uuid.bytes, key=bytes(range(32)), digest_size=24).
static void tickets_are_what_they_are_said_to_be(void **state)
{
    unsigned char key[SEAL_KEY];
    char ticket[SEAL_TICKET];
    (void)state;
    for (int i = 0; i < SEAL_KEY; i++)
        key[i] = (unsigned char)i;
    seal_ticket(key, "reset", ID, ticket);
    assert_string_equal(ticket, "AZ8X-KkAeryN7wEjRWeJq_8Xhpa5-z_dp9e-MlAVacY4GbAOSrhkEg");
}

static void tickets_cannot_be_forged(void **state)
{
    unsigned char key[SEAL_KEY], other[SEAL_KEY];
    char ticket[SEAL_TICKET + 1] = "", id[37];
    (void)state;
    seal_key_new(key);
    seal_key_new(other);
    seal_ticket(key, "reset", ID, ticket);
    assert_false(seal_ticket_id(other, "reset", ticket, id));
    assert_string_equal(id, "");
    assert_false(seal_ticket_id(key, "confirm", ticket, id));
    assert_false(seal_ticket_id(key, "rese", ticket, id));
    assert_false(seal_ticket_id(key, "", ticket, id));
    for (int i = 0; i < SEAL_TICKET - 1; i++) {
        char was = ticket[i];
        ticket[i] = was == 'A' ? 'B' : 'A';
        assert_false(seal_ticket_id(key, "reset", ticket, id));
        ticket[i] = was;
    }
    ticket[SEAL_TICKET - 1] = 'A';
    assert_false(seal_ticket_id(key, "reset", ticket, id)); // longer
    ticket[SEAL_TICKET - 2] = 0;
    assert_false(seal_ticket_id(key, "reset", ticket, id)); // shorter
    assert_false(seal_ticket_id(key, "reset", "", id));
}

// Values of sha256sum.
static void chains_its_links(void **state)
{
    char first[SEAL_HASH], link[SEAL_HASH];
    (void)state;
    seal_chain("", "abc", first);
    assert_string_equal(first, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    seal_chain(first, "d\xc3\xa9", link);
    assert_string_equal(link, "c5508a63fe2ee0302f2585d1c403a585bd9d6337ab375528158976a1f52e9e00");
    seal_chain(first, "d\xc3\xa9", first);
    assert_string_equal(first, link);
}

// RFC 4231, test case 2, whose key HMAC pads with zeros.
static void codes_as_published(void **state)
{
    static const char text[] = "what do ya want for nothing?";
    unsigned char key[SEAL_KEY] = "Jefe", code[SEAL_KEY];
    char base64[SEAL_BASE64(SEAL_KEY)];
    (void)state;
    seal_hmac(key, text, strlen(text), code);
    seal_base64(code, sizeof code, base64);
    assert_string_equal(base64, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

// RFC 8032, 7.1, test 2, in base64.
static void signs_as_published(void **state)
{
    struct seal_webhook keys = {{0}, {0}};
    unsigned char signature[SEAL_SIGNATURE], key[SEAL_KEY];
    char base64[SEAL_BASE64(SEAL_SIGNATURE)];
    (void)state;
    // 4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb
    static const unsigned char seed[SEAL_KEY] = {76, 205, 8, 155, 40, 255, 150, 218, 157, 182, 195, 70, 236, 17, 78, 15, 91, 138, 49, 159, 53, 171, 166, 36, 218, 140, 246, 237, 79, 184, 166, 251};
    memcpy(keys.seed, seed, sizeof seed);
    seal_sign(keys.seed, "r", 1, signature);
    seal_base64(signature, sizeof signature, base64);
    assert_string_equal(base64, "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==");
    seal_webhook_public(&keys, key);
    seal_base64(key, sizeof key, base64);
    assert_string_equal(base64, "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=");
}

static void boxes_give_back_what_was_put_in(void **state)
{
    unsigned char key[SEAL_KEY], plain[64], back[64];
    char box[SEAL_BOX(64)], same[SEAL_BOX(64)], none[SEAL_BOX(0)], id[SEAL_KEY_ID];
    (void)state;
    seal_key_new(key);
    for (int i = 0; i < 64; i++)
        plain[i] = (unsigned char)(i * 5);
    seal_box(key, plain, sizeof plain, box);
    seal_box(key, plain, sizeof plain, same);
    assert_string_not_equal(box, same);
    assert_int_equal(strlen(box), SEAL_BOX(64) - 1);
    seal_key_id(key, id);
    assert_memory_equal(box, id, 8);
    assert_int_equal(strspn(id, "0123456789abcdef"), 8);
    assert_int_equal(box[8], ':');
    assert_true(seal_unbox(key, box, back, sizeof back));
    assert_memory_equal(back, plain, sizeof plain);
    seal_box(key, "", 0, none);
    assert_true(seal_unbox(key, none, back, 0));
}

static void boxes_open_for_nobody_else(void **state)
{
    unsigned char key[SEAL_KEY], other[SEAL_KEY], back[64], zeros[64] = {0};
    char box[SEAL_BOX(64) + 1] = "", id[SEAL_KEY_ID], others[SEAL_KEY_ID];
    (void)state;
    seal_key_new(key);
    seal_key_new(other);
    seal_key_id(key, id);
    seal_key_id(other, others);
    assert_string_not_equal(id, others);
    seal_box(key, "0123456789012345678901234567890123456789012345678901234567890123", 64, box);
    memset(back, 1, sizeof back);
    assert_false(seal_unbox(other, box, back, sizeof back));
    assert_memory_equal(back, zeros, sizeof back);
    assert_false(seal_unbox(key, box, back, 63));
    assert_false(seal_unbox(key, "", back, sizeof back));
    assert_false(seal_unbox(key, id, back, sizeof back));
    for (size_t i = 0; i < SEAL_BOX(64) - 1; i++) {
        char was = box[i];
        box[i] = was == 'A' ? 'B' : 'A';
        if (seal_unbox(key, box, back, sizeof back))
            fail_msg("changed at %zu", i);
        box[i] = was;
    }
    // The key's id, but another key's box.
    memcpy(box, others, 8);
    assert_false(seal_unbox(other, box, back, sizeof back));
    memcpy(box, id, 8);
    box[SEAL_BOX(64) - 1] = 'A';
    assert_false(seal_unbox(key, box, back, sizeof back)); // longer
    box[SEAL_BOX(64) - 2] = 0;
    assert_false(seal_unbox(key, box, back, sizeof back)); // shorter
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_tokens),
        cmocka_unit_test(knows_the_form_of_a_token),
        cmocka_unit_test(hashes),
        cmocka_unit_test(makes_ids_in_order_of_time),
        cmocka_unit_test(draws_below),
        cmocka_unit_test(passwords_are_kept_as_argon2id),
        cmocka_unit_test(nobody_has_no_password),
        cmocka_unit_test(tickets_say_their_id),
        cmocka_unit_test(tickets_are_what_they_are_said_to_be),
        cmocka_unit_test(tickets_cannot_be_forged),
        cmocka_unit_test(chains_its_links),
        cmocka_unit_test(codes_as_published),
        cmocka_unit_test(signs_as_published),
        cmocka_unit_test(boxes_give_back_what_was_put_in),
        cmocka_unit_test(boxes_open_for_nobody_else),
    };
    seal_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
