// SPDX-License-Identifier: EUPL-1.2
// Knows what everybody may read, and how open needs are searched without an account.
#include "app/public.h"

#include "app/access.h"
#include "app/frame.h"
#include "app/link.h"
#include "app/reference.h"
#include "app/world.h"
#include "base/clock.h"
#include "wire/board.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_FIRST 6     // needs of the start page
#define SHOWN 20          // of a page of the search
#define COUNTED 1000      // needs; beyond, there are "more than"
#define WORDS_MOST 10     // of a search
#define SITEMAP_MOST 5000 // needs, and conventions

static const char *in(const struct call *c, const char *fr, const char *en)
{
    return c->lang == LANG_FR ? fr : en;
}

static const char *label_of(void *ctx, uint32_t cpv, enum lang lang)
{
    const struct call *c = ctx;
    return reference_label(c->parts->reference, cpv, lang);
}

static struct board board_of(struct call *c)
{
    return (struct board){c->lang, c->arena, frame_kept(c), world_places(c->parts->world), label_of, c, clock_wall() / 1000};
}

static void say_gone(struct call *c, int status, const char *title, const char *text)
{
    frame_say(c, status, title, text, frame_at(c, "/needs"), in(c, "Voir les besoins ouverts", "See the open needs"));
}

// Whether there is something to show; else the page says why not.
static bool is_ready(struct call *c)
{
    if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    return c->parts->ready;
}

// Open needs

struct search {
    const char *q, *cpv, *place, *before; // as asked; never NULL but before
    bool bad_cpv, bad_place, reserved;
    const char *place_code; // what the place is written as in a need; NULL: none is asked, or it is none
    struct alert alert;
    const char *next;  // cursor behind the page; NULL: none
    size_t most, total; // of a page; of all from there on, COUNTED + 1 when there are more
};

static const char *asked_for(struct call *c, const char *name)
{
    const char *value = call_query(c, name);
    return value ? value : "";
}

// Words that say something: "de" is in every text.
static void take_words(struct call *c, struct search *s)
{
    char *rest = arena_string(c->arena, s->q);
    s->alert.words.list = arena_array(c->arena, WORDS_MOST, sizeof *s->alert.words.list);
    for (char *word; (word = strsep(&rest, " \t\n")) && s->alert.words.count < WORDS_MOST;)
        if (*words_stems(world_words(c->parts->world), c->arena, word))
            s->alert.words.list[s->alert.words.count++] = word;
}

static void take_cpv(struct call *c, struct search *s)
{
    struct cpv *cpv = arena_take(c->arena, sizeof *cpv);
    if (!*s->cpv)
        return;
    s->bad_cpv = cpv_parse(s->cpv, cpv) == ERR_BAD_CPV;
    s->alert.cpv = cpv;
    s->alert.cpv_count = !s->bad_cpv;
}

// A place as it is written in a need, or what people call it.
static void take_place(struct call *c, struct search *s)
{
    const struct gazetteer *places = world_places(c->parts->world);
    struct place *place = arena_take(c->arena, sizeof *place);
    struct place_found found;
    if (!*s->place)
        return;
    if (place_parse(places, s->place, c->arena, place) == ERR_OK)
        s->place_code = s->place;
    else if (place_search(places, s->place, PLACE_REGION | PLACE_DEPARTEMENT | PLACE_COMMUNE, c->arena, &found, 1) && place_parse(places, found.text, c->arena, place) == ERR_OK)
        s->place_code = arena_string(c->arena, found.text);
    s->alert.places = place;
    s->alert.place_count = s->place_code != NULL;
    s->bad_place = !s->place_code;
}

static struct search *take_search(struct call *c, size_t most)
{
    struct search *s = arena_take(c->arena, sizeof *s);
    *s = (struct search){.q = asked_for(c, "q"), .cpv = asked_for(c, "cpv"), .place = asked_for(c, "place"), .before = call_query(c, "cursor"), .alert = {.value = {-1, -1}}, .most = most};
    if (s->before && !text_uuid(s->before))
        s->before = NULL;
    s->reserved = text_equal(call_query(c, "reserved"), "1");
    s->alert.reserved = s->reserved ? ~0U : 0; // under any article
    take_words(c, s);
    take_cpv(c, s);
    take_place(c, s);
    return s;
}

