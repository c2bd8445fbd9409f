// SPDX-License-Identifier: EUPL-1.2
// One request on its way through the use cases: who calls, what was asked, and the ways to answer. Answer exactly once.
#ifndef APP_CALL_H
#define APP_CALL_H

#include "app/parts.h"
#include "app/sql.h"
#include "core/fault.h"
#include "core/rights.h"
#include "io/pg.h"
#include "io/server.h"
#include "wire/form.h"

struct caller {
    char id[37]; // organisation, "" when none
    char siret[15];
    const char *name;
    unsigned kinds, structures;
    char person[37];  // "" when an organisation's token calls
    bool member;      // in the name of an organisation
    bool session;     // by cookie
    bool suspended, moderator;
    unsigned scopes;
    char credential[65]; // hash of the token or the cookie, "" when nobody calls
};

struct call {
    struct parts *parts;
    struct request *request;
    struct arena *arena; // of the request
    enum lang lang;
    struct caller caller;
    char address[64];    // of the client, behind the proxies that are believed
    bool secure;         // the client speaks HTTPS, or sits on this machine
    bool https;
    int route;           // number in protocol/routes.def
    char part[64];       // the {id} or {format} of the path
    const char *extra;   // header lines for the answer
    void (*page)(struct call *c, enum err err, const char *why); // says a refusal to a person; NULL: a program reads it
    bool open, secret;   // the answer is the same for everybody who asks; it holds the secret of a link
    void *state;         // of the handler, in the arena
};

// JSON with the given status. It may go out compressed, as what call_text is given.
void call_answer(struct call *c, int status, const char *json);
// The same; warnings, when there are any, become the object's last member "warnings".
void call_answer_warned(struct call *c, int status, const char *json, const struct faults *warnings);
void call_text(struct call *c, int status, const char *type, const char *body, size_t len);
// Bytes that go out as they are.
void call_send(struct call *c, int status, const char *type, const char *body, size_t len);
// What everybody may read: it may be compressed, and kept so long (seconds; 0: it is asked for again each time).
void call_open(struct call *c, int seconds);
// An RFC 9457 problem, or the page of the call that says it; arg and faults may be NULL.
void call_refuse(struct call *c, enum err err, const char *arg, const struct faults *faults);
// 429 with Retry-After, from microseconds.
void call_refuse_later(struct call *c, int64_t wait_us);
// Reads the body as a flat record (wire/form); false when refused.
bool call_form(struct call *c, const char *record, struct form *form);
// One faulty field: 422.
void call_refuse_field(struct call *c, enum err err, const char *arg, const char *field);
// Whether the {id} of the path is one; else 404 is answered.
bool call_part_is_id(struct call *c);
// Refuses by what the database said; true when it did (the answer is given).
bool call_failed(struct call *c, const struct pg_result *r);
// The same, or with 404 when there is no row.
bool call_missing(struct call *c, const struct pg_result *r);
// Adds a header line to the answer.
void call_header(struct call *c, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));

// A parameter of the query, in the arena; NULL when absent.
const char *call_query(struct call *c, const char *name);
// A member of a body that a form sent, in the arena; NULL when absent or empty.
const char *call_member(struct call *c, const char *name);
// The value of a request header, in the arena; NULL when absent.
const char *call_header_value(struct call *c, const char *name);
// cursor and limit of a list; false when refused (the answer is given). cursor is NULL for the first page; it must be a
// UUID, or a number when `numeric`.
bool call_page(struct call *c, bool numeric, const char **cursor, const char **limit);
// Answers a list: column 0 the JSON, column 1 the next cursor; adds the Link header.
void call_list(void *call, const struct pg_result *r);
// Answers what has versions: column 0 the JSON, column 1 the version, as ETag.
void call_versioned(void *call, const struct pg_result *r);
// Says which version the answer has; whoever has it already is told so (If-None-Match). False when it was.
bool call_is_new(struct call *c, const char *version);
// Version from If-Match ("\"3\""), 0 when absent; -1 when it is no version of ours.
int call_version(struct call *c);
// Idempotency-Key, and the hash of method, target and body that goes with it; *key is NULL when there is none. False when refused.
bool call_key(struct call *c, const char **key, const char **hash);
// In whose name its statements run; borrowed from the call.
struct pg_scope call_scope(const struct call *c);
// Sends a statement whose callback gets the call.
void call_read(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done);
void call_write(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done);
// A write that may take its time: other writes do not wait for it (pg_write_bulk).
void call_write_bulk(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done);

#endif
