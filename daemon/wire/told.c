// SPDX-License-Identifier: EUPL-1.2
// Knows how notices are told in a mail.
#include "wire/told.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/score.h"
#include "wire/field.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// All in characters or numbers of things, so that a mail stays one that people and mail servers take.
enum {
    SUBJECT_MOST = 150,
    TITLE_LEAST = 40, // what a long subject leaves of the title
    TITLE_MOST = 300,
    NAME_MOST = 60, // in a subject
    CHANGE_MOST = 300,
    MESSAGE_MOST = 4000,
    LOTS_MOST = 20,
    DIGEST_LOTS_MOST = 5,
    CHANGES_MOST = 30,
    DIGEST_CHANGES_MOST = 10,
    LINES_MOST = SCORE_COUNT,
    PLACES_MOST = 10,
    SUBJECT_PLACES_MOST = 2,
    WRITTEN_MOST = 50,
    DIGEST_BYTES_MOST = 1 << 18, // of HTML, after which notices are only counted
    WIDTH = 100,
};

enum group {
#define GROUP(name, fr, en) GROUP_##name,
#include "protocol/told.def"
};

enum phrase {
#define SAY(name, fr, en) SAY_##name,
#include "protocol/told.def"
};

enum kind {
#define NOTICE(name, kind, ...) KIND_##name,
#include "protocol/told.def"
    KIND_COUNT
};

static const char *const group_heads[][2] = {
#define GROUP(name, fr, en) {fr, en},
#include "protocol/told.def"
};

static const char *const phrases[][2] = {
#define SAY(name, fr, en) {fr, en},
#include "protocol/told.def"
};

