// SPDX-License-Identifier: EUPL-1.2
// Knows how a person comes to have an account and how it changes: nothing is done to an address before its owner says so.
#include "app/accounts.h"

#include "app/access.h"
#include "app/alerts.h"
#include "app/config.h"
#include "app/gate.h"
#include "app/matcher.h"
#include "app/outbox.h"
#include "app/pages.h"
#include "app/secret.h"
#include "app/ticket.h"
#include "base/clock.h"
#include "core/password.h"
#include "core/siret.h"
#include "wire/mail.h"
#include "wire/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work { // in the arena of the request
    struct form form;
    bool page; // answered to a browser
    char email[255];
    char ticket[37], kind[8];
    char secret[SEAL_TOKEN];
};

static const char *hours(struct call *c)
{
    return arena_format(c->arena, "%lld", (long long)c->parts->config->ticket_hours);
}

static const char *new_id(struct call *c)
{
    char *id = arena_take(c->arena, 37);
    seal_uuid(clock_wall(), id);
    return id;
}

// The body as a record with a mail address; false when refused.
static bool take(struct call *c, struct work *w, const char *record)
{
    c->state = w;
    if (!call_form(c, record, &w->form))
        return false;
    const char *email = strcmp(record, "ticket") == 0 || strcmp(record, "password") == 0 ? NULL : form_value(&w->form, "email");
    if (!email || mail_address(email, w->email))
        return true;
    call_refuse_field(c, ERR_BAD_MAIL, email, "email");
    return false;
}

static bool password_fits(struct call *c, const char *password, const char *const *known)
{
    enum err err = password ? password_check(password, known) : ERR_OK;
    if (err != ERR_OK)
        call_refuse_field(c, err, "12", "password");
    return err == ERR_OK;
}

// Signing up

