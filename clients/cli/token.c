// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about access tokens.
#include "token.h"

#include "form.h"
#include "layout.h"
#include "say.h"
#include "table.h"

#include "core/rights.h"

#include <stdio.h>

static const struct option_field fields[] = {
    {"label", OPTION_LABEL, OPTION_AS_TEXT, false},
    {"scopes", OPTION_SCOPES, OPTION_AS_LIST, false},
    {"days", OPTION_DAYS, OPTION_AS_NUMBER, false},
    {NULL, 0, 0, false},
};

static const struct table_column columns[] = {
    {"id", 36, false, {"IDENTIFIANT", "ID"}},
    {"expires", 16, true, {"JUSQU'AU", "UNTIL"}},
    {"seen", 16, true, {"DERNIER USAGE", "LAST USE"}},
    {"personal", 9, false, {"PERSONNEL", "PERSONAL"}},
    {"label", 16, false, {"POUR", "FOR"}},
    {"scopes", 0, false, {"PORTÉES", "SCOPES"}},
    {NULL, 0, false, {NULL, NULL}},
};

// The token alone, so that $(...) takes it; what there is to know beside it.
static void show_made(const struct options *o, json_t *token)
{
    char when[32];
    const char *secret = json_string_value(json_object_get(token, "token"));
    puts(secret ? secret : "");
    say_line(o->lang,
             "Valable jusqu'au %s, montré une seule fois. Il se garde dans ENTREGENT_TOKEN, ou dans un fichier lisible "
             "de vous seul.",
             "Good until %s, shown once. It is kept in ENTREGENT_TOKEN, or in a file that only you can read.",
             layout_time(json_string_value(json_object_get(token, "expires")), when));
}

enum result token_make(struct call *c, const struct options *o, const char *label, unsigned scopes, bool shared)
{
    struct request r = {.method = "POST", .path = "/v1/tokens", .fields = fields, .once = true};
    json_t *body = json_object(), *words = json_array();
    for (unsigned bit = 1; bit && bit <= scopes; bit <<= 1)
        if (scopes & bit)
            json_array_append_new(words, json_string(rights_scope_word(bit)));
    json_object_set_new(body, "label", json_string(label));
    json_object_set_new(body, "scopes", words);
    json_object_set_new(body, "personal", json_boolean(!shared));
    if (form_fill(o, fields, body))
        return form_fetch(c, o, r, body, show_made, NULL);
    json_decref(body);
    return RESULT_USAGE;
}

enum result token_new(struct call *c, const struct options *o)
{
    if (option_given(o, OPTION_LABEL))
        return token_make(c, o, "", SCOPE_READ, option_given(o, OPTION_SHARED));
    say_no(o->lang, "--label est nécessaire", "--label is needed");
    return RESULT_USAGE;
}

static void head(const struct options *o)
{
    table_head(o, columns);
}

static void row(const struct options *o, json_t *token)
{
    table_row(o, columns, token);
}

enum result token_list(struct call *c, const struct options *o)
{
    return fetch_list(c, o, "/v1/tokens", head, row);
}

static void show_revoked(const struct options *o, json_t *nothing)
{
    (void)nothing;
    puts(o->lang == LANG_FR ? "Jeton révoqué." : "Token revoked.");
}

enum result token_revoke(struct call *c, const struct options *o)
{
    struct text path;
    call_path(&path, "/v1/tokens/", o->word[2], "");
    enum result result =
        fetch_object(c, o, &(struct request){.method = "DELETE", .path = text_string(&path)}, show_revoked, NULL);
    text_fini(&path);
    return result;
}
