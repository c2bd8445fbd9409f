// SPDX-License-Identifier: EUPL-1.2
// Knows what a hall board shows.
#include "app/halls.h"

#include "app/link.h"
#include "app/live.h"

// The key that the board's address stands for; false when it is none, and 404 is answered.
static bool key_of(struct call *c, char key[static 37])
{
    if (link_id(c->parts, "hall", c->part, key))
        return true;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return false;
}

static void on_read(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    call_header(c, "Cache-Control", "no-store");
    call_answer(c, 200, pg_value(r, 0, 0));
}

void halls_get(struct call *c)
{
    char key[37];
    if (key_of(c, key))
        call_read(c, SQL_hall_read, (const char *const[]){key}, on_read);
}

static void on_found(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        live_follow(c, pg_value(r, 0, 0), c->state);
}

void halls_open(struct call *c)
{
    char key[37];
    if (!key_of(c, key))
        return;
    c->state = arena_string(c->arena, key);
    call_read(c, SQL_hall_find, (const char *const[]){key}, on_found);
}
