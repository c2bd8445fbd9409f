// SPDX-License-Identifier: EUPL-1.2
// Knows which rate holds for what.
#include "app/gate.h"

#include "app/config.h"
#include "base/clock.h"
#include "core/limit.h"

#include <arpa/inet.h>

#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)

// Whoever has one IPv6 address has 2^64 of them.
static const char *network_of(struct call *c)
{
    unsigned char a[16];
    if (inet_pton(AF_INET6, c->address, a) != 1)
        return c->address;
    return arena_format(c->arena, "%02x%02x:%02x%02x:%02x%02x:%02x%02x", a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
}

// Each its own: a flood of slow keys would push the fast ones out.
enum { ADDRESS, GUARDED, ACCOUNT, TARGET };

static bool take(struct call *c, int kind, const char *who, int64_t unit_us, int64_t rate, int64_t burst)
{
    if (rate == 0)
        return true;
    int64_t wait = limit_take(c->parts->limits[kind], who, unit_us / rate, burst, clock_mono());
    if (wait)
        call_refuse_later(c, wait);
    return wait == 0;
}

bool gate_address(struct call *c)
{
    return take(c, ADDRESS, network_of(c), SECOND_US, c->parts->config->address_rate, c->parts->config->address_burst);
}

bool gate_guarded(struct call *c)
{
    int64_t rate = c->parts->config->signin_address;
    return take(c, GUARDED, network_of(c), HOUR_US, rate, rate);
}

bool gate_account(struct call *c)
{
    return take(c, ACCOUNT, c->caller.credential, SECOND_US, c->parts->config->account_rate,
                c->parts->config->account_burst);
}

bool gate_target(struct call *c, const char *email)
{
    int64_t rate = c->parts->config->signin_account;
    return take(c, TARGET, email, HOUR_US, rate, rate);
}

void gate_forgive(struct call *c, const char *email)
{
    int64_t rate = c->parts->config->signin_account;
    if (rate)
        limit_give(c->parts->limits[TARGET], email, HOUR_US / rate, clock_mono());
    rate = c->parts->config->signin_address;
    if (rate)
        limit_give(c->parts->limits[GUARDED], network_of(c), HOUR_US / rate, clock_mono());
}
