// SPDX-License-Identifier: EUPL-1.2
// Knows which networks are set aside for special purposes.
#include "core/netaddr.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#define V4 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
#define V4_BITS 96

struct network {
    unsigned char ip[NETADDR];
    int bits;
};

static const struct network v4 = {{V4}, V4_BITS};
// All else of IPv6 is no global unicast (RFC 4291, 2.4): ::, ::1, NAT64 64:ff9b::/96 (RFC 6052) and 64:ff9b:1::/48 (RFC
// 8215), discard-only 100::/64 (RFC 6666), SRv6 5f00::/16 (RFC 9602), unique local fc00::/7 (RFC 4193), link-local
// fe80::/10, site-local fec0::/10 (RFC 3879), multicast ff00::/8.
static const struct network v6_unicast = {{0x20}, 3};

static const struct network special[] = {
    {{V4, 0}, V4_BITS + 8},             // RFC 791: this network, unspecified
    {{V4, 10}, V4_BITS + 8},            // RFC 1918: private
    {{V4, 100, 64}, V4_BITS + 10},      // RFC 6598: shared, behind a carrier's NAT
    {{V4, 127}, V4_BITS + 8},           // RFC 1122: loopback
    {{V4, 169, 254}, V4_BITS + 16},     // RFC 3927: link-local, metadata of clouds
    {{V4, 172, 16}, V4_BITS + 12},      // RFC 1918: private
    {{V4, 192, 0, 0}, V4_BITS + 24},    // RFC 6890: protocol assignments
    {{V4, 192, 0, 2}, V4_BITS + 24},    // RFC 5737: TEST-NET-1
    {{V4, 192, 88, 99}, V4_BITS + 24},  // RFC 7526: 6to4 relays, deprecated
    {{V4, 192, 168}, V4_BITS + 16},     // RFC 1918: private
    {{V4, 198, 18}, V4_BITS + 15},      // RFC 2544: benchmarks
    {{V4, 198, 51, 100}, V4_BITS + 24}, // RFC 5737: TEST-NET-2
    {{V4, 203, 0, 113}, V4_BITS + 24},  // RFC 5737: TEST-NET-3
    {{V4, 224}, V4_BITS + 4},           // RFC 5771: multicast
    {{V4, 240}, V4_BITS + 4},           // RFC 1112: reserved; RFC 919: broadcast
    {{0x20, 0x01}, 23},                 // RFC 2928: protocol assignments; 2001::/32 Teredo, RFC 4380
    {{0x20, 0x01, 0x0d, 0xb8}, 32},     // RFC 3849: documentation
    {{0x20, 0x02}, 16},                 // RFC 3056: 6to4
    {{0x3f, 0xff}, 20},                 // RFC 9637: documentation
};

static bool within(const struct network *n, const unsigned char ip[static NETADDR])
{
    int bytes = n->bits / 8, rest = n->bits % 8;
    return memcmp(n->ip, ip, (size_t)bytes) == 0 && (rest == 0 || (n->ip[bytes] ^ ip[bytes]) >> (8 - rest) == 0);
}

bool netaddr_public(const unsigned char ip[static NETADDR])
{
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (within(&special[i], ip))
            return false;
    return within(&v4, ip) || within(&v6_unicast, ip);
}

bool netaddr_parse(const char *text, unsigned char ip[static NETADDR])
{
    memcpy(ip, v4.ip, NETADDR);
    return inet_pton(AF_INET, text, ip + V4_BITS / 8) == 1 || inet_pton(AF_INET6, text, ip) == 1;
}

void netaddr_text(const unsigned char ip[static NETADDR], char out[static NETADDR_TEXT])
{
    if (within(&v4, ip))
        inet_ntop(AF_INET, ip + V4_BITS / 8, out, NETADDR_TEXT);
    else
        inet_ntop(AF_INET6, ip, out, NETADDR_TEXT);
}
