// SPDX-License-Identifier: EUPL-1.2
// Knows how lines are read from a child while it is fed.
#include "io/task.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/child.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 65536
#define KILL_MS 2000

struct task {
    struct child *child;
    struct task_events events;
    void *ctx;
    char *input;
    size_t len, sent;
    int in, out;                  // our ends of its pipes; -1 once closed
    struct event *feeds, *speaks; // writable, readable
    struct loop_timer *kill;
    struct text line; // what has come behind the last LF
    bool cut;
};

static void close_end(int *fd, struct event **watch)
{
    if (*watch)
        event_free(*watch);
    if (*fd >= 0)
        close(*fd);
    *watch = NULL;
    *fd = -1;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct task *t = arg;
    ssize_t n = write(fd, t->input + t->sent, t->len - t->sent);
    if (n > 0)
        t->sent += (size_t)n;
    // It may end without having read all: what it has to say counts, not this.
    if (t->sent == t->len || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_end(&t->in, &t->feeds);
}

static void give_lines(struct task *t, const char *bytes, size_t len)
{
    while (!t->cut) {
        const char *end = memchr(bytes, '\n', len);
        size_t part = end ? (size_t)(end - bytes) : len;
        text_add(&t->line, bytes, part);
        if (t->line.full) {
            t->cut = true;
            child_signal(t->child, SIGKILL);
        }
        if (!end || t->cut)
            return;
        t->events.on_line(t->ctx, text_string(&t->line), t->line.len);
        text_clear(&t->line);
        bytes = end + 1;
        len -= part + 1;
    }
}

// One chunk; false when there is nothing for now, or nothing any more.
static bool take(struct task *t)
{
    char bytes[CHUNK];
    ssize_t n = t->out < 0 ? 0 : read(t->out, bytes, sizeof bytes);
    if (n > 0)
        give_lines(t, bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(&t->out, &t->speaks);
    return n > 0;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    take(arg);
}

// All it has written lies in the pipe.
static void on_child_end(void *ctx, int status)
{
    struct task *t = ctx;
    loop_timer_stop(t->kill);
    close_end(&t->in, &t->feeds);
    while (take(t))
        continue;
    close_end(&t->out, &t->speaks);
    t->events.on_end(t->ctx, status, t->cut);
}

static void on_kill(void *ctx)
{
    struct task *t = ctx;
    child_signal(t->child, SIGKILL);
}

static struct event *watch(struct loop *l, int fd, short what, event_callback_fn fn, struct task *t)
{
    struct event *e = event_new(loop_base(l), fd, (short)(what | EV_PERSIST), fn, t);
    if (!e || event_add(e, NULL) != 0)
        log_die("task", "cannot watch a pipe");
    return e;
}

// Both pipes; our ends do not block. False when there are none.
static bool make_pipes(int in[static 2], int out[static 2])
{
    if (pipe2(in, O_CLOEXEC) != 0)
        return false;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    return true;
}

enum err task_open(struct task **out, struct loop *l, const char *const *argv, const char *input, size_t len, size_t line_most,
                   const struct task_events *e, void *ctx)
{
    int in[2], back[2];
    if (!make_pipes(in, back)) {
        log_error("task", "no pipe for %s: %s", argv[0], strerror(errno));
        return ERR_IO;
    }
    struct task *t = memory_new(sizeof *t);
    *t = (struct task){.events = *e, .ctx = ctx, .len = len, .in = in[1], .out = back[0]};
    struct child_options o = {.argv = argv, .in = in[0], .out = back[1]};
    enum err err = child_open(&t->child, l, &o, on_child_end, t);
    close(in[0]);
    close(back[1]);
    t->input = memory_new(len);
    memcpy(t->input, input, len);
    text_init(&t->line, line_most);
    if (err != ERR_OK) {
        task_free(t);
        return err;
    }
    t->feeds = watch(l, t->in, EV_WRITE, on_writable, t);
    t->speaks = watch(l, t->out, EV_READ, on_readable, t);
    t->kill = loop_timer_new(l, on_kill, t);
    *out = t;
    return ERR_OK;
}

void task_stop(struct task *t)
{
    child_signal(t->child, SIGTERM);
    loop_timer_set(t->kill, KILL_MS);
}

void task_free(struct task *t)
{
    if (!t)
        return;
    close_end(&t->in, &t->feeds);
    close_end(&t->out, &t->speaks);
    child_free(t->child);
    loop_timer_free(t->kill);
    text_fini(&t->line);
    free(t->input);
    free(t);
}
