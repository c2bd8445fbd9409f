// SPDX-License-Identifier: EUPL-1.2
// Knows how a child says that it is ready.
#include "io/ready.h"

#include "base/arena.h"
#include "base/log.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct ready {
    int fd;
    struct event *came;
    char environment[64];
    void (*on_ready)(void *ctx, pid_t pid);
    void *ctx;
};

static pid_t sender_of(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        struct ucred who;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&who, CMSG_DATA(c), sizeof who);
        return who.pid;
    }
    return 0;
}

static void on_message(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct ready *r = arg;
    char text[1024];
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec part = {.iov_base = text, .iov_len = sizeof text - 1};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t len = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (len <= 0)
        return;
    text[len] = 0;
    pid_t pid = sender_of(&m);
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
        if (strcmp(line, "READY=1") == 0) {
            r->on_ready(r->ctx, pid);
            return;
        }
}

// An abstract address chosen by the kernel: nothing on disk to be long, stale or unreachable.
static int listen_anywhere(char environment[static 64])
{
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    socklen_t len = sizeof own;
    int on = 1, fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&own, sizeof own.sun_family) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
        getsockname(fd, (struct sockaddr *)&own, &len) == 0) {
        int name = (int)(len - offsetof(struct sockaddr_un, sun_path)) - 1;
        snprintf(environment, 64, "NOTIFY_SOCKET=@%.*s", name, own.sun_path + 1);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

enum err ready_open(struct ready **out, struct loop *l, void (*on_ready)(void *ctx, pid_t pid), void *ctx)
{
    struct ready *r = memory_new(sizeof *r);
    *r = (struct ready){.on_ready = on_ready, .ctx = ctx};
    r->fd = listen_anywhere(r->environment);
    if (r->fd < 0) {
        log_error("ready", "cannot make a socket for readiness: %s", strerror(errno));
        free(r);
        return ERR_IO;
    }
    r->came = event_new(loop_base(l), r->fd, EV_READ | EV_PERSIST, on_message, r);
    if (!r->came || event_add(r->came, NULL) != 0)
        log_die("ready", "cannot watch a socket");
    *out = r;
    return ERR_OK;
}

void ready_close(struct ready *r)
{
    if (!r)
        return;
    event_free(r->came);
    close(r->fd);
    free(r);
}

const char *ready_environment(const struct ready *r)
{
    return r->environment;
}
