// SPDX-License-Identifier: EUPL-1.2
// Tokens, passwords, hashes and random ids: the only user of libsodium. All may be called from any thread after
// seal_init.
#ifndef WIRE_SEAL_H
#define WIRE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAL_TOKEN 48 // "ent_" + 43 characters of base64url (256 random bits) + NUL
#define SEAL_HASH 65  // 32 bytes as lower-case hex + NUL

// Must be called once before anything else; ends the process when the system has no randomness.
void seal_init(void);
void seal_token(char out[static SEAL_TOKEN]);
// Whether it has the form of a token.
bool seal_token_shaped(const char *s);
// BLAKE2b-256 of the bytes, as hex.
void seal_hash(const void *bytes, size_t len, char out[static SEAL_HASH]);
// A UUID version 7 (RFC 9562): ordered by time, then random.
void seal_uuid(int64_t wall_ms, char out[static 37]);
// A number below n, uniformly.
uint32_t seal_below(uint32_t n);

#define SEAL_PASSWORD 128 // an argon2id string of RFC 9106 ("$argon2id$v=19$m=65536,t=2,p=1$...") + NUL

// How a password is stored: argon2id with 64 MiB, t=2, a salt of its own. Slow (about 100 ms): for io/pool. False when
// there is no memory for it.
bool seal_password(const char *password, char out[static SEAL_PASSWORD]);
// Whether the password is the one stored; the same cost. stored NULL or "" (no such account) takes as long and is
// false. False as well when there is no memory for it.
bool seal_password_is(const char *stored, const char *password);

#define SEAL_KEY 32    // bytes of a secret key
#define SEAL_TICKET 55 // 40 bytes as 54 characters of base64url + NUL

void seal_key_new(unsigned char key[static SEAL_KEY]);
// A ticket says an id and proves by the key that we made it for this kind of use: the 16 bytes of the UUID, then 24 of
// keyed BLAKE2b over the kind, a NUL and the UUID. uuid must be one (text_uuid). It is not secret what it says.
void seal_ticket(const unsigned char key[static SEAL_KEY], const char *kind, const char *uuid,
                 char out[static SEAL_TICKET]);
// The id of a ticket of that key and kind; false when it is none (then uuid is ""). Constant time over the proof.
bool seal_ticket_id(const unsigned char key[static SEAL_KEY], const char *kind, const char *ticket,
                    char uuid[static 37]);
// A link of the audit chain: SHA-256 as hex of prev ("" or the link before, as hex) followed by the text. out may be
// prev.
void seal_chain(const char *prev, const char *text, char out[static SEAL_HASH]);

// What a receiver of webhooks checks our signatures with. Kept at rest in a box.
struct seal_webhook {
    unsigned char secret[SEAL_KEY]; // of HMAC-SHA256: shared with the receiver
    unsigned char seed[SEAL_KEY];   // of the ed25519 pair: ours alone
};

#define SEAL_SIGNATURE 64                           // bytes of an ed25519 signature
#define SEAL_BASE64(len) (((len) + 2) / 3 * 4 + 1)  // characters of so many bytes + NUL
#define SEAL_BOX(len) (9 + SEAL_BASE64((len) + 40)) // characters of a box of so many bytes + NUL
#define SEAL_KEY_ID 9                               // 8 hex digits + NUL

void seal_webhook_new(struct seal_webhook *out);
void seal_webhook_public(const struct seal_webhook *keys, unsigned char key[static SEAL_KEY]); // of the ed25519 pair
void seal_hmac(const unsigned char key[static SEAL_KEY], const void *bytes, size_t len,
               unsigned char out[static SEAL_KEY]);
void seal_sign(const unsigned char seed[static SEAL_KEY], const void *bytes, size_t len,
               unsigned char out[static SEAL_SIGNATURE]);
// Standard base64 with padding; out has room for SEAL_BASE64(len).
void seal_base64(const void *bytes, size_t len, char *out);
// Which key it is, without saying anything of the key.
void seal_key_id(const unsigned char key[static SEAL_KEY], char out[static SEAL_KEY_ID]);
// Secrets at rest, by crypto_secretbox: "KEYID:base64(nonce|box)"; out has room for SEAL_BOX(len).
void seal_box(const unsigned char key[static SEAL_KEY], const void *plain, size_t len, char *out);
// The len bytes that were boxed; false (and zeros) for a box of another key (its first 8 characters are the seal_key_id
// of the one it needs), of another length, changed, or none.
bool seal_unbox(const unsigned char key[static SEAL_KEY], const char *box, void *plain, size_t len);

#endif
