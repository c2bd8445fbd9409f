// SPDX-License-Identifier: EUPL-1.2
// Knows how somebody is invited: by a mailed link, whether the address has an account or not.
#include "app/invitations.h"

#include "app/config.h"
#include "app/gate.h"
#include "app/outbox.h"
#include "base/clock.h"
#include "wire/mail.h"
#include "wire/seal.h"

#define TIMES 7 // as long as another link is good

void invitations_list(struct call *c)
{
    call_read(c, SQL_invitations_list, (const char *const[]){c->caller.id}, call_list);
}

// No row: who has the address is a member already, as the list of members says too.
static void on_invited(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows == 0) {
        call_refuse(c, ERR_STATE, "member", NULL);
        return;
    }
    outbox_wake(c->parts->outbox);
    call_header(c, "Location", "/v1/organisation/invitations/%s", (const char *)c->state);
    call_answer(c, 201, pg_value(r, 0, 0));
}

void invitations_post(struct call *c)
{
    struct form form;
    char email[255], mail[37], *ticket = arena_take(c->arena, 37);
    if (!call_form(c, "invitation", &form))
        return;
    if (!mail_address(form_value(&form, "email"), email)) {
        call_refuse_field(c, ERR_BAD_MAIL, form_value(&form, "email"), "email");
        return;
    }
    if (!gate_target(c, email))
        return;
    const char *language = form_value(&form, "language");
    language = language ? language : c->lang == LANG_FR ? "fr" : "en";
    seal_uuid(clock_wall(), ticket);
    seal_uuid(clock_wall(), mail);
    c->state = ticket;
    call_write(c, SQL_invitation_add,
               (const char *const[]){ticket, mail, c->caller.id,
                                     arena_format(c->arena, "%lld", (long long)c->parts->config->ticket_hours * TIMES), email,
                                     form_value(&form, "role"), language},
               on_invited);
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows)
        call_text(c, 204, NULL, "", 0);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

void invitations_drop(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_invitation_drop, (const char *const[]){c->caller.id, c->part}, on_dropped);
}
