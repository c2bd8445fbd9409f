// SPDX-License-Identifier: EUPL-1.2
// Tests wire/http: which requests are taken, which are refused and with which status; how answers start.
#include "wire/http.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD_MOST 4096
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static void assert_slice(struct http_slice s, const char *want)
{
    assert_non_null(s.at);
    assert_int_equal(s.len, strlen(want));
    assert_memory_equal(s.at, want, s.len);
}

static struct http_head head_of(const char *bytes)
{
    struct http_head head;
    size_t used = 0;
    enum err e;
    assert_int_equal(http_read_head(bytes, strlen(bytes), HEAD_MOST, &head, &used, &e), HTTP_DONE);
    assert_int_equal(used, strlen(bytes));
    return head;
}

// 200 when taken, 0 when incomplete, else the status that refuses.
static int status_of(const char *bytes, size_t len)
{
    struct http_head head;
    size_t used = 0;
    enum err e = ERR_OK;
    enum http_result r = http_read_head(bytes, len, HEAD_MOST, &head, &used, &e);
    return r == HTTP_DONE ? 200 : r == HTTP_MORE ? 0 : err_status(e);
}

static void head_is_read(void **state)
{
    (void)state;
    struct http_head head = head_of("POST /v1/needs?q=a%20b&x HTTP/1.1\r\nHost: entregent.example:8080\r\n"
                                    "content-length: 12\r\nX-Odd:\t a b \t\r\nExpect: 100-Continue\r\n\r\n");
    assert_slice(head.method, "POST");
    assert_slice(head.target, "/v1/needs?q=a%20b&x");
    assert_slice(head.path, "/v1/needs");
    assert_slice(head.query, "q=a%20b&x");
    assert_slice(http_header(&head, "HOST"), "entregent.example:8080");
    assert_slice(http_header(&head, "x-odd"), "a b");
    assert_null(http_header(&head, "Absent").at);
    assert_int_equal(head.length, 12);
    assert_true(head.keep_alive && head.expect && !head.chunked);
    assert_int_equal(head.header_count, 4);
    head = head_of(
        "\r\nOPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nConnection: TE , Close\r\nTransfer-Encoding: CHUNKED\r\n\r\n");
    assert_slice(head.path, "*");
    assert_int_equal(head.query.len, 0);
    assert_true(!head.keep_alive && head.chunked && !head.expect);
}

