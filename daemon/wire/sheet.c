// SPDX-License-Identifier: EUPL-1.2
// Knows how a timetable looks on paper.
#include "wire/sheet.h"

#include "wire/day.h"

#include <string.h>

#define COLUMNS_MOST 12 // slots that fit on a page beside the names

// clang-format off
static const char *const style =
    "@page{size:A4;margin:12mm}@page wide{size:A4 landscape;margin:10mm}"
    "body{margin:0;color:#000;background:#fff;font:10pt/1.35 sans-serif}"
    "section{page-break-after:always;break-after:page}section:last-child{page-break-after:auto;break-after:auto}"
    "h1{font-size:16pt;margin:0 0 2mm}h2{font-size:12pt;margin:4mm 0 2mm}p{margin:0 0 2mm}"
    "table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{page-break-inside:avoid;break-inside:avoid}"
    "th,td{border:.5pt solid #777;padding:1mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#eee}.grid{page:wide}.grid table{table-layout:fixed;font-size:7pt}.hour{width:7em;white-space:nowrap}"
    ".away{background:#ddd}.free,.away{color:#666}.last{color:#444}"
    "@media print{th,.away{-webkit-print-color-adjust:exact;print-color-adjust:exact}}"
    "@media screen{body{max-width:70em;margin:1em auto;padding:0 1em}section{margin-bottom:3em}}";

enum phrase {
    SAY_TITLE, SAY_PEOPLE, SAY_TABLES, SAY_PERSON, SAY_TABLE, SAY_SLOT, SAY_HOUR, SAY_WITH, SAY_FREE, SAY_AWAY, SAY_LEFT, SAY_MEETING, SAY_REASON, PHRASES
};
static const char *const phrases[PHRASES][2] = {
    [SAY_TITLE] = {"Rendez-vous", "Meetings"},
    [SAY_PEOPLE] = {"Par personne", "By person"},
    [SAY_TABLES] = {"Par table", "By table"},
    [SAY_PERSON] = {"Personne", "Person"},
    [SAY_TABLE] = {"Table", "Table"},
    [SAY_SLOT] = {"Créneau", "Slot"},
    [SAY_HOUR] = {"Heure", "Hour"},
    [SAY_WITH] = {"Avec", "With"},
    [SAY_FREE] = {"libre", "free"},
    [SAY_AWAY] = {"absence", "away"},
    [SAY_LEFT] = {"Rendez-vous non placés", "Meetings left out"},
    [SAY_MEETING] = {"Rendez-vous", "Meeting"},
    [SAY_REASON] = {"Raison", "Reason"},
};
// clang-format on

struct paper {
    struct text *out;
    const struct sheet *s;
    const struct agenda *a;
    int *met, *seated; // people x slots, tables x slots: the meeting there, or AGENDA_NONE
    struct arena *arena;
};

static const char *say(const struct paper *p, enum phrase phrase)
{
    return phrases[phrase][p->s->lang];
}

// Markup as it stands, then a text, then markup.
static void put(const struct paper *p, const char *before, const char *text, const char *after)
{
    text_put(p->out, before);
    text_html(p->out, text);
    text_put(p->out, after);
}

static int at(const struct paper *p, const int *grid, int row, int slot)
{
    return grid[(size_t)row * (size_t)p->a->slots + (size_t)slot];
}

static const char *title(const struct paper *p)
{
    return p->a->name && *p->a->name ? p->a->name : say(p, SAY_TITLE);
}

// "09:30", or the number of a slot without an hour.
static const char *begin_of(const struct paper *p, int slot)
{
    const struct agenda_slot *s = &p->a->slot[slot];
    return s->start >= 0 ? day_hour(s, 0, p->arena) : arena_format(p->arena, "%d", slot + 1);
}

// "09:30 – 09:50"
static const char *span_of(const struct paper *p, int slot)
{
    const struct agenda_slot *s = &p->a->slot[slot];
    if (s->start < 0 || s->minutes == 0)
        return begin_of(p, slot);
    return arena_format(p->arena, "%s – %s", begin_of(p, slot), day_hour(s, s->minutes, p->arena));
}

// "Matin, mardi 18 mai 2027", of the session in which the slot lies.
static const char *session_of(const struct paper *p, int slot)
{
    const struct agenda_slot *s = &p->a->slot[slot];
    const char *name = p->a->session[s->session];
    if (s->start < 0)
        return name;
    return arena_format(p->arena, "%s, %s", name, day_text(s, p->s->lang, p->arena));
}

static int session_end(const struct paper *p, int slot)
{
    int session = p->a->slot[slot].session;
    while (slot < p->a->slots && p->a->slot[slot].session == session)
        slot++;
    return slot;
}

static const char *table_name(const struct paper *p, int table)
{
    if (table == AGENDA_NONE)
        return "";
    const char *name = p->a->table[table];
    return strspn(name, "0123456789") == strlen(name) ? arena_format(p->arena, "%s %s", say(p, SAY_TABLE), name) : name;
}

