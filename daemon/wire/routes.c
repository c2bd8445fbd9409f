// SPDX-License-Identifier: EUPL-1.2
// Knows every route and its query parameters.
#include "wire/routes.h"

#include "base/text.h"

static const struct routes_entry routes[] = {
#define ROUTE(method, path, name, who, scope, flags, takes, gives, status, fr, en) \
    {#method, path, #name, who, scope, flags, takes, gives, status, {fr, en}},
#include "protocol/routes.def"
#undef ROUTE
};

// "cursor" and "limit" come with ROUTE_PAGED.
static const struct routes_query queries[] = {
    {"GET", "/", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/needs", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/needs", "q", false, {"Mots", "Words"}},
    {"GET", "/needs", "cpv", false, {"Code CPV", "CPV code"}},
    {"GET", "/needs", "place", false, {"Lieu, par son nom ou son code", "Place, by its name or its code"}},
    {"GET", "/needs", "reserved", true, {"1 : seulement les marchés réservés", "1: reserved contracts only"}},
    {"GET", "/needs", "cursor", false, {"Suite", "What follows"}},
    {"GET", "/needs/{id}", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/conventions/{id}", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/privacy", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/accessibility", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/v1/cpv", "q", false, {"Mots, ou premiers chiffres", "Words, or leading digits"}},
    {"GET", "/v1/cpv", "codes", false, {"Codes séparés par des virgules", "Codes between commas"}},
    {"GET", "/v1/cpv", "parent", false, {"Code dont on veut la branche ; vide : les divisions", "Code whose branch is wanted; empty: the divisions"}},
    {"GET", "/v1/naf", "q", false, {"Mots, ou premiers signes du code", "Words, or the code's first signs"}},
    {"GET", "/v1/places", "q", false, {"Début d'un nom, code postal ou numéro", "Beginning of a name, postal code or number"}},
    {"GET", "/v1/places", "codes", false, {"Lieux séparés par des virgules", "Places between commas"}},
    {"GET", "/v1/places", "kind", false, {"commune, departement, region", "commune, departement, region"}},
    {"GET", "/v1/words", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/v1/words", "version", false, {"Celle de l'application : avec elle, la réponse se garde un an", "The application's: with it the answer may be kept for a year"}},
    {"GET", "/v1/events", "since", false, {"Comme Last-Event-ID", "As Last-Event-ID"}},
    {"POST", "/v1/needs", "draft", true, {"1 : brouillon", "1: a draft"}},
    {"GET", "/v1/needs", "mine", true, {"1 : les miens, dans tous les états", "1: mine, in every state"}},
    {"GET", "/v1/needs", "state", false, {"Les miens dans cet état (avec mine=1)", "Mine in that state (with mine=1)"}},
    {"GET", "/v1/needs", "q", false, {"Mots du titre, de la référence ou du nom de l'acheteur", "Words of the title, the reference or the buyer's name"}},
    {"GET", "/v1/needs/{id}/explain", "offer", false,
     {"Organisation dont l'offre est expliquée ; sinon la mienne", "Organisation whose offer is explained; else mine"}},
    {"GET", "/v1/offer/proposal", "naf", false, {"Code NAF ; sinon d'après le type de structure", "NAF code; else by the kind of structure"}},
    {"GET", "/v1/offer/needs", "answer", false, {"interested, declined, none (sans réponse)", "interested, declined, none (not answered)"}},
    {"GET", "/v1/offer/needs", "state", false, {"open (par défaut), over : clos, attribués, annulés, échus", "open (by default), over: closed, awarded, cancelled, past their deadline"}},
    {"GET", "/v1/offer/needs", "month", false, {"Mois de l'échéance : 2026-05", "Month of the deadline: 2026-05"}},
    {"POST", "/v1/imports/decp", "first", false,
     {"Numéro de la première ligne du corps, 1 par défaut", "Number of the body's first line, 1 by default"}},
    {"POST", "/v1/imports/siae", "first", false,
     {"Numéro de la première ligne du corps, 1 par défaut", "Number of the body's first line, 1 by default"}},
    {"GET", "/v1/needs/{id}/matches", "answer", false, {"interested, declined, seen, held (pas encore prévenus)", "interested, declined, seen, held (not told yet)"}},
    {"GET", "/v1/needs/{id}/matches", "format", false, {"json (par défaut) ; csv ou xlsx : tous, en un tableau", "json (by default); csv or xlsx: all of them, as a table"}},
    {"GET", "/v1/needs/{id}/matches", "lang", false, {"fr ou en : langue du tableau ; sinon Accept-Language", "fr or en: language of the table; else Accept-Language"}},
    {"GET", "/v1/channels/{id}/deliveries", "state", false, {"due, claimed, done, failed", "due, claimed, done, failed"}},
    {"POST", "/v1/channels/{id}/replay", "delivery", false, {"Une seule remise", "One delivery alone"}},
    {"POST", "/v1/alerts", "rhythm", false, {"Rythme de son courriel : now, daily (par défaut), weekly, none", "Rhythm of its mail: now, daily (by default), weekly, none"}},
    {"POST", "/v1/alerts/ask", "rhythm", false, {"Rythme de son courriel : now, daily (par défaut), weekly", "Rhythm of its mail: now, daily (by default), weekly"}},
    {"GET", "/answer", "t", false, {"Ce que porte le lien", "What the link carries"}},
    {"GET", "/answer", "a", false, {"interested ou declined : le bouton suivi", "interested or declined: the button that was followed"}},
    {"GET", "/answer", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"POST", "/answer", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/unsubscribe", "t", false, {"Ce que porte le lien", "What the link carries"}},
    {"POST", "/unsubscribe", "t", false, {"Ce que porte le lien", "What the link carries"}},
    {"GET", "/unsubscribe", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"POST", "/unsubscribe", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/ticket", "t", false, {"Ce que porte le lien", "What the link carries"}},
    {"GET", "/ticket", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"POST", "/ticket", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/v1/person/export", "format", false, {"json (par défaut) ou csv", "json (by default) or csv"}},
    {"GET", "/v1/organisation/export", "format", false, {"json (par défaut) ou csv", "json (by default) or csv"}},
    {"GET", "/v1/conventions", "mine", true, {"1 : les miens, dans tous les états", "1: mine, in every state"}},
    {"GET", "/v1/conventions/{id}/participants", "state", false, {"listed, invited, coming, declined, withdrawn", "listed, invited, coming, declined, withdrawn"}},
    {"GET", "/v1/conventions/{id}/participants", "q", false, {"Nom, organisation ou adresse", "Name, organisation or address"}},
    {"POST", "/v1/conventions/{id}/participants", "invite", true, {"1 : l'inviter", "1: invite it"}},
    {"POST", "/v1/conventions/{id}/import", "invite", true, {"1 : les inviter", "1: invite them"}},
    {"GET", "/v1/conventions/{id}/requests", "state", false, {"asked, accepted, declined, withdrawn, waiting (acceptées, pas placées)", "asked, accepted, declined, withdrawn, waiting (accepted, not placed)"}},
    {"GET", "/v1/conventions/{id}/requests", "participant", false, {"Celles d'un participant", "Those of one participant"}},
    {"GET", "/v1/conventions/{id}/agenda", "previous", false, {"Version dont les places sont les anciennes", "Version whose places are the former ones"}},
    {"GET", "/v1/timetables/{id}/difference", "from", false, {"L'autre version ; sinon celle qui était publiée", "The other version; else the one that was published"}},
    {"GET", "/v1/conventions/{id}/events", "since", false, {"Comme Last-Event-ID", "As Last-Event-ID"}},
    {"GET", "/v1/halls/{id}/events", "since", false, {"Comme Last-Event-ID", "As Last-Event-ID"}},
    {"GET", "/v1/conventions/{id}/outcomes", "format", false, {"json (par défaut) ou csv", "json (by default) or csv"}},
    {"GET", "/v1/badges/{id}/people", "q", false, {"Nom ou organisation", "Name or organisation"}},
    {"GET", "/badge/{id}", "q", false, {"Qui chercher pour un rendez-vous", "Whom to look for to meet"}},
    {"GET", "/badge/{id}", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"POST", "/badge/{id}", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"GET", "/v1/moderation/organisations", "q", false, {"Mots du nom, ou début du SIRET", "Words of the name, or beginning of the SIRET"}},
    {"GET", "/v1/moderation/organisations", "suspended", true, {"1 : celles qui sont suspendues", "1: those that are suspended"}},
    {"GET", "/v1/moderation/outbox", "state", false, {"due, claimed, done, failed ; sinon tout sauf done", "due, claimed, done, failed; else all but done"}},
    {"GET", "/v1/moderation/outbox", "channel", false, {"mail, webhook", "mail, webhook"}},
    {"GET", "/v1/moderation/audit/check", "after", false, {"Dernier maillon vérifié, NUMÉRO:EMPREINTE ; sinon depuis le début", "Last link that was checked, NUMBER:HASH; else from the beginning"}},
    {"GET", "/checkin", "t", false, {"Ce que porte le lien", "What the link carries"}},
    {"GET", "/checkin", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
    {"POST", "/checkin", "lang", false, {"fr ou en ; sinon Accept-Language", "fr or en; else Accept-Language"}},
};

const struct routes_entry *routes_next(const struct routes_entry *after)
{
    const struct routes_entry *r = after ? after + 1 : routes;
    return r < routes + sizeof routes / sizeof *routes ? r : NULL;
}

const struct routes_query *routes_query_next(const struct routes_entry *route, const struct routes_query *after)
{
    const struct routes_query *end = queries + sizeof queries / sizeof *queries;
    for (const struct routes_query *q = after ? after + 1 : queries; q < end; q++)
        if (!route || (text_equal(q->path, route->path) && text_equal(q->method, route->method)))
            return q;
    return NULL;
}