static const struct {
    const char *word;
    enum group group;
    const char *subject[2], *says[2], *alert[2], *link[2];
} kinds[] = {
#define NOTICE(name, kind, group, fr, en, says_fr, says_en, alert_fr, alert_en, link_fr, link_en) \
    {kind, GROUP_##group, {fr, en}, {says_fr, says_en}, {alert_fr, alert_en}, {link_fr, link_en}},
#include "protocol/told.def"
};

static const char *const weekdays[][2] = {
#define WEEKDAY(fr, en) {fr, en},
#include "protocol/told.def"
};

static const char *const months[][2] = {
#define MONTH(fr, en) {fr, en},
#include "protocol/told.def"
};

struct sheet {
    enum lang lang;
    const struct gazetteer *places;
    const struct told_links *links;
    struct arena *arena;
    struct text plain, html;
    bool digest;
};

// One need as it is told: what its notices say together.
struct change {
    struct change *next;
    const char *field, *before, *after;
    bool undone;
};

struct entry {
    enum kind kind;
    const json_t *notice, *need; // the latest
    const char *id;              // of the need
    const char *who;             // the supplier of an interest, else ""
    const char *title, *alert;   // alert NULL: of the offer
    const char *answer;          // NULL: none
    int64_t score, deadline;
    struct change *changes;
    bool came;    // its first notice here is a match
    bool changed; // a notice told changes, be it that they are undone
};

// Reading. Everything may be missing or of another type.

static const char *string_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static int64_t number_of(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(object, key);
    return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

static int64_t count_of(const json_t *object, const char *key)
{
    int64_t n = number_of(object, key, 0);
    return n < 0 ? 0 : n;
}

// Length of the character at s when it must not stand in a line: controls, line separators, what turns the direction of
// the text; else 0.
static size_t unwanted(const char *s)
{
    const unsigned char *u = (const unsigned char *)s;
    if (u[0] < 0x20 || u[0] == 0x7f)
        return 1;
    if (u[0] == 0xc2 && u[1] < 0xa0)
        return 2;
    if (u[0] == 0xe2 && u[1] == 0x80 && u[2] >= 0xa8 && u[2] <= 0xae)
        return 3;
    if (u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)
        return 3;
    return u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf ? 3 : 0;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t characters_in(const char *s, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += begins_character(s[i]);
    return n;
}

static size_t characters(const char *s)
{
    return characters_in(s, strlen(s));
}

// At most so many characters (at least 2), cut behind a word where one ends not far from there.
static const char *cut(struct sheet *s, const char *words, size_t most)
{
    size_t end = 0, n = 0;
    if (characters(words) <= most)
        return words;
    for (; n < most - 1 || !begins_character(words[end]); end++)
        n += begins_character(words[end + 1]);
    size_t word = end;
    while (word > 0 && words[word] != ' ' && end - word < end / 3)
        word--;
    if (words[word] == ' ')
        end = word;
    while (end > 0 && strchr(" ,;:", words[end - 1]))
        end--;
    return arena_format(s->arena, "%.*s…", (int)end, words);
}

// A text of somebody as one line; NULL when there is nothing in it.
static const char *clean_bytes(struct sheet *s, const char *from, size_t len, size_t most)
{
    char *out = arena_take(s->arena, len + 1), *to = out;
    for (size_t i = 0, skip; i < len; i += skip ? skip : 1) {
        skip = from[i] == ' ' ? 1 : unwanted(from + i);
        if (!skip)
            *to++ = from[i];
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > out && to[-1] == ' ')
        to--;
    *to = 0;
    return *out ? cut(s, out, most) : NULL;
}

static const char *clean(struct sheet *s, const char *words, size_t most)
{
    return words ? clean_bytes(s, words, strlen(words), most) : NULL;
}

// Phrases

struct values {
    int64_t n;
    const char *what, *was, *who;
};

static void put_value(struct text *out, const struct values *v, const char *name, size_t len, enum lang lang)
{
    bool one = v->n == 1 || (lang == LANG_FR && v->n == 0);
    const struct {
        const char *name, *value;
    } texts[] = {{"what", v->what}, {"was", v->was}, {"who", v->who}, {"s", one ? "" : "s"}, {"x", one ? "" : "x"}};
    if (len == 1 && *name == 'n')
        text_format(out, "%" PRId64, v->n);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strlen(texts[i].name) == len && memcmp(texts[i].name, name, len) == 0 && texts[i].value)
            text_put(out, texts[i].value);
}

static const char *fill(struct sheet *s, const char *const pattern[2], struct values v)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    for (const char *at = pattern[s->lang]; *at;) {
        size_t len = strcspn(at, "{");
        text_add(&out, at, len);
        at += len;
        if (!*at)
            break;
        len = strcspn(at, "}");
        put_value(&out, &v, at + 1, len - 1, s->lang);
        at += len + 1;
    }
    const char *made = arena_string(s->arena, text_string(&out));
    text_fini(&out);
    return made;
}

static const char *say(struct sheet *s, enum phrase phrase, struct values v)
{
    return fill(s, phrases[phrase], v);
}

static const char *word(const struct sheet *s, enum phrase phrase)
{
    return phrases[phrase][s->lang];
}

// "a", "a, b", "a, b, c": list so far and one more.
static const char *listed(struct sheet *s, const char *list, const char *item)
{
    return list ? arena_format(s->arena, "%s, %s", list, item) : item;
}

// Times in Paris

struct moment {
    int32_t day; // since 1970-01-01
    int year, month, of_month, hour, minute;
    bool midnight; // the one that ends the day
};

// In Europe the clocks change at 01:00 UTC.
static struct moment in_paris(int64_t t)
{
    struct moment m = {0};
    char written[12];
    int64_t utc = t / 86400 - (t % 86400 < 0);
    int64_t today = utc * 86400 - clock_end_of_day_paris((int32_t)utc - 1);
    int64_t tomorrow = (utc + 1) * 86400 - clock_end_of_day_paris((int32_t)utc);
    int64_t local = t + (t < utc * 86400 + 3600 ? today : tomorrow);
    m.day = (int32_t)(local / 86400 - (local % 86400 < 0));
    m.hour = (int)((local - (int64_t)m.day * 86400) / 3600);
    m.minute = (int)((local - (int64_t)m.day * 86400) / 60 % 60);
    m.midnight = local == (int64_t)m.day * 86400;
    m.day -= m.midnight;
    clock_format_day(m.day, written);
    if (sscanf(written, "%d-%d-%d", &m.year, &m.month, &m.of_month) != 3 || m.month < 1)
        m.month = m.of_month = 1;
    return m;
}

// "12 juin", "1er mars"
static const char *day_text(struct sheet *s, struct moment m)
{
    const char *month = months[m.month - 1][s->lang];
    if (m.of_month == 1)
        return arena_format(s->arena, "%s %s", word(s, SAY_FIRST_OF_MONTH), month);
    return arena_format(s->arena, "%d %s", m.of_month, month);
}

// "vendredi 12 juin 2026"
static const char *date_text(struct sheet *s, struct moment m)
{
    const char *weekday = weekdays[((m.day + 4) % 7 + 7) % 7][s->lang];
    return arena_format(s->arena, "%s %s %d", weekday, day_text(s, m), m.year);
}

static const char *instant_text(struct sheet *s, int64_t t)
{
    struct moment m = in_paris(t);
    const char *time = m.midnight ? word(s, SAY_MIDNIGHT)
                                  : arena_format(s->arena, s->lang == LANG_FR ? "%d h %02d" : "%02d:%02d", m.hour, m.minute);
    return say(s, SAY_AT, (struct values){.what = date_text(s, m), .was = time});
}

// The day of a deadline in a line, with its year when that is not the notice's.
static const char *until_text(struct sheet *s, const struct entry *e)
{
    int64_t at;
    struct moment m = in_paris(e->deadline);
    const char *day = day_text(s, m), *told = string_of(e->notice, "at");
    if (told && clock_parse(told, &at) && in_paris(at).year != m.year)
        day = arena_format(s->arena, "%s %d", day, m.year);
    return say(s, SAY_UNTIL, (struct values){.what = day});
}

// Values as text

static const char *euros_text(struct sheet *s, const char *digits)
{
    struct text out;
    int64_t n;
    if (!text_int(digits, &n))
        return digits;
    text_init(&out, 64);
    for (size_t i = 0, len = strlen(digits); i < len; i++) {
        if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
            text_put(&out, word(s, SAY_THOUSANDS));
        text_byte(&out, digits[i]);
    }
    const char *made = arena_string(s->arena, text_string(&out));
    text_fini(&out);
    return made;
}

// least, most: digits or ""
static const char *range_text(struct sheet *s, const char *least, const char *most)
{
    struct values v = {.was = euros_text(s, least), .what = euros_text(s, most)};
    if (!*least && !*most)
        return NULL;
    return say(s, !*least ? SAY_RANGE_MOST : !*most ? SAY_RANGE_LEAST : SAY_RANGE, v);
}

static const char *value_text(struct sheet *s, const json_t *value)
{
    int64_t least = number_of(value, "min", -1), most = number_of(value, "max", -1);
    return range_text(s, least < 0 ? "" : arena_format(s->arena, "%" PRId64, least),
                      most < 0 ? "" : arena_format(s->arena, "%" PRId64, most));
}

static const char *place_text(struct sheet *s, const char *written)
{
    struct place place;
    if (s->places && place_parse(s->places, written, s->arena, &place) == ERR_OK)
        return clean(s, place_name(s->places, &place), NAME_MOST);
    const char *colon = strchr(written, ':');
    return clean(s, colon ? colon + 1 : written, NAME_MOST);
}

static const char *one_word_text(struct sheet *s, const char *list, const char *item)
{
    int value = word_value(list, item);
    return value < 0 ? item : word_text(list, (unsigned)value, s->lang);
}

// One item of a value as a notice's changes write it.
static const char *item_text(struct sheet *s, const struct field *f, const char *item)
{
    if (f->type == FIELD_PLACES || f->type == FIELD_PLACE)
        return place_text(s, item);
    return f->of ? one_word_text(s, f->of, item) : item;
}

static const char *items_text(struct sheet *s, const struct field *f, const char *value)
{
    const char *all = NULL;
    for (const char *end; *value; value = *end ? end + 2 : end) {
        end = strstr(value, ", ");
        end = end ? end : value + strlen(value);
        const char *item = item_text(s, f, arena_copy(s->arena, value, (size_t)(end - value)));
        all = item ? listed(s, all, item) : all;
    }
    return all;
}

static const char *changed_value(struct sheet *s, const struct field *f, const char *value)
{
    int64_t t;
    int32_t day;
    value = clean(s, value, CHANGE_MOST);
    if (!value || !f)
        return value;
    if (f->type == FIELD_INSTANT && clock_parse(value, &t))
        return instant_text(s, t);
    if (f->type == FIELD_DAY && clock_parse_day(value, &day))
        return date_text(s, in_paris(clock_end_of_day_paris(day)));
    const char *dots = f->type == FIELD_RANGE ? strstr(value, "..") : NULL;
    if (dots)
        return range_text(s, arena_copy(s->arena, value, (size_t)(dots - value)), dots + 2);
    if (f->type == FIELD_PLACES || f->type == FIELD_WORD || f->type == FIELD_WORDS)
        return items_text(s, f, value);
    return value;
}

// The name of what changed: "/deadline", "/lots/2", "/lots/2/cpv". *field is NULL when it is none of records.def.
static const char *changed_name(struct sheet *s, const char *pointer, const struct field **field)
{
    static const char lots[] = "/lots/";
    *field = NULL;
    if (!text_starts(pointer, lots)) {
        *field = field_find("need", pointer + (*pointer == '/'));
        return *field ? (*field)->text[s->lang] : clean(s, pointer, NAME_MOST);
    }
    int64_t number;
    const char *behind = pointer + sizeof lots - 1, *slash = strchr(behind, '/');
    if (!text_int(arena_copy(s->arena, behind, slash ? (size_t)(slash - behind) : strlen(behind)), &number))
        return clean(s, pointer, NAME_MOST);
    const char *lot = say(s, SAY_LOT_HEAD, (struct values){.n = number});
    *field = slash ? field_find("lot", slash + 1) : NULL;
    if (!slash)
        return lot;
    const char *name = *field ? (*field)->text[s->lang] : clean(s, slash + 1, NAME_MOST);
    return name ? arena_format(s->arena, "%s · %s", lot, name) : lot;
}

static const char *change_text(struct sheet *s, const struct change *c, const struct field *f)
{
    struct values v = {.what = changed_value(s, f, c->after), .was = changed_value(s, f, c->before)};
    static const enum phrase by_known[] = {SAY_CHANGED_SOMEHOW, SAY_ADDED, SAY_REMOVED, SAY_CHANGED};
    return say(s, by_known[(v.what ? 1 : 0) + (v.was ? 2 : 0)], v);
}

// The sheet: what is written goes into the text and the HTML in the same words.

static void gap(struct sheet *s)
{
    if (s->plain.len)
        text_byte(&s->plain, '\n');
}

// A space where a line may end: not before the signs that French parts from their word, nor behind an opening one.
static bool may_break(const char *from, const char *space)
{
    static const char opening[] = "«";
    size_t len = sizeof opening - 1;
    if (space[1] && strchr(":;?!", space[1]))
        return false;
    if (text_starts(space + 1, "»") || text_starts(space + 1, "€"))
        return false;
    return !((size_t)(space - from) >= len && memcmp(space - len, opening, len) == 0);
}

// A block of the plain text; its first line begins with `first`, the others with as many spaces.
static void wrap(struct sheet *s, const char *first, const char *words)
{
    size_t indent = characters(first), column = indent;
    text_put(&s->plain, first);
    for (const char *at = words, *end; *at; at = *end ? end + 1 : end) {
        end = at + strcspn(at, " ");
        while (*end && !may_break(at, end))
            end += 1 + strcspn(end + 1, " ");
        size_t width = characters_in(at, (size_t)(end - at));
        if (at > words && column + 1 + width > WIDTH) {
            text_format(&s->plain, "\n%*s", (int)indent, "");
            column = indent;
        } else if (at > words) {
            text_byte(&s->plain, ' ');
            column++;
        }
        text_add(&s->plain, at, (size_t)(end - at));
        column += width;
    }
    text_byte(&s->plain, '\n');
}

static void heading(struct sheet *s, int level, const char *words)
{
    static const char *const sizes[] = {"1.5em", "1.25em", "1.1em", "1em"};
    gap(s);
    wrap(s, "", words);
    text_format(&s->html, "<h%d style=\"font-size: %s; margin: 1.2em 0 .4em\">", level, sizes[level - 1]);
    text_html(&s->html, words);
    text_format(&s->html, "</h%d>\n", level);
}

static void paragraph(struct sheet *s, const char *words)
{
    gap(s);
    wrap(s, "", words);
    text_put(&s->html, "<p>");
    text_html(&s->html, words);
    text_put(&s->html, "</p>\n");
}

// "Acheteur : Ville de Riom"; in the HTML the label stands out.
static void labelled(struct sheet *s, const char *first, const char *label, const char *value)
{
    const char *colon = word(s, SAY_COLON);
    wrap(s, first, arena_format(s->arena, "%s%s %s", label, colon, value));
    text_put(&s->html, "<strong>");
    text_html(&s->html, label);
    text_format(&s->html, "%s</strong> ", colon);
    text_html(&s->html, value);
}

// A line of its own; nothing when there is no value.
static void fact(struct sheet *s, enum phrase label, const char *value)
{
    if (!value)
        return;
    text_put(&s->html, "<div>");
    labelled(s, "", word(s, label), value);
    text_put(&s->html, "</div>\n");
}

static void list_open(struct sheet *s)
{
    text_put(&s->html, "<ul style=\"margin: .4em 0; padding-left: 1.4em\">\n");
}

static void list_close(struct sheet *s)
{
    text_put(&s->html, "</ul>\n");
}

static void item(struct sheet *s, const char *label, const char *value)
{
    text_put(&s->html, "<li>");
    labelled(s, "- ", label, value);
    text_put(&s->html, "</li>\n");
}

static void item_plain(struct sheet *s, const char *words)
{
    wrap(s, "- ", words);
    text_put(&s->html, "<li>");
    text_html(&s->html, words);
    text_put(&s->html, "</li>\n");
}

enum look { LOOK_LINK, LOOK_BUTTON, LOOK_OTHER_BUTTON };

static void link_line(struct sheet *s, enum look look, const char *words, const char *url)
{
#define BUTTON "display: inline-block; padding: .6em 1.4em; border: 1px solid #1f4e79; border-radius: .3em; text-decoration: none; "
    static const char *const styles[] = {
        [LOOK_LINK] = "color: #1f4e79",
        [LOOK_BUTTON] = BUTTON "background: #1f4e79; color: #ffffff",
        [LOOK_OTHER_BUTTON] = BUTTON "background: #ffffff; color: #1f4e79",
    };
#undef BUTTON
    const char *colon = word(s, SAY_COLON);
    wrap(s, "", arena_format(s->arena, "%s%s %s", words, colon, url));
    text_put(&s->html, "<p><a href=\"");
    text_html(&s->html, url);
    text_format(&s->html, "\" style=\"%s\">", styles[look]);
    text_html(&s->html, words);
    text_put(&s->html, "</a></p>\n");
}

// What somebody wrote, line by line; empty lines part paragraphs and are not kept twice.
static void quote(struct sheet *s, const char *words)
{
    bool begun = false, empty = false;
    size_t left = MESSAGE_MOST;
    text_put(&s->html, "<blockquote style=\"margin: .4em 0; padding-left: 1em; border-left: 3px solid #1f4e79\">");
    for (size_t len; *words && left > 2; words += len + (words[len] == '\n')) {
        len = strcspn(words, "\n");
        const char *line = clean_bytes(s, words, len, left);
        empty = empty || !line;
        if (!line)
            continue;
        left -= characters(line);
        text_put(&s->html, !begun ? "" : empty ? "<br><br>\n" : "<br>\n");
        text_put(&s->plain, begun && empty ? "\n" : "");
        wrap(s, "    ", line);
        text_html(&s->html, line);
        begun = true;
        empty = false;
    }
    text_put(&s->html, "</blockquote>\n");
}

// Links

static const char *checked(struct sheet *s, const char *url)
{
    if (!url || !(text_starts(url, "https://") || text_starts(url, "http://")))
        return NULL;
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c >= 0x7f)
            return NULL;
    return arena_string(s->arena, url);
}

