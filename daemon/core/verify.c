// SPDX-License-Identifier: EUPL-1.2
// Knows whether a timetable keeps the rules, each of them read slot by slot.
#include "core/verify.h"

#include "core/slotname.h"

struct check {
    const struct agenda *a;
    const struct timetable *t;
    struct verify_fault *list, spare; // what does not fit into the list goes into the spare one
    size_t most, count;
    int *met;    // people x slots: the first meeting there
    int *seated; // tables x slots: likewise
};

static bool holds(uint64_t set, int slot)
{
    return (set >> slot) % 2 == 1;
}

static bool has(const struct agenda_meeting *m, int person)
{
    return m->person[0] == person || m->person[1] == person;
}

static bool placed(const struct check *c, int m)
{
    return c->t->slot[m] >= 0 && c->t->slot[m] < c->a->slots;
}

static bool seated(const struct check *c, int m)
{
    return placed(c, m) && c->t->table[m] >= 0 && c->t->table[m] < c->a->tables;
}

static int *met(const struct check *c, int person, int slot)
{
    return &c->met[(size_t)person * (size_t)c->a->slots + (size_t)slot];
}

static struct verify_fault *add(struct check *c, enum verify_rule rule, int meeting)
{
    struct verify_fault *f = c->count < c->most ? &c->list[c->count] : &c->spare;
    c->count++;
    *f = (struct verify_fault){.rule = rule,
                               .meeting = meeting,
                               .other = AGENDA_NONE,
                               .person = AGENDA_NONE,
                               .other_person = AGENDA_NONE,
                               .slot = meeting == AGENDA_NONE ? AGENDA_NONE : c->t->slot[meeting],
                               .table = meeting == AGENDA_NONE ? AGENDA_NONE : c->t->table[meeting]};
    return f;
}

static void check_shape(struct check *c, int m)
{
    int slot = c->t->slot[m], table = c->t->table[m];
    bool nowhere = slot == AGENDA_NONE && table == AGENDA_NONE;
    if (!nowhere && !seated(c, m))
        add(c, VERIFY_SHAPE, m);
}

static void check_people(struct check *c, int m)
{
    for (int side = 0; side < 2 && placed(c, m); side++) {
        int p = c->a->meeting[m].person[side];
        if (!holds(c->a->person[p].free, c->t->slot[m]))
            add(c, VERIFY_FREE, m)->person = p;
    }
}

static void check_slot(struct check *c, int m)
{
    const struct agenda_meeting *meeting = &c->a->meeting[m];
    bool allowed = placed(c, m) && holds(meeting->slots, c->t->slot[m]);
    if (meeting->locked && !allowed)
        add(c, VERIFY_LOCKED, m)->table = AGENDA_NONE;
    if (!meeting->locked && placed(c, m) && !allowed)
        add(c, VERIFY_SLOT, m);
    if (seated(c, m) && meeting->table != AGENDA_NONE && c->t->table[m] != meeting->table)
        add(c, VERIFY_LOCKED, m);
    if (c->a->complete && c->t->slot[m] == AGENDA_NONE)
        add(c, VERIFY_COMPLETE, m);
}

static void check_booth(struct check *c, int m)
{
    int p = c->a->meeting[m].person[0], q = c->a->meeting[m].person[1], table = c->t->table[m];
    int first = c->a->person[p].table, second = c->a->person[q].table;
    if (!seated(c, m) || (first == AGENDA_NONE && second == AGENDA_NONE) || table == first || table == second)
        return;
    struct verify_fault *f = add(c, VERIFY_BOOTH, m);
    f->person = first != AGENDA_NONE ? p : q;
    f->other_person = first != AGENDA_NONE && second != AGENDA_NONE ? q : AGENDA_NONE;
}

static void check_once(struct check *c, int m)
{
    for (int side = 0; side < 2 && placed(c, m); side++) {
        int p = c->a->meeting[m].person[side], *first = met(c, p, c->t->slot[m]);
        if (*first == AGENDA_NONE) {
            *first = m;
            continue;
        }
        struct verify_fault *f = add(c, VERIFY_TWICE, *first);
        f->other = m;
        f->person = p;
    }
}

static void check_table(struct check *c, int m)
{
    if (!seated(c, m))
        return;
    int *first = &c->seated[(size_t)c->t->table[m] * (size_t)c->a->slots + (size_t)c->t->slot[m]];
    if (*first == AGENDA_NONE)
        *first = m;
    else
        add(c, VERIFY_TABLE, *first)->other = m;
}

