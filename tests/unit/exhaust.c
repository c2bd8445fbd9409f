// SPDX-License-Identifier: EUPL-1.2
// Tests the oracle of tests/unit/exhaust.h itself: on tiny agendas it finds what trying every slot and table of every
// meeting finds, judged by core/verify and core/timetable.
#include "exhaust.h"

#include "core/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { AGENDAS = 400, TRIES = 8000 };

struct dumb {
    const struct exhaust_world *w;
    struct agenda_view view;
    struct timetable t;
    bool feasible;
    struct exhaust_worth best;
};

static struct exhaust_worth worth(const struct dumb *d)
{
    struct exhaust_worth w = {.beyond = 0};
    struct timetable_value value;
    timetable_value(&value, &d->view, &d->t);
    memcpy(w.level, value.level, sizeof w.level);
    w.beyond = value.spread > d->w->spread ? value.spread - d->w->spread : 0;
    return w;
}

// The worth as numbers of which the earlier count more, and less is better.
static void rank(const struct dumb *d, const struct exhaust_worth *w, int64_t key[static LEVELS + 1])
{
    int n = 0;
    for (int i = 0; i < LEVELS; i++) {
        enum level l = d->w->order[i];
        if (l == LEVEL_GAPS)
            key[n++] = w->beyond;
        key[n++] = l == LEVEL_WEIGHT || l == LEVEL_FAIRNESS ? -w->level[l] : w->level[l];
    }
}

static void judge(struct dumb *d)
{
    int64_t key[LEVELS + 1], best[LEVELS + 1];
    int i = 0;
    if (verify_check(&d->w->agenda, &d->t, d->w->spread, NULL, 0) > 0)
        return;
    struct exhaust_worth w = worth(d);
    rank(d, &w, key);
    rank(d, &d->best, best);
    while (i < LEVELS && key[i] == best[i])
        i++;
    if (!d->feasible || key[i] < best[i])
        d->best = w;
    d->feasible = true;
}

static void try_all(struct dumb *d, int m)
{
    const struct agenda *a = &d->w->agenda;
    if (m == a->meetings) {
        judge(d);
        return;
    }
    d->t.slot[m] = d->t.table[m] = AGENDA_NONE;
    try_all(d, m + 1);
    for (d->t.slot[m] = 0; d->t.slot[m] < a->slots; d->t.slot[m]++)
        for (d->t.table[m] = 0; d->t.table[m] < a->tables; d->t.table[m]++)
            try_all(d, m + 1);
}

static bool is_tiny(const struct agenda *a)
{
    int tries = 1;
    for (int m = 0; m < a->meetings && tries <= TRIES; m++)
        tries *= 1 + a->slots * a->tables;
    return tries <= TRIES;
}

// Returns whether there is a timetable.
static bool compare(const struct exhaust_world *w, int number)
{
    struct exhaust_answer answer;
    struct arena *arena = arena_new();
    struct dumb d = {.w = w, .t = timetable_new(w->agenda.meetings, arena)};
    agenda_view(&d.view, &w->agenda, arena);
    exhaust_solve(&answer, &w->agenda, w->spread, w->order);
    try_all(&d, 0);
    bool same = d.feasible == answer.feasible && d.best.beyond == answer.worth.beyond;
    for (int l = 0; l < LEVELS; l++)
        same = same && d.best.level[l] == answer.worth.level[l];
    if (answer.feasible) { // its timetable is worth what it says
        memcpy(d.t.slot, answer.slot, (size_t)w->agenda.meetings * sizeof *d.t.slot);
        memcpy(d.t.table, answer.table, (size_t)w->agenda.meetings * sizeof *d.t.table);
        struct exhaust_worth own = worth(&d);
        same = same && verify_check(&w->agenda, &d.t, w->spread, NULL, 0) == 0;
        same = same && own.beyond == d.best.beyond && memcmp(own.level, d.best.level, sizeof own.level) == 0;
    }
    if (!same)
        print_error("agenda %d\n", number);
    assert_true(same);
    arena_free(arena);
    return answer.feasible;
}

static void agrees_with_trying_everything(void **state)
{
    (void)state;
    struct exhaust_world w;
    int seen[2][2] = {{0}}; // complete or not, feasible or not
    for (int i = 0, tiny = 0; tiny < AGENDAS; i++) {
        exhaust_draw(&w, 5, 5, (uint64_t)i);
        if (!is_tiny(&w.agenda))
            continue;
        if (i % 4 == 0)
            exhaust_draw_again(&w, (uint64_t)i);
        seen[w.agenda.complete][compare(&w, i)]++;
        tiny++;
    }
    print_message("complete: %d with a timetable, %d without; others: %d and %d\n", seen[1][1], seen[1][0], seen[0][1],
                  seen[0][0]);
    for (int i = 0; i < 4; i++)
        assert_true(seen[i / 2][i % 2] > AGENDAS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_trying_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
