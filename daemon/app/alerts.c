// SPDX-License-Identifier: EUPL-1.2
// Knows what can be done with an alert, and that an address is told nothing before its owner said so.
#include "app/alerts.h"

#include "app/config.h"
#include "app/gate.h"
#include "app/link.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/pages.h"
#include "app/reference.h"
#include "app/world.h"
#include "base/clock.h"
#include "wire/mail.h"
#include "wire/record.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>

struct work {
    struct alert alert;
    struct faults faults, warnings;
    bool page;
    char id[37], feed[37];
};

void alerts_list(struct call *c)
{
    call_read(c, SQL_alerts_list, (const char *const[]){c->caller.id}, call_list);
}

void alerts_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_alert_get, (const char *const[]){c->caller.id, c->part}, call_versioned);
}

// A token that may only read saves nothing.
static bool may_change(struct call *c)
{
    bool may = c->caller.session || c->caller.scopes & ~(unsigned)SCOPE_READ;
    if (!may)
        call_refuse(c, ERR_NEEDS_SCOPE, rights_scope_word(SCOPE_OFFERS), NULL);
    return may;
}

// Reads the body; NULL when refused.
static struct work *take(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    const struct text *body = &c->request->body;
    c->state = w;
    fault_init(&w->faults, c->arena);
    fault_init(&w->warnings, c->arena);
    enum err err = record_read_alert(text_string(body), body->len, world_places(c->parts->world), c->arena, &w->alert, &w->faults, &w->warnings);
    if (err != ERR_OK) {
        call_refuse(c, err, err == ERR_BAD_JSON && w->faults.count ? w->faults.list[0].arg : NULL, err == ERR_BAD_JSON ? NULL : &w->faults);
        return NULL;
    }
    for (size_t i = 0; i < w->alert.cpv_count; i++)
        reference_warn_cpv(c->parts->reference, w->alert.cpv[i], &w->warnings, "/cpv/%zu", i);
    return w;
}

// Of an account nobody else's address is told.
static struct work *take_own(struct call *c)
{
    struct work *w = may_change(c) ? take(c) : NULL;
    if (!w || !w->alert.email)
        return w;
    call_refuse_field(c, ERR_UNKNOWN_FIELD, NULL, "email");
    return NULL;
}

static const char *body_of(struct call *c, struct alert *a)
{
    struct text out;
    text_init(&out, 1 << 20);
    a->email = NULL;
    record_write_alert(&out, a);
    const char *body = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return body;
}

// "now", "daily", "weekly"; NULL when no mail is wanted; false when it is none of these.
static bool take_rhythm(struct call *c, const char **rhythm)
{
    const char *asked = call_query(c, "rhythm");
    *rhythm = !asked ? "daily" : text_equal(asked, "none") ? NULL : asked;
    if (!*rhythm || word_value("rhythm", *rhythm) >= 0)
        return true;
    call_refuse_field(c, ERR_NOT_ONE_OF, "now, daily, weekly, none", "rhythm");
    return false;
}

// Status, answer, version.
static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_failed(c, r))
        return;
    int status = atoi(pg_value(r, 0, 0));
    if (status == 404 || status == 409 || status == 412) {
        call_refuse(c, status == 404 ? ERR_NOT_FOUND : status == 409 ? ERR_STATE : ERR_CHANGED, status == 409 ? "200" : pg_value(r, 0, 1), NULL);
        return;
    }
    matcher_wake(c->parts->matcher);
    if (status == 201)
        call_header(c, "Location", "/v1/alerts/%s", w->id);
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 2));
    call_answer_warned(c, status, pg_value(r, 0, 1), &w->warnings);
}

void alerts_post(struct call *c)
{
    const char *rhythm;
    struct work *w = take_own(c);
    if (!w || !take_rhythm(c, &rhythm))
        return;
    seal_uuid(clock_wall(), w->id);
    call_write(c, SQL_alert_add, (const char *const[]){c->caller.id, c->caller.person, w->id, body_of(c, &w->alert), rhythm}, on_written);
}

void alerts_put(struct call *c)
{
    if (!call_part_is_id(c))
        return;
    int version = call_version(c);
    if (version <= 0) {
        call_refuse(c, version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
        return;
    }
    struct work *w = take_own(c);
    if (w)
        call_write(c, SQL_alert_put, (const char *const[]){c->caller.id, c->part, arena_format(c->arena, "%d", version), body_of(c, &w->alert)}, on_written);
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    matcher_wake(c->parts->matcher);
    if (text_equal(pg_value(r, 0, 0), "t"))
        call_text(c, 204, NULL, "", 0);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

void alerts_drop(struct call *c)
{
    if (call_part_is_id(c) && may_change(c))
        call_write(c, SQL_alert_drop, (const char *const[]){c->caller.id, c->part}, on_dropped);
}

static void on_found(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *cursor, *limit;
    if (!call_missing(c, r) && call_page(c, false, &cursor, &limit))
        call_read(c, SQL_alert_needs, (const char *const[]){c->caller.id, c->part, cursor, limit}, call_list);
}

void alerts_needs(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_alert_get, (const char *const[]){c->caller.id, c->part}, on_found);
}

// Without an account

static void on_asked(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    outbox_wake(c->parts->outbox);
    call_answer(c, 202, pg_value(r, 0, 0));
}

void alerts_ask(struct call *c)
{
    char email[255], ticket[37], mail[37];
    const char *rhythm, *language = c->lang == LANG_FR ? "fr" : "en", *given;
    struct work *w = take(c);
    if (!w || !take_rhythm(c, &rhythm))
        return;
    given = w->alert.email;
    if (!given || !mail_address(given, email)) {
        call_refuse_field(c, given ? ERR_BAD_MAIL : ERR_REQUIRED, given, "email");
        return;
    }
    if (!rhythm) {
        call_refuse_field(c, ERR_NOT_ONE_OF, "now, daily, weekly", "rhythm");
        return;
    }
    if (!gate_target(c, email))
        return;
    seal_uuid(clock_wall(), ticket);
    seal_uuid(clock_wall(), mail);
    call_write(c, SQL_alert_ask,
               (const char *const[]){ticket, mail, arena_format(c->arena, "%lld", (long long)c->parts->config->ticket_hours), email, language,
                                     arena_format(c->arena, "{\"alert\":%s,\"rhythm\":\"%s\",\"language\":\"%s\"}", body_of(c, &w->alert), rhythm, language)},
               on_asked);
}

// Status 200 with the alert, 401, 409: too many.
static void on_confirmed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_failed(c, r))
        return;
    int status = atoi(pg_value(r, 0, 0));
    enum err err = status == 401 ? ERR_BAD_TICKET : status == 409 ? ERR_STATE : ERR_OK;
    matcher_wake(c->parts->matcher);
    const char *feed = link_show(c, "/feed/", "feed", w->feed);
    if (err != ERR_OK && w->page)
        pages_refuse(c, NULL, err, "20", NULL);
    else if (err != ERR_OK)
        call_refuse(c, err, "20", NULL);
    else if (w->page)
        pages_alert(c, feed);
    else
        call_answer(c, 200, arena_format(c->arena, "{\"feed\":\"%s\",%s", feed, pg_value(r, 0, 1) + 1));
}

void alerts_confirm(struct call *c, const char *ticket, bool page)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    char mail[37];
    w->page = page;
    c->state = w;
    seal_uuid(clock_wall(), w->id);
    seal_uuid(clock_wall(), mail);
    seal_uuid(clock_wall(), w->feed);
    call_write(c, SQL_alert_confirm, (const char *const[]){ticket, w->id, mail, w->feed}, on_confirmed);
}