static void what_could_be_read_in_two_ways_is_refused(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *bytes;
    } cases[] = {
        {200, GET "Host: a\r\n\r\n"},
        {200, GET "Host: a.b-c_d:65535\r\n\r\n"},
        {200, GET "Host: [2001:db8::1]\r\n\r\n"},
        {200, "\r\n" GET "Host: a\r\n\r\n"},
        {400, "\r\n\r\n" GET "Host: a\r\n\r\n"},
        {400, "\n" GET "Host: a\r\n\r\n"},
        // the request line
        {400, "GET /\r\n"},
        {400, "GET  / HTTP/1.1\r\n"},
        {400, "GET / HTTP/1.1 \r\n"},
        {400, " GET / HTTP/1.1\r\n"},
        {400, "GET / http/1.1\r\n"},
        {400, "GET / HTTP/1.10\r\n"},
        {400, "GET / HTTP/11\r\n"},
        {400, "GET /\tHTTP/1.1\r\n"},
        {505, "GET / HTTP/1.0\r\n"},
        {505, "GET / HTTP/1.2\r\n"},
        {505, "PRI * HTTP/2.0\r\n"},
        {400, "G(T / HTTP/1.1\r\n"},
        {501, "ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1\r\n"},
        {400, "GET / HTTP/1.1\n"},
        {400, "GET / HTTP/1.1\rHost: a"},
        // the target
        {400, "GET * HTTP/1.1\r\n"},
        {400, "GET http://a/ HTTP/1.1\r\n"},
        {400, "CONNECT a:80 HTTP/1.1\r\n"},
        {400, "GET /# HTTP/1.1\r\n"},
        {400, "GET /\x7f HTTP/1.1\r\n"},
        {400, "GET /\xc3\xa9 HTTP/1.1\r\n"},
        {400, "GET /%4 HTTP/1.1\r\n"},
        {400, "GET /%zz HTTP/1.1\r\n"},
        {400, "GET /?% HTTP/1.1\r\n"},
        {400, "GET /\x01 HTTP/1.1\r\n"},
        // headers
        {400, GET "Host: a\r\nX : b\r\n"},
        {400, GET "Host: a\r\n: b\r\n"},
        {400, GET "Host: a\r\nX\r\n"},
        {400, GET "Host: a\r\n X: b\r\n"},
        {400, GET "Host: a\r\nX: b\r\n\tc\r\n"},
        {400, GET "Host: a\r\nX: b\nc"},
        {400, GET "Host: a\r\nX: b\rc"},
        {400, GET "Host: a\r\nX: \x0b"},
        {400, GET "Host: a\r\nX\x80: b\r\n"},
        {200, GET "Host: a\r\nX:\x80\t\xff\r\nY:\r\n\r\n"},
        // Host
        {400, GET "\r\n"},
        {400, GET "Host: a\r\nHost: a\r\n"},
        {400, GET "Host:\r\n"},
        {400, GET "Host: a b\r\n"},
        {400, GET "Host: a:\r\n"},
        {400, GET "Host: a:65536\r\n"},
        {400, GET "Host: a:1:1\r\n"},
        {400, GET "Host: [::1\r\n"},
        {400, GET "Host: a/b\r\n"},
        {400, GET "Host: a@b\r\n"},
        {400, GET "Host: []\r\n"},
        {400, GET "Host: :80\r\n"},
        // Content-Length
        {200, POST "Content-Length: 18446744073709551615\r\n\r\n"},
        {400, POST "Content-Length: 18446744073709551616\r\n"},
        {400, POST "Content-Length: 5\r\nContent-Length: 5\r\n"},
        {400, POST "Content-Length: +5\r\n"},
        {400, POST "Content-Length: -5\r\n"},
        {400, POST "Content-Length: 5, 5\r\n"},
        {400, POST "Content-Length: 0x5\r\n"},
        {400, POST "Content-Length: 5 5\r\n"},
        {400, POST "Content-Length:\r\n"},
        {400, POST "Content-Length: 5.0\r\n"},
        // Transfer-Encoding
        {200, POST "Transfer-Encoding: \tchunked\t\r\n\r\n"},
        {501, POST "Transfer-Encoding: xchunked\r\n"},
        {501, POST "Transfer-Encoding: identity\r\n"},
        {501, POST "Transfer-Encoding: gzip, chunked\r\n"},
        {400, POST "Transfer-Encoding: chunked, identity\r\n"},
        {400, POST "Transfer-Encoding: chunked, chunked\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"},
        {400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {400, POST "Transfer-Encoding:\r\n"},
        {400, POST "Transfer-Encoding: , chunked\r\n"},
        {400, POST "Transfer-Encoding: \"chunked\"\r\n"},
        {400, POST "Transfer-Encoding : chunked\r\n"},
        {400, POST "Transfer-Encoding: chunked;a=b\r\n"},
        {501, POST "Expect: 200-ok\r\n"},
        // incomplete
        {0, ""},
        {0, "\r"},
        {0, "\r\n"},
        {0, "GET"},
        {0, GET},
        {0, GET "Host: a\r\n"},
        {0, GET "Host: a\r\n\r"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (status_of(cases[i].bytes, strlen(cases[i].bytes)) != cases[i].status)
            fail_msg("%d wanted for <%s>", cases[i].status, cases[i].bytes);
    static const char nul[] = GET "Host: a\r\nX: a\0b\r\n\r\n";
    assert_int_equal(status_of(nul, sizeof nul - 1), 400);
}

static void heads_have_limits(void **state)
{
    (void)state;
    struct text t;
    text_init(&t, 100000);
    text_put(&t, GET "Host: a\r\n");
    for (int i = 1; i < HTTP_HEADERS; i++)
        text_put(&t, "A: b\r\n");
    assert_int_equal(status_of(t.data, t.len), 0);
    text_put(&t, "\r\n");
    assert_int_equal(status_of(t.data, t.len), 200);
    t.len -= 2;
    text_put(&t, "A: b\r\n");
    assert_int_equal(status_of(t.data, t.len), 431);
    text_clear(&t);
    text_put(&t, "GET /");
    while (t.len < HEAD_MOST - 1)
        text_byte(&t, 'a');
    assert_int_equal(status_of(t.data, t.len), 0);
    text_byte(&t, 'a');
    assert_int_equal(status_of(t.data, t.len), 431);
    text_fini(&t);
    struct http_head head;
    size_t used;
    enum err e;
    static const char small[] = GET "Host: a\r\n\r\n";
    assert_int_equal(http_read_head(small, sizeof small - 1, sizeof small - 1, &head, &used, &e), HTTP_DONE);
    assert_int_equal(http_read_head(small, sizeof small - 1, sizeof small - 2, &head, &used, &e), HTTP_BAD);
    assert_int_equal(e, ERR_HEADER_TOO_LARGE);
}

// Reads a chunked body in pieces of n bytes; *rest is what stands behind it.
static int read_body(const char *bytes, size_t n, size_t limit, struct text *out, const char **rest)
{
    struct http_head head = {.chunked = true};
    struct http_body body;
    enum err e = ERR_OK;
    enum http_result r = HTTP_MORE;
    size_t len = strlen(bytes), at = 0;
    http_body_init(&body, &head);
    text_init(out, limit);
    while (r == HTTP_MORE && at < len) {
        size_t used = 0, piece = len - at < n ? len - at : n;
        r = http_read_body(&body, bytes + at, piece, out, &used, &e);
        assert_true(r != HTTP_MORE || used == piece);
        at += used;
    }
    *rest = bytes + at;
    return r == HTTP_DONE ? 200 : r == HTTP_MORE ? 0 : err_status(e);
}

static void chunked_bodies_are_decoded(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *bytes, *body, *rest;
    } cases[] = {
        {200, "5\r\nhello\r\n0\r\n\r\nGET", "hello", "GET"},
        {200, "2;a=\"b\"\r\nhe\r\n0003\r\nllo\r\n00\r\nX: y\r\nZ:\r\n\r\n", "hello", ""},
        {200, "A\r\n0123456789\r\n0\r\n\r\n", "0123456789", ""},
        {200, "0\r\n\r\n", "", ""},
        {0, "5\r\nhello\r\n0\r\n\r", "hello", ""},
        {0, "0000000000000005\r\nhel", "hel", ""},
        {400, "00000000000000005\r\n", "", NULL},
        {413, "FFFFFFFFFFFFFFFF\r\n", "", NULL},
        {413, "5\r\nhello\r\n6\r\n", "hello", NULL},
        {400, "\r\n", "", NULL},
        {400, "5\n", "", NULL},
        {400, "5\rx", "", NULL},
        {400, "-5\r\n", "", NULL},
        {400, "0x5\r\n", "", NULL},
        {400, " 5\r\n", "", NULL},
        {400, "5 \r\n", "", NULL},
        {400, ";a\r\n", "", NULL},
        {400, "5;a\n", "", NULL},
        {400, "5;a\x01\r\n", "", NULL},
        {400, "2\r\nhello\r\n", "he", NULL},
        {400, "2\r\nhe\n0\r\n", "he", NULL},
        {400, "2\r\nhe\rx", "he", NULL},
        {400, "2\r\nhe0\r\n", "he", NULL},
        {400, "0\r\n X: y\r\n", "", NULL},
        {400, "0\r\nX : y\r\n", "", NULL},
        {400, "0\r\nX\r\n", "", NULL},
        {400, "0\r\nX: \x0by\r\n", "", NULL},
        {400, "0\r\n\rx", "", NULL},
        {400, "0\r\n\n", "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t n = 1; n < 32; n += n) {
            struct text out;
            const char *rest;
            int status = read_body(cases[i].bytes, n, 10, &out, &rest);
            if (status != cases[i].status || strcmp(text_string(&out), cases[i].body) != 0 ||
                (cases[i].rest && strcmp(rest, cases[i].rest) != 0))
                fail_msg("%d wanted, %d came for <%s> in pieces of %zu", cases[i].status, status, cases[i].bytes, n);
            text_fini(&out);
        }
}

static void chunk_lines_and_trailers_have_limits(void **state)
{
    (void)state;
    struct text endless, out;
    const char *rest;
    text_init(&endless, 10000);
    text_put(&endless, "5;");
    while (endless.len < 300)
        text_byte(&endless, 'a');
    assert_int_equal(read_body(endless.data, 7, 10, &out, &rest), 400);
    text_fini(&out);
    text_clear(&endless);
    text_put(&endless, "0\r\n");
    while (endless.len < 4000)
        text_put(&endless, "X: y\r\n");
    assert_int_equal(read_body(endless.data, 7, 10, &out, &rest), 0);
    text_fini(&out);
    while (endless.len < 4200)
        text_put(&endless, "X: y\r\n");
    assert_int_equal(read_body(endless.data, 7, 10, &out, &rest), 400);
    text_fini(&out);
    text_fini(&endless);
}

static void plain_bodies_are_counted(void **state)
{
    (void)state;
    struct http_head head = {.length = 5};
    struct http_body body;
    struct text out;
    size_t used;
    enum err e = ERR_OK;
    text_init(&out, 5);
    http_body_init(&body, &head);
    assert_int_equal(http_read_body(&body, "he", 2, &out, &used, &e), HTTP_MORE);
    assert_int_equal(http_read_body(&body, "lloGET", 6, &out, &used, &e), HTTP_DONE);
    assert_int_equal(used, 3);
    assert_string_equal(out.data, "hello");
    text_fini(&out);
    head.length = 6; // refused before a byte of it came
    http_body_init(&body, &head);
    assert_int_equal(http_read_body(&body, "", 0, &out, &used, &e), HTTP_BAD);
    assert_int_equal(e, ERR_TOO_LARGE);
    head.length = 0;
    http_body_init(&body, &head);
    assert_int_equal(http_read_body(&body, "GET", 3, &out, &used, &e), HTTP_DONE);
    assert_int_equal(used, 0);
}

static void parameters_are_decoded(void **state)
{
    (void)state;
    char out[16];
    struct http_slice query = {"a=1&%71=caf%C3%A9+cr%C3%A8me&a=2&flag&bad=%ff&nul=%00&long=12345678901234567&e=", 0};
    query.len = strlen(query.at);
    assert_true(http_query(query, "a", out, sizeof out));
    assert_string_equal(out, "1");
    assert_true(http_query(query, "q", out, sizeof out));
    assert_string_equal(out, "caf\xc3\xa9 cr\xc3\xa8me");
    assert_true(http_query(query, "flag", out, sizeof out));
    assert_string_equal(out, "");
    assert_true(http_query(query, "e", out, sizeof out));
    assert_false(http_query(query, "bad", out, sizeof out));
    assert_false(http_query(query, "nul", out, sizeof out));
    assert_false(http_query(query, "long", out, sizeof out));
    assert_false(http_query(query, "absent", out, sizeof out));
    assert_true(http_decode((struct http_slice){"a%2Bb+c", 7}, out, sizeof out));
    assert_string_equal(out, "a+b+c");
    assert_false(http_decode((struct http_slice){"a%2fb", 5}, out, sizeof out));
    assert_false(http_decode((struct http_slice){"a%0", 3}, out, sizeof out));
    assert_false(http_decode((struct http_slice){"abc", 3}, out, 3));
    assert_true(http_decode((struct http_slice){"abc", 3}, out, 4));
}

static void language_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum lang lang;
    } cases[] = {
        {"en", LANG_EN},
        {"fr", LANG_FR},
        {"de", LANG_FR},
        {"*", LANG_FR},
        {"EN-gb", LANG_EN},
        {"fr;q=0.5, en;q=0.8", LANG_EN},
        {"en;q=0.5, fr;q=0.8", LANG_FR},
        {"en, fr", LANG_EN},
        {"fr, en", LANG_FR},
        {"fr-FR,fr;q=0.8,en-US;q=0.5,en;q=0.3", LANG_FR},
        {"fr;q=0, *;q=0.1", LANG_EN},
        {"en;q=0", LANG_FR},
        {"en;q=2, fr;q=0.1", LANG_FR},
        {"en;q=x", LANG_FR},
        {"english", LANG_FR},
        {"de, en;q=0.001", LANG_EN},
        {",,", LANG_FR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_head head = {.header_count = 1};
        head.headers[0] = (struct http_header){{"Accept-Language", 15}, {cases[i].accept, strlen(cases[i].accept)}};
        if (http_language(&head) != cases[i].lang)
            fail_msg("wrong language for %s", cases[i].accept);
    }
    assert_int_equal(http_language(&(struct http_head){0}), LANG_FR);
}

static void coding_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        bool gzip, br;
    } cases[] = {
        {"gzip, deflate, br, zstd", true, true}, {"GZIP", true, false},      {"gzip;q=0, br;q=0.001", false, true}, {"gzip;q=0.000", false, false},
        {"identity", false, false},              {"xgzip, brotli", false, false}, {"br ; q=1.0,gzip ;q=0.5", true, true},  {"gzip;q=x", false, false},
        {",,gzip", true, false},                 {"*", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_head head = {.header_count = 1};
        head.headers[0] = (struct http_header){{"Accept-Encoding", 15}, {cases[i].accept, strlen(cases[i].accept)}};
        if (http_takes(&head, "gzip") != cases[i].gzip || http_takes(&head, "br") != cases[i].br)
            fail_msg("wrong coding for %s", cases[i].accept);
    }
    assert_false(http_takes(&(struct http_head){0}, "gzip"));
}