static void on_looked(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void accounts_look(struct call *c)
{
    if (siret_valid(c->part))
        call_read(c, SQL_enterprise_find, (const char *const[]){c->part}, on_looked);
    else
        call_refuse_field(c, ERR_BAD_SIRET, c->part, "siret");
}

static void put_list(struct text *out, const char *name, const char *words)
{
    text_format(out, ",\"%s\":[", name);
    for (const char *at = words ? words : ""; *at; at += *at == ',') {
        size_t len = strcspn(at, ",");
        text_put(out, at == words ? "" : ",");
        text_json_bytes(out, at, len);
        at += len;
    }
    text_put(out, "]");
}

static void put_text(struct text *out, const char *name, const char *value)
{
    if (!value)
        return;
    text_format(out, ",\"%s\":", name);
    text_json(out, value);
}

// Status 202, 409 (the enterprise is known: which of its establishments), 422 (the field).
static void on_asked(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    const char *answer = pg_value(r, 0, 1);
    switch (atoi(pg_value(r, 0, 0))) {
    case 409:
        call_refuse(c, ERR_SIRET_TAKEN, NULL, NULL);
        return;
    case 422:
        call_refuse_field(c, ERR_NOT_ONE_OF, "GET /v1/enterprises/{siret}", answer);
        return;
    }
    outbox_wake(c->parts->outbox);
    call_answer(c, 202, answer);
}

static void ask_signup(struct call *c)
{
    const struct work *w = c->state;
    const char *language = form_value(&w->form, "language");
    struct text args;
    text_init(&args, 1 << 16);
    text_put(&args, "{\"siret\":");
    text_json(&args, form_value(&w->form, "siret"));
    put_text(&args, "organisation", form_value(&w->form, "organisation"));
    put_list(&args, "kinds", form_value(&w->form, "kinds"));
    put_list(&args, "structures", form_value(&w->form, "structures"));
    put_text(&args, "join", form_value(&w->form, "join"));
    put_text(&args, "separate", form_value(&w->form, "separate"));
    put_text(&args, "name", form_value(&w->form, "name"));
    language = language ? language : c->lang == LANG_FR ? "fr" : "en";
    put_text(&args, "language", language);
    text_put(&args, "}");
    call_write(c, SQL_signup_ask,
               (const char *const[]){new_id(c), new_id(c), hours(c), w->email, language, text_string(&args)}, on_asked);
    text_fini(&args);
}

// A field that is needed here, unless it is wrong already.
static void need_field(const struct form *form, const char *name, struct faults *faults)
{
    for (size_t i = 0; i < faults->count && i < FAULT_MOST; i++)
        if (*faults->list[i].pointer == '/' && strcmp(faults->list[i].pointer + 1, name) == 0)
            return;
    if (!form_value(form, name))
        fault_add(faults, ERR_REQUIRED, NULL, "/%s", name);
}

// What records.def does not say of its fields; all that is wrong is told at once.
static void check_signup(struct work *w, struct faults *faults)
{
    const char *siret = form_value(&w->form, "siret"), *join = form_value(&w->form, "join"), *email = form_value(&w->form, "email");
    if (siret && !siret_valid(siret))
        fault_add(faults, ERR_BAD_SIRET, siret, "/siret");
    if (email && !mail_address(email, w->email))
        fault_add(faults, ERR_BAD_MAIL, email, "/email");
    if (join && !text_uuid(join))
        fault_add(faults, ERR_WRONG_TYPE, "01890a5d-ac96-774b-bcce-b302099a8057", "/join");
    if (!join) {
        need_field(&w->form, "organisation", faults);
        need_field(&w->form, "kinds", faults);
    }
}

void accounts_signup(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    const struct text *body = &c->request->body;
    struct faults faults;
    fault_init(&faults, c->arena);
    c->state = w;
    if (form_read(text_string(body), body->len, "signup", c->arena, &w->form, &faults) == ERR_BAD_JSON) {
        call_refuse(c, ERR_BAD_JSON, faults.list[0].arg, NULL);
        return;
    }
    check_signup(w, &faults);
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    else if (gate_target(c, w->email))
        ask_signup(c);
}

// Mailed links

void accounts_ask(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    if (strcmp(c->part, "signin") != 0 && strcmp(c->part, "reset") != 0)
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (take(c, w, "address") && gate_target(c, w->email))
        call_write(c, SQL_ticket_ask, (const char *const[]){new_id(c), new_id(c), hours(c), c->part, w->email}, on_asked);
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

// field NULL: the whole is wrong.
static void refuse_use(struct call *c, enum err err, const char *arg, const char *field)
{
    const struct work *w = c->state;
    if (w->page)
        pages_refuse(c, form_value(&w->form, "ticket"), err, arg, field);
    else if (field)
        call_refuse_field(c, err, arg, field);
    else
        call_refuse(c, err, arg, NULL);
}

// Status 200 with the session, 401, 422 (the field that is missing).
static void on_used(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_failed(c, r))
        return;
    switch (atoi(pg_value(r, 0, 0))) {
    case 401:
        refuse_use(c, ERR_BAD_TICKET, NULL, NULL);
        return;
    case 422:
        refuse_use(c, ERR_REQUIRED, NULL, pg_value(r, 0, 1));
        return;
    }
    access_forget(c->parts->access);
    outbox_wake(c->parts->outbox); // owners are told of who wants to join
    access_cookie(c, w->secret);
    if (w->page)
        pages_done(c, w->kind);
    else
        call_answer(c, 200, pg_value(r, 0, 1));
}

static void on_new_password(struct call *c, const char *hash)
{
    struct work *w = c->state;
    char session[SEAL_HASH];
    seal_token(w->secret);
    seal_hash(w->secret, sizeof w->secret - 1, session);
    call_write(c, SQL_ticket_use,
               (const char *const[]){w->ticket, w->kind, new_id(c), new_id(c), form_value(&w->form, "name"), hash,
                                     form_value(&w->form, "language"), session, new_id(c),
                                     arena_format(c->arena, "%lld", (long long)c->parts->config->session_days)},
               on_used);
}

// What the ticket is about: a password must not be made of that. Columns e-mail, name, organisation, whether known.
static void on_viewed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_failed(c, r))
        return;
    if (r->rows == 0) {
        refuse_use(c, ERR_BAD_TICKET, NULL, NULL);
        return;
    }
    const char *password = form_value(&w->form, "password"), *name = form_value(&w->form, "name");
    const char *const known[] = {pg_value(r, 0, 0), name ? name : or_empty(pg_value(r, 0, 1)), or_empty(pg_value(r, 0, 2)), NULL};
    enum err err = password ? password_check(password, known) : ERR_OK;
    if (err != ERR_OK)
        refuse_use(c, err, "12", "password");
    else
        secret_make(c, password, on_new_password);
}

