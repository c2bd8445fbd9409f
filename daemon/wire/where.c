// SPDX-License-Identifier: EUPL-1.2
// Knows which place the codes and names of a French place of performance mean.
#include "wire/where.h"

#include "base/map.h"
#include "base/text.h"
#include "core/words.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MOST 400 // bytes of a name that are looked at

struct where {
    struct arena *arena;
    char *several;           // stands for communes of one name
    struct map *names;       // plain name -> written form, or `several`
    struct map *communes;    // "63 plain name" -> INSEE code
    struct map *insee;       // INSEE code -> itself
    struct map *prefectures; // département -> INSEE code
};

enum type {
    TYPE_NONE,
    TYPE_POSTAL,
    TYPE_COMMUNE,
    TYPE_DEPARTEMENT,
    TYPE_ARRONDISSEMENT,
    TYPE_CANTON,
    TYPE_REGION,
    TYPE_PAYS
};

// What is asked.
struct ask {
    const struct where *w;
    const struct gazetteer *g;
    struct arena *arena;
    enum type type;
    const char *code, *name; // tidied code, plain name; "" when not said
    bool exact;              // set by a reader: nothing had to be repaired
    bool abroad;
};

struct where *where_new(void)
{
    struct where *w = memory_new(sizeof *w);
    *w = (struct where){
        .arena = arena_new(), .names = map_new(), .communes = map_new(), .insee = map_new(), .prefectures = map_new()};
    w->several = arena_take(w->arena, 1);
    return w;
}

void where_free(struct where *w)
{
    if (!w)
        return;
    map_free(w->names);
    map_free(w->communes);
    map_free(w->insee);
    map_free(w->prefectures);
    arena_free(w->arena);
    free(w);
}

// A name as it may be compared: words of letters and digits, "ST-ETIENNE CEDEX 2" -> "saint etienne".
static char *plain(struct arena *arena, const char *name)
{
    static const char *const shorts[][2] = {{"st", "saint"}, {"ste", "sainte"}};
    const char *p = words_fold(arena, name);
    char *out = arena_take(arena, 3 * NAME_MOST + 8), *to = out;
    while (*p && to - out < NAME_MOST) {
        size_t len = strcspn(p, " -'’/,.()&*+:;\"|\n\t");
        if (len == 0) {
            p++;
            continue;
        }
        const char *word = p;
        size_t size = len < NAME_MOST ? len : NAME_MOST;
        if (len == 5 && memcmp(p, "cedex", 5) == 0)
            break;
        for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++)
            if (strlen(shorts[i][0]) == len && memcmp(shorts[i][0], p, len) == 0) {
                word = shorts[i][1];
                size = strlen(word);
            }
        if (to > out)
            *to++ = ' ';
        memcpy(to, word, size);
        to += size;
        p += len;
    }
    *to = 0;
    return out;
}

static void name_it(struct where *w, const char *key, char *form)
{
    char *known = map_get_string(w->names, key);
    if (!known)
        map_set_string(w->names, key, form);
    else if (strcmp(known, form) != 0 && text_starts(known, "commune:"))
        map_set_string(w->names, key, text_starts(form, "commune:") ? w->several : form);
    else if (known == w->several && !text_starts(form, "commune:"))
        map_set_string(w->names, key, form);
}

void where_add_region(struct where *w, const char *code, const char *name)
{
    name_it(w, plain(w->arena, name), arena_format(w->arena, "region:%s", code));
}

void where_add_departement(struct where *w, const char *code, const char *name, const char *prefecture)
{
    name_it(w, plain(w->arena, name), arena_format(w->arena, "departement:%s", code));
    if (prefecture && *prefecture)
        map_set_string(w->prefectures, code, arena_string(w->arena, prefecture));
}

// Digits of the INSEE code of a commune that tell its département.
static int departement_digits(const char *code)
{
    return code[0] == '9' && (code[1] == '7' || code[1] == '8') ? 3 : 2;
}

