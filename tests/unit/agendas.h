// SPDX-License-Identifier: EUPL-1.2
// Agendas for tests: drawn ones, whether one is valid, and whether two are the same. Shares nothing with what reads them.
#ifndef TESTS_AGENDAS_H
#define TESTS_AGENDAS_H

#include "base/map.h"
#include "base/text.h"
#include "core/agenda.h"

#include <stdio.h>
#include <string.h>

static inline uint64_t agendas_next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static inline int agendas_below(uint64_t *seed, int n)
{
    return (int)(agendas_next(seed) % (uint64_t)n);
}

static inline bool agendas_one_in(uint64_t *seed, int n)
{
    return agendas_below(seed, n) == 0;
}

static inline uint64_t agendas_all(int slots)
{
    uint64_t all = 0;
    for (int t = 0; t < slots; t++)
        all |= 1ULL << t;
    return all;
}

// ---- Drawn agendas

// A name of its own for each number: plain, or with signs that JSON and its pointers escape.
static inline const char *agendas_name(uint64_t *seed, const char *kind, int i, struct arena *arena)
{
    switch (agendas_below(seed, 4)) {
    case 0:
        return arena_format(arena, "é/%s~%d", kind, i);
    case 1:
        return arena_format(arena, "\"%s\\ %d\"", kind, i);
    case 2:
        return arena_format(arena, "%d", i + 1);
    default:
        return arena_format(arena, "%s%d", kind, i);
    }
}

static inline const char **agendas_names(uint64_t *seed, const char *kind, int count, struct arena *arena)
{
    const char **names = arena_array(arena, (size_t)count, sizeof *names);
    bool numbered = agendas_one_in(seed, 2);
    for (int i = 0; i < count; i++)
        names[i] = numbered ? arena_format(arena, "%d", i + 1) : agendas_name(seed, kind, i, arena);
    return names;
}

// Sessions of some slots each; with hours: breaks, offsets that change, days that begin with and without a date of their own.
static inline void agendas_draw_slots(uint64_t *seed, struct agenda *a, struct arena *arena)
{
    bool hours = agendas_one_in(seed, 2);
    int day = agendas_one_in(seed, 9) ? agendas_below(seed, 5) : 0, session = 0;
    int64_t at = (int64_t)agendas_below(seed, 2000000000);
    int most = agendas_one_in(seed, 4) ? AGENDA_SLOTS : 12;
    struct agenda_slot *slot = arena_array(arena, AGENDA_SLOTS, sizeof *slot);
    do {
        int minutes = 5 + agendas_below(seed, 50), offset = agendas_below(seed, 4) * 60 * (agendas_below(seed, 3) - 1);
        for (int count = 1 + agendas_below(seed, most); count && a->slots < most; count--) {
            slot[a->slots++] = (struct agenda_slot){session, day, hours ? at : -1, hours ? minutes : 0, hours ? offset : 0};
            at += minutes * 60 + (agendas_one_in(seed, 4) ? 60 * (1 + agendas_below(seed, 90)) : 0);
        }
        at += agendas_below(seed, 3) * 12 * 3600;
        day += agendas_one_in(seed, 3);
        session++;
    } while (a->slots < most && !agendas_one_in(seed, 3));
    a->slot = slot;
    a->sessions = session;
    a->session = agendas_names(seed, "session", session, arena);
}

static inline void agendas_draw_people(uint64_t *seed, struct agenda *a, struct arena *arena)
{
    struct agenda_person *people = arena_array(arena, (size_t)a->people, sizeof *people);
    const char **ids = agendas_names(seed, "p", a->people, arena);
    for (int i = 0; i < a->people; i++)
        people[i] = (struct agenda_person){
            .id = ids[i],
            .name = agendas_one_in(seed, 2) ? ids[i] : "Ms A & Mr B",
            .organisation = agendas_one_in(seed, 2) ? "<Atelier>" : NULL,
            .free = agendas_all(a->slots) & (agendas_one_in(seed, 2) ? UINT64_MAX : agendas_next(seed)),
            .most = agendas_one_in(seed, 3) ? 1 + agendas_below(seed, 5) : 0,
            .rest = agendas_one_in(seed, 3) ? 1 + agendas_below(seed, 3) : 0,
            .table = agendas_one_in(seed, 4) ? agendas_below(seed, a->tables) : AGENDA_NONE,
        };
    a->person = people;
}

static inline uint64_t agendas_draw_allowed(uint64_t *seed, const struct agenda *a, bool locked)
{
    uint64_t set = agendas_all(a->slots);
    int session = agendas_below(seed, a->sessions);
    if (locked)
        return agendas_one_in(seed, 9) ? 0 : 1ULL << agendas_below(seed, a->slots);
    for (int t = 0; t < a->slots && session; t++)
        set &= a->slot[t].session == session ? UINT64_MAX : ~(1ULL << t);
    return agendas_one_in(seed, 3) ? set & agendas_next(seed) : set;
}