static const struct agenda_person *other_of(const struct paper *p, int m, int person)
{
    const struct agenda_meeting *meeting = &p->a->meeting[m];
    return &p->a->person[meeting->person[meeting->person[0] == person]];
}

// Grids

static void person_cell(const struct paper *p, int person, int slot)
{
    int m = at(p, p->met, person, slot);
    if (m == AGENDA_NONE) {
        text_put(p->out, p->a->person[person].free >> slot & 1 ? "<td></td>" : "<td class=\"away\"></td>");
        return;
    }
    put(p, "<td>", other_of(p, m, person)->name, "<br><b>");
    put(p, "", p->s->timetable->table[m] == AGENDA_NONE ? "" : p->a->table[p->s->timetable->table[m]], "</b></td>");
}

static void table_cell(const struct paper *p, int table, int slot)
{
    int m = at(p, p->seated, table, slot);
    if (m == AGENDA_NONE) {
        text_put(p->out, "<td></td>");
        return;
    }
    put(p, "<td>", p->a->person[p->a->meeting[m].person[0]].name, "<br>");
    put(p, "", p->a->person[p->a->meeting[m].person[1]].name, "</td>");
}

// Slots from `from` on, before `to`, against all people or all tables.
static void grid(const struct paper *p, int from, int to, bool people)
{
    int rows = people ? p->a->people : p->a->tables;
    put(p, "<section class=\"grid\"><h1>", title(p), "</h1><h2>");
    put(p, "", session_of(p, from), " · ");
    put(p, "", say(p, people ? SAY_PEOPLE : SAY_TABLES), "</h2>\n<table><thead><tr><th>");
    put(p, "", say(p, people ? SAY_PERSON : SAY_TABLE), "</th>");
    for (int t = from; t < to; t++)
        put(p, "<th>", begin_of(p, t), "</th>");
    text_put(p->out, "</tr></thead><tbody>\n");
    for (int row = 0; row < rows; row++) {
        put(p, "<tr><th>", people ? p->a->person[row].name : p->a->table[row], "</th>");
        for (int t = from; t < to; t++)
            (people ? person_cell : table_cell)(p, row, t);
        text_put(p->out, "</tr>\n");
    }
    text_put(p->out, "</tbody></table></section>\n");
}

static void grids(const struct paper *p, bool people)
{
    for (int from = 0, end = 0; from < p->a->slots; from = end) {
        end = session_end(p, from);
        int pages = (end - from + COLUMNS_MOST - 1) / COLUMNS_MOST;
        for (int page = 0; page < pages; page++) // of about the same width
            grid(p, from + (end - from) * page / pages, from + (end - from) * (page + 1) / pages, people);
    }
}

// What is left out

static void left_row(const struct paper *p, int m, const struct hindrance *why)
{
    const struct agenda_meeting *meeting = &p->a->meeting[m];
    put(p, "<tr><td>", meeting->id, "</td><td>");
    put(p, "", p->a->person[meeting->person[0]].name, "<br>");
    put(p, "", p->a->person[meeting->person[1]].name, "</td><td>");
    put(p, "", why ? hindrance_text(p->a, why, p->s->lang, p->arena) : "", "</td></tr>\n");
}

static void left_out(const struct paper *p)
{
    const struct sheet *s = p->s;
    size_t i = 0;
    int count = 0;
    for (int m = 0; m < p->a->meetings; m++) {
        if (s->timetable->slot[m] != AGENDA_NONE)
            continue;
        if (count++ == 0) {
            put(p, "<section><h1>", say(p, SAY_LEFT), "</h1>\n<table><thead><tr><th>");
            put(p, "", say(p, SAY_MEETING), "</th><th>");
            put(p, "", say(p, SAY_WITH), "</th><th>");
            put(p, "", say(p, SAY_REASON), "</th></tr></thead><tbody>\n");
        }
        while (i < s->lefts && s->left[i].meeting < m)
            i++;
        left_row(p, m, i < s->lefts && s->left[i].meeting == m ? &s->left[i] : NULL);
    }
    text_put(p->out, count ? "</tbody></table></section>\n" : "");
}

// A page for each

static void open_table(const struct paper *p, int slot, bool table)
{
    bool hours = p->a->slot[slot].start >= 0;
    put(p, "<h2>", session_of(p, slot), "</h2>\n<table><thead><tr><th class=\"hour\">");
    put(p, "", say(p, hours ? SAY_HOUR : SAY_SLOT), "</th>");
    if (table)
        put(p, "<th class=\"hour\">", say(p, SAY_TABLE), "</th>");
    put(p, "<th>", say(p, SAY_WITH), "</th></tr></thead><tbody>\n");
}

static void put_party(const struct paper *p, const struct agenda_person *person)
{
    put(p, "<b>", person->name, "</b>");
    if (person->organisation)
        put(p, "<br><span class=\"last\">", person->organisation, "</span>");
}

