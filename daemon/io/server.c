// SPDX-License-Identifier: EUPL-1.2
// Knows which connections there are and whether one more may come.
#include "io/server.h"

#include "base/log.h"
#include "base/map.h"
#include "io/conn.h"
#include "wire/forwarded.h"

#include <errno.h>
#include <event2/event.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096
#define ACCEPT_MOST 64    // connections accepted in one turn
#define ACCEPT_PAUSE 100  // milliseconds without accepting when there are no descriptors left
#define SEND_BUFFER 65536 // of the kernel, a connection
#define CUT_MS 10         // between cutting what is left at the end of a drain and saying so

struct server {
    struct conn_home home;
    struct map *conns; // id -> struct conn
    struct map *networks; // network -> how many of them, as a pointer
    uint64_t last_id;
    struct event *acceptable;    // NULL when not listening
    struct loop_timer *resume;   // accepting again
    struct loop_timer *draining; // the end of the drain
    void (*on_drained)(void *ctx);
    void *drained_ctx;
    bool cut; // the drain is over but for what was cut just now
};

// ---- Accepting

static void close_listener(struct server *s)
{
    if (!s->acceptable)
        return;
    evutil_socket_t fd = event_get_fd(s->acceptable);
    event_free(s->acceptable);
    s->acceptable = NULL;
    close((int)fd);
}

static void resume_accepting(void *ctx)
{
    struct server *s = ctx;
    if (s->acceptable)
        event_add(s->acceptable, NULL);
}

// The pending connections stay in the backlog; without a pause the loop would spin on them.
static void pause_accepting(struct server *s, int cause)
{
    log_warn("server", "accepting pauses: %s", strerror(cause));
    event_del(s->acceptable);
    loop_timer_set(s->resume, ACCEPT_PAUSE);
}

// One short answer, as far as the socket takes it. What has come already is read, since closing would else destroy it.
static void turn_away(struct server *s, int fd)
{
    struct text out;
    char thrown_away[4096];
    s->home.counts.refused++;
    if (s->home.tls) { // a handshake is too much for saying no
        close(fd);
        return;
    }
    text_init(&out, sizeof thrown_away);
    conn_refusal(&s->home, ERR_UNAVAILABLE, LANG_FR, false, &out);
    ssize_t ignored = recv(fd, thrown_away, sizeof thrown_away, MSG_DONTWAIT);
    ignored = send(fd, text_string(&out), out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)ignored;
    text_fini(&out);
    close(fd);
}

// One more or one less of the network.
static void count_network(struct server *s, const char *address, int change)
{
    char network[64];
    forwarded_network(address, network);
    uintptr_t count = (uintptr_t)map_get_string(s->networks, network) + (uintptr_t)change;
    if (count)
        map_set_string(s->networks, network, (void *)count);
    else
        map_remove_string(s->networks, network);
}

static bool has_room(const struct server *s, const char *address)
{
    const struct conn_home *h = &s->home;
    char network[64];
    if (map_count(s->conns) >= (size_t)h->limits.connections)
        return false;
    if (!h->limits.address || (h->events.counted && !h->events.counted(h->ctx, address)))
        return true;
    forwarded_network(address, network);
    return (uintptr_t)map_get_string(s->networks, network) < (uintptr_t)h->limits.address;
}

static void admit(struct server *s, int fd, const struct sockaddr *address, socklen_t len)
{
    char name[64] = "?";
    getnameinfo(address, len, name, sizeof name, NULL, 0, NI_NUMERICHOST);
    if (!has_room(s, name)) {
        turn_away(s, fd);
        return;
    }
    count_network(s, name, 1);
    uint64_t id = ++s->last_id;
    s->home.counts.accepted++;
    map_set_number(s->conns, id, conn_new(&s->home, id, fd, name));
}

static void on_acceptable(evutil_socket_t listener, short what, void *ctx)
{
    (void)what;
    struct server *s = ctx;
    for (int i = 0; i < ACCEPT_MOST; i++) {
        struct sockaddr_storage address;
        socklen_t len = sizeof address;
        int fd = accept4((int)listener, (struct sockaddr *)&address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            admit(s, fd, (struct sockaddr *)&address, len);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            pause_accepting(s, errno);
            return;
        } // else that one connection failed (ECONNABORTED, a network error): on to the next
    }
}

// ---- Listening

// Splits "127.0.0.1:8080" or "[::1]:8080" and resolves it, without asking a name server.
static struct addrinfo *resolve(const char *address)
{
    char host[64];
    const char *colon = strrchr(address, ':');
    size_t len = colon ? (size_t)(colon - address) : 0;
    bool bracketed = len >= 2 && address[0] == '[' && colon[-1] == ']';
    int64_t port;
    if (len == 0 || len >= sizeof host || (!bracketed && memchr(address, ':', len)))
        return NULL;
    if (!text_int(colon + 1, &port) || port < 0 || port > 65535) // getaddrinfo would take it modulo 65536
        return NULL;
    snprintf(host, sizeof host, "%.*s", (int)(bracketed ? len - 2 : len), address + bracketed);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    return getaddrinfo(host, colon + 1, &hints, &found) == 0 ? found : NULL;
}

// Connections inherit these from their listener.
static void set_options(int fd, int write_ms)
{
    const struct {
        int level, name, value;
    } options[] = {
        {SOL_SOCKET, SO_REUSEADDR, 1},
        {SOL_SOCKET, SO_SNDBUF, SEND_BUFFER},
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, write_ms},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof options[i].value) < 0)
            log_warn("server", "socket option %d: %s", options[i].name, strerror(errno));
}

