// SPDX-License-Identifier: EUPL-1.2
// Knows how the people of an organisation get, change and lose their role.
#include "app/members.h"

#include "app/access.h"
#include "app/outbox.h"

#include <stdlib.h>

void members_list(struct call *c)
{
    call_read(c, SQL_members_list, (const char *const[]){c->caller.id}, call_list);
}

// Status 200, 204, 404, 409 (members without an owner); answer.
static void on_set(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    int status = atoi(pg_value(r, 0, 0));
    if (status == 404 || status == 409) {
        call_refuse(c, status == 404 ? ERR_NOT_FOUND : ERR_LAST_OWNER, NULL, NULL);
        return;
    }
    access_forget(c->parts->access);
    outbox_wake(c->parts->outbox); // who asked to join is answered
    if (status == 204)
        call_text(c, 204, NULL, "", 0);
    else
        call_answer(c, 200, pg_value(r, 0, 1));
}

// role NULL: the person leaves.
static void set(struct call *c, const char *person, const char *role)
{
    call_write(c, SQL_member_set, (const char *const[]){c->caller.id, person, role}, on_set);
}

void members_put(struct call *c)
{
    struct form form;
    if (call_part_is_id(c) && call_form(c, "member", &form))
        set(c, c->part, form_value(&form, "role"));
}

void members_drop(struct call *c)
{
    if (call_part_is_id(c))
        set(c, c->part, NULL);
}

void members_leave(struct call *c)
{
    if (c->caller.member)
        set(c, c->caller.person, NULL);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}
