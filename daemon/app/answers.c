// SPDX-License-Identifier: EUPL-1.2
// Knows what each answer to a need leads to.
#include "app/answers.h"

#include "app/link.h"
#include "app/matcher.h"
#include "app/offers.h"
#include "app/pages.h"
#include "app/world.h"
#include "base/clock.h"
#include "core/propose.h"
#include "wire/record.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define PAIRS_MOST 2000 // lots x capabilities

struct work {
    const char *answer, *reason, *message;
    char match[37]; // of a mailed link, else ""
    char organisation[37], need[37];
    const char *told; // once it is stored: the record as JSON; by a mailed link how the buyer can be reached, or NULL
};

static enum decline_reason reason_of(const char *word)
{
    return (enum decline_reason)word_value("decline", word);
}

// The change of the offer that the reason asks for; false when there is none, or the need is no longer open.
static bool propose(struct call *c, const struct work *w, const struct offer *offer, struct offer *changed, struct proposal *p)
{
    struct world *world = c->parts->world;
    const struct need *need = world_need(world, w->need);
    // Both are small enough to be weighed while others wait.
    return need && need->lot_count * offer->capability_count <= PAIRS_MOST &&
           propose_change(offer, need, reason_of(w->reason), world_places(world), world_words(world), clock_wall() / 1000, c->arena, changed, p);
}

static void put_side(struct text *out, const char *name, const char *value)
{
    text_format(out, ",\"%s\":", name);
    value ? text_json(out, value) : text_put(out, "null");
}

// {"version","changes","offer"}
static void put_proposal(struct text *out, int version, const struct offer *changed, const struct proposal *p)
{
    text_format(out, "{\"version\":%d,\"changes\":[", version);
    for (size_t i = 0; i < p->count; i++) {
        text_put(out, i ? ",{\"field\":" : "{\"field\":");
        text_json(out, p->changes[i].field);
        put_side(out, "before", p->changes[i].before);
        put_side(out, "after", p->changes[i].after);
        text_put(out, "}");
    }
    text_put(out, "],\"offer\":");
    record_write_offer(out, changed);
    text_put(out, "}");
}

static void answer_record(struct call *c, const struct offer *changed, const struct proposal *p)
{
    const struct work *w = c->state;
    struct text out;
    text_init(&out, 4 << 20);
    text_add(&out, w->told, strlen(w->told) - 1);
    if (p) {
        text_put(&out, ",\"proposal\":");
        put_proposal(&out, changed->version, changed, p);
    }
    text_put(&out, "}");
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

// p: what is proposed, or NULL.
static void tell(struct call *c, const struct offer *changed, const struct proposal *p)
{
    const struct work *w = c->state;
    if (*w->match)
        pages_answered(c, w->answer, ERR_OK, NULL, p, w->told);
    else
        answer_record(c, changed, p);
}

// The answer is stored, whatever becomes of the proposal.
static void on_offer(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct offer offer, changed;
    struct proposal p;
    bool any = r->err == ERR_OK && offers_read(c, r, &offer) && propose(c, c->state, &offer, &changed, &p);
    tell(c, any ? &changed : NULL, any ? &p : NULL);
}

static void stored(struct call *c, const char *told)
{
    struct work *w = c->state;
    w->told = told ? arena_string(c->arena, told) : NULL;
    matcher_wake(c->parts->matcher);
    if (text_equal(w->answer, "declined") && world_need(c->parts->world, w->need))
        call_read(c, SQL_offer_read, (const char *const[]){w->organisation}, on_offer);
    else
        tell(c, NULL, NULL);
}

// Status 200, 404, 409 (answer: what hinders), 422 (nobody could be reached).
static enum err outcome(const struct pg_result *r, const char **arg)
{
    *arg = r->rows ? pg_value(r, 0, 1) : NULL;
    if (r->rows == 0) // it went while it was asked for
        return ERR_NOT_FOUND;
    switch (atoi(pg_value(r, 0, 0))) {
    case 404:
        return ERR_NOT_FOUND;
    case 409:
        return ERR_STATE;
    case 422:
        return ERR_REQUIRED;
    }
    return ERR_OK;
}

static void on_answered(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *arg;
    if (call_failed(c, r))
        return;
    enum err err = outcome(r, &arg);
    if (err == ERR_REQUIRED)
        call_refuse_field(c, err, NULL, arg);
    else if (err != ERR_OK)
        call_refuse(c, err, arg, NULL);
    else
        stored(c, arg);
}

static void answer(struct call *c, struct work *w)
{
    c->state = w;
    memcpy(w->organisation, c->caller.id, sizeof w->organisation);
    memcpy(w->need, c->part, sizeof w->need - 1);
    call_write(c, SQL_match_answer, (const char *const[]){c->caller.id, c->caller.person, c->part, w->answer, w->reason, w->message}, on_answered);
}

static void take(struct call *c, const char *record, const char *word)
{
    struct form form;
    struct work *w = arena_take(c->arena, sizeof *w);
    if (!call_part_is_id(c) || (record && !call_form(c, record, &form)))
        return;
    *w = (struct work){.answer = word, .message = record ? form_value(&form, "message") : NULL,
                       .reason = text_equal(word, "declined") ? form_value(&form, "reason") : NULL};
    answer(c, w);
}

void answers_interested(struct call *c)
{
    take(c, "interest", "interested");
}

void answers_declined(struct call *c)
{
    take(c, "refusal", "declined");
}

void answers_seen(struct call *c)
{
    take(c, NULL, "seen");
}

// Status 200, 404, 409 (answer: the need's state).
static void on_withdrawn(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *arg;
    if (call_failed(c, r))
        return;
    enum err err = outcome(r, &arg);
    if (err != ERR_OK)
        call_refuse(c, err, arg, NULL);
    else
        call_answer(c, 200, arg);
}

void answers_withdraw(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_match_unanswer, (const char *const[]){c->caller.id, c->part}, on_withdrawn);
}

