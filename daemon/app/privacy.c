// SPDX-License-Identifier: EUPL-1.2
// Knows what is asked before something is erased, and how what is kept of somebody leaves as a file.
#include "app/privacy.h"

#include "app/access.h"
#include "app/config.h"
#include "app/gate.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/secret.h"
#include "base/clock.h"
#include "wire/csv.h"
#include "wire/kept.h"

#include <stdlib.h>
#include <strings.h>

// Exports

struct export { // in the arena of the request
    const char *of; // of whom, in the name of the file
    bool csv;
};

// A browser keeps the file under that name.
static void name_file(struct call *c, const struct export *e)
{
    char today[25];
    clock_format(clock_wall() / 1000, today);
    call_header(c, "Content-Disposition", "attachment; filename=\"entregent-%s-%.10s.%s\"", e->of, today, e->csv ? "csv" : "json");
}

static void on_exported(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct export *e = c->state;
    if (call_missing(c, r))
        return;
    if (!e->csv) {
        name_file(c, e);
        call_text(c, 200, "application/json", pg_value(r, 0, 0), pg_length(r, 0, 0));
        return;
    }
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    if (csv_flatten(&out, pg_value(r, 0, 0), pg_length(r, 0, 0), c->arena) == ERR_OK) {
        name_file(c, e);
        call_text(c, 200, "text/csv; charset=utf-8; header=present", text_string(&out), out.len);
    } else
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    text_fini(&out);
}

static void export(struct call *c, const char *of, enum sql_statement statement, const char *id)
{
    const char *format = call_query(c, "format");
    struct export *e = arena_take(c->arena, sizeof *e);
    *e = (struct export){of, text_equal(format, "csv")};
    c->state = e;
    if (!format || e->csv || text_equal(format, "json"))
        call_read(c, statement, (const char *const[]){id}, on_exported);
    else
        call_refuse_field(c, ERR_NOT_ONE_OF, "json, csv", "format");
}

void privacy_export_person(struct call *c)
{
    export(c, "person", SQL_person_export, c->caller.person);
}

void privacy_export(struct call *c)
{
    export(c, c->caller.siret, SQL_organisation_export, c->caller.id);
}

// Erasing: what cannot be undone is confirmed by a repeated name, and by the password of whoever has one.

struct erasure { // in the arena of the request
    struct form form;
    void (*erase)(struct call *c);
};

static bool take(struct call *c, void (*erase)(struct call *c))
{
    struct erasure *e = arena_take(c->arena, sizeof *e);
    e->erase = erase;
    c->state = e;
    return call_form(c, "erasure", &e->form);
}

static bool confirmed(struct call *c, const char *wanted)
{
    const struct erasure *e = c->state;
    if (strcasecmp(form_value(&e->form, "confirm"), wanted) == 0)
        return true;
    call_refuse_field(c, ERR_NOT_ONE_OF, wanted, "confirm");
    return false;
}

static void on_checked(struct call *c, bool right)
{
    const struct erasure *e = c->state;
    if (right)
        e->erase(c);
    else
        call_refuse_field(c, ERR_BAD_SIGNIN, NULL, "password");
}

// stored: the hash, NULL when the person has no password. A cookie that was stolen is not the person: guesses are counted.
static void check_password(struct call *c, const char *stored)
{
    const struct erasure *e = c->state;
    const char *password = form_value(&e->form, "password");
    if (!stored)
        e->erase(c);
    else if (!password)
        call_refuse_field(c, ERR_REQUIRED, NULL, "password");
    else if (gate_target(c, c->caller.person))
        secret_check(c, stored, password, on_checked);
}

static void say_erased(struct call *c, const char *json)
{
    call_answer(c, 200, kept_explain(json, c->lang, c->parts->config->need_days, c->arena));
}

static void on_person_erased(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (text_equal(r->state, "P0409")) {
        call_refuse(c, ERR_LAST_OWNER, NULL, NULL);
        return;
    }
    if (call_failed(c, r))
        return;
    access_forget(c->parts->access);
    access_cookie(c, NULL);
    outbox_drop(c->parts->outbox, pg_value(r, 0, 2));
    say_erased(c, pg_value(r, 0, 1));
}

static void erase_person(struct call *c)
{
    call_write(c, SQL_person_erase, (const char *const[]){c->caller.person, "asked"}, on_person_erased);
}

static void on_person(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r) && confirmed(c, pg_value(r, 0, 0)))
        check_password(c, pg_value(r, 0, 1));
}

void privacy_erase_person(struct call *c)
{
    if (take(c, erase_person))
        call_read(c, SQL_person_own, (const char *const[]){c->caller.person}, on_person);
}

// Columns status (200, 404), answer.
static void on_organisation_erased(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (atoi(pg_value(r, 0, 0)) == 404) {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    access_forget(c->parts->access);
    matcher_wake(c->parts->matcher);
    say_erased(c, pg_value(r, 0, 1));
}

static void erase_organisation(struct call *c)
{
    call_write(c, SQL_organisation_erase,
               (const char *const[]){c->caller.id, arena_format(c->arena, "%lld", (long long)c->parts->config->need_days)},
               on_organisation_erased);
}

static void on_member(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        check_password(c, pg_value(r, 0, 1));
}

void privacy_erase(struct call *c)
{
    if (!c->caller.session) // whoever finds a token of the organisation could end it
        call_refuse(c, ERR_NEEDS_PERSON, NULL, NULL);
    else if (take(c, erase_organisation) && confirmed(c, c->caller.siret))
        call_read(c, SQL_person_own, (const char *const[]){c->caller.person}, on_member);
}
