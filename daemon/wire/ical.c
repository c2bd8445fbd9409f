// SPDX-License-Identifier: EUPL-1.2
// Knows how a calendar is written.
#include "wire/ical.h"

#include "base/arena.h"
#include "base/clock.h"
#include "core/words.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define MINUTE 60
#define DAY 86400
#define LINE_MOST 75 // octets of a line without its end (RFC 5545, 3.1)
#define TIME_FIRST (-62135596800) // year 1
#define TIME_LAST 253402300799    // year 9999

// One line of the calendar as it is folded.
struct line {
    struct text *out;
    size_t len; // octets since the last end of line
};

// What must stay together: one character.
static void put_whole(struct line *l, const char *s, size_t len)
{
    if (l->len + len > LINE_MOST) {
        text_put(l->out, "\r\n ");
        l->len = 1;
    }
    text_add(l->out, s, len);
    l->len += len;
}

static void put_plain(struct line *l, const char *s)
{
    for (; *s; s++)
        put_whole(l, s, 1);
}

static struct line line_begin(struct text *out, const char *name)
{
    struct line l = {out, 0};
    put_plain(&l, name);
    put_plain(&l, ":");
    return l;
}

static void line_end(struct line *l)
{
    text_put(l->out, "\r\n");
}

static bool control(int32_t point)
{
    return (point < 0x20 && point != '\t') || (point >= 0x7f && point < 0xa0);
}

// A value of type TEXT (RFC 5545, 3.3.11).
static void put_text(struct text *out, const char *name, const char *value)
{
    struct line l = line_begin(out, name);
    for (size_t n; *value; value += n) {
        int32_t point = words_point(value, &n);
        if (point == '\n')
            put_whole(&l, "\\n", 2);
        else if (point < 0x80 && strchr("\\;,", point))
            put_whole(&l, (char[]){'\\', (char)point}, 2);
        else if (point == WORDS_LOST)
            put_whole(&l, "\xef\xbf\xbd", 3);
        else if (!control(point))
            put_whole(&l, value, n);
    }
    line_end(&l);
}

static void put_fixed(struct text *out, const char *name, const char *value)
{
    struct line l = line_begin(out, name);
    put_plain(&l, value);
    line_end(&l);
}

// "20260518T093000Z".
static void put_time(struct text *out, const char *name, int64_t seconds)
{
    char long_form[25], form[17], *to = form;
    seconds = seconds < TIME_FIRST ? TIME_FIRST : seconds > TIME_LAST ? TIME_LAST : seconds;
    clock_format(seconds, long_form);
    for (const char *from = long_form; *from && to < form + sizeof form - 1; from++)
        if (*from != '-' && *from != ':')
            *to++ = *from;
    *to = 0;
    put_fixed(out, name, form);
}

// A scheme, and nothing but the characters of RFC 3986.
static bool uri(const char *s)
{
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    size_t scheme = strspn(s, LETTERS);
    return scheme && s[scheme] == ':' && !s[strspn(s, LETTERS "0123456789-._~:/?#[]@!$&'()*+,;=%")];
#undef LETTERS
}

// The name stands within double quotes, and has none itself (RFC 5545, 3.1).
static void put_organiser(struct text *out, const char *name, const char *address)
{
    struct line l = {out, 0};
    put_plain(&l, "ORGANIZER;CN=\"");
    for (size_t n; *name; name += n) {
        int32_t point = words_point(name, &n);
        if (point == WORDS_LOST)
            put_whole(&l, "\xef\xbf\xbd", 3);
        else if (point == '"')
            put_whole(&l, "'", 1);
        else if (point != '\n' && !control(point))
            put_whole(&l, name, n);
    }
    put_plain(&l, "\":");
    put_plain(&l, address);
    line_end(&l);
}

static void write_event(struct text *out, const struct ical_calendar *c, const struct ical_event *e)
{
    char sequence[16];
    snprintf(sequence, sizeof sequence, "%d", e->sequence < 0 ? 0 : e->sequence);
    put_fixed(out, "BEGIN", "VEVENT");
    put_text(out, "UID", e->uid);
    put_time(out, "DTSTAMP", e->stamp);
    put_time(out, "LAST-MODIFIED", e->stamp);
    put_fixed(out, "SEQUENCE", sequence);
    put_time(out, "DTSTART", e->start);
    if (e->end > e->start)
        put_time(out, "DTEND", e->end);
    if (c->method && c->organiser && c->address && uri(c->address))
        put_organiser(out, c->organiser, c->address);
    put_text(out, "SUMMARY", e->summary);
    if (e->description && *e->description)
        put_text(out, "DESCRIPTION", e->description);
    if (e->location && *e->location)
        put_text(out, "LOCATION", e->location);
    if (e->url && uri(e->url))
        put_fixed(out, "URL", e->url);
    put_fixed(out, "STATUS", e->cancelled ? "CANCELLED" : "CONFIRMED");
    put_fixed(out, "TRANSP", e->busy && !e->cancelled ? "OPAQUE" : "TRANSPARENT");
    put_fixed(out, "END", "VEVENT");
}

