// SPDX-License-Identifier: EUPL-1.2
// Knows how notices are told in a mail.
#include "wire/told.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/score.h"
#include "wire/field.h"
#include "wire/prose.h"
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
    LOTS_MOST = 20,
    DIGEST_LOTS_MOST = 5,
    CHANGES_MOST = 30,
    DIGEST_CHANGES_MOST = 10,
    LINES_MOST = SCORE_COUNT,
    PLACES_MOST = 10,
    SUBJECT_PLACES_MOST = 2,
    WRITTEN_MOST = 50,
    DIGEST_BYTES_MOST = 1 << 18, // of HTML, after which notices are only counted
};

enum group {
#define GROUP(name, fr, en) GROUP_##name,
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

static const struct {
    const char *word;
    enum group group;
    const char *subject[2], *says[2], *alert[2], *link[2];
} kinds[] = {
#define NOTICE(name, kind, group, fr, en, says_fr, says_en, alert_fr, alert_en, link_fr, link_en) \
    {kind, GROUP_##group, {fr, en}, {says_fr, says_en}, {alert_fr, alert_en}, {link_fr, link_en}},
#include "protocol/told.def"
};

struct sheet {
    struct prose p;
    const struct gazetteer *places;
    const struct told_links *links;
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

// The day of a deadline in a line, with its year when that is not the notice's.
static const char *until_text(struct sheet *s, const struct entry *e)
{
    int64_t at;
    struct prose_moment m = prose_until(e->deadline);
    const char *day = prose_day(&s->p, m), *told = string_of(e->notice, "at");
    if (told && clock_parse(told, &at) && prose_until(at).year != m.year)
        day = arena_format(s->p.arena, "%s %d", day, m.year);
    return prose_say(&s->p, PROSE_UNTIL, (struct prose_values){.what = day});
}

// Values as text

static const char *value_text(struct sheet *s, const json_t *value)
{
    int64_t least = number_of(value, "min", -1), most = number_of(value, "max", -1);
    return prose_range(&s->p, least < 0 ? "" : arena_format(s->p.arena, "%" PRId64, least),
                       most < 0 ? "" : arena_format(s->p.arena, "%" PRId64, most));
}

static const char *place_text(struct sheet *s, const char *written)
{
    struct place place;
    if (s->places && place_parse(s->places, written, s->p.arena, &place) == ERR_OK)
        return prose_clean(&s->p, place_name(s->places, &place), NAME_MOST);
    const char *colon = strchr(written, ':');
    return prose_clean(&s->p, colon ? colon + 1 : written, NAME_MOST);
}

static const char *one_word_text(struct sheet *s, const char *list, const char *item)
{
    int value = word_value(list, item);
    return value < 0 ? item : word_text(list, (unsigned)value, s->p.lang);
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
        const char *item = item_text(s, f, arena_copy(s->p.arena, value, (size_t)(end - value)));
        all = item ? prose_listed(&s->p, all, item) : all;
    }
    return all;
}

static const char *changed_value(struct sheet *s, const struct field *f, const char *value)
{
    int64_t t;
    int32_t day;
    value = prose_clean(&s->p, value, CHANGE_MOST);
    if (!value || !f)
        return value;
    if (f->type == FIELD_INSTANT && clock_parse(value, &t))
        return prose_instant(&s->p, t);
    if (f->type == FIELD_DAY && clock_parse_day(value, &day))
        return prose_date(&s->p, prose_until(clock_end_of_day_paris(day)));
    const char *dots = f->type == FIELD_RANGE ? strstr(value, "..") : NULL;
    if (dots)
        return prose_range(&s->p, arena_copy(s->p.arena, value, (size_t)(dots - value)), dots + 2);
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
        return *field ? (*field)->text[s->p.lang] : prose_clean(&s->p, pointer, NAME_MOST);
    }
    int64_t number;
    const char *behind = pointer + sizeof lots - 1, *slash = strchr(behind, '/');
    if (!text_int(arena_copy(s->p.arena, behind, slash ? (size_t)(slash - behind) : strlen(behind)), &number))
        return prose_clean(&s->p, pointer, NAME_MOST);
    const char *lot = prose_say(&s->p, PROSE_LOT_HEAD, (struct prose_values){.n = number});
    *field = slash ? field_find("lot", slash + 1) : NULL;
    if (!slash)
        return lot;
    const char *name = *field ? (*field)->text[s->p.lang] : prose_clean(&s->p, slash + 1, NAME_MOST);
    return name ? arena_format(s->p.arena, "%s · %s", lot, name) : lot;
}

static const char *change_text(struct sheet *s, const struct change *c, const struct field *f)
{
    struct prose_values v = {.what = changed_value(s, f, c->after), .was = changed_value(s, f, c->before)};
    static const enum prose_phrase by_known[] = {PROSE_CHANGED_SOMEHOW, PROSE_ADDED, PROSE_REMOVED, PROSE_CHANGED};
    return prose_say(&s->p, by_known[(v.what ? 1 : 0) + (v.was ? 2 : 0)], v);
}

// Links

static const char *link_to(struct sheet *s, const char *kind, const char *id)
{
    if (!id || !text_uuid(id) || !s->links || !s->links->make)
        return NULL;
    return prose_checked(&s->p, s->links->make(s->links->ctx, kind, id));
}

static void answers(struct sheet *s, const struct entry *e)
{
    const char *url = link_to(s, "answer", e->answer);
    if (!url || kinds[e->kind].group > GROUP_CLOSING)
        return;
    url = arena_format(s->p.arena, "%s%ca=", url, strchr(url, '?') ? '&' : '?');
    if (s->digest)
        prose_gap(&s->p);
    else {
        prose_heading(&s->p, 2, prose_word(&s->p, PROSE_ANSWER));
        prose_paragraph(&s->p, prose_word(&s->p, PROSE_ANSWER_NOTE));
        prose_gap(&s->p);
    }
    prose_link(&s->p, PROSE_LOOK_BUTTON, prose_word(&s->p, PROSE_INTERESTED), arena_format(s->p.arena, "%sinterested", url));
    prose_link(&s->p, PROSE_LOOK_OTHER_BUTTON, prose_word(&s->p, PROSE_DECLINED), arena_format(s->p.arena, "%sdeclined", url));
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
    return text_equal(title, string_of(e->need, "title")) ? NULL : prose_clean(&s->p, title, most);
}

// "lot 2 Bureaux", "lots 1, 2 et 4", "7 lots"; NULL when the lot says no more than the need.
static const char *lots_line(struct sheet *s, const struct entry *e)
{
    const json_t *lots = json_object_get(e->notice, "lots"), *first = json_array_get(lots, 0);
    size_t count = json_array_size(lots);
    struct prose_values one = {.n = number_of(first, "lot", 1), .what = first ? lot_title(s, e, first, NAME_MOST) : NULL};
    if (count == 0 || (count == 1 && !one.what && one.n == 1))
        return NULL;
    if (count == 1)
        return prose_say(&s->p, one.what ? PROSE_LOT_TITLED : PROSE_LOT, one);
    if (count > 4)
        return prose_say(&s->p, PROSE_LOTS_COUNTED, (struct prose_values){.n = (int64_t)count});
    const char *list = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *n = arena_format(s->p.arena, "%" PRId64, number_of(json_array_get(lots, i), "lot", 0));
        list = i + 1 == count ? prose_say(&s->p, PROSE_AND, (struct prose_values){.what = list, .was = n}) : prose_listed(&s->p, list, n);
    }
    return prose_say(&s->p, PROSE_LOTS, (struct prose_values){.what = list});
}

