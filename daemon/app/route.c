// SPDX-License-Identifier: EUPL-1.2
// Knows which use case serves which address, and asks the rights first.
#include "app/route.h"

#include "app/access.h"
#include "app/hub.h"
#include "app/imports.h"
#include "app/needs.h"
#include "app/offers.h"
#include "app/reference.h"
#include "app/status.h"
#include "wire/problem.h"
#include "wire/routes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void (*const handlers[])(struct call *c) = { // in the order of routes.def
#define ROUTE(method, path, name, who, flags, takes, gives, status, fr, en) name,
#include "protocol/routes.def"
#undef ROUTE
};

// Whether the path has the form of the route's; what stands for {id} or {format} goes to part.
static bool fits(const char *pattern, struct http_slice path, char *part, size_t room)
{
    const char *p = path.at, *end = path.at + path.len;
    while (*pattern && p < end) {
        if (*pattern == '{') {
            const char *stop = memchr(p, '/', (size_t)(end - p));
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
    const char *wanted = e->flags & ROUTE_LINES ? "application/x-ndjson, text/tab-separated-values" : "application/json";
    if (!*e->takes)
        return true;
    size_t len = type ? strcspn(type, "; \t") : 0;
    if (e->flags & ROUTE_LINES ? (len == 20 && strncasecmp(type, "application/x-ndjson", len) == 0) ||
                                     (len == 25 && strncasecmp(type, "text/tab-separated-values", len) == 0)
                               : len == 16 && strncasecmp(type, "application/json", len) == 0)
        return true;
    call_refuse(c, ERR_BAD_TYPE, wanted, NULL);
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
    static const char *const single[] = {"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID"};
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

static void on_checked(struct call *c, enum err err)
{
    const struct routes_entry *e = entry(c->route);
    if (err != ERR_OK)
        call_refuse(c, err, NULL, NULL);
    else if (!rights_allow(e->who, c->caller.kinds))
        call_refuse(c, ERR_FORBIDDEN, rights_words(e->who, c->lang == LANG_FR), NULL);
    else if (query_fits(c, e) && type_fits(c, e))
        handlers[c->route](c);
}

void route_take(struct parts *s, struct request *r)
{
    struct call *c = arena_take(r->arena, sizeof *c);
    char others[64];
    *c = (struct call){.parts = s, .request = r, .arena = r->arena, .lang = http_language(r->head)};
    const struct routes_entry *e = find(c, others, sizeof others);
    if (!e && *others)
        refuse_method(c, others);
    else if (!e)
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (!headers_fit(c))
        return;
    else if (e->who == WHO_ANYONE && (!text_starts(e->path, "/v1/") || query_fits(c, e)))
        handlers[c->route](c);
    else if (e->who == WHO_ANYONE)
        return;
    else if (!s->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        access_check(s->access, c, on_checked);
}

void route_refuse(enum err err, const char *arg, enum lang lang, struct text *body)
{
    struct arena *arena = arena_new();
    problem_write(body, err, arg, NULL, lang, arena);
    arena_free(arena);
}
