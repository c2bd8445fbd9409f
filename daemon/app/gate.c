// SPDX-License-Identifier: EUPL-1.2
// Knows which rate holds for what.
#include "app/gate.h"

#include "app/config.h"
#include "base/clock.h"
#include "core/limit.h"

#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)
#define ALL_TIMES 10

static const char *network_of(struct call *c)
{
    char *network = arena_take(c->arena, 64);
    forwarded_network(c->address, network);
    return network;
}

// Each its own: a flood of slow keys would push the fast ones out.
enum { ADDRESS, GUARDED, ACCOUNT, TARGET, ALL };

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
    // Whoever is known counts alone: a town hall sits behind one address.
    return take(c, GUARDED, *c->caller.credential ? c->caller.credential : network_of(c), HOUR_US, rate, rate);
}

bool gate_account(struct call *c)
{
    return take(c, ACCOUNT, c->caller.credential, SECOND_US, c->parts->config->account_rate,
                c->parts->config->account_burst);
}

// One who asks often for an address must not shut its owner out: each network has its own count, and all of them together a
// larger one against those who have many.
bool gate_target(struct call *c, const char *email)
{
    int64_t rate = c->parts->config->signin_account;
    const char *from = arena_format(c->arena, "%s %s", email, network_of(c));
    return take(c, TARGET, from, HOUR_US, rate, rate) && take(c, ALL, email, HOUR_US, rate * ALL_TIMES, rate * ALL_TIMES);
}

static void give(struct call *c, int kind, const char *who, int64_t rate)
{
    if (rate)
        limit_give(c->parts->limits[kind], who, HOUR_US / rate, clock_mono());
}

void gate_forgive(struct call *c, const char *email)
{
    int64_t rate = c->parts->config->signin_account;
    give(c, TARGET, arena_format(c->arena, "%s %s", email, network_of(c)), rate);
    give(c, ALL, email, rate * ALL_TIMES);
    give(c, GUARDED, network_of(c), c->parts->config->signin_address);
}
