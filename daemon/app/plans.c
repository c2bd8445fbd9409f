// SPDX-License-Identifier: EUPL-1.2
// Knows how a run is asked for, followed and stopped.
#include "app/plans.h"

#include "app/config.h"
#include "app/conventions.h"
#include "app/live.h"
#include "app/runner.h"
#include "base/clock.h"
#include "wire/member.h"
#include "wire/seal.h"

#include <string.h>

#define ORDER "fairness,gaps,change"
#define SPREAD 2
#define SEED 1
#define LATER_US 5000000 // all places are taken: one may be free then

// ---- What is to be planned

static bool take_previous(struct call *c, const char **previous)
{
    *previous = call_query(c, "previous");
    if (!*previous || text_uuid(*previous))
        return true;
    call_refuse_field(c, ERR_UNKNOWN_ID, *previous, "previous");
    return false;
}

static void on_agenda(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void plans_agenda(struct call *c)
{
    const char *previous;
    if (call_part_is_id(c) && take_previous(c, &previous))
        call_read(c, SQL_agenda_get, (const char *const[]){c->part, previous}, on_agenda);
}

static void on_advised(void *ctx, const char *json)
{
    struct call *c = ctx;
    if (json)
        call_answer(c, 200, json);
    else
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
}

static void on_advice_agenda(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r) && !runner_advise(c->parts->runner, pg_value(r, 0, 0), c->lang, on_advised, c))
        call_refuse_later(c, LATER_US);
}

void plans_advice(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_agenda_get, (const char *const[]){c->part, NULL}, on_advice_agenda);
}

// ---- Runs

// What a run is asked for, as it is stored.
struct asked {
    char id[37];
    struct runner_options o;
    const char *options;
};

static bool take_number(const struct form *f, const char *name, int64_t otherwise, int64_t *out)
{
    const char *value = form_value(f, name);
    *out = otherwise;
    return !value || text_int(value, out);
}

// Each of the three once.
static bool is_order(const char *order)
{
    static const char *const orders[] = {"fairness,gaps,change", "fairness,change,gaps", "gaps,fairness,change",
                                         "gaps,change,fairness", "change,fairness,gaps", "change,gaps,fairness"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (strcmp(order, orders[i]) == 0)
            return true;
    return false;
}

static const char *options_json(struct call *c, const struct runner_options *o)
{
    struct text out;
    text_init(&out, 1024);
    text_byte(&out, '{');
    member_number(&out, "seconds", o->seconds);
    member_text(&out, "order", o->order);
    member_number(&out, "spread", o->spread);
    member_number(&out, "seed", (int64_t)o->seed);
    text_byte(&out, '}');
    const char *json = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return json;
}

// Reads the body; false when refused.
static bool take_asked(struct call *c, struct asked *a)
{
    struct form form;
    int64_t most = c->parts->config->plan_seconds, seconds, spread, seed;
    if (!call_form(c, "plan", &form))
        return false;
    const char *order = form_value(&form, "order");
    if (!take_number(&form, "seconds", most, &seconds) || seconds > most) {
        call_refuse_field(c, ERR_OUT_OF_RANGE, arena_format(c->arena, "1 .. %lld", (long long)most), "seconds");
        return false;
    }
    if (order && !is_order(order)) {
        call_refuse_field(c, ERR_NOT_ONE_OF, "fairness, gaps, change", "order");
        return false;
    }
    take_number(&form, "spread", SPREAD, &spread);
    take_number(&form, "seed", SEED, &seed);
    a->o = (struct runner_options){.seconds = (int)seconds, .spread = (int)spread, .seed = (uint64_t)seed, .order = order ? order : ORDER};
    a->options = options_json(c, &a->o);
    return true;
}

static void on_undone(void *ctx, const struct pg_result *r)
{
    (void)r;
    call_refuse_later(ctx, LATER_US);
}

static void on_begun(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct asked *a = c->state;
    if (call_missing(c, r))
        return;
    if (!text_equal(pg_value(r, 0, 0), "201")) {
        conventions_answer(c, r);
        return;
    }
    if (!runner_start(c->parts->runner, a->id, pg_value(r, 0, 2), &a->o)) { // the last place was taken meanwhile
        pg_write_apart(c->parts->pg, SQL_plan_end, (const char *const[]){a->id, "failed", NULL, NULL, NULL, "[]"}, on_undone, c);
        return;
    }
    live_wake(c->parts->live);
    pg_notify(c->parts->pg);
    call_header(c, "Location", "/v1/plans/%s", a->id);
    call_answer(c, 202, pg_value(r, 0, 1));
}

void plans_post(struct call *c)
{
    struct asked *a = arena_take(c->arena, sizeof *a);
    c->state = a;
    if (!call_part_is_id(c) || !take_asked(c, a))
        return;
    if (runner_running(c->parts->runner) >= c->parts->config->plans_at_once) {
        call_refuse_later(c, LATER_US);
        return;
    }
    seal_uuid(clock_wall(), a->id);
    pg_write_apart(c->parts->pg, SQL_plan_begin, (const char *const[]){c->caller.id, c->part, a->id, a->options}, on_begun, c);
}

static void on_listed(void *ctx, const struct pg_result *r)
{
    if (!call_missing(ctx, r))
        call_list(ctx, r);
}

void plans_list(struct call *c)
{
    const char *cursor, *limit;
    if (call_part_is_id(c) && call_page(c, false, &cursor, &limit))
        call_read(c, SQL_plans_list, (const char *const[]){c->part, cursor, limit}, on_listed);
}

static void on_got(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void plans_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_plan_get, (const char *const[]){c->part}, on_got);
}

// One that has ended already has nothing to be stopped: it is as it was asked.
static void on_ended(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_text(c, 204, NULL, "", 0);
}

static void on_stopped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (!r->rows) {
        call_read(c, SQL_plan_get, (const char *const[]){c->part}, on_ended);
        return;
    }
    runner_stop(c->parts->runner, c->part); // another process hears of it when it says how far it is
    call_text(c, 204, NULL, "", 0);
}

void plans_stop(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_plan_stop, (const char *const[]){c->caller.id, c->part}, on_stopped);
}
