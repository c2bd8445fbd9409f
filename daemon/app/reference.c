// SPDX-License-Identifier: EUPL-1.2
// Knows what reference data is in memory.
#include "app/reference.h"

#include "app/own.h"
#include "app/world.h"
#include "base/log.h"
#include "core/finder.h"
#include "core/mend.h"
#include "wire/prefill.h"
#include "wire/where.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 5000 // communes a page
#define PAGE_TEXT "5000"

struct reference {
    struct parts *parts;
    struct mender *mender;
    struct where *where;
    struct prefill *prefill;
    struct naf *naf;
    struct finder *finder;
    uint32_t *codes; // sorted
    size_t code_count;
    char *texts[2];         // all labels of a language
    const char **labels[2]; // of each code, into texts
    bool ready, official; // whether the codes are the whole vocabulary
    void (*on_done)(void *ctx, enum err err);
    void *ctx;
};

static void add_naf(void *ctx, const char *const *f)
{
    if (prefill_add_naf(ctx, f[0], f[1], f[2]) != ERR_OK)
        log_die("reference", "naf_cpv.tsv: %s", f[0]);
}

static void add_label(void *ctx, const char *const *f)
{
    naf_add(ctx, f[0], f[1]);
}

static void add_structure(void *ctx, const char *const *f)
{
    if (prefill_add_structure(ctx, f[0], f[1], f[2]) != ERR_OK)
        log_die("reference", "structure_cpv.tsv: %s", f[0]);
}

struct reference *reference_new(struct parts *s)
{
    struct reference *r = memory_new(sizeof *r);
    r->parts = s;
    r->prefill = prefill_new();
    r->naf = naf_new();
    own_each("naf_cpv", add_naf, r->prefill);
    own_each("naf", add_label, r->naf);
    own_each("structure_cpv", add_structure, r->prefill);
    return r;
}

static void clear(struct reference *r)
{
    mend_free(r->mender);
    where_free(r->where);
    finder_free(r->finder);
    free(r->codes);
    for (int lang = 0; lang < 2; lang++) {
        free(r->texts[lang]);
        free(r->labels[lang]);
        r->texts[lang] = NULL;
        r->labels[lang] = NULL;
    }
    r->finder = NULL;
    r->codes = NULL;
    r->code_count = 0;
}

void reference_free(struct reference *r)
{
    if (!r)
        return;
    clear(r);
    prefill_free(r->prefill);
    naf_free(r->naf);
    free(r);
}

static void finish(struct reference *r, const struct pg_result *result)
{
    if (result->err != ERR_OK)
        log_warn("reference", "%s %s", err_word(result->err), result->message);
    r->ready = result->err == ERR_OK;
    r->on_done(r->ctx, result->err);
}

