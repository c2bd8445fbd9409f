// SPDX-License-Identifier: EUPL-1.2
// Knows the sentence of each reason against a publication.
#include "wire/clash.h"

#include "base/clock.h"
#include "base/text.h"
#include "wire/prose.h"

#include <jansson.h>
#include <string.h>

// What stands in braces is a member of the reason.
static const struct {
    const char *rule;
    const char *text[2];
} sentences[] = {
    {"request", {"{first} et {second} : la demande n'est plus acceptée.", "{first} and {second}: the request is no longer accepted."}},
    {"withdrawn", {"{name} ne vient plus.", "{name} is no longer coming."}},
    {"absent", {"{name} n'est pas là au créneau {slot}.", "{name} is not there in slot {slot}."}},
    {"slot", {"{first} et {second} : le créneau {slot} n'existe plus.", "{first} and {second}: slot {slot} is no longer there."}},
    {"table", {"{first} et {second}, au créneau {slot} : leur table ne peut servir.", "{first} and {second}, in slot {slot}: their table cannot be used."}},
    {"pinned", {"{first} et {second} ne doivent pas se rencontrer au créneau {slot}, table {table}.", "{first} and {second} must not meet in slot {slot}, table {table}."}},
    {"booth", {"{first} et {second} : la table {table} n'est pas leur stand.", "{first} and {second}: table {table} is not their booth."}},
    {"most", {"{name} a plus de rendez-vous qu'il n'en prend.", "{name} has more meetings than it takes."}},
    {"twice", {"{name} a deux rendez-vous au créneau {slot}.", "{name} has two meetings in slot {slot}."}},
    {"rest", {"{name} n'a pas sa pause avant le créneau {slot}.", "{name} does not have its rest before slot {slot}."}},
    {"seat", {"Deux rendez-vous sont à la table {table} au créneau {slot}.", "Two meetings are at table {table} in slot {slot}."}},
    {"bound", {"{first} et {second}, au créneau {slot} : qui leur est lié a rendez-vous alors.", "{first} and {second}, in slot {slot}: somebody bound to them has a meeting then."}},
    {"past", {"{first} et {second} : le créneau {slot} a commencé, ce qui y est publié ne change plus.", "{first} and {second}: slot {slot} has begun, what is published in it no longer changes."}},
    {"order", {"{first} et {second}, au créneau {slot} : ce qui doit venir avant vient après.", "{first} and {second}, in slot {slot}: what must come before comes after."}},
};

// The hour of its slot, "de 14 h 20" or "du jeudi 5 mars 2026 à 14 h 20"; where none is known the slot's number.
static void put_slot(struct text *out, const json_t *v, enum lang lang, struct arena *arena)
{
    struct prose p = {.lang = lang, .arena = arena};
    const char *start = json_string_value(json_object_get(v, "start"));
    int64_t t;
    if (!start || !clock_parse(start, &t)) {
        text_format(out, "%lld", (long long)json_integer_value(json_object_get(v, "slot")));
        return;
    }
    struct prose_moment m = prose_at(t, prose_zone(json_string_value(json_object_get(v, "zone"))));
    if (json_is_true(json_object_get(v, "days")))
        text_format(out, lang == LANG_FR ? "du %s à " : "%s ", prose_date(&p, m));
    else
        text_put(out, lang == LANG_FR ? "de " : "");
    text_put(out, prose_hour(&p, m));
}

static void put_member(struct text *out, const json_t *v, const char *name, size_t len, struct arena *arena)
{
    const json_t *member = json_object_get(v, arena_copy(arena, name, len));
    if (json_is_integer(member))
        text_format(out, "%lld", (long long)json_integer_value(member));
    else
        text_put(out, json_is_string(member) ? json_string_value(member) : "…");
}

static const char *sentence(const json_t *v, enum lang lang, struct arena *arena)
{
    struct text out;
    size_t i = 0, count = sizeof sentences / sizeof *sentences;
    const char *rule = json_string_value(json_object_get(v, "rule"));
    while (i < count && !text_equal(sentences[i].rule, rule))
        i++;
    text_init(&out, 65536);
    for (const char *at = i < count ? sentences[i].text[lang] : rule ? rule : "…"; *at;) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end && strncmp(at, "{slot}", 6) == 0)
            put_slot(&out, v, lang, arena);
        else if (end)
            put_member(&out, v, at + 1, (size_t)(end - at - 1), arena);
        else
            text_byte(&out, *at);
        at = end ? end + 1 : at + 1;
    }
    const char *text = arena_string(arena, text_string(&out));
    text_fini(&out);
    return text;
}

bool clash_read(const char *json, enum lang lang, struct arena *arena, struct faults *faults)
{
    json_t *list = json_loads(json, 0, NULL);
    bool good = json_is_array(list) && json_array_size(list) > 0;
    for (size_t i = 0; good && i < json_array_size(list); i++)
        fault_add(faults, ERR_CONFLICT, sentence(json_array_get(list, i), lang, arena), "%s", "");
    json_decref(list);
    return good;
}
