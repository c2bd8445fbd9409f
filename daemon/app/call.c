// SPDX-License-Identifier: EUPL-1.2
// Knows how a use case reads its request and gives its answer.
#include "app/call.h"

#include "app/config.h"
#include "base/log.h"
#include "wire/gzip.h"
#include "wire/problem.h"
#include "wire/seal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PACK_LEAST 1024      // less stands in one packet with its head anyway
#define PACK_MOST (1 << 20) // bytes; 100 KiB take the loop about a millisecond
#define PACKED "-gzip"

// The length of what is compressed tells of its content. Who makes somebody's browser ask again and again, with words of his own
// choice, could guess what stands beside them in the answer (BREACH). So it is compressed when it is the same for everybody, or when
// the request has a header that no page of another site can add; and never when it holds the secret of a link.
static bool may_pack(struct call *c, int status, size_t len)
{
    bool ours = call_header_value(c, "Entregent-Request") || call_header_value(c, "Authorization");
    return status == 200 && len >= PACK_LEAST && len <= PACK_MOST && (c->open || ours) && !c->secret;
}

// Another form of the same version has a tag of its own (RFC 9110 8.8.3): "3" becomes "3-gzip".
static void mark_packed(struct call *c)
{
    static const char name[] = "ETag: \"";
    const char *tag = c->extra ? strstr(c->extra, name) : NULL;
    const char *end = tag ? strchr(tag + sizeof name - 1, '"') : NULL;
    if (end)
        c->extra = arena_format(c->arena, "%.*s" PACKED "%s", (int)(end - c->extra), c->extra, end);
    call_header(c, "Content-Encoding", "gzip");
}

