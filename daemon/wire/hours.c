// SPDX-License-Identifier: EUPL-1.2
// Knows when the slots of an agenda's sessions are.
#include "wire/hours.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 200 // characters
#define MINUTES_MOST 1440
#define DAY_MOST 1000
#define START_MOST INT64_C(7258118400) // 2200-01-01

struct sessions { // what is read so far
    struct spot *s;
    struct agenda_slot *slot;
    const char **name;
    int slots, count;
    bool hours; // one of them at least says when it is
};

static int64_t seconds(int minutes)
{
    return (int64_t)minutes * 60;
}

static int64_t date(const struct agenda_slot *t)
{
    return (t->start + seconds(t->offset) + 86400) / 86400;
}

// The day of a session whose first slot is t, where it does not say so.
static int common_day(const struct agenda_slot *first, const struct agenda_slot *t)
{
    return t == first ? 0 : t[-1].day + (t->start >= 0 && t[-1].start >= 0 && date(t) != date(t - 1));
}

void hours_instant(const struct agenda_slot *t, int minutes, char out[static 26])
{
    char utc[25];
    int offset = abs(t->offset);
    clock_format(t->start + seconds(minutes + t->offset), utc);
    if (offset == 0)
        snprintf(out, 26, "%.19sZ", utc);
    else
        snprintf(out, 26, "%.19s%c%02d:%02d", utc, t->offset < 0 ? '-' : '+', offset / 60 % 100, offset % 60);
}

// ---- Reading

static bool read_start(struct spot *s, const json_t *v, int64_t *start, int *offset)
{
    const char *text = json_string_value(v);
    if (!text)
        spot_fault(s, ERR_WRONG_TYPE, "\"2026-05-18T09:00:00+02:00\"");
    else if (!clock_parse(text, start))
        spot_fault(s, ERR_BAD_DATE, strlen(text) <= NAME_MOST ? text : "…");
    else if (*start < 0 || *start >= START_MOST)
        spot_fault(s, ERR_OUT_OF_RANGE, "1970-01-01..2199-12-31");
    else {
        const char *zone = text + strlen(text) - 6; // "+02:00", unless it is Z: the clock has seen that
        *offset = *zone == '+' || *zone == '-' ? atoi(zone + 1) * 60 + atoi(zone + 4) : 0;
        *offset = *zone == '-' ? -*offset : *offset;
        return true;
    }
    return false;
}

struct breaks { // of a session
    struct spot *s;
    int slots;
    int64_t behind[AGENDA_SLOTS]; // seconds, behind each slot
};

static void read_break(void *ctx, json_t *v, int i)
{
    static const char *const names[] = {"after", "minutes", NULL};
    struct breaks *b = ctx;
    int after = 0, minutes = 0;
    (void)i;
    if (!spot_object(b->s, v, names) || !spot_needed(b->s, v, "after") || !spot_needed(b->s, v, "minutes"))
        return;
    spot_member_number(b->s, v, "after", 1, b->slots - 1, &after);
    spot_member_number(b->s, v, "minutes", 1, MINUTES_MOST, &minutes);
    if (after && b->behind[after - 1])
        spot_fault(b->s, ERR_DUPLICATE, arena_format(b->s->arena, "%d", after));
    else if (after)
        b->behind[after - 1] = seconds(minutes);
}

// When the slots from t on are, which are one session's.
static void read_hours(struct spot *s, const struct sessions *all, const json_t *v, struct agenda_slot *t, int slots)
{
    struct breaks breaks = {.s = s, .slots = slots};
    int64_t start = -1;
    int offset = 0, minutes = 0;
    char least[26];
    bool begins = spot_needed(s, v, "start"), lasts = spot_needed(s, v, "minutes");
    if (!begins || !lasts)
        return;
    spot_member_number(s, v, "minutes", 1, MINUTES_MOST, &minutes);
    spot_each(s, v, "breaks", AGENDA_SLOTS, "[{\"after\": 3, \"minutes\": 20}]", read_break, &breaks);
    size_t before = spot_enter(s, "start");
    if (read_start(s, spot_member(v, "start"), &start, &offset)) {
        if (t > all->slot && t[-1].start >= 0 && start < t[-1].start + seconds(t[-1].minutes)) {
            hours_instant(t - 1, t[-1].minutes, least);
            spot_fault(s, ERR_OUT_OF_RANGE, arena_format(s->arena, "≥ %s", least));
        }
        for (int i = 0; i < slots; start += seconds(minutes) + breaks.behind[i++]) {
            t[i].start = start;
            t[i].minutes = minutes;
            t[i].offset = offset;
        }
    }
    spot_leave(s, before);
}

static void read_name(struct spot *s, struct sessions *all, const json_t *v)
{
    const char *name = spot_needed_line(s, v, "name", NAME_MOST);
    size_t before = spot_enter(s, "name");
    for (int i = 0; name && i < all->count; i++)
        if (all->name[i] && strcmp(all->name[i], name) == 0)
            spot_fault(s, ERR_DUPLICATE, name);
    spot_leave(s, before);
    all->name[all->count] = name;
}

