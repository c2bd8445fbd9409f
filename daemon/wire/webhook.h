// SPDX-License-Identifier: EUPL-1.2
// Webhooks as Standard Webhooks 1.0.0 has them: keys and signatures as text, and the URLs that may receive them.
#ifndef WIRE_WEBHOOK_H
#define WIRE_WEBHOOK_H

#include "base/err.h"
#include "wire/seal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEBHOOK_SECRET 51     // "whsec_" + 32 bytes of base64 + NUL
#define WEBHOOK_PUBLIC 50     // "whpk_" + 32 bytes of base64 + NUL
#define WEBHOOK_SIGNATURE 141 // "v1," + 32 bytes of base64 + " v1a," + 64 bytes of base64 + NUL
#define WEBHOOK_URL 2000      // bytes of a URL at most
#define WEBHOOK_HOST 254      // bytes of a host name + NUL

// What the receiver is shown: the shared secret, and the public key for those who want none.
void webhook_secret(const struct seal_webhook *keys, char out[static WEBHOOK_SECRET]);
void webhook_public(const struct seal_webhook *keys, char out[static WEBHOOK_PUBLIC]);
// The value of webhook-signature: "v1,BASE64 v1a,BASE64" over "id.timestamp.body". id has no dot; timestamp is in
// seconds since 1970, that of the attempt.
void webhook_sign(const struct seal_webhook *keys, const char *id, int64_t timestamp, const void *body, size_t len,
                  char out[static WEBHOOK_SIGNATURE]);

struct webhook_url {
    bool tls;
    bool literal;            // host is an address (IPv6 without brackets), in its shortest form
    char host[WEBHOOK_HOST]; // lower case
    int port;
};

// What may be entered: https:// (http:// too where `plain`), a host name of letters, digits, hyphens and dots or a
// plain address, a port if any, path and query of RFC 3986; at most WEBHOOK_URL bytes. No user, no fragment, and none
// of the forms that libraries read as an IPv4 address in several ways (decimal, octal, hexadecimal, fewer numbers).
// ERR_OK or ERR_BAD_URL. It says nothing of where the host lies: io/hook judges that at each attempt.
enum err webhook_url(const char *url, bool plain, struct webhook_url *out) MUST_USE;
// Whether a receiver on the public Internet may listen there: 443 or 8443.
bool webhook_port(int port);

#endif
