// SPDX-License-Identifier: EUPL-1.2
// Knows what comes next on one connection.
#include "io/conn.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_MOST 16384    // bytes taken from the socket in one turn
#define STREAM_INPUT 4096  // bytes a peer may send into a stream
#define LINGER_INPUT 65536 // bytes thrown away behind the last answer,
#define LINGER_MS 1000     // and for how long
#define KEEP_ROOM 4096     // memory an empty buffer may keep while it is used

enum step {
    HANDSHAKE, // TLS begins
    HEAD,      // a request head is awaited or comes
    BODY,      // its body comes
    ASKED,     // the request is with the application; nothing is read
    EXCHANGE,  // its body is read while its answer is written
    GONE,      // the peer of an exchange is; the application has yet to end it
    WRITING,   // its answer is being sent; nothing is read
    STREAM,    // the answer goes on; what comes is thrown away
    LINGER,    // the last answer is being sent, then what still comes is thrown away: closing at once could destroy it
    DOOMED,    // closed, to be freed from the loop
};

struct exchange { // in the arena of the request
    const struct server_exchange *events;
    void *ctx;
    const char *type, *extra; // of the answer
    bool begun;               // the head of the answer was sent
    bool started;             // what had come with the head of the request was handed on
    bool held;                // the application wants no more for now
    bool over;                // no more of the body is read
    bool drained;             // because the server ends
    bool told;                // that the peer has gone
};

struct conn {
    struct conn_home *home;
    int fd;               // -1 when the peer is gone
    struct tls_conn *tls; // NULL when plain, or the peer is gone
    enum step step;
    struct event readable, writable, timer;
    struct text in;   // not read yet: the head under way, then what was sent ahead
    struct text out;  // not sent yet
    size_t sent;      // of out
    size_t discarded; // bytes thrown away
    struct http_body body;
    struct request request; // arena NULL when there is none
    struct exchange *exchange;
    bool begun;             // a byte of the request has come; in BODY: of its body, or it was asked for
    bool keep;              // another request may follow
    bool head_only;         // HEAD: the answer is sent without its body
    bool streamed;          // was handed out as a stream, whose end is to be told
    bool send_waits;        // TLS must read before it can send,
    bool read_waits;        // or send before it can read
};

// ---- Small moves

static void set_timer(struct conn *c, int ms)
{
    event_add(&c->timer, &(struct timeval){ms / 1000, ms % 1000 * 1000});
}

static void release_request(struct conn *c)
{
    text_fini(&c->request.body);
    arena_free(c->request.arena);
    c->request.arena = NULL;
    c->request.head = NULL;
    c->exchange = NULL;
}

static void hang_up(struct conn *c)
{
    if (c->fd < 0)
        return;
    event_del(&c->readable);
    event_del(&c->writable);
    if (c->tls)
        tls_shutdown(c->tls);
    tls_conn_free(c->tls);
    c->tls = NULL;
    close(c->fd);
    c->fd = -1;
}

// The peer hears no more; the connection is freed in a later turn, so that no caller holds a freed one. That of an exchange
// not before the application has ended it.
static void doom(struct conn *c)
{
    hang_up(c);
    c->step = c->step == EXCHANGE || c->step == GONE ? GONE : DOOMED;
    set_timer(c, 0);
}

const char *conn_address(const struct conn *c)
{
    return c->request.address;
}

size_t conn_waiting(const struct conn *c)
{
    return c->out.len - c->sent;
}

// Something is wrong with the connection itself. The kernel watches over write_ms too, and may be first to find that the
// peer takes nothing.
static void break_off(struct conn *c)
{
    struct server_counts *counts = &c->home->counts;
    counts->bad += errno == EPROTO;
    if (errno == ETIMEDOUT)
        *(c->step == STREAM || c->step == EXCHANGE ? &counts->streams_dropped : &counts->timeouts) += 1;
    doom(c);
}

// Behind the last answer nothing that comes is of interest: it is not even decrypted.
static bool decrypts(const struct conn *c)
{
    return c->tls && c->step != LINGER;
}

static ssize_t receive(struct conn *c, char *bytes, size_t len)
{
    return decrypts(c) ? tls_recv(c->tls, bytes, len) : recv(c->fd, bytes, len, MSG_DONTWAIT);
}

