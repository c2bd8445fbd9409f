// SPDX-License-Identifier: EUPL-1.2
// Knows how an organisation is read and changed by its own people.
#include "app/organisation.h"

#include "app/access.h"
#include "app/matcher.h"
#include "wire/mail.h"

#include <stdlib.h>
#include <string.h>

void organisation_get(struct call *c)
{
    call_read(c, SQL_organisation_get, (const char *const[]){c->caller.id}, call_versioned);
}

// Status 200, 404, 409 (what hinders), 412 (the present version); answer; version.
static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    const char *answer = pg_value(r, 0, 1);
    switch (atoi(pg_value(r, 0, 0))) {
    case 404:
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    case 409:
        call_refuse(c, ERR_STATE, answer, NULL);
        return;
    case 412:
        call_refuse(c, ERR_CHANGED, answer, NULL);
        return;
    }
    access_forget(c->parts->access);
    matcher_wake(c->parts->matcher);
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 2));
    call_answer(c, 200, answer);
}

// The name goes into the subjects of mails, the contact is shown in a line: neither holds several.
static void check_lines(const struct form *form, struct faults *faults)
{
    static const char *const lines[] = {"name", "contact_name", "contact_phone"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *value = form_value(form, lines[i]);
        if (value && strpbrk(value, "\t\n"))
            fault_add(faults, ERR_BAD_TEXT, NULL, "/%s", lines[i]);
    }
}

static void put_member(struct text *out, const char *name, const char *value)
{
    if (!value)
        return;
    text_format(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    text_json(out, value);
}

static void write_organisation(struct call *c, const struct form *form, int version, const char *email)
{
    const char *structures = form_value(form, "structures");
    struct text contact;
    text_init(&contact, 1 << 16);
    text_put(&contact, "{");
    put_member(&contact, "name", form_value(form, "contact_name"));
    put_member(&contact, "email", email);
    put_member(&contact, "phone", form_value(form, "contact_phone"));
    text_put(&contact, "}");
    call_write(c, SQL_organisation_put,
               (const char *const[]){c->caller.id, arena_format(c->arena, "%d", version), form_value(form, "name"),
                                     form_value(form, "kinds"), structures ? structures : "", text_string(&contact)},
               on_written);
    text_fini(&contact);
}

void organisation_put(struct call *c)
{
    struct form form;
    struct faults faults;
    char address[255];
    int version = call_version(c);
    if (version <= 0) {
        call_refuse(c, version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
        return;
    }
    if (!call_form(c, "organisation", &form))
        return;
    fault_init(&faults, c->arena);
    check_lines(&form, &faults);
    const char *email = form_value(&form, "contact_email");
    if (email && !mail_address(email, address))
        fault_add(&faults, ERR_BAD_MAIL, email, "/contact_email");
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    else
        write_organisation(c, &form, version, email ? address : NULL);
}

void organisation_audit(struct call *c)
{
    const char *cursor, *limit;
    if (call_page(c, true, &cursor, &limit))
        call_read(c, SQL_audit_list, (const char *const[]){c->caller.id, cursor, limit}, call_list);
}