static const char *need_line(struct sheet *s, const struct entry *e, size_t title_most)
{
    const char *title = prose_cut(&s->p, e->title, title_most), *lots = of_buyer(e->kind) ? NULL : lots_line(s, e);
    return lots ? prose_say(&s->p, PROSE_WITH_LOTS, (struct prose_values){.what = title, .was = lots}) : title;
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
        line = prose_listed(&s->p, line, names->list[i]);
    if (shown == names->count)
        return line;
    return prose_say(&s->p, PROSE_AND_PLACES, (struct prose_values){.what = line, .n = (int64_t)(names->count - shown)});
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
        line = arena_format(s->p.arena, "%s · %s", line, place);
    if (e->deadline != INT64_MAX && kinds[e->kind].group != GROUP_ENDED)
        line = arena_format(s->p.arena, "%s · %s", line, until_text(s, e));
    return line;
}

static struct prose_values values_of(struct sheet *s, const struct entry *e, const char *what, size_t who_most)
{
    static const char *const counts[KIND_COUNT] = {
        [KIND_CLOSING] = "days", [KIND_MATCHED] = "suppliers", [KIND_INTERESTS] = "interested"};
    struct prose_values v = {.what = what, .who = e->kind == KIND_INTEREST ? prose_cut(&s->p, e->who, who_most) : e->alert};
    if (counts[e->kind])
        v.n = count_of(e->notice, counts[e->kind]);
    if (e->kind == KIND_INTERESTS)
        v.was = arena_format(s->p.arena, "%" PRId64, count_of(e->notice, "total"));
    return v;
}

