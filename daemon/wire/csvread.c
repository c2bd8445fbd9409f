// SPDX-License-Identifier: EUPL-1.2
// Knows how the bytes of a table become records of cells.
#include "wire/csvread.h"

#include <string.h>

// Where the reader stands in a record. The faulty ones wait for the next line end.
enum {
    BEFORE, // the record
    START,  // of a cell
    PLAIN,  // in a cell without quotes
    QUOTED, // in one with quotes
    QUOTE,  // behind a quote in it: the end, or the first of two
    RETURN, // behind the CR that ends the record
    SKIP,   // a faulty record
};

enum { OTHER, SEPARATOR, QUOTATION, CR, LF };
static const unsigned char kinds[256] = {
    [','] = SEPARATOR, [';'] = SEPARATOR, ['"'] = QUOTATION, ['\r'] = CR, ['\n'] = LF,
};

void csvread_init(struct csvread *r)
{
    *r = (struct csvread){.state = BEFORE};
    text_init(&r->bytes, CSVREAD_RECORD_MOST + CSVREAD_COLUMNS_MOST + 1);
}

void csvread_fini(struct csvread *r)
{
    text_fini(&r->bytes);
}

const char *csvread_cell(const struct csvread *r, size_t i, size_t *len)
{
    if (len)
        *len = r->starts[i + 1] - r->starts[i] - 1;
    return text_string(&r->bytes) + r->starts[i];
}

static void begin(struct csvread *r)
{
    text_clear(&r->bytes);
    r->starts[0] = r->count = r->length = 0;
    r->line = r->lines + 1;
    r->fault = CSVREAD_FINE;
    r->seen = 0;
    r->state = START;
}

static void fail(struct csvread *r, enum csvread_fault fault)
{
    r->fault = fault;
    r->state = SKIP;
}

static void end_cell(struct csvread *r)
{
    size_t start = r->starts[r->count];
    if (r->count == CSVREAD_COLUMNS_MOST) {
        fail(r, CSVREAD_COLUMNS);
        return;
    }
    if ((r->seen & 0x80 || memchr(text_string(&r->bytes) + start, 0, r->bytes.len - start)) &&
        !text_utf8(text_string(&r->bytes) + start, r->bytes.len - start))
        r->fault = CSVREAD_UTF8;
    text_byte(&r->bytes, 0);
    r->starts[++r->count] = r->bytes.len;
    r->seen = 0;
    r->state = START;
}

// What a complete record is.
static enum csvread_step judge(struct csvread *r)
{
    if (r->state != SKIP)
        end_cell(r);
    if (r->state == SKIP)
        r->count = 0;
    r->state = BEFORE;
    bool first = !r->columns;
    if (first && r->fault == CSVREAD_FINE) {
        r->columns = r->count;
        r->separator = r->separator ? r->separator : ',';
    }
    if (r->fault == CSVREAD_FINE && r->count != r->columns)
        r->fault = CSVREAD_CELLS;
    return r->fault ? CSVREAD_BAD : CSVREAD_RECORD;
}

// The bytes that stand for themselves, up to the next that may not.
static size_t take_span(struct csvread *r, const unsigned char *s, size_t len)
{
    size_t n = 0;
    unsigned seen = r->seen;
    while (n < len && kinds[s[n]] == OTHER)
        seen |= s[n++];
    r->seen = seen;
    text_add(&r->bytes, s, n);
    return n;
}

static size_t take_quoted(struct csvread *r, const unsigned char *s, size_t len)
{
    size_t n = 0;
    unsigned seen = r->seen;
    for (; n < len && s[n] != '"'; n++) {
        seen |= s[n];
        r->lines += s[n] == '\n';
    }
    r->seen = seen;
    text_add(&r->bytes, s, n);
    return n;
}

static bool separates(struct csvread *r, unsigned char c)
{
    if (kinds[c] == SEPARATOR && !r->separator)
        r->separator = (char)c;
    return c == (unsigned char)r->separator;
}

