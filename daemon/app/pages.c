// SPDX-License-Identifier: EUPL-1.2
// Knows what a person sees who follows a mailed link.
#include "app/pages.h"

#include "app/access.h"
#include "app/frame.h"
#include "app/ticket.h"
#include "wire/word.h"

#include <string.h>

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
     {"Il a expiré, il a déjà servi, ou il n'est pas complet. Un lien ne sert qu'une fois ; vous pouvez en recevoir un autre.", "It has expired, was used already, or is not whole. A link works once; you can get another."},
     {"", ""}, {"", ""}, false, false, false},
};

static const struct view *view_of(const char *kind)
{
    const struct view *v = views;
    while (v->kind && !(kind && strcmp(v->kind, kind) == 0))
        v++;
    return v;
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

// wrong: what is said above is about this field.
static void put_input(struct text *out, const char *name, const char *type, const char *label, const char *hint, bool needed, bool wrong)
{
    text_format(out, "<div class=\"field\"><label for=\"%s\">%s</label>\n<input id=\"%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\"%s%s></div>\n", name, label,
                name, name, type, hint, needed ? " required" : "", wrong ? " aria-invalid=\"true\" aria-describedby=\"wrong\" autofocus" : "");
}

// Of a link that is worth nothing any more: to another one.
static void put_way_on(struct call *c, struct text *out)
{
    if (access_cookied(c))
        text_format(out, "<p><a class=\"button main\" href=\"/app\">%s</a></p>\n", c->lang == LANG_FR ? "Mon espace" : "My workspace");
    else
        text_format(out, "<p class=\"row\"><a class=\"button main\" href=\"/app/signin\">%s</a> <a href=\"/app/signup\">%s</a></p>\n", c->lang == LANG_FR ? "Recevoir un autre lien" : "Get another link",
                    c->lang == LANG_FR ? "S'inscrire" : "Sign up");
}

// about: "Zoé Martin, Régie de quartier", NULL when nothing is known. wrong: what is, of that field; NULL: nothing, of none.
static void show(struct call *c, int status, const struct view *v, const char *ticket, const char *about, const char *wrong, const char *field)
{
    struct text out;
    frame_begin(c, &out, v->title[c->lang], NULL);
    if (wrong) {
        text_put(&out, "<p class=\"note bad\" role=\"alert\" id=\"wrong\">");
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
        text_format(&out, "<form method=\"post\" action=\"%s\">\n<input type=\"hidden\" name=\"ticket\" value=\"", frame_at(c, "/ticket"));
        text_html(&out, ticket);
        text_put(&out, "\">\n");
        if (v->name)
            put_input(&out, "name", "text", label_of("name", c->lang), "name", false, text_equal(field, "name"));
        if (v->password)
            put_input(&out, "password", "password", label_of("password", c->lang), "new-password", v->password_needed, text_equal(field, "password"));
        text_format(&out, "<button>%s</button>\n</form>\n", v->button[c->lang]);
    } else
        put_way_on(c, &out);
    frame_end(c, &out, status);
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
    show(c, r->rows ? 200 : 404, view_of(r->rows ? kind : NULL), call_query(c, "t"), *about ? about : NULL, NULL, NULL);
}

void pages_ticket(struct call *c)
{
    char id[37];
    const char *ticket = call_query(c, "t"), *kind = ticket ? ticket_read(c, ticket, id) : NULL;
    c->state = arena_string(c->arena, kind ? kind : "");
    if (!kind)
        show(c, 404, view_of(NULL), ticket, NULL, NULL, NULL);
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
    show(c, err_status(err), v, ticket, NULL, v->kind ? text : NULL, field);
}

void pages_done(struct call *c, const char *kind)
{
    struct text out;
    const struct view *v = view_of(kind);
    frame_begin(c, &out, v->title[c->lang], NULL);
    text_format(&out, "<p class=\"note good\" role=\"status\">%s</p>\n", v->done[c->lang]);
    text_format(&out, "<p><a class=\"button main\" href=\"/app\">%s</a></p>\n", c->lang == LANG_FR ? "Continuer" : "Go on");
    frame_end(c, &out, 200);
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
    frame_begin(c, &out, v->title[c->lang], NULL);
    text_format(&out, "<p>%s</p>\n<p>%s</p>\n", v->done[c->lang],
                c->lang == LANG_FR ? "Vous pouvez aussi la suivre par ce flux Atom, que vous seul connaissez :" : "You can follow it by this Atom feed too, that you alone know:");
    say(&out, "<p><a href=\"", feed, "\">");
    say(&out, "", feed, "</a></p>\n");
    frame_end(c, &out, 200);
}

void pages_stop(struct call *c, const char *ticket, const char *owner, const char *alert, bool stopped)
{
    static const char *const title[] = {"Ne plus recevoir ces courriels", "Stop these mails"};
    static const char *const done[] = {"C'est fait : ces courriels ne vous seront plus envoyés.", "Done: these mails will not be sent to you any more."};
    static const char *const bad[] = {"Ce lien ne mène à rien : ou bien ces courriels ne vous sont plus envoyés, ou bien il n'est pas complet. S'il vous en arrive encore, prenez le lien du plus récent.", "This link leads nowhere: either these mails are no longer sent to you, or it is not whole. If some still come, take the link of the latest one."};
    static const char *const ask[] = {"Ces messages ne vous seront plus envoyés par courriel :", "These messages will no longer be mailed to you:"};
    struct text out;
    frame_begin(c, &out, title[c->lang], NULL);
    if (!ticket) {
        text_format(&out, "<p>%s</p>\n", (stopped ? done : bad)[c->lang]);
    } else {
        text_format(&out, "<p>%s</p>\n", ask[c->lang]);
        say(&out, "<p><strong>", alert ? alert : owner, "</strong></p>\n");
        say(&out, "<form method=\"post\" action=\"/unsubscribe?t=", ticket, "");
        text_format(&out, "%s%s\">\n", *frame_kept(c) ? "&amp;" : "", frame_kept(c));
        text_format(&out, "<button name=\"List-Unsubscribe\" value=\"One-Click\">%s</button>\n</form>\n", c->lang == LANG_FR ? "Me désinscrire" : "Unsubscribe");
    }
    frame_end(c, &out, ticket || stopped ? 200 : 404);
}

static const char *const need_gone[] = {"Ce lien ne mène à aucun besoin auquel vous puissiez répondre ; il n'est peut-être pas complet.", "This link leads to no need that you can answer; perhaps it is not whole."};

// The radio buttons of a refusal: the words of the record "refusal".
static void put_reasons(struct text *out, enum lang lang)
{
    static const char *const reasons[] = {"too_far", "too_large", "not_our_trade", "no_capacity", "other"};
    text_format(out, "<fieldset class=\"field\"><legend>%s</legend>\n", lang == LANG_FR ? "Motif" : "Reason");
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        text_format(out, "<label class=\"check\"><input type=\"radio\" name=\"reason\" value=\"%s\" required> <span>", reasons[i]);
        say(out, "", word_text("decline", (unsigned)word_value("decline", reasons[i]), lang), "</span></label>\n");
    }
    text_put(out, "</fieldset>\n");
}

