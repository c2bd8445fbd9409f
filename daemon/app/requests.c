// SPDX-License-Identifier: EUPL-1.2
// Knows who is to meet whom, and what is fixed of it.
#include "app/requests.h"

#include "app/conventions.h"
#include "app/live.h"
#include "base/clock.h"
#include "core/narrow.h"
#include "wire/agenda.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define UUID_SHAPE "01890a5d-ac96-774b-bcce-b302099a8057"

// Lists

static bool state_fits(struct call *c, const char *state)
{
    if (!state || text_equal(state, "waiting") || word_value("request_state", state) >= 0)
        return true;
    call_refuse_field(c, ERR_NOT_ONE_OF, arena_format(c->arena, "%s, waiting", word_all("request_state", c->arena)), "state");
    return false;
}

void requests_list(struct call *c)
{
    const char *cursor, *limit, *state = call_query(c, "state"), *who = call_query(c, "participant");
    if (!call_part_is_id(c) || !state_fits(c, state) || !call_page(c, false, &cursor, &limit))
        return;
    if (who && !text_uuid(who))
        call_refuse_field(c, ERR_WRONG_TYPE, UUID_SHAPE, "participant");
    else
        call_read(c, SQL_requests_list, (const char *const[]){c->part, state, who, cursor, limit}, call_list);
}

void requests_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_request_get, (const char *const[]){c->part}, call_versioned);
}

// One more

// What hinders a request, and which field says so: of the organiser's record, of a participant's wish. No field: a state.
static const struct refusal {
    const char *what;
    enum err err;
    const char *field[2];
} refusals[] = {
    {"missing", ERR_NOT_FOUND, {NULL, NULL}},
    {"self", ERR_SAME_PERSON, {"second", "with"}},
    {"first", ERR_UNKNOWN_ID, {"first", NULL}},
    {"second", ERR_UNKNOWN_ID, {"second", "with"}},
    {"sides", ERR_SAME_SIDE, {"second", "with"}},
    {"most", ERR_TOO_MANY_WISHES, {NULL, "with"}},
    {"declined", ERR_STATE, {NULL, NULL}},
    {"state", ERR_STATE, {NULL, NULL}},
};

static const struct refusal *refusal_of(const char *what)
{
    const struct refusal *x = refusals;
    while (x < refusals + sizeof refusals / sizeof *refusals - 1 && !text_equal(x->what, what))
        x++;
    return x;
}

enum err requests_error(const char *what)
{
    return refusal_of(what)->err;
}

bool requests_refused(struct call *c, const char *what, bool wish, const char *id)
{
    const struct refusal *x = refusal_of(what);
    if (!what)
        return false;
    if (x->field[wish])
        call_refuse_field(c, x->err, id, x->field[wish]);
    else
        call_refuse(c, x->err == ERR_UNKNOWN_ID ? ERR_STATE : x->err, what, NULL);
    return true;
}

void requests_made(struct call *c, const struct pg_result *r)
{
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 4));
    live_told(c->parts);
    call_answer(c, text_equal(pg_value(r, 0, 1), "t") ? 201 : 200, pg_value(r, 0, 3));
}

// Columns id, added, refused, answer, version.
static void on_added(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct form *form = c->state;
    if (call_missing(c, r))
        return;
    const char *what = pg_value(r, 0, 2);
    if (requests_refused(c, what, false, form_value(form, text_equal(what, "first") ? "first" : "second")))
        return;
    if (text_equal(pg_value(r, 0, 1), "t"))
        call_header(c, "Location", "/v1/requests/%s", pg_value(r, 0, 0));
    requests_made(c, r);
}

bool requests_id(struct call *c, const struct form *form, const char *field)
{
    if (text_uuid(form_value(form, field)))
        return true;
    call_refuse_field(c, ERR_WRONG_TYPE, UUID_SHAPE, field);
    return false;
}

void requests_post(struct call *c)
{
    struct form *form = arena_take(c->arena, sizeof *form);
    struct text rows;
    char id[37];
    if (!call_part_is_id(c) || !call_form(c, "request", form) || !requests_id(c, form, "first") || !requests_id(c, form, "second"))
        return;
    const char *priority = form_value(form, "priority"), *message = form_value(form, "message");
    seal_uuid(clock_wall(), id);
    text_init(&rows, 1 << 16);
    text_format(&rows, "[{\"line\":1,\"id\":\"%s\",\"first\":\"%s\",\"second\":\"%s\",\"priority\":%s", id, form_value(form, "first"),
                form_value(form, "second"), priority ? priority : "3");
    if (message) {
        text_put(&rows, ",\"message\":");
        text_json(&rows, message);
    }
    text_put(&rows, "}]");
    c->state = form;
    call_write(c, SQL_request_add, (const char *const[]){c->caller.id, c->part, text_string(&rows)}, on_added);
    text_fini(&rows);
}

// What is fixed of it

struct rules {
    int version;
    const char *json;
};

static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    conventions_changed(c, r);
}

// Why the request cannot be met as the agenda has it, in one sentence; NULL when nothing is known against it. What the agenda
// names that is not there is for the database to say.
static const char *hindrance_of(struct call *c, const char *json, int request)
{
    struct agenda agenda;
    struct agenda_view view;
    struct narrow narrow;
    struct faults faults;
    size_t count;
    fault_init(&faults, c->arena);
    if (!agenda_read(&agenda, json, strlen(json), c->arena, &faults) || request < 0 || request >= agenda.meetings)
        return NULL;
    struct agenda named = agenda_told(&agenda, c->arena);
    agenda_view(&view, &agenda, c->arena);
    narrow_agenda(&narrow, &view, 2, c->arena);
    if (narrow.impossible)
        return hindrance_text(&named, &narrow.why, c->lang, c->arena);
    if (narrow.slots[request])
        return NULL;
    struct timetable none = timetable_new(agenda.meetings, c->arena);
    struct hindrance *why = narrow_left_out(&view, &none, false, c->arena, &count);
    return (size_t)request < count ? hindrance_text(&named, &why[request], c->lang, c->arena) : NULL;
}

static void store_rules(struct call *c)
{
    const struct rules *w = c->state;
    call_write(c, SQL_request_put, (const char *const[]){c->caller.id, c->part, arena_format(c->arena, "%d", w->version), w->json}, on_written);
}

// Columns: the agenda around it as it is, as it would be, the number of the request in it. No row: it is not among what is planned.
static void on_near(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    int request = r->rows ? atoi(pg_value(r, 0, 2)) : 0;
    const char *why = r->rows ? hindrance_of(c, pg_value(r, 0, 1), request) : NULL;
    // What was impossible before is not this change's fault.
    if (why && !hindrance_of(c, pg_value(r, 0, 0), request))
        call_refuse(c, ERR_CONFLICT, why, NULL);
    else
        store_rules(c);
}

void requests_put(struct call *c)
{
    struct form form;
    struct text json;
    struct rules *w = arena_take(c->arena, sizeof *w);
    if (!call_part_is_id(c))
        return;
    w->version = call_version(c);
    if (w->version <= 0) {
        call_refuse(c, w->version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
        return;
    }
    if (!call_form(c, "request_rules", &form))
        return;
    text_init(&json, 1 << 16);
    form_json(&form, &json);
    w->json = arena_string(c->arena, text_string(&json));
    text_fini(&json);
    c->state = w;
    call_read(c, SQL_request_near, (const char *const[]){c->part, w->json}, on_near);
}

void requests_answer(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "request_answer", &form))
        call_write(c, SQL_request_answer, (const char *const[]){c->caller.id, c->part, form_value(&form, "answer")}, on_written);
}
