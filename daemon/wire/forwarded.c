// SPDX-License-Identifier: EUPL-1.2
// Knows for whom a proxy speaks, and when it is believed.
#include "wire/forwarded.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ADDRESS 16
#define VALUE_MOST 80 // bytes of what is looked at: "[" an IPv6 address "]:" a port

enum spoken { UNSAID, HTTP, HTTPS };

struct hop {
    unsigned char address[ADDRESS];
    enum spoken spoken;
};

static bool read_address(const char *s, unsigned char out[static ADDRESS])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    memcpy(out, mapped, sizeof mapped);
    return inet_pton(AF_INET, s, out + sizeof mapped) == 1 || inet_pton(AF_INET6, s, out) == 1;
}

static void put_address(const unsigned char address[static ADDRESS], char out[static 64])
{
    struct in6_addr a;
    memcpy(&a, address, sizeof a);
    if (IN6_IS_ADDR_V4MAPPED(&a))
        inet_ntop(AF_INET, address + 12, out, 64);
    else
        inet_ntop(AF_INET6, address, out, 64);
}

static bool same_bits(const unsigned char *a, const unsigned char *b, int bits)
{
    int bytes = bits / 8, rest = bits % 8;
    return memcmp(a, b, (size_t)bytes) == 0 && (rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0);
}

static bool within(const struct forwarded_nets *nets, const unsigned char address[static ADDRESS])
{
    for (size_t i = 0; i < nets->count; i++)
        if (same_bits(nets->nets[i].address, address, nets->nets[i].bits))
            return true;
    return false;
}

static struct http_slice trimmed(const char *at, size_t len)
{
    while (len && (*at == ' ' || *at == '\t'))
        at++, len--;
    while (len && (at[len - 1] == ' ' || at[len - 1] == '\t'))
        len--;
    return (struct http_slice){at, len};
}

static bool copy(struct http_slice s, char out[static VALUE_MOST])
{
    *out = 0;
    if (s.len >= VALUE_MOST || memchr(s.at, 0, s.len))
        return false;
    memcpy(out, s.at, s.len);
    out[s.len] = 0;
    return true;
}

static bool read_net(struct http_slice entry, unsigned char address[static ADDRESS], int *bits)
{
    char value[VALUE_MOST];
    int64_t given = 0;
    if (!copy(entry, value))
        return false;
    char *slash = strchr(value, '/');
    if (slash)
        *slash = 0;
    if (!read_address(value, address))
        return false;
    int width = strchr(value, ':') ? 128 : 32;
    if (slash && (!text_int(slash + 1, &given) || given < 0 || given > width))
        return false;
    *bits = slash ? 128 - width + (int)given : 128;
    return true;
}

bool forwarded_nets(const char *list, struct forwarded_nets *out)
{
    *out = (struct forwarded_nets){0};
    if (trimmed(list, strlen(list)).len == 0)
        return true;
    for (const char *s = list;; s++) {
        size_t len = strcspn(s, ",");
        if (out->count == FORWARDED_NETS ||
            !read_net(trimmed(s, len), out->nets[out->count].address, &out->nets[out->count].bits)) {
            *out = (struct forwarded_nets){0};
            return false;
        }
        out->count++;
        s += len;
        if (!*s)
            return true;
    }
}

// The other end of a socket; its zone ("%eth0") says nothing about who it is.
static bool read_peer(const char *peer, unsigned char out[static ADDRESS])
{
    char value[VALUE_MOST];
    return copy((struct http_slice){peer, strcspn(peer, "%")}, value) && read_address(value, out);
}

bool forwarded_within(const struct forwarded_nets *nets, const char *address)
{
    unsigned char a[ADDRESS];
    return read_peer(address, a) && within(nets, a);
}

bool forwarded_loopback(const char *address)
{
    static const struct forwarded_nets loopback = {2,
                                                   {{{[10] = 0xff, [11] = 0xff, [12] = 127}, 104}, {{[15] = 1}, 128}}};
    return forwarded_within(&loopback, address);
}

