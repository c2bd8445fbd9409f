// SPDX-License-Identifier: EUPL-1.2
// Knows how a contract of the French essential procurement data becomes a need.
#include "wire/decp.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/words.h"
#include "wire/cpvfix.h"
#include "wire/record.h"
#include "wire/strict.h"
#include "wire/where.h"
#include "wire/word.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_MOST 300 // characters, of protocol/records.def
#define DESCRIPTION_MOST 10000
#define REFERENCE_MOST 100
#define NAME_MOST 200
#define MONTHS_MOST 1200
#define EUROS_LEAST 10
#define EUROS_MOST 1000000000

struct contract { // what is being read
    const struct import_context *x;
    struct arena *arena;
    const json_t *json;
    struct faults *faults, *warnings;
};

// A string, or a number as it would be written; NULL for anything else.
static const char *plain(const struct contract *c, const json_t *v)
{
    if (json_is_string(v))
        return json_string_value(v);
    if (json_is_integer(v))
        return arena_format(c->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    if (json_is_real(v))
        return arena_format(c->arena, "%.15g", json_real_value(v));
    return NULL;
}

static const char *field(const struct contract *c, const char *name)
{
    const json_t *v = json_object_get(c->json, name);
    const char *s = plain(c, v);
    if (v && !s && !json_is_null(v))
        fault_add(c->warnings, ERR_LEFT_OUT, "...", "/%s", name);
    return s;
}

static const char *text(const struct contract *c, const json_t *v, const char *pointer)
{
    return import_text(c->x, c->arena, plain(c, v), pointer, c->warnings);
}

// What the formats write for "not said".
static bool unsaid(const char *s)
{
    static const char *const words[] = {"", "NC", "MQ", "INX NC", "INX MQ"};
    for (size_t i = 0; s && i < sizeof words / sizeof *words; i++)
        if (strcmp(s, words[i]) == 0)
            return true;
    return !s;
}

static void read_buyer(struct contract *c, struct decp *out)
{
    const char *role =
        json_is_object(json_object_get(c->json, "autoriteConcedante")) ? "autoriteConcedante" : "acheteur";
    if (json_is_object(json_object_get(c->json, "acheteur")))
        role = "acheteur";
    const json_t *buyer = json_object_get(c->json, role);
    const char *id = arena_format(c->arena, "/%s/id", role), *name = arena_format(c->arena, "/%s/nom", role);
    bool known =
        import_siret(c->arena, plain(c, json_object_get(buyer, "id")), id, out->need.buyer, c->faults, c->warnings);
    out->buyer_name = import_cut(c->arena, text(c, json_object_get(buyer, "nom"), name), NAME_MOST);
    if (known && !*out->buyer_name) {
        out->buyer_name = arena_string(c->arena, out->need.buyer);
        fault_add(c->warnings, ERR_NAME_GUESSED, out->buyer_name, "%s", name);
    }
}

static void read_title(struct contract *c, struct need *n)
{
    const char *whole = text(c, json_object_get(c->json, "objet"), "/objet");
    if (!*whole)
        fault_add(c->faults, ERR_REQUIRED, NULL, "/objet");
    n->title = import_cut(c->arena, whole, TITLE_MOST);
    if (n->title != whole)
        n->description = import_cut(c->arena, whole, DESCRIPTION_MOST);
    if (n->description && n->description != whole)
        fault_add(c->warnings, ERR_TOO_LONG, "10000", "/objet");
}

static void read_reference(struct contract *c, struct need *n)
{
    static const char *const names[] = {"id", "uid", "uuid"};
    for (size_t i = 0; i < sizeof names / sizeof *names && !n->reference; i++) {
        const char *pointer = arena_format(c->arena, "/%s", names[i]);
        const char *whole = text(c, json_object_get(c->json, names[i]), pointer);
        if (!*whole)
            continue;
        n->reference = import_cut(c->arena, whole, REFERENCE_MOST);
        if (n->reference != whole)
            fault_add(c->warnings, ERR_TOO_LONG, "100", "%s", pointer);
    }
}

static void read_place(struct contract *c, struct need *n)
{
    const json_t *place = json_object_get(c->json, "lieuExecution");
    const char *type = plain(c, json_object_get(place, "typeCode")), *code = plain(c, json_object_get(place, "code"));
    const char *name = text(c, json_object_get(place, "nom"), "/lieuExecution/nom"), *repaired;
    n->places = arena_take(c->arena, sizeof *n->places);
    n->place_count = 1;
    enum err err = where_read(c->x->where, c->x->places, c->arena, type, code, name, n->places, &repaired);
    const char *said = *name ? arena_format(c->arena, "%s %s", code ? code : "", name) : code;
    if (err)
        fault_add(c->faults, err, said ? import_cut(c->arena, said, 80) : NULL, "/lieuExecution%s",
                  err == ERR_REQUIRED ? "" : "/code");
    else if (repaired)
        fault_add(c->warnings, ERR_PLACE_REPAIRED, import_cut(c->arena, repaired, 80), "/lieuExecution/code");
}

static void read_value(struct contract *c, struct lot *l)
{
    const char *name = json_object_get(c->json, "montant") ? "montant" : "valeurGlobale", *s = field(c, name);
    const json_t *v = json_object_get(c->json, name);
    double euros = json_is_number(v) ? json_number_value(v) : 0;
    l->value = (struct range){-1, -1};
    if (unsaid(s))
        return;
    bool read = json_is_number(v) || text_decimal(s, &euros);
    if (read && euros >= EUROS_LEAST && euros <= EUROS_MOST)
        l->value.least = l->value.most = llround(euros);
    else
        fault_add(c->warnings, ERR_VALUE_DROPPED, import_cut(c->arena, s, 40), "/%s", name);
}

static void read_duration(struct contract *c, struct need *n)
{
    const char *s = field(c, "dureeMois");
    double months;
    if (unsaid(s))
        return;
    if (text_decimal(s, &months) && months >= 1 && months <= MONTHS_MOST)
        n->duration = (int)lround(months);
    else
        fault_add(c->warnings, ERR_LEFT_OUT, import_cut(c->arena, s, 40), "/dureeMois");
}

// The day that a date means, its zone or time left aside; *meant is the day as it should be written.
static bool read_day(const char *s, char meant[static 12], int32_t *day)
{
    static const struct {
        int from, to, add;
    } years[] = {{2000, 2100, 0}, {200, 299, 1800}, {0, 99, 2000}}; // 0218 is 2018, 0018 too
    int year, month, of_month, end = 0;
    if (sscanf(s, "%4d-%2d-%2d%n", &year, &month, &of_month, &end) != 3 || end != 10 || !strchr("+-TtZ ", s[10]))
        return false;
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        if (year < years[i].from || year > years[i].to)
            continue;
        snprintf(meant, 12, "%04d-%02d-%02d", year + years[i].add, month, of_month);
        return clock_parse_day(meant, day);
    }
    return false;
}

