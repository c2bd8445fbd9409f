// SPDX-License-Identifier: EUPL-1.2
// Knows how webhooks are signed and what a receiver's URL looks like.
#include "wire/webhook.h"

#include "base/text.h"
#include "core/netaddr.h"

#include <string.h>
#include <strings.h>

#define SECRET "whsec_"
#define PUBLIC "whpk_"
#define LABEL 63 // bytes (RFC 1035, 2.3.4)

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
// RFC 3986: unreserved, sub-delims, and what path and query have besides; % is checked by itself.
#define PATH CAPITALS LETTERS DIGITS "-._~!$&'()*+,;=:@/?"

_Static_assert(WEBHOOK_SECRET == sizeof SECRET - 1 + SEAL_BASE64(SEAL_KEY), "the prefix and the secret");
_Static_assert(WEBHOOK_PUBLIC == sizeof PUBLIC - 1 + SEAL_BASE64(SEAL_KEY), "the prefix and the key");
_Static_assert(WEBHOOK_SIGNATURE ==
                   sizeof "v1," - 1 + SEAL_BASE64(SEAL_KEY) + sizeof "v1a," - 1 + SEAL_BASE64(SEAL_SIGNATURE),
               "two signatures and what parts them");

// ---- Signatures

void webhook_secret(const struct seal_webhook *keys, char out[static WEBHOOK_SECRET])
{
    memcpy(out, SECRET, sizeof SECRET);
    seal_base64(keys->secret, sizeof keys->secret, out + sizeof SECRET - 1);
}

void webhook_public(const struct seal_webhook *keys, char out[static WEBHOOK_PUBLIC])
{
    unsigned char key[SEAL_KEY];
    seal_webhook_public(keys, key);
    memcpy(out, PUBLIC, sizeof PUBLIC);
    seal_base64(key, sizeof key, out + sizeof PUBLIC - 1);
}

static char *add(char *out, const char *prefix, const void *bytes, size_t len)
{
    memcpy(out, prefix, strlen(prefix));
    seal_base64(bytes, len, out + strlen(prefix));
    return out + strlen(out);
}

void webhook_sign(const struct seal_webhook *keys, const char *id, int64_t timestamp, const void *body, size_t len,
                  char out[static WEBHOOK_SIGNATURE])
{
    unsigned char code[SEAL_KEY], signature[SEAL_SIGNATURE];
    struct text content;
    text_init(&content, strlen(id) + len + 32);
    text_format(&content, "%s.%lld.", id, (long long)timestamp);
    text_add(&content, body, len);
    seal_hmac(keys->secret, content.data, content.len, code);
    seal_sign(keys->seed, content.data, content.len, signature);
    text_fini(&content);
    out = add(out, "v1,", code, sizeof code);
    add(out, " v1a,", signature, sizeof signature);
}

// ---- URLs

bool webhook_port(int port)
{
    return port == 443 || port == 8443;
}

// ":8443" or nothing; what follows, or NULL.
static const char *take_port(const char *s, int *port)
{
    int64_t n = 0;
    if (*s != ':')
        return s;
    size_t len = strspn(++s, DIGITS);
    if (len == 0 || len > 5 || *s == '0')
        return NULL;
    for (size_t i = 0; i < len; i++)
        n = 10 * n + (s[i] - '0');
    *port = (int)n;
    return n < 65536 ? s + len : NULL;
}

// A last label that begins with a digit makes it an IPv4 address of some form (WHATWG URL, "ends in a number"), or a
// name that does not exist.
static bool is_name(const char *host)
{
    size_t last = 0;
    for (size_t i = 0;; i++) {
        size_t len = strspn(host + i, LETTERS DIGITS "-");
        if (len == 0 || len > LABEL || host[i] == '-' || host[i + len - 1] == '-')
            return false;
        last = i;
        i += len;
        if (!host[i])
            return !strchr(DIGITS, host[last]);
        if (host[i] != '.')
            return false;
    }
}

// What follows the host, or NULL.
static const char *take_host(const char *s, struct webhook_url *out)
{
    unsigned char ip[NETADDR];
    bool six = *s == '[';
    size_t len = strcspn(s += six, six ? "]" : ":/?");
    if (len >= sizeof out->host || (six && s[len] != ']'))
        return NULL;
    for (size_t i = 0; i < len; i++) {
        const char *capital = strchr(CAPITALS, s[i]);
        out->host[i] = capital ? LETTERS[capital - (const char *)CAPITALS] : s[i];
    }
    out->host[len] = 0;
    out->literal = netaddr_parse(out->host, ip) && six == (strchr(out->host, ':') != NULL);
    if (out->literal)
        netaddr_text(ip, out->host);
    return out->literal || (!six && is_name(out->host)) ? s + len + six : NULL;
}

static bool is_path(const char *s)
{
    if (*s && *s != '/' && *s != '?')
        return false;
    for (;;) {
        s += strspn(s, PATH);
        if (*s != '%')
            return *s == 0;
        if (strspn(s + 1, DIGITS "abcdefABCDEF") < 2)
            return false;
        s += 3;
    }
}

enum err webhook_url(const char *url, bool plain, struct webhook_url *out)
{
    static const char secure[] = "https://", open[] = "http://";
    *out = (struct webhook_url){.tls = strncasecmp(url, secure, sizeof secure - 1) == 0};
    out->port = out->tls ? 443 : 80;
    if (strlen(url) > WEBHOOK_URL || (!out->tls && (!plain || strncasecmp(url, open, sizeof open - 1) != 0)))
        return ERR_BAD_URL;
    const char *s = take_host(url + (out->tls ? sizeof secure : sizeof open) - 1, out);
    if (s)
        s = take_port(s, &out->port);
    return s && is_path(s) ? ERR_OK : ERR_BAD_URL;
}