// One byte outside of quotes that is not plain, or the one behind a quote. LF is seen to by the caller.
static void take_special(struct csvread *r, unsigned char c)
{
    if (r->state == RETURN)
        fail(r, CSVREAD_RETURN);
    else if (c == '\r')
        r->state = RETURN;
    else if (separates(r, c))
        end_cell(r);
    else if (r->state == QUOTE && c == '"') {
        text_byte(&r->bytes, '"');
        r->state = QUOTED;
    } else if (r->state == QUOTE)
        fail(r, CSVREAD_BEHIND);
    else if (c == '"' && r->state == PLAIN)
        fail(r, CSVREAD_WITHIN);
    else if (c == '"')
        r->state = QUOTED;
    else { // the separator of other files
        text_byte(&r->bytes, (char)c);
        r->state = PLAIN;
    }
}

// Some bytes of a record that do not end it.
static size_t take(struct csvread *r, const unsigned char *s, size_t len)
{
    bool plain = kinds[*s] == OTHER;
    if (r->state == SKIP) {
        const unsigned char *end = memchr(s, '\n', len);
        return end ? (size_t)(end - s) : len;
    }
    if (r->state == QUOTED && *s != '"')
        return take_quoted(r, s, len);
    if (r->state == QUOTED)
        r->state = QUOTE;
    else if (plain && (r->state == START || r->state == PLAIN)) {
        r->state = PLAIN;
        return take_span(r, s, len);
    } else
        take_special(r, *s);
    return 1;
}

// The byte order mark, when the file begins with one; bytes of it that were another thing are taken as such.
static size_t take_mark(struct csvread *r, const char *bytes, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t n = 0;
    while (r->marked < 3 && n < len && bytes[n] == mark[r->marked]) {
        r->marked++;
        n++;
    }
    if (n == len || r->marked == 3)
        return n;
    if (r->marked) {
        begin(r);
        r->length = (size_t)r->marked;
        take(r, (const unsigned char *)mark, r->length);
    }
    r->marked = 3;
    return n;
}

// What is over the limit of a record is not kept, but its end is looked for.
static size_t within(const struct csvread *r, size_t len)
{
    size_t left = r->length < CSVREAD_RECORD_MOST ? CSVREAD_RECORD_MOST - r->length : 0;
    return r->state == SKIP || len < left ? len : left;
}

// The end of a line outside of quotes; false where the line was empty.
static bool take_end(struct csvread *r)
{
    bool empty = r->state == BEFORE || (r->count == 0 && r->bytes.len == 0 && r->length == 1 && r->state == RETURN);
    r->lines++;
    if (empty)
        r->state = BEFORE;
    return !empty;
}

enum csvread_step csvread_next(struct csvread *r, const char *bytes, size_t len, size_t *used)
{
    const unsigned char *s = (const unsigned char *)bytes;
    size_t at = r->marked < 3 ? take_mark(r, bytes, len) : 0;
    while (at < len) {
        bool ends = s[at] == '\n' && r->state != QUOTED;
        if (ends && take_end(r)) {
            *used = at + 1;
            return judge(r);
        }
        if (ends) {
            at++;
            continue;
        }
        if (r->state == BEFORE)
            begin(r);
        size_t most = within(r, len - at);
        if (most == 0) {
            fail(r, r->state == QUOTED ? CSVREAD_OPEN : CSVREAD_LONG);
            continue;
        }
        size_t n = take(r, s + at, most);
        r->length += n;
        at += n;
    }
    *used = len;
    return CSVREAD_MORE;
}

enum csvread_step csvread_end(struct csvread *r)
{
    if (r->marked > 0 && r->marked < 3) { // the file is nothing but a part of the mark
        begin(r);
        text_add(&r->bytes, "\xef\xbb\xbf", (size_t)r->marked);
        r->seen = 0x80;
        r->state = PLAIN;
    }
    r->marked = 3;
    if (r->state == BEFORE)
        return CSVREAD_MORE;
    if (r->state == RETURN && r->length == 1) {
        r->state = BEFORE;
        return CSVREAD_MORE;
    }
    if (r->state == QUOTED)
        fail(r, CSVREAD_OPEN);
    return judge(r);
}