// The ids of the page, commas between.
static const char *find(struct call *c, struct search *s)
{
    const char **ids = arena_array(c->arena, COUNTED + 1, sizeof *ids), *all = "";
    if (s->bad_cpv || s->bad_place)
        return all;
    s->total = world_search(c->parts->world, &s->alert, s->before, clock_wall() / 1000, c->arena, ids, COUNTED + 1);
    if (s->total > s->most)
        s->next = arena_string(c->arena, ids[s->most - 1]);
    for (size_t i = 0; i < s->total && i < s->most; i++)
        all = arena_format(c->arena, "%s%s%s", all, i ? "," : "", ids[i]);
    return all;
}

// "12 besoins ouverts": as far as it was counted.
static const char *count_text(struct call *c, const struct search *s)
{
    const char *more = s->total > COUNTED ? in(c, "Plus de ", "More than ") : "", *plural = s->total == 1 ? "" : "s";
    return arena_format(c->arena, c->lang == LANG_FR ? "%s%zu besoin%s ouvert%s" : "%s%zu open need%s", more, s->total > COUNTED ? COUNTED : s->total, plural, plural);
}

static void put_kept(struct call *c, struct text *out)
{
    const char *kept = frame_kept(c);
    if (*kept)
        text_format(out, "<input type=\"hidden\" name=\"lang\" value=\"%s\">\n", kept + strlen("lang="));
}

static void put_option(struct text *out, const char *code, const char *text, bool chosen)
{
    text_html_in(out, "<option value=\"", code, chosen ? "\" selected>" : "\">");
    text_html_in(out, "", text, "</option>\n");
}

// The divisions of the vocabulary, and the code that is asked for when it is none of them.
static void put_divisions(struct call *c, struct text *out, const struct search *s)
{
    size_t count;
    const uint32_t *codes = reference_codes(c->parts->reference, &count), asked = s->alert.cpv_count ? s->alert.cpv->code : 0;
    text_format(out, "<div class=\"field\"><label for=\"cpv\">%s</label>\n<p class=\"hint\" id=\"cpv-hint\">%s</p>\n<select id=\"cpv\" name=\"cpv\" aria-describedby=\"cpv-hint%s\"%s>\n", in(c, "Domaine", "Field"),
                in(c, "Selon le vocabulaire des marchés publics (CPV)", "By the vocabulary of public contracts (CPV)"), s->bad_cpv ? " cpv-wrong" : "", s->bad_cpv ? " aria-invalid=\"true\"" : "");
    put_option(out, "", in(c, "Tous les domaines", "All fields"), !asked);
    if (asked % 1000000) {
        const char *label = reference_label(c->parts->reference, asked, c->lang);
        put_option(out, s->cpv, label ? label : s->cpv, true);
    }
    for (size_t i = 0; i < count; i++)
        if (codes[i] % 1000000 == 0)
            put_option(out, arena_format(c->arena, "%08u", codes[i]), reference_label(c->parts->reference, codes[i], c->lang), codes[i] == asked);
    text_put(out, "</select>\n");
    if (s->bad_cpv)
        text_format(out, "<p class=\"wrong\" id=\"cpv-wrong\">%s</p>\n", in(c, "Ce n'est pas un code CPV : choisissez un domaine.", "This is no CPV code: choose a field."));
    text_put(out, "</div>\n");
}

// What stands above an input, and what it says of a wrong one.
static void put_place(struct call *c, struct text *out, const struct search *s)
{
    const char *name = s->alert.place_count ? place_name(world_places(c->parts->world), s->alert.places) : s->place;
    text_format(out, "<div class=\"field\"><label for=\"place\">%s</label>\n<p class=\"hint\" id=\"place-hint\">%s</p>\n", in(c, "Lieu", "Place"), in(c, "Commune, code postal, département ou région", "Commune, postal code, département or region"));
    text_format(out, "<input id=\"place\" name=\"place\" maxlength=\"100\" aria-describedby=\"place-hint%s\"%s value=\"", s->bad_place ? " place-wrong" : "", s->bad_place ? " aria-invalid=\"true\"" : "");
    text_html_in(out, "", name, "\">\n");
    if (s->bad_place)
        text_format(out, "<p class=\"wrong\" id=\"place-wrong\">%s</p>\n", in(c, "Ce lieu n'est pas connu : essayez un autre nom.", "This place is not known: try another name."));
    text_put(out, "</div>\n");
}

