// SPDX-License-Identifier: EUPL-1.2
// Knows what of a convention is printed or subscribed to.
#include "app/papers.h"

#include "app/badges.h"
#include "app/link.h"
#include "wire/ical.h"
#include "wire/paper.h"
#include "wire/qr.h"

#define PAPER_MOST (64 << 20) // 3,000 sheets have 24 MiB, most of it their QR codes
#define CALENDAR_MOST (1 << 20)

static const char *on_link(void *ctx, const char *kind, const char *id)
{
    struct call *c = ctx;
    return text_equal(kind, "checkin") ? link_show(c, "/checkin?t=", kind, id) : NULL;
}

// Whoever prints it lets nobody else keep it: it holds names, and the secret addresses of their arrivals.
static void answer_page(struct call *c, struct text *out, bool written)
{
    call_header(c, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
    call_header(c, "Referrer-Policy", "no-referrer");
    if (!written || out->full)
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    else
        call_text(c, 200, "text/html; charset=utf-8", text_string(out), out->len);
    text_fini(out);
}

static void on_people(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct text out;
    if (call_missing(c, r))
        return;
    text_init(&out, PAPER_MOST);
    answer_page(c, &out, paper_people(&out, pg_value(r, 0, 0), &(struct told_links){on_link, c}, c->lang));
}

static void on_tables(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct text out;
    if (call_missing(c, r))
        return;
    text_init(&out, PAPER_MOST);
    answer_page(c, &out, paper_tables(&out, pg_value(r, 0, 0), c->lang));
}

void papers_sheets(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_sheets_read, (const char *const[]){c->part}, on_people);
}

void papers_cards(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_cards_read, (const char *const[]){c->part}, on_tables);
}

// Columns participant, version, key.
static void on_participant(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct text out;
    if (call_missing(c, r))
        return;
    text_init(&out, CALENDAR_MOST);
    if (qr_svg(&out, link_show(c, "/checkin?t=", "checkin", pg_value(r, 0, 2))))
        call_text(c, 200, "image/svg+xml", text_string(&out), out.len);
    else
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    text_fini(&out);
}

void papers_qr(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_participant_get, (const char *const[]){c->part}, on_participant);
}

void papers_sheet(struct call *c)
{
    char key[37];
    if (!c->parts->ready) // a page may be asked for before
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else if (badges_key(c, key))
        call_read(c, SQL_badge_sheet, (const char *const[]){key}, on_people);
}

// Columns: convention, language, meetings, a mark of them all, place, participant, organiser.
static void write_calendar(struct call *c, const struct pg_result *r)
{
    struct text out;
    const struct ical_calendar calendar = {.name = pg_value(r, 0, 0), .product = "-//Entregent//Entregent " ENTREGENT_VERSION "//FR",
                                           .host = link_host(c->parts, c->arena), .place = pg_value(r, 0, 4), .method = "PUBLISH",
                                           .organiser = pg_value(r, 0, 6), .address = link_sender(c->parts, c->arena)};
    text_init(&out, CALENDAR_MOST);
    if (ical_meetings(&out, &calendar, pg_value(r, 0, 2), text_equal(pg_value(r, 0, 1), "en") ? LANG_EN : LANG_FR) != ERR_OK || out.full)
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    else
        call_text(c, 200, "text/calendar; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

static void on_calendar(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    call_header(c, "Cache-Control", "private, no-cache");
    if (call_is_new(c, pg_value(r, 0, 3)))
        write_calendar(c, r);
}

void papers_calendar(struct call *c)
{
    char key[37];
    if (!link_id(c->parts, "agenda", c->part, key))
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        call_read(c, SQL_badge_calendar, (const char *const[]){key}, on_calendar);
}
