// SPDX-License-Identifier: EUPL-1.2
// Knows how codes, places and words are looked up.
#include "app/lookup.h"

#include "app/reference.h"
#include "app/web.h"
#include "app/world.h"
#include "core/place.h"
#include "core/score.h"
#include "wire/field.h"
#include "wire/member.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_MOST 200 // bytes of a search
#define CODES_MOST 100 // codes that are named at a time
#define KEPT_SECONDS 300
#define YEAR_SECONDS 31536000

static void list_begin(struct text *out)
{
    text_init(out, 1 << 20);
    text_byte(out, '{');
    member_open(out, "items", '[');
}

static void list_end(struct call *c, struct text *out)
{
    text_byte(out, ']');
    member_text(out, "next", NULL);
    text_byte(out, '}');
    call_open(c, KEPT_SECONDS);
    call_answer(c, 200, text_string(out));
    text_fini(out);
}

// The codes of a list between commas, one after the other; NULL behind the last. At most CODES_MOST (422).
static char *codes_of(struct call *c, const char *codes)
{
    size_t commas = 0;
    for (const char *p = codes; *p; p++)
        commas += *p == ',';
    if (commas < CODES_MOST)
        return arena_string(c->arena, codes);
    call_refuse_field(c, ERR_TOO_LONG, "100", "codes");
    return NULL;
}

// CPV

static void write_cpv(struct call *c, struct text *out, uint32_t code)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%08u", code);
    member_item(out);
    text_byte(out, '{');
    member_text(out, "code", digits);
    member_text(out, "fr", reference_label(c->parts->reference, code, LANG_FR));
    member_text(out, "en", reference_label(c->parts->reference, code, LANG_EN));
}

static void name_cpv(struct call *c, const char *codes)
{
    char *rest = codes_of(c, codes);
    struct text out;
    if (!rest)
        return;
    list_begin(&out);
    for (char *code; (code = strsep(&rest, ","));) {
        struct cpv cpv;
        enum err err = cpv_parse(code, &cpv);
        if ((err == ERR_OK || err == ERR_CHECK_DIGIT) && reference_label(c->parts->reference, cpv.code, LANG_FR)) {
            write_cpv(c, &out, cpv.code);
            text_byte(&out, '}');
        }
    }
    list_end(c, &out);
}

// The codes right below a code, of the vocabulary, which is sorted: each stands before all that it covers.
static void show_branch(struct call *c, const char *parent)
{
    struct cpv above = {0, 0};
    size_t count;
    const uint32_t *list = reference_codes(c->parts->reference, &count);
    struct text out;
    if (*parent && cpv_parse(parent, &above) == ERR_BAD_CPV) {
        call_refuse_field(c, ERR_BAD_CPV, parent, "parent");
        return;
    }
    list_begin(&out);
    for (size_t i = 0; i < count;) {
        struct cpv cpv = cpv_of(list[i]);
        size_t next = i + 1;
        if (*parent && (cpv.code == above.code || !cpv_covers(above, cpv))) {
            i = next;
            continue;
        }
        while (next < count && cpv_covers(cpv, cpv_of(list[next])))
            next++;
        write_cpv(c, &out, cpv.code);
        member_bool(&out, "children", next > i + 1);
        text_byte(&out, '}');
        i = next;
    }
    list_end(c, &out);
}

// The digits a code begins with, its check digit left out: "9091", "90919200-4"; false when it is words.
static bool by_digits(const char *q, char out[9])
{
    size_t len = strspn(q, "0123456789");
    if (!len || len > 8 || (q[len] && !(len == 8 && q[len] == '-' && strspn(q + len + 1, "0123456789") == 1 && !q[len + 2])))
        return false;
    memcpy(out, q, len);
    out[len] = 0;
    return true;
}

static size_t codes_beginning(const struct reference *r, const char *digits, uint32_t *out, size_t most)
{
    size_t count, taken = 0, len = strlen(digits);
    const uint32_t *list = reference_codes(r, &count);
    char code[16];
    for (size_t i = 0; i < count && taken < most; i++) {
        snprintf(code, sizeof code, "%08u", list[i]);
        if (strncmp(code, digits, len) == 0)
            out[taken++] = list[i];
    }
    return taken;
}

static void find_cpv(struct call *c, const char *q, size_t most)
{
    const struct reference *r = c->parts->reference;
    uint32_t *found = arena_array(c->arena, most, sizeof *found);
    char digits[9];
    struct text out;
    size_t count = by_digits(q, digits) ? codes_beginning(r, digits, found, most) : reference_find(r, q, c->arena, found, most);
    list_begin(&out);
    for (size_t i = 0; i < count; i++) {
        write_cpv(c, &out, found[i]);
        text_byte(&out, '}');
    }
    list_end(c, &out);
}

// The one way in which it is asked; false when refused.
static bool asked_once(struct call *c, const char *q, const char *codes)
{
    if (q && *q && strlen(q) <= ASKED_MOST)
        return true;
    if (!codes)
        call_refuse_field(c, q && *q ? ERR_TOO_LONG : ERR_REQUIRED, "200", "q");
    return codes != NULL;
}

