// SPDX-License-Identifier: EUPL-1.2
// Draws needs and offers at random for tests of matching: all conditions, all kinds of places, and above all the values at
// which an answer turns. The same seed draws the same record again.
#ifndef TESTS_DRAW_H
#define TESTS_DRAW_H

#include "core/offer.h"
#include "real.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DRAW_NOW 1780000000 // 2026-05-28T20:26:40Z
#define DRAW_TODAY 20601
#define DRAW_COUNT(array) (sizeof(array) / sizeof *(array))

enum { DRAW_PLACES = 2000, DRAW_CAPS_MOST = 100, DRAW_LABELS = 150 };

struct draw { // the world from which is drawn
    struct arena *arena; // of its places
    struct gazetteer *g;
    struct words *words;
    size_t hard;   // each condition is asked for one time in so many
    size_t codes;  // of the CPV codes below the first so many; 0 = all
    size_t hot;    // of the places the first so many are drawn most; all when 0
    size_t place_count, commune_count;
    struct place places[DRAW_PLACES], communes[DRAW_PLACES];
};

enum draw_change { DRAW_PLAIN, DRAW_INACTIVE, DRAW_WIDE, DRAW_NARROW, DRAW_CHANGES };

static inline uint64_t draw_next(uint64_t *seed) // splitmix64
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline size_t draw_below(uint64_t *seed, size_t n)
{
    return (size_t)(draw_next(seed) % n);
}

static inline bool draw_one_in(uint64_t *seed, size_t n)
{
    return draw_below(seed, n) == 0;
}

static inline double draw_share(uint64_t *seed) // 0 to 1
{
    return (double)(draw_next(seed) >> 11) / (double)(UINT64_C(1) << 53);
}

// Places

static inline void draw_add_place(struct draw *d, const char *text)
{
    struct place p = place_at(d->g, text, d->arena);
    if (d->place_count == DRAW_PLACES)
        abort();
    d->places[d->place_count++] = p;
    if (p.commune && p.centre.known)
        d->communes[d->commune_count++] = p;
}

static inline void draw_small_france(struct draw *d)
{
    static const char *const sets[] = {"region:84", "region:94",  "region:11", "nuts:FRK", "nuts:FRK1", "nuts:FRK14",
                                       "nuts:FR1",  "nuts:FRM02", "FR",        "FR",       "commune:63111"};
    char text[32];
    d->g = places_small();
    for (size_t i = 0; i < DRAW_COUNT(small_communes); i++) {
        snprintf(text, sizeof text, "commune:%s", small_communes[i].code);
        draw_add_place(d, text);
    }
    for (size_t i = 0; i < DRAW_COUNT(small_departements); i++) {
        snprintf(text, sizeof text, "departement:%s", small_departements[i].code);
        draw_add_place(d, text);
        snprintf(text, sizeof text, "commune:%s", small_departements[i].prefecture);
        draw_add_place(d, text);
    }
    for (size_t i = 0; i < DRAW_COUNT(sets); i++)
        draw_add_place(d, sets[i]);
}

struct draw_reading {
    struct draw *d;
    bool hot;
    uint64_t seed;
};

// Overseas: at the date line and at a pole, where a plane is far from the sphere.
static inline struct point draw_far_away(const char *departement, int number, struct point near)
{
    static const double spots[][2] = {{-14.3, 179.97}, {-14.31, -179.96}, {-14.29, 180}, {89.95, 20}, {-89.9, -120}};
    return strcmp(departement, "986") == 0 ? point_of(spots[number][0], spots[number][1]) : near;
}

