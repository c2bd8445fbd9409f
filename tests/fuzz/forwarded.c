// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/forwarded: a line of networks, a line of the peer, a line of what a client writes, then header lines.
// Properties: the answer is an address in its one form; who is not named is answered for by nothing but the socket;
// what a client writes left of where the walk ended, or into a line before, changes nothing.
#include "wire/forwarded.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// The next line as a string of its own, NULL at the end.
static char *line(const char **at, const char *end)
{
    if (*at >= end)
        return NULL;
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    size_t len = (size_t)((stop ? stop : end) - *at);
    char *copy = malloc(len + 1);
    memcpy(copy, *at, len);
    copy[len] = 0;
    *at += len + (stop != NULL);
    return copy;
}

static char *line_or_empty(const char **at, const char *end)
{
    char *s = line(at, end);
    return s ? s : calloc(1, 1);
}

static void add_header(struct http_head *head, char *s)
{
    char *colon = strchr(s, ':');
    struct http_header *h = &head->headers[head->header_count++];
    h->name = (struct http_slice){s, colon ? (size_t)(colon - s) : strlen(s)};
    h->value.at = colon ? colon + 1 : s + strlen(s);
    h->value.at += strspn(h->value.at, " \t");
    h->value.len = strlen(h->value.at);
}

static bool is(const struct http_header *h, const char *name)
{
    return h->name.len == strlen(name) && strncasecmp(h->name.at, name, h->name.len) == 0;
}

static void check_address(const char *s)
{
    unsigned char a[16];
    char again[64];
    CHECK(memchr(s, 0, 64));
    if (strchr(s, ':')) {
        CHECK(inet_pton(AF_INET6, s, a) == 1 && memcmp(a, (const char[12]){[10] = -1, [11] = -1}, 12) != 0);
        CHECK(inet_ntop(AF_INET6, a, again, sizeof again));
    } else {
        CHECK(inet_pton(AF_INET, s, a) == 1);
        CHECK(inet_ntop(AF_INET, a, again, sizeof again));
    }
    CHECK(strcmp(s, again) == 0);
}

struct asked {
    struct forwarded_nets nets;
    const char *peer;
    bool tls;
};

struct answer {
    char address[64];
    bool https;
};

static struct answer ask(const struct asked *a, const struct http_head *head)
{
    struct answer r;
    memset(r.address, 'x', sizeof r.address);
    forwarded_client(head, a->peer, a->tls, &a->nets, r.address, &r.https);
    check_address(r.address);
    return r;
}

static bool same(struct answer a, struct answer b)
{
    return strcmp(a.address, b.address) == 0 && a.https == b.https;
}

// Whether somebody has said anything in such a header; to be the first to say something is not to forge what is said.
static bool said_in(const struct http_head *head, const char *name)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (is(&head->headers[i], name) && strspn(head->headers[i].value.at, ", \t") < head->headers[i].value.len)
            return true;
    return false;
}

// The same head with the forged bytes before the first line of that name: in it, or as a line of their own.
static struct answer ask_forged(const struct asked *a, const struct http_head *head, const char *name,
                                const char *forged, bool apart)
{
    struct http_head more = *head;
    char *value = NULL;
    size_t i = 0;
    while (i < head->header_count && !is(&head->headers[i], name))
        i++;
    struct http_header *h = &more.headers[i];
    if (i < head->header_count && apart) {
        memmove(h + 1, h, (head->header_count - i) * sizeof *h);
        more.header_count++;
        h->value = (struct http_slice){forged, strlen(forged)};
    } else if (i < head->header_count) {
        size_t len = strlen(forged);
        value = malloc(len + 1 + h->value.len);
        memcpy(value, forged, len);
        value[len] = ',';
        memcpy(value + len + 1, h->value.at, h->value.len);
        h->value = (struct http_slice){value, len + 1 + h->value.len};
    }
    struct answer r = ask(a, &more);
    free(value);
    return r;
}

static void check_forgeries(const struct asked *a, const struct http_head *head, const char *forged)
{
    static const char *const names[] = {"Forwarded", "X-Forwarded-For"};
    struct answer said = ask(a, head);
    // Within the networks, the walk has not ended but run out; then what is put before goes on with it.
    if (forwarded_within(&a->nets, said.address))
        return;
    for (int i = 0; i < 4; i++)
        if (said_in(head, names[i / 2]))
            CHECK(same(said, ask_forged(a, head, names[i / 2], forged, i % 2)));
}

static void check(struct asked *a, const struct http_head *head, const char *forged)
{
    static const struct http_head none;
    struct answer alone = ask(a, &none), said = ask(a, head);
    CHECK(alone.https == a->tls);
    CHECK(!forwarded_within(&a->nets, a->peer) || forwarded_within(&a->nets, alone.address));
    if (!forwarded_within(&a->nets, a->peer))
        CHECK(same(said, alone));
    CHECK(!forwarded_loopback(said.address) || strncmp(said.address, "127.", 4) == 0 ||
          strcmp(said.address, "::1") == 0);
    check_forgeries(a, head, forged);
    struct asked nobody = {.peer = a->peer, .tls = a->tls};
    CHECK(same(alone, ask(&nobody, head)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *end = at + size;
    char *nets = line_or_empty(&at, end), *peer = line_or_empty(&at, end), *forged = line_or_empty(&at, end);
    char *lines[HTTP_HEADERS - 1];
    struct http_head head = {0};
    while (head.header_count < HTTP_HEADERS - 1 && (lines[head.header_count] = line(&at, end)))
        add_header(&head, lines[head.header_count]);
    struct asked a = {.peer = peer, .tls = size % 2};
    if (!forwarded_nets(nets, &a.nets))
        CHECK(a.nets.count == 0);
    for (size_t i = 0; i < a.nets.count; i++)
        CHECK(a.nets.nets[i].bits >= 0 && a.nets.nets[i].bits <= 128);
    check(&a, &head, forged);
    // Most networks and peers are none; the rest is tried behind a proxy as well.
    CHECK(forwarded_nets("127.0.0.1, 10.0.0.0/8, 2001:db8::/32", &a.nets));
    a.peer = "127.0.0.1";
    check(&a, &head, forged);
    for (size_t i = 0; i < head.header_count; i++)
        free(lines[i]);
    free(nets);
    free(peer);
    free(forged);
    return 0;
}
