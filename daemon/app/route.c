// SPDX-License-Identifier: EUPL-1.2
// Knows which use case serves which address, and asks the rights first.
#include "app/route.h"

#include "app/access.h"
#include "app/accounts.h"
#include "app/administration.h"
#include "app/alerts.h"
#include "app/answers.h"
#include "app/badgepage.h"
#include "app/badges.h"
#include "app/bulk.h"
#include "app/channels.h"
#include "app/checkin.h"
#include "app/config.h"
#include "app/conventions.h"
#include "app/feeds.h"
#include "app/frame.h"
#include "app/gate.h"
#include "app/guests.h"
#include "app/halls.h"
#include "app/hub.h"
#include "app/imports.h"
#include "app/invitations.h"
#include "app/live.h"
#include "app/lookup.h"
#include "app/members.h"
#include "app/moderation.h"
#include "app/needs.h"
#include "app/offers.h"
#include "app/organisation.h"
#include "app/outcomes.h"
#include "app/pages.h"
#include "app/papers.h"
#include "app/participants.h"
#include "app/plans.h"
#include "app/preview.h"
#include "app/privacy.h"
#include "app/public.h"
#include "app/requests.h"
#include "app/sessions.h"
#include "app/statements.h"
#include "app/status.h"
#include "app/timetables.h"
#include "app/tokens.h"
#include "app/web.h"
#include "wire/problem.h"
#include "wire/routes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void (*const handlers[])(struct call *c) = { // in the order of routes.def
#define ROUTE(method, path, name, who, scope, flags, takes, gives, status, fr, en) name,
#include "protocol/routes.def"
#undef ROUTE
};

// Whether the path has the form of the route's; what stands for {id} or {format} goes to part. {path} is all that is left, as it is, cut to the room.
static bool fits(const char *pattern, struct http_slice path, char *part, size_t room)
{
    const char *p = path.at, *end = path.at + path.len;
    while (*pattern && p < end) {
        if (*pattern == '{') {
            const char *stop = memchr(p, '/', (size_t)(end - p));
            if (strcmp(pattern, "{path}") == 0) {
                snprintf(part, room, "%.*s", (int)(end - p), p);
                return true;
            }
            stop = stop ? stop : end;
            if (stop == p || !http_decode((struct http_slice){p, (size_t)(stop - p)}, part, room))
                return false;
            p = stop;
            pattern = strchr(pattern, '}') + 1;
        } else if (*pattern++ != *p++)
            return false;
    }
    return !*pattern && p == end;
}

static bool method_is(struct http_slice given, const char *method)
{
    if (given.len == 4 && memcmp(given.at, "HEAD", 4) == 0)
        return strcmp(method, "GET") == 0;
    return given.len == strlen(method) && memcmp(given.at, method, given.len) == 0;
}

// The route, or NULL with the methods that the path takes in `others`.
static const struct routes_entry *find(struct call *c, char *others, size_t room)
{
    int number = 0;
    char part[sizeof c->part];
    *others = 0;
    for (const struct routes_entry *e = routes_next(NULL); e; e = routes_next(e), number++) {
        if (!fits(e->path, c->request->head->path, part, sizeof part))
            continue;
        if (method_is(c->request->head->method, e->method)) {
            c->route = number;
            if (strchr(e->path, '{'))
                memcpy(c->part, part, sizeof part);
            return e;
        }
        if (!strstr(others, e->method))
            snprintf(others + strlen(others), room - strlen(others), "%s%s", *others ? ", " : "", e->method);
    }
    return NULL;
}

bool route_opens(const struct http_head *head)
{
    char part[64];
    for (const struct routes_entry *e = routes_next(NULL); e; e = routes_next(e))
        if (e->flags & ROUTE_BULK && fits(e->path, head->path, part, sizeof part) && method_is(head->method, e->method))
            return true;
    return false;
}

// What a browser may ask before a request of another origin: nothing is allowed here yet, but the methods are named.
static void refuse_method(struct call *c, const char *others)
{
    call_header(c, "Allow", "%s", others);
    if (c->request->head->method.len == 7 && memcmp(c->request->head->method.at, "OPTIONS", 7) == 0)
        call_text(c, 204, NULL, "", 0);
    else
        call_refuse(c, ERR_BAD_METHOD, others, NULL);
}

static const struct routes_entry *entry(int number)
{
    const struct routes_entry *e = routes_next(NULL);
    while (number--)
        e = routes_next(e);
    return e;
}

