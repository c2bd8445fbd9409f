// SPDX-License-Identifier: EUPL-1.2
// Knows how text is laid out on a terminal.
#include "layout.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>
#include <time.h>

#define LABEL 34

// Bytes of the character at s, 1 for a broken one; *printable false when a terminal would act on it.
static size_t character(const char *s, bool *printable)
{
    unsigned char c = (unsigned char)*s;
    size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    size_t left = strnlen(s, n);
    if (left < n || !text_utf8(s, n)) {
        *printable = false;
        return 1;
    }
    // C0, DEL, C1 (U+0080-009F), and the direction overrides U+202A-202E, U+2066-2069.
    *printable = c >= 0x20 && c != 0x7f && !(c == 0xc2 && (unsigned char)s[1] < 0xa0) &&
                 !(n == 3 && memcmp(s, "\xe2\x80\xaa", 3) >= 0 && memcmp(s, "\xe2\x80\xae", 3) <= 0) &&
                 !(n == 3 && memcmp(s, "\xe2\x81\xa6", 3) >= 0 && memcmp(s, "\xe2\x81\xa9", 3) <= 0);
    return n;
}

// Whether the character takes no column: combining marks U+0300-036F.
static bool combining(const char *s)
{
    unsigned char c = (unsigned char)s[0], d = (unsigned char)s[1];
    return c == 0xcc || (c == 0xcd && d < 0xb0);
}

// Prints at most `most` bytes.
static void write_bytes(FILE *f, const char *s, size_t most)
{
    bool printable;
    for (size_t i = 0, n; i < most && s[i]; i += n) {
        n = character(s + i, &printable);
        if (printable)
            fwrite(s + i, 1, n, f);
        else
            fputs((unsigned char)s[i] < 0x80 ? " " : "?", f);
    }
}

void layout_clean(FILE *f, const char *s)
{
    if (s)
        write_bytes(f, s, strlen(s));
}

// Columns of the whole string; *fit: bytes that fit into `room` columns.
static int columns(const char *s, int room, size_t *fit)
{
    int count = 0;
    bool printable;
    *fit = 0;
    for (size_t i = 0, n; s[i]; i += n) {
        n = character(s + i, &printable);
        count += !combining(s + i);
        if (count <= room)
            *fit = i + n;
    }
    return count;
}

static void pad(int n)
{
    if (n > 0)
        printf("%*s", n, "");
}

// Prints what fits into the room (0: all), with an ellipsis when it is cut. Columns used.
static int write_cut(const char *s, int room, bool right)
{
    size_t fit;
    int count = columns(s, room, &fit);
    if (room && count > room) {
        columns(s, room - 1, &fit);
        write_bytes(stdout, s, fit);
        fputs("…", stdout);
        return room;
    }
    if (right)
        pad(room - count);
    write_bytes(stdout, s, strlen(s));
    return right ? room : count;
}

void layout_cell(const char *s, int width)
{
    int room = width < 0 ? -width : width;
    pad(room - write_cut(s ? s : "", room, width < 0));
    fputc(' ', stdout);
}

void layout_last(const char *s, int width)
{
    write_cut(s ? s : "", width, false);
    fputc('\n', stdout);
}

void layout_number(long long n, int width)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", n);
    layout_cell(digits, -width);
}

// Bytes of the line that starts at s: up to a newline, or to the last space that fits, or else to the next: an address
// or a secret stays whole.
static size_t line_length(const char *s, int room)
{
    size_t fit, newline = strcspn(s, "\n");
    int count = columns(s, room, &fit);
    if (newline <= fit)
        return newline;
    if (count <= room)
        return strlen(s);
    for (size_t i = fit; i > 0; i--)
        if (s[i] == ' ')
            return i;
    return strcspn(s, " \n");
}

void layout_field(int indent, const char *label, const char *value)
{
    size_t fit;
    if (!value || !*value)
        return;
    pad(indent);
    write_bytes(stdout, label, strlen(label));
    int used = indent + columns(label, 0, &fit);
    if (used >= LABEL) {
        fputc('\n', stdout);
        used = 0;
    }
    while (*value) {
        size_t len = line_length(value, LAYOUT_COLUMNS - LABEL);
        pad(LABEL - used);
        write_bytes(stdout, value, len);
        fputc('\n', stdout);
        value += len;
        value += strspn(value, " \n");
        used = 0;
    }
}

const char *layout_time(const char *instant, char out[static 32])
{
    int64_t seconds;
    struct tm local;
    snprintf(out, 32, "%.31s", instant ? instant : "");
    if (!instant || !clock_parse(instant, &seconds))
        return out;
    time_t when = (time_t)seconds;
    if (localtime_r(&when, &local))
        strftime(out, 32, "%Y-%m-%d %H:%M", &local);
    return out;
}
