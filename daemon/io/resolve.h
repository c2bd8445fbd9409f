// SPDX-License-Identifier: EUPL-1.2
// Host names to addresses, on the loop, by DNS over UDP (libevent's evdns). Nothing is remembered between questions.
#ifndef IO_RESOLVE_H
#define IO_RESOLVE_H

#include "core/netaddr.h"
#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESOLVE_MOST 64 // addresses of a name

struct resolve;       // who answers
struct resolve_query; // one question

struct resolve_answer {
    size_t count; // 0: why says the reason
    unsigned char addresses[RESOLVE_MOST][NETADDR];
    const char *why; // "no such name", "the name does not resolve", "timeout"; "" when there are addresses
};

// "127.0.0.1:5300, [::1]:53, 192.0.2.53": addresses with a port or without.
bool resolve_nameservers(const char *list);
// nameservers: as above (others are passed over with a log line); "": those of /etc/resolv.conf, after the names of
// /etc/hosts, both read now. Search domains are not used: a name is whole.
struct resolve *resolve_open(struct loop *l, const char *nameservers);
void resolve_close(struct resolve *r); // when all its queries are stopped; NULL is fine

// IPv4 and IPv6 addresses of the host; an address is its own answer. done is called once, never before this returned
// and never after resolve_stop; the answer is borrowed.
struct resolve_query *resolve_start(struct resolve *r, const char *host, int64_t timeout_ms,
                                    void (*done)(void *ctx, const struct resolve_answer *answer), void *ctx);
// To be called for each, also from within its done; gives up what is still asked. NULL is fine.
void resolve_stop(struct resolve_query *q);

#endif
