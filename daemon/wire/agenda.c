// SPDX-License-Identifier: EUPL-1.2
// Knows how agendas and timetables are written as JSON.
#include "wire/agenda.h"

#include "wire/hours.h"
#include "wire/spot.h"
#include "wire/strict.h"
#include "wire/wanted.h"

#include <stdio.h>
#include <string.h>

struct reading {
    struct spot s;
    struct agenda a;
    struct agenda_person *person; // a.person, a.bound while they are made
    struct agenda_pair *bound;
    struct map *tables, *people; // names and ids to numbers
};

// ---- Reading an agenda

// half: of the people, who cannot have more tables at once; nor can the meetings.
static void read_tables(struct reading *r, const json_t *v, size_t half, size_t meetings)
{
    struct spot *s = &r->s;
    size_t needed = meetings < half ? meetings : half;
    int count = needed < 1 ? 1 : needed > AGENDA_TABLES ? AGENDA_TABLES : (int)needed;
    size_t before = spot_enter(s, "tables");
    if (json_is_array(v)) {
        size_t faults = s->faults->count;
        count = (int)spot_array(s, v, AGENDA_TABLES, "");
        if (count < 1 && s->faults->count == faults)
            spot_fault(s, ERR_TOO_FEW, "1");
    } else if (v)
        spot_number(s, v, 1, AGENDA_TABLES, &count);
    const char **names = arena_array(s->arena, (size_t)count, sizeof *names);
    for (int i = 0; i < count; i++) {
        size_t at = spot_item(s, (size_t)i);
        names[i] = json_is_array(v) ? spot_line(s, json_array_get(v, (size_t)i), WANTED_NAME_MOST)
                                    : arena_format(s->arena, "%d", i + 1);
        if (names[i])
            spot_keep(s, r->tables, names[i], i);
        spot_leave(s, at);
    }
    spot_leave(s, before);
    r->a.tables = count;
    r->a.table = names;
}

static void read_person(void *ctx, json_t *v, int i)
{
    static const char *const names[] = {"id", "name", "organisation", "absent", "most", "rest", "table", NULL};
    struct reading *r = ctx;
    struct spot *s = &r->s;
    struct agenda_person *p = &r->person[i];
    *p = (struct agenda_person){.id = "", .table = AGENDA_NONE};
    if (!spot_object(s, v, names))
        return;
    const char *id = spot_needed_line(s, v, "id", WANTED_ID_MOST);
    if (id) {
        size_t before = spot_enter(s, "id");
        spot_keep(s, r->people, id, i);
        spot_leave(s, before);
        p->id = id;
    }
    p->name = p->id;
    spot_member_line(s, v, "name", WANTED_NAME_MOST, &p->name);
    spot_member_line(s, v, "organisation", WANTED_NAME_MOST, &p->organisation);
    p->free = hours_all(&r->a) & ~hours_slots(s, &r->a, v, "absent", 0);
    spot_member_number(s, v, "most", 0, AGENDA_SLOTS, &p->most);
    spot_member_number(s, v, "rest", 0, AGENDA_SLOTS, &p->rest);
    spot_member_named(s, v, "table", r->tables, &p->table);
}

static void read_bound(void *ctx, json_t *v, int i)
{
    struct reading *r = ctx;
    int two[2] = {0, 0};
    spot_two(&r->s, r->people, v, two);
    r->bound[i] = (struct agenda_pair){two[0], two[1]};
}

static void read_whole(struct reading *r, json_t *root)
{
    static const char *const names[] = {"name", "complete", "sessions", "tables", "people", "bound", "meetings", NULL};
    struct spot *s = &r->s;
    struct agenda *a = &r->a;
    size_t people = json_array_size(spot_member(root, "people")), bounds = json_array_size(spot_member(root, "bound"));
    r->person = arena_array(s->arena, people, sizeof *r->person);
    r->bound = arena_array(s->arena, bounds, sizeof *r->bound);
    spot_object(s, root, names);
    spot_member_line(s, root, "name", WANTED_NAME_MOST, &a->name);
    spot_member_bool(s, root, "complete", &a->complete);
    hours_read(s, root, a);
    read_tables(r, spot_member(root, "tables"), people / 2, json_array_size(spot_member(root, "meetings")));
    if (spot_needed(s, root, "people"))
        spot_each(s, root, "people", AGENDA_PEOPLE, "[{\"id\": \"…\"}]", read_person, r);
    spot_each(s, root, "bound", AGENDA_PAIRS, "[[\"…\", \"…\"]]", read_bound, r);
    wanted_read(s, root, r->tables, r->people, a);
    a->people = (int)people;
    a->person = r->person;
    a->bounds = bounds;
    a->bound = r->bound;
}

// NULL after a fault.
static json_t *load(const char *bytes, size_t len, struct arena *arena, struct faults *faults)
{
    const char *why;
    json_t *root = strict_load(bytes, len, arena, &why);
    if (!root)
        fault_add(faults, ERR_BAD_JSON, why, "%s", "");
    return root;
}

bool agenda_read(struct agenda *out, const char *bytes, size_t len, struct arena *arena, struct faults *faults)
{
    size_t before = faults->count;
    json_t *root = load(bytes, len, arena, faults);
    if (!root)
        return false;
    struct reading r = {.a.name = "", .tables = map_new(), .people = map_new()};
    spot_init(&r.s, arena, faults);
    read_whole(&r, root);
    map_free(r.tables);
    map_free(r.people);
    json_decref(root);
    if (faults->count == before)
        *out = r.a;
    return faults->count == before;
}

// ---- Writing an agenda

