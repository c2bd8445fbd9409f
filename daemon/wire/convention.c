// SPDX-License-Identifier: EUPL-1.2
// Knows how a convention is written and what must hold of it.
#include "wire/convention.h"

#include "base/clock.h"
#include "base/map.h"
#include "core/need.h"
#include "wire/field.h"
#include "wire/form.h"
#include "wire/member.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST INT64_C(946684800) // 2000-01-01
#define LAST INT64_C(4102444800) // 2100-01-01
#define UUID_SHAPE "01890a5d-ac96-774b-bcce-b302099a8057"

struct reading {
    struct arena *arena;
    struct faults *faults;
};

static const char *at_item(const struct reading *r, const char *at, const char *name, size_t i)
{
    return arena_format(r->arena, "%s/%s/%zu", at, name, i);
}

static int number(const struct form *f, const char *name)
{
    const char *s = form_value(f, name);
    return s ? atoi(s) : 0;
}

static bool boolean(const struct form *f, const char *name, bool absent)
{
    const char *s = form_value(f, name);
    return s ? text_equal(s, "true") : absent;
}

// The member as a list of no more than the record takes; NULL when there is none, or after a fault.
static json_t *list_of(const struct reading *r, json_t *object, const char *at, const char *record, const char *name)
{
    json_t *v = json_object_get(object, name);
    const struct field *f = field_find(record, name);
    if (!v || json_is_null(v))
        return NULL;
    if (!json_is_array(v))
        fault_add(r->faults, ERR_WRONG_TYPE, "[…]", "%s/%s", at, name);
    else if (f->needed && json_array_size(v) == 0)
        fault_add(r->faults, ERR_TOO_FEW, "1", "%s/%s", at, name);
    else if ((int64_t)json_array_size(v) > f->most)
        fault_add(r->faults, ERR_TOO_LONG, arena_format(r->arena, "%lld", (long long)f->most), "%s/%s", at, name);
    else
        return v;
    return NULL;
}

// ---- Instants

// days: a day may stand for its end in Paris.
static bool read_instant(const struct reading *r, const json_t *v, bool days, const char *at, int64_t *out)
{
    const char *s = json_string_value(v);
    int32_t day;
    if (!s)
        fault_add(r->faults, ERR_WRONG_TYPE, "\"2026-05-18T12:00:00+02:00\"", "%s", at);
    else if (days && clock_parse_day(s, &day))
        *out = clock_end_of_day_paris(day);
    else if (!clock_parse(s, out)) {
        fault_add(r->faults, ERR_BAD_DATE, strlen(s) <= 40 ? s : "…", "%s", at);
        return false;
    }
    if (s && *out >= FIRST && *out < LAST)
        return true;
    if (s)
        fault_add(r->faults, ERR_OUT_OF_RANGE, "2000-01-01..2099-12-31", "%s", at);
    return false;
}

// Without fractions, and in capitals: "2026-05-18T12:00:00+02:00", "2026-05-18T10:00:00Z".
static const char *plain_instant(const char *s, struct arena *arena)
{
    size_t len = strlen(s);
    bool utc = s[len - 1] == 'Z' || s[len - 1] == 'z';
    return arena_format(arena, "%.10sT%.8s%s", s, s + 11, utc ? "Z" : s + len - 6);
}

// ---- Sessions

static int order_breaks(const void *a, const void *b)
{
    return ((const struct convention_break *)a)->after - ((const struct convention_break *)b)->after;
}

static void read_breaks(const struct reading *r, json_t *object, const char *at, struct convention_session *s)
{
    json_t *list = list_of(r, object, at, "sitting", "breaks");
    s->breaks = arena_array(r->arena, json_array_size(list), sizeof *s->breaks);
    for (; s->break_count < json_array_size(list); s->break_count++) {
        struct form f;
        struct convention_break *b = &s->breaks[s->break_count];
        const char *here = at_item(r, at, "breaks", s->break_count);
        form_read_part(json_array_get(list, s->break_count), here, "pause", r->arena, &f, r->faults);
        *b = (struct convention_break){number(&f, "after"), number(&f, "minutes")};
        if (b->after && s->slots && b->after >= s->slots)
            fault_add(r->faults, ERR_OUT_OF_RANGE, arena_format(r->arena, "1..%d", s->slots - 1), "%s/after", here);
        for (size_t k = 0; k < s->break_count; k++)
            if (b->after && s->breaks[k].after == b->after)
                fault_add(r->faults, ERR_DUPLICATE, form_value(&f, "after"), "%s/after", here);
    }
    qsort(s->breaks, s->break_count, sizeof *s->breaks, order_breaks);
}

