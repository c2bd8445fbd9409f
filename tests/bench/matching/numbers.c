// SPDX-License-Identifier: EUPL-1.2
// Knows how lots and capabilities of the workload become plain numbers.
#include "numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fit(size_t count, size_t most, const char *what)
{
    if (count <= most)
        return;
    fprintf(stderr, "numbers: %zu %s\n", count, what);
    abort();
}

struct numbers_span numbers_cpv(struct cpv cpv)
{
    int32_t size = 1;
    for (int digits = cpv.digits; digits < 8; digits++)
        size *= 10;
    return (struct numbers_span){(int32_t)cpv.code, (int32_t)cpv.code + size - 1};
}

int64_t numbers_siren(int64_t siret)
{
    return siret / 100000;
}

static int32_t least_of(struct range r)
{
    return r.least < 0 ? 0 : (int32_t)r.least;
}

static int32_t most_of(struct range r)
{
    return r.most < 0 ? INT32_MAX : (int32_t)r.most;
}

static uint32_t label_bits(const struct strings *labels)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < labels->count; i++)
        bits |= 1u << workload_label_id(labels->list[i]);
    return bits;
}

static size_t sirets(const struct strings *list, int64_t out[static NUMBERS_LIST])
{
    fit(list->count, NUMBERS_LIST, "blocked");
    for (size_t i = 0; i < list->count; i++)
        out[i] = strtoll(list->list[i], NULL, 10);
    return list->count;
}

void numbers_capability(const struct offer *o, const struct capability *cap, struct numbers_capability *out)
{
    *out = (struct numbers_capability){.cpv = numbers_cpv(cap->cpv),
                                       .least = least_of(cap->value),
                                       .most = most_of(cap->value),
                                       .structures = o->structures,
                                       .labels = label_bits(&o->labels),
                                       .full_until = o->full_until == DAY_UNKNOWN ? INT32_MIN : o->full_until,
                                       .active = o->active,
                                       .services = (uint8_t)cap->services,
                                       .siret = strtoll(o->siret, NULL, 10),
                                       .lat = o->at.lat,
                                       .lon = o->at.lon,
                                       .radius = cap->radius,
                                       .reach = cap->reach,
                                       .of = cap};
    for (size_t i = 0; i < cap->area_count; i++) {
        const struct place *area = &cap->areas[i];
        if (!area->commune) {
            out->whole = place_join(out->whole, area->deps);
            continue;
        }
        fit(out->commune_count + 1, NUMBERS_LIST, "communes");
        out->communes[out->commune_count++] = area->commune;
    }
    fit(cap->excluded.count, NUMBERS_LIST, "excluded words");
    out->excluded_count = cap->excluded.count;
    for (size_t i = 0; i < cap->excluded.count; i++)
        out->excluded[i] = workload_word_id(cap->excluded.list[i]);
    out->blocked_count = sirets(&o->blocked, out->blocked);
}

// Each word of the text that is of the vocabulary, once.
static void add_words(const char *text, struct numbers_lot *out)
{
    for (const char *p = text; p && *p; p += strspn(p, " ")) {
        char word[5] = "";
        size_t len = strcspn(p, " ");
        if (len == 4)
            memcpy(word, p, 4);
        p += len;
        int id = workload_word_id(word);
        if (id < 0 || out->words[id / 64] >> id % 64 & 1)
            continue;
        fit(out->word_count + 1, NUMBERS_WORDS, "words");
        out->word[out->word_count++] = id;
        out->words[id / 64] |= (uint64_t)1 << id % 64;
    }
}

