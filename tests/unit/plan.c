// SPDX-License-Identifier: EUPL-1.2
// Tests core/plan: small agendas of all sorts against exhaustive search, on every level and at every step; reasons,
// seeds, stops and little memory.
#include "core/plan.h"

#include "core/verify.h"
#include "exhaust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { AGENDAS = 600, FEW = 80, STEPS = 200, MOST = 20 };

static const char *const words[LEVELS] = {"weight", "fairness", "gaps", "change", "tables"};

// One agenda, planned, and what exhaustive search says of it.
struct trial {
    struct exhaust_world w;
    int number;
    struct arena *arena;
    struct agenda_view view;
    struct exhaust_answer answer;
    struct plan_options options;
    struct plan *plan;
    enum plan_state state;
};

static void trial_solve(struct trial *t, int number)
{
    t->number = number;
    t->arena = arena_new();
    agenda_view(&t->view, &t->w.agenda, t->arena);
    exhaust_solve(&t->answer, &t->w.agenda, t->w.spread, t->w.order);
    t->options = (struct plan_options){.seed = (uint64_t)number, .spread = t->w.spread};
    memcpy(t->options.order, t->w.order, sizeof t->w.order);
    t->plan = plan_new(&t->w.agenda, &t->options);
    t->state = PLAN_WORKING;
}

static void trial_init(struct trial *t, int number)
{
    *t = (struct trial){.number = number};
    exhaust_draw(&t->w, number % 2 ? 5 : EXHAUST_MEETINGS, number % 3 ? EXHAUST_SLOTS : 4, (uint64_t)number);
    if (number % 4 == 0)
        exhaust_draw_again(&t->w, (uint64_t)number);
    trial_solve(t, number);
}

static void trial_fini(struct trial *t)
{
    plan_free(t->plan);
    arena_free(t->arena);
}

// Says what is planned and what it is worth, then fails.
static void trial_fail(const struct trial *t, const char *what)
{
    const struct agenda *a = &t->w.agenda;
    const struct timetable *got = plan_timetable(t->plan);
    print_error("agenda %d: %s\n%s, %d slots, %d tables, spread %d\n", t->number, what,
                a->complete ? "complete" : "not complete", a->slots, a->tables, t->w.spread);
    for (int p = 0; p < a->people; p++)
        print_error("%s: free %#llx, most %d, rest %d, table %d\n", a->person[p].name,
                    (unsigned long long)a->person[p].free, a->person[p].most, a->person[p].rest, a->person[p].table);
    for (int m = 0; m < a->meetings; m++)
        print_error("%s: %s, %s, weight %d, slots %#llx%s, table %d, was at %d %d; best at %d %d, got %d %d\n",
                    a->meeting[m].id, a->person[a->meeting[m].person[0]].name, a->person[a->meeting[m].person[1]].name,
                    a->meeting[m].weight, (unsigned long long)a->meeting[m].slots,
                    a->meeting[m].locked ? " locked" : "", a->meeting[m].table, a->meeting[m].old_slot,
                    a->meeting[m].old_table, t->answer.slot[m], t->answer.table[m], got ? got->slot[m] : AGENDA_NONE,
                    got ? got->table[m] : AGENDA_NONE);
    for (size_t i = 0; i < a->befores; i++)
        print_error("%s before %s\n", a->meeting[a->before[i].first].id, a->meeting[a->before[i].second].id);
    for (size_t i = 0; i < a->bounds; i++)
        print_error("%s bound to %s\n", a->person[a->bound[i].first].name, a->person[a->bound[i].second].name);
    print_error("state %d, there is %s timetable; spread of ours %d, of the best %d beyond\n", (int)t->state,
                t->answer.feasible ? "a" : "no", got ? plan_spread(t->plan) : 0, t->answer.worth.beyond);
    for (int i = 0; i < LEVELS; i++) {
        struct plan_level level = plan_level(t->plan, t->w.order[i]);
        print_error("%s: best %lld, got %lld, bound %lld%s\n", words[t->w.order[i]],
                    (long long)t->answer.worth.level[t->w.order[i]], (long long)level.value, (long long)level.bound,
                    level.proven ? " proven" : "");
    }
    fail();
}

static void expect(const struct trial *t, bool holds, const char *what)
{
    if (!holds)
        trial_fail(t, what);
}

