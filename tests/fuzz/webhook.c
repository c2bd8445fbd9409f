// SPDX-License-Identifier: EUPL-1.2
// Any text as a receiver's URL: what is taken reads the same again, names a host that can be read in one way only, and is
// taken with plain HTTP allowed too.
#include "core/netaddr.h"
#include "wire/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static void check_host(const struct webhook_url *u)
{
    unsigned char ip[NETADDR];
    size_t len = strlen(u->host);
    CHECK(len > 0 && len < WEBHOOK_HOST && u->port > 0 && u->port < 65536);
    CHECK(u->literal == netaddr_parse(u->host, ip));
    CHECK(strspn(u->host, "abcdefghijklmnopqrstuvwxyz0123456789-." ) == len || (u->literal && strchr(u->host, ':')));
    const char *last = strrchr(u->host, '.');
    last = last ? last + 1 : u->host;
    CHECK(u->literal || *last < '0' || *last > '9');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *url = malloc(size + 1), again[WEBHOOK_HOST + 32]; // of its very size, so that reading beyond is found
    struct webhook_url strict, open, same;
    memcpy(url, data, size);
    url[size] = 0;
    enum err err = webhook_url(url, false, &strict), plain = webhook_url(url, true, &open);
    CHECK(err == ERR_OK || err == ERR_BAD_URL);
    if (err == ERR_OK)
        CHECK(plain == ERR_OK && strict.tls && strcmp(strict.host, open.host) == 0 && strict.port == open.port);
    if (plain == ERR_OK) {
        size_t len = strlen(url);
        CHECK(len <= WEBHOOK_URL && open.tls == (err == ERR_OK));
        for (size_t i = 0; i < len; i++)
            CHECK(url[i] > ' ' && url[i] < 0x7f && !strchr("#\\<>\"^`{|}", url[i]));
        check_host(&open);
        snprintf(again, sizeof again, strchr(open.host, ':') ? "%s[%s]:%d" : "%s%s:%d", open.tls ? "https://" : "http://", open.host, open.port);
        CHECK(webhook_url(again, true, &same) == ERR_OK && strcmp(same.host, open.host) == 0 && same.port == open.port &&
              same.literal == open.literal);
    }
    free(url);
    return 0;
}
