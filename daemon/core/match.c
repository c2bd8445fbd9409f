// SPDX-License-Identifier: EUPL-1.2
// Knows the conditions under which a lot and a capability match.
#include "core/match.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY_SECONDS 86400
#define LIST_MOST 20 // items of a list that are spelt out

static const char **folds_of(const struct strings *s, struct arena *arena)
{
    const char **out = arena_array(arena, s->count, sizeof *out);
    for (size_t i = 0; i < s->count; i++)
        out[i] = words_key(arena, s->list[i]);
    return out;
}

struct match_need match_need(const struct need *n, const struct gazetteer *g, struct words *w, int64_t now,
                             struct arena *arena)
{
    struct match_lot *lots = arena_array(arena, n->lot_count, sizeof *lots);
    // Each text keeps its own spaces at both ends, so that no phrase is found across two texts.
    const char *shared = arena_format(arena, "%s%s", n->title ? words_stems(w, arena, n->title) : "",
                                      n->description ? words_stems(w, arena, n->description) : "");
    for (size_t i = 0; i < n->lot_count; i++) {
        const struct lot *l = &n->lots[i];
        const char *stems = l->title ? arena_format(arena, "%s%s", shared, words_stems(w, arena, l->title)) : shared;
        lots[i] = (struct match_lot){offer_admitted(l->reserved), stems, folds_of(&l->labels, arena),
                                     folds_of(&l->criteria, arena)};
    }
    return (struct match_need){n, lots, now, g};
}

// The pair in question, and what it is told in.
struct pair {
    const struct match_need *n;
    const struct lot *l;
    const struct offer *o;
    const struct capability *cap;
    struct arena *arena;
    enum lang lang;
};

// How a condition ends: FREE when it holds because nothing is asked, not known, or known only in part.
enum outcome { FAILS, HOLDS, FREE };

static enum outcome judge_cpv(const struct pair *p)
{
    enum outcome best = FAILS;
    for (size_t i = 0; i < p->l->cpv_count; i++) {
        if (cpv_covers(p->cap->cpv, p->l->cpv[i]))
            return HOLDS;
        if (cpv_covers(p->l->cpv[i], p->cap->cpv))
            best = FREE; // coded more broadly than the capability
    }
    return best;
}

static enum cover zone_cover(const struct place *asked, const struct place *zone)
{
    if (asked->commune && zone->commune)
        return asked->commune == zone->commune ? COVER_FULL : COVER_NONE;
    if (!place_meets(asked->deps, zone->deps))
        return COVER_NONE;
    return !zone->commune && place_within(asked->deps, zone->deps) ? COVER_FULL : COVER_PARTIAL;
}

static enum cover circle_cover(const struct place *asked, const struct offer *o, const struct capability *cap)
{
    if (!(cap->radius > 0))
        return COVER_NONE;
    if (asked->commune && asked->centre.known && o->at.known)
        return place_distance(o->at, asked->centre) <= cap->radius ? COVER_FULL : COVER_NONE;
    return place_meets(asked->deps, cap->circle) ? COVER_PARTIAL : COVER_NONE;
}

enum cover match_cover(const struct match_need *n, const struct lot *l, const struct offer *o,
                       const struct capability *cap)
{
    size_t count;
    const struct place *places = need_places(n->need, l, &count);
    enum cover least = COVER_FULL, most = COVER_NONE;
    for (size_t i = 0; i < count; i++) {
        enum cover best = circle_cover(&places[i], o, cap);
        for (size_t k = 0; k < cap->area_count && best != COVER_FULL; k++) {
            enum cover cover = zone_cover(&places[i], &cap->areas[k]);
            best = cover > best ? cover : best;
        }
        least = best < least ? best : least;
        most = best > most ? best : most;
    }
    return most == COVER_NONE || least == COVER_FULL ? most : COVER_PARTIAL;
}

static enum outcome judge_place(const struct pair *p)
{
    static const enum outcome outcomes[] = {[COVER_NONE] = FAILS, [COVER_PARTIAL] = FREE, [COVER_FULL] = HOLDS};
    return outcomes[match_cover(p->n, p->l, p->o, p->cap)];
}

