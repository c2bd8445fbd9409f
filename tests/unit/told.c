// SPDX-License-Identifier: EUPL-1.2
// Tests wire/told: what people read of a notice and of a digest.
#include "wire/told.h"

#include "base/text.h"
#include "wire/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <stdio.h>
#include <string.h>

#define UNSUBSCRIBE "https://entregent.example.org/unsubscribe?t=abc"
#define MATCH_ID "00000000-0000-7000-8000-0000000000aa"
#define NEED_ID(n) "00000000-0000-7000-8000-00000000000" #n
#define BUYER "\"buyer\":{\"id\":\"b\",\"name\":\"Ville de Clermont-Ferrand\"}"
#define NEED(n, title, deadline) \
    "\"need\":{\"id\":\"" NEED_ID(n) "\",\"title\":\"" title "\",\"kind\":\"devis\",\"state\":\"published\",\"deadline\":" deadline \
    ",\"places\":[\"departement:63\"]," BUYER "}"
#define AT "\"at\":\"2026-05-20T11:00:00+00:00\",\"version\":1"
#define JUNE_12 "\"2026-06-12T10:00:00Z\""
#define LINES "\"lines\":[{\"code\":\"cpv_class\",\"points\":28},{\"code\":\"place_commune\",\"points\":25},{\"code\":\"place_partial\",\"points\":-4}]"
#define LOTS "\"lots\":[{\"lot\":2,\"title\":\"Bureaux\",\"capability\":1,\"score\":49,\"partial\":true," LINES "}]"
#define MATCH "{\"id\":\"1\",\"kind\":\"match\"," AT "," NEED(1, "Nettoyage de locaux", JUNE_12) \
    ",\"score\":49,\"partial\":true," LOTS ",\"answer\":\"" MATCH_ID "\"}"
#define SHORT(id, kind, need, title, score) \
    "{\"id\":\"" #id "\",\"kind\":\"" kind "\"," AT "," NEED(need, title, JUNE_12) ",\"score\":" #score "}"

struct fixture {
    struct gazetteer *g;
    struct arena *arena;
    char url[200];
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.g = places_small(), .arena = arena_new()};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    place_gazetteer_free(f->g);
    arena_free(f->arena);
    return 0;
}

static const char *make(void *ctx, const char *kind, const char *id)
{
    struct fixture *f = ctx;
    snprintf(f->url, sizeof f->url, "https://entregent.example.org/%s?t=%s", kind, id + 34);
    return f->url;
}

static bool tell(struct fixture *f, const char *content, enum lang lang, struct letter *out)
{
    const struct told_links links = {make, f};
    return told_write(content, lang, f->g, &links, UNSUBSCRIBE, f->arena, out);
}

// The words of the HTML's body as the plain text has them: a link is its words and its address, an item begins with a dash.
static const char *stripped(struct fixture *f, const char *html, enum lang lang)
{
    static const struct {
        const char *written;
        char is;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}};
    struct text out, url;
    text_init(&out, SIZE_MAX / 2);
    text_init(&url, SIZE_MAX / 2);
    bool in_url = false;
    for (const char *s = strstr(html, "<body"); *s;) {
        struct text *to = in_url ? &url : &out;
        size_t i = 0;
        while (i < 4 && !text_starts(s, entities[i].written))
            i++;
        if (i < 4) {
            text_byte(to, entities[i].is);
            s += strlen(entities[i].written);
        } else if (text_starts(s, "<a href=\"")) {
            text_clear(&url);
            in_url = true;
            s += strlen("<a href=\"");
        } else if (in_url && *s == '"') {
            in_url = false;
            s = strchr(s, '>') + 1;
        } else if (!in_url && *s == '<') {
            if (text_starts(s, "</a>"))
                text_format(&out, "%s %s", lang == LANG_FR ? " :" : ":", text_string(&url));
            else if (!strstr(s, "strong>") || strstr(s, "strong>") > s + 2)
                text_put(&out, text_starts(s, "<li>") ? " - " : text_starts(s, "<hr>") ? " -- " : " ");
            s = strchr(s, '>') + 1;
        } else
            text_byte(to, *s++);
    }
    const char *made = arena_string(f->arena, text_string(&out));
    text_fini(&out);
    text_fini(&url);
    return made;
}

