// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about organisations.
#include "organisation.h"

#include "form.h"
#include "say.h"
#include "show.h"
#include "table.h"

#include <string.h>

static const struct option_field record[] = {
    {"name", OPTION_NAME, OPTION_AS_TEXT, false},
    {"kinds", OPTION_KIND, OPTION_AS_LIST, false},
    {"structures", OPTION_STRUCTURE, OPTION_AS_LIST, false},
    {"contact_name", OPTION_CONTACT_NAME, OPTION_AS_TEXT, false},
    {"contact_email", OPTION_CONTACT_EMAIL, OPTION_AS_TEXT, false},
    {"contact_phone", OPTION_CONTACT_PHONE, OPTION_AS_TEXT, false},
    {NULL, 0, 0, false},
};

static const struct table_column entries[] = {
    {"seq", -6, false, {"NUMÉRO", "NUMBER"}},   {"at", 16, true, {"QUAND", "WHEN"}},
    {"what", 20, false, {"QUOI", "WHAT"}},      {"subject", 36, false, {"SUR", "ON"}},
    {"detail", 0, false, {"DÉTAIL", "DETAIL"}}, {NULL, 0, false, {NULL, NULL}},
};

enum result organisation_show(struct call *c, const struct options *o)
{
    return fetch_object(c, o, &(struct request){.method = "GET", .path = "/v1/organisation"}, show_organisation, NULL);
}

// The record as it is written, of the one that is shown: what is declared is claimed still.
static json_t *written(json_t *shown)
{
    static const char *const parts[][2] = {
        {"name", "contact_name"}, {"email", "contact_email"}, {"phone", "contact_phone"}};
    json_t *body = json_object(), *claim, *contact = json_object_get(shown, "contact");
    json_t *kinds = json_copy(json_object_get(shown, "kinds")),
           *claims = json_copy(json_object_get(shown, "structures"));
    size_t i;
    json_array_foreach(json_object_get(shown, "declared"), i, claim)
        json_array_append(text_equal(json_string_value(claim), "organiser") ? kinds : claims, claim);
    json_object_set(body, "name", json_object_get(shown, "name"));
    json_object_set_new(body, "kinds", kinds);
    json_object_set_new(body, "structures", claims);
    for (i = 0; i < sizeof parts / sizeof *parts; i++)
        if (json_is_string(json_object_get(contact, parts[i][0])))
            json_object_set(body, parts[i][1], json_object_get(contact, parts[i][0]));
    return body;
}

enum result organisation_set(struct call *c, const struct options *o)
{
    struct answer a;
    struct request r = {.method = "PUT", .path = "/v1/organisation", .fields = record};
    if (!form_given(o, record)) {
        say_no(o->lang, "que changer ? (voir entregent help organisation set)",
               "what to change? (see entregent help organisation set)");
        return RESULT_USAGE;
    }
    call_answer_init(&a);
    enum result result = call_ask(c, &(struct request){.method = "GET", .path = r.path}, &a);
    if (result == RESULT_DONE) {
        json_t *shown = json_loadb(text_string(&a.body), a.body.len, 0, NULL), *body = written(shown);
        r.etag = option_given(o, OPTION_ETAG) ? o->value[OPTION_ETAG] : a.etag;
        if (form_fill(o, record, body))
            result = form_fetch(c, o, r, json_incref(body), show_organisation, NULL);
        else
            result = RESULT_USAGE;
        json_decref(shown);
        json_decref(body);
    }
    call_answer_fini(&a);
    return result;
}

enum result organisation_export(struct call *c, const struct options *o)
{
    return fetch_export(c, o, "/v1/organisation/export");
}

static void audit_head(const struct options *o)
{
    table_head(o, entries);
}

static void audit_row(const struct options *o, json_t *entry)
{
    table_row(o, entries, entry);
}

enum result organisation_audit(struct call *c, const struct options *o)
{
    return fetch_list(c, o, "/v1/organisation/audit", audit_head, audit_row);
}

enum result organisation_report(struct call *c, const struct options *o)
{
    static const struct option_field fields[] = {
        {"need", OPTION_NEED, OPTION_AS_TEXT, false},
        {"organisation", OPTION_ORGANISATION, OPTION_AS_TEXT, false},
        {"reason", OPTION_REASON, OPTION_AS_TEXT, true},
        {"remark", OPTION_REMARK, OPTION_AS_TEXT, false},
        {NULL, 0, 0, false},
    };
    json_t *body = json_object();
    if (option_given(o, OPTION_NEED) == option_given(o, OPTION_ORGANISATION))
        say_no(o->lang, "--need, ou bien --organisation, est nécessaire", "either --need or --organisation is needed");
    else if (form_fill(o, fields, body))
        return form_fetch(c, o,
                          (struct request){.method = "POST", .path = "/v1/reports", .fields = fields, .once = true},
                          body, show_report, NULL);
    json_decref(body);
    return RESULT_USAGE;
}
