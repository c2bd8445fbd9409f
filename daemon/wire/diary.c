// SPDX-License-Identifier: EUPL-1.2
// Knows what a calendar says of a meeting.
#include "wire/diary.h"

#include "base/map.h"
#include "wire/ical.h"

#include <string.h>

#define SEQUENCES_FROM 1577836800 // 2020-01-01

int diary_lacks(const struct agenda *a)
{
    for (int s = 0; s < a->slots; s++)
        if (a->slot[s].start < 0)
            return s;
    return AGENDA_NONE;
}

static const char *who(const struct agenda_person *p, struct arena *arena)
{
    return p->organisation ? arena_format(arena, "%s (%s)", p->name, p->organisation) : p->name;
}

// Tables that have but a number are called what they are.
static const char *where(const char *table, struct arena *arena)
{
    return strspn(table, "0123456789") == strlen(table) ? arena_format(arena, "Table %s", table) : table;
}

static struct ical_event event(const struct agenda *a, int m, int slot, int table, struct arena *arena)
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    const struct agenda_person *one = &a->person[meeting->person[0]], *two = &a->person[meeting->person[1]];
    const struct agenda_slot *s = &a->slot[slot];
    return (struct ical_event){.start = s->start,
                               .end = s->minutes ? s->start + (int64_t)s->minutes * 60 : ICAL_NO_END,
                               .summary = arena_format(arena, "%s – %s", one->name, two->name),
                               .description = arena_format(arena, "%s\n%s", who(one, arena), who(two, arena)),
                               .location = table == AGENDA_NONE ? NULL : where(a->table[table], arena),
                               .busy = true};
}

// Of the agenda's name, when it begins, the meeting and who meets: it stays when others come or go, or all is planned again,
// and agendas without a name, whose meetings are all called "1", "2" ..., do not share it.
static const char *uid(const struct agenda *a, int m, struct arena *arena)
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    struct text known;
    text_init(&known, SIZE_MAX / 2);
    text_json(&known, a->name ? a->name : "");
    text_format(&known, "%lld", (long long)a->slot[0].start);
    text_json(&known, meeting->id);
    for (int side = 0; side < 2; side++)
        text_json(&known, a->person[meeting->person[side]].id);
    uint64_t hash = map_hash(text_string(&known), known.len);
    text_fini(&known);
    return arena_format(arena, "%s@%016llx.entregent", meeting->id, (unsigned long long)hash);
}

// Raised whenever a calendar is written: what was written last counts.
static int sequence(int64_t stamp)
{
    int64_t since = stamp - SEQUENCES_FROM;
    return since < 0 ? 0 : since > INT32_MAX ? INT32_MAX : (int)since;
}

void diary_write(struct text *out, const struct agenda *a, const struct timetable *t, int64_t stamp, enum lang lang)
{
    struct arena *arena = arena_new();
    struct ical_event *events = arena_array(arena, (size_t)a->meetings, sizeof *events);
    size_t count = 0;
    for (int m = 0; m < a->meetings; m++)
        if (t->slot[m] != AGENDA_NONE) {
            struct ical_event *e = &events[count++];
            *e = event(a, m, t->slot[m], t->table[m], arena);
            e->uid = uid(a, m, arena);
            e->sequence = sequence(stamp);
            e->stamp = stamp;
        }
    const struct ical_calendar calendar = {.name = a->name && *a->name ? a->name : "Rendez-vous",
                                           .product = lang == LANG_FR ? "-//Entregent//Entregent//FR" : "-//Entregent//Entregent//EN"};
    ical_write(out, &calendar, events, count);
    arena_free(arena);
}
