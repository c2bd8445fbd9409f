// SPDX-License-Identifier: EUPL-1.2
// Knows which conventions there are, and what may become of them.
#include "app/conventions.h"

#include "app/config.h"
#include "app/link.h"
#include "app/live.h"
#include "base/clock.h"
#include "wire/clash.h"
#include "wire/convention.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define BODY_MOST (4 << 20)

// The body as canonical JSON, in the arena; NULL when refused.
static const char *take_body(struct call *c)
{
    struct convention convention;
    struct faults faults;
    const struct text *body = &c->request->body;
    fault_init(&faults, c->arena);
    enum err err = convention_read(text_string(body), body->len, c->arena, &convention, &faults);
    if (err != ERR_OK) {
        call_refuse(c, err, err == ERR_BAD_JSON ? faults.list[0].arg : NULL, err == ERR_BAD_JSON ? NULL : &faults);
        return NULL;
    }
    struct text out;
    text_init(&out, BODY_MOST);
    convention_write(&out, &convention);
    const char *json = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return json;
}

// Column 4 is the convention's id: of the first answer, when this one is its repetition.
static void on_posted(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (r->err == ERR_OK && pg_value(r, 0, 4))
        call_header(c, "Location", "/v1/conventions/%s", pg_value(r, 0, 4));
    conventions_answer(c, r);
}

void conventions_post(struct call *c)
{
    const char *key, *hash, *body;
    if (!call_key(c, &key, &hash) || !(body = take_body(c)))
        return;
    seal_uuid(clock_wall(), c->part);
    call_write(c, SQL_convention_add,
               (const char *const[]){c->caller.id, key, hash, arena_format(c->arena, "%lld", (long long)c->parts->config->key_hours), c->part, body},
               on_posted);
}

void conventions_list(struct call *c)
{
    const char *cursor, *limit;
    if (!call_page(c, false, &cursor, &limit))
        return;
    const char *mine = text_equal(call_query(c, "mine"), "1") ? "mine" : NULL;
    call_read(c, SQL_conventions_list, (const char *const[]){c->caller.id, mine, cursor, limit}, call_list);
}

static void on_read(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 1));
    call_answer(c, 200, conventions_link(c, pg_value(r, 0, 0)));
}

void conventions_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_convention_get, (const char *const[]){c->part, c->caller.id}, on_read);
}

// Meetings whose hours move are written anew: what may take its time does not keep other writes waiting.
void conventions_put(struct call *c)
{
    if (!call_part_is_id(c))
        return;
    int version = call_version(c);
    if (version <= 0) {
        call_refuse(c, version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
        return;
    }
    const char *body = take_body(c);
    if (!body)
        return;
    call_write_bulk(c, SQL_convention_put, (const char *const[]){c->caller.id, c->part, arena_format(c->arena, "%d", version), body},
                    conventions_changed);
}

// Where a convention may go, and from where.
static const struct {
    enum convention_state to;
    const char *from;
} moves[] = {
    {CONVENTION_OPEN, "draft,closed"},
    {CONVENTION_CLOSED, "open"},
    {CONVENTION_OVER, "open,closed"},
    {CONVENTION_CANCELLED, "draft,open,closed"},
};

void conventions_move(struct call *c)
{
    struct form form;
    if (!call_part_is_id(c) || !call_form(c, "convention_move", &form))
        return;
    const char *to = form_value(&form, "state");
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].to == (enum convention_state)word_value("convention_state", to)) {
            call_write_bulk(c, SQL_convention_move, (const char *const[]){c->caller.id, c->part, to, moves[i].from}, conventions_changed);
            return;
        }
    call_refuse_field(c, ERR_NOT_ONE_OF, "open, closed, over, cancelled", "state");
}

static void on_hall(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    live_told(c->parts);
    live_recheck(c->parts->live); // boards at the former address go dark
    call_answer(c, 200, arena_format(c->arena, "{\"hall\":\"%s\"}", link_show(c, "/v1/halls/", "hall", pg_value(r, 0, 0))));
}

void conventions_hall(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_convention_hall, (const char *const[]){c->caller.id, c->part}, on_hall);
}

void conventions_table(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "table_state", &form))
        call_write(c, SQL_table_set, (const char *const[]){c->caller.id, c->part, form_value(&form, "table"), form_value(&form, "lost")},
                   conventions_changed);
}

// What the database says with one status, by its answer; `what` NULL: whatever else it says.
static const struct refusal {
    int status;
    const char *what;
    enum err err;
} refusals[] = {
    {404, NULL, ERR_NOT_FOUND},
    {409, "slots", ERR_IN_USE},        {409, "tables", ERR_IN_USE}, {409, "running", ERR_PLAN_RUNNING},
    {409, "empty", ERR_NOTHING_TO_PLAN}, {409, NULL, ERR_STATE},
    {412, "base", ERR_OVERTAKEN},      {412, NULL, ERR_CHANGED},    {0, NULL, ERR_STATE},
};

static bool refused(struct call *c, int status, const char *answer)
{
    struct faults faults;
    if (status < 300)
        return false;
    fault_init(&faults, c->arena);
    const char *colon = answer ? strchr(answer, ':') : NULL;
    if (status == 422 && answer)
        call_refuse_field(c, ERR_UNKNOWN_ID, colon ? colon + 1 : answer, colon ? arena_copy(c->arena, answer, (size_t)(colon - answer)) : answer);
    else if (status == 409 && answer && clash_read(answer, c->lang, c->arena, &faults))
        call_refuse(c, ERR_CONFLICT, faults.list[0].arg, &faults);
    else if (!answer && status != 404) // of an Idempotency-Key: its first request has no answer yet, or was another one
        call_refuse(c, status == 422 ? ERR_KEY_REUSED : ERR_BUSY_KEY, NULL, NULL);
    else
        for (const struct refusal *x = refusals;; x++)
            if (!x->status || (x->status == status && (!x->what || text_equal(x->what, answer)))) {
                call_refuse(c, x->err, answer, NULL);
                break;
            }
    return true;
}

const char *conventions_link(struct call *c, const char *json)
{
    static const char name[] = "\"hall\": \""; // in a text that somebody wrote the quotation marks would be escaped
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    for (const char *at; json && (at = strstr(json, name)); json = at + sizeof name - 1 + 36) {
        const char *key = at + sizeof name - 1;
        text_add(&out, json, (size_t)(key - json));
        text_put(&out, link_show(c, "/v1/halls/", "hall", arena_copy(c->arena, key, 36)));
    }
    text_put(&out, json ? json : "");
    const char *answer = json ? arena_string(c->arena, text_string(&out)) : NULL;
    text_fini(&out);
    return answer;
}

bool conventions_answer(struct call *c, const struct pg_result *r)
{
    if (call_missing(c, r))
        return false;
    int status = atoi(pg_value(r, 0, 0));
    if (refused(c, status, pg_value(r, 0, 1)))
        return false;
    const char *version = r->columns > 2 ? pg_value(r, 0, 2) : NULL;
    if (version && !text_equal(version, "0"))
        call_header(c, "ETag", "\"%s\"", version);
    if (r->columns > 3 && text_equal(pg_value(r, 0, 3), "t"))
        call_header(c, "Idempotency-Replayed", "true");
    call_answer(c, status, conventions_link(c, pg_value(r, 0, 1)));
    return true;
}

void conventions_changed(void *call, const struct pg_result *r)
{
    struct call *c = call;
    struct parts *s = c->parts;
    if (conventions_answer(c, r))
        live_told(s);
}