static void check_bound(struct check *c, const struct agenda_pair *pair)
{
    for (int slot = 0; slot < c->a->slots; slot++) {
        int m = *met(c, pair->first, slot), other = *met(c, pair->second, slot);
        if (m == AGENDA_NONE || other == AGENDA_NONE || m == other)
            continue;
        // One of the two in both meetings: said already.
        if (has(&c->a->meeting[m], pair->second) || has(&c->a->meeting[other], pair->first))
            continue;
        struct verify_fault *f = add(c, VERIFY_BOUND, m);
        f->other = other;
        f->person = pair->first;
        f->other_person = pair->second;
    }
}

static void check_before(struct check *c, const struct agenda_pair *pair)
{
    if (placed(c, pair->first) && placed(c, pair->second) && c->t->slot[pair->first] >= c->t->slot[pair->second])
        add(c, VERIFY_BEFORE, pair->first)->other = pair->second;
}

static void check_most(struct check *c, int p, int meetings)
{
    int most = c->a->person[p].most;
    if (most == 0 || meetings <= most)
        return;
    struct verify_fault *f = add(c, VERIFY_MOST, AGENDA_NONE);
    f->person = p;
    f->have = meetings;
    f->limit = most;
}

// The next slot after this one in which somebody has a meeting on the same day; AGENDA_NONE.
static int next_of_day(const struct check *c, int p, int slot)
{
    for (int t = slot + 1; t < c->a->slots && c->a->slot[t].day == c->a->slot[slot].day; t++)
        if (*met(c, p, t) != AGENDA_NONE)
            return t;
    return AGENDA_NONE;
}

// Returns the gaps: idle runs that are longer than the rest.
static int check_rest(struct check *c, int p)
{
    int gaps = 0, rest = c->a->person[p].rest;
    for (int slot = 0; slot < c->a->slots; slot++) {
        int m = *met(c, p, slot), next = m == AGENDA_NONE ? AGENDA_NONE : next_of_day(c, p, slot);
        if (next == AGENDA_NONE)
            continue;
        int idle = next - slot - 1;
        gaps += idle > rest;
        if (idle >= rest)
            continue;
        struct verify_fault *f = add(c, VERIFY_REST, m);
        f->other = *met(c, p, next);
        f->person = p;
        f->have = idle;
        f->limit = rest;
    }
    return gaps;
}

static void check_everybody(struct check *c, const int *meetings, int spread)
{
    int most = 0, fewest = 0, most_of = AGENDA_NONE, fewest_of = AGENDA_NONE;
    for (int p = 0; p < c->a->people; p++) {
        check_most(c, p, meetings[p]);
        int gaps = check_rest(c, p);
        if (most_of == AGENDA_NONE || gaps > most) {
            most = gaps;
            most_of = p;
        }
        if (fewest_of == AGENDA_NONE || gaps < fewest) {
            fewest = gaps;
            fewest_of = p;
        }
    }
    if (!c->a->complete || spread < 0 || most - fewest <= spread)
        return;
    struct verify_fault *f = add(c, VERIFY_SPREAD, AGENDA_NONE);
    f->person = most_of;
    f->other_person = fewest_of;
    f->have = most;
    f->limit = fewest + spread;
}