static const char *headline(struct sheet *s, const struct entry *e, size_t title_most)
{
    struct prose_values v = values_of(s, e, brief(s, e, title_most), NAME_MOST);
    if (e->kind == KIND_MATCHED && v.n == 0)
        return prose_say(&s->p, PROSE_MATCHED_NONE, v);
    return prose_fill(&s->p, kinds[e->kind].subject, v);
}

static const char *says(struct sheet *s, const struct entry *e)
{
    struct prose_values v = values_of(s, e, "", TITLE_MOST);
    if (e->kind == KIND_MATCHED && v.n == 0)
        return prose_word(&s->p, PROSE_MATCHED_NONE_SAYS);
    return prose_fill(&s->p, e->alert && kinds[e->kind].alert[s->p.lang] ? kinds[e->kind].alert : kinds[e->kind].says, v);
}

// A need in full

static const char *line_text(struct sheet *s, const json_t *line)
{
    const char *code = string_of(line, "code");
    for (int c = 0; c < SCORE_COUNT; c++)
        if (text_equal(code, score_word((enum score_code)c)))
            return score_text((enum score_code)c, s->p.lang);
    return prose_clean(&s->p, code, NAME_MOST);
}

static const char *hundred(struct sheet *s, int64_t score)
{
    return score < 0 ? NULL : prose_say(&s->p, PROSE_OF_HUNDRED, (struct prose_values){.n = score});
}

static const char *lot_places(struct sheet *s, const json_t *lot)
{
    struct names names = {.count = 0};
    add_places(s, &names, json_object_get(lot, "places"));
    return names_line(s, &names, PLACES_MOST);
}

static void lot_in_full(struct sheet *s, const struct entry *e, const json_t *lot)
{
    struct prose_values v = {.n = number_of(lot, "lot", 1), .what = lot_title(s, e, lot, TITLE_MOST)};
    const json_t *lines = json_object_get(lot, "lines");
    const char *places = lot_places(s, lot), *score = hundred(s, number_of(lot, "score", -1));
    prose_heading(&s->p, 3, prose_say(&s->p, v.what ? PROSE_LOT_HEAD_TITLED : PROSE_LOT_HEAD, v));
    prose_fact(&s->p, places && json_array_size(json_object_get(lot, "places")) > 1 ? PROSE_PLACES : PROSE_PLACE, places);
    prose_fact(&s->p, PROSE_VALUE, value_text(s, json_object_get(lot, "value")));
    if (!json_array_size(lines)) {
        prose_fact(&s->p, PROSE_SCORE, score);
        return;
    }
    prose_list_open(&s->p);
    for (size_t i = 0; i < json_array_size(lines) && i < LINES_MOST; i++) {
        const json_t *line = json_array_get(lines, i);
        const char *name = line_text(s, line);
        if (name)
            prose_item(&s->p, name, arena_format(s->p.arena, "%" PRId64, number_of(line, "points", 0)));
    }
    if (score)
        prose_item(&s->p, prose_word(&s->p, PROSE_TOTAL), score);
    prose_list_close(&s->p);
}

static const char *joined(struct sheet *s, const char *line, const char *part)
{
    return !part ? line : !line ? part : arena_format(s->p.arena, "%s · %s", line, part);
}

static void lot_in_a_line(struct sheet *s, const struct entry *e, const json_t *lot)
{
    const json_t *lines = json_object_get(lot, "lines");
    const char *title = lot_title(s, e, lot, CHANGE_MOST), *said = hundred(s, number_of(lot, "score", -1));
    const char *name = prose_say(&s->p, PROSE_LOT_HEAD, (struct prose_values){.n = number_of(lot, "lot", 1)});
    name = title ? arena_format(s->p.arena, "%s %s", name, title) : name;
    said = joined(s, joined(s, said, lot_places(s, lot)), value_text(s, json_object_get(lot, "value")));
    for (size_t i = 0; i < json_array_size(lines) && i < LINES_MOST; i++) {
        const json_t *line = json_array_get(lines, i);
        const char *why = line_text(s, line);
        if (why)
            said = joined(s, said, arena_format(s->p.arena, "%s (%" PRId64 ")", why, number_of(line, "points", 0)));
    }
    if (said)
        prose_item(&s->p, name, said);
    else
        prose_item_plain(&s->p, name);
}

