// SPDX-License-Identifier: EUPL-1.2
// Growing bytes with a limit given at birth. Appending past the limit sets `full` and keeps what was there:
// check `full` once at the end instead of every append.
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *data;   // NUL-terminated when not NULL; use text_string for a never-NULL view
    size_t len;   // bytes, without the NUL
    size_t room;  // bytes allocated
    size_t limit; // most bytes it may hold
    bool full;    // an append did not fit
};

void text_init(struct text *t, size_t limit);
void text_fini(struct text *t);
// Empties, keeps the memory; clears full.
void text_clear(struct text *t);
void text_add(struct text *t, const void *bytes, size_t len);
void text_put(struct text *t, const char *s);
void text_byte(struct text *t, char c);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vformat(struct text *t, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
// A JSON string with quotes; bytes that are not UTF-8 become U+FFFD.
void text_json(struct text *t, const char *s);
void text_json_bytes(struct text *t, const char *s, size_t len);
// Text for HTML, in an element or a quoted attribute.
void text_html(struct text *t, const char *s);
// The same between what is HTML already.
void text_html_in(struct text *t, const char *before, const char *s, const char *behind);
// Drops the first n bytes (n <= len).
void text_drop(struct text *t, size_t n);
// The bytes as a C string, "" when empty. Borrowed until the next change.
const char *text_string(const struct text *t);
// Gives the memory to the caller (free()); t is empty after. Never NULL.
char *text_take(struct text *t);

// Plain helpers over C strings and bytes.
bool text_equal(const char *a, const char *b);                        // both not NULL and equal
bool text_starts(const char *s, const char *start);
// Strict decimal, whole string, no sign but '-' at the front; false when it does not fit.
bool text_int(const char *s, int64_t *out);
// Strict decimal fraction ("45.77", "-1.5e3" refused), dot only, independent of locale.
bool text_decimal(const char *s, double *out);
// Whether the bytes are well-formed UTF-8 without NUL.
bool text_utf8(const char *s, size_t len);
// UUID in canonical lower-case form.
bool text_uuid(const char *s);

#endif
