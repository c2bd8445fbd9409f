// SPDX-License-Identifier: EUPL-1.2
// A light HTTP client: ask PORT CONNECTIONS COUNT MICROSECONDS FILE [ADDRESS]. Sends the request in FILE on so many kept
// connections, each again when its answer has come, COUNT times in all (0: until stdin ends), from ADDRESS if given; between
// two on one connection at least so many microseconds from begin to begin. Prints "SECONDS" in all, then the microseconds of
// each request, one a line. An answer without a Content-Length, or that is not 2xx, ends it with status 1.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 64
#define ANSWER 1048576

struct conn {
    int fd;
    bool asked;
    int64_t began;
    size_t len;
    char *answer;
};

static char request[65536];
static size_t request_len;
static struct conn conns[MOST];
static int64_t *took;
static size_t done, room, begun;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void open_conn(struct conn *c, int port, const char *from)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in own = {.sin_family = AF_INET};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    c->answer = malloc(ANSWER + 1);
    inet_pton(AF_INET, from, &own.sin_addr);
    if (c->fd < 0 || !c->answer || bind(c->fd, (struct sockaddr *)&own, sizeof own) < 0 ||
        connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void begin(struct conn *c)
{
    c->asked = true;
    c->len = 0;
    c->began = now();
    begun++;
    if (send(c->fd, request, request_len, MSG_NOSIGNAL) != (ssize_t)request_len)
        die("send");
}

static void note(int64_t us)
{
    if (done == room) {
        room = room ? room * 2 : 1024;
        took = realloc(took, room * sizeof *took);
    }
    if (!took)
        die("memory");
    took[done++] = us;
}

// Whether the answer is there as a whole.
static bool complete(const struct conn *c)
{
    const char *end = strstr(c->answer, "\r\n\r\n");
    if (!end)
        return false;
    const char *length = strcasestr(c->answer, "\r\ncontent-length:");
    if (strncmp(c->answer, "HTTP/1.1 2", 10) != 0 || !length || length > end) {
        fprintf(stderr, "%.2000s\n", c->answer);
        exit(1);
    }
    return c->len >= (size_t)(end + 4 - c->answer) + strtoul(length + 17, NULL, 10);
}

static void take(struct conn *c)
{
    ssize_t n = recv(c->fd, c->answer + c->len, ANSWER - c->len, 0);
    if (n <= 0)
        die("the connection ended");
    c->len += (size_t)n;
    c->answer[c->len] = 0;
    if (!complete(c))
        return;
    note(now() - c->began);
    c->asked = false;
}

static void run(int count, size_t limit, int64_t pause)
{
    struct pollfd polled[MOST + 1];
    bool ending = false;
    for (;;) {
        int64_t at = now(), next = INT64_MAX;
        int waiting = 0;
        for (int i = 0; i < count; i++) {
            struct conn *c = &conns[i];
            bool more = limit ? begun < limit : !ending;
            if (!c->asked && more && at - c->began >= pause)
                begin(c);
            else if (!c->asked && more && c->began + pause - at < next)
                next = c->began + pause - at;
            polled[i] = (struct pollfd){.fd = c->fd, .events = c->asked ? POLLIN : 0};
            waiting += c->asked || more;
        }
        if (!waiting)
            return;
        polled[count] = (struct pollfd){.fd = limit || ending ? -1 : STDIN_FILENO, .events = POLLIN};
        struct timespec t = {next / 1000000, next % 1000000 * 1000};
        if (ppoll(polled, (nfds_t)count + 1, next == INT64_MAX ? NULL : &t, NULL) < 0 && errno != EINTR)
            die("poll");
        ending = ending || (polled[count].fd >= 0 && polled[count].revents);
        for (int i = 0; i < count; i++)
            if (polled[i].revents && conns[i].asked)
                take(&conns[i]);
    }
}

int main(int argc, char **argv)
{
    if (argc < 6 || atoi(argv[2]) < 1 || atoi(argv[2]) > MOST) {
        fprintf(stderr, "ask PORT CONNECTIONS COUNT MICROSECONDS FILE [ADDRESS]\n");
        return 2;
    }
    FILE *f = fopen(argv[5], "r");
    if (!f)
        die(argv[5]);
    request_len = fread(request, 1, sizeof request, f);
    fclose(f);
    int count = atoi(argv[2]);
    for (int i = 0; i < count; i++)
        open_conn(&conns[i], atoi(argv[1]), argc > 6 ? argv[6] : "127.0.0.1");
    int64_t began = now();
    run(count, strtoul(argv[3], NULL, 10), atoll(argv[4]));
    printf("%.6f\n", (double)(now() - began) / 1e6);
    for (size_t i = 0; i < done; i++)
        printf("%lld\n", (long long)took[i]);
    return 0;
}
