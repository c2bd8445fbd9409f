// SPDX-License-Identifier: EUPL-1.2
// Knows what a moderator's word changes, and who has to hear of it.
#include "app/moderation.h"

#include "app/access.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "base/clock.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>

#define ID_FORM "01890a5d-ac96-774b-bcce-b302099a8057"

// Column `column` has the answer; without a row, or when it is NULL, there is no such thing.
static bool nothing(struct call *c, const struct pg_result *r, int column)
{
    if (call_failed(c, r))
        return true;
    if (r->rows && pg_value(r, 0, column))
        return false;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return true;
}

// Rights, matches and mails follow from a decision.
static void answer_decided(struct call *c, const struct pg_result *r, int column)
{
    if (nothing(c, r, column))
        return;
    access_forget(c->parts->access);
    matcher_wake(c->parts->matcher);
    outbox_wake(c->parts->outbox);
    call_answer(c, 200, pg_value(r, 0, column));
}

// The verdict of the body as SQL has it.
static const char *yes_of(const struct form *form)
{
    return text_equal(form_value(form, "verdict"), word_of("verdict", VERDICT_YES)) ? "true" : "false";
}

// Reports

static void on_reported(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!nothing(c, r, 0))
        call_answer(c, 201, pg_value(r, 0, 0));
}

// A report is about one thing: a need or an organisation.
static bool about_one(struct call *c, const char *need, const char *organisation)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    if (need && organisation)
        fault_add(&faults, ERR_WRONG_TYPE, "need | organisation", "/organisation");
    else if (!need && !organisation)
        fault_add(&faults, ERR_REQUIRED, NULL, "/need");
    if (need && !text_uuid(need))
        fault_add(&faults, ERR_WRONG_TYPE, ID_FORM, "/need");
    if (organisation && !text_uuid(organisation))
        fault_add(&faults, ERR_WRONG_TYPE, ID_FORM, "/organisation");
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    return faults.count == 0;
}

void moderation_report(struct call *c)
{
    struct form form;
    char id[37];
    if (!call_form(c, "report", &form))
        return;
    const char *need = form_value(&form, "need"), *organisation = form_value(&form, "organisation");
    if (!about_one(c, need, organisation))
        return;
    seal_uuid(clock_wall(), id);
    call_write(c, SQL_report_add,
               (const char *const[]){id, c->caller.id, need, organisation, form_value(&form, "reason"),
                                     form_value(&form, "remark")},
               on_reported);
}

static void on_closed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!nothing(c, r, 0))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void moderation_close(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "report_verdict", &form))
        call_write(c, SQL_report_close, (const char *const[]){c->part, form_value(&form, "reason")}, on_closed);
}

// What waits

static void on_listed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void moderation_list(struct call *c)
{
    const char *cursor, *limit;
    if (call_page(c, false, &cursor, &limit))
        call_read(c, SQL_moderation_list, (const char *const[]){limit}, on_listed);
}

// Decisions

// Columns status (200, 404, 409, 410, 412), answer.
static void on_need_decided(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    int status = r->rows ? atoi(pg_value(r, 0, 0)) : 0;
    if (status == 409)
        call_refuse(c, ERR_STATE, pg_value(r, 0, 1), NULL);
    else if (status == 412)
        call_refuse(c, ERR_CHANGED, pg_value(r, 0, 1), NULL);
    else if (status == 410)
        call_refuse_field(c, ERR_PAST, NULL, "deadline");
    else
        answer_decided(c, r, 1); // a 404 has no answer
}

void moderation_need(struct call *c)
{
    struct form form;
    if (!call_part_is_id(c) || !call_form(c, "verdict", &form))
        return;
    if (text_equal(yes_of(&form), "false") && !form_value(&form, "reason")) // its owners are to know what to mend
        call_refuse_field(c, ERR_REQUIRED, NULL, "reason");
    else
        call_write(c, SQL_need_decide, (const char *const[]){c->part, yes_of(&form), form_value(&form, "reason"), form_value(&form, "version")},
                   on_need_decided);
}

static void on_decided(void *ctx, const struct pg_result *r)
{
    answer_decided(ctx, r, 0);
}

void moderation_claim(struct call *c)
{
    static const char organiser[] = "organiser";
    struct form form;
    if (!call_part_is_id(c) || !call_form(c, "claim_verdict", &form))
        return;
    const char *claim = form_value(&form, "claim"), *reason = form_value(&form, "reason");
    if (word_value("structure", claim) < 0 && !text_equal(claim, organiser)) {
        call_refuse_field(c, ERR_NOT_ONE_OF, arena_format(c->arena, "%s, %s", word_all("structure", c->arena), organiser), "claim");
        return;
    }
    call_write(c, SQL_claim_decide, (const char *const[]){c->part, claim, yes_of(&form), "moderator", reason},
               on_decided);
}

// Columns status, answer; no row: nobody asks to join by that id.
static void on_member_decided(void *ctx, const struct pg_result *r)
{
    answer_decided(ctx, r, 1);
}

void moderation_member(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "member_verdict", &form))
        call_write(c, SQL_member_decide, (const char *const[]){c->part, form_value(&form, "role")}, on_member_decided);
}

void moderation_organisation(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "suspension", &form))
        call_write(c, SQL_organisation_suspend,
                   (const char *const[]){c->part, form_value(&form, "suspended"), form_value(&form, "reason")}, on_decided);
}
