// SPDX-License-Identifier: EUPL-1.2
// Tests core/seating: tables given out against all ways to give them out in small timetables, and rules kept in large
// ones.
#include "core/seating.h"
#include "draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SLOTS = 4, PEOPLE = 7, MEETINGS = 7, HALL_PEOPLE = 120, HALL_SLOTS = 9 };

struct hall {
    struct agenda agenda;
    struct agenda_view view;
    struct agenda_slot slot[HALL_SLOTS];
    struct agenda_person person[HALL_PEOPLE];
    struct agenda_meeting meeting[HALL_PEOPLE / 2 * HALL_SLOTS];
    struct timetable t;
};

static struct agenda_meeting meeting_of(int p, int q)
{
    return (struct agenda_meeting){.person = {p, q},
                                   .weight = 1,
                                   .slots = UINT64_MAX,
                                   .table = AGENDA_NONE,
                                   .old_slot = AGENDA_NONE,
                                   .old_table = AGENDA_NONE};
}

static void open_hall(struct hall *h, int slots, int people, int tables)
{
    h->agenda = (struct agenda){.slots = slots,
                                .sessions = 1,
                                .tables = tables,
                                .people = people,
                                .slot = h->slot,
                                .person = h->person,
                                .meeting = h->meeting};
    for (int t = 0; t < slots; t++)
        h->slot[t] = (struct agenda_slot){0};
    for (int p = 0; p < people; p++)
        h->person[p] = (struct agenda_person){.free = UINT64_MAX, .table = AGENDA_NONE};
}

// A timetable at random, which may need more tables than there are. bound: with booths and locked tables.
static void draw_hall(struct hall *h, uint64_t seed, bool bound, struct arena *arena)
{
    uint64_t *x = &seed, busy[PEOPLE] = {0};
    int slots = 1 + (int)draw_below(x, SLOTS), people = 3 + (int)draw_below(x, PEOPLE - 2);
    int slot[MEETINGS], wanted = (int)draw_below(x, MEETINGS + 1), split = (int)draw_below(x, (size_t)(3 * slots));
    open_hall(h, slots, people, 1 + (int)draw_below(x, 3));
    for (int t = 0; t < slots; t++)
        h->slot[t].day = t > split;
    for (int p = 0; p < people; p++)
        if (bound && draw_one_in(x, 4))
            h->person[p].table = (int)draw_below(x, (size_t)h->agenda.tables);
    for (int tries = 0; tries < 100 && h->agenda.meetings < wanted; tries++) {
        int p = (int)draw_below(x, (size_t)people), q = (int)draw_below(x, (size_t)people),
            t = (int)draw_below(x, (size_t)slots);
        if (p == q || (busy[p] | busy[q]) >> t & 1)
            continue;
        struct agenda_meeting *m = &h->meeting[h->agenda.meetings];
        *m = meeting_of(p, q);
        if (bound && draw_one_in(x, 4))
            m->table = (int)draw_below(x, (size_t)h->agenda.tables);
        if (draw_one_in(x, 4))
            m->old_table = (int)draw_below(x, (size_t)h->agenda.tables);
        slot[h->agenda.meetings++] = draw_one_in(x, 10) ? AGENDA_NONE : t; // AGENDA_NONE: left out
        busy[p] |= 1ULL << t;
        busy[q] |= 1ULL << t;
    }
    h->t = timetable_new(h->agenda.meetings, arena);
    for (int m = 0; m < h->agenda.meetings; m++)
        h->t.slot[m] = slot[m];
    agenda_view(&h->view, &h->agenda, arena);
}

static bool can_sit(const struct hall *h, const struct timetable *t, int m, int table)
{
    const struct agenda_meeting *meeting = &h->agenda.meeting[m];
    int one = h->person[meeting->person[0]].table, other = h->person[meeting->person[1]].table;
    if (meeting->table != AGENDA_NONE && meeting->table != table)
        return false;
    if ((one != AGENDA_NONE || other != AGENDA_NONE) && one != table && other != table)
        return false;
    for (int i = 0; i < m; i++)
        if (t->slot[i] == t->slot[m] && t->table[i] == table)
            return false;
    return true;
}

