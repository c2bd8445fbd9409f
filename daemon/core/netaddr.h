// SPDX-License-Identifier: EUPL-1.2
// Which addresses belong to the public Internet, by IANA's registries of special-purpose addresses (RFC 6890).
#ifndef CORE_NETADDR_H
#define CORE_NETADDR_H

#include <stdbool.h>

#define NETADDR 16      // bytes of an address; IPv4 as ::ffff:a.b.c.d
#define NETADDR_TEXT 46 // its shortest form + NUL

// Whether a unicast address that is reachable from anywhere. An IPv4 address written as an IPv6 one is judged as IPv4
// when it is mapped; translated and tunnelled forms (NAT64, 6to4, Teredo) are never public: who knows where they end.
bool netaddr_public(const unsigned char ip[static NETADDR]);
// "192.0.2.1" (four decimal numbers without leading zeros) or "2001:db8::1"; no zone, no brackets.
bool netaddr_parse(const char *text, unsigned char ip[static NETADDR]);
// The shortest form; mapped IPv4 as IPv4.
void netaddr_text(const unsigned char ip[static NETADDR], char out[static NETADDR_TEXT]);

#endif
