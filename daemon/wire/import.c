// SPDX-License-Identifier: EUPL-1.2
// Knows the repairs of texts and numbers that all imported formats share.
#include "wire/import.h"

#include "base/text.h"
#include "core/siret.h"

#include <string.h>
#include <utf8proc.h>

#define LOST 0xfffd
#define SHOWN 120 // characters of a text that a warning repeats

// Windows-1252 letters that came as C1 control characters (U+0080..U+009F); 0 has none.
static const uint16_t windows[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

// The code point at s and its bytes.
static int32_t read_point(const char *s, size_t *bytes)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)strnlen(s, 4), &point);
    *bytes = n > 0 ? (size_t)n : 1;
    return n > 0 ? point : LOST;
}

static bool blank(int32_t point)
{
    return point <= ' ' || (point >= 0x7f && point <= 0xa0) || point == 0x202f || point == 0xfeff;
}

// One line, well-formed; *fixed counts the characters put right on the way.
static char *one_line(struct arena *arena, const char *raw, int *fixed)
{
    char *out = arena_take(arena, strlen(raw) * 3 + 1), *to = out;
    bool gap = false;
    for (size_t n; *raw; raw += n) {
        int32_t point = read_point(raw, &n);
        if (point >= 0x80 && point < 0xa0 && windows[point - 0x80]) {
            point = windows[point - 0x80];
            ++*fixed;
        }
        if (blank(point)) {
            gap = to > out;
            continue;
        }
        if (gap)
            *to++ = ' ';
        gap = false;
        to += utf8proc_encode_char(point, (utf8proc_uint8_t *)to);
    }
    *to = 0;
    return out;
}

const char *import_text(const struct import_context *x, struct arena *arena, const char *raw, const char *pointer,
                        struct faults *warnings)
{
    int fixed = 0, mended, left;
    if (!raw)
        return "";
    const char *line = one_line(arena, raw, &fixed);
    const char *text = mend_text(x->mender, arena, line, &mended, &left);
    if (fixed + mended)
        fault_add(warnings, ERR_TEXT_REPAIRED, import_cut(arena, text, SHOWN), "%s", pointer);
    if (left)
        fault_add(warnings, ERR_TEXT_BROKEN, import_cut(arena, text, SHOWN), "%s", pointer);
    return text;
}

const char *import_cut(struct arena *arena, const char *s, size_t most)
{
    size_t count = 0, n, word = 0, keep = 0; // word: bytes up to the last blank; keep: bytes of most - 1 characters
    for (const char *p = s; *p; p += n, count++) {
        if (count + 1 == most)
            keep = (size_t)(p - s);
        if (*p == ' ' && count + 1 <= most)
            word = (size_t)(p - s);
        read_point(p, &n);
    }
    if (count <= most)
        return s;
    if (word < keep / 2) // one endless word
        word = keep;
    return arena_format(arena, "%.*s…", (int)word, s);
}

// The digits of a number as people write it; false when something else stands there.
static bool digits_of(const char *raw, char out[static 15])
{
    size_t count = 0, n;
    for (; *raw; raw += n) {
        int32_t point = read_point(raw, &n);
        if (blank(point) || point == '.' || point == '-')
            continue;
        if (point < '0' || point > '9' || count == 14)
            return false;
        out[count++] = (char)point;
    }
    out[count] = 0;
    return true;
}

bool import_siret(struct arena *arena, const char *raw, const char *pointer, char out[static 15], struct faults *faults,
                  struct faults *warnings)
{
    const size_t zeros_most = 3; // no SIREN begins with more
    char digits[15];
    out[0] = 0;
    if (!raw || !*raw) {
        fault_add(faults, ERR_REQUIRED, NULL, "%s", pointer);
        return false;
    }
    bool read = digits_of(raw, digits);
    size_t len = read ? strlen(digits) : 0, zeros = 14 - len;
    char whole[15] = "00000000000000";
    memcpy(whole + zeros, digits, len);
    bool known = read && zeros <= zeros_most && strspn(whole, "0") <= zeros_most;
    if (!known || (zeros && !siret_valid(whole))) {
        fault_add(faults, ERR_BAD_SIRET, import_cut(arena, text_utf8(raw, strlen(raw)) ? raw : "?", 30), "%s", pointer);
        return false;
    }
    memcpy(out, whole, sizeof whole);
    if (strcmp(raw, whole) != 0)
        fault_add(warnings, ERR_SIRET_REPAIRED, arena_format(arena, "%s -> %s", raw, whole), "%s", pointer);
    if (!siret_valid(whole))
        fault_add(warnings, ERR_SIRET_DOUBTFUL, whole, "%s", pointer);
    return true;
}
