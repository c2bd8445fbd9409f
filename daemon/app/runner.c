// SPDX-License-Identifier: EUPL-1.2
// Knows what becomes of a run while its child works, and at its end.
#include "app/runner.h"

#include "app/config.h"
#include "app/live.h"
#include "app/sql.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "io/child.h"
#include "io/pg.h"
#include "io/task.h"
#include "wire/progress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define LINE_MOST ((size_t)16 << 20)
#define BEAT_MS 1000      // what is said of progress is stored this often
#define ALIVE_US 10000000 // and that it is still there
#define LATE_MS 3000      // behind its time it is asked to end, 2 s later it is killed
#define RETRY_MS 1000     // when the database does not answer
#define TRIES 50          // then conventions_tick has found it dead
#define FINISH_MS 10000   // what is found may take this long to be stored when the daemon stops
#define ADVICES 4
#define ADVICE_MS 20000
#define ADVICE_MIB 1024
#define NO_MEMORY 70 // exit status of log_die

struct runner {
    struct parts *parts;
    struct list runs, advices;
    bool draining, over;
    struct loop_timer *finish;
    void (*done)(void *ctx);
    void *ctx;
};

struct run {
    struct list link;
    struct runner *runner;
    char plan[37];
    struct runner_options o;
    struct task *task;
    struct loop_timer *beat, *late, *again;
    int64_t told; // clock_mono of the last plan_say
    int saying;   // plan_says that are not answered
    bool fresh;   // progress has not been said
    bool over;    // stored
    int tries;
    // As the lines said them last; JSON texts of our own, NULL: never.
    bool last;
    enum progress_state state;
    char *progress, *levels, *timetable, *left, *said;
};

struct advice {
    struct list link;
    struct runner *runner;
    struct task *task;
    struct loop_timer *late;
    char *json;
    void (*on_answer)(void *ctx, const char *json);
    void *ctx;
};

// Other processes have streams of it, too.
static void stored(struct runner *r)
{
    live_wake(r->parts->live);
    pg_notify(r->parts->pg);
}

static void keep(char **at, const char *text)
{
    if (!text)
        return;
    free(*at);
    *at = memory_string(text);
}

static void finish(struct runner *r)
{
    if (r->over || !r->done)
        return;
    r->over = true;
    loop_timer_stop(r->finish);
    r->done(r->ctx);
}

static void free_run(struct run *x)
{
    list_remove(&x->link);
    task_free(x->task);
    loop_timer_free(x->beat);
    loop_timer_free(x->late);
    loop_timer_free(x->again);
    char *const texts[] = {x->progress, x->levels, x->timetable, x->left, x->said};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(x);
}

// ---- The end

static void release(struct run *x)
{
    struct runner *r = x->runner;
    x->over = true;
    if (x->saying) // its answer comes back to it
        return;
    free_run(x);
    if (list_empty(&r->runs) && r->done)
        loop_timer_set(r->finish, 0); // what ends the database must not come from one of its answers
}

static void on_ended(void *ctx, const struct pg_result *res)
{
    struct run *x = ctx;
    struct runner *r = x->runner;
    bool told = res->err == ERR_OK && text_equal(pg_value(res, 0, 0), "t");
    if (res->err != ERR_OK && !r->over && x->tries++ < TRIES) {
        log_warn("runner", "the end of a plan is not stored yet: %s %s", err_word(res->err), res->message);
        loop_timer_set(x->again, RETRY_MS);
        return;
    }
    if (!r->over) {
        if (told)
            live_told(r->parts);
        else
            stored(r);
        if (x->o.on_end)
            x->o.on_end(x->o.ctx, x->plan, told);
    }
    release(x);
}

// A repair that the end of the daemon cut short stays due: another process mends better than half of it would.
static bool unfinished(const struct run *x)
{
    return x->o.repair && x->runner->draining && (!x->last || x->state == PROGRESS_STOPPED);
}

static const char *outcome(const struct run *x)
{
    if (unfinished(x))
        return "stopped";
    if (!x->last || x->state == PROGRESS_INFEASIBLE || !x->timetable)
        return "failed";
    return x->state == PROGRESS_STOPPED ? "stopped" : "done";
}

static void store_end(void *ctx)
{
    struct run *x = ctx;
    const char *places = unfinished(x) ? NULL : x->timetable;
    pg_write_apart(x->runner->parts->pg, SQL_plan_end,
                   (const char *const[]){x->plan, outcome(x), x->said, x->levels, places, x->left ? x->left : "[]"}, on_ended, x);
}

// ---- What it says

