// SPDX-License-Identifier: EUPL-1.2
// Knows how a convention looks on paper.
#include "wire/paper.h"

#include "base/clock.h"
#include "wire/prose.h"
#include "wire/qr.h"

#include <jansson.h>

// clang-format off
static const char *const style =
    "@page{size:A4;margin:14mm}"
    "body{margin:0;color:#000;background:#fff;font:11pt/1.35 sans-serif}"
    "section{page-break-after:always;break-after:page}section:last-child{page-break-after:auto;break-after:auto}"
    "h1{font-size:20pt;margin:0 0 1mm}h2{font-size:12pt;margin:6mm 0 2mm}p{margin:0 0 1mm}"
    ".qr{float:right;width:34mm;margin:0 0 4mm 6mm;text-align:center;font-size:8pt}.qr svg{display:block;width:34mm;height:34mm}"
    "table{border-collapse:collapse;width:100%;clear:both}thead{display:table-header-group}tr{page-break-inside:avoid;break-inside:avoid}"
    "th,td{border:.5pt solid #777;padding:1.5mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#eee}.hour{width:8em;white-space:nowrap}.table{width:7em}.last{color:#444}.card h1{font-size:48pt}"
    "@media print{th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}"
    "@media screen{body{max-width:50em;margin:1em auto;padding:0 1em}section{margin-bottom:4em}}"
    "@media screen and (max-width:40em){.qr{float:none;margin:0 0 1em}.hour,.table{width:auto;white-space:normal}th,td{overflow-wrap:break-word}}";

enum phrase {
    SAY_HOUR, SAY_TABLE, SAY_WITH, SAY_PEOPLE, SAY_NONE, SAY_SHOW, SAY_PRELIMINARY, SAY_FINAL, SAY_LOST, PHRASES
};
static const char *const phrases[PHRASES][2] = {
    [SAY_HOUR] = {"Heure", "Hour"},
    [SAY_TABLE] = {"Table", "Table"},
    [SAY_WITH] = {"Avec", "With"},
    [SAY_PEOPLE] = {"Rendez-vous", "Meeting"},
    [SAY_NONE] = {"Pas de rendez-vous pour l'instant.", "No meetings for now."},
    [SAY_SHOW] = {"À montrer à l'arrivée", "Show it when you arrive"},
    [SAY_PRELIMINARY] = {"Programme provisoire n° {n}, publié le {what}", "Preliminary programme no. {n}, published {what}"},
    [SAY_FINAL] = {"Programme n° {n}, publié le {what}", "Programme no. {n}, published {what}"},
    [SAY_LOST] = {"Cette table n'est pas utilisable pour l'instant.", "This table cannot be used for now."},
};
// clang-format on

struct paper {
    struct text *out;
    struct prose prose; // no letter: its words and times
    const json_t *convention, *timetable;
    int zone;
};

static const char *say(const struct paper *p, enum phrase phrase)
{
    return phrases[phrase][p->prose.lang];
}

