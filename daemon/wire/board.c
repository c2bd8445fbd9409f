// SPDX-License-Identifier: EUPL-1.2
// Knows how a need and a convention look to everybody.
#include "wire/board.h"

#include "base/clock.h"
#include "core/cpv.h"
#include "wire/field.h"
#include "wire/prose.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <string.h>

#define SUMMARY_MOST 200 // characters
#define NAMES_MOST 4     // places of a card
#define LEFT_MOST 60     // days of which it helps to say how many they are

struct writer {
    struct text *out;
    const struct board *board;
    struct prose prose;
};

static struct writer writer(struct text *out, const struct board *b)
{
    return (struct writer){.out = out, .board = b, .prose = {.lang = b->lang, .arena = b->arena}};
}

static const char *in(const struct writer *w, const char *fr, const char *en)
{
    return w->board->lang == LANG_FR ? fr : en;
}

static const char *member(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

// A path that keeps the language.
static void put_path(const struct writer *w, const char *before, const char *path, const char *behind)
{
    const char *kept = w->board->kept;
    text_html_in(w->out, before, path, "");
    text_format(w->out, "%s%s%s", *kept ? strchr(path, '?') ? "&amp;" : "?" : "", kept, behind);
}

static const char *label_of(const struct writer *w, const char *record, const char *name)
{
    return field_find(record, name)->text[w->board->lang];
}

// Facts: <dt>, <dd>

static void open_fact(const struct writer *w, const char *label)
{
    text_html_in(w->out, "<dt>", label, "</dt><dd>");
}

static void close_fact(const struct writer *w)
{
    text_put(w->out, "</dd>\n");
}

static void put_fact(const struct writer *w, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    open_fact(w, label);
    text_html_in(w->out, "", value, "");
    close_fact(w);
}

static void put_words(const struct writer *w, const char *record, const char *name, const char *list, const json_t *object)
{
    const json_t *said = json_object_get(object, name);
    const char *all = "";
    for (size_t i = 0; i < json_array_size(said); i++) {
        const char *one = json_string_value(json_array_get(said, i));
        int value = one ? word_value(list, one) : -1;
        if (value >= 0)
            all = arena_format(w->board->arena, "%s%s%s", all, *all ? ", " : "", word_text(list, (unsigned)value, w->board->lang));
    }
    put_fact(w, label_of(w, record, name), all);
}

static void put_strings(const struct writer *w, const char *record, const char *name, const json_t *object)
{
    const json_t *said = json_object_get(object, name);
    const char *all = "";
    for (size_t i = 0; i < json_array_size(said); i++)
        all = arena_format(w->board->arena, "%s%s%s", all, *all ? ", " : "", json_string_value(json_array_get(said, i)));
    put_fact(w, label_of(w, record, name), all);
}

// Codes and places

static const char *place_text(const struct writer *w, const char *written)
{
    struct place place;
    return place_parse(w->board->places, written, w->board->arena, &place) == ERR_OK ? place_name(w->board->places, &place) : written;
}

// The first few, and that there are more.
static const char *places_text(const struct writer *w, const json_t *places, size_t most)
{
    const char *all = "";
    size_t count = json_array_size(places);
    for (size_t i = 0; i < count && i < most; i++) {
        const char *written = json_string_value(json_array_get(places, i));
        all = arena_format(w->board->arena, "%s%s%s", all, *all ? ", " : "", written ? place_text(w, written) : "");
    }
    return count > most ? arena_format(w->board->arena, "%s…", all) : all;
}

static const char *code_text(const struct writer *w, const char *code)
{
    struct cpv cpv;
    const char *label = cpv_parse(code, &cpv) == ERR_BAD_CPV ? NULL : w->board->label(w->board->ctx, cpv.code, w->board->lang);
    return label ? label : code;
}

static void put_codes(const struct writer *w, const json_t *lot)
{
    const json_t *codes = json_object_get(lot, "cpv");
    if (!json_array_size(codes))
        return;
    open_fact(w, label_of(w, "lot", "cpv"));
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        if (!code)
            continue;
        put_path(w, i ? "<br><a href=\"" : "<a href=\"", arena_format(w->board->arena, "/needs?cpv=%s", code), "\">");
        text_html_in(w->out, "", code_text(w, code), "</a> <small>");
        text_html_in(w->out, "", code, "</small>");
    }
    close_fact(w);
}

static const char *value_text(struct writer *w, const json_t *value)
{
    static const char *const ends[] = {"min", "max"};
    const char *digits[] = {"", ""};
    for (int i = 0; i < 2; i++)
        if (json_object_get(value, ends[i]))
            digits[i] = arena_format(w->board->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(value, ends[i])));
    return prose_range(&w->prose, digits[0], digits[1]);
}

// Times

