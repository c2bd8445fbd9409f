// SPDX-License-Identifier: EUPL-1.2
// Knows what whoever runs the service may see of it without being on its machine: nothing by which one could act for others.
#include "app/administration.h"

#include "app/config.h"
#include "app/outbox.h"
#include "core/words.h"
#include "wire/chain.h"
#include "wire/member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_MOST 200                   // bytes of a search
#define LINKS 500                        // entries of the audit log that are checked at a time
#define LOG_START "-9223372036854775808" // before what may never stand there, too

// Organisations

void administration_organisations(struct call *c)
{
    const char *cursor, *limit, *q = call_query(c, "q"), *suspended = call_query(c, "suspended");
    if (q && strlen(q) > ASKED_MOST)
        call_refuse_field(c, ERR_TOO_LONG, "200", "q");
    else if (call_page(c, false, &cursor, &limit))
        call_read(c, SQL_organisation_find,
                  (const char *const[]){q && *q ? words_fold(c->arena, q) : NULL, text_equal(suspended, "1") ? "true" : "false", cursor, limit}, call_list);
}

// Deliveries

// Whether the value, when one is given, is among the words; false when refused.
static bool one_of(struct call *c, const char *name, const char *value, const char *const *words, const char *all)
{
    bool known = !value;
    for (; *words && !known; words++)
        known = text_equal(*words, value);
    if (!known)
        call_refuse_field(c, ERR_NOT_ONE_OF, all, name);
    return known;
}

void administration_outbox(struct call *c)
{
    static const char *const states[] = {"due", "claimed", "done", "failed", NULL}, *const channels[] = {"mail", "webhook", NULL};
    const char *cursor, *limit, *state = call_query(c, "state"), *channel = call_query(c, "channel");
    if (one_of(c, "state", state, states, "due, claimed, done, failed") && one_of(c, "channel", channel, channels, "mail, webhook") &&
        call_page(c, false, &cursor, &limit))
        call_read(c, SQL_outbox_page, (const char *const[]){state, channel, cursor, limit}, call_list);
}

// Columns: how many it met, the state it had (NULL: there is none).
static void on_moved(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (!pg_value(r, 0, 1))
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (atoi(pg_value(r, 0, 0)) == 0)
        call_refuse(c, ERR_STATE, pg_value(r, 0, 1), NULL);
    else {
        outbox_wake(c->parts->outbox);
        call_answer(c, 200, arena_format(c->arena, "{\"count\":%s}", pg_value(r, 0, 0)));
    }
}

static void move(struct call *c, enum sql_statement statement)
{
    if (call_part_is_id(c))
        call_write(c, statement, (const char *const[]){c->part, NULL}, on_moved);
}

void administration_retry(struct call *c)
{
    move(c, SQL_outbox_retry);
}

void administration_drop(struct call *c)
{
    move(c, SQL_outbox_drop);
}

// The audit log

void administration_audit(struct call *c)
{
    const char *cursor, *limit;
    if (call_page(c, true, &cursor, &limit))
        call_read(c, SQL_audit_all, (const char *const[]){cursor, limit}, call_list);
}

struct check { // in the arena of the request
    struct chain_walk walk;
    struct chain_link top; // as the head of the log says; what was added since is not looked at
};

static void answer_check(struct call *c, const struct check *k)
{
    struct text out;
    text_init(&out, 4096);
    text_byte(&out, '{');
    member_number(&out, "seq", k->walk.head.seq);
    member_text(&out, "hash", k->walk.head.hash);
    member_number(&out, "last", k->top.seq);
    if (k->walk.wrong)
        member_number(&out, "broken", k->walk.broken);
    else
        member_text(&out, "broken", NULL);
    member_text(&out, "why", k->walk.wrong);
    text_byte(&out, '}');
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

// Columns seq, organisation, entry, hash. The log must have the entry that its head names.
static void on_entries(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct check *k = c->state;
    struct chain_walk *w = &k->walk;
    if (call_failed(c, r))
        return;
    for (int i = 0; i < r->rows && w->head.seq != k->top.seq && !w->wrong; i++)
        chain_step(w, atoll(pg_value(r, i, 0)), pg_value(r, i, 1), pg_value(r, i, 2), pg_value(r, i, 3));
    bool ends = r->rows < LINKS || w->head.seq >= k->top.seq;
    if (!w->wrong && ends && !chain_same(&w->head, &k->top)) {
        w->wrong = "head";
        w->broken = w->head.seq;
    }
    answer_check(c, k);
}

static void on_top(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct check *k = c->state;
    int64_t from = k->walk.head.seq;
    if (call_failed(c, r))
        return;
    if (r->rows == 1) {
        k->top.seq = atoll(pg_value(r, 0, 0));
        snprintf(k->top.hash, sizeof k->top.hash, "%s", pg_value(r, 0, 1));
    }
    call_read(c, SQL_audit_read,
              (const char *const[]){from ? arena_format(c->arena, "%lld", (long long)from) : LOG_START, arena_format(c->arena, "%d", LINKS)}, on_entries);
}

void administration_check(struct call *c)
{
    const char *after = call_query(c, "after");
    struct check *k = arena_take(c->arena, sizeof *k);
    *k = (struct check){.top = {.seq = -1}};
    c->state = k;
    if (after && *after && !chain_anchor(after, &k->walk.head))
        call_refuse_field(c, ERR_WRONG_TYPE, "12:0f3a...", "after");
    else
        call_read(c, SQL_audit_top, NULL, on_top);
}

// Settings

static void put_setting(void *ctx, const struct config_view *v)
{
    struct text *out = ctx;
    member_item(out);
    text_byte(out, '{');
    member_text(out, "name", v->name);
    member_text(out, "value", v->value);
    member_text(out, "default", v->standard);
    member_text(out, "given", v->given);
    member_bool(out, "live", v->live);
    member_bool(out, "secret", v->secret);
    if (v->number) {
        member_number(out, "least", v->least);
        member_number(out, "most", v->most);
    }
    member_text(out, "unit", v->unit);
    member_text(out, "fr", v->text[LANG_FR]);
    member_text(out, "en", v->text[LANG_EN]);
    text_byte(out, '}');
}

void administration_settings(struct call *c)
{
    struct text out;
    text_init(&out, 1 << 20);
    text_byte(&out, '{');
    member_open(&out, "items", '[');
    config_each(c->parts->config, put_setting, &out);
    text_byte(&out, ']');
    member_text(&out, "next", NULL);
    text_byte(&out, '}');
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}
