// SPDX-License-Identifier: EUPL-1.2
// Tests core/greedy: whom a day without a plan serves, and that it breaks no rule.
#include "core/greedy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/verify.h"

#include <stdlib.h>

#define SLOTS 6
#define PEOPLE 9
#define TABLES 4
#define MEETINGS 24
#define ALL ((UINT64_C(1) << SLOTS) - 1)

struct small {
    struct agenda_slot slot[SLOTS];
    struct agenda_person person[PEOPLE];
    struct agenda_meeting meeting[MEETINGS];
    struct agenda_pair before[4], bound[2];
    struct agenda agenda;
};

static const char *const names[] = {"1", "2", "3", "4"};

static void plain(struct small *s, int people, int meetings, int tables)
{
    *s = (struct small){0};
    for (int t = 0; t < SLOTS; t++)
        s->slot[t] = (struct agenda_slot){.day = t / 3, .session = t / 3, .start = -1};
    for (int p = 0; p < people; p++)
        s->person[p] = (struct agenda_person){.id = "p", .name = "p", .free = ALL, .table = AGENDA_NONE};
    for (int m = 0; m < meetings; m++)
        s->meeting[m] = (struct agenda_meeting){.id = "m",
                                                .person = {0, 1},
                                                .weight = 3,
                                                .slots = ALL,
                                                .table = AGENDA_NONE,
                                                .old_slot = AGENDA_NONE,
                                                .old_table = AGENDA_NONE};
    s->agenda = (struct agenda){.name = "a",
                                .slots = SLOTS,
                                .sessions = 2,
                                .tables = tables,
                                .people = people,
                                .meetings = meetings,
                                .slot = s->slot,
                                .session = names,
                                .table = names,
                                .person = s->person,
                                .meeting = s->meeting,
                                .before = s->before,
                                .bound = s->bound};
}

static void meet(struct small *s, int m, int one, int two)
{
    s->meeting[m].person[0] = one;
    s->meeting[m].person[1] = two;
}

static struct timetable place(const struct small *s, enum greedy_way way, uint64_t seed, struct arena *arena)
{
    struct agenda_view v;
    struct timetable t = timetable_new(s->agenda.meetings, arena);
    agenda_view(&v, &s->agenda, arena);
    greedy_place(&t, &v, way, seed);
    return t;
}

static void the_first_come_take_the_first_slots(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct small s;
    plain(&s, 4, 4, 1);
    meet(&s, 0, 0, 1);
    meet(&s, 1, 0, 2);
    meet(&s, 2, 2, 3); // could be in slot 0, but there is one table
    meet(&s, 3, 1, 3);
    s.person[3].free = 3; // and slots 0 and 1 are taken
    struct timetable t = place(&s, GREEDY_FIRST, 0, arena);
    assert_int_equal(t.slot[0], 0);
    assert_int_equal(t.slot[1], 1);
    assert_int_equal(t.slot[2], AGENDA_NONE);
    assert_int_equal(t.table[2], AGENDA_NONE);
    assert_int_equal(t.slot[3], AGENDA_NONE);
    arena_free(arena);
}

static void what_is_locked_comes_first(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct small s;
    plain(&s, 3, 2, 1);
    meet(&s, 0, 0, 1);
    meet(&s, 1, 0, 2);
    s.meeting[1].locked = true;
    s.meeting[1].slots = 1;
    struct timetable t = place(&s, GREEDY_FIRST, 0, arena);
    assert_int_equal(t.slot[1], 0);
    assert_int_equal(t.slot[0], 1);
    arena_free(arena);
}

static void booths_are_left_to_those_who_need_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct small s;
    plain(&s, 4, 2, 2);
    meet(&s, 0, 0, 1);
    meet(&s, 1, 2, 3);
    s.person[3].table = 0;
    struct timetable t = place(&s, GREEDY_FIRST, 0, arena);
    assert_int_equal(t.slot[0], 0);
    assert_int_equal(t.table[0], 1);
    assert_int_equal(t.slot[1], 0);
    assert_int_equal(t.table[1], 0);
    arena_free(arena);
}

