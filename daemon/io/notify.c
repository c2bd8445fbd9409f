// SPDX-License-Identifier: EUPL-1.2
// Knows how the service manager is told how we are.
#include "io/notify.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

struct notify {
    int fd; // -1: nobody listens
    struct sockaddr_un to;
    socklen_t to_len;
    struct loop_timer *watchdog; // NULL: none is wanted
    int64_t every;               // ms
};

// A path, or "@name" in the abstract namespace.
static bool address(const char *name, struct sockaddr_un *to, socklen_t *len)
{
    size_t n = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || n < 2 || n >= sizeof to->sun_path)
        return false;
    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(to->sun_path, name, n);
    if (name[0] == '@')
        to->sun_path[0] = 0;
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
    return true;
}

static void tell(const struct notify *n, const char *message)
{
    if (n->fd < 0)
        return;
    ssize_t sent;
    do
        sent = sendto(n->fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&n->to, n->to_len);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        log_warn("notify", "the service manager does not take messages: %s", strerror(errno));
}

static void open_socket(struct notify *n, const char *name)
{
    const struct timeval most = {.tv_sec = 5};
    if (!address(name, &n->to, &n->to_len)) {
        log_warn("notify", "NOTIFY_SOCKET is no address of a local socket");
        return;
    }
    // It may wait, not for ever: a message lost because the manager is busy would have it end us.
    n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (n->fd < 0 || setsockopt(n->fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most) != 0)
        log_warn("notify", "no socket to the service manager: %s", strerror(errno));
}

static void on_watchdog(void *ctx)
{
    struct notify *n = ctx;
    tell(n, "WATCHDOG=1");
    loop_timer_set(n->watchdog, n->every);
}

// Half of the time, so that one late message is forgiven. 0: no watchdog, or another process's.
static int64_t watchdog_ms(void)
{
    const char *time = getenv("WATCHDOG_USEC"), *whose = getenv("WATCHDOG_PID");
    int64_t us, pid;
    if (!time || !text_int(time, &us) || us < 2000)
        return 0;
    return whose && (!text_int(whose, &pid) || pid != getpid()) ? 0 : us / 2000;
}

struct notify *notify_new(struct loop *l)
{
    struct notify *n = memory_new(sizeof *n);
    const char *name = getenv("NOTIFY_SOCKET");
    *n = (struct notify){.fd = -1, .every = watchdog_ms()};
    if (name && *name)
        open_socket(n, name);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    if (n->fd >= 0 && n->every) {
        n->watchdog = loop_timer_new(l, on_watchdog, n);
        loop_timer_set(n->watchdog, 0);
    }
    return n;
}

void notify_free(struct notify *n)
{
    if (!n)
        return;
    loop_timer_free(n->watchdog);
    if (n->fd >= 0)
        close(n->fd);
    free(n);
}

void notify_ready(struct notify *n)
{
    tell(n, "READY=1");
}

void notify_reloading(struct notify *n)
{
    char message[80];
    snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono());
    tell(n, message);
}

void notify_stopping(struct notify *n)
{
    tell(n, "STOPPING=1");
}

void notify_status(struct notify *n, const char *line)
{
    char message[256];
    snprintf(message, sizeof message, "STATUS=%s", line);
    tell(n, message);
}