static const char *link_to(struct sheet *s, const char *kind, const char *id)
{
    if (!id || !text_uuid(id) || !s->links || !s->links->make)
        return NULL;
    return checked(s, s->links->make(s->links->ctx, kind, id));
}

static void answers(struct sheet *s, const struct entry *e)
{
    const char *url = link_to(s, "answer", e->answer);
    if (!url || kinds[e->kind].group > GROUP_CLOSING)
        return;
    url = arena_format(s->arena, "%s%ca=", url, strchr(url, '?') ? '&' : '?');
    if (s->digest)
        gap(s);
    else {
        heading(s, 2, word(s, SAY_ANSWER));
        paragraph(s, word(s, SAY_ANSWER_NOTE));
        gap(s);
    }
    link_line(s, LOOK_BUTTON, word(s, SAY_INTERESTED), arena_format(s->arena, "%sinterested", url));
    link_line(s, LOOK_OTHER_BUTTON, word(s, SAY_DECLINED), arena_format(s->arena, "%sdeclined", url));
}

// A need in a line

static bool of_buyer(enum kind kind)
{
    enum group group = kinds[kind].group;
    return group == GROUP_INTEREST || group == GROUP_INTERESTS || group == GROUP_MATCHED;
}

static const char *lot_title(struct sheet *s, const struct entry *e, const json_t *lot, size_t most)
{
    const char *title = string_of(lot, "title");
    return text_equal(title, string_of(e->need, "title")) ? NULL : clean(s, title, most);
}