void numbers_lot(const struct match_need *n, size_t lot, struct numbers_lot *out)
{
    const struct need *need = n->need;
    const struct lot *l = &need->lots[lot];
    *out = (struct numbers_lot){.cpv_count = l->cpv_count,
                                .least = least_of(l->value),
                                .most = most_of(l->value),
                                .services = l->services,
                                .admitted = n->lots[lot].admitted,
                                .labels = label_bits(&l->labels),
                                .start = need->start,
                                .buyer = strtoll(need->buyer, NULL, 10)};
    out->places = need_places(need, l, &out->place_count);
    fit(l->cpv_count, NUMBERS_CODES, "codes");
    for (size_t i = 0; i < l->cpv_count; i++)
        out->cpv[i] = numbers_cpv(l->cpv[i]);
    for (size_t i = 0; i < l->labels.count; i++)
        out->label[out->label_count++] = workload_label_id(l->labels.list[i]);
    out->blocked_count = sirets(&need->blocked, out->blocked);
    add_words(need->title, out);
    add_words(need->description, out);
    add_words(l->title, out);
}

// Terms

struct terms {
    struct numbers_term *list;
    size_t count;
};

static void term(struct terms *t, size_t number, struct point point)
{
    for (size_t i = 0; i < t->count; i++) {
        struct point p = t->list[i].point;
        if (t->list[i].term == (int32_t)number &&
            (!p.known || (point.known && p.lat == point.lat && p.lon == point.lon)))
            return;
    }
    fit(t->count + 1, NUMBERS_TERMS, "terms");
    t->list[t->count++] = (struct numbers_term){(int32_t)number, point};
}

static bool in_set(struct depset s, size_t departement)
{
    return s.bits[departement / 64] >> departement % 64 & 1;
}

static void terms_of_set(struct terms *t, struct depset s, size_t base)
{
    for (size_t i = 0; i < WORKLOAD_DEPARTEMENTS; i++)
        if (in_set(s, i))
            term(t, base + i, (struct point){0});
}

size_t numbers_offered(const struct capability *cap, struct numbers_term out[static NUMBERS_TERMS])
{
    struct terms t = {out, 0};
    struct point none = {0};
    for (size_t i = 0; i < cap->area_count; i++) {
        const struct place *area = &cap->areas[i];
        if (strcmp(area->text, "FR") == 0)
            term(&t, NUMBERS_NATION, none);
        else if (strncmp(area->text, "region:", 7) == 0)
            term(&t, NUMBERS_REGION + (size_t)atoi(area->text + 7), none);
        else if (area->commune) {
            term(&t, NUMBERS_COMMUNE + area->commune, none);
            terms_of_set(&t, area->deps, NUMBERS_PART);
        } else
            terms_of_set(&t, area->deps, NUMBERS_WHOLE);
    }
    terms_of_set(&t, cap->circle, NUMBERS_CIRCLE);
    return t.count;
}

size_t numbers_asked(const struct workload *w, const struct numbers_lot *l,
                     struct numbers_term out[static NUMBERS_TERMS])
{
    struct terms t = {out, 0};
    struct point none = {0};
    for (size_t i = 0; i < l->place_count; i++)
        if (strcmp(l->places[i].text, "FR") == 0) {
            out[0] = (struct numbers_term){NUMBERS_ANYWHERE, none};
            return 1;
        }
    term(&t, NUMBERS_NATION, none);
    for (int communes = 0; communes < 2; communes++) // what holds without a point goes first
        for (size_t i = 0; i < l->place_count; i++) {
            const struct place *p = &l->places[i];
            if ((p->commune != 0) != (communes == 1))
                continue;
            if (p->commune)
                term(&t, NUMBERS_COMMUNE + p->commune, none);
            else {
                terms_of_set(&t, p->deps, NUMBERS_PART);
                terms_of_set(&t, p->deps, NUMBERS_CIRCLE);
            }
            terms_of_set(&t, p->deps, NUMBERS_WHOLE);
            for (size_t d = 0; d < WORKLOAD_DEPARTEMENTS; d++)
                if (in_set(p->deps, d)) {
                    term(&t, NUMBERS_REGION + (size_t)workload_region(w, d), none);
                    if (p->commune)
                        term(&t, NUMBERS_CIRCLE + d, p->centre);
                }
        }
    return t.count;
}
