// SPDX-License-Identifier: EUPL-1.2
// Many readers of server-sent events in one thread. Commands come on stdin, each gets one line back:
//   open GROUP COUNT PORT FILE read|stuck   connections; the i-th sends the i-th request of FILE (again from the first)
//                                           and has its head when the answer comes: "opened COUNT"
//   forget GROUP                            sets its count of events to 0: "forgot"
//   wait GROUP EVENTS MILLISECONDS          "events COUNT FIRST LAST BYTES": seconds of CLOCK_MONOTONIC
//   close GROUP                             "closed"
// A stuck connection takes a small window of bytes and never reads. Events are counted by their data lines.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GROUPS 8
#define MOST 65536
#define WINDOW 4096
#define AHEAD 256 // connections opened before their answers are waited for

enum at { NAME, DATA = 5, OTHER, VALUE }; // in a line: in the first letters of "data:", behind others, behind these

struct conn {
    int fd; // -1: closed
    int group;
    int at;
    bool answered;
};

struct group {
    int64_t events, bytes;
    double first, last;
    int answered, closed;
};

static struct conn conns[MOST];
static int used;
static struct group groups[GROUPS];
static int poller;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void count(struct conn *c, const char *p, const char *end, double time)
{
    struct group *g = &groups[c->group];
    while (p < end) {
        if (c->at < DATA) {
            if (*p == "data:"[c->at])
                c->at++, p++;
            else
                c->at = OTHER;
            if (c->at == DATA)
                c->at = VALUE;
            continue;
        }
        const char *line = memchr(p, '\n', (size_t)(end - p));
        if (!line)
            return;
        if (c->at == VALUE) {
            g->first = g->events ? g->first : time;
            g->last = time;
            g->events++;
        }
        c->at = NAME;
        p = line + 1;
    }
}

static void hang_up(struct conn *c)
{
    close(c->fd);
    c->fd = -1;
    groups[c->group].closed++;
}

static void take(struct conn *c, double time)
{
    static char bytes[65536];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        hang_up(c);
        return;
    }
    if (!c->answered) {
        if (n < 12 || memcmp(bytes, "HTTP/1.1 200", 12) != 0) {
            fprintf(stderr, "not a stream: %.*s\n", (int)n, bytes);
            exit(1);
        }
        c->answered = true;
        groups[c->group].answered++;
    }
    groups[c->group].bytes += n;
    count(c, bytes, bytes + n, time);
}

// One turn; false when stdin has something to say (or its end).
static bool turn(int ms)
{
    struct epoll_event ready[1024];
    int n = epoll_wait(poller, ready, 1024, ms);
    double time = now();
    bool asked = false;
    for (int i = 0; i < n; i++) {
        if (ready[i].data.u32 == UINT32_MAX)
            asked = true;
        else if (conns[ready[i].data.u32].fd >= 0)
            take(&conns[ready[i].data.u32], time);
    }
    return !asked;
}

static void watch(int fd, uint32_t data)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = data};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e) < 0)
        die("epoll_ctl");
}

static void connect_one(int group, int port, const char *request, size_t len, bool stuck)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), window = WINDOW;
    if (fd < 0 || used == MOST)
        die("socket");
    if (stuck)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    if (send(fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
        die("send");
    conns[used] = (struct conn){.fd = fd, .group = group};
    if (!stuck)
        watch(fd, (uint32_t)used);
    used++;
}

static void open_all(int group, int wanted, int port, const char *file, bool stuck)
{
    static char requests[1 << 22];
    FILE *f = fopen(file, "r");
    if (!f)
        die(file);
    requests[fread(requests, 1, sizeof requests - 1, f)] = 0;
    fclose(f);
    const char *at = requests;
    int began = groups[group].answered;
    for (int i = 0; i < wanted; i++) {
        const char *end = strstr(at, "\r\n\r\n");
        if (!end) {
            at = requests;
            end = strstr(at, "\r\n\r\n");
        }
        connect_one(group, port, at, (size_t)(end + 4 - at), stuck);
        at = end + 4;
        while (!stuck && i + 1 - (groups[group].answered - began) > AHEAD)
            turn(1000);
    }
    for (double until = now() + 60; !stuck && groups[group].answered - began < wanted && now() < until;)
        turn(1000);
    printf("opened %d\n", stuck ? wanted : groups[group].answered - began);
}

static void wait_for(int group, int64_t events, int ms)
{
    const struct group *g = &groups[group];
    double until = now() + ms / 1e3;
    while (g->events < events && now() < until)
        turn((int)((until - now()) * 1e3) + 1);
    printf("events %lld %.6f %.6f %lld\n", (long long)g->events, g->first, g->last, (long long)g->bytes);
}

static void close_all(int group)
{
    for (int i = 0; i < used; i++)
        if (conns[i].group == group && conns[i].fd >= 0)
            hang_up(&conns[i]);
    while (used > 0 && conns[used - 1].fd < 0)
        used--;
    printf("closed\n");
}

static void obey(const char *line)
{
    char file[512], how[16];
    int group, number, port;
    long long events;
    if (sscanf(line, "open %d %d %d %511s %15s", &group, &number, &port, file, how) == 5)
        open_all(group, number, port, file, strcmp(how, "stuck") == 0);
    else if (sscanf(line, "forget %d", &group) == 1) {
        groups[group].events = groups[group].bytes = 0;
        groups[group].first = groups[group].last = 0;
        printf("forgot\n");
    } else if (sscanf(line, "wait %d %lld %d", &group, &events, &number) == 3)
        wait_for(group, events, number);
    else if (sscanf(line, "close %d", &group) == 1)
        close_all(group);
    else
        printf("what?\n");
    fflush(stdout);
}

int main(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(EPOLL_CLOEXEC);
    watch(STDIN_FILENO, UINT32_MAX);
    for (;;) {
        while (turn(-1))
            ;
        char line[1024]; // one command at a time: its answer is waited for
        ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
        if (n <= 0)
            return 0;
        line[n] = 0;
        obey(line);
    }
}
