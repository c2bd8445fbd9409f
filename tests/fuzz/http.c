// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/http: the first byte says how the rest is split, the rest is a connection's input.
// Properties: nothing behind the given length is read; how the bytes are split changes nothing; a head written anew
// from its slices reads the same; a body decodes to no more than its limit.
#include "wire/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_MOST 2048
#define BODY_MOST 512

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

struct outcome {
    enum http_result result;
    enum err err;
    size_t used;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// Reads from a copy of just these bytes, so that reading behind them is found out.
static struct outcome read_head(const char *bytes, size_t len, char **copy, struct http_head *head)
{
    struct outcome o = {HTTP_MORE, ERR_OK, 0};
    *copy = malloc(len ? len : 1);
    if (len)
        memcpy(*copy, bytes, len);
    o.result = http_read_head(*copy, len, HEAD_MOST, head, &o.used, &o.err);
    return o;
}

static void check_slice(struct http_slice s, const char *bytes, size_t used)
{
    CHECK(s.at >= bytes && s.at + s.len <= bytes + used);
    for (size_t i = 0; i < s.len; i++)
        CHECK(s.at[i] && s.at[i] != '\r' && s.at[i] != '\n');
}

static bool equal(struct http_slice a, struct http_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static void add(struct text *t, struct http_slice s, const char *behind)
{
    text_add(t, s.at, s.len);
    text_put(t, behind);
}

static void check_written_anew(const struct http_head *head)
{
    struct text t;
    struct http_head again;
    size_t used;
    enum err e;
    text_init(&t, 2 * HEAD_MOST);
    add(&t, head->method, " ");
    add(&t, head->target, " HTTP/1.1\r\n");
    for (size_t i = 0; i < head->header_count; i++) {
        add(&t, head->headers[i].name, ":");
        add(&t, head->headers[i].value, "\r\n");
    }
    text_put(&t, "\r\n");
    CHECK(http_read_head(t.data, t.len, t.len, &again, &used, &e) == HTTP_DONE && used == t.len);
    CHECK(equal(head->method, again.method) && equal(head->target, again.target));
    CHECK(equal(head->path, again.path) && equal(head->query, again.query));
    CHECK(head->header_count == again.header_count && head->length == again.length);
    CHECK(head->chunked == again.chunked && head->keep_alive == again.keep_alive && head->expect == again.expect);
    for (size_t i = 0; i < head->header_count; i++)
        CHECK(equal(head->headers[i].name, again.headers[i].name) &&
              equal(head->headers[i].value, again.headers[i].value));
    text_fini(&t);
}

static void check_head(const char *bytes, struct outcome o, const struct http_head *head)
{
    char out[64];
    CHECK(o.used <= HEAD_MOST && head->header_count <= HTTP_HEADERS);
    check_slice(head->method, bytes, o.used);
    check_slice(head->target, bytes, o.used);
    check_slice(head->path, bytes, o.used);
    if (head->query.at)
        check_slice(head->query, bytes, o.used);
    for (size_t i = 0; i < head->header_count; i++) {
        check_slice(head->headers[i].name, bytes, o.used);
        check_slice(head->headers[i].value, bytes, o.used);
    }
    CHECK(http_header(head, "Host").at && !(head->chunked && http_header(head, "Content-Length").at));
    check_written_anew(head);
    if (http_query(head->query, "a", out, sizeof out))
        CHECK(text_utf8(out, strlen(out)));
    if (http_decode(head->path, out, sizeof out))
        CHECK(!strchr(out, '/'));
    http_language(head);
}

// Each prefix is incomplete until the bytes decide; from there on the outcome stays.
static void check_prefixes(const char *bytes, size_t len, size_t step, struct outcome whole)
{
    bool decided = false;
    for (size_t n = 0; n <= len; n += step) {
        struct http_head head;
        char *copy;
        struct outcome o = read_head(bytes, n, &copy, &head);
        free(copy);
        if (o.result == HTTP_MORE) {
            CHECK(!decided);
            continue;
        }
        decided = true;
        CHECK(o.result == whole.result);
        CHECK(o.result != HTTP_DONE || (o.used == whole.used && n >= o.used));
        CHECK(o.result != HTTP_BAD || o.err == whole.err);
    }
    CHECK(whole.result != HTTP_DONE || len < whole.used + step || decided);
}

static struct outcome read_body(const struct http_head *head, const char *bytes, size_t len, size_t piece,
                                struct text *out)
{
    struct http_body body;
    struct outcome o = {HTTP_MORE, ERR_OK, 0};
    text_init(out, BODY_MOST);
    http_body_init(&body, head);
    for (size_t at = 0; o.result == HTTP_MORE;) {
        size_t n = len - at < piece ? len - at : piece, used = 0;
        char *copy = malloc(n ? n : 1);
        if (n)
            memcpy(copy, bytes + at, n);
        o.result = http_read_body(&body, copy, n, out, &used, &o.err);
        free(copy);
        CHECK(used <= n && (o.result != HTTP_MORE || used == n) && !out->full);
        at += used;
        o.used = at;
        if (at == len)
            break;
    }
    return o;
}

// A body in pieces is the body in one piece.
static void check_body(const struct http_head *head, const char *bytes, size_t len, size_t piece)
{
    struct text whole, pieces;
    struct outcome a = read_body(head, bytes, len, len ? len : 1, &whole);
    struct outcome b = read_body(head, bytes, len, piece, &pieces);
    CHECK(a.result == b.result && (a.result != HTTP_BAD || a.err == b.err));
    CHECK(a.result != HTTP_DONE || a.used == b.used);
    CHECK(whole.len == pieces.len && whole.len <= BODY_MOST);
    CHECK(whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0);
    if (!head->chunked && a.result == HTTP_DONE)
        CHECK(whole.len == head->length && a.used == head->length);
    text_fini(&whole);
    text_fini(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    size_t len = size - 1, step = 1 + data[0] % 64;
    char *copy;
    struct http_head head;
    struct outcome o = read_head(bytes, len, &copy, &head);
    check_prefixes(bytes, len, len > 4096 ? 64 : step, o);
    if (o.result == HTTP_DONE) {
        check_head(copy, o, &head);
        check_body(&head, bytes + o.used, len - o.used, step);
    } else if (o.result == HTTP_BAD)
        CHECK(err_status(o.err) >= 400 && http_language(&head) <= LANG_EN);
    // Without a head in front, the bytes are a chunked body.
    check_body(&(struct http_head){.chunked = true}, bytes, len, step);
    free(copy);
    return 0;
}