static int *nothing(struct arena *arena, int rows, int columns)
{
    size_t count = (size_t)rows * (size_t)columns;
    int *list = arena_array(arena, count, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = AGENDA_NONE;
    return list;
}

size_t verify_check(const struct agenda *a, const struct timetable *t, int spread, struct verify_fault *list,
                    size_t most)
{
    struct check c = {.a = a, .t = t, .list = list, .most = most};
    if (t->meetings != a->meetings) {
        add(&c, VERIFY_SHAPE, AGENDA_NONE);
        return c.count;
    }
    struct arena *arena = arena_new();
    int *meetings = arena_array(arena, (size_t)a->people, sizeof *meetings);
    c.met = nothing(arena, a->people, a->slots);
    c.seated = nothing(arena, a->tables, a->slots);
    for (int m = 0; m < a->meetings; m++) {
        check_shape(&c, m);
        check_people(&c, m);
        check_slot(&c, m);
        check_booth(&c, m);
        check_once(&c, m);
        check_table(&c, m);
        for (int side = 0; side < 2; side++)
            meetings[a->meeting[m].person[side]] += placed(&c, m);
    }
    for (size_t i = 0; i < a->bounds; i++)
        check_bound(&c, &a->bound[i]);
    for (size_t i = 0; i < a->befores; i++)
        check_before(&c, &a->before[i]);
    check_everybody(&c, meetings, spread);
    arena_free(arena);
    return c.count;
}

// Rules that are broken in several ways have further sentences.
enum { OTHER_AGENDA = VERIFY_RULES, NO_SLOT, NO_TABLE, BAD_SLOT, LOCK_LOST, LOCK_TABLE, BAD_LOCK, BOOTHS, SENTENCES };

// {m}, {o}: the meetings, {M}, {O}: with those who meet, {p}, {q}: the people, {s}: the slot, {l}: the one it is locked
// to, {t}: the table, {f}: the one it is locked to, {b}: the person's own, {n}, {h}: the numbers
static const char *const sentences[SENTENCES][2] = {
    [VERIFY_SHAPE] = {"Le rendez-vous {M} a lieu à une table qui n'existe pas (n° {t})",
                      "Meeting {M} lies at a table that does not exist (no. {t})"},
    [VERIFY_TWICE] = {"{p} rencontre deux personnes en même temps : {m} et {o}, {s}",
                      "{p} meets two people at the same time: {m} and {o}, {s}"},
    [VERIFY_BOUND] = {"{p} et {q}, qui vont ensemble, sont dans deux rendez-vous en même temps : {m} et {o}, {s}",
                      "{p} and {q}, who go together, are in two meetings at the same time: {m} and {o}, {s}"},
    [VERIFY_TABLE] = {"Deux rendez-vous ont lieu en même temps à la table {t} : {M} et {O}, {s}",
                      "Two meetings are at table {t} at the same time: {M} and {O}, {s}"},
    [VERIFY_FREE] = {"{p} n'est pas là au moment du rendez-vous {m}, {s}",
                     "{p} is not there at the time of meeting {m}, {s}"},
    [VERIFY_SLOT] = {"Le rendez-vous {M} n'est pas permis dans le {s}", "Meeting {M} is not allowed to lie in {s}"},
    [VERIFY_LOCKED] = {"Le rendez-vous {M} est fixé au {l} mais a lieu dans le {s}",
                       "Meeting {M} is locked to {l} but lies in {s}"},
    [VERIFY_BOOTH] = {"Le rendez-vous {M} a lieu à la table {t}, mais {p} reçoit toujours à la table {b}",
                      "Meeting {M} lies at table {t}, but {p} always meets at table {b}"},
    [VERIFY_BEFORE] = {"Le rendez-vous {M} doit avoir lieu avant le rendez-vous {O}, ce qui n'est pas le cas",
                       "Meeting {M} must take place before meeting {O}, but does not"},
    [VERIFY_MOST] = {"{p} a {n} rendez-vous mais en accepte {h} au plus", "{p} has {n} meetings but takes {h} at most"},
    [VERIFY_REST] = {"{p} n'a pas le repos demandé entre {m} et {o} (créneaux libres : {n} ; demandés : {h})",
                     "{p} does not have the rest asked for between {m} and {o} (free slots: {n}; asked for: {h})"},
    [VERIFY_COMPLETE] = {"Le rendez-vous {M} n'est pas placé, alors que tous les rendez-vous doivent l'être",
                         "Meeting {M} is not placed, although all meetings have to be"},
    [VERIFY_SPREAD] = {"Les trous sont mal partagés : {p} en a {n}, soit plus que les {h} permis au regard de {q}",
                       "The gaps are shared unfairly: {p} has {n}, more than the {h} allowed beside those of {q}"},
    [OTHER_AGENDA] = {"Cet emploi du temps n'est pas celui de cet agenda : le nombre de rendez-vous diffère",
                      "This timetable is not of this agenda: the number of meetings differs"},
    [NO_SLOT] = {"Le rendez-vous {M} a une table mais pas de créneau", "Meeting {M} has a table but no slot"},
    [NO_TABLE] = {"Le rendez-vous {M} a un créneau mais pas de table", "Meeting {M} has a slot but no table"},
    [BAD_SLOT] = {"Le rendez-vous {M} a lieu dans un créneau qui n'existe pas (n° {s})",
                  "Meeting {M} lies in a slot that does not exist (no. {s})"},
    [LOCK_LOST] = {"Le rendez-vous {M} est fixé au {l} mais n'est pas placé",
                   "Meeting {M} is locked to {l} but is not placed"},
    [LOCK_TABLE] = {"Le rendez-vous {M} est fixé à la table {f} mais a lieu à la table {t}",
                    "Meeting {M} is locked to table {f} but lies at table {t}"},
    [BAD_LOCK] = {"Le rendez-vous {M} est fixé à un créneau que sa session n'a pas, ou qui lui est interdit",
                  "Meeting {M} is locked to a slot that its session does not have, or that is forbidden to it"},
    [BOOTHS] = {"Le rendez-vous {M} a lieu à la table {t}, mais {p} et {q} ne reçoivent qu'à leurs propres tables",
                "Meeting {M} lies at table {t}, but {p} and {q} only meet at their own tables"},
};

static int sentence_of(const struct agenda *a, const struct verify_fault *f)
{
    if (f->rule == VERIFY_SHAPE && f->meeting == AGENDA_NONE)
        return OTHER_AGENDA;
    if (f->rule == VERIFY_SHAPE && f->slot == AGENDA_NONE)
        return NO_SLOT;
    if (f->rule == VERIFY_SHAPE && (f->slot < 0 || f->slot >= a->slots))
        return BAD_SLOT;
    if (f->rule == VERIFY_SHAPE && f->table == AGENDA_NONE)
        return NO_TABLE;
    if (f->rule == VERIFY_LOCKED && f->table != AGENDA_NONE)
        return LOCK_TABLE;
    if (f->rule == VERIFY_LOCKED && a->meeting[f->meeting].slots == 0)
        return BAD_LOCK;
    if (f->rule == VERIFY_LOCKED && f->slot == AGENDA_NONE)
        return LOCK_LOST;
    if (f->rule == VERIFY_BOOTH && f->other_person != AGENDA_NONE)
        return BOOTHS;
    return (int)f->rule;
}

static void put_meeting(struct text *out, const struct agenda *a, int m, bool people, enum lang lang)
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    if (!*meeting->id)
        text_format(out, "%s – %s", a->person[meeting->person[0]].name, a->person[meeting->person[1]].name);
    text_put(out, meeting->id);
    if (people && *meeting->id)
        text_format(out, " (%s %s %s)", a->person[meeting->person[0]].name, lang == LANG_FR ? "et" : "and",
                    a->person[meeting->person[1]].name);
}