static void try_all(const struct hall *h, struct timetable *t, int m, int64_t *best)
{
    if (m == t->meetings) {
        struct timetable_value value;
        timetable_value(&value, &h->view, t);
        *best = *best < 0 || value.level[LEVEL_TABLES] < *best ? value.level[LEVEL_TABLES] : *best;
        return;
    }
    if (t->slot[m] == AGENDA_NONE) {
        try_all(h, t, m + 1, best);
        return;
    }
    for (int table = 0; table < h->agenda.tables; table++) {
        if (!can_sit(h, t, m, table))
            continue;
        t->table[m] = table;
        try_all(h, t, m + 1, best);
    }
    t->table[m] = AGENDA_NONE;
}

static void assert_seated(const struct hall *h)
{
    for (int m = 0; m < h->t.meetings; m++) {
        if (h->t.slot[m] == AGENDA_NONE)
            assert_int_equal(h->t.table[m], AGENDA_NONE);
        else {
            assert_in_range(h->t.table[m], 0, h->agenda.tables - 1);
            assert_true(can_sit(h, &h->t, m, h->t.table[m]));
        }
    }
}

static bool is_without_gaps(const struct hall *h)
{
    for (int p = 0; p < h->agenda.people; p++) {
        uint64_t busy = 0;
        for (int i = h->view.first[p]; i < h->view.first[p + 1]; i++)
            if (h->t.slot[h->view.list[i]] != AGENDA_NONE)
                busy |= 1ULL << h->t.slot[h->view.list[i]];
        if (agenda_gaps(busy, 0, h->view.days))
            return false;
    }
    return true;
}

static void gives_tables_out_as_well_as_can_be(void **state)
{
    int given = 0, refused = 0, best_of_all = 0, proven = 0, without_gaps = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct arena *arena = arena_new();
        struct hall h;
        struct timetable_value value;
        int64_t bound = -1, best = -1;
        draw_hall(&h, seed, seed % 2, arena);
        struct timetable other = timetable_new(h.t.meetings, arena);
        timetable_copy(&other, &h.t);
        try_all(&h, &other, 0, &best);
        bool can = seating_give(&h.view, &h.t, &bound);
        assert_int_equal(can, best >= 0);
        if (can) {
            assert_seated(&h);
            timetable_value(&value, &h.view, &h.t);
            assert_true(bound <= best);
            best_of_all += value.level[LEVEL_TABLES] == best;
            proven += value.level[LEVEL_TABLES] == bound;
            if (seed % 2 == 0 && is_without_gaps(&h)) {
                assert_int_equal(value.level[LEVEL_TABLES], bound);
                without_gaps++;
            }
        } else
            for (int m = 0; m < h.t.meetings; m++)
                assert_int_equal(h.t.table[m], AGENDA_NONE);
        given += can;
        refused += !can;
        arena_free(arena);
    }
    assert_true(refused > 200 && without_gaps > 200);
    assert_true(best_of_all * 100 > given * 97);
    assert_true(proven * 100 > given * 85);
}

// Everybody meets in all slots, and all tables are used.
static void fill_hall(struct hall *h, struct arena *arena)
{
    uint64_t seed = 7;
    int at[HALL_PEOPLE], m = 0;
    open_hall(h, HALL_SLOTS, HALL_PEOPLE, HALL_PEOPLE / 2);
    h->t = timetable_new(HALL_PEOPLE / 2 * HALL_SLOTS, arena);
    for (int p = 0; p < HALL_PEOPLE; p++)
        at[p] = p;
    for (int t = 0; t < HALL_SLOTS; t++) {
        for (int p = HALL_PEOPLE - 1; p > 0; p--) {
            int q = (int)draw_below(&seed, (size_t)p + 1), other = at[q];
            at[q] = at[p];
            at[p] = other;
        }
        for (int p = 0; p < HALL_PEOPLE; p += 2) {
            h->meeting[m] = meeting_of(at[p], at[p + 1]);
            h->t.slot[m++] = t;
        }
    }
    h->agenda.meetings = m;
    agenda_view(&h->view, &h->agenda, arena);
}

