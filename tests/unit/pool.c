// SPDX-License-Identifier: EUPL-1.2
// Tests io/pool: work leaves the loop, its end comes back to it, and nothing is lost or told twice.
#include "io/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define JOBS 64

struct stage {
    struct loop *loop;
    struct pool *pool;
    sem_t gate; // each work passes once; open at first
    sem_t begun;
    pthread_t self;
    int ran, unavailable, wanted;
    enum err again; // what a `done` that hands in more was answered
};

struct task {
    struct stage *stage;
    atomic_int worked;
    bool elsewhere, deaf;
    int done;
};

static void work(void *data)
{
    struct task *t = data;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    sem_post(&t->stage->begun);
    sem_wait(&t->stage->gate);
    t->elsewhere = !pthread_equal(pthread_self(), t->stage->self);
    t->deaf = sigismember(&blocked, SIGTERM) == 1 && sigismember(&blocked, SIGCHLD) == 1;
    atomic_fetch_add(&t->worked, 1);
}

static void done(void *data, enum err err)
{
    struct task *t = data;
    struct stage *s = t->stage;
    assert_true(pthread_equal(pthread_self(), s->self));
    assert_int_equal(t->done++, 0);
    assert_int_equal(atomic_load(&t->worked), err == ERR_OK);
    s->ran += err == ERR_OK;
    s->unavailable += err == ERR_UNAVAILABLE;
    if (s->ran + s->unavailable == s->wanted)
        loop_stop(s->loop);
}

static void open_stage(struct stage *s, int threads, int queue)
{
    *s = (struct stage){.loop = loop_new(), .self = pthread_self()};
    sem_init(&s->gate, 0, 0);
    sem_init(&s->begun, 0, 0);
    s->pool = pool_new(s->loop, threads, queue);
}

static void let(struct stage *s, int jobs)
{
    for (int i = 0; i < jobs; i++)
        sem_post(&s->gate);
}

static void close_stage(struct stage *s)
{
    pool_free(s->pool);
    loop_free(s->loop);
    sem_destroy(&s->gate);
    sem_destroy(&s->begun);
}

static enum err hand_in(struct stage *s, struct task *t)
{
    t->stage = s;
    return pool_run(s->pool, work, done, t);
}

static void all_is_done_once_and_on_the_loop(void **state)
{
    (void)state;
    struct stage s;
    struct task tasks[JOBS] = {0};
    open_stage(&s, 3, JOBS);
    let(&s, JOBS);
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(hand_in(&s, &tasks[i]), ERR_OK);
    assert_int_equal(s.ran, 0); // none before the loop turned
    assert_int_equal(pool_waiting(s.pool), JOBS);
    s.wanted = JOBS;
    loop_run(s.loop);
    assert_int_equal(s.ran, JOBS);
    assert_int_equal(pool_waiting(s.pool), 0);
    for (int i = 0; i < JOBS; i++)
        assert_true(tasks[i].elsewhere && tasks[i].deaf && tasks[i].done == 1);
    close_stage(&s);
}

static void a_full_queue_refuses_and_takes_again(void **state)
{
    (void)state;
    struct stage s;
    struct task tasks[6] = {0};
    open_stage(&s, 2, 3);
    for (int i = 0; i < 5; i++)
        assert_int_equal(hand_in(&s, &tasks[i]), ERR_OK);
    assert_int_equal(hand_in(&s, &tasks[5]), ERR_TOO_MANY);
    assert_int_equal(pool_waiting(s.pool), 5);
    let(&s, 1);
    s.wanted = 1;
    loop_run(s.loop);
    assert_int_equal(s.ran, 1);
    assert_int_equal(hand_in(&s, &tasks[5]), ERR_OK);
    let(&s, 5);
    s.wanted = 6;
    loop_run(s.loop);
    assert_int_equal(s.ran, 6);
    close_stage(&s);
}

static void the_thread_keeps_the_order(void **state)
{
    (void)state;
    struct stage s;
    struct task tasks[4] = {0};
    open_stage(&s, 1, 3);
    for (int i = 0; i < 4; i++)
        assert_int_equal(hand_in(&s, &tasks[i]), ERR_OK);
    for (int i = 0; i < 4; i++) {
        let(&s, 1);
        s.wanted = i + 1;
        loop_run(s.loop);
        for (int k = 0; k < 4; k++)
            assert_int_equal(tasks[k].done, k <= i);
    }
    close_stage(&s);
}

// The pool is freed while two jobs run and three wait: both threads have begun, none has passed the gate.
static void what_runs_is_waited_for_and_what_waits_is_told(void **state)
{
    (void)state;
    struct stage s;
    struct task tasks[5] = {0};
    open_stage(&s, 2, 3);
    s.wanted = -1;
    for (int i = 0; i < 5; i++)
        assert_int_equal(hand_in(&s, &tasks[i]), ERR_OK);
    sem_wait(&s.begun);
    sem_wait(&s.begun);
    let(&s, 5);
    close_stage(&s);
    for (int i = 0; i < 5; i++)
        assert_int_equal(tasks[i].done, 1);
    assert_true(s.ran >= 2); // those that had begun, and those that slipped in before the pool was closed
    assert_int_equal(s.ran + s.unavailable, 5);
}

static void done_and_more(void *data, enum err err)
{
    struct task *t = data;
    (void)err;
    t->done++;
    t->stage->again = pool_run(t->stage->pool, work, done, t + 1);
}

static void more_may_be_handed_in_by_done_but_not_while_freeing(void **state)
{
    (void)state;
    struct stage s;
    struct task tasks[2] = {0};
    open_stage(&s, 1, 0);
    tasks[0].stage = tasks[1].stage = &s;
    assert_int_equal(pool_run(s.pool, work, done_and_more, &tasks[0]), ERR_OK);
    let(&s, 2);
    s.wanted = 1;
    loop_run(s.loop);
    assert_int_equal(s.again, ERR_OK);
    assert_int_equal(tasks[1].done, 1);
    close_stage(&s);

    open_stage(&s, 1, 0);
    tasks[0].done = tasks[1].done = 0;
    assert_int_equal(pool_run(s.pool, work, done_and_more, &tasks[0]), ERR_OK);
    let(&s, 1);
    close_stage(&s);
    assert_int_equal(s.again, ERR_UNAVAILABLE);
    assert_int_equal(tasks[0].done, 1);
    assert_int_equal(tasks[1].done, 0);
}

static void an_idle_pool_is_freed(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s, 4, 1);
    close_stage(&s);
    pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_done_once_and_on_the_loop),
        cmocka_unit_test(a_full_queue_refuses_and_takes_again),
        cmocka_unit_test(the_thread_keeps_the_order),
        cmocka_unit_test(what_runs_is_waited_for_and_what_waits_is_told),
        cmocka_unit_test(more_may_be_handed_in_by_done_but_not_while_freeing),
        cmocka_unit_test(an_idle_pool_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
