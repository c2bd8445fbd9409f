// SPDX-License-Identifier: EUPL-1.2
// Knows what stands behind a secret address.
#include "app/feeds.h"

#include "app/link.h"
#include "app/world.h"
#include "wire/atom.h"
#include "wire/ical.h"

#include <stdlib.h>

#define NOTICES "100" // of a feed
#define FEED_MOST (16 << 20)

static enum lang lang_of(const char *language)
{
    return text_equal(language, "en") ? LANG_EN : LANG_FR;
}

static bool is_new(struct call *c, const char *tag)
{
    call_header(c, "Cache-Control", "private, no-cache");
    return call_is_new(c, tag);
}

// One that is switched off is as one that is not there.
static bool is_there(struct call *c, const struct pg_result *r)
{
    if (call_missing(c, r))
        return false;
    if (text_equal(pg_value(r, 0, 1), "t"))
        return true;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return false;
}

// Columns: kind, active, alert, name, language, updated, greatest notice, notices.
static void on_feed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!is_there(c, r) || !is_new(c, arena_format(c->arena, "%s-%s", pg_value(r, 0, 5), pg_value(r, 0, 6))))
        return;
    enum lang lang = lang_of(pg_value(r, 0, 4));
    const char *home = link_home(c->parts, c->arena), *id = c->state;
    struct text out;
    text_init(&out, FEED_MOST);
    const struct atom feed = {.id = arena_format(c->arena, "urn:uuid:%s", id), .title = arena_format(c->arena, "Entregent · %s", pg_value(r, 0, 3)),
                              .subtitle = lang == LANG_FR ? "Besoins d'achat" : "Needs of public buyers",
                              .self = arena_format(c->arena, "%s/feed/%s", home, c->part), .home = arena_format(c->arena, "%s/", home),
                              .updated = atoll(pg_value(r, 0, 5))};
    if (atom_write(&out, &feed, pg_value(r, 0, 7), lang, world_places(c->parts->world)) != ERR_OK || out.full)
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    else
        call_text(c, 200, "application/atom+xml; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

// Columns: kind, active, name, language, needs, a mark of them all.
static void on_calendar(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!is_there(c, r) || !is_new(c, pg_value(r, 0, 5)))
        return;
    enum lang lang = lang_of(pg_value(r, 0, 3));
    struct text out;
    text_init(&out, FEED_MOST);
    const struct ical_calendar calendar = {.name = arena_format(c->arena, "Entregent · %s", pg_value(r, 0, 2)),
                                           .product = "-//Entregent//Entregent " ENTREGENT_VERSION "//FR", .host = link_host(c->parts, c->arena),
                                           .home = NULL}; // no page of a need to lead to yet: the address of the API says nothing to a browser
    if (ical_deadlines(&out, &calendar, pg_value(r, 0, 4), lang) != ERR_OK || out.full)
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    else
        call_text(c, 200, "text/calendar; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

static void fetch(struct call *c, const char *kind, enum sql_statement statement, const char *limit, pg_done *done)
{
    char *id = arena_take(c->arena, 37);
    c->state = id;
    if (!link_id(c->parts, kind, c->part, id))
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        call_read(c, statement, (const char *const[]){id, limit}, done);
}

void feeds_atom(struct call *c)
{
    fetch(c, "feed", SQL_feed_read, NOTICES, on_feed);
}

void feeds_calendar(struct call *c)
{
    fetch(c, "calendar", SQL_calendar_read, NULL, on_calendar);
}
