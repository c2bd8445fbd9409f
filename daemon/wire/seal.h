// SPDX-License-Identifier: EUPL-1.2
// Tokens, hashes and random ids: the only user of libsodium.
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

#endif