static enum outcome judge_service(const struct pair *p)
{
    if (!p->l->services || !p->cap->services)
        return FREE;
    return p->l->services & p->cap->services ? HOLDS : FAILS;
}

static bool range_unknown(struct range r)
{
    return r.least < 0 && r.most < 0;
}

// Whether a ends before b begins.
static bool range_below(struct range a, struct range b)
{
    return a.most >= 0 && b.least >= 0 && a.most < b.least;
}

static enum outcome judge_value(const struct pair *p)
{
    struct range asked = p->l->value, taken = p->cap->value;
    if (range_unknown(asked) || range_unknown(taken))
        return FREE;
    return range_below(asked, taken) || range_below(taken, asked) ? FAILS : HOLDS;
}

static const struct match_lot *made(const struct pair *p)
{
    return &p->n->lots[p->l - p->n->need->lots];
}

static enum outcome judge_reserved(const struct pair *p)
{
    if (!p->l->reserved)
        return FREE;
    return made(p)->admitted & p->o->structures ? HOLDS : FAILS;
}

static bool held(const struct offer *o, const char *folded)
{
    for (size_t i = 0; i < o->labels.count; i++)
        if (strcmp(o->labels_folded[i], folded) == 0)
            return true;
    return false;
}

static enum outcome judge_labels(const struct pair *p)
{
    for (size_t i = 0; i < p->l->labels.count; i++)
        if (!held(p->o, made(p)->labels[i]))
            return FAILS;
    return p->l->labels.count ? HOLDS : FREE;
}

// Whether the list names the establishment by its SIRET, or its enterprise by SIREN.
static bool blocks(const struct strings *blocked, const char *siret)
{
    for (size_t i = 0; i < blocked->count; i++) {
        size_t len = strlen(blocked->list[i]);
        if ((len == 9 || len == 14) && strncmp(blocked->list[i], siret, len) == 0)
            return true;
    }
    return false;
}

static bool own(const struct pair *p)
{
    return p->n->need->buyer[0] && p->o->siret[0] && strncmp(p->n->need->buyer, p->o->siret, 9) == 0;
}

static bool blocked(const struct pair *p)
{
    return blocks(&p->o->blocked, p->n->need->buyer) || blocks(&p->n->need->blocked, p->o->siret);
}

// The first excluded keyword that the need contains, NULL when there is none.
static const char *excluded(const struct pair *p)
{
    for (size_t i = 0; i < p->cap->excluded.count; i++)
        if (words_contain(made(p)->stems, p->cap->excluded_stems[i]))
            return p->cap->excluded.list[i];
    return NULL;
}

static enum outcome judge_exclusions(const struct pair *p)
{
    return own(p) || blocked(p) || excluded(p) ? FAILS : HOLDS;
}

int32_t match_start(const struct match_need *n)
{
    if (n->need->start != DAY_UNKNOWN)
        return n->need->start;
    return (int32_t)(n->now / DAY_SECONDS - (n->now % DAY_SECONDS < 0));
}

static bool full(const struct pair *p)
{
    return p->o->full_until != DAY_UNKNOWN && p->o->full_until > match_start(p->n);
}

static bool too_late(const struct pair *p)
{
    return p->n->need->deadline != TIME_UNKNOWN && p->n->need->deadline < p->n->now;
}

static enum outcome judge_availability(const struct pair *p)
{
    return p->o->active && !full(p) && !too_late(p) ? HOLDS : FAILS;
}

// Words for the explanation

struct listing {
    struct text text;
    size_t count;
};

static void list_add(struct listing *list, const char *item)
{
    if (list->count++ >= LIST_MOST)
        return;
    text_put(&list->text, list->count > 1 ? ", " : "");
    text_put(&list->text, item);
}

__attribute__((format_arg(2), format_arg(3))) static const char *say(const struct pair *p, const char *fr,
                                                                      const char *en)
{
    return p->lang == LANG_FR ? fr : en;
}

static const char *list_end(struct listing *list, const struct pair *p, const char *fr_none, const char *en_none)
{
    if (list->count > LIST_MOST)
        text_format(&list->text, say(p, " et %zu autres", " and %zu more"), list->count - LIST_MOST);
    const char *out = say(p, fr_none, en_none);
    if (list->count)
        out = arena_copy(p->arena, text_string(&list->text), list->text.len);
    text_fini(&list->text);
    return out;
}