// What a page does not say of itself: opened by its address, an answer runs, loads and frames nothing.
static void close_off(struct call *c)
{
    if (!c->extra || !strstr(c->extra, "Content-Security-Policy:"))
        call_header(c, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

void call_send(struct call *c, int status, const char *type, const char *body, size_t len)
{
    if (type)
        close_off(c);
    server_answer(c->parts->server, c->request->id, status, type, body, len, c->extra);
}

void call_text(struct call *c, int status, const char *type, const char *body, size_t len)
{
    struct text packed;
    if (!may_pack(c, status, len) || !http_takes(c->request->head, "gzip")) {
        call_send(c, status, type, body, len);
        return;
    }
    text_init(&packed, SIZE_MAX / 2);
    gzip_pack(&packed, body, len);
    mark_packed(c);
    call_send(c, status, type, text_string(&packed), packed.len);
    text_fini(&packed);
}

void call_open(struct call *c, int seconds)
{
    c->open = true;
    call_header(c, "Cache-Control", seconds ? "public, max-age=%d" : "private, no-cache", seconds);
    call_header(c, "Vary", "Accept-Encoding");
}

void call_answer(struct call *c, int status, const char *json)
{
    if (!json) { // what was asked for went away meanwhile
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    call_text(c, status, "application/json", json, strlen(json));
}

void call_answer_warned(struct call *c, int status, const char *json, const struct faults *warnings)
{
    size_t len = json ? strlen(json) : 0;
    if (warnings->count == 0 || len == 0 || json[len - 1] != '}') {
        call_answer(c, status, json);
        return;
    }
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    text_add(&out, json, len - 1);
    text_put(&out, ",\"warnings\":");
    problem_faults(&out, warnings, c->lang, c->arena);
    text_put(&out, "}");
    call_answer(c, status, text_string(&out));
    text_fini(&out);
}

void call_refuse(struct call *c, enum err err, const char *arg, const struct faults *faults)
{
    struct text body;
    if (err_status(err) == 401)
        call_header(c, "WWW-Authenticate", "Bearer realm=\"entregent\"");
    if ((err_status(err) == 429 || err_status(err) == 503) && !(c->extra && strstr(c->extra, "Retry-After")))
        call_header(c, "Retry-After", "1");
    if (c->page) {
        c->page(c, err, fault_text(&(struct fault){"", err, arg}, c->lang, c->arena));
        return;
    }
    text_init(&body, 1 << 20);
    problem_write(&body, err, arg, faults, c->lang, c->arena);
    call_header(c, "Content-Language", "%s", c->lang == LANG_FR ? "fr" : "en");
    call_text(c, err_status(err), "application/problem+json", text_string(&body), body.len);
    text_fini(&body);
}

void call_refuse_later(struct call *c, int64_t wait_us)
{
    call_header(c, "Retry-After", "%lld", (long long)((wait_us + 999999) / 1000000));
    call_refuse(c, ERR_TOO_MANY, NULL, NULL);
}

void call_refuse_field(struct call *c, enum err err, const char *arg, const char *field)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    fault_add(&faults, err, arg, "/%s", field);
    call_refuse(c, ERR_INVALID, NULL, &faults);
}

bool call_form(struct call *c, const char *record, struct form *form)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    const struct text *body = &c->request->body;
    enum err err = form_read(text_string(body), body->len, record, c->arena, form, &faults);
    if (err != ERR_OK)
        call_refuse(c, err, err == ERR_BAD_JSON ? faults.list[0].arg : NULL, err == ERR_BAD_JSON ? NULL : &faults);
    return err == ERR_OK;
}

bool call_part_is_id(struct call *c)
{
    if (text_uuid(c->part))
        return true;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return false;
}

bool call_failed(struct call *c, const struct pg_result *r)
{
    if (r->err == ERR_OK)
        return false;
    if (r->err == ERR_INTERNAL)
        log_error("database", "%s %s", r->state, r->message);
    call_refuse(c, r->err, NULL, NULL);
    return true;
}

bool call_missing(struct call *c, const struct pg_result *r)
{
    if (call_failed(c, r))
        return true;
    if (r->rows)
        return false;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return true;
}

void call_header(struct call *c, const char *name, const char *format, ...)
{
    char value[512];
    va_list args;
    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    c->extra = arena_format(c->arena, "%s%s: %s\r\n", c->extra ? c->extra : "", name, value);
}

const char *call_query(struct call *c, const char *name)
{
    size_t room = c->request->head->query.len + 1;
    char *value = arena_take(c->arena, room);
    return http_query(c->request->head->query, name, value, room) ? value : NULL;
}

const char *call_member(struct call *c, const char *name)
{
    const struct text *body = &c->request->body;
    char *value = arena_take(c->arena, body->len + 1);
    bool given = http_query((struct http_slice){text_string(body), body->len}, name, value, body->len + 1);
    return given && *value ? value : NULL;
}

const char *call_header_value(struct call *c, const char *name)
{
    struct http_slice value = http_header(c->request->head, name);
    return value.at ? arena_copy(c->arena, value.at, value.len) : NULL;
}

bool call_page(struct call *c, bool numeric, const char **cursor, const char **limit)
{
    const struct config *config = c->parts->config;
    struct faults faults;
    fault_init(&faults, c->arena);
    int64_t number = config->page;
    *cursor = call_query(c, "cursor");
    if (*cursor && !(numeric ? text_int(*cursor, &number) && number >= 0 : text_uuid(*cursor)))
        fault_add(&faults, ERR_WRONG_TYPE, "cursor", "/cursor");
    *limit = call_query(c, "limit");
    number = config->page;
    if (*limit && (!text_int(*limit, &number) || number < 1 || number > config->page_most))
        fault_add(&faults, ERR_OUT_OF_RANGE, arena_format(c->arena, "1 .. %lld", (long long)config->page_most), "/limit");
    *limit = arena_format(c->arena, "%lld", (long long)number);
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    return faults.count == 0;
}

// The address of the next page: the present one with another cursor.
static void link_next(struct call *c, const char *next)
{
    const struct http_head *head = c->request->head;
    struct text link;
    text_init(&link, 4096);
    text_format(&link, "%.*s?", (int)head->path.len, head->path.at);
    const char *at = head->query.at, *end = at + head->query.len;
    while (at && at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        if (stop > at && !((size_t)(stop - at) >= 7 && memcmp(at, "cursor=", 7) == 0))
            text_format(&link, "%.*s&", (int)(stop - at), at);
        at = stop + 1;
    }
    text_format(&link, "cursor=%s", next);
    if (!link.full)
        c->extra = arena_format(c->arena, "%sLink: <%s>; rel=\"next\"\r\n", c->extra ? c->extra : "", text_string(&link));
    text_fini(&link);
}

void call_list(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (pg_value(r, 0, 1))
        link_next(c, pg_value(r, 0, 1));
    call_answer(c, 200, pg_value(r, 0, 0));
}

void call_versioned(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 1));
    call_answer(c, 200, pg_value(r, 0, 0));
}