static const char *instant_text(struct writer *w, const char *instant)
{
    int64_t t;
    return clock_parse(instant, &t) ? prose_instant(&w->prose, t) : NULL;
}

// "2026-05-18" as people write it.
static const char *day_text(struct writer *w, const char *day)
{
    int64_t t;
    return *day && clock_parse(arena_format(w->board->arena, "%sT12:00:00Z", day), &t) ? prose_date(&w->prose, prose_at(t, PROSE_PARIS)) : NULL;
}

// What somebody wrote: empty lines part paragraphs, line ends stay.
static void put_prose(const struct writer *w, const char *words)
{
    char *rest = arena_string(w->board->arena, words);
    bool open = false;
    for (char *line; (line = strsep(&rest, "\n"));) {
        line[strcspn(line, "\r")] = 0;
        if (line[strspn(line, " \t")]) {
            text_html_in(w->out, open ? "<br>\n" : "<p>", line, "");
            open = true;
        } else if (open) {
            text_put(w->out, "</p>\n");
            open = false;
        }
    }
    text_put(w->out, open ? "</p>\n" : "");
}

// Needs

static bool is_reserved(const json_t *need)
{
    const json_t *lots = json_object_get(need, "lots");
    for (size_t i = 0; i < json_array_size(lots); i++)
        if (json_array_size(json_object_get(json_array_get(lots, i), "reserved")))
            return true;
    return false;
}

static void put_tags(const struct writer *w, const json_t *need)
{
    int kind = word_value("need_kind", member(need, "kind"));
    text_put(w->out, "<p class=\"row\">");
    if (kind >= 0)
        text_html_in(w->out, "<span class=\"tag brand\">", word_text("need_kind", (unsigned)kind, w->board->lang), "</span>");
    if (is_reserved(need))
        text_html_in(w->out, " <span class=\"tag good\">", in(w, "Réservé", "Reserved"), "</span>");
    text_put(w->out, "</p>\n");
}

static void put_card(struct writer *w, const json_t *need, int level)
{
    const char *deadline = instant_text(w, member(need, "deadline")), *places = places_text(w, json_object_get(need, "places"), NAMES_MOST);
    put_path(w, arena_format(w->board->arena, "<li class=\"card\"><h%d><a href=\"", level), arena_format(w->board->arena, "/needs/%s", member(need, "id")), "\">");
    text_html_in(w->out, "", member(need, "title"), arena_format(w->board->arena, "</a></h%d>\n", level));
    put_tags(w, need);
    text_html_in(w->out, "<p>", member(json_object_get(need, "buyer"), "name"), *places ? "<br>" : "");
    text_html_in(w->out, "", places, "</p>\n");
    if (deadline)
        text_html_in(w->out, in(w, "<p class=\"soft\">Réponse avant le ", "<p class=\"soft\">Responses until "), deadline, "</p>\n");
    text_put(w->out, "</li>\n");
}

int board_needs(struct text *out, const char *json, const struct board *b, int level)
{
    struct writer w = writer(out, b);
    json_t *list = json_loads(json, 0, NULL);
    int count = json_is_array(list) ? (int)json_array_size(list) : -1;
    if (count > 0)
        text_put(out, "<ul class=\"cards\">\n");
    for (int i = 0; i < count; i++)
        put_card(&w, json_array_get(list, (size_t)i), level);
    if (count > 0)
        text_put(out, "</ul>\n");
    json_decref(list);
    return count;
}

static json_t *load(const char *json, const struct board *b)
{
    const char *why;
    return strict_load(json, strlen(json), b->arena, &why);
}

static void put_lot(struct writer *w, const json_t *lot, bool several)
{
    const char *title = member(lot, "title");
    text_put(w->out, "<section class=\"card\">\n");
    if (several) {
        text_format(w->out, "<h3>Lot %d", (int)json_integer_value(json_object_get(lot, "number")));
        text_html_in(w->out, *title ? in(w, " : ", ": ") : "", title, "</h3>\n");
    } else if (*title)
        text_html_in(w->out, "<p><strong>", title, "</strong></p>\n");
    text_put(w->out, "<dl class=\"facts\">\n");
    put_codes(w, lot);
    put_fact(w, label_of(w, "lot", "places"), places_text(w, json_object_get(lot, "places"), SIZE_MAX));
    put_fact(w, label_of(w, "lot", "value"), value_text(w, json_object_get(lot, "value")));
    put_words(w, "lot", "services", "service", lot);
    put_words(w, "lot", "reserved", "reserved", lot);
    put_strings(w, "lot", "labels", lot);
    put_strings(w, "lot", "criteria", lot);
    put_words(w, "lot", "social", "social", lot);
    put_words(w, "lot", "environmental", "environmental", lot);
    text_put(w->out, "</dl></section>\n");
}

