// SPDX-License-Identifier: EUPL-1.2
// Knows whose each way to be told is, and what may be set about it.
#include "app/channels.h"

#include "app/config.h"
#include "app/link.h"
#include "app/outbox.h"
#include "app/pages.h"
#include "base/clock.h"
#include "core/netaddr.h"
#include "wire/seal.h"
#include "wire/webhook.h"

#include <stdlib.h>
#include <string.h>

static const char *const settings[] = {"kind", "alert", "personal", "label", "active", "rhythm", "hour", "weekday", "quiet_from",
                                       "quiet_to", "least_score", "weekly_most", "url"};

struct work {
    struct form form;
    const char *kind;
    bool personal, fresh;
    char id[37];
    const char *secret; // shown once
};

static bool administers(const struct call *c)
{
    return c->caller.scopes & SCOPE_ADMINISTER;
}

// A token that may only read changes nothing; what is the organisation's takes who administers it.
static bool may_change(struct call *c, bool personal)
{
    if (personal && !*c->caller.person)
        call_refuse(c, ERR_NEEDS_PERSON, NULL, NULL);
    else if (!personal && !administers(c))
        call_refuse(c, ERR_NEEDS_SCOPE, rights_scope_word(SCOPE_ADMINISTER), NULL);
    else if (!c->caller.session && !(c->caller.scopes & ~(unsigned)SCOPE_READ))
        call_refuse(c, ERR_NEEDS_SCOPE, rights_scope_word(SCOPE_OFFERS), NULL);
    else
        return true;
    return false;
}

void channels_list(struct call *c)
{
    call_read(c, SQL_channels_list, (const char *const[]){c->caller.id}, call_list);
}

// The address that only its owner knows: of what is fetched.
static const char *link_of(struct call *c, const char *kind, const char *id)
{
    if (text_equal(kind, "feed"))
        return link_show(c, "/feed/", kind, id);
    return text_equal(kind, "calendar") ? link_show(c, "/calendar/", kind, id) : NULL;
}

// The record as stored, with what only its owner is shown.
static void answer(struct call *c, int status, const char *json, const char *link, const char *secret)
{
    struct text out;
    text_init(&out, 1 << 16);
    text_put(&out, "{");
    if (link)
        text_format(&out, "\"link\":\"%s\",", link);
    if (secret)
        text_format(&out, "\"secret\":\"%s\",", secret);
    text_put(&out, json + 1);
    call_answer(c, status, text_string(&out));
    text_fini(&out);
}

static void on_got(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        answer(c, 200, pg_value(r, 0, 0), link_of(c, pg_value(r, 0, 1), c->part), NULL);
}

void channels_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_channel_get, (const char *const[]){c->caller.id, c->part}, on_got);
}

// An address that is none of ours to reach is refused at once; where a name leads is judged at each attempt (io/hook).
static bool may_receive(struct call *c, const struct webhook_url *url)
{
    unsigned char ip[NETADDR];
    struct forwarded_nets nets;
    if (!url->literal || (netaddr_parse(url->host, ip) && netaddr_public(ip)))
        return true;
    return forwarded_nets(c->parts->config->webhook_networks, &nets) && forwarded_within(&nets, url->host);
}

static void check_url(struct call *c, const struct work *w, struct faults *faults)
{
    struct webhook_url parts;
    const char *url = form_value(&w->form, "url");
    bool hook = text_equal(w->kind, "webhook"), free = *c->parts->config->webhook_networks;
    if (!hook && url)
        fault_add(faults, ERR_UNKNOWN_FIELD, NULL, "/url");
    else if (hook && !url)
        fault_add(faults, ERR_REQUIRED, NULL, "/url");
    else if (hook && (webhook_url(url, free, &parts) != ERR_OK || !(free || webhook_port(parts.port)) || !may_receive(c, &parts)))
        fault_add(faults, ERR_BAD_URL, url, "/url");
}