static void put_form(struct call *c, struct text *out, const struct search *s)
{
    text_put(out, "<form class=\"wide card\" role=\"search\" method=\"get\" action=\"/needs\">\n<div class=\"cards\">\n");
    put_kept(c, out);
    text_format(out, "<div class=\"field\"><label for=\"q\">%s</label>\n<p class=\"hint\" id=\"q-hint\">%s</p>\n<input id=\"q\" name=\"q\" type=\"search\" maxlength=\"200\" aria-describedby=\"q-hint\" value=\"", in(c, "Mots", "Words"),
                in(c, "Du titre ou de la description", "Of the title or the description"));
    text_html_in(out, "", s->q, "\"></div>\n");
    put_divisions(c, out, s);
    put_place(c, out, s);
    text_format(out, "</div>\n<p><label class=\"check\"><input type=\"checkbox\" name=\"reserved\" value=\"1\"%s> <span>%s</span></label></p>\n", s->reserved ? " checked" : "", in(c, "Seulement les marchés réservés", "Reserved contracts only"));
    text_format(out, "<p class=\"row\"><button class=\"main\">%s</button> <a href=\"%s\">%s</a></p>\n</form>\n", in(c, "Chercher", "Search"), frame_at(c, "/needs"), in(c, "Tout effacer", "Clear all"));
}

// The same search from a cursor on; all of it is escaped by form encoding.
static const char *page_at(struct call *c, const char *path, const struct search *s, const char *cursor)
{
    const char *kept = frame_kept(c), *all = *kept ? arena_format(c->arena, "%s&", kept) : "";
    const struct {
        const char *name, *value;
    } parts[] = {{"q", s->q}, {"cpv", s->cpv}, {"place", s->place_code ? s->place_code : ""}, {"reserved", s->reserved ? "1" : ""}, {"cursor", cursor}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!*parts[i].value)
            continue;
        all = arena_format(c->arena, "%s%s%s=", all, i && *all && all[strlen(all) - 1] != '&' ? "&" : "", parts[i].name);
        for (const unsigned char *p = (const unsigned char *)parts[i].value; *p; p++)
            all = arena_format(c->arena, strchr("-._~", *p) || (*p < 128 && (*p | 32) >= 'a' && (*p | 32) <= 'z') || (*p >= '0' && *p <= '9') ? "%s%c" : "%s%%%02X", all, *p);
    }
    return *all ? arena_format(c->arena, "%s?%s", path, all) : path;
}

// Whoever looks may be told of the next ones, without an account.
static void put_alert(struct call *c, struct text *out, const struct search *s)
{
    text_format(out, "<div class=\"note row spread\"><span>%s</span> ", in(c, "Recevez les prochains par courriel : une adresse suffit, et chaque courriel porte un lien qui arrête tout.", "Have the next ones mailed to you: an address is enough, and each mail has a link that stops it."));
    text_html_in(out, "<a class=\"button\" href=\"", page_at(c, "/app/alert", s, ""), "\">");
    text_format(out, "%s</a></div>\n", in(c, "Être prévenu", "Tell me"));
}

static void put_results(struct call *c, struct text *out, const struct search *s, const char *json)
{
    struct board board = board_of(c);
    text_format(out, "<h2>%s</h2>\n", s->before ? in(c, "Suite des besoins", "More needs") : count_text(c, s));
    if (board_needs(out, json, &board, 3) <= 0)
        text_format(out, "<div class=\"empty\"><p><strong>%s</strong></p><p>%s</p></div>\n", in(c, "Aucun besoin ouvert ne correspond", "No open need fits"),
                    in(c, "Essayez moins de mots ou un lieu plus large.", "Try fewer words or a wider place."));
    if (s->next)
        text_html_in(out, "<p><a class=\"button\" rel=\"next\" href=\"", page_at(c, "/needs", s, s->next), in(c, "\">Besoins plus anciens</a></p>\n", "\">Older needs</a></p>\n"));
    if (!s->bad_cpv && !s->bad_place)
        put_alert(c, out, s);
}

static void show_needs(struct call *c, const char *json)
{
    const struct search *s = c->state;
    struct text out;
    frame_share(c);
    frame_begin(c, &out, in(c, "Besoins ouverts", "Open needs"), in(c, "Les besoins que les acheteurs publics ont ouverts aux fournisseurs de l'économie sociale et solidaire.", "The needs that public buyers have opened to suppliers of the social economy."));
    put_form(c, &out, s);
    put_results(c, &out, s, json);
    frame_end(c, &out, 200);
}

static void on_needs(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_failed(c, r))
        show_needs(c, pg_value(r, 0, 0));
}

void public_needs(struct call *c)
{
    if (!is_ready(c))
        return;
    struct search *s = take_search(c, SHOWN);
    c->state = s;
    const char *ids = find(c, s);
    if (*ids)
        call_read(c, SQL_needs_open, (const char *const[]){ids}, on_needs);
    else
        show_needs(c, "[]");
}