static void put_answer_form(struct call *c, struct text *out, const struct pages_need *n, const char *answer)
{
    const enum lang lang = c->lang;
    bool declined = strcmp(answer, "declined") == 0;
    text_format(out, "<form method=\"post\" action=\"%s\">\n", frame_at(c, "/answer"));
    say(out, "<input type=\"hidden\" name=\"t\" value=\"", n->ticket, "\">\n");
    text_format(out, "<input type=\"hidden\" name=\"answer\" value=\"%s\">\n", answer);
    if (declined)
        put_reasons(out, lang);
    text_format(out, "<div class=\"field\"><label for=\"message\">%s</label>\n<textarea id=\"message\" name=\"message\" rows=\"5\" maxlength=\"2000\"></textarea></div>\n",
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
    frame_begin(c, &out, n ? title : need_gone[c->lang], NULL);
    if (n) {
        say(&out, "<p><strong>", n->title, "</strong><br>");
        say(&out, "", n->buyer, "</p>\n");
        say(&out, c->lang == LANG_FR ? "<p>Au nom de " : "<p>In the name of ", n->supplier, "</p>\n");
        if (n->open || declined)
            put_answer_form(c, &out, n, answer);
        else
            text_format(&out, "<p class=\"note bad\" role=\"alert\">%s</p>\n", c->lang == LANG_FR ? "Il n'est plus ouvert aux réponses." : "It no longer takes answers.");
    }
    frame_end(c, &out, status);
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
    frame_begin(c, &out, err == ERR_OK ? (c->lang == LANG_FR ? "C'est noté" : "Noted") : (c->lang == LANG_FR ? "Votre réponse n'est pas partie" : "Your answer was not sent"), NULL);
    if (err != ERR_OK && more) {
        say(&out, "<p class=\"note bad\" role=\"alert\">", strcmp(more, "reason") == 0 ? (c->lang == LANG_FR ? "Motif" : "Reason") : "Message", c->lang == LANG_FR ? " : " : ": ");
        say(&out, "", fault_text(&fault, c->lang, c->arena), "</p>\n");
    } else if (err != ERR_OK)
        say(&out, "<p class=\"note bad\" role=\"alert\">", fault_text(&fault, c->lang, c->arena), "</p>\n");
    else if (declined)
        text_format(&out, "<p>%s</p>\n", c->lang == LANG_FR ? "L'acheteur sait que ce besoin n'est pas pour vous." : "The buyer knows that this need is not for you.");
    else
        text_format(&out, "<p>%s</p>\n", c->lang == LANG_FR ? "L'acheteur est prévenu de votre intérêt et voit comment vous joindre." : "The buyer is told of your interest and sees how to reach you.");
    if (err == ERR_OK && !declined && more && *more)
        say(&out, c->lang == LANG_FR ? "<p>Vous pouvez joindre l'acheteur : <strong>" : "<p>You can reach the buyer: <strong>", more, "</strong></p>\n");
    if (proposal)
        put_proposal(&out, proposal, c->lang);
    frame_end(c, &out, err_status(err));
}