static void answers_are_written(void **state)
{
    (void)state;
    struct text out;
    text_init(&out, 4096);
    clock_fix(784111777000);
    http_write_head(&out, 201, "application/json", 7, true, "Location: /v1/needs/1\r\n");
    assert_string_equal(out.data, "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                  "Content-Type: application/json\r\nContent-Length: 7\r\n"
                                  "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
                                  "Location: /v1/needs/1\r\n\r\n");
    text_clear(&out);
    http_write_head(&out, 304, NULL, 0, false, "ETag: \"1\"\r\ncache-control: max-age=60\r\n");
    assert_null(strstr(out.data, "Content-Length"));
    assert_null(strstr(out.data, "no-store"));
    assert_non_null(strstr(out.data, "\r\nConnection: close\r\n"));
    text_clear(&out);
    http_write_head(&out, 202, NULL, 0, true, NULL);
    assert_non_null(strstr(out.data, "\r\nContent-Length: 0\r\n"));
    text_clear(&out);
    http_write_head(&out, 200, "text/event-stream", HTTP_UNTIL_CLOSE, false, NULL);
    assert_null(strstr(out.data, "Content-Length"));
    text_fini(&out);
    clock_fix(0);
    for (int e = 0; e < ERR_COUNT; e++)
        assert_string_not_equal(http_reason(err_status((enum err)e)), "Other");
}

