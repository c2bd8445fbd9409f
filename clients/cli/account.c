// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about accounts of people.
#include "account.h"

#include "form.h"
#include "say.h"
#include "secret.h"
#include "session.h"
#include "show.h"
#include "table.h"
#include "token.h"

#include "core/rights.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct option_field signup[] = {
    {"siret", OPTION_SIRET, OPTION_AS_TEXT, true},
    {"organisation", OPTION_ORGANISATION, OPTION_AS_TEXT, false},
    {"kinds", OPTION_KIND, OPTION_AS_LIST, false},
    {"structures", OPTION_STRUCTURE, OPTION_AS_LIST, false},
    {"join", OPTION_JOIN, OPTION_AS_TEXT, false},
    {"separate", OPTION_SEPARATE, OPTION_AS_TRUE, false},
    {"name", OPTION_NAME, OPTION_AS_TEXT, true},
    {"email", OPTION_EMAIL, OPTION_AS_TEXT, true},
    {NULL, 0, 0, false},
};

// Sign-up

// The establishments of the enterprise that are registered, and how to go on.
static void tell_registered(const struct options *o, json_t *enterprise)
{
    size_t i;
    json_t *found;
    bool same = false;
    json_array_foreach(json_object_get(enterprise, "registered"), i, found)
    {
        const char *id = NULL, *siret = NULL, *name = NULL;
        json_unpack(found, "{s:s, s:s, s:s}", "id", &id, "siret", &siret, "name", &name);
        say_line(o->lang, "  %s  %s  %s", "  %s  %s  %s", id ? id : "", siret ? siret : "", name ? name : "");
        same = same || text_equal(siret, o->value[OPTION_SIRET]);
    }
    say_line(o->lang,
             "Pour la rejoindre, si ses responsables l'acceptent : la même commande avec --join et l'identifiant.",
             "To join it, when its owners accept: the same command with --join and the id.");
    if (!same)
        say_line(o->lang, "Pour inscrire un autre établissement, à part : la même commande avec --separate.",
                 "To sign up another establishment, apart: the same command with --separate.");
}

static void show_registered(struct call *c, const struct options *o)
{
    struct text path;
    text_init(&path, 16384);
    text_put(&path, "/v1/enterprises/");
    call_escape(&path, o->value[OPTION_SIRET]);
    fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path), .open = true}, tell_registered,
                 NULL);
    text_fini(&path);
}

static enum result send_signup(struct call *c, const struct options *o, json_t *body)
{
    struct answer a;
    struct request r = {.method = "POST", .path = "/v1/signup", .fields = signup, .open = true, .once = true};
    call_answer_init(&a);
    enum result result = form_send(c, r, body, &a);
    if (result == RESULT_DONE && a.status != 202)
        result = call_problem(o, &a);
    else if (result == RESULT_DONE && option_given(o, OPTION_JSON))
        puts(text_string(&a.body));
    if (result == RESULT_DONE)
        session_mailed(c, o);
    else if (call_refused(&a, ERR_SIRET_TAKEN))
        show_registered(c, o);
    call_answer_fini(&a);
    return result;
}

enum result account_signup(struct call *c, const struct options *o)
{
    json_t *body = json_object();
    json_object_set_new(body, "language", json_string(o->lang == LANG_FR ? "fr" : "en"));
    if (form_fill(o, signup, body))
        return send_signup(c, o, body);
    json_decref(body);
    return RESULT_USAGE;
}

// Sign-in

// Acts in the name of --organisation; the session is the new one.
static enum result choose(struct call *c, const struct options *o, json_t **session)
{
    static const struct option_field fields[] = {
        {"organisation", OPTION_ORGANISATION, OPTION_AS_TEXT, false},
        {NULL, 0, 0, false},
    };
    struct answer a;
    json_t *body = json_object();
    if (!option_given(o, OPTION_ORGANISATION) || !form_fill(o, fields, body)) {
        json_decref(body);
        return option_given(o, OPTION_ORGANISATION) ? RESULT_USAGE : RESULT_DONE;
    }
    call_answer_init(&a);
    enum result result =
        form_send(c, (struct request){.method = "PUT", .path = "/v1/session", .fields = fields}, body, &a);
    json_t *fresh =
        result == RESULT_DONE && a.status == 200 ? json_loadb(text_string(&a.body), a.body.len, 0, NULL) : NULL;
    if (fresh) {
        json_decref(*session);
        *session = fresh;
    } else if (result == RESULT_DONE) {
        result = call_problem(o, &a);
        if (a.status == 404)
            say_line(o->lang, "  --organisation : ce n'est pas une des vôtres (entregent person show les montre)",
                     "  --organisation: it is none of yours (entregent person show lists them)");
    }
    call_answer_fini(&a);
    return result;
}

