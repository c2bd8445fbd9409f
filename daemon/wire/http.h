// SPDX-License-Identifier: EUPL-1.2
// Strict HTTP/1.1 requests (RFC 9110, RFC 9112): a pure function over bytes. Refuses what could be read in two ways.
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEADERS 64

struct http_slice { // bytes of the input, not NUL-terminated
    const char *at;
    size_t len;
};

struct http_header {
    struct http_slice name, value; // value without white space around it
};

struct http_head {
    struct http_slice method, target; // target in origin form ("/v1/needs?q=a"), or "*" for OPTIONS
    struct http_slice path, query;    // query without '?', empty when there is none; both still percent-encoded
    size_t header_count;
    struct http_header headers[HTTP_HEADERS];
    bool keep_alive; // the connection may serve another request
    bool expect;     // Expect: 100-continue
    bool chunked;    // Transfer-Encoding: chunked
    uint64_t length; // Content-Length, 0 when absent
};

enum http_result { HTTP_DONE, HTTP_MORE, HTTP_BAD };

// Reads a request head from the start of the bytes. HTTP_DONE: *used bytes were the head, the body follows.
// HTTP_MORE: it is not complete. HTTP_BAD: *err says why (its HTTP status answers, then the connection closes).
// Slices point into the bytes. Refused: bare LF or CR, obs-fold, NUL or control bytes, space before a colon, no or two
// Host, bad Host, duplicate / signed / listed / overflowing Content-Length, Transfer-Encoding that is not exactly
// "chunked", both framings, absolute-form and authority-form targets, HTTP/1.0 (505), over `most` bytes (431), over
// HTTP_HEADERS headers (431), unknown Expect (417 is answered as 501), a coding other than chunked (501), a method of
// more than 20 bytes (501). One CRLF before the request line is skipped (RFC 9112, 2.2). The answer does not depend on
// how the bytes were split: it is MORE until the first byte that decides. On HTTP_BAD *head holds what was read until
// then.
enum http_result http_read_head(const char *bytes, size_t len, size_t most, struct http_head *head, size_t *used,
                                enum err *err) MUST_USE;

// Decodes a body piece by piece.
struct http_body {
    uint64_t left; // of the body or of the present chunk
    size_t line;   // bytes of the present chunk line, or of all trailers
    int state;
};
void http_body_init(struct http_body *b, const struct http_head *head);
// Whether it has come to its end.
bool http_body_done(const struct http_body *b);
// Takes *used bytes of the input and appends decoded body to out (whose limit is the most: ERR_TOO_LARGE). DONE at the
// end of the body (trailers are read and dropped; at most 4 KiB of them), MORE, or BAD with *err. Refused: a chunk size
// of no or more than 16 hexadecimal digits, or over the limit (at once, before its bytes come), a chunk line over 256
// bytes (extensions within are ignored), bare LF or CR, control bytes, no CRLF behind the bytes of a chunk, trailers
// that are not header lines.
enum http_result http_read_body(struct http_body *b, const char *bytes, size_t len, struct text *out, size_t *used,
                                enum err *err) MUST_USE;

// The value of a header, case-insensitive name; NULL slice (.at NULL) when absent. Of several, the first.
struct http_slice http_header(const struct http_head *head, const char *name);
// A query parameter, percent-decoded and '+' as space, into out (NUL-terminated). False when absent, too long, or not
// UTF-8. Of several, the first.
bool http_query(struct http_slice query, const char *name, char *out, size_t room);
// Percent-decodes a path segment; false when malformed, not UTF-8, or with NUL or '/' inside.
bool http_decode(struct http_slice segment, char *out, size_t room);
// French unless English is preferred by Accept-Language (RFC 9110 12.5.4, q-values; of equal ones the first listed).
enum lang http_language(const struct http_head *head);

// Whether an answer may come in that content coding ("gzip") by Accept-Encoding (RFC 9110 12.5.3).
bool http_takes(const struct http_head *head, const char *coding);

// The status line's reason ("Created"); fixed words only.
const char *http_reason(int status);
// Status line and headers up to and with the empty line. type NULL: no body, Content-Length: 0 (or none for 204/304).
// length HTTP_UNTIL_CLOSE: the end of the connection ends the body; HTTP_CHUNKED: it comes in chunks. extra: further header
// lines, each ended by CRLF, or NULL; without a Cache-Control among them the answer is not to be stored.
#define HTTP_UNTIL_CLOSE SIZE_MAX
#define HTTP_CHUNKED (SIZE_MAX - 1)
void http_write_head(struct text *out, int status, const char *type, size_t length, bool keep_alive, const char *extra);
// One chunk of a body; of no bytes: its end.
void http_write_chunk(struct text *out, const void *bytes, size_t len);

#endif