// "lot 2 Bureaux", "lots 1, 2 et 4", "7 lots"; NULL when the lot says no more than the need.
static const char *lots_line(struct sheet *s, const struct entry *e)
{
    const json_t *lots = json_object_get(e->notice, "lots"), *first = json_array_get(lots, 0);
    size_t count = json_array_size(lots);
    struct values one = {.n = number_of(first, "lot", 1), .what = first ? lot_title(s, e, first, NAME_MOST) : NULL};
    if (count == 0 || (count == 1 && !one.what && one.n == 1))
        return NULL;
    if (count == 1)
        return say(s, one.what ? SAY_LOT_TITLED : SAY_LOT, one);
    if (count > 4)
        return say(s, SAY_LOTS_COUNTED, (struct values){.n = (int64_t)count});
    const char *list = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *n = arena_format(s->arena, "%" PRId64, number_of(json_array_get(lots, i), "lot", 0));
        list = i + 1 == count ? say(s, SAY_AND, (struct values){.what = list, .was = n}) : listed(s, list, n);
    }
    return say(s, SAY_LOTS, (struct values){.what = list});
}

static const char *need_line(struct sheet *s, const struct entry *e, size_t title_most)
{
    const char *title = cut(s, e->title, title_most), *lots = of_buyer(e->kind) ? NULL : lots_line(s, e);
    return lots ? say(s, SAY_WITH_LOTS, (struct values){.what = title, .was = lots}) : title;
}

