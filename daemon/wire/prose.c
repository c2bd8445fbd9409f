// SPDX-License-Identifier: EUPL-1.2
// Knows how a mail is worded, in text and in HTML.
#include "wire/prose.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400

enum {
    MESSAGE_MOST = 4000,
    WIDTH = 100,
};

static const char *const phrases[][2] = {
#define SAY(name, fr, en) {fr, en},
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

size_t prose_characters(const char *s)
{
    return characters_in(s, strlen(s));
}

const char *prose_cut(struct prose *p, const char *words, size_t most)
{
    size_t end = 0, n = 0;
    if (prose_characters(words) <= most)
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
    return arena_format(p->arena, "%.*s…", (int)end, words);
}

const char *prose_clean_bytes(struct prose *p, const char *from, size_t len, size_t most)
{
    char *out = arena_take(p->arena, len + 1), *to = out;
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
    return *out ? prose_cut(p, out, most) : NULL;
}

const char *prose_clean(struct prose *p, const char *words, size_t most)
{
    return words ? prose_clean_bytes(p, words, strlen(words), most) : NULL;
}

// Phrases

static void put_value(struct text *out, const struct prose_values *v, const char *name, size_t len, enum lang lang)
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

const char *prose_fill(struct prose *p, const char *const pattern[2], struct prose_values v)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    for (const char *at = pattern[p->lang]; *at;) {
        size_t len = strcspn(at, "{");
        text_add(&out, at, len);
        at += len;
        if (!*at)
            break;
        len = strcspn(at, "}");
        put_value(&out, &v, at + 1, len - 1, p->lang);
        at += len + 1;
    }
    const char *made = arena_string(p->arena, text_string(&out));
    text_fini(&out);
    return made;
}

const char *prose_say(struct prose *p, enum prose_phrase phrase, struct prose_values v)
{
    return prose_fill(p, phrases[phrase], v);
}

const char *prose_word(const struct prose *p, enum prose_phrase phrase)
{
    return phrases[phrase][p->lang];
}

static const char *grouped(struct prose *p, const char *digits)
{
    struct text out;
    int64_t n;
    if (!text_int(digits, &n))
        return digits;
    text_init(&out, 64);
    for (size_t i = 0, len = strlen(digits); i < len; i++) {
        if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
            text_put(&out, prose_word(p, PROSE_THOUSANDS));
        text_byte(&out, digits[i]);
    }
    const char *made = arena_string(p->arena, text_string(&out));
    text_fini(&out);
    return made;
}

const char *prose_range(struct prose *p, const char *least, const char *most)
{
    struct prose_values v = {.was = grouped(p, least), .what = grouped(p, most)};
    if (!*least && !*most)
        return NULL;
    return prose_say(p, !*least ? PROSE_RANGE_MOST : !*most ? PROSE_RANGE_LEAST : PROSE_RANGE, v);
}

const char *prose_listed(struct prose *p, const char *list, const char *item)
{
    return list ? arena_format(p->arena, "%s, %s", list, item) : item;
}

// Times

// local: seconds as the clock on the wall counts them.
static struct prose_moment moment(int64_t local)
{
    struct prose_moment m = {0};
    char written[12];
    m.day = (int32_t)(local / DAY - (local % DAY < 0));
    int second = (int)(local - (int64_t)m.day * DAY);
    m.hour = second / 3600;
    m.minute = second / 60 % 60;
    clock_format_day(m.day, written);
    if (sscanf(written, "%d-%d-%d", &m.year, &m.month, &m.of_month) != 3 || m.month < 1 || m.month > 12)
        m.month = m.of_month = 1;
    return m;
}

// In Europe the clocks change at 01:00 UTC.
static int64_t paris(int64_t t)
{
    int64_t utc = t / DAY - (t % DAY < 0);
    int64_t today = utc * DAY - clock_end_of_day_paris((int32_t)utc - 1);
    int64_t tomorrow = (utc + 1) * DAY - clock_end_of_day_paris((int32_t)utc);
    return t + (t < utc * DAY + 3600 ? today : tomorrow);
}

