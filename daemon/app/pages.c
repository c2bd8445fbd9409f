// SPDX-License-Identifier: EUPL-1.2
// Knows what a person sees who follows a mailed link.
#include "app/pages.h"

#include "app/ticket.h"
#include "wire/word.h"

#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto;padding:0 1.2rem}"
    "body{overflow-wrap:anywhere}h1{font-size:1.5rem}"
    "label{display:block;margin:1rem 0 .2rem}"
    "fieldset{border:0;padding:0;margin:1rem 0}fieldset label{margin:.3rem 0}input[type=radio],input[type=checkbox]{width:auto!important}"
    "input,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid GrayText;border-radius:.3rem}"
    "button{font:inherit;margin-top:1.5rem;padding:.6rem 1.6rem;border:0;border-radius:.3rem;background:#1f4e79;color:#fff}"
    "[role=alert]{border-left:.3rem solid #b00020;padding:.5rem 1rem}"
    ":focus-visible{outline:.2rem solid #e08a00;outline-offset:.1rem}";

// What the page of each kind of link says and asks for.
static const struct view {
    const char *kind;
    const char *title[2], *says[2], *button[2], *done[2]; // by enum lang
    bool name, password, password_needed;
} views[] = {
    {"signup",
     {"Confirmer votre adresse", "Confirm your address"},
     {"Est-ce bien vous ? Choisissez un mot de passe d'au moins douze caractères, une phrase par exemple ; sans mot de passe, un lien vous sera envoyé à chaque connexion. Si vous n'avez rien demandé, fermez cette page.",
      "Is this you? Choose a password of at least twelve characters, a phrase for example; without one, a link will be mailed to you at each sign-in. If you asked for nothing, close this page."},
     {"Ouvrir mon compte", "Open my account"},
     {"Votre adresse est confirmée, votre compte est ouvert, et vous êtes connecté.", "Your address is confirmed, your account is open, and you are signed in."},
     false, true, false},
    {"signin",
     {"Se connecter", "Sign in"},
     {"Ce lien sert une seule fois.", "This link works once."},
     {"Me connecter", "Sign me in"},
     {"Vous êtes connecté.", "You are signed in."},
     false, false, false},
    {"reset",
     {"Choisir un nouveau mot de passe", "Choose a new password"},
     {"Douze caractères au moins ; une phrase convient très bien. Vos autres sessions seront fermées.",
      "Twelve characters at least; a phrase does very well. Your other sessions will be closed."},
     {"Changer le mot de passe", "Change the password"},
     {"Votre mot de passe est changé, et vous êtes connecté.", "Your password is changed, and you are signed in."},
     false, true, true},
    {"invite",
     {"Rejoindre une organisation", "Join an organisation"},
     {"Dites comment vous vous appelez, si vous n'avez pas encore de compte. Sans mot de passe, un lien vous sera envoyé à chaque connexion.",
      "Say your name if you have no account yet. Without a password a link will be mailed to you at each sign-in."},
     {"Accepter l'invitation", "Accept the invitation"},
     {"Vous avez rejoint l'organisation, et vous êtes connecté.", "You have joined the organisation, and you are signed in."},
     true, true, false},
    {"email",
     {"Confirmer votre nouvelle adresse", "Confirm your new address"},
     {"Elle remplacera l'ancienne ; vos sessions ouvertes seront fermées.", "It will replace the former one; your open sessions will be closed."},
     {"Confirmer", "Confirm"},
     {"Votre nouvelle adresse est confirmée, et vous êtes connecté.", "Your new address is confirmed, and you are signed in."},
     false, false, false},
    {"alert",
     {"Confirmer votre alerte", "Confirm your alert"},
     {"Les besoins qu'elle trouve vous seront envoyés par courriel ; chaque courriel porte un lien qui l'arrête. Votre adresse ne sert à rien d'autre.",
      "The needs that it finds will be mailed to you; each mail has a link that stops it. Your address is used for nothing else."},
     {"Mettre en marche", "Start it"},
     {"Votre alerte est en marche.", "Your alert is on."},
     false, false, false},
    {NULL,
     {"Ce lien n'est plus bon", "This link is no longer good"},
     {"Il est inconnu, expiré ou déjà utilisé ; demandez-en un autre.", "It is unknown, expired or already used; ask for another."},
     {"", ""}, {"", ""}, false, false, false},
};

