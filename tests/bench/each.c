// SPDX-License-Identifier: EUPL-1.2
// A light HTTP client: each PORT COUNT MICROSECONDS FILE [ADDRESS]. FILE holds requests, before each a line with its
// length in bytes. Sends one after the other on one kept connection, again from the first behind the last, COUNT in all
// (0: until stdin ends), at least so many microseconds from begin to begin, from ADDRESS if given. Prints "MICROSECONDS
// PART" for each, PART 1 where the answer says "complete":false. An answer that is not 2xx ends it with status 1.
#include <arpa/inet.h>
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

#define ANSWER 4194304

struct request {
    size_t len;
    char *bytes;
};

static struct request *requests;
static size_t request_count;
static char answer[ANSWER + 1];

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

static void read_requests(const char *path)
{
    FILE *f = fopen(path, "r");
    size_t len, room = 0;
    if (!f)
        die(path);
    while (fscanf(f, "%zu", &len) == 1 && fgetc(f) == '\n') {
        if (request_count == room) {
            room = room ? room * 2 : 1024;
            requests = realloc(requests, room * sizeof *requests);
        }
        char *bytes = malloc(len + 1);
        if (!requests || !bytes || fread(bytes, 1, len, f) != len)
            die("a request");
        requests[request_count++] = (struct request){len, bytes};
    }
    fclose(f);
}

static int connect_to(int port, const char *from)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in own = {.sin_family = AF_INET};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, from, &own.sin_addr);
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

// Whether the answer is there as a whole.
static bool complete(size_t len)
{
    const char *end = strstr(answer, "\r\n\r\n");
    if (!end)
        return false;
    const char *length = strcasestr(answer, "\r\ncontent-length:");
    if (strncmp(answer, "HTTP/1.1 2", 10) != 0 || !length || length > end) {
        fprintf(stderr, "%.2000s\n", answer);
        exit(1);
    }
    return len >= (size_t)(end + 4 - answer) + strtoul(length + 17, NULL, 10);
}

static int64_t ask(int fd, const struct request *r)
{
    int64_t began = now();
    size_t len = 0;
    if (send(fd, r->bytes, r->len, MSG_NOSIGNAL) != (ssize_t)r->len)
        die("send");
    do {
        ssize_t n = recv(fd, answer + len, ANSWER - len, 0);
        if (n <= 0)
            die("the connection ended");
        len += (size_t)n;
        answer[len] = 0;
    } while (!complete(len));
    return now() - began;
}

// Waits until then; false when stdin has ended meanwhile (and that is to be looked at).
static bool wait_until(int64_t then, bool look)
{
    struct pollfd polled = {.fd = look ? STDIN_FILENO : -1, .events = POLLIN};
    do {
        int64_t left = then - now();
        struct timespec t = {left > 0 ? left / 1000000 : 0, left > 0 ? left % 1000000 * 1000 : 0};
        if (ppoll(&polled, 1, &t, NULL) > 0)
            return false;
    } while (now() < then);
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "each PORT COUNT MICROSECONDS FILE [ADDRESS]\n");
        return 2;
    }
    read_requests(argv[4]);
    if (!request_count)
        die(argv[4]);
    int fd = connect_to(atoi(argv[1]), argc > 5 ? argv[5] : "127.0.0.1");
    size_t count = strtoul(argv[2], NULL, 10);
    int64_t pause = atoll(argv[3]), next = now();
    for (size_t i = 0; !count || i < count; i++) {
        if (!wait_until(next, !count))
            break;
        next = now() + pause;
        int64_t us = ask(fd, &requests[i % request_count]);
        printf("%lld %d\n", (long long)us, strstr(answer, "\"complete\":false") != NULL);
    }
    return 0;
}