static void same_words(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " \n");
        b += strspn(b, " \n");
        size_t len = strcspn(a, " \n");
        if (len != strcspn(b, " \n") || memcmp(a, b, len) != 0)
            fail_msg("\"%.60s\" and \"%.60s\" differ", a, b);
        if (!len)
            return;
        a += len;
        b += len;
    }
}

static void check(struct fixture *f, const struct letter *l, enum lang lang)
{
    size_t count = 0;
    struct text out;
    for (const char *s = l->subject; *s; s++) {
        assert_true((unsigned char)*s >= 0x20 && *s != 0x7f);
        count += ((unsigned char)*s & 0xc0) != 0x80;
    }
    assert_in_range(count, 1, 150);
    same_words(stripped(f, l->html, lang), l->text);
    text_init(&out, 1 << 20);
    assert_int_equal(mail_write(&out, &(struct mail){.from = "a@example.org", .to = "b@example.org", .id = "1", .subject = l->subject,
                                                     .language = "fr", .text = l->text, .html = l->html}), ERR_OK);
    text_fini(&out);
}

static struct letter told_in(void **state, const char *content, enum lang lang)
{
    struct letter l;
    if (!tell(*state, content, lang, &l))
        fail_msg("not told: %s", content);
    check(*state, &l, lang);
    return l;
}

static struct letter told(void **state, const char *content)
{
    return told_in(state, content, LANG_FR);
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in: %s", part, text);
}

// Each part stands behind the one before.
static void in_order(const char *text, const char *const *parts)
{
    const char *at = text;
    for (; *parts; parts++) {
        const char *found = strstr(at, *parts);
        if (!found)
            fail_msg("\"%s\" does not follow in: %s", *parts, text);
        at = found + strlen(*parts);
    }
}
#define IN_ORDER(text, ...) in_order(text, (const char *const[]){__VA_ARGS__, NULL})

static void not_told(void **state, const char *content)
{
    struct letter l;
    if (tell(*state, content, LANG_FR, &l))
        fail_msg("told as: %s", l.subject);
}

static void a_match_reads_well(void **state)
{
    struct letter l = told(state, MATCH);
    assert_string_equal(l.subject, "Nettoyage de locaux, lot 2 Bureaux · Puy-de-Dôme · réponse avant le 12 juin");
    assert_string_equal(l.text,
        "Nettoyage de locaux\n\n"
        "Ce besoin correspond à votre offre.\n\n"
        "Acheteur : Ville de Clermont-Ferrand\n"
        "Nature : Demande de devis\n"
        "Lieu : Puy-de-Dôme\n"
        "Date limite : vendredi 12 juin 2026 à 12 h 00 (heure de Paris)\n\n"
        "Pourquoi ce besoin vous est annoncé\n\n"
        "Lot 2 : Bureaux\n"
        "- Même classe CPV (4 chiffres) : 28\n"
        "- Même commune : 25\n"
        "- Une partie du lieu seulement : -4\n"
        "- Total : 49 sur 100\n\n"
        "Votre réponse\n\n"
        "Chacun de ces liens ouvre une page où vous confirmez votre réponse.\n\n"
        "Nous sommes intéressés : https://entregent.example.org/answer?t=aa&a=interested\n"
        "Pas pour nous : https://entregent.example.org/answer?t=aa&a=declined\n\n"
        "Voir le besoin : https://entregent.example.org/need?t=01\n\n"
        "-- \n"
        "Vous recevez ce message parce que votre organisation a demandé à Entregent de la prévenir ici des\n"
        "besoins qui correspondent à son offre.\n\n"
        "Ne plus recevoir ces messages : " UNSUBSCRIBE "\n");
    has(l.html, "<html lang=\"fr\">");
    has(l.html, "<h1 ");
    has(l.html, "<a href=\"https://entregent.example.org/answer?t=aa&amp;a=interested\" ");
}

