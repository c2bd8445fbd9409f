// SPDX-License-Identifier: EUPL-1.2
// Knows who may make which token, and that nobody sees it twice.
#include "app/tokens.h"

#include "app/access.h"
#include "wire/seal.h"

#include <string.h>

#define DAYS "365" // unless said otherwise

static bool administers(const struct call *c)
{
    return c->caller.scopes & SCOPE_ADMINISTER;
}

void tokens_list(struct call *c)
{
    call_read(c, SQL_tokens_list, (const char *const[]){c->caller.id, c->caller.person, administers(c) ? "true" : "false"}, call_list);
}

// No row: the token that asked for it has been revoked or is over.
static void on_made(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows == 0) {
        call_refuse(c, ERR_BAD_TOKEN, NULL, NULL);
        return;
    }
    call_header(c, "Location", "/v1/tokens/%s", pg_value(r, 0, 1));
    call_answer(c, 201, arena_format(c->arena, "{\"token\":\"%s\",%s", (const char *)c->state, pg_value(r, 0, 0) + 1));
}

// Nobody gives away what it has not: the first scope that the caller lacks is named.
static bool scopes_fit(struct call *c, const char *scopes)
{
    char *rest = arena_string(c->arena, scopes);
    for (char *word; (word = strsep(&rest, ","));)
        if (!(rights_scope(word) & c->caller.scopes)) {
            call_refuse_field(c, ERR_NEEDS_SCOPE, word, "scopes");
            return false;
        }
    return true;
}

static bool may_make(struct call *c, bool personal)
{
    if (personal && !*c->caller.person)
        call_refuse(c, ERR_NEEDS_PERSON, NULL, NULL);
    else if (!personal && !administers(c))
        call_refuse(c, ERR_NEEDS_SCOPE, rights_scope_word(SCOPE_ADMINISTER), NULL);
    else
        return true;
    return false;
}

void tokens_post(struct call *c)
{
    struct form form;
    char hash[SEAL_HASH], *token = arena_take(c->arena, SEAL_TOKEN);
    if (!call_form(c, "token", &form))
        return;
    const char *scopes = form_value(&form, "scopes"), *days = form_value(&form, "days"), *asked = form_value(&form, "personal");
    bool personal = asked ? text_equal(asked, "true") : *c->caller.person != 0;
    if (!may_make(c, personal) || !scopes_fit(c, scopes))
        return;
    seal_token(token);
    seal_hash(token, strlen(token), hash);
    c->state = token;
    call_write(c, SQL_token_make,
               (const char *const[]){hash, c->caller.id, personal ? c->caller.person : NULL, form_value(&form, "label"), scopes,
                                     days ? days : DAYS, c->caller.session ? NULL : c->caller.credential},
               on_made);
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    access_forget(c->parts->access);
    call_text(c, 204, NULL, "", 0);
}

void tokens_drop(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_token_drop, (const char *const[]){c->caller.id, c->caller.person, c->part, administers(c) ? "true" : "false"},
                   on_dropped);
}