// A body must say what it is; what is not JSON (or lines, where those are taken) is refused before it is read.
static bool type_fits(struct call *c, const struct routes_entry *e)
{
    const char *type = call_header_value(c, "Content-Type");
    static const char *const json[] = {"application/json", NULL}, *const form[] = {"application/x-www-form-urlencoded", NULL},
                             *const lines[] = {"application/x-ndjson", "text/tab-separated-values", NULL},
                             *const bulk[] = {"application/x-ndjson", NULL}, *const table[] = {"text/csv", NULL};
    const char *const *types = e->flags & ROUTE_BULK    ? bulk
                               : e->flags & ROUTE_LINES ? lines
                               : e->flags & ROUTE_TABLE ? table
                               : strcmp(e->takes, "form") == 0 ? form : json;
    if (!*e->takes)
        return true;
    size_t len = type ? strcspn(type, "; \t") : 0;
    for (const char *const *t = types; *t; t++)
        if (len == strlen(*t) && strncasecmp(type, *t, len) == 0)
            return true;
    call_refuse(c, ERR_BAD_TYPE, types[1] ? arena_format(c->arena, "%s, %s", types[0], types[1]) : types[0], NULL);
    return false;
}

// What the route says of a parameter: 0 it has none of that name, 1 a value, 2 a flag.
static int parameter(const struct routes_entry *e, const char *name)
{
    if (e->flags & ROUTE_PAGED && (strcmp(name, "cursor") == 0 || strcmp(name, "limit") == 0))
        return 1;
    for (const struct routes_query *q = routes_query_next(e, NULL); q; q = routes_query_next(e, q))
        if (strcmp(q->name, name) == 0)
            return q->flag ? 2 : 1;
    return 0;
}

// A parameter that is misspelt or cannot be read must not count as absent: it may have been ?draft=1.
static bool query_fits(struct call *c, const struct routes_entry *e)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    const char *at = c->request->head->query.at, *end = at ? at + c->request->head->query.len : at;
    for (const char *stop; at && at < end; at = stop + 1) {
        stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        const char *name = arena_copy(c->arena, at, (size_t)((equals ? equals : stop) - at)), *value = call_query(c, name);
        int kind = parameter(e, name);
        if (stop > at && kind == 0)
            fault_add(&faults, ERR_UNKNOWN_FIELD, NULL, "/%.60s", text_utf8(name, strlen(name)) ? name : "?");
        else if (kind && !value)
            fault_add(&faults, ERR_BAD_TEXT, NULL, "/%s", name);
        else if (kind == 2 && strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
            fault_add(&faults, ERR_NOT_ONE_OF, "0, 1", "/%s", name);
    }
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    return faults.count == 0;
}

// What may stand only once: of two, nobody knows which one the sender meant.
static bool headers_fit(struct call *c)
{
    static const char *const single[] = {"Authorization", "Content-Type", "Cookie", "Idempotency-Key", "If-Match", "Last-Event-ID", "Origin"};
    const struct http_head *head = c->request->head;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++) {
        int count = 0;
        for (size_t k = 0; k < head->header_count; k++)
            count += head->headers[k].name.len == strlen(single[i]) &&
                     strncasecmp(head->headers[k].name.at, single[i], head->headers[k].name.len) == 0;
        if (count > 1) {
            call_refuse(c, ERR_BAD_REQUEST, NULL, NULL);
            return false;
        }
    }
    return true;
}

static bool is_safe(const struct call *c)
{
    return method_is(c->request->head->method, "GET");
}

static bool same_origin(struct call *c, const char *origin)
{
    const char *own = c->parts->config->public_url, *host = call_header_value(c, "Host");
    size_t len = strlen(own) - (*own && own[strlen(own) - 1] == '/');
    return (*own && strlen(origin) == len && strncmp(origin, own, len) == 0) ||
           text_equal(origin, arena_format(c->arena, "%s://%s", c->https ? "https" : "http", host ? host : ""));
}

// What changes something comes from our own pages or from a program: a browser says where a page is from, and no foreign
// page can add the header without asking first (RFC 6454, Fetch "CORS-preflight").
static bool origin_fits(struct call *c, bool cookie)
{
    const char *origin = call_header_value(c, "Origin");
    if (is_safe(c) || call_header_value(c, "Authorization"))
        return true;
    if ((!origin || same_origin(c, origin)) && (!cookie || call_header_value(c, "Entregent-Request")))
        return true;
    call_refuse(c, ERR_BAD_ORIGIN, NULL, NULL);
    return false;
}