static void put_slot(struct text *out, const struct agenda *a, int slot, enum lang lang)
{
    if (slot >= 0 && slot < a->slots)
        slotname_put_whole(out, a, slot, lang);
    else
        text_format(out, "%d", slot + 1);
}

static void put_table(struct text *out, const struct agenda *a, int table)
{
    if (table >= 0 && table < a->tables)
        text_put(out, a->table[table]);
    else
        text_format(out, "%d", table + 1);
}

static int locked_to(const struct agenda *a, int m)
{
    int slot = 0;
    while (slot < a->slots && !holds(a->meeting[m].slots, slot))
        slot++;
    return slot;
}

static void put_hole(struct text *out, const struct agenda *a, const struct verify_fault *f, char hole, enum lang lang)
{
    switch (hole) {
    case 'm':
    case 'M':
        put_meeting(out, a, f->meeting, hole == 'M', lang);
        break;
    case 'o':
    case 'O':
        put_meeting(out, a, f->other, hole == 'O', lang);
        break;
    case 'p':
    case 'q':
        text_put(out, a->person[hole == 'p' ? f->person : f->other_person].name);
        break;
    case 's':
    case 'l':
        put_slot(out, a, hole == 's' ? f->slot : locked_to(a, f->meeting), lang);
        break;
    case 't':
    case 'f':
    case 'b':
        put_table(out, a,
                  hole == 't'   ? f->table
                  : hole == 'f' ? a->meeting[f->meeting].table
                                : a->person[f->person].table);
        break;
    default:
        text_format(out, "%d", hole == 'n' ? f->have : f->limit);
    }
}

const char *verify_text(const struct agenda *a, const struct verify_fault *f, enum lang lang, struct arena *arena)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (const char *p = sentences[sentence_of(a, f)][lang]; *p; p++) {
        if (*p == '{') {
            put_hole(&t, a, f, p[1], lang);
            p += 2;
        } else
            text_byte(&t, *p);
    }
    const char *out = arena_copy(arena, text_string(&t), t.len);
    text_fini(&t);
    return out;
}