static struct listing list_new(void)
{
    struct listing list = {.count = 0};
    text_init(&list.text, SIZE_MAX / 2);
    return list;
}

static const char *cpv_text(const struct pair *p, struct cpv cpv)
{
    return arena_format(p->arena, "%08" PRIu32, cpv.code);
}

static const char *cpv_asked(const struct pair *p)
{
    struct listing list = list_new();
    for (size_t i = 0; i < p->l->cpv_count; i++)
        list_add(&list, cpv_text(p, p->l->cpv[i]));
    return list_end(&list, p, "aucun code", "no code");
}

static const char *cpv_offered(const struct pair *p)
{
    return cpv_text(p, p->cap->cpv);
}

static const char *place_text(const struct pair *p, const struct place *place)
{
    const char *name = place_name(p->n->places, place), *code = strchr(place->text, ':');
    if (!code)
        return say(p, "France entière", "all of France");
    if (strcmp(name, code + 1) == 0)
        return place->text;
    const char *region = text_starts(place->text, "region:") ? say(p, "région ", "region ") : "";
    return arena_format(p->arena, "%s (%s%s)", name, region, code + 1);
}

static const char *place_asked(const struct pair *p)
{
    size_t count;
    const struct place *places = need_places(p->n->need, p->l, &count);
    struct listing list = list_new();
    for (size_t i = 0; i < count; i++)
        list_add(&list, place_text(p, &places[i]));
    return list_end(&list, p, "aucun lieu", "no place");
}

// "30 km autour d'Ambert", "30 km autour du Havre".
static const char *circle_text(const struct pair *p)
{
    static const struct {
        const char *start, *joined;
    } articles[] = {{"Le ", "du "}, {"Les ", "des "}};
    char km[32];
    snprintf(km, sizeof km, fmod(p->cap->radius, 1) == 0 ? "%.0f" : "%.1f", p->cap->radius);
    if (!p->o->seat.text)
        return arena_format(p->arena, say(p, "%s km autour du siège", "%s km around the seat"), km);
    const char *name = place_name(p->n->places, &p->o->seat);
    if (p->lang == LANG_EN)
        return arena_format(p->arena, "%s km around %s", km, name);
    char *point = strchr(km, '.');
    if (point)
        *point = ',';
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
        if (text_starts(name, articles[i].start))
            return arena_format(p->arena, "%s km autour %s%s", km, articles[i].joined,
                                name + strlen(articles[i].start));
    const char *first = words_fold(p->arena, name);
    return arena_format(p->arena, "%s km autour %s%s", km, *first && strchr("aeiouy", *first) ? "d'" : "de ", name);
}

static const char *place_offered(const struct pair *p)
{
    struct listing list = list_new();
    if (p->cap->radius > 0)
        list_add(&list, circle_text(p));
    for (size_t i = 0; i < p->cap->area_count; i++)
        list_add(&list, place_text(p, &p->cap->areas[i]));
    return list_end(&list, p, "aucune zone", "no area");
}

// Lists of protocol/records.def of which the explanation speaks.
static const struct {
    const char *list;
    unsigned value;
    const char *word, *text[2];
} words[] = {
#define KEEP_need_kind(...)
#define KEEP_need_state(...)
#define KEEP_social(...)
#define KEEP_environmental(...)
#define KEEP_service(name, word, fr, en) {"service", name, word, {[LANG_FR] = fr, [LANG_EN] = en}},
#define KEEP_reserved(name, word, fr, en) {"reserved", name, word, {[LANG_FR] = fr, [LANG_EN] = en}},
#define KEEP_structure(name, word, fr, en) {"structure", name, word, {[LANG_FR] = fr, [LANG_EN] = en}},
#define WORD(list, name, word, fr, en) KEEP_##list(name, word, fr, en)
#include "protocol/records.def"
};

static const char *service_text(const struct pair *p, unsigned services)
{
    struct listing list = list_new();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal(words[i].list, "service") && words[i].value & services)
            list_add(&list, words[i].text[p->lang]);
    return list_end(&list, p, "non précisé", "not given");
}