static const struct view *view_of(const char *kind)
{
    const struct view *v = views;
    while (v->kind && !(kind && strcmp(v->kind, kind) == 0))
        v++;
    return v;
}

void pages_begin(struct text *out, const char *title, enum lang lang)
{
    text_init(out, 1 << 18);
    text_format(out,
                "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>",
                lang == LANG_FR ? "fr" : "en");
    text_html(out, title);
    text_put(out, " · Entregent</title><link rel=\"stylesheet\" href=\"/page.css\"></head>\n<body><main>\n<h1>");
    text_html(out, title);
    text_put(out, "</h1>\n");
}

void pages_end(struct call *c, struct text *out, int status)
{
    text_put(out, "</main></body>\n</html>\n");
    call_header(c, "Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    // The address holds the secret of the link: other sites never see it. With no-referrer our own button would come from "null".
    call_header(c, "Referrer-Policy", "same-origin");
    call_text(c, status, "text/html; charset=utf-8", text_string(out), out->len);
    text_fini(out);
}

static const char *label_of(const char *name, enum lang lang)
{
    static const struct {
        const char *name, *text[2];
    } labels[] = {{"name", {"Votre nom", "Your name"}}, {"password", {"Mot de passe", "Password"}}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (text_equal(labels[i].name, name))
            return labels[i].text[lang];
    return NULL;
}

static void put_input(struct text *out, const char *name, const char *type, const char *label, const char *hint, bool needed)
{
    text_format(out, "<label for=\"%s\">%s</label>\n<input id=\"%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\"%s>\n", name, label,
                name, name, type, hint, needed ? " required" : "");
}

// about: "Zoé Martin, Régie de quartier", NULL when nothing is known.
static void show(struct call *c, int status, const struct view *v, const char *ticket, const char *about, const char *wrong)
{
    struct text out;
    pages_begin(&out, v->title[c->lang], c->lang);
    if (wrong) {
        text_put(&out, "<p role=\"alert\">");
        text_html(&out, wrong);
        text_put(&out, "</p>\n");
    }
    if (about) {
        text_put(&out, "<p><strong>");
        text_html(&out, about);
        text_put(&out, "</strong></p>\n");
    }
    text_format(&out, "<p>%s</p>\n", v->says[c->lang]);
    if (v->kind) {
        text_put(&out, "<form method=\"post\" action=\"/ticket\">\n<input type=\"hidden\" name=\"ticket\" value=\"");
        text_html(&out, ticket);
        text_put(&out, "\">\n");
        if (v->name)
            put_input(&out, "name", "text", label_of("name", c->lang), "name", false);
        if (v->password)
            put_input(&out, "password", "password", label_of("password", c->lang), "new-password", v->password_needed);
        text_format(&out, "<button>%s</button>\n</form>\n", v->button[c->lang]);
    }
    pages_end(c, &out, status);
}

// Columns e-mail, name, organisation, whether the person is known; no row: it is no longer good.
static void on_viewed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *kind = c->state, *about = "";
    if (call_failed(c, r))
        return;
    for (int i = 0; r->rows && i < 3; i++)
        if (pg_value(r, 0, i))
            about = arena_format(c->arena, "%s%s%s", about, *about ? " · " : "", pg_value(r, 0, i));
    show(c, r->rows ? 200 : 404, view_of(r->rows ? kind : NULL), call_query(c, "t"), *about ? about : NULL, NULL);
}

void pages_ticket(struct call *c)
{
    char id[37];
    const char *ticket = call_query(c, "t"), *kind = ticket ? ticket_read(c, ticket, id) : NULL;
    c->state = arena_string(c->arena, kind ? kind : "");
    if (!kind)
        show(c, 404, view_of(NULL), ticket, NULL, NULL);
    else if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        call_read(c, SQL_ticket_view, (const char *const[]){id, kind}, on_viewed);
}

void pages_refuse(struct call *c, const char *ticket, enum err err, const char *arg, const char *field)
{
    char id[37];
    const struct view *v = view_of(err != ERR_BAD_TICKET && ticket ? ticket_read(c, ticket, id) : NULL);
    const struct fault fault = {"", err, arg};
    const char *label = label_of(field, c->lang), *text = fault_text(&fault, c->lang, c->arena);
    if (label)
        text = arena_format(c->arena, c->lang == LANG_FR ? "%s : %s" : "%s: %s", label, text);
    show(c, err_status(err), v, ticket, NULL, v->kind ? text : NULL);
}

void pages_done(struct call *c, const char *kind)
{
    struct text out;
    const struct view *v = view_of(kind);
    pages_begin(&out, v->title[c->lang], c->lang);
    text_format(&out, "<p>%s</p>\n", v->done[c->lang]);
    pages_end(c, &out, 200);
}

void pages_style(struct call *c)
{
    call_header(c, "Cache-Control", "max-age=3600");
    call_text(c, 200, "text/css; charset=utf-8", style, sizeof style - 1);
}

static void say(struct text *out, const char *before, const char *text, const char *behind)
{
    text_put(out, before);
    text_html(out, text);
    text_put(out, behind);
}

void pages_alert(struct call *c, const char *feed)
{
    struct text out;
    const struct view *v = view_of("alert");
    pages_begin(&out, v->title[c->lang], c->lang);
    text_format(&out, "<p>%s</p>\n<p>%s</p>\n", v->done[c->lang],
                c->lang == LANG_FR ? "Vous pouvez aussi la suivre par ce flux Atom, que vous seul connaissez :" : "You can follow it by this Atom feed too, that you alone know:");
    say(&out, "<p><a href=\"", feed, "\">");
    say(&out, "", feed, "</a></p>\n");
    pages_end(c, &out, 200);
}

void pages_stop(struct call *c, const char *ticket, const char *owner, const char *alert, bool stopped)
{
    static const char *const title[] = {"Ne plus recevoir ces courriels", "Stop these mails"};
    static const char *const done[] = {"C'est fait : ces courriels ne vous seront plus envoyés.", "Done: these mails will not be sent to you any more."};
    static const char *const bad[] = {"Ce lien ne mène à rien : ou bien ces courriels ne vous sont plus envoyés, ou bien il n'est pas complet. S'il vous en arrive encore, prenez le lien du plus récent.", "This link leads nowhere: either these mails are no longer sent to you, or it is not whole. If some still come, take the link of the latest one."};
    static const char *const ask[] = {"Ces messages ne vous seront plus envoyés par courriel :", "These messages will no longer be mailed to you:"};
    struct text out;
    pages_begin(&out, title[c->lang], c->lang);
    if (!ticket) {
        text_format(&out, "<p>%s</p>\n", (stopped ? done : bad)[c->lang]);
    } else {
        text_format(&out, "<p>%s</p>\n", ask[c->lang]);
        say(&out, "<p><strong>", alert ? alert : owner, "</strong></p>\n");
        say(&out, "<form method=\"post\" action=\"/unsubscribe?t=", ticket, "\">\n");
        text_format(&out, "<button name=\"List-Unsubscribe\" value=\"One-Click\">%s</button>\n</form>\n", c->lang == LANG_FR ? "Me désinscrire" : "Unsubscribe");
    }
    pages_end(c, &out, ticket || stopped ? 200 : 404);
}

static const char *const need_gone[] = {"Ce lien ne mène à aucun besoin auquel vous puissiez répondre ; il n'est peut-être pas complet.", "This link leads to no need that you can answer; perhaps it is not whole."};

// The radio buttons of a refusal: the words of the record "refusal".
static void put_reasons(struct text *out, enum lang lang)
{
    static const char *const reasons[] = {"too_far", "too_large", "not_our_trade", "no_capacity", "other"};
    text_format(out, "<fieldset><legend>%s</legend>\n", lang == LANG_FR ? "Motif" : "Reason");
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        text_format(out, "<label><input type=\"radio\" name=\"reason\" value=\"%s\" required> ", reasons[i]);
        say(out, "", word_text("decline", (unsigned)word_value("decline", reasons[i]), lang), "</label>\n");
    }
    text_put(out, "</fieldset>\n");
}