// Start

// Who is signed in goes there; who is not signs up as such first.
static void put_audience(struct call *c, struct text *out, const char *title, const char *text, const char *path, const char *kind, const char *action)
{
    text_format(out, "<li class=\"card\"><h2>%s</h2>\n<p>%s</p>\n", title, text);
    text_html_in(out, "<p><a class=\"button\" href=\"", access_cookied(c) ? path : arena_format(c->arena, "/app/signup?kind=%s", kind), "\">");
    text_format(out, "%s</a></p></li>\n", action);
}

static void put_audiences(struct call *c, struct text *out)
{
    text_put(out, "<ul class=\"cards ways\">\n");
    put_audience(c, out, in(c, "Vous achetez", "You buy"), in(c, "Dites ce que vous allez acheter. Vous voyez aussitôt combien de fournisseurs peuvent répondre, où ils sont, et ce qu'une réservation y changerait.", "Say what you are going to buy. You see at once how many suppliers can answer, where they are, and what a reservation would change."),
                 "/app/needs/new", "buyer", in(c, "Publier un besoin", "Post a need"));
    put_audience(c, out, in(c, "Vous êtes une structure de l'ESS", "You are a social enterprise"), in(c, "Décrivez une fois vos métiers et vos territoires : les besoins qui vous conviennent viennent à vous, avec les raisons.", "Describe your trades and territories once: the needs that fit you come to you, with the reasons."), "/app/offer",
                 "supplier", in(c, "Décrire notre offre", "Describe our offer"));
    put_audience(c, out, in(c, "Vous organisez des rencontres", "You bring people together"), in(c, "Invitations, souhaits, emploi du temps sans conflit, accueil le jour même : préparez une journée de rendez-vous d'affaires.", "Invitations, wishes, a timetable without conflicts, check-in on the day: prepare a day of business meetings."), "/app/conventions",
                 "organiser", in(c, "Préparer des rendez-vous", "Prepare meetings"));
    text_put(out, "</ul>\n");
}

static void put_signup(struct call *c, struct text *out)
{
    text_format(out, "<aside class=\"card join\" aria-labelledby=\"join\"><h2 id=\"join\">%s</h2>\n<form method=\"get\" action=\"/app/signup\">\n", in(c, "Inscrire votre organisation", "Sign your organisation up"));
    text_format(out, "<div class=\"field\"><label for=\"siret\">SIRET</label>\n<p class=\"hint\" id=\"siret-hint\">%s</p>\n<input id=\"siret\" name=\"siret\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"20\" required aria-describedby=\"siret-hint\"></div>\n",
                in(c, "Quatorze chiffres : il suffit pour commencer.", "Fourteen digits: enough to begin with."));
    text_format(out, "<button class=\"main\">%s</button>\n</form>\n<p>%s <a href=\"/app/signin\">%s</a></p></aside>\n", in(c, "Commencer", "Begin"), in(c, "Déjà inscrit ?", "Signed up already?"), in(c, "Se connecter", "Sign in"));
}

static void put_welcome(struct call *c, struct text *out)
{
    text_format(out, "<aside class=\"card join\" aria-labelledby=\"join\"><h2 id=\"join\">%s</h2>\n<p>%s</p>\n<p><a class=\"button main\" href=\"/app\">%s</a></p></aside>\n", in(c, "Heureux de vous revoir", "Good to see you again"),
                in(c, "Vos besoins, votre offre et ce qui s'est passé vous attendent.", "Your needs, your offer and what has happened are waiting."), in(c, "Mon espace", "My workspace"));
}

static void put_steps(struct call *c, struct text *out)
{
    static const char *const steps[][2][2] = { // title, text; by enum lang
        {{"Un besoin est publié", "A need is posted"}, {"En quelques étapes, gardées comme brouillon : l'objet, les lots, le lieu, les critères.", "In a few steps, kept as a draft: the object, the lots, the place, the criteria."}},
        {{"Il est comparé à toutes les offres", "It is compared with every offer"}, {"Métier, distance, montant, réservation, labels, dates : chaque condition se lit en une phrase, remplie ou non.", "Trade, distance, value, reservation, labels, dates: each condition is a sentence, met or not."}},
        {{"Chacun est prévenu, une seule fois", "Everybody is told, once"}, {"Par courriel, au rythme choisi. Qui se dit intéressé échange son contact avec l'acheteur ; personne d'autre ne le voit.", "By mail, as often as one chooses. Who is interested exchanges contacts with the buyer; nobody else sees them."}},
    };
    text_format(out, "<section aria-labelledby=\"how\"><h2 id=\"how\">%s</h2>\n<ol class=\"cards how\">\n", in(c, "Comment cela marche", "How it works"));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        text_format(out, "<li><strong>%s</strong><br>%s</li>\n", steps[i][0][c->lang], steps[i][1][c->lang]);
    text_format(out, "</ol>\n<p class=\"soft\">%s <a href=\"/openapi.json\">OpenAPI</a></p></section>\n", in(c, "Tout ce que l'on fait ici, un programme peut le faire avec un jeton.", "Whatever is done here, a program can do with a token."));
}

