// SPDX-License-Identifier: EUPL-1.2
// Knows how a server-sent event is written as lines of text.
#include "wire/sse.h"

#include <string.h>

// ---- Writing

// One "name: value" line of the first line of the value.
static void write_field(struct text *out, const char *name, const char *value)
{
    text_format(out, "%s: ", name);
    text_add(out, value, strcspn(value, "\r\n"));
    text_byte(out, '\n');
}

static void write_lines(struct text *out, const char *name, const char *value)
{
    for (;;) {
        write_field(out, name, value);
        value += strcspn(value, "\r\n");
        if (!*value)
            return;
        value += value[0] == '\r' && value[1] == '\n' ? 2 : 1;
    }
}

void sse_write(struct text *out, const char *id, const char *event, const char *data)
{
    if (id)
        write_field(out, "id", id);
    if (event)
        write_field(out, "event", event);
    write_lines(out, "data", data);
    text_byte(out, '\n');
}

void sse_comment(struct text *out, const char *words)
{
    write_lines(out, "", words);
    text_byte(out, '\n');
}

void sse_retry(struct text *out, int milliseconds)
{
    text_format(out, "retry: %d\n\n", milliseconds);
}

// ---- Reading

void sse_reader_init(struct sse_reader *r, size_t limit)
{
    *r = (struct sse_reader){.retry = -1};
    text_init(&r->line, limit);
    text_init(&r->event, limit);
    text_init(&r->data, limit);
    text_init(&r->id, limit);
}

void sse_reader_fini(struct sse_reader *r)
{
    text_fini(&r->line);
    text_fini(&r->event);
    text_fini(&r->data);
    text_fini(&r->id);
}

static void take_event(struct sse_reader *r, const char *value, size_t len)
{
    text_clear(&r->event);
    text_add(&r->event, value, len);
}

static void take_data(struct sse_reader *r, const char *value, size_t len)
{
    for (const char *nul; (nul = len ? memchr(value, 0, len) : NULL);) {
        text_add(&r->data, value, (size_t)(nul - value));
        text_put(&r->data, "\xef\xbf\xbd");
        len -= (size_t)(nul + 1 - value);
        value = nul + 1;
    }
    text_add(&r->data, value, len);
    text_byte(&r->data, '\n');
}

static void take_id(struct sse_reader *r, const char *value, size_t len)
{
    if (len && memchr(value, 0, len))
        return;
    text_clear(&r->id);
    text_add(&r->id, value, len);
}

static void take_retry(struct sse_reader *r, const char *value, size_t len)
{
    int64_t retry;
    if (len && value[0] != '-' && strlen(value) == len && text_int(value, &retry))
        r->retry = retry;
}

static const struct {
    const char *name;
    void (*take)(struct sse_reader *r, const char *value, size_t len);
} fields[] = {{"event", take_event}, {"data", take_data}, {"id", take_id}, {"retry", take_retry}};

static void take_field(struct sse_reader *r, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    size_t name = colon ? (size_t)(colon - line) : len, from = colon ? name + 1 : len;
    if (from < len && line[from] == ' ')
        from++;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].name) == name && memcmp(fields[i].name, line, name) == 0)
            fields[i].take(r, line + from, len - from);
}

static void end_event(struct sse_reader *r,
                      void (*on_event)(void *ctx, const char *id, const char *event, const char *data), void *ctx)
{
    bool whole = r->data.len && !r->data.full && !r->event.full && !r->id.full;
    if (whole) {
        r->data.data[r->data.len - 1] = 0;
        on_event(ctx, text_string(&r->id), r->event.len ? r->event.data : "message", r->data.data);
    }
    text_clear(&r->data);
    text_clear(&r->event);
}

static void end_line(struct sse_reader *r,
                     void (*on_event)(void *ctx, const char *id, const char *event, const char *data), void *ctx)
{
    if (!r->any && text_starts(text_string(&r->line), "\xef\xbb\xbf"))
        text_drop(&r->line, 3);
    r->any = true;
    if (r->line.full) // what the line said is not known, so neither is the event
        r->data.full = true;
    else if (r->line.len)
        take_field(r, r->line.data, r->line.len);
    else
        end_event(r, on_event, ctx);
    text_clear(&r->line);
}

void sse_read(struct sse_reader *r, const char *bytes, size_t len,
              void (*on_event)(void *ctx, const char *id, const char *event, const char *data), void *ctx)
{
    for (size_t i = 0; i < len; i++) {
        if (r->saw_cr && bytes[i] == '\n') {
            r->saw_cr = false;
            continue;
        }
        size_t from = i;
        while (i < len && bytes[i] != '\r' && bytes[i] != '\n')
            i++;
        text_add(&r->line, bytes + from, i - from);
        r->saw_cr = i < len && bytes[i] == '\r';
        if (i < len)
            end_line(r, on_event, ctx);
    }
}
