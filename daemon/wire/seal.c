// SPDX-License-Identifier: EUPL-1.2
// Knows how tokens, passwords, hashes and random ids are made.
#include "wire/seal.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "ent_"
#define SECRET 32 // bytes
#define URLSAFE sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define PASSWORD_PASSES 2
#define PASSWORD_BYTES ((size_t)64 << 20)
#define ID 16
#define PROOF 24
#define TICKET (ID + PROOF)
#define PADDED sodium_base64_VARIANT_ORIGINAL
#define SEALED (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) // bytes of a box beyond what it holds

_Static_assert(SEAL_TOKEN == sizeof PREFIX - 1 + sodium_base64_ENCODED_LEN(SECRET, URLSAFE),
               "a token is its prefix and the secret");
_Static_assert(SEAL_TICKET == sodium_base64_ENCODED_LEN(TICKET, URLSAFE), "a ticket is an id and its proof");
_Static_assert(SEAL_PASSWORD == crypto_pwhash_STRBYTES, "as libsodium has it");
_Static_assert(SEAL_BOX(64) == SEAL_KEY_ID + sodium_base64_ENCODED_LEN(SEALED + 64, PADDED), "an id, a colon, a box");
_Static_assert(SEAL_HASH == 2 * crypto_hash_sha256_BYTES + 1, "both hashes have 32 bytes");

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
    sodium_bin2base64(out + sizeof PREFIX - 1, SEAL_TOKEN - (sizeof PREFIX - 1), secret, sizeof secret, URLSAFE);
    sodium_memzero(secret, sizeof secret);
}

bool seal_token_shaped(const char *s)
{
    unsigned char secret[SECRET];
    size_t len = 0;
    if (!text_starts(s, PREFIX) || strlen(s) != SEAL_TOKEN - 1)
        return false;
    int bad = sodium_base642bin(secret, sizeof secret, s + sizeof PREFIX - 1, SEAL_TOKEN - sizeof PREFIX, NULL, &len,
                                NULL, URLSAFE);
    sodium_memzero(secret, sizeof secret);
    return !bad && len == SECRET;
}

void seal_hash(const void *bytes, size_t len, char out[static SEAL_HASH])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, bytes, len, NULL, 0);
    sodium_bin2hex(out, SEAL_HASH, hash, sizeof hash);
}

static void put_uuid(const unsigned char id[static ID], char out[static 37])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < ID; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[id[i] >> 4];
        *out++ = digits[id[i] & 15];
    }
    *out = 0;
}

void seal_uuid(int64_t wall_ms, char out[static 37])
{
    unsigned char id[ID];
    randombytes_buf(id, sizeof id);
    for (int i = 0; i < 6; i++)
        id[i] = (unsigned char)((uint64_t)wall_ms >> (40 - 8 * i));
    id[6] = (unsigned char)(0x70 | (id[6] & 0x0f));
    id[8] = (unsigned char)(0x80 | (id[8] & 0x3f));
    put_uuid(id, out);
}

uint32_t seal_below(uint32_t n)
{
    return randombytes_uniform(n);
}

bool seal_password(const char *password, char out[static SEAL_PASSWORD])
{
    return crypto_pwhash_str_alg(out, password, strlen(password), PASSWORD_PASSES, PASSWORD_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool seal_password_is(const char *stored, const char *password)
{
    // Of 32 random bytes that nobody kept.
    static const char nobody[] =
        "$argon2id$v=19$m=65536,t=2,p=1$SRpcDnMpfbDyFHS1Vc7Fig$BJkSJkW5n8vV0i8bmlUKt7ZC4AYYdW96xhZYW6xJxIw";
    bool known = stored && *stored;
    bool right = crypto_pwhash_str_verify(known ? stored : nobody, password, strlen(password)) == 0;
    return known && right;
}

void seal_key_new(unsigned char key[static SEAL_KEY])
{
    randombytes_buf(key, SEAL_KEY);
}

static void prove(const unsigned char key[static SEAL_KEY], const char *kind, const unsigned char id[static ID],
                  unsigned char proof[static PROOF])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, SEAL_KEY, PROOF);
    crypto_generichash_update(&state, (const unsigned char *)kind, strlen(kind) + 1);
    crypto_generichash_update(&state, id, ID);
    crypto_generichash_final(&state, proof, PROOF);
}