static const char *service_asked(const struct pair *p)
{
    return service_text(p, p->l->services);
}

static const char *service_offered(const struct pair *p)
{
    return service_text(p, p->cap->services);
}

static const char *structures_text(const struct pair *p, unsigned structures, const char *fr_none, const char *en_none)
{
    struct listing list = list_new();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal(words[i].list, "structure") && words[i].value & structures)
            list_add(&list, words[i].word);
    return list_end(&list, p, fr_none, en_none);
}

static const char *reserved_asked(const struct pair *p)
{
    struct listing list = list_new();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal(words[i].list, "reserved") && words[i].value & p->l->reserved)
            list_add(&list, arena_format(p->arena, "%s (%s)", words[i].word,
                                         structures_text(p, offer_admitted(words[i].value), "", "")));
    return list_end(&list, p, "ouvert à tous", "open to all");
}

static const char *reserved_offered(const struct pair *p)
{
    return structures_text(p, p->o->structures, "aucun type enregistré", "no registered kind");
}

// "200 000" in French, "200,000" in English.
static const char *euros(const struct pair *p, int64_t value)
{
    char digits[24];
    struct text t;
    int len = snprintf(digits, sizeof digits, "%" PRId64, value);
    text_init(&t, 64);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            text_byte(&t, p->lang == LANG_FR ? ' ' : ',');
        text_byte(&t, digits[i]);
    }
    const char *out = arena_copy(p->arena, text_string(&t), t.len);
    text_fini(&t);
    return out;
}

static const char *range_text(const struct pair *p, struct range r)
{
    if (range_unknown(r))
        return say(p, "non précisé", "not given");
    if (r.most < 0)
        return arena_format(p->arena, say(p, "à partir de %s EUR", "from %s EUR"), euros(p, r.least));
    if (r.least < 0)
        return arena_format(p->arena, say(p, "jusqu'à %s EUR", "up to %s EUR"), euros(p, r.most));
    if (r.least == r.most)
        return arena_format(p->arena, "%s EUR", euros(p, r.most));
    return arena_format(p->arena, "%s - %s EUR", euros(p, r.least), euros(p, r.most));
}

static const char *value_asked(const struct pair *p)
{
    return range_text(p, p->l->value);
}

static const char *value_offered(const struct pair *p)
{
    return range_text(p, p->cap->value);
}

static const char *strings_text(const struct pair *p, const struct strings *s, const char *fr_none, const char *en_none)
{
    struct listing list = list_new();
    for (size_t i = 0; i < s->count; i++)
        list_add(&list, s->list[i]);
    return list_end(&list, p, fr_none, en_none);
}

static const char *labels_asked(const struct pair *p)
{
    return strings_text(p, &p->l->labels, "aucun", "none");
}

static const char *labels_offered(const struct pair *p)
{
    return strings_text(p, &p->o->labels, "aucun", "none");
}

static const char *exclusions_asked(const struct pair *p)
{
    const char *word = excluded(p);
    if (own(p))
        return say(p, "besoin de la même entreprise", "need of the same enterprise");
    if (blocked(p)) // which of the two is nobody's business
        return say(p, "l'une des parties a écarté l'autre", "one of the parties has blocked the other");
    if (word)
        return arena_format(p->arena, say(p, "le texte contient « %s »", "the text contains \"%s\""), word);
    return say(p, "rien d'exclu dans le texte", "nothing excluded in the text");
}

static const char *exclusions_offered(const struct pair *p)
{
    return strings_text(p, &p->cap->excluded, "aucun", "none");
}

static const char *day_text(const struct pair *p, int32_t day)
{
    char out[12];
    clock_format_day(day, out);
    return arena_string(p->arena, out);
}

static const char *availability_asked(const struct pair *p)
{
    const struct need *n = p->n->need;
    char deadline[25];
    const char *start = n->start == DAY_UNKNOWN ? say(p, "non précisé", "not given") : day_text(p, n->start);
    if (n->deadline == TIME_UNKNOWN)
        return arena_format(p->arena, say(p, "début : %s", "start: %s"), start);
    clock_format(n->deadline, deadline);
    const char *passed = too_late(p) ? say(p, " (passé)", " (passed)") : "";
    return arena_format(p->arena, say(p, "réponse avant le %s%s, début : %s", "response until %s%s, start: %s"),
                        deadline, passed, start);
}