static bool settings_fit(struct call *c, const struct work *w)
{
    struct faults faults;
    const char *alert = form_value(&w->form, "alert"), *rhythm = form_value(&w->form, "rhythm");
    fault_init(&faults, c->arena);
    check_url(c, w, &faults);
    if (alert && !text_uuid(alert))
        fault_add(&faults, ERR_WRONG_TYPE, "01890a5d-ac96-774b-bcce-b302099a8057", "/alert");
    if (rhythm && !text_equal(rhythm, "now") && !text_equal(w->kind, "mail"))
        fault_add(&faults, ERR_NOT_ONE_OF, "now", "/rhythm");
    if (form_value(&w->form, "quiet_from") && !form_value(&w->form, "quiet_to"))
        fault_add(&faults, ERR_REQUIRED, NULL, "/quiet_to");
    if (form_value(&w->form, "quiet_to") && !form_value(&w->form, "quiet_from"))
        fault_add(&faults, ERR_REQUIRED, NULL, "/quiet_from");
    if (text_equal(w->kind, "mail") && !w->personal)
        fault_add(&faults, ERR_NOT_ONE_OF, "true", "/personal");
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    return faults.count == 0;
}

// Status 200, 201, 404 (answer "alert": that one), 409: too many.
static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_failed(c, r))
        return;
    int status = atoi(pg_value(r, 0, 0));
    if (status == 404 && pg_value(r, 0, 1))
        call_refuse_field(c, ERR_NOT_ONE_OF, "GET /v1/alerts", "alert");
    else if (status == 404 || status == 409)
        call_refuse(c, status == 404 ? ERR_NOT_FOUND : ERR_STATE, "200", NULL);
    else {
        if (status == 201)
            call_header(c, "Location", "/v1/channels/%s", w->id);
        answer(c, status, pg_value(r, 0, 1), link_of(c, w->kind, w->id), w->secret);
    }
}

static const char *args_of(struct call *c, const struct work *w)
{
    struct text out;
    text_init(&out, 1 << 16);
    text_format(&out, "{\"personal\":\"%s\"", w->personal ? "true" : "false");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const char *value = form_value(&w->form, settings[i]);
        if (!value || text_equal(settings[i], "personal"))
            continue;
        text_format(&out, ",\"%s\":", settings[i]);
        text_json(&out, value);
    }
    text_put(&out, "}");
    const char *made = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return made;
}

static void write_channel(struct call *c, struct work *w)
{
    struct seal_webhook keys;
    char box[SEAL_BOX(sizeof keys)], public[WEBHOOK_PUBLIC], *secret = arena_take(c->arena, WEBHOOK_SECRET);
    bool sign = w->fresh && text_equal(w->kind, "webhook");
    c->state = w;
    if (sign) {
        seal_webhook_new(&keys);
        seal_box(c->parts->key, &keys, sizeof keys, box);
        webhook_secret(&keys, secret);
        webhook_public(&keys, public);
        w->secret = secret;
    }
    call_write(c, SQL_channel_put,
               (const char *const[]){c->caller.id, c->caller.person, w->id, w->fresh ? "true" : "false", args_of(c, w),
                                     sign ? box : NULL, sign ? public : NULL},
               on_written);
}

void channels_post(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    if (!call_form(c, "channel", &w->form))
        return;
    const char *asked = form_value(&w->form, "personal");
    w->kind = form_value(&w->form, "kind");
    w->personal = asked ? text_equal(asked, "true") : *c->caller.person != 0;
    w->fresh = true;
    seal_uuid(clock_wall(), w->id);
    if (may_change(c, w->personal) && settings_fit(c, w))
        write_channel(c, w);
}

// Its kind, its alert and whose it is stay.
static void on_present(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct work *w = c->state;
    if (call_missing(c, r))
        return;
    w->personal = text_equal(pg_value(r, 0, 2), "t");
    if (!text_equal(w->kind, pg_value(r, 0, 1)))
        call_refuse_field(c, ERR_NOT_ONE_OF, arena_string(c->arena, pg_value(r, 0, 1)), "kind");
    else if (may_change(c, w->personal) && settings_fit(c, w))
        write_channel(c, w);
}

void channels_put(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    if (!call_part_is_id(c) || !call_form(c, "channel", &w->form))
        return;
    w->kind = form_value(&w->form, "kind");
    memcpy(w->id, c->part, sizeof w->id - 1);
    c->state = w;
    call_read(c, SQL_channel_get, (const char *const[]){c->caller.id, c->part}, on_present);
}