// A page may say for whom it was made ("PERSON ORGANISATION" instead of 1): a browser has one cookie for all its pages, and in another
// of them somebody else may have signed in since. Neither is shown, nor given, what is the other's.
static bool caller_fits(struct call *c)
{
    const struct caller *who = &c->caller;
    const char *made_for = who->session ? call_header_value(c, "Entregent-Request") : NULL;
    if (!made_for || !strchr(made_for, '-') || text_equal(made_for, arena_format(c->arena, "%s%s%s", who->person, *who->id ? " " : "", who->id)))
        return true;
    call_refuse(c, ERR_OTHER_SESSION, NULL, NULL);
    return false;
}

static void refuse_rights(struct call *c, const struct routes_entry *e, enum err err)
{
    call_refuse(c, err, err == ERR_NEEDS_SCOPE ? rights_scope_word(e->scope) : rights_words(e->who, c->lang == LANG_FR), NULL);
}

static void serve(struct call *c, const struct routes_entry *e)
{
    if (e->flags & ROUTE_GUARDED && !gate_guarded(c))
        return;
    if (query_fits(c, e) && type_fits(c, e))
        handlers[c->route](c);
}

static void on_checked(struct call *c, enum err err)
{
    const struct routes_entry *e = entry(c->route);
    const struct caller *who = &c->caller;
    struct rights rights = {.person = who->session, .member = who->member,
                            .suspended = who->suspended && !is_safe(c) && !(e->flags & ROUTE_LEAVE), .kinds = who->kinds,
                            .scopes = who->scopes};
    if (err != ERR_OK) {
        call_refuse(c, err, NULL, NULL);
        return;
    }
    if (who->session && !c->secure) {
        call_refuse(c, ERR_INSECURE, NULL, NULL);
        return;
    }
    if (!gate_account(c) || !origin_fits(c, who->session) || !caller_fits(c))
        return;
    if ((err = rights_check(e->who, e->scope, &rights)) != ERR_OK)
        refuse_rights(c, e, err);
    else
        serve(c, e);
}

static void find_client(struct call *c)
{
    const struct request *r = c->request;
    forwarded_client(r->head, r->address, r->secure, &c->parts->proxies, c->address, &c->https);
    // Behind a proxy, named or not, an address of this machine may be the proxy's own.
    bool proxied = c->parts->proxies.count || http_header(r->head, "Forwarded").at || http_header(r->head, "X-Forwarded-For").at ||
                   http_header(r->head, "X-Forwarded-Proto").at;
    c->secure = c->https || (!proxied && forwarded_loopback(r->address));
    if (c->https) // RFC 6797
        call_header(c, "Strict-Transport-Security", "max-age=63072000");
}

// A person reads a page; a program reads a problem.
static bool is_read(struct call *c)
{
    const char *accepts = call_header_value(c, "Accept");
    return accepts && strstr(accepts, "text/html");
}

static void refuse_address(struct call *c)
{
    if (is_safe(c) && is_read(c))
        public_lost(c);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

void route_take(struct parts *s, struct request *r)
{
    struct call *c = arena_take(r->arena, sizeof *c);
    char others[64];
    *c = (struct call){.parts = s, .request = r, .arena = r->arena, .lang = http_language(r->head)};
    find_client(c);
    const struct routes_entry *e = find(c, others, sizeof others);
    if (e && strcmp(e->gives, "html") == 0) {
        frame_choose(c);
        c->page = is_read(c) ? frame_refuse : NULL;
    }
    if (!gate_address(c))
        return;
    if (!e && *others)
        refuse_method(c, others);
    else if (!e)
        refuse_address(c);
    else if (!headers_fit(c))
        return;
    else if (!s->ready && (text_starts(e->path, "/v1/") || !is_safe(c)))
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else if (e->who != WHO_ANYONE)
        access_check(s->access, c, on_checked);
    else if (!text_starts(e->path, "/v1/") && is_safe(c))
        handlers[c->route](c);
    else if (origin_fits(c, false))
        serve(c, e);
}

void route_refuse(enum err err, const char *arg, enum lang lang, struct text *body)
{
    struct arena *arena = arena_new();
    problem_write(body, err, arg, NULL, lang, arena);
    arena_free(arena);
}