// What is written in chunks is read back, and its end is seen.
static void chunks_are_written(void **state)
{
    (void)state;
    struct text out, back;
    struct http_body body;
    struct http_head head = {.chunked = true};
    size_t used = 0;
    enum err e;
    text_init(&out, 4096);
    text_init(&back, 4096);
    http_write_head(&out, 200, "application/x-ndjson", HTTP_CHUNKED, true, NULL);
    assert_non_null(strstr(out.data, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_null(strstr(out.data, "Content-Length"));
    text_clear(&out);
    http_write_chunk(&out, "seventeen bytes\r\n", 17);
    http_write_chunk(&out, "{}", 2);
    assert_memory_equal(out.data, "11\r\nseventeen", 13);
    http_body_init(&body, &head);
    assert_int_equal(http_read_body(&body, out.data, out.len, &back, &used, &e), HTTP_MORE);
    assert_false(http_body_done(&body));
    text_clear(&out);
    http_write_chunk(&out, NULL, 0);
    assert_int_equal(http_read_body(&body, out.data, out.len, &back, &used, &e), HTTP_DONE);
    assert_true(http_body_done(&body));
    assert_int_equal(used, out.len);
    assert_string_equal(text_string(&back), "seventeen bytes\r\n{}");
    http_body_init(&body, &(struct http_head){.length = 0});
    assert_true(http_body_done(&body)); // no body
    text_fini(&out);
    text_fini(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_is_read),
        cmocka_unit_test(what_could_be_read_in_two_ways_is_refused),
        cmocka_unit_test(heads_have_limits),
        cmocka_unit_test(chunked_bodies_are_decoded),
        cmocka_unit_test(chunk_lines_and_trailers_have_limits),
        cmocka_unit_test(plain_bodies_are_counted),
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(language_is_chosen),
        cmocka_unit_test(coding_is_chosen),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(chunks_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