static void person_row(const struct paper *p, int person, int slot)
{
    int m = at(p, p->met, person, slot);
    bool there = p->a->person[person].free >> slot & 1;
    put(p, "<tr><td class=\"hour\">", span_of(p, slot), "</td>");
    if (m == AGENDA_NONE) {
        put(p, there ? "<td></td><td class=\"free\">" : "<td></td><td class=\"away\">",
            say(p, there ? SAY_FREE : SAY_AWAY), "</td></tr>\n");
        return;
    }
    put(p, "<td>", table_name(p, p->s->timetable->table[m]), "</td><td>");
    put_party(p, other_of(p, m, person));
    text_put(p->out, "</td></tr>\n");
}

static void table_row(const struct paper *p, int table, int slot)
{
    int m = at(p, p->seated, table, slot);
    put(p, "<tr><td class=\"hour\">", span_of(p, slot), "</td><td>");
    if (m != AGENDA_NONE) {
        put_party(p, &p->a->person[p->a->meeting[m].person[0]]);
        text_put(p->out, "<br>");
        put_party(p, &p->a->person[p->a->meeting[m].person[1]]);
    }
    text_put(p->out, "</td></tr>\n");
}

static void rows(const struct paper *p, int which, bool table)
{
    for (int t = 0, end = 0; t < p->a->slots; t++) {
        if (t == end) {
            open_table(p, t, !table);
            end = session_end(p, t);
        }
        (table ? table_row : person_row)(p, which, t);
        text_put(p->out, t + 1 == end ? "</tbody></table>\n" : "");
    }
}

static void person_page(const struct paper *p, int person)
{
    const struct agenda_person *of = &p->a->person[person];
    put(p, "<section class=\"person\"><h1>", of->name, "</h1>\n");
    if (of->organisation)
        put(p, "<p>", of->organisation, "</p>\n");
    put(p, "<p class=\"last\">", title(p), "</p>\n");
    rows(p, person, false);
    text_put(p->out, "</section>\n");
}

static void table_page(const struct paper *p, int table)
{
    put(p, "<section class=\"card\"><h1>", table_name(p, table), "</h1>\n");
    put(p, "<p class=\"last\">", title(p), "</p>\n");
    rows(p, table, true);
    text_put(p->out, "</section>\n");
}

static bool any(const struct paper *p, const int *grid, int row)
{
    int t = 0;
    while (t < p->a->slots && at(p, grid, row, t) == AGENDA_NONE)
        t++;
    return t < p->a->slots;
}

// The document around it

static int *empty(const struct paper *p, int rows)
{
    size_t n = (size_t)rows * (size_t)p->a->slots;
    int *grid = arena_array(p->arena, n, sizeof *grid);
    for (size_t i = 0; i < n; i++)
        grid[i] = AGENDA_NONE;
    return grid;
}

static void open_paper(struct paper *p, struct text *out, const struct sheet *s)
{
    const struct agenda *a = s->agenda;
    *p = (struct paper){.out = out, .s = s, .a = a, .arena = arena_new()};
    p->met = empty(p, a->people);
    p->seated = empty(p, a->tables);
    for (int m = 0; m < a->meetings; m++) {
        int slot = s->timetable->slot[m], table = s->timetable->table[m];
        for (int side = 0; side < 2 && slot != AGENDA_NONE; side++)
            p->met[(size_t)a->meeting[m].person[side] * (size_t)a->slots + (size_t)slot] = m;
        if (slot != AGENDA_NONE && table != AGENDA_NONE)
            p->seated[(size_t)table * (size_t)a->slots + (size_t)slot] = m;
    }
    text_format(out, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">",
                s->lang == LANG_FR ? "fr" : "en");
    text_put(out,
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    put(p, "<title>", title(p), "</title>\n<style>");
    text_put(out, style);
    text_put(out, "</style></head>\n<body>\n");
}

static void close_paper(struct paper *p)
{
    text_put(p->out, "</body>\n</html>\n");
    arena_free(p->arena);
}

void sheet_whole(struct text *out, const struct sheet *s)
{
    struct paper p;
    open_paper(&p, out, s);
    grids(&p, true);
    grids(&p, false);
    left_out(&p);
    for (int i = 0; i < s->agenda->people; i++)
        if (any(&p, p.met, i))
            person_page(&p, i);
    for (int i = 0; i < s->agenda->tables; i++)
        if (any(&p, p.seated, i))
            table_page(&p, i);
    close_paper(&p);
}

void sheet_person(struct text *out, const struct sheet *s, int person)
{
    struct paper p;
    open_paper(&p, out, s);
    person_page(&p, person);
    close_paper(&p);
}

void sheet_table(struct text *out, const struct sheet *s, int table)
{
    struct paper p;
    open_paper(&p, out, s);
    table_page(&p, table);
    close_paper(&p);
}