// The version in a tag of ours, in either form; NULL when it is none.
static const char *version_in(struct call *c, const char *tag)
{
    size_t len = strlen(tag), suffix = sizeof PACKED - 1;
    if (len < 3 || tag[0] != '"' || tag[len - 1] != '"')
        return NULL;
    len -= 2;
    if (len > suffix && memcmp(tag + 1 + len - suffix, PACKED, suffix) == 0)
        len -= suffix;
    return arena_copy(c->arena, tag + 1, len);
}

bool call_is_new(struct call *c, const char *version)
{
    const char *tag = call_header_value(c, "If-None-Match");
    call_header(c, "ETag", "\"%s\"", version);
    if (!tag || !text_equal(version_in(c, tag), version))
        return true;
    call_send(c, 304, NULL, "", 0);
    return false;
}

int call_version(struct call *c)
{
    const char *value = call_header_value(c, "If-Match"), *given = value ? version_in(c, value) : NULL;
    int64_t version;
    if (!value)
        return 0;
    return given && text_int(given, &version) && version > 0 && version < INT32_MAX ? (int)version : -1;
}

bool call_key(struct call *c, const char **key, const char **hash)
{
    *key = call_header_value(c, "Idempotency-Key");
    size_t len = *key ? strlen(*key) : 0;
    if (*key && (len < 1 || len > 200 || !text_utf8(*key, len))) {
        call_refuse_field(c, len > 200 ? ERR_TOO_LONG : len < 1 ? ERR_REQUIRED : ERR_BAD_TEXT, "200", "Idempotency-Key");
        return false;
    }
    const struct http_head *head = c->request->head;
    char *out = arena_take(c->arena, SEAL_HASH);
    struct text all;
    text_init(&all, SIZE_MAX / 2);
    text_format(&all, "%.*s %.*s\n", (int)head->method.len, head->method.at, (int)head->target.len, head->target.at);
    text_add(&all, text_string(&c->request->body), c->request->body.len);
    seal_hash(text_string(&all), all.len, out);
    text_fini(&all);
    *hash = out;
    return true;
}

struct pg_scope call_scope(const struct call *c)
{
    static const char *const rights[] = {"", "organiser", "moderator", "organiser,moderator"};
    const struct caller *who = &c->caller;
    return (struct pg_scope){who->id, who->person, rights[(who->member && who->kinds & KIND_ORGANISER) + 2 * who->moderator]};
}

static void send(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done,
                 void (*how)(struct pg *, const struct pg_scope *, int, const char *const *, pg_done *, void *))
{
    struct pg_scope scope = call_scope(c);
    if (c->parts->pg)
        how(c->parts->pg, &scope, (int)statement, values, done, c);
    else // at the very end
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
}

void call_read(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done)
{
    send(c, statement, values, done, pg_read);
}

void call_write(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done)
{
    send(c, statement, values, done, pg_write);
}

void call_write_bulk(struct call *c, enum sql_statement statement, const char *const *values, pg_done *done)
{
    send(c, statement, values, done, pg_write_bulk);
}