// Names of places, each once.
struct names {
    const char *list[64];
    size_t count;
};

static void add_places(struct sheet *s, struct names *names, const json_t *places)
{
    for (size_t i = 0; i < json_array_size(places) && names->count < sizeof names->list / sizeof *names->list; i++) {
        const char *written = json_string_value(json_array_get(places, i)), *name = written ? place_text(s, written) : NULL;
        bool known = !name;
        for (size_t k = 0; k < names->count; k++)
            known = known || text_equal(names->list[k], name);
        if (!known)
            names->list[names->count++] = name;
    }
}

static const char *names_line(struct sheet *s, const struct names *names, size_t most)
{
    const char *line = NULL;
    size_t shown = names->count <= most ? names->count : most - 1;
    for (size_t i = 0; i < shown; i++)
        line = listed(s, line, names->list[i]);
    if (shown == names->count)
        return line;
    return say(s, SAY_AND_PLACES, (struct values){.what = line, .n = (int64_t)(names->count - shown)});
}

// Where the lots that match are.
static const char *places_line(struct sheet *s, const struct entry *e)
{
    struct names names = {.count = 0};
    const json_t *lots = json_object_get(e->notice, "lots"), *all = json_object_get(e->need, "places");
    for (size_t i = 0; i < json_array_size(lots); i++) {
        const json_t *own = json_object_get(json_array_get(lots, i), "places");
        add_places(s, &names, json_array_size(own) ? own : all);
    }
    if (!json_array_size(lots))
        add_places(s, &names, all);
    return names_line(s, &names, SUBJECT_PLACES_MOST);
}

// Lot, place, deadline: what decides whether one reads on.
static const char *brief(struct sheet *s, const struct entry *e, size_t title_most)
{
    const char *line = need_line(s, e, title_most);
    if (of_buyer(e->kind))
        return line;
    const char *place = places_line(s, e);
    if (place)
        line = arena_format(s->arena, "%s · %s", line, place);
    if (e->deadline != INT64_MAX && kinds[e->kind].group != GROUP_ENDED)
        line = arena_format(s->arena, "%s · %s", line, until_text(s, e));
    return line;
}

static struct values values_of(struct sheet *s, const struct entry *e, const char *what, size_t who_most)
{
    static const char *const counts[KIND_COUNT] = {
        [KIND_CLOSING] = "days", [KIND_MATCHED] = "suppliers", [KIND_INTERESTS] = "interested"};
    struct values v = {.what = what, .who = e->kind == KIND_INTEREST ? cut(s, e->who, who_most) : e->alert};
    if (counts[e->kind])
        v.n = count_of(e->notice, counts[e->kind]);
    if (e->kind == KIND_INTERESTS)
        v.was = arena_format(s->arena, "%" PRId64, count_of(e->notice, "total"));
    return v;
}

static const char *headline(struct sheet *s, const struct entry *e, size_t title_most)
{
    struct values v = values_of(s, e, brief(s, e, title_most), NAME_MOST);
    if (e->kind == KIND_MATCHED && v.n == 0)
        return say(s, SAY_MATCHED_NONE, v);
    return fill(s, kinds[e->kind].subject, v);
}

static const char *says(struct sheet *s, const struct entry *e)
{
    struct values v = values_of(s, e, "", TITLE_MOST);
    if (e->kind == KIND_MATCHED && v.n == 0)
        return word(s, SAY_MATCHED_NONE_SAYS);
    return fill(s, e->alert && kinds[e->kind].alert[s->lang] ? kinds[e->kind].alert : kinds[e->kind].says, v);
}

// A need in full

static const char *line_text(struct sheet *s, const json_t *line)
{
    const char *code = string_of(line, "code");
    for (int c = 0; c < SCORE_COUNT; c++)
        if (text_equal(code, score_word((enum score_code)c)))
            return score_text((enum score_code)c, s->lang);
    return clean(s, code, NAME_MOST);
}

static const char *hundred(struct sheet *s, int64_t score)
{
    return score < 0 ? NULL : say(s, SAY_OF_HUNDRED, (struct values){.n = score});
}

static const char *lot_places(struct sheet *s, const json_t *lot)
{
    struct names names = {.count = 0};
    add_places(s, &names, json_object_get(lot, "places"));
    return names_line(s, &names, PLACES_MOST);
}