// A fact that programs read, too (schema.org); content: as they write it.
static void put_property(const struct writer *w, const char *label, const char *property, const char *content, const char *value)
{
    if (!value || !*value)
        return;
    text_html_in(w->out, "<dt>", label, "</dt>");
    text_html_in(w->out, "<dd itemprop=\"", property, "\"");
    text_html_in(w->out, " content=\"", content, "\">");
    text_html_in(w->out, "", value, "");
    close_fact(w);
}

static const char *left_text(const struct writer *w, const char *deadline)
{
    int64_t t;
    if (!clock_parse(deadline, &t) || t <= w->board->now)
        return NULL;
    int days = prose_at(t, PROSE_PARIS).day - prose_at(w->board->now, PROSE_PARIS).day;
    if (days > LEFT_MOST)
        return NULL;
    if (days < 2)
        return days ? in(w, "demain", "tomorrow") : in(w, "aujourd'hui", "today");
    return arena_format(w->board->arena, w->board->lang == LANG_FR ? "dans %d jours" : "in %d days", days);
}

static void put_deadline(struct writer *w, const char *deadline)
{
    const char *text = instant_text(w, deadline), *left = left_text(w, deadline);
    put_property(w, label_of(w, "need", "deadline"), "availabilityEnds", deadline, text && left ? arena_format(w->board->arena, "%s, %s", text, left) : text);
}

// What decides whether one answers, and the way to do so.
static void put_facts(struct writer *w, const json_t *need)
{
    int duration = (int)json_integer_value(json_object_get(need, "duration"));
    const char *buyer = member(json_object_get(need, "buyer"), "name"), *places = places_text(w, json_object_get(need, "places"), SIZE_MAX);
    text_put(w->out, "<aside class=\"card beside\">\n<dl class=\"facts\">\n");
    put_fact(w, in(w, "Acheteur", "Buyer"), buyer);
    put_deadline(w, member(need, "deadline"));
    put_property(w, label_of(w, "need", "places"), "areaServed", places, places);
    put_fact(w, label_of(w, "need", "start"), day_text(w, member(need, "start")));
    if (duration)
        put_fact(w, label_of(w, "need", "duration"), arena_format(w->board->arena, "%d", duration));
    put_fact(w, label_of(w, "need", "reference"), member(need, "reference"));
    text_put(w->out, "</dl>\n");
    text_html_in(w->out, "<p><a class=\"button main\" href=\"/app/open/", member(need, "id"), "\">");
    text_html_in(w->out, "", in(w, "Répondre à ce besoin", "Answer this need"), "</a></p>\n<p class=\"soft\">");
    text_html_in(w->out, "", in(w, "Vos coordonnées ne vont qu'à l'acheteur, quand vous vous dites intéressé.", "Your contact goes to the buyer alone, when you say that you are interested."), "</p>\n</aside>\n");
}

bool board_need(struct text *out, const char *json, const struct board *b)
{
    struct writer w = writer(out, b);
    json_t *need = load(json, b);
    const json_t *lots = json_object_get(need, "lots");
    if (!need)
        return false;
    put_tags(&w, need);
    text_html_in(w.out, "<div class=\"sides\" itemscope itemtype=\"https://schema.org/Demand\">\n<meta itemprop=\"name\" content=\"", member(need, "title"), "\">\n");
    put_facts(&w, need);
    text_put(out, "<div>\n<div itemprop=\"description\">\n");
    put_prose(&w, member(need, "description"));
    text_put(out, "</div>\n");
    text_format(out, "<h2>%s</h2>\n", json_array_size(lots) > 1 ? label_of(&w, "need", "lots") : in(&w, "Ce qui est demandé", "What is asked for"));
    for (size_t i = 0; i < json_array_size(lots); i++)
        put_lot(&w, json_array_get(lots, i), json_array_size(lots) > 1);
    text_put(out, "</div>\n</div>\n");
    json_decref(need);
    return true;
}

// "mardi 2 mars 2049, 09:00–12:30", or the first and the last day.
static const char *when_text(struct writer *w, const json_t *root)
{
    int64_t starts, ends;
    int zone = prose_zone(member(root, "zone"));
    if (!clock_parse(member(root, "starts"), &starts) || !clock_parse(member(root, "ends"), &ends))
        return NULL;
    struct prose_moment from = prose_at(starts, zone), to = prose_at(ends, zone);
    const char *day = arena_string(w->board->arena, prose_date(&w->prose, from));
    if (from.day != to.day)
        return arena_format(w->board->arena, "%s %s %s %s", in(w, "du", "from"), day, in(w, "au", "to"), prose_date(&w->prose, to));
    return arena_format(w->board->arena, "%s, %02d:%02d–%02d:%02d", day, from.hour, from.minute, to.hour, to.minute);
}

