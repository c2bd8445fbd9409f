// SPDX-License-Identifier: EUPL-1.2
// Knows how a person signs in.
#include "session.h"

#include "form.h"
#include "say.h"
#include "secret.h"

#include <string.h>

// What fills the bodies signin, ticket and address.
static const struct option_field fields[] = {
    {"email", OPTION_EMAIL, OPTION_AS_TEXT, true},
    {"ticket", OPTION_TICKET, OPTION_AS_OTHER, false},
    {"name", OPTION_NAME, OPTION_AS_OTHER, false},
    {"password", OPTION_PASSWORD_FILE, OPTION_AS_OTHER, false},
    {NULL, 0, 0, false},
};

// A ticket is base64url, and the last such word of its link.
static json_t *ticket_of(const char *link)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *word = link;
    size_t len = strspn(word, letters);
    for (const char *at = link; *at; at += strcspn(at, letters)) {
        word = at;
        at += len = strspn(at, letters);
    }
    return json_stringn(word, len);
}

static json_t *body_of(const struct options *o, const struct text *password)
{
    const char *ticket = o->value[OPTION_TICKET], *name = o->value[OPTION_NAME];
    json_t *body = json_object();
    json_object_set_new(body, ticket ? "ticket" : "email",
                        ticket ? ticket_of(ticket) : json_string(o->value[OPTION_EMAIL]));
    if (password->len)
        json_object_set_new(body, "password", json_string(text_string(password)));
    if (ticket && name) { // somebody new
        json_object_set_new(body, "name", json_string(name));
        json_object_set_new(body, "language", json_string(o->lang == LANG_FR ? "fr" : "en"));
    }
    return body;
}

// What is wrong before anything is asked or sent.
static bool sound(const struct call *c, const struct options *o)
{
    static const enum option texts[] = {OPTION_EMAIL, OPTION_TICKET, OPTION_NAME};
    if (option_given(o, OPTION_EMAIL) == option_given(o, OPTION_TICKET))
        return say_no(o->lang, "--email, ou bien --ticket, est nécessaire", "either --email or --ticket is needed");
    if (option_given(o, OPTION_NAME) && !option_given(o, OPTION_TICKET))
        return say_no(o->lang, "--name ne va qu'avec --ticket", "--name only goes with --ticket");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *value = o->value[texts[i]];
        if (value && !text_utf8(value, strlen(value)))
            return say_no(o->lang, "--%s n'est pas en UTF-8", "--%s is not UTF-8", option_word(texts[i]));
    }
    return call_private(c);
}

static enum result read_password(struct call *c, const struct options *o, struct text *password)
{
    bool ticket = option_given(o, OPTION_TICKET);
    enum result result = RESULT_DONE;
    if (!ticket || option_given(o, OPTION_PASSWORD_FILE))
        result = secret_read(c, o, ticket, password);
    if (result != RESULT_DONE || ticket || password->len)
        return result;
    say_no(o->lang, "un mot de passe est nécessaire : --password-file, ou --link pour recevoir un lien",
           "a password is needed: --password-file, or --link to be sent a link");
    return RESULT_USAGE;
}

enum result session_open(struct call *c, const struct options *o, struct text *password, json_t **session)
{
    struct answer a;
    struct request r = {.method = "POST", .fields = fields, .open = true, .secret = true, .once = true};
    r.path = option_given(o, OPTION_TICKET) ? "/v1/tickets" : "/v1/session";
    *session = NULL;
    if (!sound(c, o))
        return RESULT_USAGE;
    enum result result = read_password(c, o, password);
    if (result != RESULT_DONE)
        return result;
    call_answer_init(&a);
    result = form_send(c, r, body_of(o, password), &a);
    if (result == RESULT_DONE && a.status == 200)
        *session = json_loadb(text_string(&a.body), a.body.len, 0, NULL);
    if (result == RESULT_DONE && (!*session || !a.session[0])) {
        result = call_problem(o, &a);
        json_decref(*session);
        *session = NULL;
    } else if (result == RESULT_DONE)
        call_session(c, a.session);
    call_answer_fini(&a);
    return result;
}

void session_close(struct call *c, const struct options *o)
{
    struct answer a;
    call_answer_init(&a);
    enum result result = call_send(c, &(struct request){.method = "DELETE", .path = "/v1/session"}, &a);
    if (result != RESULT_DONE || (a.status != 204 && a.status != 401)) // 401: it ended with the account
        say_line(o->lang, "La session n'a pas pu être fermée ; elle finira d'elle-même.",
                 "The session could not be closed; it will end by itself.");
    call_session(c, "");
    call_answer_fini(&a);
}

void session_mailed(const struct call *c, const struct options *o)
{
    say_line(o->lang, "Si l'adresse %s convient, un lien y est parti. Ensuite : entregent signin --ticket LIEN",
             "If the address %s fits, a link is on its way there. Then: entregent signin --ticket LINK",
             o->value[OPTION_EMAIL]);
    if (call_local(c))
        say_line(o->lang, "Sans relais de courriel, il se lit par : entregentd mail show",
                 "Without a mail relay it is read by: entregentd mail show");
}

enum result session_link(struct call *c, const struct options *o)
{
    json_t *body;
    struct request r = {.method = "POST", .path = "/v1/tickets/signin", .fields = fields, .open = true, .once = true};
    if (option_given(o, OPTION_TICKET) || option_given(o, OPTION_PASSWORD_FILE)) {
        say_no(o->lang, "--link va sans --ticket et sans --password-file",
               "--link goes without --ticket and --password-file");
        return RESULT_USAGE;
    }
    body = json_object();
    if (!form_fill(o, fields, body)) {
        json_decref(body);
        return RESULT_USAGE;
    }
    enum result result = form_fetch(c, o, r, body, NULL, NULL);
    if (result == RESULT_DONE)
        session_mailed(c, o);
    return result;
}