static int64_t changes(const struct hall *h)
{
    struct timetable_value value;
    timetable_value(&value, &h->view, &h->t);
    return value.level[LEVEL_TABLES];
}

// In each slot but the first, half of the people come from their table: one of each meeting, or both where the same two
// meet again.
static void a_full_hall_is_seated_as_well_as_can_be(void **state)
{
    struct arena *arena = arena_new();
    struct hall h;
    int64_t bound;
    (void)state;
    fill_hall(&h, arena);
    assert_true(seating_give(&h.view, &h.t, &bound));
    assert_seated(&h);
    assert_in_range(bound, HALL_PEOPLE / 2 * (HALL_SLOTS - 1) - 10, HALL_PEOPLE / 2 * (HALL_SLOTS - 1));
    assert_int_equal(changes(&h), bound);
    arena_free(arena);
}

static void published_tables_stay(void **state)
{
    struct arena *arena = arena_new();
    struct hall h;
    int64_t bound;
    int moved = 0;
    (void)state;
    fill_hall(&h, arena);
    assert_true(seating_give(&h.view, &h.t, &bound));
    for (int m = 0; m < h.t.meetings; m++)
        h.meeting[m].old_table = h.t.table[m] = (h.t.table[m] + 7) % h.agenda.tables;
    assert_true(seating_give(&h.view, &h.t, &bound));
    for (int m = 0; m < h.t.meetings; m++)
        assert_int_equal(h.t.table[m], h.meeting[m].old_table);
    h.t.slot[100] = AGENDA_NONE; // one is withdrawn
    assert_true(seating_give(&h.view, &h.t, &bound));
    assert_seated(&h);
    for (int m = 0; m < h.t.meetings; m++)
        moved += m != 100 && h.t.table[m] != h.meeting[m].old_table;
    assert_in_range(moved, 0, h.t.meetings / 4);
    arena_free(arena);
}

// Sixty booths: nothing is left to choose, and everybody without one walks.
static void booths_are_kept_in_a_full_hall(void **state)
{
    struct arena *arena = arena_new();
    struct hall h;
    int64_t bound;
    (void)state;
    open_hall(&h, HALL_SLOTS, HALL_PEOPLE, HALL_PEOPLE / 2);
    h.t = timetable_new(HALL_PEOPLE / 2 * HALL_SLOTS, arena);
    for (int p = 0; p < HALL_PEOPLE / 2; p++)
        h.person[p].table = HALL_PEOPLE / 2 - 1 - p;
    for (int t = 0; t < HALL_SLOTS; t++)
        for (int p = 0; p < HALL_PEOPLE / 2; p++) {
            h.meeting[h.agenda.meetings] = meeting_of(p, HALL_PEOPLE / 2 + (p + t) % (HALL_PEOPLE / 2));
            h.t.slot[h.agenda.meetings++] = t;
        }
    agenda_view(&h.view, &h.agenda, arena);
    assert_true(seating_give(&h.view, &h.t, &bound));
    assert_seated(&h);
    assert_int_equal(bound, HALL_PEOPLE / 2 * (HALL_SLOTS - 1));
    assert_int_equal(changes(&h), bound);
    h.person[1].table = h.person[0].table; // two booths at one table
    assert_false(seating_give(&h.view, &h.t, &bound));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_tables_out_as_well_as_can_be),
        cmocka_unit_test(a_full_hall_is_seated_as_well_as_can_be),
        cmocka_unit_test(published_tables_stay),
        cmocka_unit_test(booths_are_kept_in_a_full_hall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