static void lot_in_full(struct sheet *s, const struct entry *e, const json_t *lot)
{
    struct values v = {.n = number_of(lot, "lot", 1), .what = lot_title(s, e, lot, TITLE_MOST)};
    const json_t *lines = json_object_get(lot, "lines");
    const char *places = lot_places(s, lot), *score = hundred(s, number_of(lot, "score", -1));
    heading(s, 3, say(s, v.what ? SAY_LOT_HEAD_TITLED : SAY_LOT_HEAD, v));
    fact(s, places && json_array_size(json_object_get(lot, "places")) > 1 ? SAY_PLACES : SAY_PLACE, places);
    fact(s, SAY_VALUE, value_text(s, json_object_get(lot, "value")));
    if (!json_array_size(lines)) {
        fact(s, SAY_SCORE, score);
        return;
    }
    list_open(s);
    for (size_t i = 0; i < json_array_size(lines) && i < LINES_MOST; i++) {
        const json_t *line = json_array_get(lines, i);
        const char *name = line_text(s, line);
        if (name)
            item(s, name, arena_format(s->arena, "%" PRId64, number_of(line, "points", 0)));
    }
    if (score)
        item(s, word(s, SAY_TOTAL), score);
    list_close(s);
}

static const char *joined(struct sheet *s, const char *line, const char *part)
{
    return !part ? line : !line ? part : arena_format(s->arena, "%s · %s", line, part);
}

static void lot_in_a_line(struct sheet *s, const struct entry *e, const json_t *lot)
{
    const json_t *lines = json_object_get(lot, "lines");
    const char *title = lot_title(s, e, lot, CHANGE_MOST), *said = hundred(s, number_of(lot, "score", -1));
    const char *name = say(s, SAY_LOT_HEAD, (struct values){.n = number_of(lot, "lot", 1)});
    name = title ? arena_format(s->arena, "%s %s", name, title) : name;
    said = joined(s, joined(s, said, lot_places(s, lot)), value_text(s, json_object_get(lot, "value")));
    for (size_t i = 0; i < json_array_size(lines) && i < LINES_MOST; i++) {
        const json_t *line = json_array_get(lines, i);
        const char *why = line_text(s, line);
        if (why)
            said = joined(s, said, arena_format(s->arena, "%s (%" PRId64 ")", why, number_of(line, "points", 0)));
    }
    if (said)
        item(s, name, said);
    else
        item_plain(s, name);
}

static void lots(struct sheet *s, const struct entry *e)
{
    const json_t *list = json_object_get(e->notice, "lots");
    size_t count = json_array_size(list), most = s->digest ? DIGEST_LOTS_MOST : LOTS_MOST;
    if (!count || of_buyer(e->kind) || kinds[e->kind].group == GROUP_ENDED)
        return;
    if (s->digest)
        list_open(s);
    else
        heading(s, 2, word(s, e->alert ? SAY_LOTS_HEAD : SAY_WHY));
    for (size_t i = 0; i < count && i < most; i++)
        (s->digest ? lot_in_a_line : lot_in_full)(s, e, json_array_get(list, i));
    const char *rest = count > most ? say(s, SAY_AND_LOTS, (struct values){.n = (int64_t)(count - most)}) : NULL;
    if (rest && s->digest)
        item_plain(s, rest);
    else if (rest)
        paragraph(s, rest);
    if (s->digest)
        list_close(s);
}

static void changes(struct sheet *s, const struct entry *e)
{
    const struct field *field;
    int64_t count = 0, most = s->digest ? DIGEST_CHANGES_MOST : CHANGES_MOST;
    for (const struct change *c = e->changes; c; c = c->next) {
        if (c->undone)
            continue;
        if (++count == 1) {
            heading(s, s->digest ? 4 : 2, word(s, SAY_CHANGES));
            list_open(s);
        }
        const char *name = changed_name(s, c->field, &field);
        if (count <= most)
            item(s, name ? name : "/", change_text(s, c, field));
    }
    if (count > most)
        item_plain(s, say(s, SAY_AND_CHANGES, (struct values){.n = count - most}));
    if (count)
        list_close(s);
}

static void facts(struct sheet *s, const struct entry *e)
{
    struct names places = {.count = 0};
    const char *kind = string_of(e->need, "kind");
    int value = word_value("need_kind", kind ? kind : "");
    bool ended = kinds[e->kind].group == GROUP_ENDED;
    add_places(s, &places, json_object_get(e->need, "places"));
    gap(s);
    fact(s, SAY_ALERT, s->digest ? NULL : e->alert);
    if (!of_buyer(e->kind))
        fact(s, SAY_BUYER, clean(s, string_of(json_object_get(e->need, "buyer"), "name"), TITLE_MOST));
    fact(s, SAY_KIND, value < 0 ? NULL : word_text("need_kind", (unsigned)value, s->lang));
    fact(s, places.count > 1 ? SAY_PLACES : SAY_PLACE, names_line(s, &places, PLACES_MOST));
    fact(s, SAY_DEADLINE, ended || e->deadline == INT64_MAX ? NULL : instant_text(s, e->deadline));
    if (!json_array_size(json_object_get(e->notice, "lots")))
        fact(s, SAY_SCORE, ended ? NULL : hundred(s, e->score));
}

static void message(struct sheet *s, const struct entry *e)
{
    const char *words = e->kind == KIND_INTEREST ? string_of(e->notice, "message") : NULL;
    if (!words || !clean(s, words, 2))
        return;
    heading(s, s->digest ? 4 : 2, word(s, SAY_MESSAGE));
    quote(s, words);
}

static void in_full(struct sheet *s, const struct entry *e)
{
    const char *url = link_to(s, "need", e->id);
    heading(s, s->digest ? 3 : 1, s->digest ? need_line(s, e, TITLE_MOST) : e->title);
    if (!s->digest || of_buyer(e->kind))
        paragraph(s, says(s, e));
    message(s, e);
    facts(s, e);
    changes(s, e);
    lots(s, e);
    answers(s, e);
    if (url) {
        gap(s);
        link_line(s, LOOK_LINK, kinds[e->kind].link[s->lang], url);
    }
}

