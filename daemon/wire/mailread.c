// SPDX-License-Identifier: EUPL-1.2
// Knows how the text in a mail is wrapped.
#include "wire/mailread.h"

#include "base/text.h"
#include "core/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEEPEST 8        // parts within parts
#define LONGEST_WORD 998 // an encoded word: a line

struct span {
    const char *at;
    size_t len;
};

// What a reader may see

// Bytes in their charset as UTF-8 that may be shown; lines: LF and tabs stay, else they are blanks.
static const char *shown(struct arena *arena, const char *bytes, size_t len, bool latin, bool lines)
{
    struct text out;
    char *s = arena_copy(arena, bytes, len);
    text_init(&out, 3 * len);
    for (size_t i = 0, n = 1; i < len; i += n) {
        unsigned char c = (unsigned char)s[i];
        int32_t point = latin || c < 0x80 ? c : words_point(s + i, &n);
        n = latin || c < 0x80 ? 1 : n;
        if (lines && (c == '\n' || c == '\t'))
            text_byte(&out, (char)c);
        else if (c == '\r' && lines)
            continue;
        else if (c < ' ' || c == 0x7f)
            text_put(&out, lines ? "\xef\xbf\xbd" : " ");
        else if (point == WORDS_LOST || (point >= 0x80 && point < 0xa0))
            text_put(&out, "\xef\xbf\xbd");
        else if (latin && c >= 0x80) {
            text_byte(&out, (char)(0xc0 | c >> 6));
            text_byte(&out, (char)(0x80 | (c & 0x3f)));
        } else
            text_add(&out, s + i, n);
    }
    const char *copy = arena_copy(arena, text_string(&out), out.len);
    text_fini(&out);
    return copy;
}

static bool is_latin(const char *charset, size_t len)
{
    return (len == 10 && strncasecmp(charset, "iso-8859-1", len) == 0) ||
           (len == 6 && strncasecmp(charset, "latin1", len) == 0);
}

// Encodings

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static void put_base64(struct text *out, struct span in)
{
    unsigned bits = 0;
    int count = 0;
    for (size_t i = 0; i < in.len && in.at[i] != '='; i++) {
        int value = base64_value(in.at[i]);
        if (value < 0)
            continue;
        bits = (bits << 6 | (unsigned)value) & 0xffffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            text_byte(out, (char)(bits >> count & 0xff));
        }
    }
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

// In a header word "_" is a blank; in a body "=" at the end of a line joins it to the next.
static void put_quoted(struct text *out, struct span in, bool word)
{
    for (size_t i = 0; i < in.len; i++) {
        char c = in.at[i];
        size_t left = in.len - i - 1;
        if (c == '=' && left >= 2 && hex_value(in.at[i + 1]) >= 0 && hex_value(in.at[i + 2]) >= 0) {
            text_byte(out, (char)(hex_value(in.at[i + 1]) << 4 | hex_value(in.at[i + 2])));
            i += 2;
        } else if (c == '=' && !word && left >= 1 && in.at[i + 1] == '\n')
            i++;
        else if (c == '=' && !word && left >= 2 && in.at[i + 1] == '\r' && in.at[i + 2] == '\n')
            i += 2;
        else
            text_byte(out, word && c == '_' ? ' ' : c);
    }
}

// Headers

// The head of a mail or part, with the end of its last line; the body follows the empty line.
static struct span head_of(struct span all, struct span *body)
{
    for (size_t i = 0; i < all.len;) {
        const char *end = memchr(all.at + i, '\n', all.len - i);
        size_t next = end ? (size_t)(end - all.at) + 1 : all.len;
        if (all.at[i] == '\n' || (all.at[i] == '\r' && i + 1 < all.len && all.at[i + 1] == '\n')) {
            *body = (struct span){all.at + next, all.len - next};
            return (struct span){all.at, i};
        }
        i = next;
    }
    *body = (struct span){all.at + all.len, 0};
    return all;
}

