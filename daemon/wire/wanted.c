// SPDX-License-Identifier: EUPL-1.2
// Knows how a meeting that is wanted is written.
#include "wire/wanted.h"

#include "wire/hours.h"

#include <string.h>

#define WEIGHT_MOST 5
#define WEIGHT_COMMON 3

struct reading {
    struct spot *s;
    const struct map *tables, *people;
    struct map *ids; // of meetings
    struct agenda *a;
    struct agenda_meeting *meeting; // a->meeting, a->before while they are made
    struct agenda_pair *before;
};

// ---- Reading

static void read_id(void *ctx, json_t *v, int i)
{
    struct reading *r = ctx;
    const char *id = json_is_object(v) ? spot_needed_line(r->s, v, "id", WANTED_ID_MOST) : NULL;
    if (!id)
        return;
    size_t before = spot_enter(r->s, "id");
    spot_keep(r->s, r->ids, id, i);
    spot_leave(r->s, before);
    r->meeting[i].id = id;
}

static void read_previous(struct reading *r, json_t *v, struct agenda_meeting *m)
{
    static const char *const names[] = {"slot", "table", NULL};
    if (!v)
        return;
    size_t before = spot_enter(r->s, "previous");
    if (spot_object(r->s, v, names) && spot_needed(r->s, v, "slot")) {
        hours_slot(r->s, r->a, v, "slot", &m->old_slot);
        spot_member_named(r->s, v, "table", r->tables, &m->old_table);
    }
    spot_leave(r->s, before);
}

struct follower {
    struct reading *r;
    int meeting;
};

static void read_after(void *ctx, json_t *v, int i)
{
    const struct follower *f = ctx;
    struct reading *r = f->r;
    int first = spot_named(r->s, r->ids, v);
    (void)i;
    if (first == f->meeting)
        spot_fault(r->s, ERR_DUPLICATE, r->meeting[first].id);
    if (r->a->befores == AGENDA_PAIRS)
        spot_fault(r->s, ERR_TOO_LONG, arena_format(r->s->arena, "%d", AGENDA_PAIRS));
    else
        r->before[r->a->befores++] = (struct agenda_pair){first, f->meeting};
}

static void read_meeting(void *ctx, json_t *v, int i)
{
    static const char *const names[] = {"id",   "people", "weight", "session",  "forbidden",
                                        "slot", "table",  "after",  "previous", NULL};
    struct reading *r = ctx;
    struct spot *s = r->s;
    struct agenda_meeting *m = &r->meeting[i];
    int slot = AGENDA_NONE;
    *m = (struct agenda_meeting){m->id, .weight = WEIGHT_COMMON, .table = AGENDA_NONE, .old_slot = AGENDA_NONE,
                                 .old_table = AGENDA_NONE};
    if (!spot_object(s, v, names))
        return;
    if (spot_needed(s, v, "people")) {
        size_t before = spot_enter(s, "people");
        spot_two(s, r->people, spot_member(v, "people"), m->person);
        spot_leave(s, before);
    }
    spot_member_number(s, v, "weight", 1, WEIGHT_MOST, &m->weight);
    m->slots = hours_session(s, r->a, v, "session", hours_all(r->a)) & ~hours_slots(s, r->a, v, "forbidden", 0);
    hours_slot(s, r->a, v, "slot", &slot);
    m->locked = slot != AGENDA_NONE;
    m->slots &= m->locked ? 1ULL << slot : UINT64_MAX;
    spot_member_named(s, v, "table", r->tables, &m->table);
    spot_each(s, v, "after", AGENDA_PAIRS, "[\"…\"]", read_after, &(struct follower){r, i});
    read_previous(r, spot_member(v, "previous"), m);
}

void wanted_read(struct spot *s, const json_t *object, const struct map *tables, const struct map *people,
                 struct agenda *out)
{
    static const char form[] = "[{\"id\": \"…\", \"people\": [\"…\", \"…\"]}]";
    const json_t *list = spot_member(object, "meetings");
    size_t count = json_array_size(list), pairs = 0;
    for (size_t i = 0; i < count; i++)
        pairs += json_array_size(json_object_get(json_array_get(list, i), "after"));
    struct reading r = {.s = s,
                        .tables = tables,
                        .people = people,
                        .ids = map_new(),
                        .a = out,
                        .meeting = arena_array(s->arena, count, sizeof *r.meeting),
                        .before = arena_array(s->arena, pairs, sizeof *r.before)};
    if (spot_needed(s, object, "meetings"))
        spot_each(s, object, "meetings", AGENDA_MEETINGS, form, read_id, &r);
    if (count && count <= AGENDA_MEETINGS)
        spot_each(s, object, "meetings", AGENDA_MEETINGS, form, read_meeting, &r);
    map_free(r.ids);
    out->meetings = (int)count;
    out->meeting = r.meeting;
    out->before = r.before;
}

// ---- Writing

static void set_table(json_t *v, const struct agenda *a, int table)
{
    if (table != AGENDA_NONE)
        json_object_set_new(v, "table", json_string(a->table[table]));
}

// The slots of its session, when all that it may have lie in one of several; else all.
static uint64_t session_of(const struct agenda *a, uint64_t slots)
{
    uint64_t session = 0;
    int first = slots ? __builtin_ctzll(slots) : 0;
    for (int t = 0; t < a->slots; t++)
        session |= a->slot[t].session == a->slot[first].session ? 1ULL << t : 0;
    return slots && a->sessions > 1 && !(slots & ~session) ? session : hours_all(a);
}

// A lock says it all; one that cannot be kept is to the first slot, which is forbidden.
static void set_slots(json_t *v, const struct agenda *a, const struct agenda_meeting *m)
{
    int first = m->slots ? __builtin_ctzll(m->slots) : 0;
    uint64_t session = session_of(a, m->slots), forbidden = m->locked ? !m->slots : session & ~m->slots;
    if (m->locked)
        json_object_set_new(v, "slot", json_integer(first + 1));
    else if (session != hours_all(a))
        json_object_set_new(v, "session", json_string(a->session[a->slot[first].session]));
    if (forbidden)
        json_object_set_new(v, "forbidden", hours_slots_json(forbidden));
}

static json_t *meeting_json(const struct agenda *a, const struct agenda_meeting *m)
{
    json_t *v = json_pack("{sss[ss]si}", "id", m->id, "people", a->person[m->person[0]].id, a->person[m->person[1]].id,
                          "weight", m->weight);
    set_slots(v, a, m);
    set_table(v, a, m->table);
    if (m->old_slot != AGENDA_NONE) {
        json_t *previous = json_pack("{si}", "slot", m->old_slot + 1);
        set_table(previous, a, m->old_table);
        json_object_set_new(v, "previous", previous);
    }
    return v;
}

json_t *wanted_json(const struct agenda *a)
{
    json_t *list = json_array();
    for (int m = 0; m < a->meetings; m++)
        json_array_append_new(list, meeting_json(a, &a->meeting[m]));
    for (size_t i = 0; i < a->befores; i++) {
        json_t *second = json_array_get(list, (size_t)a->before[i].second), *after = json_object_get(second, "after");
        if (!after) {
            after = json_array();
            json_object_set_new(second, "after", after);
        }
        json_array_append_new(after, json_string(a->meeting[a->before[i].first].id));
    }
    return list;
}