static struct exhaust_worth worth(const struct trial *t, const struct timetable_value *v)
{
    struct exhaust_worth w = {.beyond = v->spread > t->w.spread ? v->spread - t->w.spread : 0};
    memcpy(w.level, v->level, sizeof w.level);
    return w;
}

// The timetable that there is keeps all rules, is worth what is said of it, and not more than can be.
static void check_timetable(const struct trial *t)
{
    const struct timetable *timetable = plan_timetable(t->plan);
    const struct timetable_value *value = plan_value(t->plan);
    struct verify_fault faults[MOST];
    struct timetable_value own;
    expect(t, !timetable == !value, "a timetable has a value");
    if (!timetable)
        return;
    expect(t, t->answer.feasible, "there is no timetable");
    if (verify_check(&t->w.agenda, timetable, t->w.spread, faults, MOST) > 0)
        trial_fail(t, verify_text(&t->w.agenda, &faults[0], LANG_EN, t->arena));
    timetable_value(&own, &t->view, timetable);
    expect(t, memcmp(own.level, value->level, sizeof own.level) == 0, "plan_value is another timetable's");
    expect(t, own.spread == plan_spread(t->plan) && own.spread == value->spread, "plan_spread is another timetable's");
    expect(t, own.placed == value->placed && own.least == value->least, "plan_value counts wrongly");
    for (int l = 0; l < LEVELS; l++)
        expect(t, plan_level(t->plan, (enum level)l).value == own.level[l], "plan_level is another timetable's");
    struct exhaust_worth w = worth(t, &own);
    expect(t, exhaust_compare(&t->answer.worth, &w, t->w.order, LEVEL_TABLES) <= 0, "better than the best?");
}

// No bound passes the best, on each level up to the first on which we are not as good yet.
static void check_bounds(const struct trial *t)
{
    const struct timetable_value *value = plan_value(t->plan);
    for (int i = 0; i < LEVELS && t->answer.feasible; i++) {
        enum level l = t->w.order[i];
        struct plan_level level = plan_level(t->plan, l);
        int64_t best = t->answer.worth.level[l];
        bool rises = l == LEVEL_WEIGHT || l == LEVEL_FAIRNESS;
        expect(t, rises ? level.bound >= best : level.bound <= best, "a bound passes the best");
        expect(t, !level.proven || (value && level.value == level.bound), "proven, but value and bound differ");
        if (!value && !(rises && t->w.agenda.complete))
            return;
        if (value && (level.value != best || (l == LEVEL_GAPS && worth(t, value).beyond != t->answer.worth.beyond)))
            return;
    }
}

static bool leaves_one_unsaid(const struct trial *t, const struct hindrance *h, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++)
            if (strlen(hindrance_text(&t->w.agenda, &h[i], lang, t->arena)) < 20)
                return true;
    return false;
}

// Whoever is not placed is said why, one by one; and why there is no timetable.
static void check_reasons(const struct trial *t)
{
    size_t count = 0, next = 0;
    const struct hindrance *h = plan_hindrances(t->plan, &count);
    const struct timetable *timetable = plan_timetable(t->plan);
    expect(t, !leaves_one_unsaid(t, h, count), "a reason without a sentence");
    if (t->state == PLAN_INFEASIBLE)
        expect(t, count > 0, "no reason is given");
    if (t->state != PLAN_BEST)
        return;
    for (int m = 0; m < t->w.agenda.meetings; m++) {
        if (timetable->slot[m] != AGENDA_NONE)
            continue;
        expect(t, next < count && h[next].meeting == m, "a meeting is left out without a reason");
        expect(t, h[next].kind != HINDRANCE_UNDECIDED, "undecided, although all is proven");
        next++;
    }
    expect(t, next == count, "a reason for a meeting that is placed");
}

static void check_end(const struct trial *t)
{
    expect(t, t->state == (t->answer.feasible ? PLAN_BEST : PLAN_INFEASIBLE), "not the right end");
    check_reasons(t);
    expect(t, t->answer.feasible == (plan_timetable(t->plan) != NULL), "a timetable, if there is one");
    if (!t->answer.feasible)
        return;
    struct exhaust_worth w = worth(t, plan_value(t->plan));
    expect(t, w.beyond == t->answer.worth.beyond, "the spread is not the best");
    for (int l = 0; l < LEVELS; l++) {
        expect(t, w.level[l] == t->answer.worth.level[l], words[l]);
        expect(t, plan_level(t->plan, (enum level)l).proven, "not proven");
    }
}