void where_add_commune(struct where *w, const char *code, const char *name)
{
    const char *key = plain(w->arena, name);
    char *kept = arena_string(w->arena, code);
    name_it(w, key, arena_format(w->arena, "commune:%s", code));
    map_set_string(w->insee, code, kept);
    map_set_string(w->communes, arena_format(w->arena, "%.*s %s", departement_digits(code), code, key), kept);
}

const char *where_prefecture(const struct where *w, const char *departement)
{
    return map_get_string(w->prefectures, departement);
}

static bool exists(const struct ask *a, const char *form)
{
    struct place p;
    return form && place_parse(a->g, form, a->arena, &p) == ERR_OK;
}

static const char *form(const struct ask *a, const char *kind, const char *code)
{
    const char *f = arena_format(a->arena, "%s:%s", kind, code);
    return exists(a, f) ? f : NULL;
}

// The former régions: INSEE code, NUTS 2 code until 2018, NUTS 2 code of the same départements since.
static const struct former {
    char insee[3], old[5], now[5];
} formers[] = {
    {"21", "FR21", "FRF2"}, {"22", "FR22", "FRE2"}, {"23", "FR23", "FRD2"}, {"24", "FR24", "FRB0"},
    {"25", "FR25", "FRD1"}, {"26", "FR26", "FRC1"}, {"31", "FR30", "FRE1"}, {"41", "FR41", "FRF3"},
    {"42", "FR42", "FRF1"}, {"43", "FR43", "FRC2"}, {"52", "FR51", "FRG0"}, {"53", "FR52", "FRH0"},
    {"54", "FR53", "FRI3"}, {"72", "FR61", "FRI1"}, {"73", "FR62", "FRJ2"}, {"74", "FR63", "FRI2"},
    {"82", "FR71", "FRK2"}, {"83", "FR72", "FRK1"}, {"91", "FR81", "FRJ1"}, {"93", "FR82", "FRL0"},
    {"94", "FR83", "FRM0"}, {"01", "FRA1", "FRY1"}, {"02", "FRA2", "FRY2"}, {"03", "FRA3", "FRY3"},
    {"04", "FRA4", "FRY4"}, {"06", "FRA5", "FRY5"},
};

static const char *former_region(const struct ask *a, const char *code, bool nuts)
{
    for (size_t i = 0; i < sizeof formers / sizeof *formers; i++)
        if (nuts ? text_starts(code, formers[i].old) : strcmp(code, formers[i].insee) == 0)
            return form(a, "nuts", formers[i].now);
    return NULL;
}

// The name's last words that are a commune of the département: "17 grand place 59066 roubaix" -> Roubaix.
static const char *commune_at_end(const struct ask *a, const char *departement)
{
    int digits = departement_digits(departement);
    for (const char *words = a->name; words; words = strchr(words, ' '), words = words ? words + 1 : NULL) {
        const char *code =
            map_get_string(a->w->communes, arena_format(a->arena, "%.*s %s", digits, departement, words));
        if (code)
            return form(a, "commune", code);
    }
    return NULL;
}

// A commune by postal code; among several the one that the name ends with.
static const char *commune_by_postal(const struct ask *a, const char *postal)
{
    const char *found = place_by_postal(a->g, postal, *a->name ? a->name : NULL, a->arena);
    for (const char *words = a->name; !found && (words = strchr(words, ' '));)
        found = place_by_postal(a->g, postal, ++words, a->arena);
    return found;
}

static const char *by_departement(struct ask *a, const char *code)
{
    a->exact = a->type == TYPE_DEPARTEMENT && strlen(code) < 4;
    return place_departement_of(a->g, code, a->arena);
}

static const char *read_two(struct ask *a, const char *code)
{
    const char *found = NULL;
    a->abroad = strcmp(code, "99") == 0;
    if (a->abroad)
        return NULL;
    if (a->type == TYPE_REGION) {
        found = form(a, "region", code);
        a->exact = found != NULL;
        if (!found)
            found = former_region(a, code, false);
        if (!found) // FR10 without its letters
            found = form(a, "nuts", arena_format(a->arena, "FR%s", code));
    }
    if (!found && strcmp(code, "20") == 0) // Corsica, one département until 1976
        return form(a, "region", "94");
    return found ? found : by_departement(a, code);
}