static inline void agendas_draw_meetings(uint64_t *seed, struct agenda *a, struct arena *arena)
{
    struct agenda_meeting *meetings = arena_array(arena, (size_t)a->meetings, sizeof *meetings);
    struct agenda_pair *before = arena_array(arena, 3 * (size_t)a->meetings, sizeof *before);
    const char **ids = agendas_names(seed, "m", a->meetings, arena);
    for (int i = 0; i < a->meetings; i++) {
        int first = agendas_below(seed, a->people), other = agendas_below(seed, a->people - 1);
        bool locked = agendas_one_in(seed, 6), old = agendas_one_in(seed, 3);
        meetings[i] = (struct agenda_meeting){
            .id = ids[i],
            .person = {first, other < first ? other : other + 1},
            .weight = 1 + agendas_below(seed, 5),
            .slots = agendas_draw_allowed(seed, a, locked),
            .locked = locked,
            .table = agendas_one_in(seed, 5) ? agendas_below(seed, a->tables) : AGENDA_NONE,
            .old_slot = old ? agendas_below(seed, a->slots) : AGENDA_NONE,
            .old_table = old && agendas_one_in(seed, 2) ? agendas_below(seed, a->tables) : AGENDA_NONE,
        };
        for (int k = agendas_one_in(seed, 4) ? agendas_below(seed, 4) : 0; k && a->meetings > 1; k--) {
            int others = agendas_below(seed, a->meetings - 1);
            before[a->befores++] = (struct agenda_pair){others < i ? others : others + 1, i};
        }
    }
    a->meeting = meetings;
    a->before = before;
}

static inline void agendas_draw(uint64_t seed, struct agenda *a, struct arena *arena)
{
    uint64_t *s = &seed;
    *a = (struct agenda){.name = agendas_one_in(s, 2) ? "" : "Rendez-vous, \"2026\"", .complete = agendas_one_in(s, 2),
                         .tables = 1 + agendas_below(s, 9), .people = 2 + agendas_below(s, 9),
                         .meetings = agendas_below(s, 30), .bounds = (size_t)agendas_below(s, 3)};
    struct agenda_pair *bound = arena_array(arena, a->bounds, sizeof *bound);
    for (size_t i = 0; i < a->bounds; i++) {
        bound[i].first = agendas_below(s, a->people);
        bound[i].second = (bound[i].first + 1 + agendas_below(s, a->people - 1)) % a->people;
    }
    a->bound = bound;
    a->table = agendas_names(s, "table", a->tables, arena);
    agendas_draw_slots(s, a, arena);
    agendas_draw_people(s, a, arena);
    agendas_draw_meetings(s, a, arena);
}

// ---- Valid: NULL, or what is not

static inline bool agendas_unique(struct map *seen, const char *name)
{
    return name && text_utf8(name, strlen(name)) && !map_set_string(seen, name, seen);
}

static inline const char *agendas_bad_slots(const struct agenda *a)
{
    if (a->slots < 1 || a->slots > AGENDA_SLOTS || a->sessions < 1 || a->slot[0].session || a->slot[0].day < 0 ||
        a->slot[a->slots - 1].session != a->sessions - 1)
        return "slots";
    for (int t = 0; t < a->slots; t++) {
        const struct agenda_slot *s = &a->slot[t];
        if ((s->start < 0) != (a->slot[0].start < 0) || (s->start < 0 ? s->start != -1 || s->minutes : s->minutes < 1))
            return "hours";
        if (t == 0)
            continue;
        bool same = s->session == s[-1].session;
        if ((!same && s->session != s[-1].session + 1) || s->day < s[-1].day || (same && s->day != s[-1].day))
            return "sessions";
        if (s->start >= 0 && s->start < s[-1].start + s[-1].minutes * 60)
            return "order of hours";
    }
    return NULL;
}

static inline bool agendas_at(int i, int count)
{
    return i >= 0 && i < count;
}

static inline bool agendas_at_or_none(int i, int count)
{
    return i == AGENDA_NONE || agendas_at(i, count);
}