static int by_code(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static const uint32_t *find_code(const struct reference *r, uint32_t code)
{
    return bsearch(&code, r->codes, r->code_count, sizeof *r->codes, by_code);
}

// The labels of a language, one a line, in the order of the codes, which have a space between.
static void keep_labels(struct reference *r, enum lang lang, const char *codes, const char *lines)
{
    r->texts[lang] = memory_string(lines);
    r->labels[lang] = memory_grow(NULL, r->code_count + 1, sizeof *r->labels[lang]);
    memset(r->labels[lang], 0, r->code_count * sizeof *r->labels[lang]);
    char *rest = r->texts[lang];
    for (const char *line; *codes && (line = strsep(&rest, "\n")); codes += *codes == ' ') {
        const uint32_t *at = find_code(r, (uint32_t)atol(codes));
        if (at)
            r->labels[lang][at - r->codes] = line;
        codes += strcspn(codes, " ");
    }
}

// Our own short labels, which the official ones replace.
static void find_own(void *ctx, const char *const *f)
{
    struct reference *r = ctx;
    const uint32_t *at = find_code(r, (uint32_t)atol(f[0]));
    for (int lang = 0; at && lang < 2; lang++)
        if (!text_equal(r->labels[lang][at - r->codes], f[1 + lang]))
            finder_add(r->finder, *at, f[1 + lang]);
}

// What people call it, a comma between.
static void find_words(void *ctx, const char *const *f)
{
    struct reference *r = ctx;
    uint32_t code = (uint32_t)atol(f[0]);
    char *words = memory_string(f[1]), *rest = words;
    for (char *one; find_code(r, code) && (one = strsep(&rest, ","));)
        finder_add(r->finder, code, one);
    free(words);
}

static void learn_words(struct reference *r)
{
    r->finder = finder_new();
    for (size_t i = 0; i < r->code_count; i++)
        for (int lang = 0; lang < 2; lang++)
            if (r->labels[lang][i])
                finder_add(r->finder, r->codes[i], r->labels[lang][i]);
    own_each("cpv", find_own, r);
    own_each("cpv_words", find_words, r);
}

static void on_labels(void *ctx, const struct pg_result *result)
{
    struct reference *r = ctx;
    if (result->err == ERR_OK && pg_value(result, 0, 0)) {
        mend_learn(r->mender, pg_value(result, 0, 1));
        keep_labels(r, LANG_FR, pg_value(result, 0, 0), pg_value(result, 0, 1));
        keep_labels(r, LANG_EN, pg_value(result, 0, 0), pg_value(result, 0, 2));
        learn_words(r);
    }
    finish(r, result);
}

static void on_codes(void *ctx, const struct pg_result *result)
{
    struct reference *r = ctx;
    if (result->err != ERR_OK) {
        finish(r, result);
        return;
    }
    r->codes = memory_grow(NULL, (size_t)atoll(pg_value(result, 0, 1)) + 1, sizeof *r->codes);
    r->official = !text_equal(pg_value(result, 0, 2), "0");
    for (const char *at = pg_value(result, 0, 0); at && *at; at += *at == ' ') {
        r->codes[r->code_count++] = (uint32_t)atol(at);
        at += strcspn(at, " ");
    }
    qsort(r->codes, r->code_count, sizeof *r->codes, by_code);
    pg_read(r->parts->pg, NULL, SQL_cpv_labels, NULL, on_labels, r);
}

static void add_commune(struct reference *r, const struct pg_result *result, int row)
{
    const char *code = pg_value(result, row, 0), *name = pg_value(result, row, 1);
    const char *lat = pg_value(result, row, 3), *lon = pg_value(result, row, 4);
    struct point at = {.known = lat && lon};
    if (at.known) {
        at.lat = strtod(lat, NULL);
        at.lon = strtod(lon, NULL);
    }
    if (place_add_commune(world_places(r->parts->world), code, name, pg_value(result, row, 2), at) != ERR_OK)
        log_warn("reference", "commune %s lies in no known département", code);
    where_add_commune(r->where, code, name);
    mend_learn(r->mender, name);
}

static void on_communes(void *ctx, const struct pg_result *result)
{
    struct reference *r = ctx;
    if (result->err != ERR_OK) {
        finish(r, result);
        return;
    }
    for (int i = 0; i < result->rows; i++)
        add_commune(r, result, i);
    if (result->rows == PAGE)
        pg_read(r->parts->pg, NULL, SQL_communes_load, (const char *const[]){pg_value(result, PAGE - 1, 0), PAGE_TEXT},
                on_communes, r);
    else
        pg_read(r->parts->pg, NULL, SQL_cpv_codes, NULL, on_codes, r);
}

static void name_region(void *ctx, const char *const *f)
{
    where_add_region(ctx, f[0], f[1]);
}

static void name_departement(void *ctx, const char *const *f)
{
    where_add_departement(ctx, f[0], f[1], f[4]);
    if (*f[4]) // the gazetteer holds the prefectures without any file loaded
        where_add_commune(ctx, f[4], f[5]);
}

void reference_load(struct reference *r, void (*on_done)(void *ctx, enum err err), void *ctx)
{
    clear(r);
    r->ready = false;
    r->mender = mend_new();
    r->where = where_new();
    own_each("region", name_region, r->where);
    own_each("departement", name_departement, r->where);
    r->on_done = on_done;
    r->ctx = ctx;
    pg_read(r->parts->pg, NULL, SQL_communes_load, (const char *const[]){"", PAGE_TEXT}, on_communes, r);
}

static bool known(void *ctx, uint32_t code)
{
    return find_code(ctx, code) != NULL;
}

bool reference_ready(const struct reference *r)
{
    return r->ready;
}

struct import_context reference_context(struct reference *r)
{
    return (struct import_context){world_places(r->parts->world), r->where, r->mender, r->prefill, known, r};
}

const struct naf *reference_naf(const struct reference *r)
{
    return r->naf;
}

const struct prefill *reference_prefill(const struct reference *r)
{
    return r->prefill;
}

const uint32_t *reference_codes(const struct reference *r, size_t *count)
{
    *count = r->ready ? r->code_count : 0;
    return r->codes;
}

size_t reference_find(const struct reference *r, const char *words, struct arena *arena, uint32_t *out, size_t most)
{
    return r->ready && r->finder ? finder_search(r->finder, words, arena, out, most) : 0;
}

const char *reference_label(const struct reference *r, uint32_t code, enum lang lang)
{
    const uint32_t *at = r->ready && r->labels[lang] ? find_code(r, code) : NULL;
    return at ? r->labels[lang][at - r->codes] : NULL;
}

void reference_warn_cpv(const struct reference *r, struct cpv cpv, struct faults *warnings, const char *pointer_format, ...)
{
    char code[16], pointer[64];
    if (!r->ready || !r->official || find_code(r, cpv.code))
        return;
    snprintf(code, sizeof code, "%08u", cpv.code);
    va_list args;
    va_start(args, pointer_format);
    vsnprintf(pointer, sizeof pointer, pointer_format, args);
    va_end(args);
    fault_add(warnings, ERR_UNKNOWN_CPV, code, "%s", pointer);
}