static void put_answer_form(struct text *out, const struct pages_need *n, const char *answer, enum lang lang)
{
    bool declined = strcmp(answer, "declined") == 0;
    say(out, "<form method=\"post\" action=\"/answer\">\n<input type=\"hidden\" name=\"t\" value=\"", n->ticket, "\">\n");
    text_format(out, "<input type=\"hidden\" name=\"answer\" value=\"%s\">\n", answer);
    if (declined)
        put_reasons(out, lang);
    text_format(out, "<label for=\"message\">%s</label>\n<textarea id=\"message\" name=\"message\" rows=\"5\" maxlength=\"2000\"></textarea>\n",
                lang == LANG_FR ? "Message à l'acheteur (facultatif)" : "Message to the buyer (optional)");
    if (!declined)
        text_format(out, "<p>%s</p>\n", lang == LANG_FR ? "L'acheteur verra votre contact, et vous le sien." : "The buyer will see your contact, and you theirs.");
    text_format(out, "<button>%s</button>\n</form>\n", declined ? (lang == LANG_FR ? "Décliner" : "Decline") : (lang == LANG_FR ? "Nous sommes intéressés" : "We are interested"));
}

void pages_answer(struct call *c, int status, const struct pages_need *n, const char *answer)
{
    struct text out;
    bool declined = text_equal(answer, "declined");
    const char *title = declined ? (c->lang == LANG_FR ? "Ce besoin n'est pas pour nous" : "This need is not for us")
                                 : (c->lang == LANG_FR ? "Ce besoin nous intéresse" : "We are interested in this need");
    pages_begin(&out, n ? title : need_gone[c->lang], c->lang);
    if (n) {
        say(&out, "<p><strong>", n->title, "</strong><br>");
        say(&out, "", n->buyer, "</p>\n");
        say(&out, c->lang == LANG_FR ? "<p>Au nom de " : "<p>In the name of ", n->supplier, "</p>\n");
        if (n->open || declined)
            put_answer_form(&out, n, answer, c->lang);
        else
            text_format(&out, "<p role=\"alert\">%s</p>\n", c->lang == LANG_FR ? "Il n'est plus ouvert aux réponses." : "It no longer takes answers.");
    }
    pages_end(c, &out, status);
}