static const char *availability_offered(const struct pair *p)
{
    if (!p->o->active)
        return say(p, "offre inactive", "offer not active");
    if (p->o->full_until == DAY_UNKNOWN)
        return say(p, "offre active", "offer active");
    return arena_format(p->arena, say(p, "complet jusqu'au %s", "full until %s"), day_text(p, p->o->full_until));
}

// {a} stands for what is asked, {o} for what is offered.
static const struct {
    const char *word;
    enum outcome (*judge)(const struct pair *p);
    const char *(*asked)(const struct pair *p);
    const char *(*offered)(const struct pair *p);
    const char *sentence[2][3]; // by language and outcome
} conditions[CONDITION_COUNT] = {
    [CONDITION_CPV] =
        {"cpv", judge_cpv, cpv_asked, cpv_offered,
         {[LANG_FR] = {[HOLDS] = "Le lot demande {a} ; la capacité couvre {o} : le code convient.",
                       [FREE] = "Le lot est codé {a}, plus large que la capacité {o} : le code convient.",
                       [FAILS] = "Le lot demande {a} ; la capacité couvre {o} : ce n'est pas la même branche."},
          [LANG_EN] = {[HOLDS] = "The lot asks for {a}; the capability covers {o}: the code fits.",
                       [FREE] = "The lot is coded {a}, more broadly than the capability {o}: the code fits.",
                       [FAILS] = "The lot asks for {a}; the capability covers {o}: not the same branch."}}},
    [CONDITION_PLACE] =
        {"place", judge_place, place_asked, place_offered,
         {[LANG_FR] = {[HOLDS] = "Lieu du lot : {a} ; zone de la capacité : {o} : le lieu est couvert.",
                       [FREE] = "Lieu du lot : {a} ; zone de la capacité : {o} : une partie du lieu est couverte.",
                       [FAILS] = "Lieu du lot : {a} ; zone de la capacité : {o} : le lieu est hors de la zone."},
          [LANG_EN] = {[HOLDS] = "Place of the lot: {a}; area of the capability: {o}: the place is covered.",
                       [FREE] = "Place of the lot: {a}; area of the capability: {o}: a part of it is covered.",
                       [FAILS] = "Place of the lot: {a}; area of the capability: {o}: outside the area."}}},
    [CONDITION_SERVICE] =
        {"service", judge_service, service_asked, service_offered,
         {[LANG_FR] = {[HOLDS] = "Nature demandée : {a} ; proposée : {o} : elles se rejoignent.",
                       [FREE] = "Nature demandée : {a} ; proposée : {o} : rien ne s'y oppose.",
                       [FAILS] = "Nature demandée : {a} ; proposée : {o} : elles ne se rejoignent pas."},
          [LANG_EN] = {[HOLDS] = "Kind asked for: {a}; offered: {o}: they meet.",
                       [FREE] = "Kind asked for: {a}; offered: {o}: nothing speaks against it.",
                       [FAILS] = "Kind asked for: {a}; offered: {o}: they do not meet."}}},
    [CONDITION_VALUE] =
        {"value", judge_value, value_asked, value_offered,
         {[LANG_FR] = {[HOLDS] = "Montant du lot : {a} ; montants acceptés : {o} : le montant convient.",
                       [FREE] = "Montant du lot : {a} ; montants acceptés : {o} : rien ne s'y oppose.",
                       [FAILS] = "Montant du lot : {a} ; montants acceptés : {o} : le montant est hors des limites."},
          [LANG_EN] = {[HOLDS] = "Value of the lot: {a}; values taken: {o}: the value fits.",
                       [FREE] = "Value of the lot: {a}; values taken: {o}: nothing speaks against it.",
                       [FAILS] = "Value of the lot: {a}; values taken: {o}: the value is out of range."}}},
    [CONDITION_RESERVED] =
        {"reserved", judge_reserved, reserved_asked, reserved_offered,
         {[LANG_FR] = {[HOLDS] = "Lot réservé : {a} ; fournisseur : {o} : il y a droit.",
                       [FREE] = "Lot {a} ; fournisseur : {o} : il peut répondre.",
                       [FAILS] = "Lot réservé : {a} ; fournisseur : {o} : il n'y a pas droit."},
          [LANG_EN] = {[HOLDS] = "Lot reserved: {a}; supplier: {o}: it is admitted.",
                       [FREE] = "Lot {a}; supplier: {o}: it may respond.",
                       [FAILS] = "Lot reserved: {a}; supplier: {o}: it is not admitted."}}},
    [CONDITION_LABELS] =
        {"labels", judge_labels, labels_asked, labels_offered,
         {[LANG_FR] = {[HOLDS] = "Labels exigés : {a} ; détenus : {o} : tous sont détenus.",
                       [FREE] = "Labels exigés : {a} ; détenus : {o} : aucun n'est nécessaire.",
                       [FAILS] = "Labels exigés : {a} ; détenus : {o} : il en manque."},
          [LANG_EN] = {[HOLDS] = "Labels required: {a}; held: {o}: all are held.",
                       [FREE] = "Labels required: {a}; held: {o}: none is needed.",
                       [FAILS] = "Labels required: {a}; held: {o}: some are missing."}}},
    [CONDITION_EXCLUSIONS] =
        {"exclusions", judge_exclusions, exclusions_asked, exclusions_offered,
         {[LANG_FR] = {[HOLDS] = "Besoin : {a} ; mots exclus par la capacité : {o} : rien ne les sépare.",
                       [FAILS] = "Besoin : {a} ; mots exclus par la capacité : {o} : ils sont séparés."},
          [LANG_EN] = {[HOLDS] = "Need: {a}; words the capability excludes: {o}: nothing keeps them apart.",
                       [FAILS] = "Need: {a}; words the capability excludes: {o}: they are kept apart."}}},
    [CONDITION_AVAILABILITY] =
        {"availability", judge_availability, availability_asked, availability_offered,
         {[LANG_FR] = {[HOLDS] = "Besoin : {a} ; fournisseur : {o} : les dates conviennent.",
                       [FAILS] = "Besoin : {a} ; fournisseur : {o} : ce n'est pas possible à ces dates."},
          [LANG_EN] = {[HOLDS] = "Need: {a}; supplier: {o}: the dates fit.",
                       [FAILS] = "Need: {a}; supplier: {o}: not possible at these dates."}}},
};

