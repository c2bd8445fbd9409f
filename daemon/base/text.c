// SPDX-License-Identifier: EUPL-1.2
// Knows how bytes grow up to a limit and how plain strings are read.
#include "base/text.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_init(struct text *t, size_t limit)
{
    *t = (struct text){.limit = limit};
}

void text_fini(struct text *t)
{
    free(t->data);
    *t = (struct text){.limit = t->limit};
}

void text_clear(struct text *t)
{
    t->len = 0;
    t->full = false;
    if (t->data)
        t->data[0] = 0;
}

static bool make_room(struct text *t, size_t more)
{
    if (t->full || more > t->limit - t->len) {
        t->full = true;
        return false;
    }
    size_t need = t->len + more + 1;
    if (need <= t->room)
        return true;
    size_t room = t->room ? t->room * 2 : 64;
    if (room < need)
        room = need;
    t->data = memory_grow(t->data, room, 1);
    t->room = room;
    return true;
}

void text_add(struct text *t, const void *bytes, size_t len)
{
    if (!make_room(t, len))
        return;
    if (len)
        memcpy(t->data + t->len, bytes, len);
    t->len += len;
    t->data[t->len] = 0;
}

void text_put(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

void text_byte(struct text *t, char c)
{
    text_add(t, &c, 1);
}

void text_vformat(struct text *t, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len > 0 && make_room(t, (size_t)len)) {
        vsnprintf(t->data + t->len, (size_t)len + 1, format, again);
        t->len += (size_t)len;
    }
    va_end(again);
}

void text_format(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vformat(t, format, args);
    va_end(args);
}

// Length of the well-formed UTF-8 sequence at s (RFC 3629), 0 when there is none.
static size_t sequence(const unsigned char *s, size_t len)
{
    static const struct {
        unsigned char from, to, from2, to2, length;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (s[0] < forms[i].from || s[0] > forms[i].to || len < forms[i].length)
            continue;
        if (forms[i].length > 1 && (s[1] < forms[i].from2 || s[1] > forms[i].to2))
            return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

void text_json_bytes(struct text *t, const char *s, size_t len)
{
    const unsigned char *u = (const unsigned char *)s;
    text_byte(t, '"');
    for (size_t i = 0, n; i < len; i += n) {
        n = sequence(u + i, len - i);
        if (n == 0) {
            text_put(t, "\xef\xbf\xbd");
            n = 1;
        } else if (n == 1 && (u[i] == '"' || u[i] == '\\'))
            text_format(t, "\\%c", s[i]);
        else if (n == 1 && u[i] < 0x20)
            text_format(t, "\\u%04x", u[i]);
        else
            text_add(t, s + i, n);
    }
    text_byte(t, '"');
}

void text_json(struct text *t, const char *s)
{
    text_json_bytes(t, s, strlen(s));
}

void text_html(struct text *t, const char *s)
{
    static const char *const entities[] = {['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < sizeof entities / sizeof *entities && entities[c])
            text_put(t, entities[c]);
        else
            text_byte(t, *s);
    }
}

void text_html_in(struct text *t, const char *before, const char *s, const char *behind)
{
    text_put(t, before);
    text_html(t, s);
    text_put(t, behind);
}

void text_drop(struct text *t, size_t n)
{
    if (n == 0)
        return;
    memmove(t->data, t->data + n, t->len - n + 1);
    t->len -= n;
}

const char *text_string(const struct text *t)
{
    return t->data ? t->data : "";
}

char *text_take(struct text *t)
{
    char *data = t->data ? t->data : memory_new(1);
    *t = (struct text){.limit = t->limit};
    return data;
}

bool text_equal(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

bool text_starts(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

bool text_int(const char *s, int64_t *out)
{
    bool minus = *s == '-';
    int64_t value = 0;
    s += minus;
    if (!*s)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, *s - '0', &value))
            return false;
    }
    if (!minus && __builtin_sub_overflow(0, value, &value))
        return false;
    *out = value;
    return true;
}

bool text_decimal(const char *s, double *out)
{
    bool minus = *s == '-', digits = false;
    double value = 0, unit = 1;
    s += minus;
    for (; *s >= '0' && *s <= '9'; s++, digits = true)
        value = value * 10 + (*s - '0');
    if (*s == '.') {
        for (s++; *s >= '0' && *s <= '9'; s++, digits = true) {
            value = value * 10 + (*s - '0');
            unit *= 10;
        }
    }
    if (*s || !digits || !(value < 1e300))
        return false;
    *out = (minus ? -value : value) / unit;
    return true;
}

bool text_utf8(const char *s, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        n = sequence((const unsigned char *)s + i, len - i);
        if (n == 0 || s[i] == 0)
            return false;
    }
    return true;
}

bool text_uuid(const char *s)
{
    for (int i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f');
        if (dash ? s[i] != '-' : !hex)
            return false;
    }
    return s[36] == 0;
}