static const char *string(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

// Markup as it stands, then a text, then markup.
static void put(const struct paper *p, const char *before, const char *text, const char *after)
{
    text_put(p->out, before);
    text_html(p->out, text);
    text_put(p->out, after);
}

static void put_line(const struct paper *p, const char *text)
{
    if (*text)
        put(p, "<p>", text, "</p>\n");
}

static struct prose_moment moment_of(const struct paper *p, const json_t *object, const char *name)
{
    int64_t t;
    return prose_at(clock_parse(string(object, name), &t) ? t : 0, p->zone);
}

// "9 h 00 – 9 h 20"
static const char *span_of(struct paper *p, const json_t *meeting)
{
    return arena_format(p->prose.arena, "%s – %s", prose_hour(&p->prose, moment_of(p, meeting, "start")),
                        prose_hour(&p->prose, moment_of(p, meeting, "end")));
}

static void put_party(const struct paper *p, const json_t *person)
{
    put(p, "<b>", string(person, "name"), "</b>");
    if (*string(person, "company"))
        put(p, ", <span class=\"last\">", string(person, "company"), "</span>");
}

// A table for each session: its head says which day. `wide`: with the table of each meeting.
static void open_session(struct paper *p, const json_t *meeting, bool wide)
{
    put(p, "<h2>", string(meeting, "session"), ", ");
    put(p, "", prose_date(&p->prose, moment_of(p, meeting, "start")), "</h2>\n<table><thead><tr><th class=\"hour\">");
    put(p, "", say(p, SAY_HOUR), "</th>");
    if (wide)
        put(p, "<th class=\"table\">", say(p, SAY_TABLE), "</th>");
    put(p, "<th>", say(p, wide ? SAY_WITH : SAY_PEOPLE), "</th></tr></thead><tbody>\n");
}

static void put_meeting(struct paper *p, const json_t *meeting, bool wide)
{
    const json_t *people = json_object_get(meeting, "people");
    put(p, "<tr><td class=\"hour\">", span_of(p, meeting), "</td>");
    if (wide)
        put(p, "<td class=\"table\">", string(meeting, "table"), "</td>");
    text_put(p->out, "<td>");
    if (wide)
        put_party(p, json_object_get(meeting, "with"));
    for (size_t i = 0; i < json_array_size(people); i++) {
        text_put(p->out, i ? "<br>" : "");
        put_party(p, json_array_get(people, i));
    }
    text_put(p->out, "</td></tr>\n");
}

// Those from `begin` on that lie before `end`.
static void put_meetings(struct paper *p, const json_t *list, size_t begin, size_t end, bool wide)
{
    const char *session = NULL, *name;
    for (size_t i = begin; i < end; i++, session = name) {
        const json_t *meeting = json_array_get(list, i);
        name = string(meeting, "session");
        if (!text_equal(session, name)) {
            text_put(p->out, session ? "</tbody></table>\n" : "");
            open_session(p, meeting, wide);
        }
        put_meeting(p, meeting, wide);
    }
    text_put(p->out, session ? "</tbody></table>\n" : "");
    if (!session)
        put_line(p, say(p, SAY_NONE));
}

static void put_convention(struct paper *p)
{
    put_line(p, string(p->convention, "name"));
    put_line(p, string(p->convention, "place"));
    if (!json_is_object(p->timetable))
        return;
    struct prose_moment m = moment_of(p, p->timetable, "published");
    struct prose_values v = {.n = json_integer_value(json_object_get(p->timetable, "number"))};
    v.what = arena_format(p->prose.arena, "%s, %s", prose_date(&p->prose, m), prose_hour(&p->prose, m));
    bool preliminary = text_equal(string(p->timetable, "state"), "preliminary");
    put(p, "<p class=\"last\">", prose_fill(&p->prose, phrases[preliminary ? SAY_PRELIMINARY : SAY_FINAL], v), "</p>\n");
}

static void put_qr(struct paper *p, const char *badge, const struct told_links *links)
{
    const char *url = links && links->make && text_uuid(badge) ? prose_checked(&p->prose, links->make(links->ctx, "checkin", badge)) : NULL;
    if (!url)
        return;
    text_put(p->out, "<div class=\"qr\">");
    qr_svg(p->out, url);
    put(p, "", say(p, SAY_SHOW), "</div>\n");
}

static void person_page(struct paper *p, const json_t *person, const struct told_links *links)
{
    text_format(p->out, "<section class=\"person\" lang=\"%s\">\n", p->prose.lang == LANG_FR ? "fr" : "en");
    put_qr(p, string(person, "badge"), links);
    put(p, "<h1>", string(person, "name"), "</h1>\n");
    put_line(p, string(person, "company"));
    put_convention(p);
    const json_t *meetings = json_object_get(person, "meetings");
    put_meetings(p, meetings, 0, json_array_size(meetings), true);
    text_put(p->out, "</section>\n");
}

// Those from `begin` on that are on the same day end before the one that is answered.
static size_t end_of_day(struct paper *p, const json_t *list, size_t begin)
{
    size_t end = begin;
    const char *day = NULL, *next;
    for (; end < json_array_size(list); end++, day = next) {
        next = prose_date(&p->prose, moment_of(p, json_array_get(list, end), "start"));
        if (day && !text_equal(day, next))
            break;
    }
    return end;
}

static void card_of_day(struct paper *p, const json_t *table, size_t begin, size_t end)
{
    text_put(p->out, "<section class=\"card\">\n");
    put(p, "<h1>", string(table, "table"), "</h1>\n");
    if (json_is_true(json_object_get(table, "lost")))
        put_line(p, say(p, SAY_LOST));
    put_convention(p);
    put_meetings(p, json_object_get(table, "meetings"), begin, end, false);
    text_put(p->out, "</section>\n");
}

// A card for each day: it is changed in the morning.
static void table_card(struct paper *p, const json_t *table)
{
    const json_t *list = json_object_get(table, "meetings");
    size_t begin = 0;
    do {
        size_t end = end_of_day(p, list, begin);
        card_of_day(p, table, begin, end);
        begin = end;
    } while (begin < json_array_size(list));
}

static void open_paper(struct paper *p, struct text *out, const json_t *root, enum lang lang)
{
    const json_t *convention = json_object_get(root, "convention");
    *p = (struct paper){.out = out, .prose = {.lang = lang, .arena = arena_new()}, .convention = convention, .timetable = json_object_get(root, "timetable")};
    p->zone = prose_zone(string(json_array_get(json_object_get(convention, "sessions"), 0), "start"));
    text_format(out, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                     "<meta name=\"robots\" content=\"noindex\">", lang == LANG_FR ? "fr" : "en");
    put(p, "<title>", string(convention, "name"), "</title>\n<style>");
    text_put(out, style);
    text_put(out, "</style></head>\n<body>\n");
}

static void close_paper(struct paper *p)
{
    text_put(p->out, "</body>\n</html>\n");
    arena_free(p->prose.arena);
}

static enum lang lang_of(const json_t *person, enum lang otherwise)
{
    const char *language = string(person, "language");
    return text_equal(language, "fr") ? LANG_FR : text_equal(language, "en") ? LANG_EN : otherwise;
}

bool paper_people(struct text *out, const char *json, const struct told_links *links, enum lang lang)
{
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const json_t *people = json_object_get(root, "people");
    bool good = json_is_array(people);
    if (good) {
        struct paper p;
        open_paper(&p, out, root, lang);
        for (size_t i = 0; i < json_array_size(people); i++) {
            p.prose.lang = lang_of(json_array_get(people, i), lang);
            person_page(&p, json_array_get(people, i), links);
        }
        close_paper(&p);
    }
    json_decref(root);
    return good;
}

bool paper_tables(struct text *out, const char *json, enum lang lang)
{
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const json_t *tables = json_object_get(root, "tables");
    bool good = json_is_array(tables);
    if (good) {
        struct paper p;
        open_paper(&p, out, root, lang);
        for (size_t i = 0; i < json_array_size(tables); i++)
            table_card(&p, json_array_get(tables, i));
        close_paper(&p);
    }
    json_decref(root);
    return good;
}
