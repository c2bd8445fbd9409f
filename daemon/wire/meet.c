// SPDX-License-Identifier: EUPL-1.2
// Knows how a participant is told of its meetings.
#include "wire/meet.h"

#include "base/clock.h"
#include "wire/ical.h"
#include "wire/prose.h"
#include "wire/strict.h"

#include <stdlib.h>
#include <string.h>

enum {
    SUBJECT_MOST = 150,
    NAME_MOST = 60, // in a subject
    TITLE_MOST = 200,
    CHANGES_MOST = 200,
};

enum kind {
#define MEETING(name, kind, ...) KIND_##name,
#include "protocol/told.def"
    KIND_COUNT
};

static const struct {
    const char *word, *subject[2], *says[2], *link[2];
} kinds[] = {
#define MEETING(name, kind, fr, en, says_fr, says_en, link_fr, link_en) {kind, {fr, en}, {says_fr, says_en}, {link_fr, link_en}},
#include "protocol/told.def"
};

struct note {
    struct prose p;
    const struct meet_options *o;
    enum kind kind;
    const json_t *notice, *convention, *changes;
    const char *name, *organiser; // of the convention
    const char *with;             // whom the notice is about; the organiser when nobody
    int zone;
};

static const char *string(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

static const char *clean(struct note *n, const json_t *object, const char *name)
{
    return prose_clean(&n->p, string(object, name), TITLE_MOST);
}

static enum kind kind_of(const json_t *notice)
{
    enum kind k = 0;
    if (!json_is_object(json_object_get(notice, "convention")) || !json_is_object(json_object_get(notice, "participant")))
        return KIND_COUNT;
    while (k < KIND_COUNT && !text_equal(kinds[k].word, string(notice, "kind")))
        k++;
    return k;
}

bool meet_is(const char *content)
{
    const char *why;
    struct arena *arena = arena_new();
    json_t *notice = strict_load(content, strlen(content), arena, &why);
    bool is = notice && kind_of(notice) < KIND_COUNT;
    json_decref(notice);
    arena_free(arena);
    return is;
}

// "Anna Martin (Jardins de Thiers)"; NULL when there is nobody.
static const char *party(struct note *n, const json_t *person)
{
    const char *name = clean(n, person, "name"), *company = clean(n, person, "company");
    return name && company ? arena_format(n->p.arena, "%s (%s)", name, company) : name ? name : company;
}

static bool when(const struct note *n, const json_t *object, const char *name, struct prose_moment *m)
{
    int64_t t;
    if (!clock_parse(string(object, name), &t))
        return false;
    *m = prose_at(t, n->zone);
    return true;
}

// Meetings

// "9 h 00 – 9 h 20, table 3, Halle": what is not said is left out; NULL without an hour.
static const char *place_and_time(struct note *n, const json_t *meeting)
{
    struct prose_moment start, end;
    const char *table = clean(n, meeting, "table"), *place = clean(n, meeting, "place");
    if (!when(n, meeting, "start", &start))
        return NULL;
    const char *said = prose_hour(&n->p, start);
    if (when(n, meeting, "end", &end))
        said = arena_format(n->p.arena, "%s – %s", said, prose_hour(&n->p, end));
    if (table)
        said = arena_format(n->p.arena, "%s, %s", said, prose_say(&n->p, PROSE_MEETING_TABLE, (struct prose_values){.what = table}));
    if (place)
        said = arena_format(n->p.arena, "%s, %s", said, place);
    return said;
}

// What became of the meeting; NULL when nothing did, or when all are new.
static const char *news(struct note *n, const json_t *change)
{
    const char *what = string(change, "what");
    const json_t *was = json_object_get(change, "was");
    struct prose_moment before, now;
    if (n->kind != KIND_CHANGED && n->kind != KIND_TIMETABLE)
        return NULL;
    if (text_equal(what, "cancelled"))
        return prose_word(&n->p, PROSE_MEETING_CANCELLED);
    if (text_equal(what, "added"))
        return n->kind == KIND_CHANGED ? prose_word(&n->p, PROSE_MEETING_ADDED) : NULL;
    const char *then = text_equal(what, "moved") ? place_and_time(n, was) : NULL;
    if (!then)
        return NULL;
    if (when(n, was, "start", &before) && when(n, change, "start", &now) && before.day != now.day)
        then = arena_format(n->p.arena, "%s, %s", prose_date(&n->p, before), then);
    return prose_say(&n->p, PROSE_MEETING_MOVED, (struct prose_values){.was = then});
}

static void put_change(struct note *n, const json_t *change)
{
    const char *at = place_and_time(n, change), *who = party(n, json_object_get(change, "with")), *new = news(n, change);
    who = who ? who : "…";
    const char *value = new ? arena_format(n->p.arena, "%s · %s", who, new) : who;
    if (at)
        prose_item(&n->p, at, value);
    else
        prose_item_plain(&n->p, value);
}

static void put_changes(struct note *n)
{
    const int32_t none = INT32_MIN, unknown = INT32_MAX;
    size_t count = json_array_size(n->changes);
    int32_t day = none;
    for (size_t i = 0; i < count && i < CHANGES_MOST; i++) {
        const json_t *change = json_array_get(n->changes, i);
        struct prose_moment m;
        bool known = when(n, change, "start", &m);
        if (day == none || day != (known ? m.day : unknown)) {
            if (day != none)
                prose_list_close(&n->p);
            day = known ? m.day : unknown;
            if (known)
                prose_heading(&n->p, 2, prose_date(&n->p, m));
            else
                prose_gap(&n->p);
            prose_list_open(&n->p);
        }
        put_change(n, change);
    }
    if (count > CHANGES_MOST)
        prose_item_plain(&n->p, prose_say(&n->p, PROSE_AND_CHANGES, (struct prose_values){.n = (int64_t)(count - CHANGES_MOST)}));
    if (day != none)
        prose_list_close(&n->p);
}

// The letter

static int64_t placed(const struct note *n)
{
    int64_t count = 0;
    for (size_t i = 0; i < json_array_size(n->changes); i++)
        count += !text_equal(string(json_array_get(n->changes, i), "what"), "cancelled");
    return count;
}

static const char *subject_of(struct note *n)
{
    struct prose_values v = {.n = placed(n), .what = prose_cut(&n->p, n->name, NAME_MOST), .who = prose_cut(&n->p, n->with, NAME_MOST)};
    return prose_cut(&n->p, prose_fill(&n->p, kinds[n->kind].subject, v), SUBJECT_MOST);
}

// "mardi 2 mars 2027", "mardi 2 mars 2027 – mercredi 3 mars 2027"
static const char *days(struct note *n)
{
    struct prose_moment start, end;
    if (!when(n, n->convention, "starts", &start))
        return NULL;
    const char *first = prose_date(&n->p, start);
    if (!when(n, n->convention, "ends", &end) || end.day <= start.day)
        return first;
    return arena_format(n->p.arena, "%s – %s", first, prose_date(&n->p, end));
}

static void put_message(struct note *n)
{
    const char *message = string(n->notice, "message");
    if (!prose_clean(&n->p, message, 2))
        return;
    prose_heading(&n->p, 2, prose_word(&n->p, PROSE_MESSAGE));
    prose_quote(&n->p, message);
}

static void put_link(struct note *n, enum prose_look look, const char *kind, const char *words)
{
    const char *key = string(n->notice, "badge"), *url = NULL;
    if (text_uuid(key) && n->o->links && n->o->links->make)
        url = prose_checked(&n->p, n->o->links->make(n->o->links->ctx, kind, key));
    if (!url)
        return;
    prose_gap(&n->p);
    prose_link(&n->p, look, words, url);
}

static void put_links(struct note *n)
{
    put_link(n, PROSE_LOOK_BUTTON, "badge", kinds[n->kind].link[n->p.lang]);
    if (n->kind != KIND_TIMETABLE && n->kind != KIND_CHANGED && n->kind != KIND_REMINDER)
        return;
    put_link(n, PROSE_LOOK_LINK, "sheet", prose_word(&n->p, PROSE_MEETING_SHEET));
    put_link(n, PROSE_LOOK_LINK, "agenda", prose_word(&n->p, PROSE_MEETING_FOLLOW));
}

static void write_note(struct note *n, struct letter *out)
{
    bool preliminary = (n->kind == KIND_TIMETABLE || n->kind == KIND_CHANGED) && json_is_false(json_object_get(n->notice, "final"));
    prose_open(&n->p, subject_of(n));
    prose_heading(&n->p, 1, n->name);
    prose_paragraph(&n->p, prose_fill(&n->p, kinds[n->kind].says, (struct prose_values){.n = placed(n), .what = n->name, .who = n->with}));
    if (preliminary)
        prose_paragraph(&n->p, prose_word(&n->p, PROSE_PRELIMINARY));
    put_message(n);
    prose_gap(&n->p);
    prose_fact(&n->p, PROSE_ORGANISER, clean(n, n->convention, "organiser"));
    prose_fact(&n->p, PROSE_PLACE, clean(n, n->convention, "place"));
    prose_fact(&n->p, PROSE_DATE, days(n));
    put_changes(n);
    put_links(n);
    prose_close(&n->p, prose_say(&n->p, PROSE_BECAUSE_MEETING, (struct prose_values){.what = n->name, .who = n->organiser}), n->o->unsubscribe, out);
}

// The calendars

// Those that are cancelled, or the others, as wire/ical takes them; a new reference.
static json_t *events(const struct note *n, bool cancelled)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(n->changes); i++) {
        json_t *change = json_array_get(n->changes, i);
        int64_t start;
        if (!*string(change, "meeting") || !clock_parse(string(change, "start"), &start) || text_equal(string(change, "what"), "cancelled") != cancelled)
            continue;
        json_t *event = json_copy(change);
        json_object_set_new(event, "cancelled", json_boolean(cancelled));
        json_object_set(event, "stamp", json_object_get(n->notice, "at"));
        json_array_append_new(list, event);
    }
    return list;
}

