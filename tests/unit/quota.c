// SPDX-License-Identifier: EUPL-1.2
// Tests core/quota: bounds that no timetable passes, by trying all of small agendas; and where they are reached.
#include "core/quota.h"
#include "core/timetable.h"
#include "draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SLOTS = 4, PEOPLE = 6, MEETINGS = 6, WEIGHTS = 5 * MEETINGS + 1 };

struct small {
    struct agenda agenda;
    struct agenda_view view;
    struct agenda_slot slot[SLOTS];
    struct agenda_person person[PEOPLE];
    struct agenda_meeting meeting[MEETINGS];
};

struct tries { // all timetables of a small agenda, one after the other
    const struct small *s;
    struct timetable t;
    int64_t weight;         // most
    int64_t share[WEIGHTS]; // most with this weight at least; -1: not possible
    int colours;            // fewest slots used, of timetables with all meetings
};

static uint64_t draw_slots(uint64_t *seed, int slots)
{
    uint64_t all = (1ULL << slots) - 1;
    return draw_one_in(seed, 2) ? all : draw_next(seed) & all;
}

// plain: everybody is there all the time, and meets at any hour, any number of times.
static void draw_small(struct small *s, uint64_t seed, bool plain, bool sides, struct arena *arena)
{
    uint64_t *x = &seed;
    int slots = 1 + (int)draw_below(x, SLOTS), people = 2 + (int)draw_below(x, PEOPLE - 1);
    int sessions = plain ? 1 : 1 + (int)draw_below(x, 2);
    *s = (struct small){.agenda = {.slots = slots,
                                   .sessions = sessions,
                                   .tables = 1 + (int)draw_below(x, 3),
                                   .people = people,
                                   .meetings = (int)draw_below(x, MEETINGS + 1),
                                   .slot = s->slot,
                                   .person = s->person,
                                   .meeting = s->meeting}};
    for (int t = 0; t < slots; t++)
        s->slot[t] =
            (struct agenda_slot){.session = t * sessions / slots, .day = draw_one_in(x, 2) ? t * sessions / slots : 0};
    for (int t = 1; t < slots; t++)
        s->slot[t].day = s->slot[t].day < s->slot[t - 1].day ? s->slot[t - 1].day : s->slot[t].day;
    for (int p = 0; p < people; p++)
        s->person[p] = (struct agenda_person){.free = plain ? (1ULL << slots) - 1 : draw_slots(x, slots),
                                              .table = AGENDA_NONE,
                                              .most = plain || draw_one_in(x, 2) ? 0 : 1 + (int)draw_below(x, 3),
                                              .rest = plain || draw_one_in(x, 2) ? 0 : (int)draw_below(x, 2)};
    int left = 1 + (int)draw_below(x, (size_t)people - 1);
    for (int m = 0; m < s->agenda.meetings; m++) {
        struct agenda_meeting *meeting = &s->meeting[m];
        int p = (int)draw_below(x, (size_t)(sides ? left : people)), q;
        do
            q = sides ? left + (int)draw_below(x, (size_t)(people - left)) : (int)draw_below(x, (size_t)people);
        while (q == p);
        *meeting = (struct agenda_meeting){.person = {p, q},
                                           .weight = 1 + (int)draw_below(x, 5),
                                           .table = AGENDA_NONE,
                                           .slots = plain ? (1ULL << slots) - 1 : draw_slots(x, slots),
                                           .old_slot = AGENDA_NONE,
                                           .old_table = AGENDA_NONE};
        if (!plain && draw_one_in(x, 2)) // one of a session
            for (int t = 0; t < slots; t++)
                if (s->slot[t].session != m % sessions)
                    meeting->slots &= ~(1ULL << t);
    }
    agenda_view(&s->view, &s->agenda, arena);
}

static bool is_free(const struct tries *x, int m, int slot)
{
    const struct agenda *a = &x->s->agenda;
    int at_tables = 0;
    for (int other = 0; other < m; other++)
        at_tables += x->t.slot[other] == slot;
    if (at_tables == a->tables || !(a->meeting[m].slots >> slot & 1))
        return false;
    for (int side = 0; side < 2; side++) {
        int p = a->meeting[m].person[side], own = 0;
        const struct agenda_person *person = &a->person[p];
        if (!(person->free >> slot & 1))
            return false;
        for (int other = 0; other < m; other++) {
            int at = x->t.slot[other];
            if (at == AGENDA_NONE || (a->meeting[other].person[0] != p && a->meeting[other].person[1] != p))
                continue;
            own++;
            if (at == slot || (abs(at - slot) <= person->rest && a->slot[at].day == a->slot[slot].day))
                return false;
        }
        if (person->most && own >= person->most)
            return false;
    }
    return true;
}