bool board_about(const char *json, const struct board *b, const char **title, const char **summary)
{
    struct prose prose = {.lang = b->lang, .arena = b->arena};
    json_t *root = load(json, b);
    if (!root)
        return false;
    const char *name = member(root, "title"), *description = member(root, "description");
    *title = arena_string(b->arena, *name ? name : member(root, "name"));
    *summary = *description ? prose_clean(&prose, description, SUMMARY_MOST) : NULL;
    struct writer w = writer(NULL, b);
    const char *when = when_text(&w, root), *place = member(root, "place");
    if (when)
        *summary = arena_format(b->arena, "%s%s%s.%s%s", when, *place ? ", " : "", place, *summary ? " " : "", *summary ? *summary : "");
    else if (!*summary)
        *summary = *title;
    json_decref(root);
    return true;
}

// Conventions

static void put_session(struct writer *w, const json_t *session, int zone)
{
    int64_t start, end;
    if (!clock_parse(member(session, "start"), &start) || !clock_parse(member(session, "end"), &end))
        return;
    struct prose_moment from = prose_at(start, zone), to = prose_at(end, zone);
    text_html_in(w->out, "<tr><th scope=\"row\">", member(session, "name"), "</th><td>");
    text_html_in(w->out, "", prose_date(&w->prose, from), ", ");
    text_format(w->out, "%02d:%02d–%02d:%02d</td><td class=\"number\">%d</td></tr>\n", from.hour, from.minute, to.hour, to.minute, (int)json_integer_value(json_object_get(session, "slots")));
}

static void put_sessions(struct writer *w, const json_t *root)
{
    const json_t *sessions = json_object_get(root, "sessions");
    int zone = prose_zone(member(root, "zone"));
    text_format(w->out, "<h2>%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"sessions\"><table>\n<caption id=\"sessions\">%s</caption>\n", in(w, "Programme", "Programme"),
                in(w, "Séances, à l'heure du lieu", "Sessions, in local time"));
    text_format(w->out, "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\" class=\"number\">%s</th></tr></thead>\n<tbody>\n", in(w, "Séance", "Session"),
                in(w, "Jour et heures", "Day and hours"), in(w, "Créneaux", "Slots"));
    for (size_t i = 0; i < json_array_size(sessions); i++)
        put_session(w, json_array_get(sessions, i), zone);
    text_put(w->out, "</tbody></table></div>\n");
}

bool board_convention(struct text *out, const char *json, const struct board *b)
{
    struct writer w = writer(out, b);
    json_t *root = load(json, b);
    if (!root)
        return false;
    const char *place = member(root, "place"), *organiser = member(root, "organiser");
    text_html_in(w.out, "<div itemscope itemtype=\"https://schema.org/BusinessEvent\">\n<meta itemprop=\"name\" content=\"", member(root, "name"), "\">");
    text_html_in(w.out, "<meta itemprop=\"endDate\" content=\"", member(root, "ends"), "\">\n<dl class=\"facts\">\n");
    put_property(&w, in(&w, "Date", "Date"), "startDate", member(root, "starts"), when_text(&w, root));
    put_property(&w, in(&w, "Lieu", "Place"), "location", place, place);
    put_property(&w, in(&w, "Organisé par", "Organised by"), "organizer", organiser, organiser);
    put_fact(&w, in(&w, "Participants", "Participants"), arena_format(b->arena, "%d", (int)json_integer_value(json_object_get(root, "coming"))));
    put_fact(&w, in(&w, "Souhaits jusqu'au", "Wishes until"), instant_text(&w, member(root, "until")));
    text_put(out, "</dl>\n<div itemprop=\"description\">\n");
    put_prose(&w, member(root, "description"));
    text_put(out, "</div>\n</div>\n");
    put_sessions(&w, root);
    text_html_in(w.out, "<h2>", in(&w, "Comment participer", "How to take part"), "</h2>\n<p>");
    text_html_in(w.out, "", in(&w, "Chacun dit qui il veut rencontrer ; l'organisateur en fait un emploi du temps : une heure et une table pour chaque rendez-vous.", "Everybody says whom they want to meet; the organiser makes a timetable of it: an hour and a table for each meeting."), "</p>\n<p>");
    text_html_in(w.out, in(&w, "On vient sur invitation : demandez-la à ", "One comes by invitation; ask for it: "), organiser, ". ");
    text_html_in(w.out, "", in(&w, "Des acheteurs sont aussi invités d'après leurs besoins publiés, des fournisseurs d'après leur offre :", "Buyers are also invited by the needs that they post, suppliers by their offer:"), " ");
    text_html_in(w.out, "<a href=\"/app/signup\">", in(&w, "inscrivez votre organisation", "sign your organisation up"), "</a>.</p>\n");
    json_decref(root);
    return true;
}
