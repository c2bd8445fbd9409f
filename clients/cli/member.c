// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about the people of an organisation.
#include "member.h"

#include "form.h"
#include "say.h"
#include "show.h"
#include "table.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MEMBERS "/v1/organisation/members"

static const struct table_column columns[] = {
    {"person", 36, false, {"PERSONNE", "PERSON"}}, {"role", 8, false, {"RÔLE", "ROLE"}},
    {"since", 16, true, {"DEPUIS", "SINCE"}},      {"email", 28, false, {"ADRESSE", "MAIL"}},
    {"name", 0, false, {"NOM", "NAME"}},           {NULL, 0, false, {NULL, NULL}},
};

static void head(const struct options *o)
{
    table_head(o, columns);
}

static void row(const struct options *o, json_t *member)
{
    table_row(o, columns, member);
}

enum result member_list(struct call *c, const struct options *o)
{
    return fetch_list(c, o, MEMBERS, head, row);
}

enum result member_invite(struct call *c, const struct options *o)
{
    static const struct option_field fields[] = {{"role", OPTION_ROLE, OPTION_AS_TEXT, true}, {NULL, 0, 0, false}};
    struct request r = {.method = "POST", .path = "/v1/organisation/invitations", .fields = fields, .once = true};
    json_t *body = json_object();
    json_object_set_new(body, "email", json_string(o->word[2]));
    if (form_fill(o, fields, body))
        return form_fetch(c, o, r, body, show_invitation, NULL);
    json_decref(body);
    return RESULT_USAGE;
}

// The id of the member with that address added to the path; nothing when there is none.
static void add_id(struct text *path, const struct answer *a, const char *address)
{
    size_t i;
    json_t *list = json_loadb(text_string(&a->body), a->body.len, 0, NULL), *member;
    json_array_foreach(json_object_get(list, "items"), i, member)
    {
        const char *email = json_string_value(json_object_get(member, "email"));
        const char *id = json_string_value(json_object_get(member, "person"));
        if (email && id && strcasecmp(email, address) == 0)
            call_escape(path, id);
    }
    json_decref(list);
}

// The path of the person of the verb's first argument.
static enum result find(struct call *c, const struct options *o, struct text *path)
{
    struct answer a;
    enum result result = RESULT_DONE;
    text_init(path, 16384);
    text_put(path, MEMBERS "/");
    if (!strchr(o->word[2], '@')) {
        call_escape(path, o->word[2]);
        return RESULT_DONE;
    }
    call_answer_init(&a);
    size_t before = path->len;
    result = call_ask(c, &(struct request){.method = "GET", .path = MEMBERS}, &a);
    if (result == RESULT_DONE)
        add_id(path, &a, o->word[2]);
    if (result == RESULT_DONE && path->len == before) {
        say_no(o->lang, "personne n'a l'adresse %s ici (voir entregent member list)",
               "nobody here has the address %s (see entregent member list)", o->word[2]);
        result = RESULT_USAGE;
    }
    call_answer_fini(&a);
    return result;
}

enum result member_role(struct call *c, const struct options *o)
{
    struct text path;
    enum result result = find(c, o, &path);
    if (result == RESULT_DONE) {
        json_t *body = json_object();
        json_object_set_new(body, "role", json_string(o->word[3]));
        result =
            form_fetch(c, o, (struct request){.method = "PUT", .path = text_string(&path)}, body, show_member, NULL);
    }
    text_fini(&path);
    return result;
}

static void show_removed(const struct options *o, json_t *nothing)
{
    (void)nothing;
    puts(o->lang == LANG_FR ? "Personne retirée." : "Person removed.");
}

enum result member_remove(struct call *c, const struct options *o)
{
    struct text path;
    enum result result = find(c, o, &path);
    if (result == RESULT_DONE)
        result =
            fetch_object(c, o, &(struct request){.method = "DELETE", .path = text_string(&path)}, show_removed, NULL);
    text_fini(&path);
    return result;
}