// Places of a département: itself, its prefecture, a few communes around it, its région, its NUTS codes.
static inline void draw_read_departement(void *ctx, const char **c)
{
    static const char *const hot[] = {"63", "03", "42", "69", "2A", "2B", "75", "92", "974", "984", "986", "62"};
    struct draw_reading *r = ctx;
    char text[32], code[8], nuts[8];
    bool is_hot = false;
    for (size_t i = 0; i < DRAW_COUNT(hot); i++)
        is_hot |= strcmp(hot[i], c[0]) == 0;
    if (is_hot != r->hot)
        return;
    snprintf(text, sizeof text, "departement:%s", c[0]);
    draw_add_place(r->d, text);
    snprintf(text, sizeof text, "commune:%s", c[4]);
    draw_add_place(r->d, text);
    for (int i = 0; i < (is_hot ? 6 : 2); i++) {
        struct point prefecture = real_point(c[6], c[7]);
        struct point at = point_of(prefecture.lat + (draw_share(&r->seed) - .5) * 1.2,
                                   prefecture.lon + (draw_share(&r->seed) - .5) * 1.2);
        snprintf(code, sizeof code, strlen(c[0]) == 2 ? "%.3s99%d" : "%.3s9%d", c[0], i);
        if (i < 5) // the last is not in the gazetteer
            must(place_add_commune(r->d->g, code, code, "", draw_far_away(c[0], i, at)));
        snprintf(text, sizeof text, "commune:%.7s", code);
        draw_add_place(r->d, text);
    }
    snprintf(text, sizeof text, "region:%.7s", c[2]);
    draw_add_place(r->d, text);
    for (int len = 3; is_hot && len <= 5; len++) {
        snprintf(nuts, sizeof nuts, "%.*s", len, c[3]);
        snprintf(text, sizeof text, "nuts:%s", nuts);
        if (*nuts)
            draw_add_place(r->d, text);
    }
}

// All départements, with communes that are made up.
static inline void draw_whole_france(struct draw *d)
{
    static const char *const more[] = {"commune:75056", "commune:75101", "commune:75112", "commune:69381", "FR", "FR",
                                       "FR",            "nuts:FR1"};
    struct draw_reading r = {d, true, 42};
    d->g = place_gazetteer_new();
    real_departements(d->g);
    for (size_t i = 0; i < DRAW_COUNT(more); i++)
        draw_add_place(d, more[i]);
    if (!real_lines("sql/reference", "departement.tsv", 8, draw_read_departement, &r))
        abort();
    d->hot = d->place_count;
    r.hot = false;
    if (!real_lines("sql/reference", "departement.tsv", 8, draw_read_departement, &r))
        abort();
}

static inline struct draw *draw_new(size_t hard, size_t codes, bool whole)
{
    struct draw *d = memory_new(sizeof *d);
    *d = (struct draw){.arena = arena_new(), .words = words_new(), .hard = hard, .codes = codes};
    if (whole)
        draw_whole_france(d);
    else
        draw_small_france(d);
    return d;
}

static inline void draw_free(struct draw *d)
{
    place_gazetteer_free(d->g);
    words_free(d->words);
    arena_free(d->arena);
    free(d);
}

static inline struct place draw_place(const struct draw *d, uint64_t *seed)
{
    return d->places[draw_below(seed, d->hot && !draw_one_in(seed, 4) ? d->hot : d->place_count)];
}

static inline struct place draw_commune(const struct draw *d, uint64_t *seed)
{
    struct place p = draw_place(d, seed);
    while (!p.commune)
        p = draw_place(d, seed);
    return p;
}

static inline struct place *draw_place_list(const struct draw *d, uint64_t *seed, struct arena *arena, size_t count)
{
    struct place *out = arena_array(arena, count, sizeof *out);
    for (size_t i = 0; i < count; i++)
        out[i] = draw_place(d, seed);
    return out;
}

// Words and other parts