static void try_all(struct tries *x, int m)
{
    const struct agenda *a = &x->s->agenda;
    if (m == a->meetings) {
        struct timetable_value value;
        uint64_t used = 0;
        timetable_value(&value, &x->s->view, &x->t);
        int64_t weight = value.level[LEVEL_WEIGHT], share = value.level[LEVEL_FAIRNESS];
        x->weight = weight > x->weight ? weight : x->weight;
        for (; weight >= 0 && x->share[weight] < share; weight--)
            x->share[weight] = share;
        for (int i = 0; i < m; i++)
            used |= x->t.slot[i] == AGENDA_NONE ? 0 : 1ULL << x->t.slot[i];
        int colours = __builtin_popcountll(used);
        if (value.placed == m && (x->colours < 0 || colours < x->colours))
            x->colours = colours;
        return;
    }
    for (int slot = 0; slot < a->slots; slot++) {
        if (!is_free(x, m, slot))
            continue;
        x->t.slot[m] = slot;
        try_all(x, m + 1);
    }
    x->t.slot[m] = AGENDA_NONE;
    try_all(x, m + 1);
}

static struct tries tries_of(const struct small *s, struct arena *arena)
{
    struct tries x = {.s = s, .t = timetable_new(s->agenda.meetings, arena), .colours = -1};
    for (int w = 0; w < WEIGHTS; w++)
        x.share[w] = -1;
    try_all(&x, 0);
    return x;
}

static void no_timetable_passes_the_bounds(void **state)
{
    int reached = 0, cases = 400;
    (void)state;
    for (int i = 0; i < cases; i++) {
        struct arena *arena = arena_new();
        struct small s;
        draw_small(&s, (uint64_t)i, i % 4 == 0, i % 3 == 0, arena);
        struct tries x = tries_of(&s, arena);
        int64_t weight = quota_weight(&s.view);
        assert_true(weight >= x.weight);
        reached += weight == x.weight;
        for (int64_t w = 0; w <= x.weight; w++)
            assert_true(quota_share(&s.view, w) >= x.share[w]);
        arena_free(arena);
    }
    assert_true(reached * 10 > cases * 8);
}

// With two sides, and everybody there all the time, they are not passed but reached (Koenig).
static void between_two_sides_they_are_reached(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct arena *arena = arena_new();
        struct small s;
        struct quota_needs needs;
        draw_small(&s, seed, true, true, arena);
        struct tries x = tries_of(&s, arena);
        assert_int_equal(quota_weight(&s.view), x.weight);
        for (int64_t w = 0; w <= x.weight; w++)
            assert_int_equal(quota_share(&s.view, w), x.share[w]);
        quota_needs(&needs, &s.view);
        assert_true(needs.sides);
        arena_free(arena);
    }
}

static void agenda_of(struct small *s, int slots, int tables, int people, const int (*pairs)[2], int meetings,
                      struct arena *arena)
{
    *s = (struct small){.agenda = {.slots = slots,
                                   .sessions = 1,
                                   .tables = tables,
                                   .people = people,
                                   .meetings = meetings,
                                   .slot = s->slot,
                                   .person = s->person,
                                   .meeting = s->meeting}};
    for (int p = 0; p < people; p++)
        s->person[p] = (struct agenda_person){.free = (1ULL << slots) - 1, .table = AGENDA_NONE};
    for (int m = 0; m < meetings; m++)
        s->meeting[m] = (struct agenda_meeting){.person = {pairs[m][0], pairs[m][1]},
                                                .weight = 1,
                                                .slots = (1ULL << slots) - 1,
                                                .table = AGENDA_NONE,
                                                .old_slot = AGENDA_NONE,
                                                .old_table = AGENDA_NONE};
    agenda_view(&s->view, &s->agenda, arena);
}