static void read_session(void *ctx, json_t *v, int i)
{
    static const char *const names[] = {"name", "slots", "start", "minutes", "breaks", "day", NULL};
    struct sessions *all = ctx;
    struct spot *s = all->s;
    struct agenda_slot *t = all->slot + all->slots;
    int slots = 0, free = AGENDA_SLOTS - all->slots, least = t > all->slot ? t[-1].day + 1 : 1;
    if (!spot_object(s, v, names))
        return;
    read_name(s, all, v);
    if (spot_needed(s, v, "slots"))
        spot_member_number(s, v, "slots", 1, AGENDA_SLOTS, &slots);
    if (slots > free) {
        size_t before = spot_enter(s, "slots");
        spot_fault(s, ERR_TOO_LONG, arena_format(s->arena, "%d", AGENDA_SLOTS));
        spot_leave(s, before);
        slots = free;
    }
    for (i = 0; i < slots; i++)
        t[i] = (struct agenda_slot){.session = all->count, .start = -1};
    if (slots && all->hours)
        read_hours(s, all, v, t, slots);
    int day = slots ? common_day(all->slot, t) + 1 : least;
    spot_member_number(s, v, "day", least, DAY_MOST, &day);
    for (i = 0; i < slots; i++)
        t[i].day = day - 1;
    all->slots += slots;
    all->count++;
}

void hours_read(struct spot *s, const json_t *object, struct agenda *out)
{
    const json_t *list = spot_member(object, "sessions");
    size_t faults = s->faults->count;
    struct sessions all = {.s = s,
                           .slot = arena_array(s->arena, AGENDA_SLOTS, sizeof *all.slot),
                           .name = arena_array(s->arena, AGENDA_SLOTS, sizeof *all.name)};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        all.hours |= spot_member(v, "start") || spot_member(v, "minutes") || spot_member(v, "breaks");
    }
    if (spot_needed(s, object, "sessions"))
        spot_each(s, object, "sessions", AGENDA_SLOTS, "[{\"name\": \"…\", \"slots\": 8}]", read_session, &all);
    if (all.slots == 0 && s->faults->count == faults) {
        size_t before = spot_enter(s, "sessions");
        spot_fault(s, ERR_TOO_FEW, "1");
        spot_leave(s, before);
    }
    out->slot = all.slot;
    out->session = all.name;
    out->sessions = all.count;
    out->slots = s->faults->count == faults ? all.slots : AGENDA_SLOTS;
}

// ---- Slots

uint64_t hours_all(const struct agenda *a)
{
    return a->slots >= AGENDA_SLOTS ? UINT64_MAX : (1ULL << a->slots) - 1;
}

void hours_slot(struct spot *s, const struct agenda *a, const json_t *object, const char *name, int *out)
{
    int slot = *out + 1;
    spot_member_number(s, object, name, 1, a->slots, &slot);
    *out = slot - 1;
}

uint64_t hours_slots(struct spot *s, const struct agenda *a, const json_t *object, const char *name, uint64_t absent)
{
    const json_t *list = spot_member(object, name);
    uint64_t set = 0;
    int slot = 0;
    if (!list)
        return absent;
    size_t before = spot_enter(s, name), count = spot_array(s, list, AGENDA_SLOTS, "[1, 2]");
    for (size_t i = 0; i < count; i++) {
        size_t at = spot_item(s, i);
        if (spot_number(s, json_array_get(list, i), 1, a->slots, &slot)) {
            if (set >> (slot - 1) & 1)
                spot_fault(s, ERR_DUPLICATE, arena_format(s->arena, "%d", slot));
            set |= 1ULL << (slot - 1);
        }
        spot_leave(s, at);
    }
    spot_leave(s, before);
    return set;
}

uint64_t hours_session(struct spot *s, const struct agenda *a, const json_t *object, const char *name, uint64_t absent)
{
    const json_t *v = spot_member(object, name);
    const char *wanted = json_string_value(v);
    uint64_t set = 0;
    if (!v)
        return absent;
    size_t before = spot_enter(s, name);
    for (int t = 0; wanted && a->sessions && t < a->slots; t++)
        set |= text_equal(a->session[a->slot[t].session], wanted) ? 1ULL << t : 0;
    if (!wanted)
        spot_fault(s, ERR_WRONG_TYPE, "\"…\"");
    else if (!set)
        spot_fault(s, ERR_UNKNOWN_ID, strlen(wanted) <= NAME_MOST ? wanted : "…");
    spot_leave(s, before);
    return set;
}

json_t *hours_slots_json(uint64_t slots)
{
    json_t *list = json_array();
    for (; slots; slots &= slots - 1)
        json_array_append_new(list, json_integer(__builtin_ctzll(slots) + 1));
    return list;
}

// ---- Writing

static json_t *breaks_json(const struct agenda_slot *t, int slots)
{
    json_t *list = json_array();
    for (int i = 0; i + 1 < slots; i++) {
        int64_t rest = t[i + 1].start - t[i].start - seconds(t[i].minutes);
        if (rest >= 60)
            json_array_append_new(list, json_pack("{sisI}", "after", i + 1, "minutes", (json_int_t)(rest / 60)));
    }
    return list;
}

json_t *hours_json(const struct agenda *a)
{
    json_t *list = json_array();
    char start[26];
    for (int from = 0, slots = 0; from < a->slots; from += slots) {
        const struct agenda_slot *t = &a->slot[from];
        for (slots = 1; from + slots < a->slots && t[slots].session == t->session; slots++)
            ;
        json_t *v = json_pack("{sssi}", "name", a->session[t->session], "slots", slots);
        if (t->start >= 0) {
            hours_instant(t, 0, start);
            json_object_set_new(v, "start", json_string(start));
            json_object_set_new(v, "minutes", json_integer(t->minutes));
            json_t *breaks = breaks_json(t, slots);
            if (json_array_size(breaks))
                json_object_set(v, "breaks", breaks);
            json_decref(breaks);
        }
        if (t->day != common_day(a->slot, t))
            json_object_set_new(v, "day", json_integer(t->day + 1));
        json_array_append_new(list, v);
    }
    return list;
}
