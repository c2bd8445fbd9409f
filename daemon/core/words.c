// SPDX-License-Identifier: EUPL-1.2
// Knows how words are folded and stemmed.
#include "core/words.h"

#include "base/log.h"
#include "base/text.h"

#include <libstemmer.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>


struct words {
    struct sb_stemmer *stemmer;
};

struct words *words_new(void)
{
    struct words *w = memory_new(sizeof *w);
    w->stemmer = sb_stemmer_new("french", "UTF_8");
    if (!w->stemmer)
        log_die("words", "no French stemmer");
    return w;
}

void words_free(struct words *w)
{
    if (!w)
        return;
    sb_stemmer_delete(w->stemmer);
    free(w);
}

int32_t words_point(const char *s, size_t *bytes)
{
    utf8proc_int32_t point;
    *bytes = 1;
    if ((unsigned char)*s < 0x80)
        return *s;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)strnlen(s, 4), &point);
    if (n <= 0)
        return WORDS_LOST;
    *bytes = (size_t)n;
    return point;
}

static size_t write_point(int32_t point, char *out)
{
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out);
}

static bool word_point(int32_t point)
{
    if (point < 0x80)
        return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
    utf8proc_category_t c = utf8proc_category(point);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO;
}

// A copy in which all is UTF-8.
static char *clean(struct arena *arena, const char *s)
{
    char *out = arena_take(arena, strlen(s) * 3 + 1), *to = out;
    for (size_t n; *s; s += n)
        to += write_point(words_point(s, &n), to);
    return out;
}

// Folded by utf8proc; the caller frees it.
static char *fold_unicode(struct arena *arena, const char *s)
{
    const int options = UTF8PROC_NULLTERM | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                        UTF8PROC_STRIPMARK | UTF8PROC_LUMP | UTF8PROC_IGNORE;
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s, 0, &out, options);
    if (len == UTF8PROC_ERROR_INVALIDUTF8)
        len = utf8proc_map((const utf8proc_uint8_t *)clean(arena, s), 0, &out, options);
    if (len < 0)
        log_die("words", "folding failed: %s", utf8proc_errmsg(len));
    // Ligatures are letters of their own to Unicode; French readers spell them out.
    for (char *p = (char *)out; *p; p++) {
        if (memcmp(p, "\xc5\x93", 2) == 0)
            memcpy(p, "oe", 2);
        else if (memcmp(p, "\xc3\xa6", 2) == 0)
            memcpy(p, "ae", 2);
    }
    return (char *)out;
}

const char *words_fold(struct arena *arena, const char *s)
{
    char *folded = fold_unicode(arena, s);
    char *out = arena_take(arena, strlen(folded) + 1), *to = out;
    for (const char *p = folded; *p; p++) {
        bool space = (unsigned char)*p <= ' ';
        if (!space)
            *to++ = *p;
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > out && to[-1] == ' ')
        to--;
    *to = 0;
    free(folded);
    return out;
}

// Words that join others and mean nothing alone: without them "nettoyage de bureaux" is "nettoyage des bureaux".
static bool joins(const char *word, size_t len, char next)
{
    static const char *const elided[] = {"c", "d", "j", "l", "m", "n", "qu", "s", "t"};
    static const char *const small[] = {"a",   "au",  "aux", "avec", "dans", "de",   "des", "du", "en", "et",
                                        "la",  "le",  "les", "ou",   "par",  "pour", "sur", "un", "une"};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (strlen(small[i]) == len && memcmp(small[i], word, len) == 0)
            return true;
    for (size_t i = 0; next == '\'' && i < sizeof elided / sizeof *elided; i++)
        if (strlen(elided[i]) == len && memcmp(elided[i], word, len) == 0)
            return true;
    return false;
}

const char *words_stems(struct words *w, struct arena *arena, const char *s)
{
    const char *p = words_fold(arena, s);
    struct text out;
    size_t n;
    text_init(&out, SIZE_MAX / 2);
    while (*p) {
        const char *from = p;
        while (*p && word_point(words_point(p, &n)))
            p += n;
        if (p == from) {
            words_point(p, &n);
            p += n;
            continue;
        }
        size_t len = (size_t)(p - from);
        if (len > 1000 || joins(from, len, *p))
            continue;
        const sb_symbol *stem = sb_stemmer_stem(w->stemmer, (const sb_symbol *)from, (int)len);
        if (!stem)
            log_die("memory", "out of memory in the stemmer");
        if (!out.len)
            text_byte(&out, ' ');
        text_add(&out, stem, (size_t)sb_stemmer_length(w->stemmer));
        text_byte(&out, ' ');
    }
    const char *stems = arena_copy(arena, text_string(&out), out.len);
    text_fini(&out);
    return stems;
}

bool words_contain(const char *stems, const char *phrase)
{
    return phrase[strspn(phrase, " ")] && strstr(stems, phrase) != NULL;
}

const char *words_key(struct arena *arena, const char *s)
{
    char *key = arena_string(arena, words_fold(arena, s)), *to = key;
    for (const char *from = key; *from; from++) {
        bool part = (unsigned char)*from >= 0x80 || (*from >= '0' && *from <= '9') || (*from >= 'a' && *from <= 'z');
        if (part)
            *to++ = *from;
        else if (to > key && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = 0;
    if (to > key && to[-1] == ' ')
        to[-1] = 0;
    return key;
}