// What TLS holds already does not make the socket readable.
static void watch_held(struct conn *c)
{
    if (decrypts(c) && tls_pending(c->tls))
        event_active(&c->readable, EV_READ, 0);
}

static void watch_input(struct conn *c)
{
    event_add(&c->readable, NULL);
    watch_held(c);
}

static void watch_room(struct conn *c)
{
    c->send_waits = c->tls && !tls_wants_write(c->tls);
    event_add(c->send_waits ? &c->readable : &c->writable, NULL);
}

// Sends what the socket takes; the number of bytes, or dooms the connection and returns -1.
static ssize_t send_some(struct conn *c, const char *bytes, size_t len)
{
    size_t sent = 0;
    while (sent < len) {
        ssize_t n = c->tls ? tls_send(c->tls, bytes + sent, len - sent)
                           : send(c->fd, bytes + sent, len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n < 0) {
            break_off(c);
            return -1;
        }
        sent += (size_t)n;
    }
    return (ssize_t)sent;
}

// Sends of out what the socket takes now; the rest when it is writable. False when the connection is doomed.
static bool flush(struct conn *c)
{
    ssize_t n = conn_waiting(c) ? send_some(c, c->out.data + c->sent, conn_waiting(c)) : 0;
    if (n < 0)
        return false;
    c->sent += (size_t)n;
    if (conn_waiting(c)) {
        watch_room(c);
        return true;
    }
    c->sent = 0;
    if (c->out.room > KEEP_ROOM)
        text_fini(&c->out);
    else
        text_clear(&c->out);
    return true;
}

// ---- Refusing and closing

void conn_refusal(const struct conn_home *home, enum err err, enum lang lang, bool head_only, struct text *out)
{
    struct text body;
    text_init(&body, READ_MOST);
    home->events.on_bad(home->ctx, err, lang, &body);
    http_write_head(out, err_status(err), body.len ? "application/problem+json" : NULL, body.len, false, NULL);
    if (!head_only)
        text_add(out, body.data, body.len);
    text_fini(&body);
}

// Nothing more is sent: says so to the peer, and reads on until it closes too.
static void half_close(struct conn *c)
{
    if (c->tls)
        tls_shutdown(c->tls);
    shutdown(c->fd, SHUT_WR);
    event_add(&c->readable, NULL);
    set_timer(c, LINGER_MS);
}

static void linger(struct conn *c)
{
    text_fini(&c->in);
    c->step = LINGER;
    c->discarded = 0;
    event_del(&c->readable);
    set_timer(c, c->home->limits.write_ms);
    if (flush(c) && !conn_waiting(c))
        half_close(c);
}

static void refuse(struct conn *c, enum err err, enum lang lang)
{
    if (err == ERR_TIMEOUT)
        c->home->counts.timeouts++;
    else
        c->home->counts.bad++;
    release_request(c);
    conn_refusal(c->home, err, lang, c->head_only, &c->out);
    linger(c);
}

static enum lang request_language(const struct conn *c)
{
    return c->request.head ? http_language(c->request.head) : LANG_FR;
}

// ---- Reading a request

static void shake_hands(struct conn *c)
{
    bool write;
    int result = tls_handshake(c->tls, &write);
    if (result < 0) {
        break_off(c);
        return;
    }
    if (result == 0) {
        event_del(write ? &c->readable : &c->writable);
        event_add(write ? &c->writable : &c->readable, NULL);
        return;
    }
    c->step = HEAD;
    c->begun = true; // the deadline stays that of the accept
    event_del(&c->writable);
    watch_input(c);
}

// The last thing done in a turn: the application may answer at once.
static void ask(struct conn *c)
{
    c->step = ASKED;
    event_del(&c->timer);
    c->home->counts.requests++;
    c->home->events.on_request(c->home->ctx, &c->request);
}