void lookup_cpv(struct call *c)
{
    const char *cursor, *limit, *q = call_query(c, "q"), *codes = call_query(c, "codes"), *parent = call_query(c, "parent");
    if (parent)
        show_branch(c, parent);
    else if (!asked_once(c, q, codes))
        return;
    else if (codes)
        name_cpv(c, codes);
    else if (call_page(c, true, &cursor, &limit))
        find_cpv(c, q, (size_t)atol(limit));
}

// NAF

void lookup_naf(struct call *c)
{
    const char *cursor, *limit, *q = call_query(c, "q");
    struct text out;
    if (!asked_once(c, q, NULL) || !call_page(c, true, &cursor, &limit))
        return;
    size_t most = (size_t)atol(limit);
    struct naf_found *found = arena_array(c->arena, most, sizeof *found);
    size_t count = naf_search(reference_naf(c->parts->reference), q, c->arena, found, most);
    list_begin(&out);
    for (size_t i = 0; i < count; i++) {
        member_item(&out);
        text_byte(&out, '{');
        member_text(&out, "code", found[i].code);
        member_text(&out, "label", found[i].label);
        text_byte(&out, '}');
    }
    list_end(c, &out);
}

// Places

static void write_place(struct text *out, const char *code, const char *name, const char *within)
{
    member_item(out);
    text_byte(out, '{');
    member_text(out, "code", code);
    member_text(out, "name", name);
    member_text(out, "within", within);
    text_byte(out, '}');
}

static void name_places(struct call *c, const char *codes)
{
    const struct gazetteer *places = world_places(c->parts->world);
    char *rest = codes_of(c, codes);
    struct text out;
    if (!rest)
        return;
    list_begin(&out);
    for (char *code; (code = strsep(&rest, ","));) {
        struct place place;
        if (place_parse(places, code, c->arena, &place) == ERR_OK)
            write_place(&out, code, place_name(places, &place), place_around(places, &place));
    }
    list_end(c, &out);
}

// 0 when refused.
static unsigned kinds_of(struct call *c)
{
    static const struct {
        const char *word;
        unsigned kind;
    } kinds[] = {{"commune", PLACE_COMMUNE}, {"departement", PLACE_DEPARTEMENT}, {"region", PLACE_REGION}};
    const char *asked = call_query(c, "kind");
    if (!asked)
        return PLACE_COUNTRY | PLACE_REGION | PLACE_DEPARTEMENT | PLACE_COMMUNE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, asked) == 0)
            return kinds[i].kind;
    call_refuse_field(c, ERR_NOT_ONE_OF, "commune, departement, region", "kind");
    return 0;
}

void lookup_places(struct call *c)
{
    const char *cursor, *limit, *q = call_query(c, "q"), *codes = call_query(c, "codes");
    unsigned kinds = kinds_of(c);
    struct text out;
    if (!kinds || !asked_once(c, q, codes) || !call_page(c, true, &cursor, &limit))
        return;
    if (codes) {
        name_places(c, codes);
        return;
    }
    size_t most = (size_t)atol(limit);
    struct place_found *found = arena_array(c->arena, most, sizeof *found);
    size_t count = place_search(world_places(c->parts->world), q, kinds, c->arena, found, most);
    list_begin(&out);
    for (size_t i = 0; i < count; i++)
        write_place(&out, found[i].text, found[i].name, found[i].within);
    list_end(c, &out);
}

// Words

static void write_words(struct text *out, enum lang lang)
{
    const char *list = "";
    member_open(out, "words", '{');
    for (const struct word *w = NULL; (w = word_next(NULL, w));) {
        if (strcmp(w->list, list) != 0) {
            if (*list)
                text_byte(out, '}');
            member_open(out, list = w->list, '{');
        }
        member_text(out, w->word, w->text[lang]);
    }
    text_byte(out, '}');
    member_open(out, "score", '{');
    for (enum score_code k = 0; k < SCORE_COUNT; k++)
        member_text(out, score_word(k), score_text(k, lang));
    text_put(out, "}}");
}

static void write_fields(struct text *out, enum lang lang)
{
    const char *record = "";
    member_open(out, "fields", '{');
    for (const struct field *f = NULL; (f = field_next(NULL, f));) {
        if (f->shown)
            continue;
        if (strcmp(f->record, record) != 0) {
            if (*record)
                text_byte(out, '}');
            member_open(out, record = f->record, '{');
        }
        member_open(out, f->name, '{');
        member_text(out, "text", f->text[lang]);
        member_bool(out, "needed", f->needed);
        member_number(out, "most", f->most);
        text_byte(out, '}');
    }
    text_put(out, "}}");
}

// The client asks by its own version, which stands for these words, too (embed.mjs): of the same, they never change.
void lookup_words(struct call *c)
{
    const char *asked = call_query(c, "lang");
    enum lang lang = text_equal(asked, "fr") ? LANG_FR : text_equal(asked, "en") ? LANG_EN : c->lang;
    struct text out;
    text_init(&out, 1 << 20);
    text_byte(&out, '{');
    write_words(&out, lang);
    write_fields(&out, lang);
    text_byte(&out, '}');
    call_open(c, text_equal(call_query(c, "version"), web_version) ? YEAR_SECONDS : KEPT_SECONDS);
    call_header(c, "Vary", "Accept-Language");
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}