static void run(struct trial *t, bool (*stop)(void *ctx), void *ctx)
{
    for (int i = 0; i < STEPS && t->state == PLAN_WORKING; i++) {
        t->state = plan_step(t->plan, stop, ctx);
        check_timetable(t);
        check_bounds(t);
    }
}

static void plans_as_well_as_can_be(void **state)
{
    (void)state;
    struct trial t;
    for (int i = 0; i < AGENDAS; i++) {
        trial_init(&t, i);
        check_bounds(&t);
        run(&t, NULL, NULL);
        check_end(&t);
        expect(&t, plan_step(t.plan, NULL, NULL) == t.state, "the end is not the end");
        check_end(&t);
        trial_fini(&t);
    }
}

static void same_seed_same_timetable(void **state)
{
    (void)state;
    struct trial one, other;
    for (int i = 0; i < FEW; i++) {
        trial_init(&one, i);
        trial_init(&other, i);
        for (int step = 0; step < STEPS && one.state == PLAN_WORKING; step++) {
            one.state = plan_step(one.plan, NULL, NULL);
            other.state = plan_step(other.plan, NULL, NULL);
            const struct timetable *x = plan_timetable(one.plan), *y = plan_timetable(other.plan);
            size_t size = (size_t)one.w.agenda.meetings * sizeof *x->slot;
            expect(&one, one.state == other.state && !x == !y, "the same steps, another state");
            expect(&one, !x || memcmp(x->slot, y->slot, size) == 0, "the same seed, other slots");
            expect(&one, !x || memcmp(x->table, y->table, size) == 0, "the same seed, other tables");
            for (int l = 0; l < LEVELS; l++)
                expect(&one, plan_level(one.plan, (enum level)l).bound == plan_level(other.plan, (enum level)l).bound,
                       "the same seed, another bound");
        }
        trial_fini(&one);
        trial_fini(&other);
    }
}

static void another_seed_is_as_good(void **state)
{
    (void)state;
    struct trial t;
    for (int i = 0; i < FEW; i++) {
        trial_init(&t, i);
        plan_free(t.plan);
        t.options.seed = UINT64_MAX - (uint64_t)i;
        t.plan = plan_new(&t.w.agenda, &t.options);
        run(&t, NULL, NULL);
        check_end(&t);
        trial_fini(&t);
    }
}

struct patience {
    int left;  // times that it says false
    int after; // times that it was asked after it had said true
};

static bool on_asked(void *ctx)
{
    struct patience *p = ctx;
    p->after += p->left <= 0;
    return p->left-- <= 0;
}

static void a_stop_ends_the_step_alone(void **state)
{
    (void)state;
    struct trial t;
    for (int i = 0; i < FEW; i++) {
        trial_init(&t, i);
        for (int k = 0; k < 6 && t.state == PLAN_WORKING; k++) {
            struct patience p = {k / 2, 0};
            t.state = plan_step(t.plan, on_asked, &p);
            expect(&t, p.after <= 3, "a step goes on after its stop");
            check_timetable(&t);
            check_bounds(&t);
        }
        run(&t, NULL, NULL);
        check_end(&t);
        trial_fini(&t);
    }
}

static void little_memory_leaves_no_wrong_answer(void **state)
{
    (void)state;
    struct trial t;
    for (int i = 0; i < FEW; i++) {
        trial_init(&t, i);
        plan_free(t.plan);
        t.options.memory = 1;
        t.plan = plan_new(&t.w.agenda, &t.options);
        for (int step = 0; step < 4 && t.state == PLAN_WORKING; step++) {
            t.state = plan_step(t.plan, NULL, NULL);
            check_timetable(&t);
            check_bounds(&t);
        }
        if (t.state == PLAN_BEST || t.state == PLAN_INFEASIBLE)
            check_end(&t);
        trial_fini(&t);
    }
}

