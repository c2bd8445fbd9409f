// SPDX-License-Identifier: EUPL-1.2
// Knows how work leaves the loop for a thread, and how its end comes back.
#include "io/pool.h"

#include "base/list.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

struct job {
    struct list link;
    void (*work)(void *data);
    void (*done)(void *data, enum err err);
    void *data;
};

struct pool {
    int fd; // eventfd: something has ended
    struct event *event;
    uint64_t taken;    // of the loop alone, as the next ones
    int most, waiting; // of the loop alone, so that what is refused does not depend on how fast a thread wakes
    bool stopped;      // of the loop alone
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct list queued, ended; // of struct job, under the lock
    bool stopping;             // under the lock
    int count;
    pthread_t threads[];
};

static struct job *take(struct list *jobs)
{
    if (list_empty(jobs))
        return NULL;
    struct job *j = LIST_ITEM(jobs->next, struct job, link);
    list_remove(&j->link);
    return j;
}

static void tell(struct pool *p)
{
    const uint64_t one = 1;
    while (write(p->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void *run_jobs(void *ctx)
{
    struct pool *p = ctx;
    // Linux keeps a priority for each thread. Where it is forbidden, the threads are as good as the loop.
    (void)!setpriority(PRIO_PROCESS, (id_t)gettid(), 19);
    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        struct job *j = take(&p->queued);
        if (!j) {
            pthread_cond_wait(&p->wake, &p->lock);
            continue;
        }
        pthread_mutex_unlock(&p->lock);
        j->work(j->data);
        pthread_mutex_lock(&p->lock);
        list_add(&p->ended, &j->link);
        tell(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

// Ends a job on the loop's side; it is gone before the caller hears of it.
static void end(struct pool *p, struct job *j, enum err err)
{
    struct job job = *j;
    free(j);
    p->waiting--;
    job.done(job.data, err);
}

static struct job *take_locked(struct pool *p, struct list *jobs)
{
    pthread_mutex_lock(&p->lock);
    struct job *j = take(jobs);
    pthread_mutex_unlock(&p->lock);
    return j;
}

static void on_ended(evutil_socket_t fd, short what, void *ctx)
{
    struct pool *p = ctx;
    uint64_t count;
    (void)what;
    // Emptied first: what ends from here on rings again.
    (void)!read(fd, &count, sizeof count);
    for (struct job *j; (j = take_locked(p, &p->ended));)
        end(p, j, ERR_OK);
}

static void start(struct pool *p, int threads)
{
    sigset_t all, former;
    // Signals are the loop's.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    for (; p->count < threads; p->count++) {
        int failed = pthread_create(&p->threads[p->count], NULL, run_jobs, p);
        if (failed)
            log_die("pool", "cannot start a thread: %s", strerror(failed));
    }
    pthread_sigmask(SIG_SETMASK, &former, NULL);
}

struct pool *pool_new(struct loop *l, int threads, int queue)
{
    if (threads < 1)
        threads = 1;
    struct pool *p = memory_new(sizeof *p + (size_t)threads * sizeof *p->threads);
    p->most = threads + (queue < 0 ? 0 : queue);
    list_init(&p->queued);
    list_init(&p->ended);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (p->fd < 0)
        log_die("pool", "no eventfd: %s", strerror(errno));
    p->event = event_new(loop_base(l), p->fd, EV_READ | EV_PERSIST, on_ended, p);
    if (!p->event || event_add(p->event, NULL) < 0)
        log_die("pool", "cannot watch the threads");
    start(p, threads);
    return p;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    p->stopped = true;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->count; i++)
        pthread_join(p->threads[i], NULL);
    for (struct job *j; (j = take(&p->ended));)
        end(p, j, ERR_OK);
    for (struct job *j; (j = take(&p->queued));)
        end(p, j, ERR_UNAVAILABLE);
    event_free(p->event);
    close(p->fd);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

enum err pool_run(struct pool *p, void (*work)(void *data), void (*done)(void *data, enum err err), void *data)
{
    if (p->stopped)
        return ERR_UNAVAILABLE;
    if (p->waiting >= p->most)
        return ERR_TOO_MANY;
    struct job *j = memory_new(sizeof *j);
    *j = (struct job){.work = work, .done = done, .data = data};
    p->waiting++;
    p->taken++;
    pthread_mutex_lock(&p->lock);
    list_add(&p->queued, &j->link);
    pthread_cond_signal(&p->wake);
    pthread_mutex_unlock(&p->lock);
    return ERR_OK;
}

int pool_waiting(const struct pool *p)
{
    return p->waiting;
}

uint64_t pool_taken(const struct pool *p)
{
    return p->taken;
}
