// SPDX-License-Identifier: EUPL-1.2
// Knows how a person's session begins, changes sides and ends.
#include "app/sessions.h"

#include "app/access.h"
#include "app/config.h"
#include "app/gate.h"
#include "app/secret.h"
#include "base/clock.h"
#include "wire/mail.h"
#include "wire/seal.h"

#include <string.h>

struct signin { // in the arena of the request
    char email[255];
    char person[37];
    char secret[SEAL_TOKEN];
};

static void on_opened(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct signin *s = c->state;
    if (call_failed(c, r))
        return;
    gate_forgive(c, s->email);
    access_cookie(c, s->secret);
    call_answer(c, 200, pg_value(r, 0, 0));
}

// A new secret each time: one that was fixed before the sign-in is worth nothing.
static void on_checked(struct call *c, bool right)
{
    struct signin *s = c->state;
    char hash[SEAL_HASH], id[37];
    if (!right) {
        call_refuse(c, ERR_BAD_SIGNIN, NULL, NULL);
        return;
    }
    seal_token(s->secret);
    seal_hash(s->secret, sizeof s->secret - 1, hash);
    seal_uuid(clock_wall(), id);
    call_write(c, SQL_session_add,
               (const char *const[]){hash, id, s->person, arena_format(c->arena, "%lld", (long long)c->parts->config->session_days)},
               on_opened);
}

struct attempt {
    struct signin signin;
    const char *password;
};

static void on_found(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct attempt *a = c->state;
    if (call_failed(c, r))
        return;
    bool known = r->rows == 1;
    if (known)
        memcpy(a->signin.person, pg_value(r, 0, 0), sizeof a->signin.person);
    // An unknown address takes as long as a wrong password.
    secret_check(c, known ? pg_value(r, 0, 1) : NULL, a->password, on_checked);
}

void sessions_open(struct call *c)
{
    struct form form;
    struct attempt *a = arena_take(c->arena, sizeof *a);
    c->state = a;
    if (!c->secure) {
        call_refuse(c, ERR_INSECURE, NULL, NULL);
        return;
    }
    if (!call_form(c, "signin", &form))
        return;
    if (!mail_address(form_value(&form, "email"), a->signin.email)) {
        call_refuse_field(c, ERR_BAD_MAIL, form_value(&form, "email"), "email");
        return;
    }
    a->password = form_value(&form, "password");
    if (gate_target(c, a->signin.email))
        call_read(c, SQL_person_find, (const char *const[]){a->signin.email}, on_found);
}

static void on_got(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void sessions_get(struct call *c)
{
    call_read(c, SQL_session_get, (const char *const[]){c->caller.person, c->caller.id}, on_got);
}

static void on_switched(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    access_forget(c->parts->access);
    call_answer(c, 200, pg_value(r, 0, 0));
}

void sessions_switch(struct call *c)
{
    struct form form;
    if (!call_form(c, "session_choice", &form))
        return;
    const char *organisation = form_value(&form, "organisation");
    if (text_uuid(organisation))
        call_write(c, SQL_session_switch, (const char *const[]){c->caller.credential, organisation}, on_switched);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

static void on_closed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    access_forget(c->parts->access);
    access_cookie(c, NULL);
    call_text(c, 204, NULL, "", 0);
}

void sessions_close(struct call *c)
{
    call_write(c, SQL_session_drop, (const char *const[]){c->caller.credential}, on_closed);
}

void sessions_close_all(struct call *c)
{
    call_write(c, SQL_sessions_drop, (const char *const[]){c->caller.person}, on_closed);
}

// Whether it was the present one.
static void on_ended(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    access_forget(c->parts->access);
    if (text_equal(pg_value(r, 0, 0), "t"))
        access_cookie(c, NULL);
    call_text(c, 204, NULL, "", 0);
}

void sessions_end(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_session_end, (const char *const[]){c->part, c->caller.person, c->caller.credential}, on_ended);
}

void sessions_list(struct call *c)
{
    call_read(c, SQL_sessions_list, (const char *const[]){c->caller.person, c->caller.credential}, call_list);
}