static const char *calendar(struct note *n, bool cancelled)
{
    const struct ical_calendar c = {.name = n->name, .product = n->o->product, .host = n->o->host, .place = clean(n, n->convention, "place"),
                                    .method = cancelled ? "CANCEL" : "PUBLISH", .organiser = n->organiser, .address = n->o->address};
    json_t *list = events(n, cancelled);
    const char *made = NULL;
    if (json_array_size(list)) {
        struct text out;
        char *json = json_dumps(list, JSON_COMPACT);
        text_init(&out, SIZE_MAX / 2);
        if (ical_meetings(&out, &c, json, n->p.lang) == ERR_OK)
            made = arena_string(n->p.arena, text_string(&out));
        text_fini(&out);
        free(json);
    }
    json_decref(list);
    return made;
}

static void take(struct note *n, const json_t *notice)
{
    n->notice = notice;
    n->kind = kind_of(notice);
    n->convention = json_object_get(notice, "convention");
    n->changes = json_object_get(notice, "changes");
    n->zone = prose_zone(string(n->convention, "zone"));
    n->name = clean(n, n->convention, "name");
    n->name = n->name ? n->name : "Entregent";
    n->organiser = clean(n, n->convention, "organiser");
    n->organiser = n->organiser ? n->organiser : prose_word(&n->p, PROSE_ORGANISER);
    n->with = party(n, json_object_get(notice, "with"));
    n->with = n->with ? n->with : n->organiser;
}

bool meet_write(const char *content, enum lang lang, const struct meet_options *o, struct arena *arena, struct meet *out)
{
    const char *why;
    json_t *notice = strict_load(content, strlen(content), arena, &why);
    struct note n = {.p = {.lang = lang, .arena = arena}, .o = o};
    bool is = notice && kind_of(notice) < KIND_COUNT;
    if (is) {
        take(&n, notice);
        write_note(&n, &out->letter);
        out->publish = calendar(&n, false);
        out->cancel = calendar(&n, true);
    }
    json_decref(notice);
    return is;
}