static void it_reads_well_in_english(void **state)
{
    struct letter l = told_in(state, MATCH, LANG_EN);
    assert_string_equal(l.subject, "Nettoyage de locaux, lot 2 Bureaux · Puy-de-Dôme · responses until 12 June");
    assert_string_equal(l.text,
        "Nettoyage de locaux\n\n"
        "This need matches your offer.\n\n"
        "Buyer: Ville de Clermont-Ferrand\n"
        "Kind: Request for a quote\n"
        "Place: Puy-de-Dôme\n"
        "Deadline: Friday 12 June 2026, 12:00 (Paris time)\n\n"
        "Why you are told of this need\n\n"
        "Lot 2: Bureaux\n"
        "- Same CPV class (4 digits): 28\n"
        "- Same commune: 25\n"
        "- Only a part of the place: -4\n"
        "- Total: 49 of 100\n\n"
        "Your answer\n\n"
        "Each of these links opens a page where you confirm your answer.\n\n"
        "We are interested: https://entregent.example.org/answer?t=aa&a=interested\n"
        "Not for us: https://entregent.example.org/answer?t=aa&a=declined\n\n"
        "See the need: https://entregent.example.org/need?t=01\n\n"
        "-- \n"
        "You receive this message because your organisation asked Entregent to tell it here of the needs that\n"
        "match its offer.\n\n"
        "Receive these messages no more: " UNSUBSCRIBE "\n");
    has(l.html, "<html lang=\"en\">");
}

static void lots_and_places_are_summed_up(void **state)
{
#define LOT(n, places) "{\"lot\":" #n ",\"title\":\"L\",\"places\":[" places "]}"
#define WITH(lots) "{\"id\":\"1\",\"kind\":\"match\"," AT "," NEED(1, "Entretien", "null") ",\"lots\":[" lots "]}"
    assert_string_equal(told(state, WITH("{\"lot\":1,\"title\":\"Entretien\"}")).subject, "Entretien · Puy-de-Dôme");
    assert_string_equal(told(state, WITH("{\"lot\":3}")).subject, "Entretien, lot 3 · Puy-de-Dôme");
    assert_string_equal(told(state, WITH(LOT(1, "") "," LOT(2, "") "," LOT(4, "\"commune:63300\""))).subject,
                        "Entretien, lots 1, 2 et 4 · Puy-de-Dôme, Riom");
    assert_string_equal(told(state, WITH(LOT(1, "\"commune:63300\",\"commune:63113\",\"nuts:XX\",\"FR\""))).subject,
                        "Entretien, lot 1 L · Riom et 3 autres lieux");
    assert_string_equal(told(state, WITH("{},{},{},{},{}")).subject, "Entretien, 5 lots · Puy-de-Dôme");
    has(told(state, WITH("{\"lot\":1,\"value\":{\"min\":40000,\"max\":1200000}}")).text, "Montant estimé : 40\u00a0000 à 1\u00a0200\u00a0000 € HT\n");
    has(told_in(state, WITH("{\"lot\":1,\"value\":{\"max\":999}}"), LANG_EN).text, "Estimated value: up to €999 without VAT\n");
}