// An agenda of four slots in the morning where A meets the others.
static void draw_one_morning(struct trial *t, int people, bool complete)
{
    exhaust_draw(&t->w, 1, 2, 1);
    struct agenda *a = &t->w.agenda;
    *a = (struct agenda){.name = "Essai",
                         .slots = 4,
                         .sessions = 1,
                         .tables = 2,
                         .people = people,
                         .meetings = people - 1,
                         .slot = a->slot,
                         .session = a->session,
                         .table = a->table,
                         .person = a->person,
                         .meeting = a->meeting,
                         .complete = complete};
    static const char *const ids[] = {"m1", "m2", "m3", "m4", "m5"}, *const names[] = {"Mme A", "M. B",  "Mme C",
                                                                                       "M. D",  "Mme E", "M. F"};
    t->w.spread = 2;
    for (int l = 0; l < LEVELS; l++)
        t->w.order[l] = (enum level)l;
    for (int s = 0; s < 4; s++)
        t->w.slot[s] = (struct agenda_slot){.start = -1};
    for (int p = 0; p < people; p++)
        t->w.person[p] = (struct agenda_person){.id = names[p], .name = names[p], .free = 0xf, .table = AGENDA_NONE};
    for (int m = 0; m < people - 1; m++)
        t->w.meeting[m] = (struct agenda_meeting){.id = ids[m],
                                                  .person = {0, m + 1},
                                                  .weight = 1 + m,
                                                  .slots = 0xf,
                                                  .table = AGENDA_NONE,
                                                  .old_slot = AGENDA_NONE,
                                                  .old_table = AGENDA_NONE};
}

static void says_why_there_is_none(void **state)
{
    (void)state;
    struct trial t = {.number = 0};
    size_t count;
    draw_one_morning(&t, 6, true);
    trial_solve(&t, 0);
    run(&t, NULL, NULL);
    check_end(&t);
    assert_int_equal(t.state, PLAN_INFEASIBLE);
    const struct hindrance *h = plan_hindrances(t.plan, &count);
    assert_int_equal(count, 1);
    assert_string_equal(hindrance_text(&t.w.agenda, h, LANG_FR, t.arena),
                        "Mme A a 5 rendez-vous demandés ou fixés mais 4 créneaux libres");
    trial_fini(&t);
}

static void leaves_out_what_is_wanted_least(void **state)
{
    (void)state;
    struct trial t = {.number = 0};
    size_t count;
    draw_one_morning(&t, 6, false);
    trial_solve(&t, 0);
    run(&t, NULL, NULL);
    check_end(&t);
    assert_int_equal(plan_timetable(t.plan)->slot[0], AGENDA_NONE);
    assert_int_equal(plan_level(t.plan, LEVEL_WEIGHT).value, 2 + 3 + 4 + 5);
    plan_hindrances(t.plan, &count);
    assert_int_equal(count, 1);
    trial_fini(&t);
}

static void moves_only_what_must(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) { // gaps before changes, or the other way round
        struct trial t = {.number = 0};
        draw_one_morning(&t, 4, true);
        for (int m = 0; m < 3; m++) {
            t.w.meeting[m].old_slot = 2 - m;
            t.w.meeting[m].old_table = m % 2;
        }
        t.w.person[1].free = 0xb; // no longer in the third slot, where m1 was
        t.w.order[2] = first == 0 ? LEVEL_GAPS : LEVEL_CHANGE;
        t.w.order[3] = first == 0 ? LEVEL_CHANGE : LEVEL_GAPS;
        trial_solve(&t, 0);
        run(&t, NULL, NULL);
        check_end(&t);
        assert_int_equal(plan_level(t.plan, LEVEL_GAPS).value, first == 0 ? 0 : 1);
        assert_int_equal(plan_level(t.plan, LEVEL_CHANGE).value, first == 0 ? 2 : 1);
        trial_fini(&t);
    }
}

static void nothing_to_plan(void **state)
{
    (void)state;
    for (int people = 0; people < 3; people++) {
        struct trial t = {.number = 0};
        draw_one_morning(&t, people, people != 1);
        t.w.agenda.meetings = 0;
        t.w.agenda.tables = people;
        trial_solve(&t, 0);
        run(&t, NULL, NULL);
        check_end(&t);
        assert_int_equal(t.state, PLAN_BEST);
        assert_int_equal(plan_level(t.plan, LEVEL_FAIRNESS).value, TIMETABLE_ALL);
        trial_fini(&t);
    }
    plan_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_plan),
        cmocka_unit_test(says_why_there_is_none),
        cmocka_unit_test(leaves_out_what_is_wanted_least),
        cmocka_unit_test(moves_only_what_must),
        cmocka_unit_test(plans_as_well_as_can_be),
        cmocka_unit_test(same_seed_same_timetable),
        cmocka_unit_test(another_seed_is_as_good),
        cmocka_unit_test(a_stop_ends_the_step_alone),
        cmocka_unit_test(little_memory_leaves_no_wrong_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