int prose_zone(const char *instant)
{
    size_t len = instant ? strlen(instant) : 0;
    const char *zone = len >= 6 ? instant + len - 6 : "";
    int hours, minutes;
    char sign;
    if (sscanf(zone, "%c%2d:%2d", &sign, &hours, &minutes) != 3 || !strchr("+-", sign) || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return PROSE_PARIS;
    int offset = (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
    return offset >= 0 && offset <= 120 ? PROSE_PARIS : offset;
}

struct prose_moment prose_at(int64_t t, int zone)
{
    const int64_t least = -62135596800, most = 253402300799; // years 1 to 9999
    t = t < least + DAY ? least + DAY : t > most - DAY ? most - DAY : t;
    return moment(zone == PROSE_PARIS ? paris(t) : t + zone * 60);
}

// Midnight belongs to the day that it ends.
struct prose_moment prose_until(int64_t t)
{
    struct prose_moment m = moment(paris(t));
    if (m.hour || m.minute || t % 60)
        return m;
    m = moment(paris(t) - DAY);
    m.midnight = true;
    return m;
}

const char *prose_day(struct prose *p, struct prose_moment m)
{
    const char *month = months[m.month - 1][p->lang];
    if (m.of_month == 1)
        return arena_format(p->arena, "%s %s", prose_word(p, PROSE_FIRST_OF_MONTH), month);
    return arena_format(p->arena, "%d %s", m.of_month, month);
}

const char *prose_date(struct prose *p, struct prose_moment m)
{
    const char *weekday = weekdays[((m.day + 4) % 7 + 7) % 7][p->lang];
    return arena_format(p->arena, "%s %s %d", weekday, prose_day(p, m), m.year);
}

const char *prose_hour(struct prose *p, struct prose_moment m)
{
    return arena_format(p->arena, p->lang == LANG_FR ? "%d h %02d" : "%02d:%02d", m.hour, m.minute);
}

const char *prose_instant(struct prose *p, int64_t t)
{
    struct prose_moment m = prose_until(t);
    const char *time = m.midnight ? prose_word(p, PROSE_MIDNIGHT) : prose_hour(p, m);
    return prose_say(p, PROSE_AT, (struct prose_values){.what = prose_date(p, m), .was = time});
}

void prose_gap(struct prose *p)
{
    if (p->plain.len)
        text_byte(&p->plain, '\n');
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

void prose_wrap(struct prose *p, const char *first, const char *words)
{
    size_t indent = prose_characters(first), column = indent;
    text_put(&p->plain, first);
    for (const char *at = words, *end; *at; at = *end ? end + 1 : end) {
        end = at + strcspn(at, " ");
        while (*end && !may_break(at, end))
            end += 1 + strcspn(end + 1, " ");
        size_t width = characters_in(at, (size_t)(end - at));
        if (at > words && column + 1 + width > WIDTH) {
            text_format(&p->plain, "\n%*s", (int)indent, "");
            column = indent;
        } else if (at > words) {
            text_byte(&p->plain, ' ');
            column++;
        }
        text_add(&p->plain, at, (size_t)(end - at));
        column += width;
    }
    text_byte(&p->plain, '\n');
}

void prose_heading(struct prose *p, int level, const char *words)
{
    static const char *const sizes[] = {"1.5em", "1.25em", "1.1em", "1em"};
    prose_gap(p);
    prose_wrap(p, "", words);
    text_format(&p->html, "<h%d style=\"font-size: %s; margin: 1.2em 0 .4em\">", level, sizes[level - 1]);
    text_html(&p->html, words);
    text_format(&p->html, "</h%d>\n", level);
}

void prose_paragraph(struct prose *p, const char *words)
{
    prose_gap(p);
    prose_wrap(p, "", words);
    text_put(&p->html, "<p>");
    text_html(&p->html, words);
    text_put(&p->html, "</p>\n");
}

// "Acheteur : Ville de Riom"; in the HTML the label stands out.
static void labelled(struct prose *p, const char *first, const char *label, const char *value)
{
    const char *colon = prose_word(p, PROSE_COLON);
    prose_wrap(p, first, arena_format(p->arena, "%s%s %s", label, colon, value));
    text_put(&p->html, "<strong>");
    text_html(&p->html, label);
    text_format(&p->html, "%s</strong> ", colon);
    text_html(&p->html, value);
}

void prose_fact(struct prose *p, enum prose_phrase label, const char *value)
{
    if (!value)
        return;
    text_put(&p->html, "<div>");
    labelled(p, "", prose_word(p, label), value);
    text_put(&p->html, "</div>\n");
}

void prose_list_open(struct prose *p)
{
    text_put(&p->html, "<ul style=\"margin: .4em 0; padding-left: 1.4em\">\n");
}

void prose_list_close(struct prose *p)
{
    text_put(&p->html, "</ul>\n");
}

void prose_item(struct prose *p, const char *label, const char *value)
{
    text_put(&p->html, "<li>");
    labelled(p, "- ", label, value);
    text_put(&p->html, "</li>\n");
}

void prose_item_plain(struct prose *p, const char *words)
{
    prose_wrap(p, "- ", words);
    text_put(&p->html, "<li>");
    text_html(&p->html, words);
    text_put(&p->html, "</li>\n");
}

void prose_link(struct prose *p, enum prose_look look, const char *words, const char *url)
{
#define BUTTON "display: inline-block; padding: .6em 1.4em; border: 1px solid #1f4e79; border-radius: .3em; text-decoration: none; "
    static const char *const styles[] = {
        [PROSE_LOOK_LINK] = "color: #1f4e79",
        [PROSE_LOOK_BUTTON] = BUTTON "background: #1f4e79; color: #ffffff",
        [PROSE_LOOK_OTHER_BUTTON] = BUTTON "background: #ffffff; color: #1f4e79",
    };
#undef BUTTON
    const char *colon = prose_word(p, PROSE_COLON);
    prose_wrap(p, "", arena_format(p->arena, "%s%s %s", words, colon, url));
    text_put(&p->html, "<p><a href=\"");
    text_html(&p->html, url);
    text_format(&p->html, "\" style=\"%s\">", styles[look]);
    text_html(&p->html, words);
    text_put(&p->html, "</a></p>\n");
}

void prose_quote(struct prose *p, const char *words)
{
    bool begun = false, empty = false;
    size_t left = MESSAGE_MOST;
    text_put(&p->html, "<blockquote style=\"margin: .4em 0; padding-left: 1em; border-left: 3px solid #1f4e79\">");
    for (size_t len; *words && left > 2; words += len + (words[len] == '\n')) {
        len = strcspn(words, "\n");
        const char *line = prose_clean_bytes(p, words, len, left);
        empty = empty || !line;
        if (!line)
            continue;
        left -= prose_characters(line);
        text_put(&p->html, !begun ? "" : empty ? "<br><br>\n" : "<br>\n");
        text_put(&p->plain, begun && empty ? "\n" : "");
        prose_wrap(p, "    ", line);
        text_html(&p->html, line);
        begun = true;
        empty = false;
    }
    text_put(&p->html, "</blockquote>\n");
}

const char *prose_checked(struct prose *p, const char *url)
{
    if (!url || !(text_starts(url, "https://") || text_starts(url, "http://")))
        return NULL;
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c >= 0x7f)
            return NULL;
    return arena_string(p->arena, url);
}

// The mail as a whole

void prose_open(struct prose *p, const char *subject)
{
    text_init(&p->plain, SIZE_MAX / 2);
    text_init(&p->html, SIZE_MAX / 2);
    text_format(&p->html, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
                p->lang == LANG_FR ? "fr" : "en");
    text_html(&p->html, subject);
    text_put(&p->html, "</title></head>\n<body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em; color: #1a1a1a; "
                       "background: #ffffff\">\n");
    p->subject = subject;
}

static void footer(struct prose *p, const char *because, const char *unsubscribe)
{
    const char *url = prose_checked(p, unsubscribe);
    prose_gap(p);
    text_put(&p->plain, "-- \n"); // what mail programs take for the end of the letter
    text_put(&p->html, "<hr>\n<div style=\"font-size: .9em; color: #444444\">\n<p>");
    prose_wrap(p, "", because);
    text_html(&p->html, because);
    text_put(&p->html, "</p>\n");
    if (url) {
        prose_gap(p);
        prose_link(p, PROSE_LOOK_LINK, prose_word(p, PROSE_UNSUBSCRIBE), url);
    }
    text_put(&p->html, "</div>\n");
}

void prose_close(struct prose *p, const char *because, const char *unsubscribe, struct letter *out)
{
    footer(p, because, unsubscribe);
    text_put(&p->html, "</body>\n</html>\n");
    *out = (struct letter){p->subject, arena_string(p->arena, text_string(&p->plain)), arena_string(p->arena, text_string(&p->html))};
    text_fini(&p->plain);
    text_fini(&p->html);
}