// Paris: summer time begins on 29 March 2026 and ends on 25 October 2026.
static void deadlines_are_in_paris(void **state)
{
    static const struct {
        const char *deadline, *text, *subject;
    } cases[] = {
        {"\"2026-06-12T22:00:00Z\"", "vendredi 12 juin 2026 à minuit", "avant le 12 juin"},
        {"\"2026-06-12T22:01:00Z\"", "samedi 13 juin 2026 à 0 h 01", "avant le 13 juin"},
        {"\"2026-03-29T00:59:00Z\"", "dimanche 29 mars 2026 à 1 h 59", "avant le 29 mars"},
        {"\"2026-03-29T01:00:00Z\"", "dimanche 29 mars 2026 à 3 h 00", "avant le 29 mars"},
        {"\"2026-10-25T00:59:00Z\"", "dimanche 25 octobre 2026 à 2 h 59", "avant le 25 octobre"},
        {"\"2026-10-25T01:00:00Z\"", "dimanche 25 octobre 2026 à 2 h 00", "avant le 25 octobre"},
        {"\"2027-01-01T09:30:00+02:00\"", "vendredi 1er janvier 2027 à 8 h 30", "avant le 1er janvier 2027"},
        {"\"2026-12-31T23:00:00Z\"", "jeudi 31 décembre 2026 à minuit", "avant le 31 décembre"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *content = arena_format(f->arena, "{\"kind\":\"match\"," AT ",\"need\":{\"id\":\"n\",\"title\":\"T\",\"deadline\":%s}}", cases[i].deadline);
        struct letter l = told(state, content);
        has(l.text, cases[i].text);
        has(l.subject, cases[i].subject);
        has_not(strstr(l.subject, cases[i].subject) + strlen(cases[i].subject), " ");
    }
}

#define CHANGE(field, before, after) "{\"field\":\"" field "\",\"before\":" before ",\"after\":" after "}"

static void an_amendment_says_the_difference(void **state)
{
    struct letter l = told(state, "{\"id\":\"2\",\"kind\":\"amended\"," AT "," NEED(1, "Tonte", JUNE_12) ",\"score\":60,\"changes\":["
        CHANGE("/deadline", "\"2026-06-05T10:00:00Z\"", JUNE_12) ","
        CHANGE("/lots/2/cpv", "\"77310000\"", "\"77310000, 77314100\"") ","
        CHANGE("/lots/2/value", "null", "\"..20000\"") ","
        CHANGE("/lots/2/reserved", "\"L2113-12, L2113-13\"", "null") ","
        CHANGE("/places", "\"commune:63300, departement:03\"", "\"FR\"") ","
        CHANGE("/start", "\"2026-09-01\"", "\"2026-10-01\"") ","
        CHANGE("/lots/3", "null", "\"Vitrerie\"") ","
        CHANGE("/blocked", "null", "null") "]}");
    assert_string_equal(l.subject, "Modifié : Tonte · Puy-de-Dôme · réponse avant le 12 juin");
    has(l.text, "Ce qui a changé\n"
        "- Réponse avant le : vendredi 12 juin 2026 à 12 h 00 (heure de Paris) (auparavant : vendredi 5 juin\n"
        "  2026 à 12 h 00 (heure de Paris))\n"
        "- Lot 2 · Codes CPV : 77310000, 77314100 (auparavant : 77310000)\n"
        "- Lot 2 · Montant estimé hors taxes, en euros : jusqu'à 20\u00a0000 € HT (ajouté)\n"
        "- Lot 2 · Réservation (Code de la commande publique) : supprimé (auparavant : Réservé aux EA, EATT\n"
        "  et ESAT, Réservé aux structures d'insertion (SIAE))\n"
        "- Lieux d'exécution : France (auparavant : Riom, Allier)\n"
        "- Début : jeudi 1er octobre 2026 (auparavant : mardi 1er septembre 2026)\n"
        "- Lot 3 : Vitrerie (ajouté)\n\n");
    not_told(state, "{\"kind\":\"amended\"," NEED(1, "Tonte", "null") ",\"changes\":[" CHANGE("/blocked", "null", "null") "]}");
}

static void the_buyer_reads_of_interest(void **state)
{
    struct letter l = told(state, "{\"id\":\"9\",\"kind\":\"interest\"," AT "," NEED(1, "Tonte", JUNE_12)
        ",\"supplier\":{\"id\":\"s\",\"name\":\"Régie de l'Étoile\"},\"message\":\"Bonjour,\\r\\n\\n\\nvoici <nous>.\\nZoé\"}");
    assert_string_equal(l.subject, "Un fournisseur intéressé : Régie de l'Étoile · Tonte");
    has(l.text, "Régie de l'Étoile est intéressé par votre besoin.");
    has(l.text, "Son message\n    Bonjour,\n\n    voici <nous>.\n    Zoé\n");
    has(l.html, "Bonjour,<br><br>\nvoici &lt;nous&gt;.<br>\nZoé</blockquote>");
    has(l.text, "Voir ses coordonnées : https://entregent.example.org/need?t=01\n");
    has_not(l.text, "/answer");
    has(l.text, "a publié des besoins");
    l = told(state, "{\"kind\":\"interests\"," NEED(1, "Tonte", "null") ",\"interested\":3,\"total\":5}");
    assert_string_equal(l.subject, "3 nouveaux fournisseurs intéressés : Tonte");
    has(l.text, ", 5 en tout.");
    l = told_in(state, "{\"kind\":\"interests\"," NEED(1, "Tonte", "null") ",\"interested\":1,\"total\":1}", LANG_EN);
    assert_string_equal(l.subject, "1 newly interested supplier: Tonte");
    assert_string_equal(told(state, "{\"kind\":\"matched\"," NEED(1, "Tonte", "null") ",\"suppliers\":37}").subject, "37 fournisseurs prévenus : Tonte");
    assert_string_equal(told(state, "{\"kind\":\"matched\"," NEED(1, "Tonte", "null") ",\"suppliers\":1}").subject, "1 fournisseur prévenu : Tonte");
    assert_string_equal(told(state, "{\"kind\":\"matched\"," NEED(1, "Tonte", "null") ",\"suppliers\":0}").subject, "Aucun fournisseur pour l'instant : Tonte");
}

static void each_kind_has_its_subject(void **state)
{
    static const char *const kinds[][2] = {
        {"withdrawn", "Ne vous concerne plus : Tonte · Puy-de-Dôme"},
        {"closing\",\"days\":7,\"x\":\"", "Dans 7 jours : Tonte · Puy-de-Dôme · réponse avant le 12 juin"},
        {"closing\",\"days\":1,\"x\":\"", "Dans 1 jour : Tonte · Puy-de-Dôme · réponse avant le 12 juin"},
        {"closed", "Clos : Tonte · Puy-de-Dôme"},
        {"awarded", "Attribué : Tonte · Puy-de-Dôme"},
        {"cancelled", "Annulé : Tonte · Puy-de-Dôme"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *content = arena_format(f->arena, "{\"kind\":\"%s\"," AT ",%s,\"answer\":\"" MATCH_ID "\"}", kinds[i][0], NEED(1, "Tonte", JUNE_12));
        struct letter l = told(state, content);
        assert_string_equal(l.subject, kinds[i][1]);
        assert_true((strstr(l.text, "/answer?") != NULL) == (i == 1 || i == 2));
    }
}

static void an_alert_says_its_name_and_has_no_buttons(void **state)
{
    struct letter l = told(state, "{\"kind\":\"match\"," AT "," NEED(1, "Tonte", JUNE_12)
        ",\"alert\":{\"id\":\"a\",\"name\":\"Espaces verts 63\"},\"lots\":[{\"lot\":1,\"title\":\"Parcs\"}]}");
    assert_string_equal(l.subject, "Tonte, lot 1 Parcs · Puy-de-Dôme · réponse avant le 12 juin");
    has(l.text, "Ce besoin répond à votre alerte « Espaces verts 63 ».");
    has(l.text, "ce qui\nrépond à l'alerte « Espaces verts 63 ».");
    has(l.text, "Alerte : Espaces verts 63\n");
    has(l.text, "Lot 1 : Parcs\n");
    has(l.text, "Voir le besoin : https://entregent.example.org/need?t=01\n");
    has_not(l.text, "/answer");
    has_not(l.text, "100");
}

static void a_digest_is_sorted_and_grouped(void **state)
{
    struct letter l = told(state, "["
        SHORT(1, "cancelled", 1, "Annulé avant", 99) "," SHORT(2, "match", 2, "Quarante", 40) ","
        "{\"id\":\"3\",\"kind\":\"match\"," AT "," NEED(3, "Quatre-vingts sans date", "null") ",\"score\":80},"
        "{\"id\":\"4\",\"kind\":\"match\"," AT "," NEED(4, "Quatre-vingts plus tard", "\"2026-07-12T10:00:00Z\"") ",\"score\":80},"
        "{\"id\":\"5\",\"kind\":\"match\"," AT "," NEED(5, "Quatre-vingts", JUNE_12) ",\"score\":80," LOTS ",\"answer\":\"" MATCH_ID "\"},"
        SHORT(6, "closing\",\"days\":2,\"x\":\"", 6, "Bientôt", 100) ","
        "{\"id\":\"7\",\"kind\":\"amended\"," AT "," NEED(7, "Changé", "null") ",\"score\":10,\"changes\":[" CHANGE("/title", "\"Avant\"", "\"Changé\"") "]}]");
    assert_string_equal(l.subject, "6 besoins pour vous · le premier : Quatre-vingts, lot 2 Bureaux · Puy-de-Dôme · réponse avant le 12 juin");
    IN_ORDER(l.text, "6 besoins pour vous\n\nNouveaux\n\nQuatre-vingts, lot 2 Bureaux\n\nAcheteur : Ville",
             "- Lot 2 Bureaux : 49 sur 100 · Même classe CPV (4 chiffres) (28) · Même commune (25)", "(-4)\n\nNous sommes intéressés : ",
             "\nQuatre-vingts plus tard\n", "\nQuatre-vingts sans date\n", "\nQuarante\n", "Score : 40 sur 100",
             "\nModifiés\n\nChangé\n", "\nCe qui a changé\n- Objet : Changé (auparavant : Avant)\n", "\nBientôt la date limite\n\nBientôt\n",
             "\nRetirés ou terminés\n- Annulé : Annulé avant · Puy-de-Dôme\n", "\n-- \n");
}

static void a_need_stands_once(void **state)
{
    static const char amended[] = "{\"id\":\"2\",\"kind\":\"amended\"," AT "," NEED(1, "Tonte, plus grande", JUNE_12) ",\"score\":70,\"changes\":["
        CHANGE("/title", "\"Tonte\"", "\"Tonte, grande\"") "," CHANGE("/duration", "\"12\"", "\"24\"") "]}";
    static const char again[] = "{\"id\":\"3\",\"kind\":\"amended\"," AT "," NEED(1, "Tonte, plus grande", JUNE_12) ",\"score\":75,\"changes\":["
        CHANGE("/title", "\"Tonte, grande\"", "\"Tonte, plus grande\"") "," CHANGE("/duration", "\"24\"", "\"12\"") "]}";
    struct fixture *f = *state;
    struct letter l = told(state, arena_format(f->arena, "[%s,%s,%s,%s]", again, amended, SHORT(1, "match", 1, "Tonte", 60), SHORT(4, "match", 2, "Haies", 50)));
    assert_string_equal(l.subject, "2 besoins pour vous · le premier : Tonte, plus grande · Puy-de-Dôme · réponse avant le 12 juin");
    IN_ORDER(l.text, "Nouveaux\n\nTonte, plus grande\n", "Score : 75 sur 100", "- Objet : Tonte, plus grande (auparavant : Tonte)\n", "\nHaies\n");
    has_not(l.text, "Modifiés");
    has_not(l.text, "Durée");
    // What is left of one need is told like a single notice.
    l = told(state, arena_format(f->arena, "[%s,%s]", amended, again));
    assert_string_equal(l.subject, "Modifié : Tonte, plus grande · Puy-de-Dôme · réponse avant le 12 juin");
    // Told before, then withdrawn.
    l = told(state, arena_format(f->arena, "[%s,%s]", amended, SHORT(4, "withdrawn", 1, "Tonte", 0)));
    assert_string_equal(l.subject, "Ne vous concerne plus : Tonte · Puy-de-Dôme");
}

static void what_came_and_went_is_not_told(void **state)
{
    not_told(state, "[" SHORT(1, "match", 1, "Tonte", 60) "," SHORT(2, "withdrawn", 1, "Tonte", 60) "]");
    not_told(state, "[" SHORT(2, "cancelled", 1, "Tonte", 60) "," SHORT(1, "match", 1, "Tonte", 60) "]");
    struct letter l = told(state, "[" SHORT(1, "match", 1, "Tonte", 60) "," SHORT(2, "withdrawn", 1, "Tonte", 60) "," SHORT(3, "match", 2, "Haies", 60) "]");
    has_not(l.text, "Tonte");
    assert_string_equal(l.subject, "Haies · Puy-de-Dôme · réponse avant le 12 juin");
}

static void a_buyers_digest_has_each_supplier(void **state)
{
#define FROM(id, name) "{\"id\":\"" #id "\",\"kind\":\"interest\"," NEED(1, "Tonte", "null") ",\"supplier\":{\"name\":\"" name "\"}}"
    struct letter l = told(state, "[{\"id\":\"1\",\"kind\":\"matched\"," NEED(1, "Tonte", "null") ",\"suppliers\":2}," FROM(2, "Alpha") "," FROM(3, "Beta") "," FROM(4, "Alpha") "]");
    assert_string_equal(l.subject, "3 nouvelles de vos besoins · Un fournisseur intéressé : Alpha · Tonte");
    IN_ORDER(l.text, "Ils sont intéressés\n", "Alpha est intéressé", "Beta est intéressé", "Vos besoins ont été annoncés\n", "2 fournisseurs");
}

static void long_digests_are_counted(void **state)
{
    struct fixture *f = *state;
    struct text content;
    text_init(&content, 1 << 20);
    for (int i = 0; i < 62; i++)
        text_format(&content, "%c{\"kind\":\"match\",\"need\":{\"id\":\"n%02d\",\"title\":\"Besoin %02d\"},\"score\":%d}", i ? ',' : '[', i, i, 99 - i);
    text_put(&content, "]");
    struct letter l = told(state, arena_string(f->arena, text_string(&content)));
    text_fini(&content);
    assert_string_equal(l.subject, "62 besoins pour vous · le premier : Besoin 00");
    has(l.text, "\nBesoin 49\n");
    has_not(l.text, "Besoin 50");
    has(l.text, "\net 12 autres\n");
}

static void long_subjects_are_cut(void **state)
{
    struct fixture *f = *state;
    static const char word[] = "médiathèques ";
    char title[400] = "";
    for (size_t i = 0; i < 22; i++)
        memcpy(title + i * (sizeof word - 1), word, sizeof word);
    const char *content = arena_format(f->arena, "{\"kind\":\"amended\"," AT ",\"need\":{\"id\":\"n\",\"title\":\"%s\",\"deadline\":" JUNE_12 ",\"places\":[\"departement:63\"]}}", title);
    struct letter l = told(state, content);
    has(l.subject, "Modifié : médiathèques ");
    has(l.subject, " médiathèques… · Puy-de-Dôme · réponse avant le 12 juin");
}

static void what_people_typed_stays_text(void **state)
{
    static const char nasty[] = "<b>&\\\"'\\r\\nBcc: x\\u0000\\u202e</title><script>alert(1)</script>";
    static const char fine[] = "<b>&\\\"'\\r\\nBcc: x\\u0007\\u202e\\u0085</title><script>alert(1)</script>";
    struct fixture *f = *state;
    struct letter l;
    const char *const pattern = "{\"kind\":\"%1$s\",\"need\":{\"id\":\"%2$s\",\"title\":\"%2$s\",\"buyer\":{\"name\":\"%2$s\"},\"places\":[\"%2$s\"],\"kind\":\"%2$s\"},"
                                "\"supplier\":{\"name\":\"%2$s\"},\"message\":\"%2$s\",\"alert\":{\"name\":\"%2$s\"},\"lots\":[{\"lot\":1,\"title\":\"%2$s x\",\"places\":[\"%2$s\"],"
                                "\"lines\":[{\"code\":\"%2$s\",\"points\":1}]}],\"changes\":[{\"field\":\"%2$s\",\"before\":\"%2$s\",\"after\":\"%2$s x\"},"
                                "{\"field\":\"/lots/1/%2$s\",\"after\":\"%2$s\"}]}";
    static const char *const kinds[] = {"match", "amended", "withdrawn", "closing", "closed", "interest", "interests", "matched"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char *content = arena_take(f->arena, 8192);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(content, 8192, pattern, kinds[i], fine);
        l = told(state, content);
        has_not(l.html, "<script");
        has_not(l.html, "<b>");
        has(l.subject, "<b>&\"' Bcc: x </title>");
        snprintf(content, 8192, pattern, kinds[i], nasty); // NUL is no text
        not_told(state, content);
#pragma GCC diagnostic pop
    }
}

static const char *make_bad(void *ctx, const char *kind, const char *id)
{
    (void)kind, (void)id;
    return ctx;
}

static void only_web_links_are_taken(void **state)
{
    static const char *const bad[] = {NULL, "", "javascript:alert(1)", "https://a b", "https://a\nb", "//example.org", "data:text/html,x"};
    struct fixture *f = *state;
    struct letter l;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        union {
            const char *in;
            void *out;
        } ctx = {bad[i]};
        const struct told_links links = {make_bad, ctx.out};
        assert_true(told_write(MATCH, LANG_FR, f->g, &links, bad[i], f->arena, &l));
        check(f, &l, LANG_FR);
        has_not(l.html, "<a ");
        has_not(l.text, "Nous sommes");
    }
    assert_true(told_write(MATCH, LANG_FR, NULL, NULL, NULL, f->arena, &l));
    check(f, &l, LANG_FR);
}

static void what_is_no_notice_is_not_told(void **state)
{
    static const char *const contents[] = {"", "null", "[]", "{}", "[1]", "{\"kind\":\"match\"}", "[" MATCH, MATCH "," MATCH, "{\"kind\":\"new\"," NEED(1, "T", "null") "}",
                                           "{\"kind\":\"match\",\"need\":{\"id\":1,\"title\":\"T\"}}"};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        not_told(state, contents[i]);
    assert_string_equal(told(state, "[1, {\"kind\":\"new\"}, {\"kind\":\"match\",\"need\":{\"id\":\"n\"}}]").subject, "Besoin sans titre");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        TEST(a_match_reads_well),
        TEST(it_reads_well_in_english),
        TEST(lots_and_places_are_summed_up),
        TEST(deadlines_are_in_paris),
        TEST(an_amendment_says_the_difference),
        TEST(the_buyer_reads_of_interest),
        TEST(each_kind_has_its_subject),
        TEST(an_alert_says_its_name_and_has_no_buttons),
        TEST(a_digest_is_sorted_and_grouped),
        TEST(a_need_stands_once),
        TEST(what_came_and_went_is_not_told),
        TEST(a_buyers_digest_has_each_supplier),
        TEST(long_digests_are_counted),
        TEST(long_subjects_are_cut),
        TEST(what_people_typed_stays_text),
        TEST(only_web_links_are_taken),
        TEST(what_is_no_notice_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
