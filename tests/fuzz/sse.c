// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/sse: the first byte says how the rest is split.
// Properties: how the bytes are split changes nothing; an event that was written is read back the same, with newlines
// as LF; no event is over the limit.
#include "wire/sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 256

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static void on_event(void *ctx, const char *id, const char *event, const char *data)
{
    CHECK(strlen(id) <= LIMIT && strlen(event) <= LIMIT && strlen(data) <= LIMIT);
    CHECK(!strpbrk(id, "\r\n") && !strpbrk(event, "\r\n") && !strchr(data, '\r'));
    text_format(ctx, "%s\n%s\n%s\n\r", id, event, data);
}

static void read_in_pieces(const char *bytes, size_t len, size_t piece, struct text *got)
{
    struct sse_reader r;
    sse_reader_init(&r, LIMIT);
    text_init(got, SIZE_MAX / 2);
    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        char *copy = malloc(n);
        memcpy(copy, bytes + at, n);
        sse_read(&r, copy, n, on_event, got);
        free(copy);
    }
    CHECK(r.retry >= -1);
    sse_reader_fini(&r);
}

struct written {
    char *id, *event, *data;
    int seen;
};

static void on_written(void *ctx, const char *id, const char *event, const char *data)
{
    struct written *w = ctx;
    w->seen++;
    CHECK(strcmp(id, w->id) == 0 && strcmp(event, *w->event ? w->event : "message") == 0);
    CHECK(strcmp(data, w->data) == 0);
}

// CRLF and CR become LF.
static void unify_newlines(char *s)
{
    char *to = s;
    for (char *from = s; *from; from++)
        if (*from == '\r')
            *to++ = '\n', from += from[1] == '\n';
        else
            *to++ = *from;
    *to = 0;
}

static void check_round_trip(const char *bytes, size_t len, size_t piece)
{
    size_t at[] = {len / 8, len / 4};
    struct text out;
    struct sse_reader r;
    struct written w = {strndup(bytes, at[0]), strndup(bytes + at[0], at[1] - at[0]),
                        strndup(bytes + at[1], len - at[1]), 0};
    text_init(&out, SIZE_MAX / 2);
    sse_comment(&out, w.data);
    sse_retry(&out, 10);
    sse_write(&out, w.id, w.event, w.data);
    w.id[strcspn(w.id, "\r\n")] = 0;
    w.event[strcspn(w.event, "\r\n")] = 0;
    unify_newlines(w.data);
    sse_reader_init(&r, SIZE_MAX / 2);
    for (size_t i = 0; i < out.len; i += piece)
        sse_read(&r, out.data + i, out.len - i < piece ? out.len - i : piece, on_written, &w);
    CHECK(w.seen == 1 && r.retry == 10);
    sse_reader_fini(&r);
    text_fini(&out);
    free(w.id);
    free(w.event);
    free(w.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    size_t len = size - 1, piece = 1 + data[0] % 64;
    struct text whole, pieces;
    read_in_pieces(bytes, len, len + 1, &whole);
    read_in_pieces(bytes, len, piece, &pieces);
    CHECK(whole.len == pieces.len && (whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0));
    text_fini(&whole);
    text_fini(&pieces);
    check_round_trip(bytes, len, piece);
    return 0;
}
