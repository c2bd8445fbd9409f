// SPDX-License-Identifier: EUPL-1.2
// Knows what came of meetings.
#include "app/outcomes.h"

#include "app/badges.h"
#include "wire/outcome.h"

#include <stdlib.h>
#include <string.h>

#define CSV_MOST (32 << 20)
#define ALL "100000" // meetings of a table: all there are

// Outcomes of an organiser's convention

static void answer_csv(struct call *c, const char *json)
{
    struct text out;
    text_init(&out, CSV_MOST);
    call_header(c, "Content-Disposition", "attachment; filename=\"outcomes.csv\"");
    if (outcome_table(&out, json) && !out.full)
        call_text(c, 200, "text/csv; charset=utf-8; header=present", text_string(&out), out.len);
    else
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    text_fini(&out);
}

static void on_table(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        answer_csv(c, pg_value(r, 0, 0));
}

static void on_page(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_list(c, r);
}

void outcomes_list(struct call *c)
{
    const char *format = call_query(c, "format"), *cursor, *limit;
    bool csv = text_equal(format, "csv");
    if (!call_part_is_id(c) || !call_page(c, false, &cursor, &limit))
        return;
    if (format && !csv && !text_equal(format, "json"))
        call_refuse_field(c, ERR_NOT_ONE_OF, "json, csv", "format");
    else
        call_read(c, SQL_outcomes_list, (const char *const[]){c->part, csv ? NULL : cursor, csv ? ALL : limit}, csv ? on_table : on_page);
}

// By a badge

static void on_put(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    int status = atoi(pg_value(r, 0, 0));
    if (status == 404)
        call_refuse_field(c, ERR_UNKNOWN_ID, c->state, "request");
    else if (status == 409)
        call_refuse(c, ERR_STATE, pg_value(r, 0, 1), NULL);
    else
        call_answer(c, status, pg_value(r, 0, 1));
}

void outcomes_put(struct call *c)
{
    struct form form;
    char key[37];
    if (!badges_key(c, key) || !call_form(c, "outcome", &form))
        return;
    const char *request = form_value(&form, "request");
    c->state = arena_copy(c->arena, request, strlen(request));
    if (!text_uuid(request))
        call_refuse_field(c, ERR_UNKNOWN_ID, request, "request");
    else
        call_write(c, SQL_badge_outcome,
                   (const char *const[]){key, request, form_value(&form, "met"), form_value(&form, "useful"), form_value(&form, "follow_up")}, on_put);
}
