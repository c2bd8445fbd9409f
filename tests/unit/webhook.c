// SPDX-License-Identifier: EUPL-1.2
// Tests wire/webhook: signatures against published values, and which URLs may receive.
#include "wire/webhook.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define BODY "{\"test\": 2432232314}"

static void decode(const char *base64, unsigned char *out, size_t room, size_t len)
{
    size_t got = 0;
    assert_int_equal(sodium_base642bin(out, room, base64, strlen(base64), NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
    assert_int_equal(got, len);
}

// The vectors of the specification's own libraries (webhook_symmetric_test.go, webhook_asymmetric_test.go). Its secret has
// 24 bytes; HMAC pads with zeros, so 32 that end in zeros give the same.
static void signs_as_published(void **state)
{
    struct seal_webhook keys = {{0}, {0}};
    char out[WEBHOOK_SIGNATURE];
    (void)state;
    decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", keys.secret, sizeof keys.secret, 24);
    decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=", keys.seed, sizeof keys.seed, 32);
    webhook_sign(&keys, ID, 1614265330, BODY, strlen(BODY), out);
    assert_string_equal(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
                             "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==");
    assert_int_equal(strlen(out), WEBHOOK_SIGNATURE - 1);
}

// As a receiver does: from what it was shown and the headers.
static void receivers_can_verify(void **state)
{
    static const char body[] = "{\"a\":\"\xc3\xa9\0\"}"; // any bytes
    struct seal_webhook keys;
    char out[WEBHOOK_SIGNATURE], secret[WEBHOOK_SECRET], public[WEBHOOK_PUBLIC], content[128];
    unsigned char key[32], code[32], signature[64];
    (void)state;
    seal_webhook_new(&keys);
    webhook_secret(&keys, secret);
    webhook_public(&keys, public);
    webhook_sign(&keys, "019f17f8-a900-7abc-8def-0123456789ab", 1782813600, body, sizeof body - 1, out);
    int head = snprintf(content, sizeof content, "019f17f8-a900-7abc-8def-0123456789ab.1782813600.");
    memcpy(content + head, body, sizeof body - 1);
    size_t len = (size_t)head + sizeof body - 1;
    assert_true(text_starts(secret, "whsec_") && text_starts(public, "whpk_") && text_starts(out, "v1,"));
    char *second = strchr(out, ' ');
    assert_non_null(second);
    *second++ = 0;
    assert_true(text_starts(second, "v1a,"));
    decode(secret + 6, key, sizeof key, 32);
    decode(out + 3, code, sizeof code, 32);
    assert_int_equal(crypto_auth_hmacsha256_verify(code, (unsigned char *)content, len, key), 0);
    decode(public + 5, key, sizeof key, 32);
    decode(second + 4, signature, sizeof signature, 64);
    assert_int_equal(crypto_sign_verify_detached(signature, (unsigned char *)content, len, key), 0);
    content[3] ^= 1;
    assert_int_not_equal(crypto_sign_verify_detached(signature, (unsigned char *)content, len, key), 0);
}

static void keys_are_new_each_time(void **state)
{
    struct seal_webhook a, b;
    char one[WEBHOOK_SECRET], other[WEBHOOK_SECRET];
    (void)state;
    seal_webhook_new(&a);
    seal_webhook_new(&b);
    webhook_secret(&a, one);
    webhook_secret(&b, other);
    assert_string_not_equal(one, other);
    assert_memory_not_equal(a.seed, b.seed, sizeof a.seed);
    assert_memory_not_equal(a.seed, a.secret, sizeof a.seed);
}

static void takes_urls(void **state)
{
    static const struct {
        const char *url, *host;
        int port;
        bool literal;
    } good[] = {
        {"https://example.org", "example.org", 443, false},
        {"https://Example.ORG/", "example.org", 443, false},
        {"HTTPS://example.org:8443/a/b?c=d&e=%C3%A9", "example.org", 8443, false},
        {"https://example.org?x", "example.org", 443, false},
        {"https://xn--exmple-cua.fr/%41", "xn--exmple-cua.fr", 443, false},
        {"https://a-b.c1.co:65535/~x", "a-b.c1.co", 65535, false},
        {"https://1.2.3.4/", "1.2.3.4", 443, true},
        {"https://[2A01:E0A:0:0::1]:443/", "2a01:e0a::1", 443, true},
        {"https://[::ffff:10.0.0.1]/", "10.0.0.1", 443, true},
        {"https://3com.com/", "3com.com", 443, false},
        {"https://localhost/", "localhost", 443, false},
    };
    struct webhook_url u;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (webhook_url(good[i].url, false, &u) != ERR_OK)
            fail_msg("%s should be taken", good[i].url);
        assert_string_equal(u.host, good[i].host);
        assert_int_equal(u.port, good[i].port);
        assert_int_equal(u.literal, good[i].literal);
        assert_true(u.tls);
    }
}

static void refuses_urls(void **state)
{
    static const char *const bad[] = {
        "", "https://", "https:///x", "https:example.org", "//example.org", "http://example.org/", "ftp://example.org/",
        "file:///etc/passwd", "https://user@example.org/", "https://user:pass@example.org/", "https://example.org\\@other.org/",
        "https://example.org/#part", "https://example.org#", "https://example.org:/", "https://example.org:0/",
        "https://example.org:0443/", "https://example.org:65536/", "https://example.org:443443/", "https://example.org:8443x/",
        "https://example.org:+443/", "https://exa mple.org/", "https://example.org/a b", "https://example.org/\r\nHost: x",
        "https://example.org/\x01", "https://ex\xc3\xa9mple.org/", "https://example.org/\xc3\xa9", "https://example.org/%4",
        "https://example.org/%", "https://example.org/%zz", "https://%65xample.org/", "https://example..org/", "https://.org/",
        "https://example.org./", "https://-a.org/", "https://a-.org/", "https://a_b.org/", " https://example.org/",
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://0/",
        "https://127.0.0.1./", "https://127.0.0.01/", "https://1.2.3.4.5/", "https://256.1.1.1/", "https://a.0x7f/",
        "https://[::1", "https://::1/", "https://[]/", "https://[::1]x/", "https://[1.2.3.4]/", "https://[example.org]/",
        "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[v1.x]/", "https://example.org/<x>", "https://example.org/\"",
        "https://example.org/{a}", "https://example.org/a|b", "https://example.org/a^b", "https://example.org/`", "https://example.org\t/",
    };
    char large[WEBHOOK_URL + 2];
    struct webhook_url u;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (webhook_url(bad[i], false, &u) != ERR_BAD_URL)
            fail_msg("%s should be refused", bad[i]);
    memset(large, 'a', sizeof large);
    memcpy(large, "https://b/", 10);
    large[WEBHOOK_URL] = 0;
    assert_int_equal(webhook_url(large, false, &u), ERR_OK);
    large[WEBHOOK_URL] = 'a';
    large[WEBHOOK_URL + 1] = 0;
    assert_int_equal(webhook_url(large, false, &u), ERR_BAD_URL);
    memcpy(large, "https://bbb", 11);
    large[300] = 0;
    assert_int_equal(webhook_url(large, false, &u), ERR_BAD_URL); // a host longer than any
    large[8 + 64] = 0;
    assert_int_equal(webhook_url(large, false, &u), ERR_BAD_URL); // a label longer than any
    large[8 + 63] = 0;
    assert_int_equal(webhook_url(large, false, &u), ERR_OK);
}

static void plain_http_is_a_choice(void **state)
{
    struct webhook_url u;
    (void)state;
    assert_int_equal(webhook_url("http://example.org/x", true, &u), ERR_OK);
    assert_false(u.tls);
    assert_int_equal(u.port, 80);
    assert_int_equal(webhook_url("https://example.org/x", true, &u), ERR_OK);
    assert_true(u.tls);
    assert_int_equal(webhook_url("ftp://example.org/x", true, &u), ERR_BAD_URL);
    assert_true(webhook_port(443) && webhook_port(8443));
    assert_false(webhook_port(80) || webhook_port(22) || webhook_port(25) || webhook_port(8080));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_published), cmocka_unit_test(receivers_can_verify), cmocka_unit_test(keys_are_new_each_time),
        cmocka_unit_test(takes_urls),         cmocka_unit_test(refuses_urls),         cmocka_unit_test(plain_http_is_a_choice),
    };
    seal_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