// ":" and digits, or the obfuscated port of RFC 7239, 6.
static bool port(const char *s)
{
    static const char obfuscated[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";
    size_t len = strlen(s + 1);
    if (*s != ':' || len == 0)
        return false;
    return len == strspn(s + 1, "0123456789") ? len <= 5 : s[1] == '_' && len > 1 && len == strspn(s + 1, obfuscated);
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
static bool read_node(char *node, unsigned char out[static ADDRESS])
{
    char *end = *node == '[' ? strchr(node, ']') : NULL;
    if (read_address(node, out))
        return true;
    if (end) {
        if (end[1] && !port(end + 1))
            return false;
        *end = 0;
        return strchr(node, ':') && read_address(node + 1, out);
    }
    end = strchr(node, ':');
    if (!end || !port(end))
        return false;
    *end = 0;
    return read_address(node, out);
}

static enum spoken spoken_of(const char *word)
{
    return strcasecmp(word, "https") == 0 ? HTTPS : strcasecmp(word, "http") == 0 ? HTTP : UNSAID;
}

// An address by itself, as X-Forwarded-For has it.
static bool read_bare(struct http_slice element, struct hop *out)
{
    char value[VALUE_MOST];
    out->spoken = UNSAID;
    return copy(element, value) && read_node(value, out->address);
}

static bool token(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!s[i] || (!isalnum((unsigned char)s[i]) && !strchr("!#$%&'*+-.^_`|~", s[i])))
            return false;
    return len > 0;
}

// Takes a value, quoted or not, from *at; false when there is none. value is "" when it would not fit.
static bool take_value(const char **at, const char *end, char value[static VALUE_MOST])
{
    size_t len = 0;
    const char *s = *at;
    bool quoted = s < end && *s == '"', closed = !quoted;
    for (s += quoted; s < end; s++) {
        if (quoted ? *s == '"' : strchr("; \t\"\\", *s) != NULL) {
            closed = true;
            s += quoted;
            break;
        }
        if (quoted && *s == '\\' && ++s == end)
            break;
        if (len < VALUE_MOST)
            value[len++] = *s;
    }
    *at = s;
    value[len < VALUE_MOST ? len : 0] = 0;
    return closed && (quoted || len);
}

static const char *behind(const char *s, const char *end, const char *skipped)
{
    while (s < end && *s && strchr(skipped, *s))
        s++;
    return s;
}

static bool named(const char *s, size_t len, const char *name)
{
    return len == strlen(name) && strncasecmp(s, name, len) == 0;
}

// An element of Forwarded: pairs of a token and a value, parted by semicolons; no name twice (RFC 7239, 4).
static bool read_pairs(struct http_slice element, struct hop *out)
{
    char node[VALUE_MOST] = "", proto[VALUE_MOST] = "", other[VALUE_MOST];
    int nodes = 0, protos = 0;
    const char *end = element.at + element.len;
    for (const char *s = behind(element.at, end, "; \t"); s < end; s = behind(s, end, "; \t")) {
        const char *equals = memchr(s, '=', (size_t)(end - s));
        if (!equals || !token(s, (size_t)(equals - s)))
            return false;
        bool is_node = named(s, (size_t)(equals - s), "for"), is_proto = named(s, (size_t)(equals - s), "proto");
        nodes += is_node;
        protos += is_proto;
        s = equals + 1;
        if (!take_value(&s, end, is_node ? node : is_proto ? proto : other))
            return false;
        s = behind(s, end, " \t");
        if (s < end && *s != ';')
            return false;
    }
    out->spoken = spoken_of(proto);
    return nodes == 1 && protos <= 1 && read_node(node, out->address);
}

// The elements of all lines of a header, from the last to the first. Each is cut off from behind: what stands left of
// it came from farther away, and must not be able to change how it is read.
struct elements {
    const struct http_head *head;
    const char *name;
    size_t headers;         // lines that are left
    struct http_slice line; // what is left of the present one
};

// Where the last element of the line begins: behind its last comma that is in no quotes.
static size_t last_begin(struct http_slice line)
{
    bool quoted = false;
    for (size_t i = line.len; i > 0; i--) {
        char c = line.at[i - 1];
        if (c == ',' && !quoted)
            return i;
        if (c != '"')
            continue;
        size_t slashes = 0;
        while (slashes < i - 1 && line.at[i - 2 - slashes] == '\\')
            slashes++;
        quoted = !quoted || slashes % 2 == 1;
    }
    return 0;
}

static bool last_line(struct elements *e)
{
    while (e->headers > 0) {
        const struct http_header *h = &e->head->headers[--e->headers];
        if (named(h->name.at, h->name.len, e->name) && h->value.len) {
            e->line = h->value;
            return true;
        }
    }
    return false;
}

static bool last_element(struct elements *e, struct http_slice *out)
{
    while (e->line.len || last_line(e)) {
        size_t begin = last_begin(e->line);
        *out = trimmed(e->line.at + begin, e->line.len - begin);
        e->line.len = begin ? begin - 1 : 0;
        if (out->len) // empty elements of lists are skipped (RFC 9110, 5.6.1)
            return true;
    }
    return false;
}

static struct elements elements_of(const struct http_head *head, const char *name)
{
    return (struct elements){.head = head, .name = name, .headers = head->header_count};
}

static bool present(const struct http_head *head, const char *name)
{
    struct elements e = elements_of(head, name);
    struct http_slice element;
    return last_element(&e, &element);
}

// Follows the chain from *at as long as the speaker is believed and can be read. Gives the hops gone.
static size_t walk(struct elements chain, bool (*read)(struct http_slice element, struct hop *out),
                   const struct forwarded_nets *nets, struct hop *at)
{
    struct http_slice element;
    struct hop next;
    size_t gone = 0;
    while (within(nets, at->address) && last_element(&chain, &element) && read(element, &next)) {
        *at = next;
        gone++;
    }
    return gone;
}

// What X-Forwarded-Proto says of the hop so far from the end. A single value is taken for any: many proxies pass on
// that of the outermost.
static enum spoken spoken_at(const struct http_head *head, size_t hop)
{
    struct elements e = elements_of(head, "X-Forwarded-Proto");
    struct http_slice element;
    char value[VALUE_MOST] = "";
    size_t seen = 0;
    while (seen < hop && last_element(&e, &element)) {
        copy(element, value);
        seen++;
    }
    return seen == hop || seen == 1 ? spoken_of(value) : UNSAID;
}

// Where the headers lead from the peer. Forwarded and X-Forwarded-For must agree when both are there: most proxies set
// one and pass on what a client wrote into the other.
static struct hop client_of(const struct http_head *head, const struct hop *peer, const struct forwarded_nets *nets)
{
    struct hop by_pairs = *peer, by_bare = *peer;
    bool pairs = present(head, "Forwarded"), bare = present(head, "X-Forwarded-For");
    if (pairs)
        walk(elements_of(head, "Forwarded"), read_pairs, nets, &by_pairs);
    if (bare) {
        size_t gone = walk(elements_of(head, "X-Forwarded-For"), read_bare, nets, &by_bare);
        if (gone)
            by_bare.spoken = spoken_at(head, gone);
    }
    if (!pairs || !bare)
        return pairs ? by_pairs : by_bare;
    if (memcmp(by_pairs.address, by_bare.address, ADDRESS) != 0)
        return *peer;
    if (by_bare.spoken != UNSAID && by_pairs.spoken != HTTP)
        by_pairs.spoken = by_bare.spoken;
    return by_pairs;
}

void forwarded_client(const struct http_head *head, const char *peer, bool tls, const struct forwarded_nets *nets,
                      char address[static 64], bool *https)
{
    struct hop at = {{0}, tls ? HTTPS : HTTP};
    // No address at all (not a socket of IP) is nobody: "::".
    if (!read_peer(peer, at.address))
        memset(at.address, 0, sizeof at.address);
    else if (within(nets, at.address))
        at = client_of(head, &at, nets);
    put_address(at.address, address);
    *https = at.spoken == HTTPS;
}

void forwarded_network(const char *address, char network[static 64])
{
    unsigned char a[16];
    if (inet_pton(AF_INET6, address, a) == 1)
        snprintf(network, 64, "%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    else
        snprintf(network, 64, "%.63s", address);
}