static void lots(struct sheet *s, const struct entry *e)
{
    const json_t *list = json_object_get(e->notice, "lots");
    size_t count = json_array_size(list), most = s->digest ? DIGEST_LOTS_MOST : LOTS_MOST;
    if (!count || of_buyer(e->kind) || kinds[e->kind].group == GROUP_ENDED)
        return;
    if (s->digest)
        prose_list_open(&s->p);
    else
        prose_heading(&s->p, 2, prose_word(&s->p, e->alert ? PROSE_LOTS_HEAD : PROSE_WHY));
    for (size_t i = 0; i < count && i < most; i++)
        (s->digest ? lot_in_a_line : lot_in_full)(s, e, json_array_get(list, i));
    const char *rest = count > most ? prose_say(&s->p, PROSE_AND_LOTS, (struct prose_values){.n = (int64_t)(count - most)}) : NULL;
    if (rest && s->digest)
        prose_item_plain(&s->p, rest);
    else if (rest)
        prose_paragraph(&s->p, rest);
    if (s->digest)
        prose_list_close(&s->p);
}

static void changes(struct sheet *s, const struct entry *e)
{
    const struct field *field;
    int64_t count = 0, most = s->digest ? DIGEST_CHANGES_MOST : CHANGES_MOST;
    for (const struct change *c = e->changes; c; c = c->next) {
        if (c->undone)
            continue;
        if (++count == 1) {
            prose_heading(&s->p, s->digest ? 4 : 2, prose_word(&s->p, PROSE_CHANGES));
            prose_list_open(&s->p);
        }
        const char *name = changed_name(s, c->field, &field);
        if (count <= most)
            prose_item(&s->p, name ? name : "/", change_text(s, c, field));
    }
    if (count > most)
        prose_item_plain(&s->p, prose_say(&s->p, PROSE_AND_CHANGES, (struct prose_values){.n = count - most}));
    if (count)
        prose_list_close(&s->p);
}

static void facts(struct sheet *s, const struct entry *e)
{
    struct names places = {.count = 0};
    const char *kind = string_of(e->need, "kind");
    int value = word_value("need_kind", kind ? kind : "");
    bool ended = kinds[e->kind].group == GROUP_ENDED;
    add_places(s, &places, json_object_get(e->need, "places"));
    prose_gap(&s->p);
    prose_fact(&s->p, PROSE_ALERT, s->digest ? NULL : e->alert);
    if (!of_buyer(e->kind))
        prose_fact(&s->p, PROSE_BUYER, prose_clean(&s->p, string_of(json_object_get(e->need, "buyer"), "name"), TITLE_MOST));
    prose_fact(&s->p, PROSE_KIND, value < 0 ? NULL : word_text("need_kind", (unsigned)value, s->p.lang));
    prose_fact(&s->p, places.count > 1 ? PROSE_PLACES : PROSE_PLACE, names_line(s, &places, PLACES_MOST));
    prose_fact(&s->p, PROSE_DEADLINE, ended || e->deadline == INT64_MAX ? NULL : prose_instant(&s->p, e->deadline));
    if (!json_array_size(json_object_get(e->notice, "lots")))
        prose_fact(&s->p, PROSE_SCORE, ended ? NULL : hundred(s, e->score));
}

static void message(struct sheet *s, const struct entry *e)
{
    const char *words = e->kind == KIND_INTEREST ? string_of(e->notice, "message") : NULL;
    if (!words || !prose_clean(&s->p, words, 2))
        return;
    prose_heading(&s->p, s->digest ? 4 : 2, prose_word(&s->p, PROSE_MESSAGE));
    prose_quote(&s->p, words);
}