// By the buttons of a mail

// Columns of match_view: title, buyer, supplier, supplier's id, need's id, whether it takes answers.
static void on_viewed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *chosen = call_query(c, "a");
    if (call_failed(c, r))
        return;
    if (r->rows == 0)
        pages_answer(c, 404, NULL, NULL);
    else
        pages_answer(c, 200, &(struct pages_need){call_query(c, "t"), pg_value(r, 0, 0), pg_value(r, 0, 1), pg_value(r, 0, 2), text_equal(pg_value(r, 0, 5), "t")},
                     text_equal(chosen, "declined") ? "declined" : "interested");
}

void answers_page(struct call *c)
{
    char match[37];
    if (!link_id(c->parts, "answer", call_query(c, "t"), match))
        pages_answer(c, 404, NULL, NULL);
    else if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        call_read(c, SQL_match_view, (const char *const[]){match}, on_viewed);
}

static void on_sent(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    const char *arg;
    if (call_failed(c, r))
        return;
    enum err err = outcome(r, &arg);
    const char *more = r->rows ? pg_value(r, 0, 2) : NULL;
    if (err == ERR_OK)
        stored(c, more);
    else
        pages_answered(c, w->answer, err, arg, NULL, more);
}

// Whose match it is has been read.
static void on_owner(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct work *w = c->state;
    if (call_failed(c, r))
        return;
    if (r->rows == 0) {
        pages_answer(c, 404, NULL, NULL);
        return;
    }
    memcpy(w->organisation, pg_value(r, 0, 3), sizeof w->organisation - 1);
    memcpy(w->need, pg_value(r, 0, 4), sizeof w->need - 1);
    call_write(c, SQL_match_answer_link, (const char *const[]){w->match, w->answer, w->reason, w->message}, on_sent);
}

// A browser ends lines by CR LF.
static const char *member_lines(struct call *c, const char *name)
{
    const char *value = call_member(c, name);
    if (!value)
        return NULL;
    char *copy = arena_string(c->arena, value), *to = copy;
    for (const char *from = copy; *from; from++)
        if (!(from[0] == '\r' && from[1] == '\n'))
            *to++ = *from;
    *to = 0;
    return copy;
}

// What the page sent, by the same rules as the API's record; ERR_INVALID with its faults.
static enum err read_page(struct call *c, struct work *w, struct faults *faults)
{
    struct form form;
    struct text body;
    bool declined = text_equal(w->answer, "declined");
    const char *message = member_lines(c, "message"), *reason = declined ? call_member(c, "reason") : NULL;
    text_init(&body, 1 << 20);
    text_put(&body, "{\"message\":");
    text_json(&body, message ? message : "");
    if (reason) {
        text_put(&body, ",\"reason\":");
        text_json(&body, reason);
    }
    text_put(&body, "}");
    fault_init(faults, c->arena);
    enum err err = form_read(text_string(&body), body.len, declined ? "refusal" : "interest", c->arena, &form, faults);
    text_fini(&body);
    if (err == ERR_OK) {
        w->message = form_value(&form, "message");
        w->reason = declined ? form_value(&form, "reason") : NULL;
    }
    return err;
}

void answers_page_post(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    struct faults faults;
    const char *answer = call_member(c, "answer");
    bool declined = text_equal(answer, "declined"), interested = text_equal(answer, "interested");
    *w = (struct work){.answer = declined ? "declined" : "interested"};
    c->state = w;
    if (!link_id(c->parts, "answer", call_member(c, "t"), w->match) || !(declined || interested))
        pages_answer(c, 404, NULL, NULL);
    else if (read_page(c, w, &faults) != ERR_OK)
        pages_answered(c, w->answer, faults.list[0].err, faults.list[0].arg, NULL, faults.list[0].pointer + 1);
    else
        call_read(c, SQL_match_view, (const char *const[]){w->match}, on_owner);
}