// What may be done to a channel that is there: the caller's next step.
static void with_channel(struct call *c, pg_done *next)
{
    if (call_part_is_id(c))
        call_read(c, SQL_channel_get, (const char *const[]){c->caller.id, c->part}, next);
}

static bool may_change_it(struct call *c, const struct pg_result *r)
{
    return !call_missing(c, r) && may_change(c, text_equal(pg_value(r, 0, 2), "t"));
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_text(c, 204, NULL, "", 0);
}

static void on_drop(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (may_change_it(c, r))
        call_write(c, SQL_channel_drop, (const char *const[]){c->caller.id, c->part}, on_dropped);
}

void channels_drop(struct call *c)
{
    with_channel(c, on_drop);
}

static void on_tested(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    outbox_wake(c->parts->outbox);
    call_answer(c, 202, pg_value(r, 0, 0));
}

static void on_test(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!may_change_it(c, r))
        return;
    if (!text_equal(pg_value(r, 0, 1), "webhook") || !text_equal(pg_value(r, 0, 3), "t")) {
        call_refuse(c, ERR_STATE, text_equal(pg_value(r, 0, 1), "webhook") ? "active: false" : arena_string(c->arena, pg_value(r, 0, 1)), NULL);
        return;
    }
    char id[37];
    seal_uuid(clock_wall(), id);
    call_write(c, SQL_channel_test, (const char *const[]){c->caller.id, c->caller.person, c->part, id}, on_tested);
}

void channels_test(struct call *c)
{
    with_channel(c, on_test);
}

static void on_deliveries(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *cursor, *limit, *state = call_query(c, "state");
    if (call_missing(c, r) || !call_page(c, false, &cursor, &limit))
        return;
    if (state && !text_equal(state, "due") && !text_equal(state, "claimed") && !text_equal(state, "done") && !text_equal(state, "failed"))
        call_refuse_field(c, ERR_NOT_ONE_OF, "due, claimed, done, failed", "state");
    else
        call_read(c, SQL_deliveries_list, (const char *const[]){c->caller.id, c->part, state, cursor, limit}, call_list);
}

void channels_deliveries(struct call *c)
{
    with_channel(c, on_deliveries);
}

static void on_replayed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    outbox_wake(c->parts->outbox);
    call_answer(c, 200, arena_format(c->arena, "{\"count\":%s}", pg_value(r, 0, 0)));
}

static void on_replay(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *one = call_query(c, "delivery");
    if (!may_change_it(c, r))
        return;
    if (one && !text_uuid(one))
        call_refuse_field(c, ERR_WRONG_TYPE, "01890a5d-ac96-774b-bcce-b302099a8057", "delivery");
    else if (!text_equal(pg_value(r, 0, 3), "t"))
        call_refuse(c, ERR_STATE, "active: false", NULL);
    else
        call_write(c, SQL_deliveries_replay, (const char *const[]){c->caller.id, c->caller.person, c->part, one}, on_replayed);
}

void channels_replay(struct call *c)
{
    with_channel(c, on_replay);
}

// Unsubscribing

static void on_viewed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    bool there = r->rows && text_equal(pg_value(r, 0, 3), "t");
    const char *alert = there ? pg_value(r, 0, 2) : NULL, *owner = there ? pg_value(r, 0, 1) : NULL;
    pages_stop(c, there ? call_query(c, "t") : NULL, owner ? owner : "", alert, false);
}

void channels_stop_page(struct call *c)
{
    char id[37];
    if (!link_id(c->parts, "channel", call_query(c, "t"), id))
        pages_stop(c, NULL, "", NULL, false);
    else if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        call_read(c, SQL_channel_view, (const char *const[]){id}, on_viewed);
}

// Asked twice it is done as well.
static void on_stopped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        pages_stop(c, NULL, "", NULL, true);
}

void channels_stop_post(struct call *c)
{
    char id[37];
    if (link_id(c->parts, "channel", call_query(c, "t"), id))
        call_write(c, SQL_channel_stop, (const char *const[]){id}, on_stopped);
    else
        pages_stop(c, NULL, "", NULL, false);
}