static bool numbered(const struct agenda *a)
{
    char digits[24];
    for (int i = 0; i < a->tables; i++) {
        snprintf(digits, sizeof digits, "%d", i + 1);
        if (strcmp(a->table[i], digits) != 0)
            return false;
    }
    return true;
}

static json_t *tables_json(const struct agenda *a)
{
    if (numbered(a))
        return json_integer(a->tables);
    json_t *list = json_array();
    for (int i = 0; i < a->tables; i++)
        json_array_append_new(list, json_string(a->table[i]));
    return list;
}

static void set_table(json_t *v, const struct agenda *a, int table)
{
    if (table != AGENDA_NONE)
        json_object_set_new(v, "table", json_string(a->table[table]));
}

static json_t *person_json(const struct agenda *a, const struct agenda_person *p)
{
    json_t *v = json_pack("{ss}", "id", p->id);
    uint64_t absent = hours_all(a) & ~p->free;
    if (strcmp(p->name, p->id) != 0)
        json_object_set_new(v, "name", json_string(p->name));
    if (p->organisation)
        json_object_set_new(v, "organisation", json_string(p->organisation));
    if (absent)
        json_object_set_new(v, "absent", hours_slots_json(absent));
    if (p->most)
        json_object_set_new(v, "most", json_integer(p->most));
    if (p->rest)
        json_object_set_new(v, "rest", json_integer(p->rest));
    set_table(v, a, p->table);
    return v;
}

json_t *agenda_json(const struct agenda *a)
{
    json_t *people = json_array(), *bound = json_array(), *root = json_object();
    for (int p = 0; p < a->people; p++)
        json_array_append_new(people, person_json(a, &a->person[p]));
    for (size_t i = 0; i < a->bounds; i++)
        json_array_append_new(bound,
                              json_pack("[ss]", a->person[a->bound[i].first].id, a->person[a->bound[i].second].id));
    if (*a->name)
        json_object_set_new(root, "name", json_string(a->name));
    json_object_set_new(root, "complete", json_boolean(a->complete));
    json_object_set_new(root, "sessions", hours_json(a));
    json_object_set_new(root, "tables", tables_json(a));
    json_object_set_new(root, "people", people);
    if (json_array_size(bound))
        json_object_set(root, "bound", bound);
    json_decref(bound);
    json_object_set_new(root, "meetings", wanted_json(a));
    return root;
}

// ---- Timetables

struct placing {
    struct spot s;
    const struct agenda *a;
    struct map *tables, *meetings; // names and ids to numbers
    bool *seen;                    // of each meeting
    struct timetable t;
};

static void read_place(void *ctx, json_t *v, int i)
{
    struct placing *p = ctx;
    struct spot *s = &p->s;
    int m = AGENDA_NONE;
    (void)i;
    if (!json_is_object(v)) {
        spot_fault(s, ERR_WRONG_TYPE, "{…}");
        return;
    }
    bool nowhere = json_is_null(json_object_get(v, "slot"));
    if (!spot_needed(s, v, "id") || (!nowhere && !spot_needed(s, v, "slot")))
        return;
    spot_member_named(s, v, "id", p->meetings, &m);
    if (m == AGENDA_NONE)
        return;
    if (p->seen[m])
        spot_fault(s, ERR_DUPLICATE, p->a->meeting[m].id);
    p->seen[m] = true;
    if (nowhere)
        return;
    hours_slot(s, p->a, v, "slot", &p->t.slot[m]);
    spot_member_named(s, v, "table", p->tables, &p->t.table[m]);
}

bool agenda_read_timetable(struct timetable *out, const struct agenda *a, const char *bytes, size_t len,
                           struct arena *arena, struct faults *faults)
{
    size_t before = faults->count;
    json_t *root = load(bytes, len, arena, faults);
    struct placing p = {.a = a, .tables = map_new(), .meetings = map_new(), .t = timetable_new(a->meetings, arena)};
    spot_init(&p.s, arena, faults);
    for (int i = 0; i < a->tables; i++)
        spot_keep(&p.s, p.tables, a->table[i], i);
    for (int m = 0; m < a->meetings; m++)
        spot_keep(&p.s, p.meetings, a->meeting[m].id, m);
    p.seen = arena_array(arena, (size_t)a->meetings, sizeof *p.seen);
    if (root && spot_needed(&p.s, root, "meetings"))
        spot_each(&p.s, root, "meetings", AGENDA_MEETINGS, "[{\"id\": \"…\", \"slot\": 1}]", read_place, &p);
    map_free(p.tables);
    map_free(p.meetings);
    json_decref(root);
    if (faults->count == before)
        *out = p.t;
    return faults->count == before;
}

static json_t *place_json(const struct agenda *a, int m, int slot, int table)
{
    const struct agenda_person *first = &a->person[a->meeting[m].person[0]],
                               *second = &a->person[a->meeting[m].person[1]];
    const struct agenda_slot *s = &a->slot[slot];
    char start[26], end[26];
    json_t *v = json_pack("{sss[ss]s[ss]siss}", "id", a->meeting[m].id, "people", first->id, second->id, "names",
                          first->name, second->name, "slot", slot + 1, "session", a->session[s->session]);
    if (s->start >= 0) {
        hours_instant(s, 0, start);
        hours_instant(s, s->minutes, end);
        json_object_set_new(v, "start", json_string(start));
        json_object_set_new(v, "end", json_string(end));
    }
    set_table(v, a, table);
    return v;
}

json_t *agenda_timetable_json(const struct agenda *a, const struct timetable *t)
{
    json_t *list = json_array();
    for (int m = 0; m < t->meetings; m++)
        if (t->slot[m] != AGENDA_NONE)
            json_array_append_new(list, place_json(a, m, t->slot[m], t->table[m]));
    return json_pack("{so}", "meetings", list);
}