static void put_latest(struct call *c, struct text *out, const struct search *s, const char *json)
{
    struct board board = board_of(c);
    text_format(out, "<section aria-labelledby=\"latest\"><h2 id=\"latest\">%s</h2>\n", s->total ? count_text(c, s) : in(c, "Besoins ouverts", "Open needs"));
    if (board_needs(out, json, &board, 3) <= 0)
        text_format(out, "<div class=\"empty\"><p><strong>%s</strong></p><p>%s</p></div>\n", in(c, "Aucun besoin n'est ouvert pour l'instant", "No need is open for now"), in(c, "Inscrivez-vous : vous serez prévenu du prochain qui vous convient.", "Sign up: you will be told of the next one that fits you."));
    text_format(out, "<p><a class=\"button\" href=\"%s\">%s</a></p></section>\n", frame_at(c, "/needs"), in(c, "Chercher parmi tous les besoins", "Search all needs"));
}

static void show_start(struct call *c, const char *json)
{
    struct text out;
    frame_share(c);
    frame_begin(c, &out, in(c, "Les achats publics rencontrent l'économie sociale et solidaire", "Public purchases meet the social economy"),
                in(c, "Entregent rapproche les besoins des acheteurs publics et l'offre des structures de l'économie sociale et solidaire.", "Entregent matches the needs of public buyers with the offers of the social economy."));
    text_format(&out, "<p class=\"lead\">%s</p>\n", in(c, "Entregent rapproche ce que les collectivités vont acheter et ce que savent faire les entreprises d'insertion, les entreprises adaptées, les ESAT, les coopératives et les associations. Chacun est prévenu dès qu'une correspondance existe, et lit pourquoi. Gratuit, sans publicité ni traceur.",
                                                     "Entregent matches what public bodies are going to buy with what work-integration enterprises, sheltered workshops, cooperatives and associations can do. Everybody is told as soon as there is a match, and reads why. Free of charge, without advertising or trackers."));
    if (access_cookied(c))
        put_welcome(c, &out);
    else
        put_signup(c, &out);
    put_audiences(c, &out);
    put_latest(c, &out, c->state, json);
    put_steps(c, &out);
    frame_end(c, &out, 200);
}

static void on_start(void *ctx, const struct pg_result *r)
{
    show_start(ctx, r->err == ERR_OK ? pg_value(r, 0, 0) : "[]");
}

void public_start(struct call *c)
{
    struct search *s = arena_take(c->arena, sizeof *s);
    *s = (struct search){.alert = {.value = {-1, -1}}, .most = SHOWN_FIRST};
    c->state = s;
    const char *ids = c->parts->ready ? find(c, s) : "";
    if (*ids)
        call_read(c, SQL_needs_open, (const char *const[]){ids}, on_start);
    else
        show_start(c, "[]");
}

// One need

// Begins the page of what the JSON is about; false when refused.
static bool begin_about(struct call *c, const char *json, struct board *board, struct text *out)
{
    const char *title, *summary;
    if (!board_about(json, board, &title, &summary)) {
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
        return false;
    }
    frame_share(c);
    frame_begin(c, out, title, summary);
    return true;
}

static void show_need(struct call *c, const char *json)
{
    struct board board = board_of(c);
    struct text out;
    if (!begin_about(c, json, &board, &out))
        return;
    board_need(&out, json, &board);
    text_format(&out, "<p><a href=\"%s\">%s</a></p>\n", frame_at(c, "/needs"), in(c, "Tous les besoins ouverts", "All open needs"));
    frame_end(c, &out, 200);
}