void ical_write(struct text *out, const struct ical_calendar *c, const struct ical_event *events, size_t count)
{
    put_fixed(out, "BEGIN", "VCALENDAR");
    put_fixed(out, "VERSION", "2.0");
    put_text(out, "PRODID", c->product);
    put_fixed(out, "CALSCALE", "GREGORIAN");
    if (c->method)
        put_fixed(out, "METHOD", c->method);
    put_text(out, "NAME", c->name);
    put_text(out, "X-WR-CALNAME", c->name); // read by those that do not know RFC 7986
    put_fixed(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    put_fixed(out, "X-PUBLISHED-TTL", "PT1H");
    for (size_t i = 0; i < count; i++)
        write_event(out, c, &events[i]);
    put_fixed(out, "END", "VCALENDAR");
}

// Deadlines of needs

static const char *const before[] = {[LANG_FR] = "Réponse avant : ", [LANG_EN] = "Answer until: "};
static const char *const by[] = {[LANG_FR] = "Acheteur : ", [LANG_EN] = "Buyer: "};
static const char *const interested[] = {[LANG_FR] = "Vous avez dit votre intérêt.", [LANG_EN] = "You have said that you are interested."};

static const char *string(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

static const char *description(const json_t *need, enum lang lang, struct arena *arena)
{
    const char *buyer = string(json_object_get(need, "buyer"), "name");
    bool keen = json_is_true(json_object_get(need, "interested"));
    return arena_format(arena, "%s%s%s%s", *buyer ? by[lang] : "", buyer, *buyer && keen ? "\n" : "", keen ? interested[lang] : "");
}

// Whether a day ends then in Paris: a calendar would show it on the next one.
static bool ends_day(int64_t t)
{
    int32_t day = (int32_t)((t - 1) / DAY);
    return clock_end_of_day_paris(day) == t || clock_end_of_day_paris(day + 1) == t;
}

// False when the need has no deadline to write.
static bool make_deadline(const struct ical_calendar *c, const json_t *need, enum lang lang, struct arena *arena, struct ical_event *e)
{
    const char *id = string(need, "id");
    json_int_t version = json_integer_value(json_object_get(need, "version"));
    *e = (struct ical_event){.end = ICAL_NO_END, .sequence = version > INT32_MAX ? INT32_MAX : version < 0 ? 0 : (int)version};
    if (!*id || !clock_parse(string(need, "deadline"), &e->start))
        return false;
    e->start -= ends_day(e->start) ? MINUTE : 0;
    if (!clock_parse(string(need, "updated"), &e->stamp))
        e->stamp = e->start;
    e->uid = arena_format(arena, "%s@%s", id, c->host);
    e->summary = arena_format(arena, "%s%s", before[lang], string(need, "title"));
    e->description = description(need, lang, arena);
    e->url = c->home ? arena_format(arena, "%s/v1/needs/%s", c->home, id) : NULL;
    e->cancelled = text_equal(string(need, "state"), "cancelled") || !json_is_true(json_object_get(need, "told"));
    return true;
}

// Meetings

static const char *const meeting_word[] = {[LANG_FR] = "Rendez-vous : ", [LANG_EN] = "Meeting: "};
static const char *const gone[] = {[LANG_FR] = "Annulé : ", [LANG_EN] = "Cancelled: "};
static const char *const table_word[] = {[LANG_FR] = "table ", [LANG_EN] = "table "};

// "Anna Martin (Jardins de Thiers)"
static const char *party(const json_t *with, struct arena *arena)
{
    const char *name = string(with, "name"), *company = string(with, "company");
    return *company ? arena_format(arena, "%s (%s)", name, company) : name;
}

static const char *location(const struct ical_calendar *c, const char *table, enum lang lang, struct arena *arena)
{
    const char *place = c->place ? c->place : "";
    if (!*table)
        return place;
    return arena_format(arena, "%s%s%s%s", place, *place ? ", " : "", table_word[lang], table);
}

// False when it is not said which meeting, or when.
static bool make_meeting(const struct ical_calendar *c, const json_t *meeting, enum lang lang, struct arena *arena, struct ical_event *e)
{
    const char *id = string(meeting, "meeting");
    json_int_t sequence = json_integer_value(json_object_get(meeting, "sequence"));
    *e = (struct ical_event){.end = ICAL_NO_END, .busy = true, .cancelled = json_is_true(json_object_get(meeting, "cancelled"))};
    if (!*id || !clock_parse(string(meeting, "start"), &e->start))
        return false;
    if (!clock_parse(string(meeting, "end"), &e->end))
        e->end = ICAL_NO_END;
    if (!clock_parse(string(meeting, "stamp"), &e->stamp))
        e->stamp = e->start;
    e->sequence = sequence > INT32_MAX ? INT32_MAX : sequence < 0 ? 0 : (int)sequence;
    e->uid = arena_format(arena, "%s@%s", id, c->host);
    e->summary = arena_format(arena, "%s%s%s", e->cancelled ? gone[lang] : "", meeting_word[lang], party(json_object_get(meeting, "with"), arena));
    e->description = c->name;
    e->location = location(c, string(meeting, "table"), lang, arena);
    return true;
}

// Lists

typedef bool make_event(const struct ical_calendar *c, const json_t *item, enum lang lang, struct arena *arena, struct ical_event *e);

static enum err write_list(struct text *out, const struct ical_calendar *c, const char *list, enum lang lang, make_event *make)
{
    json_t *array = json_loads(list, JSON_REJECT_DUPLICATES, NULL), *item;
    bool good = json_is_array(array);
    if (good) {
        struct arena *arena = arena_new();
        struct ical_event *events = arena_array(arena, json_array_size(array) + 1, sizeof *events);
        size_t count = 0, i;
        json_array_foreach (array, i, item)
            count += make(c, item, lang, arena, &events[count]);
        ical_write(out, c, events, count);
        arena_free(arena);
    }
    json_decref(array);
    return good ? ERR_OK : ERR_BAD_JSON;
}

enum err ical_deadlines(struct text *out, const struct ical_calendar *c, const char *needs, enum lang lang)
{
    return write_list(out, c, needs, lang, make_deadline);
}

enum err ical_meetings(struct text *out, const struct ical_calendar *c, const char *meetings, enum lang lang)
{
    return write_list(out, c, meetings, lang, make_meeting);
}
