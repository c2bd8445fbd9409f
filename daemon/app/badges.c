// SPDX-License-Identifier: EUPL-1.2
// Knows what a badge opens.
#include "app/badges.h"

#include "app/conventions.h"
#include "app/link.h"
#include "app/live.h"
#include "app/requests.h"
#include "base/clock.h"
#include "wire/seal.h"

#include <string.h>

bool badges_key(struct call *c, char key[static 37])
{
    if (link_id(c->parts, "badge", c->part, key))
        return true;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return false;
}

// The JSON object with one member more at its end, which is JSON too.
static void answer_with(struct call *c, const char *json, const char *name, const char *value)
{
    size_t len = strlen(json);
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    text_add(&out, json, len - (len > 0));
    text_format(&out, ",\"%s\":%s}", name, value);
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

static void on_mine(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct text out;
    const bool writes = c->caller.session || c->caller.scopes & ~(unsigned)SCOPE_READ; // a badge does
    if (call_failed(c, r))
        return;
    text_init(&out, SIZE_MAX / 2);
    text_put(&out, "{\"items\":[");
    for (int i = 0; i < r->rows; i++) {
        const char *key = pg_value(r, i, 0), *json = pg_value(r, i, 1);
        text_put(&out, i ? "," : "");
        text_add(&out, json, strlen(json) - 1);
        text_put(&out, ",\"badge\":");
        key && writes ? text_json(&out, link_show(c, "/badge/", "badge", key)) : text_put(&out, "null");
        text_put(&out, "}");
    }
    text_put(&out, "],\"next\":null}");
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

void badges_mine(struct call *c)
{
    call_read(c, SQL_participations_list, (const char *const[]){c->caller.id}, on_mine);
}

static void on_read(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    char key[37];
    if (call_missing(c, r) || !badges_key(c, key))
        return;
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 1));
    answer_with(c, pg_value(r, 0, 0), "links",
                arena_format(c->arena, "{\"agenda\":\"%s\",\"sheet\":\"%s\",\"checkin\":\"%s\"}", link_show(c, "/agenda/", "agenda", key),
                             link_show(c, "/sheet/", "badge", key), link_show(c, "/checkin?t=", "checkin", key)));
}

void badges_get(struct call *c)
{
    char key[37];
    if (badges_key(c, key))
        call_read(c, SQL_badge_read, (const char *const[]){key}, on_read);
}

// (status, answer, version) of what was changed.
static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    conventions_changed(c, r);
}

// What is left out stays as it is: only what the record has goes into the body.
static const char *body_of(struct call *c, const struct form *form)
{
    const char *absent = form_value(form, "absent"), *most = form_value(form, "most");
    return arena_format(c->arena, "{%s%s%s%s%s%s}", absent ? "\"absent\":[" : "", absent ? absent : "", absent ? "]" : "", absent && most ? "," : "",
                        most ? "\"most\":" : "", !most ? "" : text_equal(most, "0") ? "null" : most);
}

void badges_put(struct call *c)
{
    char key[37];
    struct form form;
    if (!badges_key(c, key))
        return;
    int version = call_version(c);
    if (version <= 0)
        call_refuse(c, version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
    else if (call_form(c, "attendance", &form))
        call_write(c, SQL_badge_put, (const char *const[]){key, arena_format(c->arena, "%d", version), body_of(c, &form), form_value(&form, "state")},
                   on_written);
}

void badges_withdraw(struct call *c)
{
    char key[37];
    if (badges_key(c, key))
        call_write(c, SQL_badge_is, (const char *const[]){key, "withdraw"}, on_written);
}

void badges_return(struct call *c)
{
    char key[37];
    if (badges_key(c, key))
        call_write(c, SQL_participant_return, (const char *const[]){NULL, NULL, key}, on_written);
}

void badges_people(struct call *c)
{
    char key[37];
    const char *cursor, *limit;
    if (badges_key(c, key) && call_page(c, false, &cursor, &limit))
        call_read(c, SQL_badge_people, (const char *const[]){key, call_query(c, "q"), cursor, limit}, call_list);
}

static void on_asked(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct form *form = c->state;
    if (!call_missing(c, r) && !requests_refused(c, pg_value(r, 0, 2), true, form_value(form, "with")))
        requests_made(c, r);
}

void badges_ask(struct call *c)
{
    char key[37], id[37];
    struct form *form = arena_take(c->arena, sizeof *form);
    if (!badges_key(c, key) || !call_form(c, "wish", form) || !requests_id(c, form, "with"))
        return;
    const char *priority = form_value(form, "priority");
    seal_uuid(clock_wall(), id);
    c->state = form;
    call_write(c, SQL_badge_ask, (const char *const[]){key, id, form_value(form, "with"), priority ? priority : "3", form_value(form, "message")}, on_asked);
}

void badges_answer(struct call *c)
{
    char key[37];
    struct form form;
    if (badges_key(c, key) && call_form(c, "badge_answer", &form) && requests_id(c, &form, "request"))
        call_write(c, SQL_badge_answer, (const char *const[]){key, form_value(&form, "request"), form_value(&form, "answer")}, on_written);
}