// The first header of the name, unfolded, without blanks around it; "" when there is none.
static const char *header(struct arena *arena, struct span head, const char *name)
{
    struct text value;
    bool within = false;
    size_t length = strlen(name);
    text_init(&value, head.len);
    for (size_t i = 0, next; i < head.len; i = next) {
        const char *line = head.at + i, *end = memchr(line, '\n', head.len - i);
        next = end ? (size_t)(end - head.at) + 1 : head.len;
        bool more = *line == ' ' || *line == '\t';
        if (within && !more)
            break;
        if (!within && (more || next - i <= length || strncasecmp(line, name, length) != 0 || line[length] != ':'))
            continue;
        size_t skip = within ? 0 : length + 1, stop = next - i;
        within = true;
        while (stop > skip && strchr("\r\n", line[stop - 1]))
            stop--;
        text_add(&value, line + skip, stop - skip);
    }
    size_t from = strspn(text_string(&value), " \t"), len = value.len;
    while (len > from && strchr(" \t", value.data[len - 1]))
        len--;
    const char *copy = arena_copy(arena, text_string(&value) + from, len - from);
    text_fini(&value);
    return copy;
}

struct word {
    size_t len; // 0: there is none
    bool latin, quoted;
    struct span content;
};

// The encoded word ("=?utf-8?B?w6k=?=") that begins at s.
static struct word word_at(const char *s)
{
    if (!text_starts(s, "=?"))
        return (struct word){0};
    size_t length = strnlen(s, LONGEST_WORD);
    const char *first = memchr(s + 2, '?', length - 2);
    const char *content = first && (size_t)(first - s) + 3 <= length && first[2] == '?' ? first + 3 : NULL;
    const char *end = content ? memmem(content, length - (size_t)(content - s), "?=", 2) : NULL;
    if (!end || !strchr("BbQq", first[1]) || memchr(s, ' ', (size_t)(end - s)) || memchr(s, '\t', (size_t)(end - s)))
        return (struct word){0};
    return (struct word){.len = (size_t)(end - s) + 2,
                         .latin = is_latin(s + 2, (size_t)(first - s) - 2),
                         .quoted = first[1] == 'Q' || first[1] == 'q',
                         .content = {content, (size_t)(end - content)}};
}

static void put_shown(struct arena *arena, struct text *out, const char *bytes, size_t len, bool latin)
{
    text_put(out, shown(arena, bytes, len, latin, false));
}

// A header's value with its encoded words read; blanks between two of them do not count. Words of one charset are read
// together, as some writers split a letter between two.
static const char *words(struct arena *arena, const char *value)
{
    struct text out, run;
    struct word last = {0};
    size_t len = strlen(value), plain = 0; // where what is no word begins
    text_init(&out, 3 * len);
    text_init(&run, len);
    for (size_t i = 0; i < len;) {
        struct word word = word_at(value + i);
        if (!word.len) {
            i++;
            continue;
        }
        bool joins = last.len && strspn(value + plain, " \t") >= i - plain;
        if (!joins || word.latin != last.latin) {
            put_shown(arena, &out, text_string(&run), run.len, last.latin);
            text_clear(&run);
        }
        if (!joins)
            put_shown(arena, &out, value + plain, i - plain, false);
        word.quoted ? put_quoted(&run, word.content, true) : put_base64(&run, word.content);
        plain = i += word.len;
        last = word;
    }
    put_shown(arena, &out, text_string(&run), run.len, last.latin);
    put_shown(arena, &out, value + plain, len - plain, false);
    const char *copy = arena_copy(arena, text_string(&out), out.len);
    text_fini(&out);
    text_fini(&run);
    return copy;
}

// Parts