static void read_session(const struct reading *r, json_t *object, const char *at, struct convention_session *s)
{
    struct form f;
    form_read_part(object, at, "sitting", r->arena, &f, r->faults);
    *s = (struct convention_session){.name = form_value(&f, "name"), .start = TIME_UNKNOWN, .slots = number(&f, "slots"),
                                     .minutes = number(&f, "minutes")};
    json_t *start = json_object_get(object, "start");
    if (start && !json_is_null(start) && read_instant(r, start, false, arena_format(r->arena, "%s/start", at), &s->start))
        s->given = plain_instant(json_string_value(start), r->arena);
    else
        s->start = TIME_UNKNOWN;
    read_breaks(r, object, at, s);
}

static int64_t end_of(const struct convention_session *s)
{
    int64_t minutes = (int64_t)s->slots * s->minutes;
    for (size_t i = 0; i < s->break_count; i++)
        minutes += s->breaks[i].minutes;
    return s->start + minutes * 60;
}

static void read_sessions(const struct reading *r, json_t *root, struct convention *c)
{
    json_t *list = list_of(r, root, "", "convention", "sessions");
    int slots = 0;
    c->sessions = arena_array(r->arena, json_array_size(list), sizeof *c->sessions);
    for (; c->session_count < json_array_size(list); c->session_count++) {
        struct convention_session *s = &c->sessions[c->session_count];
        const char *at = at_item(r, "", "sessions", c->session_count);
        read_session(r, json_array_get(list, c->session_count), at, s);
        slots += s->slots;
        for (size_t k = 0; k < c->session_count; k++)
            if (text_equal(c->sessions[k].name, s->name))
                fault_add(r->faults, ERR_DUPLICATE, s->name, "%s/name", at);
        if (c->session_count && s->start != TIME_UNKNOWN && s[-1].start != TIME_UNKNOWN && s->start < end_of(s - 1))
            fault_add(r->faults, ERR_NOT_IN_ORDER, NULL, "%s/start", at);
    }
    if (slots > CONVENTION_SLOTS)
        fault_add(r->faults, ERR_OUT_OF_RANGE, arena_format(r->arena, "1..%d", CONVENTION_SLOTS), "/sessions");
}

// ---- The rest of a convention

static void read_tables(const struct reading *r, json_t *root, struct convention *c)
{
    json_t *list = list_of(r, root, "", "convention", "tables");
    struct map *seen = map_new();
    c->tables = arena_array(r->arena, json_array_size(list), sizeof *c->tables);
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t before = r->faults->count;
        const char *at = at_item(r, "", "tables", i);
        const char *name = form_text(json_array_get(list, i), field_find("table_state", "table")->most, at, r->arena, r->faults);
        if (!name && r->faults->count == before)
            fault_add(r->faults, ERR_REQUIRED, NULL, "%s", at);
        else if (name && map_set_string(seen, name, r->arena))
            fault_add(r->faults, ERR_DUPLICATE, name, "%s", at);
        else if (name)
            c->tables[c->table_count++] = name;
    }
    map_free(seen);
}

static void read_whole(const struct reading *r, json_t *root, struct convention *c)
{
    struct form f;
    form_read_part(root, "", "convention", r->arena, &f, r->faults);
    const char *mode = form_value(&f, "mode");
    *c = (struct convention){
        .name = form_value(&f, "name"), .description = form_value(&f, "description"), .place = form_value(&f, "place"),
        .public = boolean(&f, "public", false), .acceptance = boolean(&f, "acceptance", true), .across = boolean(&f, "across", false),
        .automatic = boolean(&f, "auto", true), .mode = mode ? (enum meeting_mode)word_value("meeting_mode", mode) : MEETING_MODE_ORGANISER,
        .until = TIME_UNKNOWN, .wishes = number(&f, "wishes"), .most = number(&f, "most"), .rest = number(&f, "rest"),
    };
    json_t *until = json_object_get(root, "until");
    if (until && !json_is_null(until) && !read_instant(r, until, true, "/until", &c->until))
        c->until = TIME_UNKNOWN;
    read_sessions(r, root, c);
    read_tables(r, root, c);
}

static json_t *load(const struct reading *r, const char *json, size_t len)
{
    const char *why = NULL;
    json_t *root = strict_load(json, len, r->arena, &why);
    if (!root)
        fault_add(r->faults, ERR_BAD_JSON, why, "%s", "");
    return root;
}

enum err convention_read(const char *json, size_t len, struct arena *arena, struct convention *out, struct faults *faults)
{
    struct reading r = {arena, faults};
    json_t *root = load(&r, json, len);
    *out = (struct convention){.until = TIME_UNKNOWN};
    if (!root)
        return ERR_BAD_JSON;
    read_whole(&r, root, out);
    json_decref(root);
    return faults->count ? ERR_INVALID : ERR_OK;
}

// ---- Writing

