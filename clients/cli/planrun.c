// SPDX-License-Identifier: EUPL-1.2
// Knows when the solver has worked enough.
#include "planrun.h"

#include "planbar.h"

#include "base/clock.h"

#include <signal.h>

static sigset_t interrupts(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

// Takes an interrupt that was held back, and lets the next one through.
static void look(struct planrun *r)
{
    sigset_t set = interrupts();
    if (r->interrupted || sigtimedwait(&set, NULL, &(struct timespec){0}) < 0)
        return;
    r->interrupted = true;
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

struct step {
    struct planrun *run;
    struct planbar bar;
};

static bool enough(void *ctx)
{
    struct step *s = ctx;
    look(s->run);
    planbar_tick(&s->bar);
    return s->run->interrupted || clock_mono() >= s->run->until;
}

void planrun_solve(struct planrun *r, const struct plan_options *how)
{
    sigset_t set = interrupts();
    struct step s = {.run = r};
    sigprocmask(SIG_BLOCK, &set, NULL);
    planbar_start(&s.bar, r->o, r->agenda, r->started, r->until);
    r->plan = plan_new(r->agenda, how);
    do {
        r->state = plan_step(r->plan, enough, &s);
        planbar_show(&s.bar, r->plan);
    } while (r->state == PLAN_WORKING && !enough(&s));
    planbar_end(&s.bar, r->plan);
    r->seconds = (double)(clock_mono() - r->started) / 1e6;
    look(r);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