// What the notices of a need say together

static enum kind kind_of(const char *word_of_kind)
{
    enum kind k = 0;
    while (k < KIND_COUNT && !text_equal(kinds[k].word, word_of_kind))
        k++;
    return k;
}

static void take_change(struct sheet *s, struct entry *e, const json_t *given)
{
    const char *field = string_of(given, "field"), *before = string_of(given, "before"), *after = string_of(given, "after");
    struct change **at = &e->changes;
    // Whom a buyer has blocked is nobody else's business.
    if (!field || text_equal(field, "/blocked"))
        return;
    while (*at && !text_equal((*at)->field, field))
        at = &(*at)->next;
    if (*at) {
        (*at)->after = after;
        (*at)->undone = after ? text_equal((*at)->before, after) : !(*at)->before;
        return;
    }
    *at = arena_take(s->arena, sizeof **at);
    **at = (struct change){NULL, field, before, after, false};
}

static void take_notice(struct sheet *s, struct entry *e, const json_t *notice)
{
    const json_t *given = json_object_get(notice, "changes");
    const char *deadline, *answer = string_of(notice, "answer"), *title;
    e->kind = kind_of(string_of(notice, "kind"));
    e->notice = notice;
    e->need = json_object_get(notice, "need");
    e->id = string_of(e->need, "id");
    title = clean(s, string_of(e->need, "title"), TITLE_MOST);
    e->title = title ? title : word(s, SAY_UNTITLED);
    e->alert = clean(s, string_of(json_object_get(notice, "alert"), "name"), TITLE_MOST);
    e->answer = answer ? answer : e->answer;
    e->score = number_of(notice, "score", e->score);
    deadline = string_of(e->need, "deadline");
    if (!deadline || !clock_parse(deadline, &e->deadline))
        e->deadline = INT64_MAX;
    e->changed = e->changed || json_array_size(given);
    for (size_t i = 0; i < json_array_size(given); i++)
        take_change(s, e, json_array_get(given, i));
}

static bool differs(const struct entry *e)
{
    for (const struct change *c = e->changes; c; c = c->next)
        if (!c->undone)
            return true;
    return false;
}

// How the need is told after its last notice; false when there is nothing to tell.
static bool settle(struct entry *e)
{
    enum group group = kinds[e->kind].group;
    if (of_buyer(e->kind))
        return true;
    if (group == GROUP_ENDED)
        return !e->came;
    if (e->came)
        e->kind = KIND_MATCH;
    else if (e->kind == KIND_CLOSING && differs(e))
        e->kind = KIND_AMENDED;
    return e->kind != KIND_AMENDED || !e->changed || differs(e);
}

struct notice {
    const json_t *json;
    int64_t id;
    size_t at;
};

static int by_id(const void *a, const void *b)
{
    const struct notice *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

// Group, score, deadline, then what makes the order one.
static int by_rank(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    enum group p = kinds[x->kind].group, q = kinds[y->kind].group;
    if (p != q)
        return p < q ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->deadline != y->deadline)
        return x->deadline < y->deadline ? -1 : 1;
    int order = strcmp(x->id, y->id);
    return order ? order : strcmp(x->who, y->who);
}

static bool usable(const json_t *notice)
{
    return kind_of(string_of(notice, "kind")) < KIND_COUNT && string_of(json_object_get(notice, "need"), "id");
}

// The notices that can be told, as they came about.
static struct notice *sorted(struct sheet *s, const json_t *content, size_t *count)
{
    size_t most = json_is_array(content) ? json_array_size(content) : 1;
    struct notice *list = arena_array(s->arena, most + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < most; i++) {
        const json_t *notice = json_is_array(content) ? json_array_get(content, i) : content;
        const char *id = string_of(notice, "id");
        struct notice n = {notice, 0, i};
        if (id && !text_int(id, &n.id))
            n.id = 0;
        if (usable(notice))
            list[(*count)++] = n;
    }
    qsort(list, *count, sizeof *list, by_id);
    return list;
}

static bool same_thing(const struct entry *e, enum kind kind, const char *need, const char *who)
{
    bool kinds_fit = of_buyer(kind) ? e->kind == kind : !of_buyer(e->kind);
    return kinds_fit && text_equal(e->id, need) && text_equal(e->who, who);
}

static struct entry *entries_of(struct sheet *s, const json_t *content, size_t *count)
{
    size_t notices, made = 0;
    const struct notice *list = sorted(s, content, &notices);
    struct entry *entries = arena_array(s->arena, notices + 1, sizeof *entries);
    for (size_t i = 0; i < notices; i++) {
        const json_t *notice = list[i].json;
        enum kind kind = kind_of(string_of(notice, "kind"));
        const char *need = string_of(json_object_get(notice, "need"), "id"), *who = NULL;
        if (kind == KIND_INTEREST)
            who = clean(s, string_of(json_object_get(notice, "supplier"), "name"), TITLE_MOST);
        who = who ? who : kind == KIND_INTEREST ? word(s, SAY_SUPPLIER) : "";
        struct entry *e = entries;
        while (e < entries + made && !same_thing(e, kind, need, who))
            e++;
        if (e == entries + made) {
            made++;
            *e = (struct entry){.score = -1, .who = who, .came = kind == KIND_MATCH};
        }
        take_notice(s, e, notice);
    }
    *count = 0;
    for (size_t i = 0; i < made; i++)
        if (settle(&entries[i]))
            entries[(*count)++] = entries[i];
    qsort(entries, *count, sizeof *entries, by_rank);
    return entries;
}