static void name_bound(int fd, char bound[static 80])
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    char host[64] = "?", port[8] = "?";
    if (getsockname(fd, (struct sockaddr *)&address, &len) == 0)
        getnameinfo((struct sockaddr *)&address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(bound, 80, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static int open_listener(const struct addrinfo *where, int write_ms)
{
    int fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    set_options(fd, write_ms);
    if (bind(fd, where->ai_addr, where->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

bool server_address(const char *address)
{
    struct addrinfo *where = resolve(address);
    if (where)
        freeaddrinfo(where);
    return where != NULL;
}

enum err server_listen(struct server *s, const char *address, char bound[static 80])
{
    struct addrinfo *where = resolve(address);
    if (!where || s->acceptable) {
        log_error("server", where ? "already listening, not on %s too" : "not an address with a port: %s", address);
        if (where)
            freeaddrinfo(where);
        return ERR_IO;
    }
    int fd = open_listener(where, s->home.limits.write_ms);
    freeaddrinfo(where);
    if (fd < 0) {
        log_error("server", "cannot listen on %s: %s", address, strerror(errno));
        return ERR_IO;
    }
    name_bound(fd, bound);
    s->acceptable = event_new(s->home.base, fd, EV_READ | EV_PERSIST, on_acceptable, s);
    if (!s->acceptable || event_add(s->acceptable, NULL) < 0)
        log_die("server", "cannot watch the listener");
    return ERR_OK;
}

void server_tls(struct server *s, struct tls *t)
{
    tls_free(s->home.tls);
    s->home.tls = t;
}

// ---- The end

static void on_closed(void *owner, uint64_t id)
{
    struct server *s = owner;
    const struct conn *c = map_remove_number(s->conns, id);
    if (c)
        count_network(s, conn_address(c), -1);
    if (s->on_drained && !s->cut && map_count(s->conns) == 0)
        loop_timer_set(s->draining, 0);
}

static void each_conn(struct server *s, void (*fn)(struct conn *c))
{
    void *conn;
    for (size_t at = 0; map_next(s->conns, &at, NULL, NULL, &conn);)
        fn(conn);
}

// First cuts what is left, so that its streams can end; then says that the drain is over.
static void on_drain_time(void *ctx)
{
    struct server *s = ctx;
    if (!s->cut && map_count(s->conns)) {
        s->cut = true;
        each_conn(s, conn_cut);
        loop_timer_set(s->draining, CUT_MS);
        return;
    }
    s->cut = true;
    void (*on_drained)(void *) = s->on_drained;
    s->on_drained = NULL;
    on_drained(s->drained_ctx);
}

void server_drain(struct server *s, int ms, void (*on_drained)(void *ctx), void *ctx)
{
    close_listener(s);
    loop_timer_stop(s->resume);
    s->home.draining = true;
    s->on_drained = on_drained;
    s->drained_ctx = ctx;
    s->cut = false;
    each_conn(s, conn_drain);
    loop_timer_set(s->draining, map_count(s->conns) ? ms : 0);
}

struct server *server_new(struct loop *l, const struct server_limits *limits, const struct server_events *events,
                          void *ctx)
{
    struct server *s = memory_new(sizeof *s);
    s->home = (struct conn_home){
        .base = loop_base(l), .limits = *limits, .events = *events, .ctx = ctx, .on_closed = on_closed, .owner = s};
    s->conns = map_new();
    s->networks = map_new();
    s->resume = loop_timer_new(l, resume_accepting, s);
    s->draining = loop_timer_new(l, on_drain_time, s);
    return s;
}

void server_free(struct server *s)
{
    if (!s)
        return;
    close_listener(s);
    each_conn(s, conn_free);
    map_free(s->conns);
    map_free(s->networks);
    tls_free(s->home.tls);
    loop_timer_free(s->resume);
    loop_timer_free(s->draining);
    free(s);
}

// ---- By id

static struct conn *find(const struct server *s, uint64_t id)
{
    return map_get_number(s->conns, id);
}

void server_answer(struct server *s, uint64_t id, int status, const char *type, const char *body, size_t len,
                   const char *extra)
{
    struct conn *c = find(s, id);
    if (c)
        conn_answer(c, status, type, body, len, extra);
}

bool server_stream(struct server *s, uint64_t id, const char *type, const char *extra)
{
    struct conn *c = find(s, id);
    return c && conn_stream(c, type, extra);
}

bool server_stream_send(struct server *s, uint64_t id, const void *bytes, size_t len)
{
    struct conn *c = find(s, id);
    return c && conn_send(c, bytes, len);
}

size_t server_stream_waiting(const struct server *s, uint64_t id)
{
    const struct conn *c = map_get_number(s->conns, id);
    return c ? conn_waiting(c) : 0;
}

void server_stream_end(struct server *s, uint64_t id)
{
    struct conn *c = find(s, id);
    if (c)
        conn_end(c);
}

void server_exchange(struct server *s, uint64_t id, const char *type, const char *extra, const struct server_exchange *events,
                     void *ctx)
{
    struct conn *c = find(s, id);
    if (c)
        conn_exchange(c, type, extra, events, ctx);
}

void server_exchange_hold(struct server *s, uint64_t id, bool hold)
{
    struct conn *c = find(s, id);
    if (c)
        conn_exchange_hold(c, hold);
}

void server_exchange_send(struct server *s, uint64_t id, const void *bytes, size_t len)
{
    struct conn *c = find(s, id);
    if (c)
        conn_exchange_send(c, bytes, len);
}

void server_exchange_end(struct server *s, uint64_t id)
{
    struct conn *c = find(s, id);
    if (c)
        conn_exchange_end(c);
}

struct server_counts server_counts(const struct server *s)
{
    struct server_counts counts = s->home.counts;
    counts.open = (int)map_count(s->conns);
    return counts;
}
