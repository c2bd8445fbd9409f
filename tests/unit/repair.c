// SPDX-License-Identifier: EUPL-1.2
// Tests core/repair: small agendas of all sorts against exhaustive search in both parts, who stays at which table, reasons; and a
// convention of 93 people where one does not come.
#include "core/repair.h"

#include "core/greedy.h"
#include "core/verify.h"
#include "exhaust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { AGENDAS = 200, STEPS = 400, MOST = 20 };

static const enum level order[LEVELS] = {LEVEL_WEIGHT, LEVEL_CHANGE, LEVEL_FAIRNESS, LEVEL_GAPS, LEVEL_TABLES};

// A day whose timetable no longer holds, and what came of its repair.
struct trial {
    struct exhaust_world w;
    int number;
    struct arena *arena;
    struct repair *repair;
    enum plan_state state;
    const struct timetable *got;
};

static bool had_place(const struct agenda_meeting *m)
{
    return m->old_slot != AGENDA_NONE || m->locked;
}

static void trial_run(struct trial *t, int number)
{
    *t = (struct trial){.number = number, .arena = arena_new()};
    uint64_t seed = (uint64_t)number;
    exhaust_draw(&t->w, number % 2 ? 5 : EXHAUST_MEETINGS, number % 3 ? EXHAUST_SLOTS : 4, seed);
    exhaust_draw_again(&t->w, seed);
    t->w.agenda.complete = false;
    for (int m = 0; m < t->w.agenda.meetings; m++) // some wait for a place
        if (exhaust_one_in(&seed, 4))
            t->w.meeting[m].old_slot = t->w.meeting[m].old_table = AGENDA_NONE;
    struct plan_options options = {.seed = 1, .spread = 2};
    t->repair = repair_new(&t->w.agenda, &options);
    for (int i = 0; i < STEPS && t->state == PLAN_WORKING; i++)
        t->state = repair_step(t->repair, NULL, NULL);
    t->got = repair_timetable(t->repair);
}

static void trial_fini(struct trial *t)
{
    repair_free(t->repair);
    arena_free(t->arena);
}

static void expect(const struct trial *t, bool holds, const char *what)
{
    const struct agenda *a = &t->w.agenda;
    if (holds)
        return;
    print_error("agenda %d: %s\n", t->number, what);
    for (int m = 0; m < a->meetings; m++)
        print_error("%s: %s, %s, weight %d, slots %#llx%s, table %d, was at %d %d, got %d %d\n", a->meeting[m].id,
                    a->person[a->meeting[m].person[0]].name, a->person[a->meeting[m].person[1]].name, a->meeting[m].weight,
                    (unsigned long long)a->meeting[m].slots, a->meeting[m].locked ? " locked" : "", a->meeting[m].table,
                    a->meeting[m].old_slot, a->meeting[m].old_table, t->got ? t->got->slot[m] : AGENDA_NONE,
                    t->got ? t->got->table[m] : AGENDA_NONE);
    fail();
}

// Those that had a place, as an agenda of their own.
static void only_first(struct exhaust_world *out, const struct exhaust_world *w)
{
    int place[EXHAUST_MEETINGS];
    *out = *w;
    struct agenda *a = &out->agenda;
    a->meetings = 0;
    for (int m = 0; m < w->agenda.meetings; m++) {
        place[m] = had_place(&w->meeting[m]) ? a->meetings : AGENDA_NONE;
        if (place[m] != AGENDA_NONE)
            out->meeting[a->meetings++] = w->meeting[m];
    }
    a->befores = 0;
    for (size_t i = 0; i < w->agenda.befores; i++)
        if (place[w->before[i].first] != AGENDA_NONE && place[w->before[i].second] != AGENDA_NONE)
            out->before[a->befores++] = (struct agenda_pair){place[w->before[i].first], place[w->before[i].second]};
    a->person = out->person;
    a->meeting = out->meeting;
    a->before = out->before;
    a->bound = out->bound;
    a->slot = out->slot;
}

// First as much as can be of what was there, then as few moves as can be.
static void check_first(const struct trial *t, bool feasible, const struct exhaust_worth *best)
{
    int64_t weight = 0, change = 0;
    expect(t, feasible == (t->got != NULL), "a timetable, if there is one");
    expect(t, feasible || t->state == PLAN_INFEASIBLE, "that there is none is said");
    for (int m = 0; t->got && m < t->w.agenda.meetings; m++) {
        const struct agenda_meeting *meeting = &t->w.meeting[m];
        if (!had_place(meeting))
            continue;
        weight += t->got->slot[m] != AGENDA_NONE ? meeting->weight : 0;
        change += meeting->old_slot != AGENDA_NONE && meeting->old_slot != t->got->slot[m];
    }
    if (!t->got)
        return;
    expect(t, weight == best->level[LEVEL_WEIGHT], "more of what was there could stay");
    expect(t, change == best->level[LEVEL_CHANGE], "fewer could move");
    struct plan_level told = repair_level(t->repair, LEVEL_CHANGE);
    expect(t, told.proven && told.value == change, "that no fewer move is proven");
}