static enum result make_token(struct call *c, const struct options *o, json_t *session)
{
    const char *role = NULL, *name = NULL, *person = NULL;
    char host[65] = "", label[100];
    json_unpack(session, "{s:s, s:{s:s}, s:{s:s}}", "role", &role, "organisation", "name", &name, "person", "name",
                &person);
    if (!role || !name || !person) {
        say_no(o->lang,
               "aucune organisation encore : ses responsables n'ont pas répondu, ou il n'y en a pas à rejoindre",
               "no organisation yet: its owners have not answered, or there is none to join");
        return RESULT_NO;
    }
    say_line(o->lang, "%s, au nom de %s (%s).", "%s, in the name of %s (%s).", person, name, role);
    gethostname(host, sizeof host - 1);
    snprintf(label, sizeof label, "entregent, %s", host);
    return token_make(c, o, label, rights_role(role), option_given(o, OPTION_SHARED));
}

typedef enum result act(struct call *c, const struct options *o, json_t **session, const struct text *password);

static enum result in_session(struct call *c, const struct options *o, act *then)
{
    struct text password;
    json_t *session;
    text_init(&password, SECRET_MOST);
    enum result result = session_open(c, o, &password, &session);
    if (result == RESULT_DONE) {
        result = then(c, o, &session, &password);
        session_close(c, o);
    }
    json_decref(session);
    text_fini(&password);
    return result;
}

static enum result sign_in(struct call *c, const struct options *o, json_t **session, const struct text *password)
{
    (void)password;
    enum result result = choose(c, o, session);
    return result == RESULT_DONE ? make_token(c, o, *session) : result;
}

enum result account_signin(struct call *c, const struct options *o)
{
    return option_given(o, OPTION_LINK) ? session_link(c, o) : in_session(c, o, sign_in);
}

// A person's own data

// The person, and the organisations in whose name it may act.
static void show_session(const struct options *o, json_t *session)
{
    static const struct table_column columns[] = {
        {"id", 36, false, {"ORGANISATION", "ORGANISATION"}},
        {"role", 8, false, {"RÔLE", "ROLE"}},
        {"name", 0, false, {"NOM", "NAME"}},
        {NULL, 0, false, {NULL, NULL}},
    };
    size_t i;
    json_t *organisation, *all = json_object_get(session, "organisations");
    show_person(o, json_object_get(session, "person"));
    if (json_array_size(all)) {
        putchar('\n');
        table_head(o, columns);
    }
    json_array_foreach(all, i, organisation) table_row(o, columns, organisation);
}

static enum result show(struct call *c, const struct options *o, json_t **session, const struct text *password)
{
    (void)session, (void)password;
    return fetch_object(c, o, &(struct request){.method = "GET", .path = "/v1/session"}, show_session, NULL);
}

enum result account_show(struct call *c, const struct options *o)
{
    return in_session(c, o, show);
}

static enum result export(struct call *c, const struct options *o, json_t **session, const struct text *password) {
    (void)session, (void)password; return fetch_export(c, o, "/v1/person/export");
}

enum result account_export(struct call *c, const struct options *o)
{
    return in_session(c, o, export);
}

static enum result erase(struct call *c, const struct options *o, json_t **session, const struct text *password)
{
    static const struct option_field fields[] = {
        {"confirm", OPTION_CONFIRM, OPTION_AS_TEXT, true},
        {"password", OPTION_PASSWORD_FILE, OPTION_AS_OTHER, false},
        {NULL, 0, 0, false},
    };
    struct request r = {.method = "DELETE", .path = "/v1/person", .fields = fields, .secret = true, .once = true};
    json_t *body = json_object();
    (void)session;
    if (!form_fill(o, fields, body)) {
        json_decref(body);
        return RESULT_USAGE;
    }
    if (password->len)
        json_object_set_new(body, "password", json_string(text_string(password)));
    return form_fetch(c, o, r, body, show_erased, NULL);
}

enum result account_erase(struct call *c, const struct options *o)
{
    if (option_given(o, OPTION_CONFIRM))
        return in_session(c, o, erase);
    say_no(o->lang, "l'effacement est définitif : --confirm et l'adresse, répétée, sont nécessaires",
           "erasure is final: --confirm and the address, repeated, are needed");
    return RESULT_USAGE;
}