// A parameter of a header ("text/plain; charset=utf-8"), without quotes; "" when there is none.
static const char *parameter(struct arena *arena, const char *value, const char *name)
{
    size_t length = strlen(name);
    for (const char *s = strchr(value, ';'); s; s = strchr(s, ';')) {
        s += 1 + strspn(s + 1, " \t");
        if (strncasecmp(s, name, length) != 0 || s[length] != '=')
            continue;
        s += length + 1;
        return *s == '"' ? arena_copy(arena, s + 1, strcspn(s + 1, "\"")) : arena_copy(arena, s, strcspn(s, "; \t"));
    }
    return "";
}

enum line { OTHER, BETWEEN, LAST }; // a line of the boundary stands between two parts or behind the last one

static enum line line_of(struct span line, const char *boundary)
{
    size_t length = strlen(boundary);
    if (line.len < length + 2 || memcmp(line.at, "--", 2) != 0 || memcmp(line.at + 2, boundary, length) != 0)
        return OTHER;
    const char *rest = line.at + 2 + length, *end = line.at + line.len;
    bool last = end - rest >= 2 && memcmp(rest, "--", 2) == 0;
    for (rest += last ? 2 : 0; rest < end; rest++)
        if (!strchr(" \t\r\n", *rest) || !*rest)
            return OTHER;
    return last ? LAST : BETWEEN;
}

// The next part, from *at on; false when there is none.
static bool next_part(struct span body, const char *boundary, size_t *at, struct span *part)
{
    size_t begun = SIZE_MAX;
    for (size_t i = *at, next; i < body.len; i = next) {
        const char *line = body.at + i, *end = memchr(line, '\n', body.len - i);
        next = end ? (size_t)(end - body.at) + 1 : body.len;
        enum line kind = line_of((struct span){line, next - i}, boundary);
        if (kind != OTHER && begun != SIZE_MAX) {
            *part = (struct span){body.at + begun, i - begun};
            *at = i;
            return true;
        }
        if (kind == LAST)
            return false;
        if (kind == BETWEEN)
            begun = next;
    }
    if (begun == SIZE_MAX)
        return false;
    *part = (struct span){body.at + begun, body.len - begun};
    *at = body.len;
    return true;
}

static const char *decoded(struct arena *arena, struct span head, struct span body, const char *type)
{
    const char *encoding = header(arena, head, "Content-Transfer-Encoding"),
               *charset = parameter(arena, type, "charset");
    struct text raw;
    text_init(&raw, body.len);
    if (strcasecmp(encoding, "base64") == 0)
        put_base64(&raw, body);
    else if (strcasecmp(encoding, "quoted-printable") == 0)
        put_quoted(&raw, body, false);
    else
        text_add(&raw, body.at, body.len);
    const char *text = shown(arena, text_string(&raw), raw.len, is_latin(charset, strlen(charset)), true);
    text_fini(&raw);
    return text;
}

// The first text/plain part, depth first; NULL when there is none.
static const char *find_text(struct arena *arena, struct span all, int depth)
{
    struct span body, head = head_of(all, &body), part;
    const char *type = header(arena, head, "Content-Type"), *boundary = parameter(arena, type, "boundary"),
               *text = NULL;
    if (!*type || strncasecmp(type, "text/plain", 10) == 0)
        return decoded(arena, head, body, type);
    if (strncasecmp(type, "multipart/", 10) != 0 || !*boundary || depth == DEEPEST)
        return NULL;
    for (size_t at = 0; !text && next_part(body, boundary, &at, &part);)
        text = find_text(arena, part, depth + 1);
    return text;
}

void mailread_parse(const char *bytes, size_t len, struct arena *arena, struct mailread *out)
{
    struct span body, all = {bytes, len}, head = head_of(all, &body);
    const char *text = find_text(arena, all, 0);
    *out = (struct mailread){
        .date = words(arena, header(arena, head, "Date")),
        .from = words(arena, header(arena, head, "From")),
        .to = words(arena, header(arena, head, "To")),
        .subject = words(arena, header(arena, head, "Subject")),
        .text = text ? text : "",
    };
}