static void read_start(struct contract *c, struct need *n)
{
    const char *name = json_object_get(c->json, "dateNotification") ? "dateNotification" : "dateSignature";
    const char *s = field(c, name);
    char meant[12];
    n->start = DAY_UNKNOWN;
    if (unsaid(s))
        return;
    if (!read_day(s, meant, &n->start)) {
        n->start = DAY_UNKNOWN;
        fault_add(c->warnings, ERR_DATE_REPAIRED, import_cut(c->arena, s, 40), "/%s", name);
    } else if (!text_starts(s, meant))
        fault_add(c->warnings, ERR_DATE_REPAIRED,
                  arena_format(c->arena, "%s -> %s", import_cut(c->arena, s, 40), meant), "/%s", name);
}

static enum need_kind kind_of(const struct contract *c)
{
    static const struct {
        const char *words; // of the procedure, folded
        enum need_kind kind;
    } kinds[] = {{"sans publicite", NEED_QUOTE}};
    const char *procedure = field(c, "procedure");
    const char *folded = words_fold(c->arena, procedure ? procedure : "");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strstr(folded, kinds[i].words))
            return kinds[i].kind;
    return NEED_TENDER;
}

// Adds the bits of the words of a list, separated by commas or semicolons; unknown ones are named in a warning.
static unsigned words_in(struct contract *c, const char *list, const char *said, const char *pointer)
{
    unsigned bits = 0;
    char *rest, *copy = arena_string(c->arena, import_text(c->x, c->arena, said, pointer, c->warnings));
    for (char *s = strtok_r(copy, ",;", &rest); s; s = strtok_r(NULL, ",;", &rest)) {
        const char *folded = words_fold(c->arena, s);
        folded += *folded == ' ';
        const struct word *w = NULL;
        while ((w = word_next(list, w)) && strcmp(folded, words_fold(c->arena, w->word)) != 0)
            continue;
        if (w)
            bits |= w->value;
        else if (*folded && strcmp(folded, "sans objet") != 0 && strcmp(folded, "nc") != 0)
            fault_add(c->warnings, ERR_LEFT_OUT, import_cut(c->arena, s, 60), "%s", pointer);
    }
    return bits;
}