static void on_need(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows == 0)
        say_gone(c, 404, in(c, "Ce besoin est introuvable", "This need is not found"), in(c, "L'adresse n'est pas complète, ou le besoin n'est pas public.", "The address is not whole, or the need is not public."));
    else if (!text_equal(pg_value(r, 0, 1), "t"))
        say_gone(c, 410, in(c, "Ce besoin n'est plus ouvert", "This need is no longer open"), in(c, "Il a été clos, attribué ou annulé, ou son échéance est passée.", "It was closed, awarded or cancelled, or its deadline has passed."));
    else
        show_need(c, pg_value(r, 0, 0));
}

static const struct pg_result no_row = {.err = ERR_OK};

void public_need(struct call *c)
{
    if (!text_uuid(c->part))
        on_need(c, &no_row);
    else if (is_ready(c))
        call_read(c, SQL_need_open, (const char *const[]){c->part}, on_need);
}

// A convention

static void show_convention(struct call *c, const char *json)
{
    struct board board = board_of(c);
    struct text out;
    if (!begin_about(c, json, &board, &out))
        return;
    board_convention(&out, json, &board);
    text_format(&out, "<p class=\"note\">%s</p>\n", in(c, "Vous êtes invité ? Le lien de votre courriel ouvre votre programme, sans compte.", "Are you invited? The link of your mail opens your programme, without an account."));
    text_format(&out, "<p><a class=\"button\" href=\"/app/participations\">%s</a></p>\n", in(c, "Mes rendez-vous", "My meetings"));
    frame_end(c, &out, 200);
}

static void on_convention(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows == 0)
        say_gone(c, 404, in(c, "Ces rendez-vous sont introuvables", "These meetings are not found"), in(c, "L'adresse n'est pas complète, ou ils ne sont pas publics.", "The address is not whole, or they are not public."));
    else if (!text_equal(pg_value(r, 0, 1), "t"))
        say_gone(c, 410, in(c, "Ces rendez-vous sont passés", "These meetings are over"), in(c, "Ils ont eu lieu, ou ils ont été annulés.", "They have taken place, or were cancelled."));
    else
        show_convention(c, pg_value(r, 0, 0));
}

void public_convention(struct call *c)
{
    if (!text_uuid(c->part))
        on_convention(c, &no_row);
    else if (is_ready(c))
        call_read(c, SQL_convention_open, (const char *const[]){c->part}, on_convention);
}

// Nowhere

void public_lost(struct call *c)
{
    frame_choose(c);
    frame_say(c, 404, in(c, "Cette page n'existe pas", "There is no such page"), in(c, "L'adresse n'est pas complète, ou elle a changé.", "The address is not whole, or it has changed."), frame_at(c, "/"), in(c, "Revenir à l'accueil", "Back to the start"));
}

// Robots

void public_robots(struct call *c)
{
    static const char *const closed[] = {"/app", "/v1/", "/badge/", "/sheet/", "/agenda/", "/feed/", "/calendar/", "/ticket", "/answer", "/unsubscribe", "/checkin"};
    struct text out;
    text_init(&out, 1 << 16);
    text_put(&out, "User-agent: *\n");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        text_format(&out, "Disallow: %s\n", closed[i]);
    text_format(&out, "\nSitemap: %s/sitemap.xml\n", link_home(c->parts, c->arena));
    call_open(c, 3600);
    call_text(c, 200, "text/plain; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

static void put_address(struct text *out, const char *home, const char *path, const char *day)
{
    text_html_in(out, "<url><loc>", home, "");
    text_put(out, path);
    if (day)
        text_format(out, "</loc><lastmod>%s", day);
    text_put(out, day ? "</lastmod></url>\n" : "</loc></url>\n");
}

static void on_sitemap(void *ctx, const struct pg_result *r)
{
    static const char *const always[] = {"/", "/needs", "/privacy", "/accessibility"};
    struct call *c = ctx;
    struct text out;
    if (call_failed(c, r))
        return;
    const char *home = link_home(c->parts, c->arena);
    text_init(&out, SIZE_MAX / 2);
    text_put(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        put_address(&out, home, always[i], NULL);
    for (int i = 0; i < r->rows; i++)
        put_address(&out, home, pg_value(r, i, 0), pg_value(r, i, 1));
    text_put(&out, "</urlset>\n");
    call_open(c, 3600);
    call_text(c, 200, "application/xml; charset=utf-8", text_string(&out), out.len);
    text_fini(&out);
}

void public_sitemap(struct call *c)
{
    if (c->parts->ready)
        call_read(c, SQL_sitemap, (const char *const[]){arena_format(c->arena, "%d", SITEMAP_MOST)}, on_sitemap);
    else
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
}
