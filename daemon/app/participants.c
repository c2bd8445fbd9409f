// SPDX-License-Identifier: EUPL-1.2
// Knows who takes part in a convention.
#include "app/participants.h"

#include "app/config.h"
#include "app/conventions.h"
#include "app/link.h"
#include "app/live.h"
#include "base/clock.h"
#include "wire/mail.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdio.h>
#include <string.h>

#define ROW_MOST (1 << 20)

static void on_listed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_list(c, r);
}

void participants_list(struct call *c)
{
    const char *cursor, *limit, *state = call_query(c, "state"), *words = call_query(c, "q");
    if (!call_part_is_id(c) || !call_page(c, false, &cursor, &limit))
        return;
    if (state && word_value("participant_state", state) < 0)
        call_refuse_field(c, ERR_NOT_ONE_OF, word_all("participant_state", c->arena), "state");
    else
        call_read(c, SQL_participants_list, (const char *const[]){c->part, state, words && *words ? words : NULL, cursor, limit}, on_listed);
}

struct entry { // in the arena of the request
    const char *table;
    bool added;
};

static void on_entered(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct entry *e = c->state;
    if (call_missing(c, r))
        return;
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 1));
    if (e->added)
        call_header(c, "Location", "/v1/participants/%s", c->part);
    call_answer(c, e->added ? 201 : 200, pg_value(r, 0, 0));
}

// Columns line, id, added, refused. Line 0 says of the whole convention that it takes nobody.
static void on_added(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct entry *e = c->state;
    if (call_missing(c, r))
        return;
    const char *refused = pg_value(r, 0, 3);
    if (text_equal(refused, "missing"))
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (text_equal(refused, "table"))
        call_refuse_field(c, ERR_UNKNOWN_ID, e->table, "table");
    else if (refused)
        call_refuse(c, ERR_STATE, text_equal(refused, "full") ? "convention_people" : refused, NULL);
    else {
        e->added = text_equal(pg_value(r, 0, 2), "t");
        live_told(c->parts);
        snprintf(c->part, sizeof c->part, "%s", pg_value(r, 0, 1));
        call_read(c, SQL_participant_get, (const char *const[]){c->part}, on_entered);
    }
}

// The form's members and these, as participant_add takes them.
static const char *row_of(struct call *c, const struct form *form, const char *id, const char *email)
{
    struct text out;
    text_init(&out, ROW_MOST);
    form_json(form, &out);
    const char *members = arena_string(c->arena, text_string(&out) + 1);
    text_clear(&out);
    text_format(&out, "[{\"line\":1,\"id\":\"%s\",", id);
    text_put(&out, members);
    out.len--; // the mail address as it is known: the last of two members of a name counts
    text_put(&out, ",\"email\":");
    text_json(&out, email);
    text_put(&out, "}]");
    const char *row = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return row;
}

void participants_post(struct call *c)
{
    struct form form;
    char email[255], id[37];
    if (!call_part_is_id(c) || !call_form(c, "participant", &form))
        return;
    if (!mail_address(form_value(&form, "email"), email)) {
        call_refuse_field(c, ERR_BAD_MAIL, form_value(&form, "email"), "email");
        return;
    }
    seal_uuid(clock_wall(), id);
    struct entry *e = arena_take(c->arena, sizeof *e);
    e->table = form_value(&form, "table");
    c->state = e;
    call_write(c, SQL_guests_add,
               (const char *const[]){c->caller.id, c->part, row_of(c, &form, id, email), text_equal(call_query(c, "invite"), "1") ? "true" : "false",
                                     arena_format(c->arena, "%lld", (long long)c->parts->config->convention_people)},
               on_added);
}

// The secret addresses of this person: what stands behind each, and its kind of ticket.
static const struct {
    const char *name, *path, *kind;
} links[] = {
    {"badge", "/badge/", "badge"},
    {"agenda", "/agenda/", "agenda"},
    {"checkin", "/checkin?t=", "checkin"},
    {"sheet", "/sheet/", "badge"},
};

// Whoever has them acts as this person, and sees its mail address: they are for callers that may write, and not for one that is found.
static void on_read(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 1));
    if (!(c->caller.scopes & SCOPE_CONVENTIONS) || text_equal(pg_value(r, 0, 3), "t")) {
        call_answer(c, 200, pg_value(r, 0, 0));
        return;
    }
    struct text out;
    text_init(&out, ROW_MOST);
    text_add(&out, pg_value(r, 0, 0), pg_length(r, 0, 0) - 1);
    text_put(&out, ",\"links\":{");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        text_format(&out, "%s\"%s\":\"%s\"", i ? "," : "", links[i].name,
                    link_show(c, links[i].path, links[i].kind, pg_value(r, 0, 2)));
    text_put(&out, "}}");
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

void participants_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_participant_get, (const char *const[]){c->part}, on_read);
}

void participants_put(struct call *c)
{
    struct form form;
    if (!call_part_is_id(c))
        return;
    int version = call_version(c);
    if (version <= 0) {
        call_refuse(c, version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
        return;
    }
    if (!call_form(c, "participant_rules", &form))
        return;
    struct text rules;
    text_init(&rules, ROW_MOST);
    form_json(&form, &rules);
    call_write(c, SQL_participant_put,
               (const char *const[]){c->caller.id, c->part, arena_format(c->arena, "%d", version), text_string(&rules)}, conventions_changed);
    text_fini(&rules);
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    live_told(c->parts);
    call_text(c, 204, NULL, "", 0);
}

void participants_drop(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_participant_drop, (const char *const[]){c->caller.id, c->part}, on_dropped);
}

void participants_invite(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_participant_invite, (const char *const[]){c->caller.id, c->part}, conventions_changed);
}

static void become(struct call *c, const char *what, const char *until)
{
    call_write(c, SQL_participant_is, (const char *const[]){c->caller.id, c->part, what, until}, conventions_changed);
}

void participants_withdraw(struct call *c)
{
    if (call_part_is_id(c))
        become(c, "withdraw", NULL);
}

void participants_return(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_participant_return, (const char *const[]){c->caller.id, c->part, NULL}, conventions_changed);
}

void participants_missing(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "absence", &form))
        become(c, "missing", form_value(&form, "until"));
}

// code: what stands in the QR code of a badge, an address or its ticket alone.
void participants_scan(struct call *c)
{
    struct form form;
    char key[37];
    if (!call_part_is_id(c) || !call_form(c, "arrival", &form))
        return;
    const char *code = form_value(&form, "code"), *ticket = strstr(code, "?t=");
    if (link_id(c->parts, "checkin", ticket ? ticket + strlen("?t=") : code, key))
        call_write(c, SQL_participant_scan, (const char *const[]){c->caller.id, c->part, key}, conventions_changed);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

void participants_arrived(struct call *c)
{
    if (call_part_is_id(c))
        become(c, "arrived", NULL);
}