// Any common slot: the same seed does the same, and some seeds do something else.
static void a_seed_decides(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct small s;
    bool differ = false;
    plain(&s, 2, 1, 1);
    meet(&s, 0, 0, 1);
    for (uint64_t seed = 0; seed < 20; seed++) {
        int slot = place(&s, GREEDY_ANY, seed, arena).slot[0];
        assert_int_equal(place(&s, GREEDY_ANY, seed, arena).slot[0], slot);
        differ = differ || slot != place(&s, GREEDY_ANY, 0, arena).slot[0];
    }
    assert_true(differ);
    arena_free(arena);
}

static int below(uint64_t *seed, int n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((*seed >> 33) % (unsigned)n);
}

static void draw_meeting(struct small *s, int m, uint64_t *seed)
{
    struct agenda_meeting *meeting = &s->meeting[m];
    int one = below(seed, PEOPLE), two = (one + 1 + below(seed, PEOPLE - 1)) % PEOPLE;
    meet(s, m, one, two);
    if (below(seed, 4) == 0)
        meeting->slots &= ~(UINT64_C(1) << below(seed, SLOTS));
    if (below(seed, 8) == 0 && s->person[one].table == AGENDA_NONE && s->person[two].table == AGENDA_NONE)
        meeting->table = below(seed, TABLES);
}

static void draw(struct small *s, uint64_t *seed)
{
    plain(s, PEOPLE, MEETINGS, TABLES);
    for (int p = 0; p < PEOPLE; p++) {
        s->person[p].free &= ~(below(seed, 3) ? 0 : UINT64_C(1) << below(seed, SLOTS));
        s->person[p].most = below(seed, 3) ? 0 : 1 + below(seed, 4);
        s->person[p].rest = below(seed, 4) ? 0 : 1 + below(seed, 2);
        s->person[p].table = below(seed, 4) ? AGENDA_NONE : below(seed, TABLES);
    }
    for (int m = 0; m < MEETINGS; m++)
        draw_meeting(s, m, seed);
    for (int i = 0; i < 4; i++)
        s->before[i] = (struct agenda_pair){below(seed, MEETINGS / 2), MEETINGS / 2 + below(seed, MEETINGS / 2)};
    s->bound[0] = (struct agenda_pair){0, 1 + below(seed, 3)};
    s->bound[1] = (struct agenda_pair){4, 5 + below(seed, 3)};
    s->agenda.befores = 4;
    s->agenda.bounds = 2;
}

// No rule is broken, and whoever is left out really finds no slot: placing it anywhere breaks one.
static void keeps_every_rule_and_leaves_out_no_more_than_it_must(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int left = 0;
    for (int round = 0; round < 300; round++) {
        struct arena *arena = arena_new();
        struct small s;
        draw(&s, &seed);
        struct timetable t = place(&s, round % 2 ? GREEDY_ANY : GREEDY_FIRST, seed, arena);
        assert_int_equal(verify_check(&s.agenda, &t, -1, NULL, 0), 0);
        for (int m = 0; m < MEETINGS; m++) {
            if (t.slot[m] != AGENDA_NONE)
                continue;
            left++;
            for (int at = 0; at < SLOTS * TABLES; at++) {
                t.slot[m] = at / TABLES;
                t.table[m] = at % TABLES;
                assert_int_not_equal(verify_check(&s.agenda, &t, -1, NULL, 0), 0);
            }
            t.slot[m] = t.table[m] = AGENDA_NONE;
        }
        arena_free(arena);
    }
    assert_in_range(left, 300, 300 * MEETINGS - 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_come_take_the_first_slots),
        cmocka_unit_test(what_is_locked_comes_first),
        cmocka_unit_test(booths_are_left_to_those_who_need_them),
        cmocka_unit_test(a_seed_decides),
        cmocka_unit_test(keeps_every_rule_and_leaves_out_no_more_than_it_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