static const char *read_three(struct ask *a, const char *code)
{
    if (a->type == TYPE_PAYS) { // ISO 3166-1 numeric
        a->exact = strcmp(code, "250") == 0;
        a->abroad = !a->exact;
        return a->exact ? "FR" : NULL;
    }
    if (code[0] == '0')
        return place_departement_of(a->g, code + 1, a->arena);
    if (a->type == TYPE_REGION) {
        const char *found = form(a, "region", code);
        a->exact = found != NULL;
        return found ? found : former_region(a, arena_format(a->arena, "FR%s", code), true);
    }
    if (a->type == TYPE_ARRONDISSEMENT && departement_digits(code) == 2)
        return place_departement_of(a->g, arena_format(a->arena, "%.2s", code), a->arena);
    return by_departement(a, code);
}

// A postal code without its leading zero, when the name does not say otherwise; or a canton or an arrondissement.
static const char *read_four(struct ask *a, const char *code)
{
    if (a->type == TYPE_CANTON || a->type == TYPE_ARRONDISSEMENT)
        return place_departement_of(a->g, arena_format(a->arena, "%.*s", departement_digits(code), code), a->arena);
    const char *whole = arena_format(a->arena, "0%s", code), *found = commune_at_end(a, whole);
    if (!found && !*a->name)
        found = commune_by_postal(a, whole);
    return found ? found : *a->name ? NULL : place_departement_of(a->g, whole, a->arena);
}

static const char *read_five(struct ask *a, const char *code)
{
    const char *postal, *insee = map_get_string(a->w->insee, code), *found = NULL;
    if (a->type == TYPE_DEPARTEMENT || a->type == TYPE_ARRONDISSEMENT || a->type == TYPE_CANTON ||
        a->type == TYPE_REGION)
        return by_departement(a, code);
    if (a->type == TYPE_COMMUNE && insee) {
        a->exact = true;
        return form(a, "commune", insee);
    }
    postal = commune_by_postal(a, code);
    if (postal) {
        a->exact = a->type == TYPE_POSTAL;
        return postal;
    }
    found = commune_at_end(a, code); // a CEDEX code
    if (!found && insee && a->type == TYPE_NONE)
        found = form(a, "commune", insee);
    return found ? found : by_departement(a, code);
}

static const char *read_insee(struct ask *a, const char *code)
{
    a->exact = a->type == TYPE_COMMUNE;
    return form(a, "commune", code);
}

// One digit too many at the end of a commune's code.
static const char *read_six(struct ask *a, const char *code)
{
    const char *five = arena_format(a->arena, "%.5s", code), *found = read_five(a, five);
    a->exact = false;
    return found;
}

static const char *read_country(struct ask *a, const char *code)
{
    (void)code;
    a->exact = a->type == TYPE_PAYS || a->type == TYPE_NONE;
    return "FR";
}

static const char *read_prefixed(struct ask *a, const char *code)
{
    const char *found = read_five(a, code + 2);
    a->exact = false;
    return found;
}

static const char *read_nuts(struct ask *a, const char *code)
{
    const char *found = form(a, "nuts", code);
    a->exact = found && (a->type == TYPE_REGION || a->type == TYPE_NONE);
    if (!found)
        found = former_region(a, code, true);
    for (int digits = (int)strlen(code) - 1; !found && digits >= 3; digits--)
        found = form(a, "nuts", arena_format(a->arena, "%.*s", digits, code));
    return found;
}