static void the_needs_of_known_agendas(void **state)
{
    static const int triangle[][2] = {{0, 1}, {1, 2}, {2, 0}}, star[][2] = {{0, 1}, {0, 2}, {0, 3}, {2, 3}};
    static const int path[][2] = {{0, 1}, {2, 1}, {2, 3}}, twice[][2] = {{0, 1}, {1, 2}, {2, 0}, {0, 1}};
    struct arena *arena = arena_new();
    struct quota_needs n;
    struct small s;
    (void)state;
    agenda_of(&s, 2, 1, 3, triangle, 3, arena); // three slots are needed, and it does not say that two are enough
    quota_needs(&n, &s.view);
    assert_int_equal(n.slots, 2);
    assert_false(n.exact);
    assert_false(n.sides);
    assert_int_equal(n.tables, 2);
    agenda_of(&s, 4, 1, 4, star, 4, arena); // no sides, but one who is busiest
    quota_needs(&n, &s.view);
    assert_int_equal(n.slots, 3);
    assert_true(n.exact);
    assert_false(n.sides);
    assert_int_equal(n.busiest, 0);
    assert_int_equal(n.meetings, 3);
    assert_int_equal(n.tables, 1);
    assert_int_equal(n.tables_at, 2);
    agenda_of(&s, 4, 1, 4, path, 3, arena);
    quota_needs(&n, &s.view);
    assert_true(n.sides);
    assert_true(n.exact);
    assert_int_equal(n.slots, 2);
    agenda_of(&s, 4, 1, 3, twice, 4, arena); // two who meet twice: four slots
    quota_needs(&n, &s.view);
    assert_false(n.exact);
    agenda_of(&s, 4, 1, 2, twice, 0, arena); // nothing is wanted
    quota_needs(&n, &s.view);
    assert_int_equal(n.slots, 0);
    assert_int_equal(n.busiest, AGENDA_NONE);
    assert_int_equal(quota_weight(&s.view), 0);
    assert_int_equal(quota_share(&s.view, 0), TIMETABLE_ALL);
    arena_free(arena);
}

// What they say of the number of slots, against trying with that number.
static void the_needs_of_drawn_agendas(void **state)
{
    (void)state;
    int exact = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct arena *arena = arena_new();
        struct small s;
        struct quota_needs n;
        draw_small(&s, seed, true, false, arena);
        s.agenda.slots = SLOTS;
        s.agenda.tables = MEETINGS;
        for (int t = 0; t < SLOTS; t++)
            s.slot[t] = (struct agenda_slot){0};
        for (int p = 0; p < s.agenda.people; p++)
            s.person[p].free = (1ULL << SLOTS) - 1;
        for (int m = 0; m < s.agenda.meetings; m++)
            s.meeting[m].slots = (1ULL << SLOTS) - 1;
        struct tries x = tries_of(&s, arena);
        quota_needs(&n, &s.view);
        exact += n.exact;
        if (x.colours < 0) // more than there are
            assert_true(n.exact ? n.slots > SLOTS : n.slots >= SLOTS - 1);
        else
            assert_true(n.exact ? x.colours == n.slots : x.colours >= n.slots);
        arena_free(arena);
    }
    assert_in_range(exact, 100, 199);
}

// All meetings must lie in the morning of two slots, of four.
static void a_session_is_full_before_the_day_is(void **state)
{
    static const int pairs[][2] = {{0, 3}, {1, 4}, {2, 5}, {0, 4}, {1, 5}, {2, 3}};
    struct arena *arena = arena_new();
    struct small s;
    struct quota_needs n;
    (void)state;
    agenda_of(&s, 4, 2, 6, pairs, 6, arena);
    assert_int_equal(quota_weight(&s.view), 6);
    s.agenda.sessions = 2;
    s.slot[2].session = s.slot[3].session = 1;
    for (int m = 0; m < 6; m++)
        s.meeting[m].slots = 3;
    assert_int_equal(quota_weight(&s.view), 4);
    quota_needs(&n, &s.view);
    assert_int_equal(n.session_tables, 3);
    assert_int_equal(n.tables, 2);
    s.meeting[0].weight = 5; // one of the most wanted is placed in any case
    assert_int_equal(quota_weight(&s.view), 8);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_timetable_passes_the_bounds),      cmocka_unit_test(between_two_sides_they_are_reached),
        cmocka_unit_test(the_needs_of_known_agendas),          cmocka_unit_test(the_needs_of_drawn_agendas),
        cmocka_unit_test(a_session_is_full_before_the_day_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
