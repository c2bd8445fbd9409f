// SPDX-License-Identifier: EUPL-1.2
// One connection's life: request, answer, the next one; or both at once, an exchange; or a stream; or a refusal. No call below
// frees the connection or calls back: what is over is freed from the loop, by on_closed.
#ifndef IO_CONN_H
#define IO_CONN_H

#include "io/server.h"
#include "io/tls.h"

struct conn;

// What the connections of one server have in common.
struct conn_home {
    struct event_base *base;
    struct server_limits limits;
    struct server_events events;
    void *ctx;
    struct tls *tls;                             // of new connections; NULL: plain
    struct server_counts counts;                 // but accepted, refused and open, which are the server's
    bool draining;                               // the present answer is the last of each connection
    void (*on_closed)(void *owner, uint64_t id); // forget the id; the connection is freed on return
    void *owner;
};

// Takes the socket (non-blocking), starts to read a request.
struct conn *conn_new(struct conn_home *home, uint64_t id, int fd, const char *address);
// Closes without a word and calls nobody.
void conn_free(struct conn *c);

// As server_answer and its sisters say.
void conn_answer(struct conn *c, int status, const char *type, const char *body, size_t len, const char *extra);
bool conn_stream(struct conn *c, const char *type, const char *extra);
bool conn_send(struct conn *c, const void *bytes, size_t len);
size_t conn_waiting(const struct conn *c);
const char *conn_address(const struct conn *c); // of the peer
void conn_end(struct conn *c);
void conn_exchange(struct conn *c, const char *type, const char *extra, const struct server_exchange *events, void *ctx);
void conn_exchange_hold(struct conn *c, bool hold);
void conn_exchange_send(struct conn *c, const void *bytes, size_t len);
void conn_exchange_end(struct conn *c);

// Ends the connection as soon as nothing is under way in it.
void conn_drain(struct conn *c);
// Ends it now; but a request not answered yet stays valid until it is (or conn_free).
void conn_cut(struct conn *c);

// The answer to a request that is refused, written for good: the connection closes behind it.
void conn_refusal(const struct conn_home *home, enum err err, enum lang lang, bool head_only, struct text *out);

#endif
