// SPDX-License-Identifier: EUPL-1.2
// The HTTP server: a listener and its connections, with limits and absolute deadlines. A request is given to on_request
// once its body is complete; it must be answered exactly once, at any later time, by its id. If the peer has gone
// meanwhile, the answer is dropped. Requests of one connection are served one after the other. An open request is given to
// on_request before its body: it is refused with an answer, or its body is read while its answer is written (an exchange).
#ifndef IO_SERVER_H
#define IO_SERVER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "io/loop.h"
#include "wire/http.h"

#include <stdbool.h>
#include <stdint.h>

struct server_limits {
    size_t head;          // bytes of a request head
    size_t body;          // bytes of a request body
    int head_ms;          // from the first byte (or accept, with TLS always) to the end of the head
    int body_ms;          // from the end of the head to the end of the body
    int idle_ms;          // between requests
    int write_ms;         // an answer must be taken within this
    int connections;      // at most; further ones are answered 503 and closed, with TLS just closed
    int address;          // at most of one network (forwarded_network), 0: no limit
    size_t stream_buffer; // bytes waiting in one stream before it is dropped
};

struct request {
    uint64_t id;                  // of the connection, never reused
    const struct http_head *head; // slices stay valid until the answer
    struct text body;             // NUL-terminated
    struct arena *arena;          // freed after the answer
    char address[64];             // of the peer
    bool secure;                  // came over TLS
    bool open;                    // its body is still to come: server_exchange reads it
    int64_t came;                 // clock_mono when the head was complete
};

struct server;
struct tls;

struct server_events {
    // Borrowed; valid until server_answer or server_stream is called for r->id.
    void (*on_request)(void *ctx, struct request *r);
    // A stream ended (peer gone, dropped, or server_stream_end); called once per stream, never from within
    // server_stream*.
    void (*on_stream_end)(void *ctx, uint64_t id);
    // Whether connections from that address are counted by limits.address; NULL: all are.
    bool (*counted)(void *ctx, const char *address);
    // A request that could not be read: fills the body, of type application/problem+json, in the language of the
    // request.
    void (*on_bad)(void *ctx, enum err err, enum lang lang, struct text *body);
    // Whether that request is given out open; NULL: none is.
    bool (*opens)(void *ctx, const struct http_head *head);
};

struct server *server_new(struct loop *l, const struct server_limits *limits, const struct server_events *events,
                          void *ctx);
// One address: "127.0.0.1:8080", "[::1]:8080", no names, port 0 = any free one. ERR_IO with a log line. bound gets the
// real address.
// Whether it has that form.
bool server_address(const char *address);
enum err server_listen(struct server *s, const char *address, char bound[static 80]) MUST_USE;
// Connections accepted from now on use it (NULL: plain), those accepted before keep what they began with. Takes it.
void server_tls(struct server *s, struct tls *t);
// Refuses new connections, ends idle ones and streams, lets answers under way finish for at most ms, then on_drained.
// A request still unanswered then stays valid until server_answer or server_free.
void server_drain(struct server *s, int ms, void (*on_drained)(void *ctx), void *ctx);
void server_free(struct server *s);

// type NULL: no body. extra: header lines ended by CRLF, or NULL. body is copied. HEAD requests get the head alone.
void server_answer(struct server *s, uint64_t id, int status, const char *type, const char *body, size_t len,
                   const char *extra);
// Answers 200 with the type and keeps the connection open as a stream; false, and no on_stream_end, when the peer has
// gone or asked by HEAD.
bool server_stream(struct server *s, uint64_t id, const char *type, const char *extra);
// Queues bytes; false when the stream has gone or was dropped because more than stream_buffer bytes wait.
bool server_stream_send(struct server *s, uint64_t id, const void *bytes, size_t len);
// Bytes of a stream that its peer has not taken yet; 0 when it has gone.
size_t server_stream_waiting(const struct server *s, uint64_t id);
void server_stream_end(struct server *s, uint64_t id);

// What happens to an exchange; nothing of it from within a call below.
struct server_exchange {
    // A piece of the body, borrowed. A body may be of any size; a piece is small.
    void (*on_bytes)(void *ctx, const char *bytes, size_t len);
    // The body is complete (OK), or no more of it will be read: it breaks off or its framing is wrong (BAD_REQUEST), it fell
    // silent for body_ms (TIMEOUT), the server drains (UNAVAILABLE). Once. There may still be answered.
    void (*on_end)(void *ctx, enum err err);
    // Nothing that was sent waits any more.
    void (*on_room)(void *ctx);
    // The peer has gone, or was dropped since it took nothing for write_ms. Nothing else is told after it.
    void (*on_gone)(void *ctx);
};

// Reads the body of an open request from now on (and says so to a peer that expects it). The request stays valid until
// server_answer, which is possible until something was sent, or server_exchange_end, either of them also when the peer
// has gone. type and extra, of the answer 200, are borrowed until then, and so are the events.
void server_exchange(struct server *s, uint64_t id, const char *type, const char *extra, const struct server_exchange *events,
                     void *ctx);
// Whether reading pauses. What has come is kept by TCP; a pause has no deadline.
void server_exchange_hold(struct server *s, uint64_t id, bool hold);
// Queues bytes of the answer; how many wait, server_stream_waiting says: whoever sends must heed it. Nothing when the peer
// has gone.
void server_exchange_send(struct server *s, uint64_t id, const void *bytes, size_t len);
// Ends the answer. The connection goes on to its next request when the whole body was read, else it closes.
void server_exchange_end(struct server *s, uint64_t id);

struct server_counts {
    uint64_t accepted, refused, requests, bad, timeouts, streams_dropped;
    int open, streams;
};
struct server_counts server_counts(const struct server *s);

#endif