// A string, a list of strings, or since 2022 an object with one such list.
static unsigned read_words(struct contract *c, const char *list, const char *name, const char *inner)
{
    const char *pointer = arena_format(c->arena, "/%s", name), *s;
    const json_t *v = json_object_get(c->json, name);
    if (json_is_object(v))
        v = json_object_get(v, inner);
    unsigned bits = (s = plain(c, v)) ? words_in(c, list, s, pointer) : 0;
    for (size_t i = 0; i < json_array_size(v); i++)
        if ((s = plain(c, json_array_get(v, i))))
            bits |= words_in(c, list, s, pointer);
    return bits;
}

static void read_lot(struct contract *c, struct need *n)
{
    struct lot *l = arena_take(c->arena, sizeof *l);
    l->number = 1;
    const struct cpv *codes =
        cpvfix_read(c->x, c->arena, field(c, "codeCPV"), "/codeCPV", &l->cpv_count, c->faults, c->warnings);
    l->cpv = arena_array(c->arena, l->cpv_count + 1, sizeof *l->cpv);
    memcpy(l->cpv, codes, l->cpv_count * sizeof *codes);
    l->services = cpvfix_services(codes, l->cpv_count);
    read_value(c, l);
    l->social = read_words(c, "social", "considerationsSociales", "considerationSociale");
    l->environmental =
        read_words(c, "environmental", "considerationsEnvironnementales", "considerationEnvironnementale");
    n->lots = l;
    n->lot_count = 1;
}

static void read_contract(struct contract *c, struct decp *out)
{
    struct need *n = &out->need;
    *out = (struct decp){.need = {.version = 1, .state = NEED_PUBLISHED, .deadline = TIME_UNKNOWN}};
    read_buyer(c, out);
    read_title(c, n);
    read_reference(c, n);
    read_lot(c, n);
    read_place(c, n);
    read_duration(c, n);
    read_start(c, n);
    n->kind = kind_of(c);
}

static void make_key(struct decp *out)
{
    struct text t;
    text_init(&t, 1 << 20);
    text_format(&t, "%s\n%s\n", out->need.buyer, out->need.reference ? out->need.reference : "");
    record_write_need(&t, &out->need);
    seal_hash(text_string(&t), t.len, out->key);
    text_fini(&t);
}

// The line with U+FFFD for every byte that is not UTF-8, so that the mender sees it.
static const char *well_formed(struct arena *arena, const char *line, size_t *len)
{
    if (text_utf8(line, *len))
        return line;
    char *out = arena_take(arena, *len * 3 + 1), *to = out;
    for (size_t i = 0, n; i < *len; i += n) {
        for (n = *len - i < 4 ? *len - i : 4; n && !text_utf8(line + i, n); n--)
            continue;
        if (n)
            memcpy(to, line + i, n);
        else
            memcpy(to, "\xef\xbf\xbd", 3);
        to += n ? n : 3;
        n += !n;
    }
    *len = (size_t)(to - out);
    return out;
}

enum err decp_read(const struct import_context *x, const char *line, size_t len, struct arena *arena, struct decp *out,
                   struct faults *faults, struct faults *warnings)
{
    const char *why;
    if (len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        len -= 3;
    }
    line = well_formed(arena, line, &len);
    json_t *json = strict_load(line, len, arena, &why);
    if (!json) {
        fault_add(faults, ERR_LINE_NOT_JSON, why, "%s", "");
        return ERR_INVALID;
    }
    struct contract c = {x, arena, json, faults, warnings};
    read_contract(&c, out);
    json_decref(json); // all that is kept was copied into the arena
    if (faults->count)
        return ERR_INVALID;
    make_key(out);
    return ERR_OK;
}