static inline const char *agendas_bad_parts(const struct agenda *a, struct map *tables, struct map *people, struct map *meetings)
{
    uint64_t all = agendas_all(a->slots);
    for (int i = 0; i < a->tables; i++)
        if (!agendas_unique(tables, a->table[i]))
            return "tables";
    for (int i = 0; i < a->people; i++) {
        const struct agenda_person *p = &a->person[i];
        if (!agendas_unique(people, p->id) || !p->name || (p->free & ~all) || p->most < 0 || p->rest < 0 ||
            !agendas_at_or_none(p->table, a->tables))
            return "people";
    }
    for (int i = 0; i < a->meetings; i++) {
        const struct agenda_meeting *m = &a->meeting[i];
        if (!agendas_unique(meetings, m->id) || !agendas_at(m->person[0], a->people) ||
            !agendas_at(m->person[1], a->people) || m->person[0] == m->person[1] || m->weight < 1 || m->weight > 5 ||
            (m->slots & ~all) || (m->locked && __builtin_popcountll(m->slots) > 1) ||
            !agendas_at_or_none(m->table, a->tables) || !agendas_at_or_none(m->old_slot, a->slots) ||
            !agendas_at_or_none(m->old_table, a->tables) || (m->old_slot == AGENDA_NONE && m->old_table != AGENDA_NONE))
            return "meetings";
    }
    return NULL;
}

static inline const char *agendas_bad(const struct agenda *a)
{
    if (!a->name || a->tables < 1 || a->tables > AGENDA_TABLES || a->people < 0 || a->people > AGENDA_PEOPLE ||
        a->meetings < 0 || a->meetings > AGENDA_MEETINGS || a->befores > AGENDA_PAIRS || a->bounds > AGENDA_PAIRS)
        return "limits";
    for (size_t i = 0; i < a->befores; i++)
        if (!agendas_at(a->before[i].first, a->meetings) || !agendas_at(a->before[i].second, a->meetings) ||
            a->before[i].first == a->before[i].second)
            return "before";
    for (size_t i = 0; i < a->bounds; i++)
        if (!agendas_at(a->bound[i].first, a->people) || !agendas_at(a->bound[i].second, a->people) ||
            a->bound[i].first == a->bound[i].second)
            return "bound";
    const char *bad = agendas_bad_slots(a);
    if (bad)
        return bad;
    struct map *tables = map_new(), *people = map_new(), *meetings = map_new(), *sessions = map_new();
    bad = agendas_bad_parts(a, tables, people, meetings);
    for (int i = 0; i < a->sessions && !bad; i++)
        bad = agendas_unique(sessions, a->session[i]) ? NULL : "names of sessions";
    map_free(tables);
    map_free(people);
    map_free(meetings);
    map_free(sessions);
    return bad;
}

// ---- Same: NULL, or what differs

static inline bool agendas_same_text(const char *a, const char *b)
{
    return a == b || text_equal(a, b);
}

static inline bool agendas_same_pairs(const struct agenda_pair *a, const struct agenda_pair *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].first != b[i].first || a[i].second != b[i].second)
            return false;
    return true;
}

static inline bool agendas_same_meeting(const struct agenda_meeting *m, const struct agenda_meeting *n)
{
    return text_equal(m->id, n->id) && m->person[0] == n->person[0] && m->person[1] == n->person[1] &&
           m->weight == n->weight && m->slots == n->slots && m->locked == n->locked && m->table == n->table &&
           m->old_slot == n->old_slot && m->old_table == n->old_table;
}

static inline bool agendas_same_person(const struct agenda_person *p, const struct agenda_person *q)
{
    return text_equal(p->id, q->id) && text_equal(p->name, q->name) &&
           agendas_same_text(p->organisation, q->organisation) && p->free == q->free && p->most == q->most &&
           p->rest == q->rest && p->table == q->table;
}

static inline const char *agendas_differ(const struct agenda *a, const struct agenda *b)
{
    if (!text_equal(a->name, b->name) || a->complete != b->complete || a->slots != b->slots ||
        a->sessions != b->sessions || a->tables != b->tables || a->people != b->people || a->meetings != b->meetings ||
        a->befores != b->befores || a->bounds != b->bounds)
        return "counts";
    for (int t = 0; t < a->slots; t++) {
        const struct agenda_slot *s = &a->slot[t], *u = &b->slot[t];
        if (s->session != u->session || s->day != u->day || s->start != u->start || s->minutes != u->minutes ||
            s->offset != u->offset)
            return "slots";
    }
    for (int i = 0; i < a->sessions; i++)
        if (!text_equal(a->session[i], b->session[i]))
            return "sessions";
    for (int i = 0; i < a->tables; i++)
        if (!text_equal(a->table[i], b->table[i]))
            return "tables";
    for (int i = 0; i < a->people; i++)
        if (!agendas_same_person(&a->person[i], &b->person[i]))
            return "people";
    for (int i = 0; i < a->meetings; i++)
        if (!agendas_same_meeting(&a->meeting[i], &b->meeting[i]))
            return "meetings";
    if (!agendas_same_pairs(a->before, b->before, a->befores) || !agendas_same_pairs(a->bound, b->bound, a->bounds))
        return "pairs";
    return NULL;
}

#endif