static void write_session(struct text *out, const struct convention_session *s)
{
    member_item(out);
    text_byte(out, '{');
    member_text(out, "name", s->name);
    member_text(out, "start", s->given);
    member_number(out, "slots", s->slots);
    member_number(out, "minutes", s->minutes);
    if (s->break_count)
        member_open(out, "breaks", '[');
    for (size_t i = 0; i < s->break_count; i++) {
        member_item(out);
        text_format(out, "{\"after\":%d,\"minutes\":%d}", s->breaks[i].after, s->breaks[i].minutes);
    }
    text_put(out, s->break_count ? "]}" : "}");
}

static void write_limits(struct text *out, const struct convention *c)
{
    const struct {
        const char *name;
        int value;
    } limits[] = {{"wishes", c->wishes}, {"most", c->most}, {"rest", c->rest}};
    char until[25];
    if (c->until != TIME_UNKNOWN) {
        clock_format(c->until, until);
        member_text(out, "until", until);
    }
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].value)
            member_number(out, limits[i].name, limits[i].value);
}

void convention_write(struct text *out, const struct convention *c)
{
    text_byte(out, '{');
    member_text(out, "name", c->name);
    if (c->description)
        member_text(out, "description", c->description);
    if (c->place)
        member_text(out, "place", c->place);
    member_bool(out, "public", c->public);
    member_text(out, "mode", word_of("meeting_mode", c->mode));
    member_bool(out, "acceptance", c->acceptance);
    member_bool(out, "across", c->across);
    member_bool(out, "auto", c->automatic);
    write_limits(out, c);
    member_open(out, "sessions", '[');
    for (size_t i = 0; i < c->session_count; i++)
        write_session(out, &c->sessions[i]);
    text_byte(out, ']');
    member_open(out, "tables", '[');
    for (size_t i = 0; i < c->table_count; i++)
        member_string(out, c->tables[i]);
    text_put(out, "]}");
}

// ---- The places of a timetable

static void read_place(const struct reading *r, json_t *object, const char *at, struct map *seen, struct convention_place *p)
{
    const struct field *slot = field_find("placement", "slot"), *table = field_find("placement", "table");
    json_t *v = json_object_get(object, "id");
    const char *id = json_string_value(v);
    if (!id)
        fault_add(r->faults, v && !json_is_null(v) ? ERR_WRONG_TYPE : ERR_REQUIRED, UUID_SHAPE, "%s/id", at);
    else if (!text_uuid(id))
        fault_add(r->faults, ERR_UNKNOWN_ID, strlen(id) <= 100 ? id : "…", "%s/id", at);
    else if (map_set_string(seen, id, r->arena))
        fault_add(r->faults, ERR_DUPLICATE, id, "%s/id", at);
    p->request = arena_string(r->arena, id);
    v = json_object_get(object, "slot");
    if (!v || json_is_null(v))
        return;
    p->slot = (int)json_integer_value(v);
    if (!json_is_integer(v))
        fault_add(r->faults, ERR_WRONG_TYPE, "12", "%s/slot", at);
    else if (json_integer_value(v) < 1 || json_integer_value(v) > slot->most)
        fault_add(r->faults, ERR_OUT_OF_RANGE, arena_format(r->arena, "1..%lld", (long long)slot->most), "%s/slot", at);
    v = json_object_get(object, "table");
    if (v && !json_is_null(v))
        p->table = form_text(v, table->most, arena_format(r->arena, "%s/table", at), r->arena, r->faults);
}

static void read_places(const struct reading *r, json_t *root, struct convention_places *out)
{
    json_t *from = json_object_get(root, "from"), *list = list_of(r, root, "", "timetable", "meetings");
    struct map *seen = map_new();
    out->from = arena_string(r->arena, json_string_value(from));
    if (from && !json_is_null(from) && (!out->from || !text_uuid(out->from)))
        fault_add(r->faults, ERR_WRONG_TYPE, UUID_SHAPE, "/from");
    if ((out->from == NULL) == (list == NULL) && r->faults->count == 0)
        fault_add(r->faults, list ? ERR_WRONG_TYPE : ERR_REQUIRED, "{\"from\"} / {\"meetings\"}", "/from");
    out->list = arena_array(r->arena, json_array_size(list), sizeof *out->list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *object = json_array_get(list, i);
        const char *at = at_item(r, "", "meetings", i);
        if (json_is_object(object))
            read_place(r, object, at, seen, &out->list[out->count++]);
        else
            fault_add(r->faults, ERR_WRONG_TYPE, "{…}", "%s", at);
    }
    map_free(seen);
}

enum err convention_read_places(const char *json, size_t len, struct arena *arena, struct convention_places *out, struct faults *faults)
{
    struct reading r = {arena, faults};
    json_t *root = load(&r, json, len);
    *out = (struct convention_places){0};
    if (!root)
        return ERR_BAD_JSON;
    read_places(&r, root, out);
    json_decref(root);
    return faults->count ? ERR_INVALID : ERR_OK;
}