static void on_said(void *ctx, const struct pg_result *res)
{
    struct run *x = ctx;
    x->saying--;
    if (res->err == ERR_OK && !x->over && !x->runner->over) {
        stored(x->runner);
        if (x->task && text_equal(pg_value(res, 0, 0), "f"))
            task_stop(x->task);
    }
    if (x->over)
        release(x);
}

static void say(struct run *x, const char *progress)
{
    x->saying++;
    x->fresh = false;
    x->told = clock_mono();
    pg_write_apart(x->runner->parts->pg, SQL_plan_say, (const char *const[]){x->plan, progress}, on_said, x);
}

static void on_beat(void *ctx)
{
    struct run *x = ctx;
    if (!x->saying && x->fresh)
        say(x, x->progress);
    else if (!x->saying && clock_mono() - x->told >= ALIVE_US)
        say(x, NULL);
    loop_timer_set(x->beat, BEAT_MS);
}

static void keep_progress(struct run *x, const struct progress *p)
{
    struct text out;
    text_init(&out, 65536);
    progress_write(&out, &(struct progress){.seconds = p->seconds, .state = p->state, .levels = p->levels});
    keep(&x->progress, text_string(&out));
    text_fini(&out);
    x->fresh = true;
}

static void on_line(void *ctx, const char *line, size_t len)
{
    struct run *x = ctx;
    struct progress p;
    struct arena *arena = arena_new();
    if (progress_read(line, len, arena, &p)) {
        keep_progress(x, &p);
        if (p.timetable && p.verified) {
            keep(&x->timetable, p.timetable);
            keep(&x->levels, p.levels);
        } else if (p.timetable)
            log_error("runner", "plan %s: a timetable that does not keep the rules is not taken", x->plan);
        x->last = p.last && (p.verified || !p.timetable);
        x->state = p.state;
        keep(&x->left, p.left_out);
        keep(&x->said, p.reason);
        if (!x->saying && (p.last || clock_mono() - x->told >= BEAT_MS * 1000LL))
            say(x, x->progress);
    } else
        log_error("runner", "plan %s: a line that is none", x->plan);
    arena_free(arena);
}

// It has ended without a last line.
static void say_why(struct run *x, int status, bool cut)
{
    static const char broke[] = "{\"fr\":\"Le calcul s'est interrompu (%s).\",\"en\":\"The run broke off (%s).\"}";
    static const char short_of_memory[] = "{\"fr\":\"La mémoire accordée (plan_memory_mib) ne suffit pas.\","
                                          "\"en\":\"The memory it is given (plan_memory_mib) is not enough.\"}";
    char how[32], said[200];
    child_describe(status, how);
    snprintf(said, sizeof said, broke, cut ? "réponse trop longue" : how, cut ? "answer too long" : how);
    // What a library cannot have, it aborts for.
    bool memory = WIFEXITED(status) ? WEXITSTATUS(status) == NO_MEMORY : WTERMSIG(status) == SIGABRT;
    keep(&x->said, memory && !cut ? short_of_memory : said);
    log_warn("runner", "plan %s: %s", x->plan, how);
}

static void on_child_end(void *ctx, int status, bool cut)
{
    struct run *x = ctx;
    if (!x->last)
        say_why(x, status, cut);
    task_free(x->task);
    x->task = NULL;
    loop_timer_stop(x->beat);
    loop_timer_stop(x->late);
    if (x->fresh)
        say(x, x->progress);
    store_end(x);
}

static void on_late(void *ctx)
{
    struct run *x = ctx;
    if (x->task)
        task_stop(x->task);
}

// ---- From outside

struct runner *runner_new(struct parts *s)
{
    struct runner *r = memory_new(sizeof *r);
    r->parts = s;
    list_init(&r->runs);
    list_init(&r->advices);
    return r;
}

static enum err begin(struct run *x, const char *agenda)
{
    static const struct task_events events = {on_line, on_child_end};
    const struct config *c = x->runner->parts->config;
    char seconds[24], spread[24], seed[24], memory[24];
    snprintf(seconds, sizeof seconds, "%d", x->o.seconds);
    snprintf(spread, sizeof spread, "%d", x->o.spread);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)x->o.seed);
    snprintf(memory, sizeof memory, "%lld", (long long)c->plan_memory_mib);
    const char *argv[] = {"/proc/self/exe", "plan", "--seconds", seconds, "--spread", spread, "--seed", seed, "--memory", memory,
                          "--order", x->o.order, x->o.repair ? "--repair" : NULL, NULL};
    return task_open(&x->task, x->runner->parts->loop, argv, agenda, strlen(agenda), LINE_MOST, &events, x);
}

