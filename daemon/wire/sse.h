// SPDX-License-Identifier: EUPL-1.2
// Server-sent events (WHATWG HTML, section 9.2): how an event looks on the wire, and reading them back.
#ifndef WIRE_SSE_H
#define WIRE_SSE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// id, event may be NULL, and hold no newline (what stands behind one is left out); data may hold newlines (CR, LF or
// CRLF; each line becomes a data: line, read back with LF between).
void sse_write(struct text *out, const char *id, const char *event, const char *data);
void sse_comment(struct text *out, const char *words);
void sse_retry(struct text *out, int milliseconds);

// Reading, for the command line: feed bytes as they come.
struct sse_reader {
    struct text line, event, data, id;
    bool saw_cr, any; // the last byte was CR; a line was read
    int64_t retry;    // milliseconds to wait before connecting again, -1 until the server says so
};
// limit: bytes of a line and of an event's data. An event with more is skipped, never given in part.
void sse_reader_init(struct sse_reader *r, size_t limit);
void sse_reader_fini(struct sse_reader *r);
// Calls on_event for each complete event; strings are borrowed until return. id: the last one given, "" before; event:
// "message" when it has no name. NUL bytes in data become U+FFFD.
void sse_read(struct sse_reader *r, const char *bytes, size_t len,
              void (*on_event)(void *ctx, const char *id, const char *event, const char *data), void *ctx);

#endif