void seal_ticket(const unsigned char key[static SEAL_KEY], const char *kind, const char *uuid,
                 char out[static SEAL_TICKET])
{
    unsigned char ticket[TICKET];
    if (!text_uuid(uuid))
        log_die("seal", "a ticket for no id");
    sodium_hex2bin(ticket, ID, uuid, strlen(uuid), "-", NULL, NULL);
    prove(key, kind, ticket, ticket + ID);
    sodium_bin2base64(out, SEAL_TICKET, ticket, sizeof ticket, URLSAFE);
}

bool seal_ticket_id(const unsigned char key[static SEAL_KEY], const char *kind, const char *ticket,
                    char uuid[static 37])
{
    unsigned char given[TICKET], proof[PROOF];
    size_t len = 0;
    *uuid = 0;
    if (strlen(ticket) != SEAL_TICKET - 1 ||
        sodium_base642bin(given, sizeof given, ticket, SEAL_TICKET - 1, NULL, &len, NULL, URLSAFE) != 0 ||
        len != TICKET)
        return false;
    prove(key, kind, given, proof);
    if (sodium_memcmp(proof, given + ID, PROOF) != 0)
        return false;
    put_uuid(given, uuid);
    return true;
}

void seal_chain(const char *prev, const char *text, char out[static SEAL_HASH])
{
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)prev, strlen(prev));
    crypto_hash_sha256_update(&state, (const unsigned char *)text, strlen(text));
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(out, SEAL_HASH, hash, sizeof hash);
}

void seal_webhook_new(struct seal_webhook *out)
{
    randombytes_buf(out, sizeof *out);
}

void seal_webhook_public(const struct seal_webhook *keys, unsigned char key[static SEAL_KEY])
{
    unsigned char private[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(key, private, keys->seed);
    sodium_memzero(private, sizeof private);
}

void seal_hmac(const unsigned char key[static SEAL_KEY], const void *bytes, size_t len,
               unsigned char out[static SEAL_KEY])
{
    crypto_auth_hmacsha256(out, bytes, len, key);
}

void seal_sign(const unsigned char seed[static SEAL_KEY], const void *bytes, size_t len,
               unsigned char out[static SEAL_SIGNATURE])
{
    unsigned char public[crypto_sign_PUBLICKEYBYTES], private[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public, private, seed);
    crypto_sign_detached(out, NULL, bytes, len, private);
    sodium_memzero(private, sizeof private);
}

void seal_base64(const void *bytes, size_t len, char *out)
{
    sodium_bin2base64(out, SEAL_BASE64(len), bytes, len, PADDED);
}

void seal_key_id(const unsigned char key[static SEAL_KEY], char out[static SEAL_KEY_ID])
{
    unsigned char id[crypto_generichash_BYTES_MIN];
    crypto_generichash(id, sizeof id, (const unsigned char *)"key id", 6, key, SEAL_KEY);
    sodium_bin2hex(out, SEAL_KEY_ID, id, (SEAL_KEY_ID - 1) / 2);
}

void seal_box(const unsigned char key[static SEAL_KEY], const void *plain, size_t len, char *out)
{
    unsigned char *box = memory_new(SEALED + len);
    randombytes_buf(box, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, plain, len, box, key);
    seal_key_id(key, out);
    out[SEAL_KEY_ID - 1] = ':';
    seal_base64(box, SEALED + len, out + SEAL_KEY_ID);
    free(box);
}

bool seal_unbox(const unsigned char key[static SEAL_KEY], const char *box, void *plain, size_t len)
{
    char id[SEAL_KEY_ID];
    size_t got = 0;
    unsigned char *sealed = memory_new(SEALED + len);
    seal_key_id(key, id);
    bool good = text_starts(box, id) && box[SEAL_KEY_ID - 1] == ':' && strlen(box) == SEAL_BOX(len) - 1 &&
                sodium_base642bin(sealed, SEALED + len, box + SEAL_KEY_ID, strlen(box + SEAL_KEY_ID), NULL, &got, NULL,
                                  PADDED) == 0 &&
                got == SEALED + len &&
                crypto_secretbox_open_easy(plain, sealed + crypto_secretbox_NONCEBYTES, crypto_secretbox_MACBYTES + len,
                                           sealed, key) == 0;
    if (!good)
        memset(plain, 0, len);
    free(sealed);
    return good;
}