static void in_full(struct sheet *s, const struct entry *e)
{
    const char *url = link_to(s, "need", e->id);
    prose_heading(&s->p, s->digest ? 3 : 1, s->digest ? need_line(s, e, TITLE_MOST) : e->title);
    if (!s->digest || of_buyer(e->kind))
        prose_paragraph(&s->p, says(s, e));
    message(s, e);
    facts(s, e);
    changes(s, e);
    lots(s, e);
    answers(s, e);
    if (url) {
        prose_gap(&s->p);
        prose_link(&s->p, PROSE_LOOK_LINK, kinds[e->kind].link[s->p.lang], url);
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
    *at = arena_take(s->p.arena, sizeof **at);
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
    title = prose_clean(&s->p, string_of(e->need, "title"), TITLE_MOST);
    e->title = title ? title : prose_word(&s->p, PROSE_UNTITLED);
    e->alert = prose_clean(&s->p, string_of(json_object_get(notice, "alert"), "name"), TITLE_MOST);
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
    struct notice *list = arena_array(s->p.arena, most + 1, sizeof *list);
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
    struct entry *entries = arena_array(s->p.arena, notices + 1, sizeof *entries);
    for (size_t i = 0; i < notices; i++) {
        const json_t *notice = list[i].json;
        enum kind kind = kind_of(string_of(notice, "kind"));
        const char *need = string_of(json_object_get(notice, "need"), "id"), *who = NULL;
        if (kind == KIND_INTEREST)
            who = prose_clean(&s->p, string_of(json_object_get(notice, "supplier"), "name"), TITLE_MOST);
        who = who ? who : kind == KIND_INTEREST ? prose_word(&s->p, PROSE_SUPPLIER) : "";
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
    struct prose_values v = {.n = (int64_t)(open ? open : count), .who = entries->alert ? prose_cut(&s->p, entries->alert, NAME_MOST) : NULL};
    if (open)
        return prose_say(&s->p, entries->alert ? PROSE_DIGEST_ALERT : PROSE_DIGEST, v);
    return prose_say(&s->p, of_buyer(entries->kind) ? PROSE_DIGEST_BUYER : PROSE_DIGEST_ENDED, v);
}

static const char *digest_line(struct sheet *s, const struct entry *entries, size_t count, size_t title_most)
{
    bool open = count > 1 && kinds[entries[1].kind].group <= GROUP_CLOSING;
    struct prose_values v = {.what = digest_head(s, entries, count), .was = headline(s, entries, title_most)};
    return prose_say(&s->p, open ? PROSE_DIGEST_FIRST : PROSE_DIGEST_ONLY, v);
}

static void digest(struct sheet *s, const struct entry *entries, size_t count)
{
    size_t i = 0;
    prose_heading(&s->p, 1, digest_head(s, entries, count));
    for (; i < count && i < WRITTEN_MOST && s->p.html.len < DIGEST_BYTES_MOST; i++) {
        const struct entry *e = &entries[i];
        enum group group = kinds[e->kind].group;
        bool first = i == 0 || kinds[entries[i - 1].kind].group != group, last = i + 1 == count;
        if (first)
            prose_heading(&s->p, 2, group_heads[group][s->p.lang]);
        if (group != GROUP_ENDED) {
            in_full(s, e);
            continue;
        }
        if (first)
            prose_list_open(&s->p);
        prose_item_plain(&s->p, headline(s, e, TITLE_MOST));
        if (last || i + 1 == WRITTEN_MOST || s->p.html.len >= DIGEST_BYTES_MOST)
            prose_list_close(&s->p);
    }
    if (i < count)
        prose_paragraph(&s->p, prose_say(&s->p, PROSE_AND_OTHERS, (struct prose_values){.n = (int64_t)(count - i)}));
}

static const char *subject_with(struct sheet *s, const struct entry *entries, size_t count, size_t title_most)
{
    return s->digest ? digest_line(s, entries, count, title_most) : headline(s, entries, title_most);
}

// When it is too long, the title gives way first.
static const char *subject_of(struct sheet *s, const struct entry *entries, size_t count)
{
    const char *subject = subject_with(s, entries, count, TITLE_MOST);
    size_t title = prose_characters(entries->title), len = prose_characters(subject);
    if (len <= SUBJECT_MOST)
        return subject;
    title = title > len - SUBJECT_MOST + TITLE_LEAST ? title - (len - SUBJECT_MOST) : TITLE_LEAST;
    return prose_cut(&s->p, subject_with(s, entries, count, title), SUBJECT_MOST);
}

static void write_sheet(struct sheet *s, const struct entry *entries, size_t count, const char *unsubscribe, struct letter *out)
{
    s->digest = count > 1;
    enum prose_phrase because = entries->alert ? PROSE_BECAUSE_ALERT : of_buyer(entries->kind) ? PROSE_BECAUSE_BUYER : PROSE_BECAUSE;
    prose_open(&s->p, subject_of(s, entries, count));
    if (s->digest)
        digest(s, entries, count);
    else
        in_full(s, entries);
    prose_close(&s->p, prose_say(&s->p, because, (struct prose_values){.who = entries->alert}), unsubscribe, out);
}

bool told_write(const char *content, enum lang lang, const struct gazetteer *places, const struct told_links *links,
                const char *unsubscribe, struct arena *arena, struct letter *out)
{
    const char *why, *wrapped = arena_format(arena, "{\"content\":%s}", content);
    struct sheet s = {.p = {.lang = lang, .arena = arena}, .places = places, .links = links};
    json_t *root = strict_load(wrapped, strlen(wrapped), arena, &why), *value = json_object_get(root, "content");
    size_t count = 0;
    const struct entry *entries = NULL;
    if (json_object_size(root) == 1 && (json_is_object(value) || json_is_array(value)))
        entries = entries_of(&s, value, &count);
    if (count)
        write_sheet(&s, entries, count, unsubscribe, out);
    json_decref(root);
    return count > 0;
}
