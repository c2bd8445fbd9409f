// SPDX-License-Identifier: EUPL-1.2
// Knows how a child process is started, watched, signalled and reaped.
#include "io/child.h"

#include "base/arena.h"
#include "base/log.h"
#include "io/disk.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    pid_t pid; // 0 once reaped
    int watch; // becomes readable when the process has ended
    struct event *ended;
    void (*on_end)(void *ctx, int status);
    void *ctx;
};

// execv takes char *const *, for history's sake, and changes nothing.
static char *const *plain(const char *const *argv)
{
    union {
        const char *const *in;
        char *const *out;
    } u = {.in = argv};
    return u.out;
}

// What the service manager gave to us is not for children: they would answer in our name.
static void drop_own(void)
{
    static const char *const own[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        unsetenv(own[i]);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); // such as that for ports below 1024
}

static void add_environment(const char *const *env)
{
    for (; env && *env; env++) {
        const char *is = strchr(*env, '=');
        char *name = strndup(*env, is ? (size_t)(is - *env) : 0);
        if (!is || !name || setenv(name, is + 1, 1) != 0)
            _exit(127);
        free(name);
    }
}

// Runs in the child. PDEATHSIG is set last before exec because a change of account would clear it, and the parent may
// have died before it was set.
static _Noreturn void become(const struct child_options *o, int log, pid_t parent, bool group)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    umask(077);
    if (group)
        setpgid(0, 0);
    int in = o->in ? o->in : open("/dev/null", O_RDONLY);
    int out = o->out ? o->out : log >= 0 ? log : STDOUT_FILENO;
    bool good = in >= 0 && dup2(in, STDIN_FILENO) == STDIN_FILENO && dup2(out, STDOUT_FILENO) == STDOUT_FILENO &&
                (log < 0 || dup2(log, STDERR_FILENO) == STDERR_FILENO) && chdir(o->folder ? o->folder : "/") == 0;
    if (good) {
        drop_own();
        add_environment(o->env);
        prctl(PR_SET_PDEATHSIG, o->death ? o->death : SIGTERM);
        if (getppid() == parent)
            execv(o->argv[0], plain(o->argv));
    }
    log_error("child", "cannot run %s: %s", o->argv[0], strerror(errno));
    _exit(127);
}

static pid_t start(const struct child_options *o, bool group)
{
    int log = -1;
    if (o->log && (log = open(o->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) {
        log_error("child", "cannot write %s: %s", o->log, strerror(errno));
        return -1;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(o, log, parent, group);
    if (pid < 0)
        log_error("child", "cannot start %s: %s", o->argv[0], strerror(errno));
    if (log >= 0)
        close(log);
    return pid;
}

static int reap(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static void on_ended(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct child *c = arg;
    int status = reap(c->pid);
    c->pid = 0;
    c->on_end(c->ctx, status);
}

enum err child_open(struct child **out, struct loop *l, const struct child_options *o,
                    void (*on_end)(void *ctx, int status), void *ctx)
{
    pid_t pid = start(o, true);
    if (pid < 0)
        return ERR_IO;
    int watch = pidfd_open(pid, 0);
    if (watch < 0) {
        log_error("child", "cannot watch %s: %s", o->argv[0], strerror(errno));
        kill(pid, SIGKILL);
        reap(pid);
        return ERR_IO;
    }
    struct child *c = memory_new(sizeof *c);
    *c = (struct child){.pid = pid, .watch = watch, .on_end = on_end, .ctx = ctx};
    c->ended = event_new(loop_base(l), watch, EV_READ, on_ended, c);
    if (!c->ended || event_add(c->ended, NULL) != 0)
        log_die("child", "cannot watch a process");
    *out = c;
    return ERR_OK;
}

pid_t child_pid(const struct child *c)
{
    return c->pid;
}

void child_signal(struct child *c, int signal)
{
    if (c->pid)
        kill(c->pid, signal);
}

void child_free(struct child *c)
{
    if (!c)
        return;
    event_free(c->ended);
    close(c->watch);
    if (c->pid) {
        kill(c->pid, SIGKILL);
        reap(c->pid);
    }
    free(c);
}

void child_describe(int status, char out[static 32])
{
    if (WIFSIGNALED(status))
        snprintf(out, 32, "signal %d", WTERMSIG(status));
    else
        snprintf(out, 32, "exit %d", WEXITSTATUS(status));
}

enum err child_run(const struct child_options *o, const char *what)
{
    pid_t pid = start(o, false);
    if (pid < 0)
        return ERR_IO;
    int status = reap(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return ERR_OK;
    char how[32], line[512] = "";
    child_describe(status, how);
    if (o->log)
        disk_last_line(o->log, line, sizeof line);
    log_error("child", "%s failed (%s)%s%s", what, how, *line ? ": " : "", line);
    return ERR_IO;
}