bool runner_start(struct runner *r, const char *plan, const char *agenda, const struct runner_options *o)
{
    if (r->draining || (!o->repair && runner_running(r) >= r->parts->config->plans_at_once))
        return false;
    struct loop *l = r->parts->loop;
    struct run *x = memory_new(sizeof *x);
    *x = (struct run){.runner = r, .o = *o, .told = clock_mono() - BEAT_MS * 1000LL};
    snprintf(x->plan, sizeof x->plan, "%s", plan);
    list_add(&r->runs, &x->link);
    x->beat = loop_timer_new(l, on_beat, x);
    x->late = loop_timer_new(l, on_late, x);
    x->again = loop_timer_new(l, store_end, x);
    if (begin(x, agenda) == ERR_OK) {
        loop_timer_set(x->beat, BEAT_MS);
        loop_timer_set(x->late, o->seconds * 1000LL + LATE_MS);
    } else {
        keep(&x->said, "{\"fr\":\"Le calcul n'a pas pu commencer.\",\"en\":\"The run could not begin.\"}");
        loop_timer_set(x->again, 0);
    }
    x->o.order = NULL; // it was borrowed
    return true;
}

void runner_stop(struct runner *r, const char *plan)
{
    for (struct list *i = r->runs.next; i != &r->runs; i = i->next) {
        struct run *x = LIST_ITEM(i, struct run, link);
        if (x->task && text_equal(x->plan, plan))
            task_stop(x->task);
    }
}

int runner_running(const struct runner *r)
{
    int count = 0;
    for (struct list *i = r->runs.next; i != &r->runs; i = i->next)
        count += !LIST_ITEM(i, struct run, link)->o.repair;
    return count;
}

// ---- Advice

static void answer(struct advice *a, bool good)
{
    list_remove(&a->link);
    a->on_answer(a->ctx, good ? a->json : NULL);
    task_free(a->task);
    loop_timer_free(a->late);
    free(a->json);
    free(a);
}

static void on_advice(void *ctx, const char *line, size_t len)
{
    struct advice *a = ctx;
    (void)len;
    keep(&a->json, line);
}

static void on_advised(void *ctx, int status, bool cut)
{
    answer(ctx, !cut && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void on_advice_late(void *ctx)
{
    answer(ctx, false);
}

bool runner_advise(struct runner *r, const char *agenda, enum lang lang, void (*on_answer)(void *ctx, const char *json), void *ctx)
{
    static const struct task_events events = {on_advice, on_advised};
    int count = 0;
    char memory[24];
    for (struct list *i = r->advices.next; i != &r->advices; i = i->next)
        count++;
    if (count >= ADVICES || r->draining)
        return false;
    struct advice *a = memory_new(sizeof *a);
    *a = (struct advice){.runner = r, .on_answer = on_answer, .ctx = ctx};
    snprintf(memory, sizeof memory, "%d", ADVICE_MIB);
    const char *argv[] = {"/proc/self/exe", "advise", "--lang", lang == LANG_FR ? "fr" : "en", "--memory", memory, NULL};
    if (task_open(&a->task, r->parts->loop, argv, agenda, strlen(agenda), LINE_MOST, &events, a) != ERR_OK) {
        free(a);
        return false;
    }
    list_add(&r->advices, &a->link);
    a->late = loop_timer_new(r->parts->loop, on_advice_late, a);
    loop_timer_set(a->late, ADVICE_MS);
    return true;
}

// ---- Stopping

void runner_drain(struct runner *r)
{
    r->draining = true;
    for (struct list *i = r->runs.next; i != &r->runs; i = i->next) {
        struct run *x = LIST_ITEM(i, struct run, link);
        if (x->task)
            task_stop(x->task);
    }
    while (!list_empty(&r->advices))
        answer(LIST_ITEM(r->advices.next, struct advice, link), false);
}

static void on_finish(void *ctx)
{
    finish(ctx);
}

void runner_finish(struct runner *r, void (*done)(void *ctx), void *ctx)
{
    r->done = done;
    r->ctx = ctx;
    r->finish = loop_timer_new(r->parts->loop, on_finish, r);
    loop_timer_set(r->finish, FINISH_MS);
    if (list_empty(&r->runs))
        finish(r);
}

void runner_free(struct runner *r)
{
    if (!r)
        return;
    while (!list_empty(&r->runs))
        free_run(LIST_ITEM(r->runs.next, struct run, link));
    loop_timer_free(r->finish);
    free(r);
}
