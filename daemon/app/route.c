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
    if (e->flags & ROUTE_LINES ? (len == 20 && strncmp(type, "application/x-ndjson", len) == 0) ||
                                     (len == 25 && strncmp(type, "text/tab-separated-values", len) == 0)
                               : len == 16 && strncmp(type, "application/json", len) == 0)
        return true;
    call_refuse(c, ERR_BAD_TYPE, wanted, NULL);
    return false;
}

static void on_checked(struct call *c, enum err err)
{
    const struct routes_entry *e = entry(c->route);
    if (err != ERR_OK)
        call_refuse(c, err, NULL, NULL);
    else if (!rights_allow(e->who, c->caller.kinds))
        call_refuse(c, ERR_FORBIDDEN, rights_words(e->who, c->lang == LANG_FR), NULL);
    else if (type_fits(c, e))
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
    else if (e->who == WHO_ANYONE)
        handlers[c->route](c);
    else if (!s->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        access_check(s->access, c, on_checked);
}

void route_refuse(enum err err, enum lang lang, struct text *body)
{
    struct arena *arena = arena_new();
    problem_write(body, err, NULL, NULL, lang, arena);
    arena_free(arena);
}