// Then as much as can be of what waits, with the others where they are.
static void check_last(const struct trial *t)
{
    struct exhaust_world all = t->w;
    struct exhaust_answer best;
    int64_t weight = 0;
    all.agenda.meeting = all.meeting;
    for (int m = 0; m < t->w.agenda.meetings; m++) {
        weight += t->got->slot[m] != AGENDA_NONE ? t->w.meeting[m].weight : 0;
        if (!had_place(&t->w.meeting[m]) || t->got->slot[m] == AGENDA_NONE)
            continue;
        all.meeting[m].slots = UINT64_C(1) << t->got->slot[m];
        all.meeting[m].table = t->got->table[m];
        all.meeting[m].locked = true;
    }
    exhaust_solve(&best, &all.agenda, 2, order);
    expect(t, best.feasible && weight == best.worth.level[LEVEL_WEIGHT], "one that waits could be placed");
    struct plan_level told = repair_level(t->repair, LEVEL_WEIGHT);
    expect(t, told.proven && told.value == weight, "that no more can be placed is proven");
}

static bool tied(const struct trial *t, int m)
{
    const struct agenda_meeting *meeting = &t->w.meeting[m];
    return meeting->table != AGENDA_NONE || t->w.person[meeting->person[0]].table != AGENDA_NONE || t->w.person[meeting->person[1]].table != AGENDA_NONE;
}

// Who keeps its hour keeps its table, unless somebody who can sit nowhere else takes it.
static void check_tables(const struct trial *t)
{
    bool ties = false;
    for (int m = 0; m < t->w.agenda.meetings; m++)
        ties |= tied(t, m);
    for (int m = 0; m < t->w.agenda.meetings && !ties; m++)
        if (t->w.meeting[m].old_slot != AGENDA_NONE && t->w.meeting[m].old_table != AGENDA_NONE && t->got->slot[m] == t->w.meeting[m].old_slot)
            expect(t, t->got->table[m] == t->w.meeting[m].old_table, "moved to another table for nothing");
}

static void check_reasons(const struct trial *t)
{
    size_t count, next = 0;
    const struct hindrance *h = repair_hindrances(t->repair, &count);
    for (size_t i = 0; i < count; i++)
        expect(t, strlen(hindrance_text(&t->w.agenda, &h[i], LANG_EN, t->arena)) >= 20, "a reason without a sentence");
    expect(t, t->got || count > 0, "no reason is given");
    for (int m = 0; t->got && m < t->w.agenda.meetings; m++)
        if (t->got->slot[m] == AGENDA_NONE)
            expect(t, next < count && h[next++].meeting == m, "a meeting is left out without a reason");
}

static void moves_as_little_as_can_be(void **state)
{
    (void)state;
    int repaired = 0, waiting = 0;
    for (int number = 1; number <= AGENDAS; number++) {
        struct trial t;
        struct exhaust_world first;
        struct exhaust_answer best;
        struct verify_fault faults[MOST];
        trial_run(&t, number);
        expect(&t, t.state != PLAN_WORKING, "it ends");
        only_first(&first, &t.w);
        exhaust_solve(&best, &first.agenda, 2, order);
        check_first(&t, best.feasible, &best.worth);
        check_reasons(&t);
        if (t.got) {
            if (verify_check(&t.w.agenda, t.got, -1, faults, MOST))
                expect(&t, false, verify_text(&t.w.agenda, &faults[0], LANG_EN, t.arena));
            check_last(&t);
            check_tables(&t);
            repaired++;
            waiting += first.agenda.meetings < t.w.agenda.meetings;
        }
        trial_fini(&t);
    }
    assert_true(repaired > AGENDAS / 2 && waiting > AGENDAS / 4); // they are not all trivial
}

// 93 people, 590 meetings, 24 slots, 36 tables; published as they come.
enum { PEOPLE = 93, MEETINGS = 590, SLOTS = 24, TABLES = 36 };

struct fair {
    struct agenda agenda;
    struct agenda_slot slot[SLOTS];
    struct agenda_person person[PEOPLE];
    struct agenda_meeting meeting[MEETINGS];
    const char *table[TABLES], *session[1];
};