// A digest

static const char *digest_head(struct sheet *s, const struct entry *entries, size_t count)
{
    size_t open = 0;
    while (open < count && kinds[entries[open].kind].group <= GROUP_CLOSING)
        open++;
    struct values v = {.n = (int64_t)(open ? open : count), .who = entries->alert ? cut(s, entries->alert, NAME_MOST) : NULL};
    if (open)
        return say(s, entries->alert ? SAY_DIGEST_ALERT : SAY_DIGEST, v);
    return say(s, of_buyer(entries->kind) ? SAY_DIGEST_BUYER : SAY_DIGEST_ENDED, v);
}

static const char *digest_line(struct sheet *s, const struct entry *entries, size_t count, size_t title_most)
{
    bool open = count > 1 && kinds[entries[1].kind].group <= GROUP_CLOSING;
    struct values v = {.what = digest_head(s, entries, count), .was = headline(s, entries, title_most)};
    return say(s, open ? SAY_DIGEST_FIRST : SAY_DIGEST_ONLY, v);
}

static void digest(struct sheet *s, const struct entry *entries, size_t count)
{
    size_t i = 0;
    heading(s, 1, digest_head(s, entries, count));
    for (; i < count && i < WRITTEN_MOST && s->html.len < DIGEST_BYTES_MOST; i++) {
        const struct entry *e = &entries[i];
        enum group group = kinds[e->kind].group;
        bool first = i == 0 || kinds[entries[i - 1].kind].group != group, last = i + 1 == count;
        if (first)
            heading(s, 2, group_heads[group][s->lang]);
        if (group != GROUP_ENDED) {
            in_full(s, e);
            continue;
        }
        if (first)
            list_open(s);
        item_plain(s, headline(s, e, TITLE_MOST));
        if (last || i + 1 == WRITTEN_MOST || s->html.len >= DIGEST_BYTES_MOST)
            list_close(s);
    }
    if (i < count)
        paragraph(s, say(s, SAY_AND_OTHERS, (struct values){.n = (int64_t)(count - i)}));
}

static const char *subject_with(struct sheet *s, const struct entry *entries, size_t count, size_t title_most)
{
    return s->digest ? digest_line(s, entries, count, title_most) : headline(s, entries, title_most);
}

// When it is too long, the title gives way first.
static const char *subject_of(struct sheet *s, const struct entry *entries, size_t count)
{
    const char *subject = subject_with(s, entries, count, TITLE_MOST);
    size_t title = characters(entries->title), len = characters(subject);
    if (len <= SUBJECT_MOST)
        return subject;
    title = title > len - SUBJECT_MOST + TITLE_LEAST ? title - (len - SUBJECT_MOST) : TITLE_LEAST;
    return cut(s, subject_with(s, entries, count, title), SUBJECT_MOST);
}

static void footer(struct sheet *s, const struct entry *e, const char *unsubscribe)
{
    enum phrase because = e->alert ? SAY_BECAUSE_ALERT : of_buyer(e->kind) ? SAY_BECAUSE_BUYER : SAY_BECAUSE;
    const char *url = checked(s, unsubscribe);
    gap(s);
    text_put(&s->plain, "-- \n"); // what mail programs take for the end of the letter
    text_put(&s->html, "<hr>\n<div style=\"font-size: .9em; color: #444444\">\n<p>");
    const char *words = say(s, because, (struct values){.who = e->alert});
    wrap(s, "", words);
    text_html(&s->html, words);
    text_put(&s->html, "</p>\n");
    if (url) {
        gap(s);
        link_line(s, LOOK_LINK, word(s, SAY_UNSUBSCRIBE), url);
    }
    text_put(&s->html, "</div>\n");
}

static void write_sheet(struct sheet *s, const struct entry *entries, size_t count, const char *unsubscribe, struct letter *out)
{
    s->digest = count > 1;
    out->subject = subject_of(s, entries, count);
    text_format(&s->html, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
                s->lang == LANG_FR ? "fr" : "en");
    text_html(&s->html, out->subject);
    text_put(&s->html, "</title></head>\n<body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em; color: #1a1a1a; "
                       "background: #ffffff\">\n");
    if (s->digest)
        digest(s, entries, count);
    else
        in_full(s, entries);
    footer(s, entries, unsubscribe);
    text_put(&s->html, "</body>\n</html>\n");
    out->text = arena_string(s->arena, text_string(&s->plain));
    out->html = arena_string(s->arena, text_string(&s->html));
}

bool told_write(const char *content, enum lang lang, const struct gazetteer *places, const struct told_links *links,
                const char *unsubscribe, struct arena *arena, struct letter *out)
{
    const char *why, *wrapped = arena_format(arena, "{\"content\":%s}", content);
    struct sheet s = {.lang = lang, .places = places, .links = links, .arena = arena};
    json_t *root = strict_load(wrapped, strlen(wrapped), arena, &why), *value = json_object_get(root, "content");
    size_t count = 0;
    const struct entry *entries = NULL;
    if (json_object_size(root) == 1 && (json_is_object(value) || json_is_array(value)))
        entries = entries_of(&s, value, &count);
    if (count) {
        text_init(&s.plain, SIZE_MAX / 2);
        text_init(&s.html, SIZE_MAX / 2);
        write_sheet(&s, entries, count, unsubscribe, out);
        text_fini(&s.plain);
        text_fini(&s.html);
    }
    json_decref(root);
    return count > 0;
}