static const struct shape {
    const char *pattern; // 9 a digit, A a letter, X either, else itself
    const char *(*read)(struct ask *a, const char *code);
} shapes[] = {
    {"FR", read_country}, {"FRA", read_country},      {"FRANCE", read_country}, {"99", read_two},
    {"2A", read_two},     {"2B", read_two},           {"999", read_three},      {"9999", read_four},
    {"99999", read_five}, {"2A999", read_insee},      {"2B999", read_insee},    {"999999", read_six},
    {"FR9", read_nuts},   {"FR99", read_nuts},        {"FRA9", read_nuts},      {"FR999", read_nuts},
    {"FRA99", read_nuts}, {"FR99999", read_prefixed},
};

static bool shaped(const char *code, const char *pattern)
{
    bool literal_a = pattern[0] == '2'; // 2A, 2B: the letters mean themselves
    for (; *pattern; pattern++, code++) {
        bool digit = *code >= '0' && *code <= '9', letter = *code >= 'A' && *code <= 'Z';
        if (*pattern == '9' ? !digit : *pattern == 'A' && !literal_a ? !letter : *code != *pattern)
            return false;
    }
    return !*code;
}

static const char *by_code(struct ask *a)
{
    if (strlen(a->code) == 2 && a->type == TYPE_PAYS && shaped(a->code, "AA") && strcmp(a->code, "FR") != 0)
        a->abroad = true;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && !a->abroad; i++)
        if (shaped(a->code, shapes[i].pattern))
            return shapes[i].read(a, a->code);
    return NULL;
}

// The whole name, or what is left of it without the words that say what it names.
static const char *by_name(struct ask *a)
{
    static const char before[] = " departement region commune ville mairie hotel territoire de du des d la le les l a ";
    for (const char *words = a->name; *words;) {
        const char *found = strcmp(words, "france") == 0 ? "FR" : map_get_string(a->w->names, words);
        if (found && *found)
            return found;
        size_t len = strcspn(words, " ");
        if (!words[len] || !strstr(before, arena_format(a->arena, " %.*s ", (int)len, words)))
            return NULL;
        words += len + 1;
    }
    return NULL;
}

static enum type type_of(struct arena *arena, const char *type)
{
    static const char *const words[] = {
        [TYPE_POSTAL] = "postal",
        [TYPE_COMMUNE] = "commune",
        [TYPE_DEPARTEMENT] = "departement",
        [TYPE_ARRONDISSEMENT] = "arrondissement",
        [TYPE_CANTON] = "canton",
        [TYPE_REGION] = "region",
        [TYPE_PAYS] = "pays",
    };
    const char *folded = words_fold(arena, type ? type : "");
    for (size_t i = 1; i < sizeof words / sizeof *words; i++)
        if (strstr(folded, words[i]))
            return (enum type)i;
    return TYPE_NONE;
}

// Without blanks, capitals.
static char *tidy(struct arena *arena, const char *code)
{
    char *out = arena_take(arena, strlen(code) + 1), *to = out;
    for (; *code; code++)
        if (*code != ' ')
            *to++ = *code >= 'a' && *code <= 'z' ? (char)(*code - 'a' + 'A') : *code;
    *to = 0;
    return out;
}

enum err where_read(const struct where *w, const struct gazetteer *g, struct arena *arena, const char *type,
                    const char *code, const char *name, struct place *out, const char **repaired)
{
    struct ask a = {.w = w, .g = g, .arena = arena, .type = type_of(arena, type)};
    a.code = tidy(arena, code ? code : "");
    a.name = plain(arena, name ? name : "");
    *repaired = NULL;
    if (!*a.code && !*a.name)
        return ERR_REQUIRED;
    const char *found = by_code(&a);
    if (a.abroad)
        return ERR_PLACE_ABROAD;
    if (!found) {
        a.exact = false;
        found = by_name(&a);
    }
    if (!found || place_parse(g, found, arena, out) != ERR_OK)
        return ERR_UNKNOWN_PLACE;
    if (!a.exact)
        *repaired = arena_format(arena, "%s %s -> %s", type ? type : "?", *a.code ? a.code : a.name, found);
    return ERR_OK;
}
