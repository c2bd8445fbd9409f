// SPDX-License-Identifier: EUPL-1.2
// Calls to the server over one kept connection, repeated when it breaks.
#ifndef CLI_CALL_H
#define CLI_CALL_H

#include "option.h"

#include "base/text.h"

#include <stddef.h>

struct call;

struct request {
    const char *method, *path; // "POST", "/v1/needs?draft=1"
    const char *type;          // of the body; NULL: no body
    const char *body;
    size_t length;
    const char *key, *etag, *since;    // Idempotency-Key, If-Match, Last-Event-ID; NULL: none
    const struct option_field *fields; // which options filled the body: refusals name them. NULL: none did
    bool open;                         // goes without the token
    bool secret;                       // holds a password or a link: only over TLS, or to this machine
    bool once; // not repeated when the connection breaks: it has no key, and doing it twice does harm
    // A stream: bytes of a 200 answer go to on_bytes instead of the answer's body; false ends the call.
    void (*on_open)(void *ctx);
    bool (*on_bytes)(void *ctx, const char *bytes, size_t length);
    void *ctx;
    // A body that is made while it is sent, and answered meanwhile (with on_bytes): the bytes given, at most room; 0 at
    // its end; or one of the CALL_ values below. Such a call is not repeated by call_send.
    size_t (*more)(void *ctx, char *bytes, size_t room);
    int source;      // what CALL_SOURCE waits for
    long timeout_ms; // of the whole call, 0: none but silence
};
#define CALL_LATER (SIZE_MAX - 2)  // nothing before the answer brings something
#define CALL_SOURCE (SIZE_MAX - 1) // nothing before that, or before the source can be read
#define CALL_ENOUGH SIZE_MAX       // ends the call, as on_bytes does by false

struct answer {
    long status;
    struct text body;
    char etag[128];                    // "" when absent
    long later;                        // Retry-After in seconds, 0 when absent
    bool broke;                        // the connection had broken before: an earlier try may have been carried out
    char session[128];                 // the cookie of a session that was opened, "" when none was
    const struct option_field *fields; // of the request
};

// Strings of the options are borrowed. NULL (said) when the address is not http:// or https://, or --cacert cannot be
// read.
struct call *call_open(const struct options *o);
void call_close(struct call *c);
// From now on requests are those of this session (answer.session) instead of the token's; "" ends that.
void call_session(struct call *c, const char *session);
// Whether a password may travel to the server: over TLS, or on this machine. Says no.
bool call_private(const struct call *c);
// Whether the server is this machine.
bool call_local(const struct call *c);
void call_answer_init(struct answer *a);
void call_answer_fini(struct answer *a);

enum call_end { CALL_ANSWERED, CALL_BROKEN, CALL_FAILED, CALL_STOPPED };
// One try. BROKEN: worth repeating; FAILED: not (wrong certificate, not HTTP). call_why says why.
enum call_end call_once(struct call *c, const struct request *r, struct answer *a);
const char *call_why(const struct call *c);
// Says that it was not answered, and what that is to the user; nothing when it was stopped.
enum result call_lost(const struct call *c, enum call_end end);
// Whether there has been a connection to the server at all.
bool call_reached(const struct call *c);

// The waits between tries.
struct patience {
    int64_t until; // monotonic microseconds, 0: nothing went wrong yet
    int tries;
    long first_ms; // the first wait, 0: 200; it doubles up to 5 s, or stays when larger
    bool quiet;    // nothing is said
};
// Waits for the next try, at least least_ms; says once why. False when --retry is over (or would be by then) or on an
// interrupt.
bool call_pause(struct call *c, struct patience *p, long least_ms);
// Whether the status asks to come back later (408, 429, 502, 503, 504).
bool call_later(long status);

// Tries until there is an answer, whatever its status, or --retry is over (said: RESULT_UNREACHABLE).
enum result call_send(struct call *c, const struct request *r, struct answer *a);
// The same, and a status of 400 or more is told to the user: RESULT_REFUSED or RESULT_SERVER.
enum result call_ask(struct call *c, const struct request *r, struct answer *a);
// Whether the answer refuses for that reason.
bool call_refused(const struct answer *a, enum err why);
// Tells the problem of an answer: sentences on stderr, with --json the object on stdout.
enum result call_problem(const struct options *o, const struct answer *a);

// From now on an interrupt (INT, TERM) ends calls with CALL_STOPPED instead of the process; call_release lets it
// through.
void call_hold(struct call *c);
bool call_stopped(const struct call *c);
void call_release(struct call *c);

// Adds bytes percent-encoded.
void call_escape(struct text *out, const char *s);
// "/v1/needs/", an id as the caller typed it and what follows as a path; text_fini it.
void call_path(struct text *out, const char *folder, const char *id, const char *rest);
// Adds "?name=value", or "&name=value" behind another one; nothing when value is NULL.
void call_query(struct text *path, const char *name, const char *value);

#endif
