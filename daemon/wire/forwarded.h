// SPDX-License-Identifier: EUPL-1.2
// Whom a proxy speaks for: Forwarded (RFC 7239), X-Forwarded-For and X-Forwarded-Proto, believed only from named
// networks.
#ifndef WIRE_FORWARDED_H
#define WIRE_FORWARDED_H

#include "base/arena.h"
#include "wire/http.h"

#include <stdbool.h>

#define FORWARDED_NETS 32

struct forwarded_nets {
    size_t count;
    struct {
        unsigned char address[16]; // IPv4 as ::ffff:a.b.c.d
        int bits;                  // of 128
    } nets[FORWARDED_NETS];
};

// "127.0.0.1, 10.0.0.0/8, ::1, 2001:db8::/32"; "" gives none. False (and none) when an entry is no network or there are
// too many. An IPv4 network also holds the addresses mapped into IPv6; "::/0" holds all.
bool forwarded_nets(const char *list, struct forwarded_nets *out);
// False for what is no address. A zone ("%eth0") is not looked at.
bool forwarded_within(const struct forwarded_nets *nets, const char *address);
bool forwarded_loopback(const char *address);

// The client's address and whether it spoke HTTPS. peer: address of the socket's other end; tls: whether this
// connection is TLS. When peer is in nets, the chain of Forwarded (or X-Forwarded-For when that is absent) is walked
// from its end to the first address that is not in nets; https then comes from that hop's proto= (X-Forwarded-Proto,
// counted from the end as well; a single one is taken for any hop), and is false when nothing is said. Anything
// unreadable (obfuscated or "unknown" identifiers, bad syntax; ports are stripped) stops the walk at the last good
// address. When both headers are there they must lead to the same address, and https must be said by one and denied by
// none: a proxy that sets one of them passes on the other as a client made it up, so of two that differ neither is
// believed. Otherwise the headers are ignored: peer and tls are the answer. What a client puts left of what a proxy
// appends changes nothing. address is in its shortest form (inet_ntop; mapped IPv4 as IPv4), "::" when peer is no
// address.
void forwarded_client(const struct http_head *head, const char *peer, bool tls, const struct forwarded_nets *nets,
                      char address[static 64], bool *https);
// Who counts as one: the address, of IPv6 its first 64 bits, for whoever has one address there has 2^64.
void forwarded_network(const char *address, char network[static 64]);

#endif
