// SPDX-License-Identifier: EUPL-1.2
// Tests wire/sse: events look as the WHATWG says, however they are split, and none is given in part.
#include "wire/sse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void on_event(void *ctx, const char *id, const char *event, const char *data)
{
    text_format(ctx, "[%s|%s|%s]", id, event, data);
}

// What a reader makes of the bytes when they come in pieces of n.
static void assert_read(const char *bytes, size_t len, size_t n, size_t limit, const char *want)
{
    struct sse_reader r;
    struct text got;
    sse_reader_init(&r, limit);
    text_init(&got, 4096);
    for (size_t at = 0; at < len; at += n)
        sse_read(&r, bytes + at, len - at < n ? len - at : n, on_event, &got);
    assert_string_equal(text_string(&got), want);
    text_fini(&got);
    sse_reader_fini(&r);
}

static void events_are_written(void **state)
{
    (void)state;
    struct text out;
    text_init(&out, 4096);
    sse_write(&out, "7", "match", "{\"a\":1}\nb\r\nc\rd");
    assert_string_equal(out.data, "id: 7\nevent: match\ndata: {\"a\":1}\ndata: b\ndata: c\ndata: d\n\n");
    text_clear(&out);
    sse_write(&out, NULL, NULL, "");
    sse_comment(&out, "still here");
    sse_retry(&out, 2500);
    assert_string_equal(out.data, "data: \n\n: still here\n\nretry: 2500\n\n");
    text_clear(&out);
    sse_write(&out, "7\nevent: forged", "a\rid: 9", "b");
    assert_string_equal(out.data, "id: 7\nevent: a\ndata: b\n\n");
    text_fini(&out);
}

static void events_are_read_however_they_are_split(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *want;
    } cases[] = {
        {"data: a\n\n", "[|message|a]"},
        {"data: a\r\n\r\ndata: b\r\rdata: c\n\n", "[|message|a][|message|b][|message|c]"},
        {"\xef\xbb\xbf"
         "data: a\n\n",
         "[|message|a]"},
        {"data: a\n\n\xef\xbb\xbf"
         "data: b\n\n",
         "[|message|a]"},
        {"id: 1\nevent: x\ndata: a\ndata: b\n\ndata: c\n\n", "[1|x|a\nb][1|message|c]"},
        {"id: 1\ndata: a\n\nid\ndata: b\n\n", "[1|message|a][|message|b]"},
        {": comment\n\ndata:no space\ndata:  two\n\n", "[|message|no space\n two]"},
        {"data\n\ndata\ndata\n\ndata:\n\n", "[|message|][|message|\n][|message|]"},
        {"event: x\n\ndata: a\n\n", "[|message|a]"},
        {"other: x\ndata: a\nDATA: b\n\n", "[|message|a]"},
        {"data: unfinished\n", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t n = 1; n < 64; n += n)
            assert_read(cases[i].bytes, strlen(cases[i].bytes), n, 1000, cases[i].want);
    static const char nul[] = "id: 1\nid: 2\0\ndata: a\0b\n\n";
    assert_read(nul, sizeof nul - 1, 3, 1000,
                "[1|message|a\xef\xbf\xbd"
                "b]");
}

static void too_long_events_are_skipped(void **state)
{
    (void)state;
    static const char bytes[] = "data: 0123456789\n\ndata: 0123\ndata: 4567\n\ndata: 012345678901\n\ndata: b\n\n";
    for (size_t n = 1; n < 64; n += n)
        assert_read(bytes, sizeof bytes - 1, n, 16, "[|message|0123456789][|message|0123\n4567][|message|b]");
    for (size_t n = 1; n < 64; n += n)
        assert_read(bytes, sizeof bytes - 1, n, 9, "[|message|b]");
    assert_read("data: abcd\ndata: efgh\n\ndata: c\n\n", 33, 5, 10, "[|message|abcd\nefgh][|message|c]");
    assert_read("data: abcd\ndata: efgh\ndata\n\ndata: c\n\n", 38, 5, 10, "[|message|c]");
}

static void retry_is_kept(void **state)
{
    (void)state;
    static const char bytes[] = "retry: 3000\n\nretry: 5x\nretry:\nretry: -1\n\n";
    struct sse_reader r;
    sse_reader_init(&r, 100);
    assert_int_equal(r.retry, -1);
    sse_read(&r, bytes, sizeof bytes - 1, on_event, NULL);
    assert_int_equal(r.retry, 3000);
    sse_reader_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_written),
        cmocka_unit_test(events_are_read_however_they_are_split),
        cmocka_unit_test(too_long_events_are_skipped),
        cmocka_unit_test(retry_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