// What the offer would say instead.
static void put_proposal(struct text *out, const struct proposal *p, enum lang lang)
{
    text_format(out, "<p>%s</p>\n<ul>\n", lang == LANG_FR ? "Pour ne plus recevoir de tels besoins, changez ainsi votre offre :" : "To be spared such needs, change your offer like this:");
    for (size_t i = 0; i < p->count; i++) {
        const struct need_change *change = &p->changes[i];
        say(out, "<li>", change->field, lang == LANG_FR ? " : " : ": ");
        say(out, "", change->before ? change->before : "—", " → ");
        say(out, "", change->after ? change->after : "—", "</li>\n");
    }
    text_put(out, "</ul>\n");
}

void pages_answered(struct call *c, const char *answer, enum err err, const char *arg, const struct proposal *proposal,
                    const char *more)
{
    struct text out;
    bool declined = strcmp(answer, "declined") == 0;
    const struct fault fault = {"", err, arg};
    pages_begin(&out, err == ERR_OK ? (c->lang == LANG_FR ? "C'est noté" : "Noted") : (c->lang == LANG_FR ? "Votre réponse n'est pas partie" : "Your answer was not sent"), c->lang);
    if (err != ERR_OK && more) {
        say(&out, "<p role=\"alert\">", strcmp(more, "reason") == 0 ? (c->lang == LANG_FR ? "Motif" : "Reason") : "Message", c->lang == LANG_FR ? " : " : ": ");
        say(&out, "", fault_text(&fault, c->lang, c->arena), "</p>\n");
    } else if (err != ERR_OK)
        say(&out, "<p role=\"alert\">", fault_text(&fault, c->lang, c->arena), "</p>\n");
    else if (declined)
        text_format(&out, "<p>%s</p>\n", c->lang == LANG_FR ? "L'acheteur sait que ce besoin n'est pas pour vous." : "The buyer knows that this need is not for you.");
    else
        text_format(&out, "<p>%s</p>\n", c->lang == LANG_FR ? "L'acheteur est prévenu de votre intérêt et voit comment vous joindre." : "The buyer is told of your interest and sees how to reach you.");
    if (err == ERR_OK && !declined && more && *more)
        say(&out, c->lang == LANG_FR ? "<p>Vous pouvez joindre l'acheteur : <strong>" : "<p>You can reach the buyer: <strong>", more, "</strong></p>\n");
    if (proposal)
        put_proposal(&out, proposal, c->lang);
    pages_end(c, &out, err_status(err));
}