static struct fair *fair_new(struct arena *arena)
{
    struct fair *f = arena_take(arena, sizeof *f);
    uint64_t seed = 7;
    bool (*met)[PEOPLE] = arena_array(arena, PEOPLE, sizeof *met);
    for (int t = 0; t < SLOTS; t++)
        f->slot[t] = (struct agenda_slot){.start = -1};
    for (int t = 0; t < TABLES; t++)
        f->table[t] = arena_format(arena, "T%d", t + 1);
    for (int p = 0; p < PEOPLE; p++)
        f->person[p] = (struct agenda_person){.id = arena_format(arena, "p%d", p), .name = arena_format(arena, "Mme %d", p),
                                              .free = (UINT64_C(1) << SLOTS) - 1, .table = AGENDA_NONE};
    f->session[0] = "jour";
    for (int m = 0; m < MEETINGS;) {
        int a = exhaust_below(&seed, PEOPLE / 3), b = PEOPLE / 3 + exhaust_below(&seed, PEOPLE - PEOPLE / 3);
        if (met[a][b])
            continue;
        met[a][b] = true;
        f->meeting[m] = (struct agenda_meeting){.id = arena_format(arena, "m%d", m), .person = {a, b}, .weight = 3, .slots = (UINT64_C(1) << SLOTS) - 1,
                                                .table = AGENDA_NONE, .old_slot = AGENDA_NONE, .old_table = AGENDA_NONE};
        m++;
    }
    f->agenda = (struct agenda){.name = "Rendez-vous", .slots = SLOTS, .sessions = 1, .tables = TABLES, .people = PEOPLE, .meetings = MEETINGS,
                                .slot = f->slot, .session = f->session, .table = f->table, .person = f->person, .meeting = f->meeting};
    return f;
}

// First come, first served; who found no place waits.
static void publish(struct fair *f, struct arena *arena)
{
    struct agenda_view view;
    struct timetable t = timetable_new(MEETINGS, arena);
    agenda_view(&view, &f->agenda, arena);
    greedy_place(&t, &view, GREEDY_FIRST, 1);
    for (int m = 0; m < MEETINGS; m++) {
        f->meeting[m].old_slot = t.slot[m];
        f->meeting[m].old_table = t.table[m];
    }
}

// Of 590 meetings one has to move, and one does; all others keep their hour and their table.
static void one_is_late(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct fair *f = fair_new(arena);
    publish(f, arena);
    int late = 0, moved = 0;
    while (f->meeting[late].old_slot != 0)
        late++;
    f->person[f->meeting[late].person[1]].free &= ~UINT64_C(1);
    struct plan_options options = {.seed = 1, .spread = 2};
    struct repair *r = repair_new(&f->agenda, &options);
    enum plan_state end = PLAN_WORKING;
    for (int i = 0; i < STEPS && end == PLAN_WORKING; i++)
        end = repair_step(r, NULL, NULL);
    assert_int_not_equal(end, PLAN_WORKING);
    const struct timetable *t = repair_timetable(r);
    assert_non_null(t);
    struct verify_fault fault;
    assert_int_equal(verify_check(&f->agenda, t, -1, &fault, 1), 0);
    for (int m = 0; m < MEETINGS; m++)
        if (f->meeting[m].old_slot != AGENDA_NONE)
            moved += t->slot[m] != f->meeting[m].old_slot || t->table[m] != f->meeting[m].old_table;
    struct plan_level change = repair_level(r, LEVEL_CHANGE);
    assert_true(change.proven);
    assert_int_equal(change.value, moved);
    assert_int_equal(moved, 1);
    repair_free(r);
    arena_free(arena);
}

// Nobody is moved for those who wait, even where that would find them a place.
static void nobody_moves_for_others(void **state)
{
    (void)state;
    static const struct agenda_slot slot[2] = {{.start = -1}, {.start = -1}};
    static const char *const session[] = {"jour"}, *const table[] = {"T1", "T2"};
    static const struct agenda_person person[3] = {{.id = "a", .name = "A", .free = 3, .table = -1}, {.id = "b", .name = "B", .free = 3, .table = -1},
                                                   {.id = "c", .name = "C", .free = 1, .table = -1}};
    static const struct agenda_meeting meeting[2] = { // C can only come when A meets B, who could as well meet later
        {.id = "ab", .person = {0, 1}, .weight = 1, .slots = 3, .table = -1, .old_slot = 0, .old_table = 1},
        {.id = "ac", .person = {0, 2}, .weight = 5, .slots = 3, .table = -1, .old_slot = -1, .old_table = -1}};
    const struct agenda a = {.name = "", .slots = 2, .sessions = 1, .tables = 2, .people = 3, .meetings = 2, .slot = slot, .session = session, .table = table,
                             .person = person, .meeting = meeting};
    struct repair *r = repair_new(&a, &(struct plan_options){.seed = 1, .spread = 2});
    while (repair_step(r, NULL, NULL) == PLAN_WORKING) {
    }
    const struct timetable *t = repair_timetable(r);
    size_t count;
    assert_int_equal(t->slot[0], 0);
    assert_int_equal(t->table[0], 1);
    assert_int_equal(t->slot[1], AGENDA_NONE);
    const struct hindrance *h = repair_hindrances(r, &count);
    assert_int_equal(count, 1);
    assert_int_equal(h[0].meeting, 1);
    repair_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moves_as_little_as_can_be), cmocka_unit_test(one_is_late), cmocka_unit_test(nobody_moves_for_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