// Nested ones first, then others, then any of few digits.
static inline struct cpv draw_cpv(const struct draw *d, uint64_t *seed)
{
    static const uint32_t codes[] = {90910000, 90911200, 90900000, 90911000, 90000000, 90911300, 90919200, 90911201,
                                     90511000, 90010000, 90000001, 77310000, 77313000, 77314100, 77000000, 45262522,
                                     45262500, 45000000, 3000000,  98311100, 10000000, 99999999};
    static const uint32_t cut[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    uint32_t code = 0, end = cut[draw_below(seed, DRAW_COUNT(cut))];
    if (d->codes || !draw_one_in(seed, 8))
        return cpv_of(codes[draw_below(seed, d->codes ? d->codes : DRAW_COUNT(codes))]);
    for (int i = 0; i < 8; i++)
        code = code * 10 + (uint32_t)(i == 0 ? 9 : draw_below(seed, 2));
    return cpv_of(code / end * end);
}

static inline const char *draw_label(uint64_t *seed, struct arena *arena)
{
    static const char *const common[][3] = {{"ISO 14001", "iso-14001", "Iso  14001"},
                                            {"Qualité Éco", "QUALITE ECO", "qualité-éco"},
                                            {"RGE", "rge", " Rge "},
                                            {"?", "--", " ! "}};
    static const char *const rare[] = {"Label n° ", "LABEL N°", "label N° "};
    if (!draw_one_in(seed, 3))
        return arena_string(arena, common[draw_below(seed, DRAW_COUNT(common) - !draw_one_in(seed, 9))]
                                         [draw_below(seed, 3)]);
    return arena_format(arena, "%s%zu", rare[draw_below(seed, 3)], draw_below(seed, DRAW_LABELS));
}

static inline const char *draw_phrase(uint64_t *seed, struct arena *arena)
{
    static const char *const words[] = {"bureaux", "Bureau", "espaces", "Verts", "vert",   "vitres", "démolition",
                                        "linge",   "de la",  "béton",   "",      "DÉCHETS", "l'école", "écoles"};
    const char *out = words[draw_below(seed, DRAW_COUNT(words))];
    for (size_t more = draw_below(seed, 3); more; more--)
        out = arena_format(arena, "%s %s", out, words[draw_below(seed, DRAW_COUNT(words))]);
    return arena_string(arena, out);
}

// One of few in a list occurs in a text at times; the others fill it.
static inline const char *draw_excluded(uint64_t *seed, struct arena *arena)
{
    return draw_one_in(seed, 12) ? draw_phrase(seed, arena) : arena_format(arena, "chantier %zu", draw_below(seed, 500));
}

static inline const char *draw_text(uint64_t *seed, struct arena *arena)
{
    const char *out = draw_phrase(seed, arena);
    for (size_t more = draw_below(seed, 3); more; more--)
        out = arena_format(arena, "%s et %s", out, draw_phrase(seed, arena));
    return out;
}

static const char *const draw_parties[] = {"21630113500010", "21630113500028", "73282932000074", "35600000000048",
                                           "35600000049837"};

// A SIRET, or its SIREN: of those who take part, or of nobody.
static inline const char *draw_blocked(uint64_t *seed, struct arena *arena)
{
    if (draw_one_in(seed, 3))
        return arena_format(arena, "%0*llu", draw_one_in(seed, 2) ? 9 : 14,
                            (unsigned long long)(100000000 + draw_below(seed, 900000000)));
    return arena_copy(arena, draw_parties[draw_below(seed, DRAW_COUNT(draw_parties))], draw_one_in(seed, 2) ? 9 : 14);
}

static inline struct strings draw_strings(uint64_t *seed, struct arena *arena, size_t count,
                                          const char *(*one)(uint64_t *seed, struct arena *arena))
{
    struct strings s = {count, arena_array(arena, count, sizeof *s.list)};
    for (size_t i = 0; i < count; i++)
        s.list[i] = one(seed, arena);
    return s;
}

// None in most cases, a few, and now and then many.
static inline size_t draw_few(const struct draw *d, uint64_t *seed, size_t most)
{
    if (!draw_one_in(seed, d->hard))
        return 0;
    return draw_one_in(seed, 12) ? draw_below(seed, most + 1) : draw_below(seed, 4);
}

static inline int64_t draw_euros(uint64_t *seed)
{
    static const int64_t round[] = {0, 1, 2, 100, 40000, 90000, 1000000, 1000000000, 999999999999, 1000000000000};
    if (draw_one_in(seed, 2))
        return round[draw_below(seed, DRAW_COUNT(round))];
    return (INT64_C(1) << (7 + draw_below(seed, 14))) + (int64_t)draw_below(seed, 3) - 1;
}

static inline struct range draw_range(const struct draw *d, uint64_t *seed)
{
    struct range r = {draw_euros(seed), draw_euros(seed)};
    if (!draw_one_in(seed, d->hard))
        return (struct range){-1, -1};
    if (draw_one_in(seed, 4))
        r.most = r.least;
    if (r.least > r.most)
        r = (struct range){r.most, r.least};
    if (draw_one_in(seed, 4))
        r.least = -1;
    else if (draw_one_in(seed, 4))
        r.most = -1;
    return r;
}

static inline unsigned draw_services(const struct draw *d, uint64_t *seed)
{
    return draw_one_in(seed, d->hard) ? (unsigned)draw_below(seed, 16) : 0;
}

// Needs

static inline void draw_lot(const struct draw *d, uint64_t *seed, struct arena *arena, struct lot *l)
{
    *l = (struct lot){.cpv_count = draw_one_in(seed, 15) ? 20 : 1 + (draw_one_in(seed, 3) ? draw_below(seed, 4) : 0),
                      .place_count = draw_one_in(seed, 3) ? 0 : 1 + draw_below(seed, 3),
                      .title = draw_one_in(seed, 3) ? draw_text(seed, arena) : NULL, .value = draw_range(d, seed),
                      .services = draw_services(d, seed),
                      .reserved = draw_one_in(seed, d->hard) ? (unsigned)draw_below(seed, 16) : 0,
                      .labels = draw_strings(seed, arena, draw_few(d, seed, 3), draw_label),
                      .criteria = draw_strings(seed, arena, draw_few(d, seed, 24), draw_label)};
    if (draw_one_in(seed, 60))
        l->place_count = 50;
    if (draw_one_in(seed, 40)) // a draft
        l->cpv_count = 0;
    l->places = draw_place_list(d, seed, arena, l->place_count);
    l->cpv = arena_array(arena, l->cpv_count, sizeof *l->cpv);
    for (size_t i = 0; i < l->cpv_count; i++)
        l->cpv[i] = draw_cpv(d, seed);
    if (l->cpv_count > 2)
        l->cpv[1] = l->cpv[0]; // the same twice
    if (draw_one_in(seed, 3)) // one amount, and at times the reservation alone
        l->value.most = l->value.least;
}

// Where a need begins is seldom not known; its deadline lies before, at and behind now.
static inline void draw_need(const struct draw *d, uint64_t seed, struct arena *arena, struct need *n, int64_t *now)
{
    uint64_t *s = &seed;
    *now = DRAW_NOW + ((int64_t)draw_below(s, 5) - 2) * 40000;
    *n = (struct need){.state = NEED_PUBLISHED, .title = draw_text(s, arena),
                       .description = draw_one_in(s, 2) ? draw_text(s, arena) : NULL,
                       .start = draw_one_in(s, 2) ? DAY_UNKNOWN : DRAW_TODAY + (int)draw_below(s, 7) - 3,
                       .deadline = TIME_UNKNOWN, .place_count = 1 + draw_below(s, 3),
                       .lot_count = draw_one_in(s, 25) ? 12 : 1 + draw_below(s, 3),
                       .blocked = draw_strings(s, arena, draw_few(d, s, 200), draw_blocked)};
    if (draw_one_in(s, 2))
        n->deadline = *now + (draw_one_in(s, 3 * d->hard) ? -1 : (int64_t)draw_below(s, 3));
    if (!draw_one_in(s, 12))
        strcpy(n->buyer, draw_parties[draw_below(s, DRAW_COUNT(draw_parties))]);
    if (draw_one_in(s, 8))
        n->start = DRAW_TODAY + (int32_t[]){-600, -5, 254, 255, 1000000}[draw_below(s, 5)];
    if (draw_one_in(s, 40)) // a draft
        n->place_count = 0;
    n->places = draw_place_list(d, s, arena, n->place_count);
    n->lots = arena_array(arena, n->lot_count, sizeof *n->lots);
    for (size_t i = 0; i < n->lot_count; i++) {
        draw_lot(d, s, arena, &n->lots[i]);
        n->lots[i].number = (int)i + 1;
    }
}

// Offers

// Of the seat, or given apart: on a commune, near one, anywhere.
static inline struct point draw_point(const struct draw *d, uint64_t *seed)
{
    static const struct point odd[] = {{-14.3, 180, true}, {-14.3, -180, true}, {90, 0, true},
                                       {89.99, 100, true}, {-90, 180, true},    {0, 0, true}};
    size_t choices = d->hot && !draw_one_in(seed, 4) ? d->commune_count / 4 : d->commune_count;
    struct point p = d->communes[draw_below(seed, choices)].centre;
    switch (draw_below(seed, 12)) {
    case 0:
        return p;
    case 1:
        p.lat += (draw_share(seed) - .5) * .3;
        p.lon += (draw_share(seed) - .5) * .3;
        return p;
    case 2: // north of it, at one of the distances at which points and `near` change
        p.lat += (double[]){10, 30, 50}[draw_below(seed, 3)] / 6371 / M_PI * 180;
        p.lat = draw_one_in(seed, 3) ? nextafter(p.lat, 0) : p.lat;
        return p;
    case 3:
        return point_of(42 + draw_share(seed) * 9, -4 + draw_share(seed) * 12);
    case 4:
        return d->hot ? odd[draw_below(seed, DRAW_COUNT(odd))] : p;
    default:
        return (struct point){0};
    }
}

// Km: often such that the edge runs through the centre of a commune, or one step of a double beside it.
static inline double draw_radius(const struct draw *d, uint64_t *seed, struct point at)
{
    static const double some[] = {1000, 999.5, 0.001, 10, 30, 50, 12.5, 100, 200};
    double km;
    switch (draw_below(seed, 4)) {
    case 0:
        return some[draw_below(seed, DRAW_COUNT(some))];
    case 1:
        return draw_share(seed) * draw_share(seed) * 1000;
    default:
        km = place_distance(at, draw_commune(d, seed).centre);
        km = draw_one_in(seed, 3) ? nextafter(km, 0) : draw_one_in(seed, 2) ? nextafter(km, 2000) : km;
        return at.known && km <= 1000 ? km : draw_share(seed) * 150;
    }
}

static inline void draw_capability(const struct draw *d, uint64_t *seed, struct arena *arena, const struct offer *o,
                                   struct capability *cap)
{
    struct point at = o->at.known ? o->at : o->seat.centre;
    *cap = (struct capability){.cpv = draw_cpv(d, seed), .services = draw_services(d, seed),
                               .area_count = draw_below(seed, 4), .value = draw_range(d, seed),
                               .keywords = draw_strings(seed, arena, draw_few(d, seed, 50), draw_phrase),
                               .excluded = draw_strings(seed, arena, draw_few(d, seed, 50), draw_excluded)};
    if (cap->excluded.count && draw_one_in(seed, 3))
        cap->excluded.list[0] = draw_phrase(seed, arena);
    if (draw_one_in(seed, 40))
        cap->area_count = 120;
    if (!cap->area_count || draw_one_in(seed, 4))
        cap->radius = draw_radius(d, seed, at);
    if (draw_one_in(seed, 50)) // it would be refused when posted; here it reaches nobody
        cap->radius = 0;
    cap->areas = draw_place_list(d, seed, arena, cap->area_count);
}

static inline unsigned draw_structures(uint64_t *seed)
{
    unsigned bits = 1u << draw_below(seed, 19);
    if (draw_one_in(seed, 8))
        return 0;
    return draw_one_in(seed, 4) ? (unsigned)draw_below(seed, 1 << 19) : bits | 1u << draw_below(seed, 19);
}

static inline void draw_change(struct draw *d, struct arena *arena, enum draw_change change, struct offer *o)
{
    o->active &= change != DRAW_INACTIVE;
    if (change == DRAW_NARROW)
        o->capability_count = (o->capability_count + 1) / 2;
    for (size_t i = 0; i < o->capability_count; i++) {
        struct capability *cap = &o->capabilities[i];
        if (change == DRAW_NARROW) {
            cap->value = (struct range){40000, 90000};
            cap->area_count = cap->area_count < 1 ? 0 : 1;
            cap->radius /= 2;
        }
        if (change == DRAW_WIDE) {
            cap->areas = arena_take(arena, sizeof *cap->areas);
            cap->areas[0] = place_at(d->g, "FR", arena);
            cap->area_count = 1;
            cap->excluded.count = 0;
            cap->services = 0;
        }
    }
}

// Settled. `change` is made to what the seed gives, so that an offer can be widened and narrowed.
static inline void draw_offer(struct draw *d, uint64_t seed, enum draw_change change, struct arena *arena,
                              struct offer *o)
{
    uint64_t *s = &seed;
    *o = (struct offer){.structures = draw_structures(s), .active = !draw_one_in(s, 12), .full_until = DAY_UNKNOWN,
                        .at = draw_point(d, s), .labels = draw_strings(s, arena, draw_below(s, 4), draw_label),
                        .criteria = draw_strings(s, arena, draw_few(d, s, 50), draw_label),
                        .blocked = draw_strings(s, arena, draw_few(d, s, 200) / 2, draw_blocked),
                        .since = INT64_C(1700000000000) + (int64_t)draw_below(s, 3) * (draw_one_in(s, 2) ? 1 : 86400000),
                        .capability_count = 1 + draw_below(s, draw_one_in(s, 40) ? 12 : 3)};
    if (draw_one_in(s, 200))
        o->capability_count = DRAW_CAPS_MOST;
    if (draw_one_in(s, d->hard))
        o->full_until = DRAW_TODAY + (int)draw_below(s, 9) - 4;
    if (draw_one_in(s, 4 * d->hard))
        o->full_until = DRAW_TODAY + (int32_t[]){-400, -5, 253, 600, 1000000}[draw_below(s, 5)];
    if (draw_one_in(s, 10))
        o->labels = draw_strings(s, arena, 50, draw_label);
    if (!draw_one_in(s, 8))
        o->seat = draw_commune(d, s);
    if (draw_one_in(s, 3 * d->hard))
        strcpy(o->siret, draw_parties[draw_below(s, DRAW_COUNT(draw_parties))]);
    else if (!draw_one_in(s, 12))
        snprintf(o->siret, sizeof o->siret, "%014llu", (unsigned long long)draw_below(s, 100000000000000));
    o->capabilities = arena_array(arena, o->capability_count, sizeof *o->capabilities);
    for (size_t i = 0; i < o->capability_count; i++) {
        draw_capability(d, s, arena, o, &o->capabilities[i]);
        o->capabilities[i].number = (int)i + 1;
    }
    if (draw_one_in(s, 4)) // two of the same trade, told apart by what else they say
        o->capabilities[o->capability_count - 1].cpv = o->capabilities[0].cpv;
    draw_change(d, arena, change, o);
    offer_settle(o, d->g, d->words, arena);
}

#endif