static void use(struct call *c, struct work *w)
{
    const char *kind = ticket_read(c, form_value(&w->form, "ticket"), w->ticket);
    if (!kind) {
        refuse_use(c, ERR_BAD_TICKET, NULL, NULL);
        return;
    }
    if (text_equal(kind, "alert")) { // no account, no session
        alerts_confirm(c, w->ticket, w->page);
        return;
    }
    snprintf(w->kind, sizeof w->kind, "%s", kind);
    call_read(c, SQL_ticket_view, (const char *const[]){w->ticket, w->kind}, on_viewed);
}

void accounts_use(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    if (!c->secure)
        call_refuse(c, ERR_INSECURE, NULL, NULL);
    else if (take(c, w, "ticket"))
        use(c, w);
}

void accounts_use_page(struct call *c)
{
    const char *ticket = call_member(c, "ticket");
    struct work *w = arena_take(c->arena, sizeof *w);
    struct faults faults;
    struct text body;
    text_init(&body, 1 << 16);
    text_put(&body, "{\"ticket\":");
    text_json(&body, ticket ? ticket : "");
    put_text(&body, "name", call_member(c, "name"));
    put_text(&body, "password", call_member(c, "password"));
    text_put(&body, "}");
    fault_init(&faults, c->arena);
    c->state = w;
    w->page = true;
    enum err err = form_read(text_string(&body), body.len, "ticket", c->arena, &w->form, &faults);
    text_fini(&body);
    if (!c->secure)
        refuse_use(c, ERR_INSECURE, NULL, NULL);
    else if (err != ERR_OK)
        refuse_use(c, faults.list[0].err, faults.list[0].arg, faults.list[0].pointer + 1);
    else
        use(c, w);
}

// What a person says of itself

static void on_shown(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    outbox_wake(c->parts->outbox);
    call_read(c, SQL_session_get, (const char *const[]){c->caller.person, c->caller.id}, on_shown);
}

static void write_person(struct call *c)
{
    const struct work *w = c->state;
    call_write(c, SQL_person_put,
               (const char *const[]){c->caller.person, form_value(&w->form, "name"), form_value(&w->form, "language")}, on_written);
}

static void on_mailed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        write_person(c);
}

static void on_allowed(struct call *c, bool right)
{
    const struct work *w = c->state;
    if (!right)
        call_refuse_field(c, form_value(&w->form, "password") ? ERR_BAD_SIGNIN : ERR_REQUIRED, NULL, "password");
    else
        call_write(c, SQL_person_email, (const char *const[]){new_id(c), new_id(c), c->caller.person, hours(c), w->email}, on_mailed);
}

// A new address could take the account over: whoever has a password says it once more.
static void on_person(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_failed(c, r))
        return;
    if (r->rows == 0)
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (!*w->email || text_equal(w->email, pg_value(r, 0, 0)))
        write_person(c);
    else if (!gate_target(c, c->caller.person))
        return;
    else if (pg_value(r, 0, 1))
        secret_check(c, pg_value(r, 0, 1), form_value(&w->form, "password"), on_allowed);
    else
        on_allowed(c, true);
}

void accounts_put(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    if (take(c, w, "person"))
        call_read(c, SQL_person_own, (const char *const[]){c->caller.person}, on_person);
}

static void on_changed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    access_forget(c->parts->access);
    outbox_wake(c->parts->outbox);
    call_text(c, 204, NULL, "", 0);
}

static void on_made(struct call *c, const char *hash)
{
    call_write(c, SQL_person_password, (const char *const[]){c->caller.person, hash, c->caller.credential}, on_changed);
}

static void on_former(struct call *c, bool right)
{
    const struct work *w = c->state;
    if (right)
        secret_make(c, form_value(&w->form, "password"), on_made);
    else
        call_refuse_field(c, form_value(&w->form, "former") ? ERR_BAD_SIGNIN : ERR_REQUIRED, NULL, "former");
}

static void on_own(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    if (call_missing(c, r))
        return;
    const char *const known[] = {pg_value(r, 0, 0), pg_value(r, 0, 2), NULL};
    if (!password_fits(c, form_value(&w->form, "password"), known) || !gate_target(c, c->caller.person))
        return;
    if (pg_value(r, 0, 1))
        secret_check(c, pg_value(r, 0, 1), form_value(&w->form, "former"), on_former);
    else
        on_former(c, true);
}

void accounts_password(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    if (take(c, w, "password"))
        call_read(c, SQL_person_own, (const char *const[]){c->caller.person}, on_own);
}