bool match_holds(enum condition c, const struct match_need *n, const struct lot *l, const struct offer *o,
                 const struct capability *cap)
{
    return conditions[c].judge(&(struct pair){n, l, o, cap, NULL, LANG_FR}) != FAILS;
}

bool match_all(const struct match_need *n, const struct lot *l, const struct offer *o, const struct capability *cap)
{
    for (enum condition c = 0; c < CONDITION_COUNT; c++)
        if (!match_holds(c, n, l, o, cap))
            return false;
    return true;
}

const char *match_word(enum condition c)
{
    return conditions[c].word;
}

static const char *fill(struct arena *arena, const char *pattern, const char *asked, const char *offered)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (const char *p = pattern; *p; p++) {
        if (text_starts(p, "{a}") || text_starts(p, "{o}")) {
            text_put(&t, p[1] == 'a' ? asked : offered);
            p += 2;
        } else
            text_byte(&t, *p);
    }
    const char *out = arena_copy(arena, text_string(&t), t.len);
    text_fini(&t);
    return out;
}

void match_explain(const struct match_need *n, const struct lot *l, const struct offer *o, const struct capability *cap,
                   enum lang lang, struct arena *arena, struct reason out[static CONDITION_COUNT])
{
    const struct pair p = {n, l, o, cap, arena, lang};
    for (enum condition c = 0; c < CONDITION_COUNT; c++) {
        enum outcome outcome = conditions[c].judge(&p);
        const char *asked = conditions[c].asked(&p), *offered = conditions[c].offered(&p);
        const char *sentence = fill(arena, conditions[c].sentence[lang][outcome], asked, offered);
        out[c] = (struct reason){c, outcome != FAILS, asked, offered, sentence};
    }
}
