// SPDX-License-Identifier: EUPL-1.2
// Knows how tokens, hashes and random ids are made.
#include "wire/seal.h"

#include "base/log.h"
#include "base/text.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "ent_"
#define SECRET 32 // bytes

_Static_assert(SEAL_TOKEN ==
                   sizeof PREFIX - 1 + sodium_base64_ENCODED_LEN(SECRET, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
               "a token is its prefix and the secret");

void seal_init(void)
{
    if (sodium_init() < 0)
        log_die("seal", "the system gives no random numbers");
}

void seal_token(char out[static SEAL_TOKEN])
{
    unsigned char secret[SECRET];
    randombytes_buf(secret, sizeof secret);
    memcpy(out, PREFIX, sizeof PREFIX);
    sodium_bin2base64(out + sizeof PREFIX - 1, SEAL_TOKEN - (sizeof PREFIX - 1), secret, sizeof secret,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
}

bool seal_token_shaped(const char *s)
{
    unsigned char secret[SECRET];
    size_t len = 0;
    if (!text_starts(s, PREFIX) || strlen(s) != SEAL_TOKEN - 1)
        return false;
    int bad = sodium_base642bin(secret, sizeof secret, s + sizeof PREFIX - 1, SEAL_TOKEN - sizeof PREFIX, NULL, &len, NULL,
                                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
    return !bad && len == SECRET;
}

void seal_hash(const void *bytes, size_t len, char out[static SEAL_HASH])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, bytes, len, NULL, 0);
    sodium_bin2hex(out, SEAL_HASH, hash, sizeof hash);
}

void seal_uuid(int64_t wall_ms, char out[static 37])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char id[16];
    randombytes_buf(id, sizeof id);
    for (int i = 0; i < 6; i++)
        id[i] = (unsigned char)((uint64_t)wall_ms >> (40 - 8 * i));
    id[6] = (unsigned char)(0x70 | (id[6] & 0x0f));
    id[8] = (unsigned char)(0x80 | (id[8] & 0x3f));
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[id[i] >> 4];
        *out++ = digits[id[i] & 15];
    }
    *out = 0;
}

uint32_t seal_below(uint32_t n)
{
    return randombytes_uniform(n);
}