static void take_body(struct conn *c)
{
    size_t used = 0;
    enum err e = ERR_OK;
    enum http_result r = http_read_body(&c->body, c->in.data, c->in.len, &c->request.body, &used, &e);
    if (r == HTTP_BAD) {
        refuse(c, e, request_language(c));
        return;
    }
    text_drop(&c->in, used);
    if (r == HTTP_DONE)
        ask(c);
    else if (c->request.head->expect && !c->begun && conn_waiting(c) == 0) {
        c->begun = true;
        text_put(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
        flush(c);
    }
}

// The head moves to the request's own memory, where it stays while the body and further requests come in.
static void begin_request(struct conn *c, size_t used)
{
    struct request *r = &c->request;
    enum err e;
    r->arena = arena_new();
    struct http_head *head = arena_take(r->arena, sizeof *head);
    char *bytes = arena_copy(r->arena, c->in.data, used);
    if (http_read_head(bytes, used, used, head, &used, &e) != HTTP_DONE)
        log_die("conn", "a request head reads differently the second time");
    text_drop(&c->in, used);
    r->head = head;
    r->came = clock_mono();
    r->open = c->home->events.opens && c->home->events.opens(c->home->ctx, head);
    text_init(&r->body, c->home->limits.body);
    http_body_init(&c->body, head);
    c->keep = head->keep_alive;
    c->begun = c->in.len > 0; // from here on: of the body
    if (r->open) {
        ask(c);
        return;
    }
    c->step = BODY;
    set_timer(c, c->home->limits.body_ms);
    take_body(c);
}

static void take_head(struct conn *c)
{
    struct http_head head;
    size_t used = 0;
    enum err e = ERR_OK;
    enum http_result r = http_read_head(c->in.data, c->in.len, c->home->limits.head, &head, &used, &e);
    c->head_only = head.method.len == 4 && memcmp(head.method.at, "HEAD", 4) == 0;
    if (r == HTTP_BAD)
        refuse(c, e, http_language(&head));
    else if (r == HTTP_DONE)
        begin_request(c, used);
}

static void head_bytes(struct conn *c, const char *bytes, size_t len)
{
    // Only a control byte can end a line or be refused: a head that drips in is not read anew at each drop.
    bool tells = c->in.len + len >= c->home->limits.head;
    for (size_t i = 0; i < len && !tells; i++)
        tells = (unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f;
    if (!c->begun)
        set_timer(c, c->home->limits.head_ms);
    c->begun = true;
    text_add(&c->in, bytes, len);
    if (tells)
        take_head(c);
}

static void body_bytes(struct conn *c, const char *bytes, size_t len)
{
    c->begun = true;
    text_add(&c->in, bytes, len);
    take_body(c);
}

static void request_end(struct conn *c)
{
    if (c->step == HEAD && c->in.len == 0)
        doom(c);
    else
        refuse(c, ERR_BAD_REQUEST, request_language(c));
}

static void request_late(struct conn *c)
{
    if (c->step == BODY || c->in.len) {
        refuse(c, ERR_TIMEOUT, request_language(c));
        return;
    }
    c->home->counts.timeouts += !c->keep; // never a request: late; between two: idle
    doom(c);
}

// ---- An exchange

// It is silent when no byte moves, in either direction.
static void watch_silence(struct conn *c)
{
    const struct exchange *x = c->exchange;
    if (x->drained && !x->over)
        set_timer(c, 0);
    else if (conn_waiting(c))
        set_timer(c, c->home->limits.write_ms);
    else if (!x->held && !x->over)
        set_timer(c, c->home->limits.body_ms);
    else
        event_del(&c->timer);
}

static void end_body(struct conn *c, enum err err)
{
    struct exchange *x = c->exchange;
    x->over = true;
    watch_silence(c);
    x->events->on_end(x->ctx, err);
}

static void end_badly(struct conn *c, enum err err)
{
    *(err == ERR_TIMEOUT ? &c->home->counts.timeouts : &c->home->counts.bad) += 1;
    end_body(c, err);
}

// Hands on what has come. The application may end the exchange, or find its peer gone, by the time that each call returns.
static void hand_on(struct conn *c)
{
    const struct exchange *x = c->exchange;
    struct text piece;
    size_t used = 0;
    enum err e = ERR_OK;
    text_init(&piece, SIZE_MAX / 2);
    enum http_result r = http_read_body(&c->body, c->in.data, c->in.len, &piece, &used, &e);
    if (r != HTTP_BAD)
        text_drop(&c->in, used);
    watch_silence(c);
    if (piece.len)
        x->events->on_bytes(x->ctx, piece.data, piece.len);
    text_fini(&piece);
    if (c->step != EXCHANGE || r == HTTP_MORE)
        return;
    if (r == HTTP_BAD)
        end_badly(c, ERR_BAD_REQUEST);
    else
        end_body(c, ERR_OK);
}

static void exchange_bytes(struct conn *c, const char *bytes, size_t len)
{
    text_add(&c->in, bytes, len);
    hand_on(c);
}

static void exchange_cut(struct conn *c)
{
    end_badly(c, ERR_BAD_REQUEST);
}

static void drop_stream(struct conn *c)
{
    c->home->counts.streams_dropped++;
    doom(c);
}

static void exchange_late(struct conn *c)
{
    if (c->exchange->drained && !c->exchange->over)
        end_body(c, ERR_UNAVAILABLE);
    else if (conn_waiting(c))
        drop_stream(c);
    else if (!c->exchange->over)
        end_badly(c, ERR_TIMEOUT);
}

static void exchange_sent(struct conn *c)
{
    c->exchange->events->on_room(c->exchange->ctx);
}

static void tell_gone(struct conn *c)
{
    struct exchange *x = c->exchange;
    if (!x->told) {
        x->told = true;
        x->events->on_gone(x->ctx);
    }
}

// ---- Behind an answer

static void next_request(struct conn *c)
{
    if (!c->keep || c->home->draining) {
        linger(c);
        return;
    }
    c->request.open = false;
    c->step = HEAD;
    c->begun = c->in.len > 0;
    set_timer(c, c->begun ? c->home->limits.head_ms : c->home->limits.idle_ms);
    watch_input(c);
    if (c->begun)
        take_head(c);
    else
        text_fini(&c->in);
}

static void sent_on_stream(struct conn *c)
{
    event_del(&c->timer);
}

static void answer_late(struct conn *c)
{
    c->home->counts.timeouts++;
    doom(c);
}

static void stream_bytes(struct conn *c, const char *bytes, size_t len)
{
    (void)bytes;
    c->discarded += len;
    if (c->discarded > STREAM_INPUT)
        drop_stream(c);
}

static void linger_bytes(struct conn *c, const char *bytes, size_t len)
{
    (void)bytes;
    c->discarded += len;
    if (c->discarded > LINGER_INPUT && !c->request.open) // whose peer may be amid a body of any size
        doom(c);
}

static void bury(struct conn *c)
{
    struct conn_home *home = c->home;
    uint64_t id = c->request.id;
    bool streamed = c->streamed;
    home->on_closed(home->owner, id);
    conn_free(c);
    if (streamed) {
        home->counts.streams--;
        home->events.on_stream_end(home->ctx, id);
    }
}

// ---- The steps: what each does with bytes, with the end of the input, at its deadline, and when all was sent

static const struct {
    void (*on_bytes)(struct conn *c, const char *bytes, size_t len);
    void (*on_end)(struct conn *c);
    void (*on_time)(struct conn *c);
    void (*on_sent)(struct conn *c);
} steps[] = {
    [HANDSHAKE] = {NULL, NULL, request_late, NULL},
    [HEAD] = {head_bytes, request_end, request_late, NULL},
    [BODY] = {body_bytes, request_end, request_late, NULL},
    [ASKED] = {NULL, NULL, NULL, NULL},
    [EXCHANGE] = {exchange_bytes, exchange_cut, exchange_late, exchange_sent},
    [GONE] = {NULL, NULL, tell_gone, NULL},
    [WRITING] = {NULL, NULL, answer_late, next_request},
    [STREAM] = {stream_bytes, doom, drop_stream, sent_on_stream},
    [LINGER] = {linger_bytes, doom, doom, half_close},
    [DOOMED] = {NULL, NULL, bury, NULL},
};

// What is sent ahead waits in the kernel, until next_request; so does what an exchange does not want yet.
static bool takes_input(const struct conn *c)
{
    return steps[c->step].on_bytes && !(c->step == EXCHANGE && (c->exchange->held || c->exchange->over));
}

static void read_some(struct conn *c)
{
    char bytes[READ_MOST];
    ssize_t n = receive(c, bytes, sizeof bytes);
    if (n > 0)
        steps[c->step].on_bytes(c, bytes, (size_t)n);
    else if (n == 0)
        steps[c->step].on_end(c);
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        break_off(c);
    else if (decrypts(c) && tls_wants_write(c->tls)) {
        c->read_waits = true;
        event_del(&c->readable);
        event_add(&c->writable, NULL);
    }
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct conn *c = ctx;
    if (c->step == HANDSHAKE) {
        shake_hands(c);
        return;
    }
    if (c->send_waits) {
        c->send_waits = false;
        event_add(&c->writable, NULL);
    }
    if (!takes_input(c)) {
        event_del(&c->readable);
        return;
    }
    if (c->step == EXCHANGE && !c->exchange->started) {
        c->exchange->started = true;
        hand_on(c);
    } else
        read_some(c);
    watch_held(c);
}

static void on_writable(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct conn *c = ctx;
    size_t before = conn_waiting(c);
    if (c->step == HANDSHAKE) {
        shake_hands(c);
        return;
    }
    if (c->read_waits) {
        c->read_waits = false;
        event_add(&c->readable, NULL);
    }
    if (!flush(c))
        return;
    if (c->step == STREAM && conn_waiting(c) < before)
        set_timer(c, c->home->limits.write_ms);
    if (c->step == EXCHANGE && conn_waiting(c) < before)
        watch_silence(c);
    if (!conn_waiting(c) && steps[c->step].on_sent)
        steps[c->step].on_sent(c);
}

static void on_timer(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct conn *c = ctx;
    steps[c->step].on_time(c);
}

// ---- Birth and death

struct conn *conn_new(struct conn_home *home, uint64_t id, int fd, const char *address)
{
    struct conn *c = memory_new(sizeof *c);
    c->home = home;
    c->fd = fd;
    c->tls = home->tls ? tls_conn_new(home->tls, fd) : NULL;
    c->step = c->tls ? HANDSHAKE : HEAD;
    c->request.id = id;
    c->request.secure = c->tls != NULL;
    memcpy(c->request.address, address, strnlen(address, sizeof c->request.address - 1));
    text_init(&c->in, home->limits.head + READ_MOST);
    text_init(&c->out, SIZE_MAX / 2);
    if (event_assign(&c->readable, home->base, fd, EV_READ | EV_PERSIST, on_readable, c) ||
        event_assign(&c->writable, home->base, fd, EV_WRITE, on_writable, c) ||
        evtimer_assign(&c->timer, home->base, on_timer, c))
        log_die("conn", "cannot watch a connection");
    set_timer(c, home->limits.head_ms);
    event_add(&c->readable, NULL);
    return c;
}

void conn_free(struct conn *c)
{
    hang_up(c);
    event_del(&c->timer);
    release_request(c);
    text_fini(&c->in);
    text_fini(&c->out);
    free(c);
}

// ---- What the application does

// Nobody waits for the answer any more.
static void forget_request(struct conn *c)
{
    release_request(c);
    c->step = DOOMED;
    set_timer(c, 0);
}

// Whether the connection may go on behind the answer; not with a body that was not read.
static bool keeps(const struct conn *c)
{
    return c->keep && !c->home->draining && (!c->request.open || http_body_done(&c->body));
}

static void send_answer(struct conn *c)
{
    release_request(c);
    c->step = WRITING;
    set_timer(c, c->home->limits.write_ms);
    if (!flush(c) || conn_waiting(c))
        return;
    // A request sent ahead is read from the loop, never from within this answer.
    if (c->keep && c->in.len)
        event_add(&c->writable, NULL);
    else
        next_request(c);
}

void conn_answer(struct conn *c, int status, const char *type, const char *body, size_t len, const char *extra)
{
    bool exchanged = c->step == GONE || (c->step == EXCHANGE && !c->exchange->begun);
    if (c->step != ASKED && !exchanged) {
        log_error("conn", "an answer without a request");
        return;
    }
    if (c->fd < 0) {
        forget_request(c);
        return;
    }
    c->keep = keeps(c);
    http_write_head(&c->out, status, type, type ? len : 0, c->keep, extra);
    if (type && !c->head_only && status != 204 && status != 304)
        text_add(&c->out, body, len);
    send_answer(c);
}

bool conn_stream(struct conn *c, const char *type, const char *extra)
{
    bool was_asked = c->step == ASKED, gone = c->fd < 0;
    if (was_asked && (gone || c->head_only)) {
        c->keep = false;
        conn_answer(c, 200, type, "", 0, extra);
        return false;
    }
    if (!was_asked) {
        log_error("conn", "a stream without a request");
        return false;
    }
    http_write_head(&c->out, 200, type, HTTP_UNTIL_CLOSE, false, extra);
    release_request(c);
    c->step = STREAM;
    c->discarded = c->in.len;
    text_fini(&c->in);
    watch_input(c);
    if (!flush(c))
        return false;
    c->streamed = true;
    c->home->counts.streams++;
    if (conn_waiting(c))
        set_timer(c, c->home->limits.write_ms);
    if (c->discarded > STREAM_INPUT)
        drop_stream(c);
    return true;
}

bool conn_send(struct conn *c, const void *bytes, size_t len)
{
    if (c->step != STREAM)
        return false;
    size_t sent = 0;
    if (conn_waiting(c) == 0) {
        ssize_t n = send_some(c, bytes, len);
        if (n < 0)
            return false;
        sent = (size_t)n;
        if (sent == len)
            return true;
        set_timer(c, c->home->limits.write_ms);
        watch_room(c);
    }
    if (conn_waiting(c) + len - sent > c->home->limits.stream_buffer) {
        drop_stream(c);
        return false;
    }
    if (c->sent > c->out.len / 2) {
        text_drop(&c->out, c->sent);
        c->sent = 0;
    }
    text_add(&c->out, (const char *)bytes + sent, len - sent);
    return true;
}

void conn_end(struct conn *c)
{
    if (c->step == STREAM)
        linger(c);
}

void conn_exchange(struct conn *c, const char *type, const char *extra, const struct server_exchange *events, void *ctx)
{
    if (c->step != ASKED || !c->request.open) {
        log_error("conn", "an exchange without an open request");
        return;
    }
    c->exchange = arena_take(c->request.arena, sizeof *c->exchange);
    *c->exchange = (struct exchange){.events = events, .ctx = ctx, .type = type, .extra = extra};
    c->step = EXCHANGE;
    if (c->fd < 0) {
        doom(c);
        return;
    }
    if (c->request.head->expect && !c->begun && !http_body_done(&c->body)) {
        text_put(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
        if (!flush(c))
            return;
    }
    c->exchange->drained = c->home->draining;
    conn_exchange_hold(c, false);
}

void conn_exchange_hold(struct conn *c, bool hold)
{
    if (c->step != EXCHANGE)
        return;
    struct exchange *x = c->exchange;
    x->held = hold;
    if (!conn_waiting(c))
        watch_silence(c);
    if (hold || x->over)
        return;
    watch_input(c);
    if (!x->started)
        event_active(&c->readable, EV_READ, 0);
}

void conn_exchange_send(struct conn *c, const void *bytes, size_t len)
{
    if (c->step != EXCHANGE || len == 0)
        return;
    struct exchange *x = c->exchange;
    bool waited = conn_waiting(c) > 0;
    if (!x->begun)
        http_write_head(&c->out, 200, x->type, HTTP_CHUNKED, c->keep && !c->home->draining, x->extra);
    x->begun = true;
    if (c->sent > c->out.len / 2) {
        text_drop(&c->out, c->sent);
        c->sent = 0;
    }
    http_write_chunk(&c->out, bytes, len);
    if (flush(c) && !waited)
        watch_silence(c);
}

void conn_exchange_end(struct conn *c)
{
    if (c->step == GONE)
        forget_request(c);
    if (c->step != EXCHANGE)
        return;
    struct exchange *x = c->exchange;
    c->keep = keeps(c);
    if (!x->begun)
        http_write_head(&c->out, 200, x->type, HTTP_CHUNKED, c->keep, x->extra);
    http_write_chunk(&c->out, NULL, 0);
    send_answer(c);
}

void conn_drain(struct conn *c)
{
    if (c->step == STREAM)
        linger(c);
    else if (c->step == EXCHANGE && !c->exchange->over) {
        c->exchange->drained = true;
        watch_silence(c);
    }
    else if (c->step == HANDSHAKE || (c->step == HEAD && c->in.len == 0))
        doom(c);
}

void conn_cut(struct conn *c)
{
    if (c->step == ASKED)
        hang_up(c);
    else
        doom(c);
}
