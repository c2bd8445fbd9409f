// SPDX-License-Identifier: EUPL-1.2
// Knows how an offer is written down in a few words.
#include "core/card.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The words of a card: HEAD, then blocked numbers (2 words each), the point (2 words in millionths of a degree, or 4 as it
// is), the numbers of labels and criteria, and the capabilities: CAPABILITY words, the radius (1 or 2 words), areas,
// départements of the circle (bytes), numbers of keywords and excluded words.
enum { HEAD_KIND, HEAD_SEAT, HEAD_COUNTS, HEAD_FULL, HEAD_SINCE, HEAD_SINCE_HIGH, HEAD_SIRET, HEAD_SIRET_HIGH, HEAD_WORDS, HEAD };
enum { CAP_CODE, CAP_LEAST, CAP_MOST, CAP_HIGH, CAP_COUNTS, CAPABILITY };

// HEAD_KIND: structures, the seat's département + 1, and what there is.
#define STRUCTURES 0x7ffffu
#define SEAT_SHIFT 19
#define ACTIVE (1u << 27)
#define POINT (1u << 28)
#define EXACT (1u << 29) // the point is no whole number of millionths
#define SEATED (1u << 30)
// CAP_CODE: the code, services above.
#define CODE 0x7ffffffu
#define SERVICES_SHIFT 27
// CAP_COUNTS: keywords, excluded words, départements of the circle, words of the radius.
#define MILLION 1e6
#define UNKNOWN_VALUE 0xffffffffffu // 40 bits
#define COMMUNE 0x80000000u         // of an area: its département above COMMUNE_SHIFT, its number below; else a zone
#define COMMUNE_SHIFT 24

void card_init(struct cards *c)
{
    *c = (struct cards){.labels = lexicon_new(), .phrases = lexicon_new()};
    slots_init(&c->slots);
}

void card_fini(struct cards *c)
{
    slots_fini(&c->slots);
    lexicon_free(c->labels);
    lexicon_free(c->phrases);
    free(c->zones.list);
    free(c->draft);
    free(c->places);
}

static uint64_t pair_of(const uint32_t *w)
{
    return w[0] | (uint64_t)w[1] << 32;
}

static void put_pair(uint32_t *w, uint64_t v)
{
    w[0] = (uint32_t)v;
    w[1] = (uint32_t)(v >> 32);
}

uint64_t card_number(const char *siret)
{
    uint64_t number = 0;
    size_t len = 0;
    for (; siret[len] >= '0' && siret[len] <= '9'; len++)
        number = number * 10 + (uint64_t)(siret[len] - '0');
    if (siret[len])
        return 0;
    return len == 14 ? number : len == 9 ? number | CARD_SIREN : 0;
}

bool card_blocks(const uint32_t *blocked, uint32_t count, uint64_t siret)
{
    for (uint32_t i = 0; siret && i < count; i++) {
        uint64_t number = pair_of(blocked + 2 * i);
        if (number == siret || number == (siret / CARD_NIC | CARD_SIREN))
            return true;
    }
    return false;
}

// Départements

static uint32_t first_of(struct depset s)
{
    return s.bits[0] ? (uint32_t)__builtin_ctzll(s.bits[0]) : 64 + (uint32_t)__builtin_ctzll(s.bits[1]);
}

static struct depset one(uint32_t departement)
{
    struct depset s = {{0, 0}};
    s.bits[departement / 64] = (uint64_t)1 << departement % 64;
    return s;
}

static uint32_t zone_of(struct card_zones *z, struct depset deps)
{
    for (uint32_t i = 0; i < z->count; i++)
        if (z->list[i].bits[0] == deps.bits[0] && z->list[i].bits[1] == deps.bits[1])
            return i;
    if (z->count == z->room) {
        z->room = z->room ? z->room * 2 : 64;
        z->list = memory_grow(z->list, z->room, sizeof *z->list);
    }
    z->list[z->count] = deps;
    return z->count++;
}

// Writing

static bool millionths(double degrees, int32_t *out)
{
    double scaled = nearbyint(degrees * MILLION);
    *out = (int32_t)scaled;
    return *out / MILLION == degrees;
}

static uint32_t *put_point(uint32_t *w, struct point at, uint32_t *kind)
{
    int32_t lat, lon;
    uint64_t bits[2];
    if (!at.known)
        return w;
    *kind |= POINT;
    if (millionths(at.lat, &lat) && millionths(at.lon, &lon)) {
        *w++ = (uint32_t)lat;
        *w++ = (uint32_t)lon;
        return w;
    }
    *kind |= EXACT;
    memcpy(&bits[0], &at.lat, sizeof at.lat);
    memcpy(&bits[1], &at.lon, sizeof at.lon);
    put_pair(w, bits[0]);
    put_pair(w + 2, bits[1]);
    return w + 4;
}

static uint32_t *put_texts(uint32_t *w, struct lexicon *l, const char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *w++ = lexicon_add(l, texts[i]);
    return w;
}

static uint32_t *put_radius(uint32_t *w, double radius, uint32_t *words)
{
    float single = (float)radius;
    uint64_t bits;
    *words = !(radius > 0) ? 0 : (double)single == radius ? 1 : 2;
    if (*words == 1)
        memcpy(w, &single, sizeof single);
    if (*words == 2) {
        memcpy(&bits, &radius, sizeof bits);
        put_pair(w, bits);
    }
    return w + *words;
}

static uint32_t *put_areas(struct cards *c, uint32_t *w, const struct capability *cap)
{
    for (size_t i = 0; i < cap->area_count; i++) {
        const struct place *p = &cap->areas[i];
        *w++ = p->commune ? COMMUNE | first_of(p->deps) << COMMUNE_SHIFT | p->commune : zone_of(&c->zones, p->deps);
    }
    return w;
}

static uint32_t *put_circle(uint32_t *w, struct depset circle, uint32_t *count)
{
    uint8_t bytes[128] = {0};
    for (uint32_t d = 0; d < 128; d++)
        if (place_meets(circle, one(d)))
            bytes[(*count)++] = (uint8_t)d;
    memcpy(w, bytes, (*count + 3) / 4 * 4);
    return w + (*count + 3) / 4;
}

static uint64_t value_of(int64_t euros)
{
    return euros < 0 ? UNKNOWN_VALUE : (uint64_t)euros;
}

static uint32_t *put_capability(struct cards *c, uint32_t *w, const struct capability *cap)
{
    uint32_t *head = w, words, circle = 0;
    uint64_t least = value_of(cap->value.least), most = value_of(cap->value.most);
    w += CAPABILITY;
    head[CAP_CODE] = cap->cpv.code | cap->services << SERVICES_SHIFT;
    head[CAP_LEAST] = (uint32_t)least;
    head[CAP_MOST] = (uint32_t)most;
    head[CAP_HIGH] = (uint32_t)(least >> 32) | (uint32_t)(most >> 32) << 8 | (uint32_t)cap->area_count << 16 |
                     (uint32_t)cap->cpv.digits << 24;
    w = put_radius(w, cap->radius, &words);
    w = put_areas(c, w, cap);
    w = put_circle(w, cap->circle, &circle);
    w = put_texts(w, c->phrases, cap->keyword_stems, cap->keywords.count);
    w = put_texts(w, c->phrases, cap->excluded_stems, cap->excluded.count);
    head[CAP_COUNTS] = (uint32_t)cap->keywords.count | (uint32_t)cap->excluded.count << 8 | circle << 16 | words << 24;
    return w;
}

// More words than the card can have.
static size_t words_most(const struct offer *o)
{
    size_t words = HEAD + 4 + o->labels.count + o->criteria.count + 2 * o->blocked.count;
    for (size_t i = 0; i < o->capability_count; i++) {
        const struct capability *cap = &o->capabilities[i];
        words += CAPABILITY + 2 + cap->area_count + 32 + cap->keywords.count + cap->excluded.count;
    }
    return words;
}

uint32_t card_put(struct cards *c, const struct offer *o)
{
    size_t most = words_most(o);
    uint32_t kind = (o->structures & STRUCTURES) | (o->active ? ACTIVE : 0) | (o->seat.text ? SEATED : 0), blocked = 0;
    if (most > c->draft_room) {
        c->draft = memory_grow(c->draft, most * 2, sizeof *c->draft);
        c->draft_room = most * 2;
    }
    uint32_t *head = c->draft, *w = head + HEAD;
    for (size_t i = 0; i < o->blocked.count; i++)
        if (card_number(o->blocked.list[i])) {
            put_pair(w, card_number(o->blocked.list[i]));
            w += 2;
            blocked++;
        }
    if (!place_empty(o->seat.deps))
        kind |= (first_of(o->seat.deps) + 1) << SEAT_SHIFT;
    w = put_point(w, o->at, &kind);
    w = put_texts(w, c->labels, o->labels_folded, o->labels.count);
    w = put_texts(w, c->labels, o->criteria_folded, o->criteria.count);
    for (size_t i = 0; i < o->capability_count; i++)
        w = put_capability(c, w, &o->capabilities[i]);
    head[HEAD_KIND] = kind;
    head[HEAD_SEAT] = o->seat.commune;
    head[HEAD_COUNTS] = (uint32_t)o->capability_count | (uint32_t)o->labels.count << 8 |
                        (uint32_t)o->criteria.count << 16 | blocked << 24;
    head[HEAD_FULL] = (uint32_t)o->full_until;
    put_pair(head + HEAD_SINCE, (uint64_t)o->since);
    put_pair(head + HEAD_SIRET, card_number(o->siret));
    head[HEAD_WORDS] = (uint32_t)(w - head);
    uint32_t at = slots_take(&c->slots, head[HEAD_WORDS]);
    memcpy(c->slots.words + at, head, head[HEAD_WORDS] * sizeof *head);
    return at;
}

static const uint32_t *drop_texts(const uint32_t *w, struct lexicon *l, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        lexicon_drop(l, *w++);
    return w;
}

static const uint32_t *drop_capability(struct cards *c, const uint32_t *w)
{
    uint32_t counts = w[CAP_COUNTS], areas = w[CAP_HIGH] >> 16 & 0xff, circle = counts >> 16 & 0xff, radius = counts >> 24;
    w = drop_texts(w + CAPABILITY + radius + areas + (circle + 3) / 4, c->phrases, counts & 0xff);
    return drop_texts(w, c->phrases, counts >> 8 & 0xff);
}

void card_drop(struct cards *c, uint32_t at)
{
    uint32_t counts = c->slots.words[at + HEAD_COUNTS];
    const uint32_t *w = drop_texts(card_labels(c, at).list, c->labels, counts >> 8 & 0xff);
    w = drop_texts(w, c->labels, counts >> 16 & 0xff);
    for (uint32_t i = 0; i < (counts & 0xff); i++)
        w = drop_capability(c, w);
    slots_give(&c->slots, at, c->slots.words[at + HEAD_WORDS]);
}

// Reading

static const uint32_t *get_point(const uint32_t *w, uint32_t kind, struct point *out)
{
    *out = (struct point){.known = kind & POINT};
    if (!out->known)
        return w;
    if (!(kind & EXACT)) {
        out->lat = (int32_t)w[0] / MILLION;
        out->lon = (int32_t)w[1] / MILLION;
        return w + 2;
    }
    uint64_t lat = pair_of(w), lon = pair_of(w + 2);
    memcpy(&out->lat, &lat, sizeof lat);
    memcpy(&out->lon, &lon, sizeof lon);
    return w + 4;
}

static const uint32_t *get_radius(const uint32_t *w, uint32_t words, double *out)
{
    float single = 0;
    uint64_t bits;
    if (words == 2) {
        bits = pair_of(w);
        memcpy(out, &bits, sizeof bits);
        return w + 2;
    }
    if (words)
        memcpy(&single, w, sizeof single);
    *out = (double)single;
    return w + words;
}

static void get_areas(const struct cards *c, const uint32_t *w, size_t count, struct place *out)
{
    for (size_t i = 0; i < count; i++) {
        bool commune = w[i] & COMMUNE;
        out[i].text = "";
        out[i].commune = commune ? w[i] & ((1u << COMMUNE_SHIFT) - 1) : 0;
        out[i].deps = commune ? one((w[i] & ~COMMUNE) >> COMMUNE_SHIFT) : c->zones.list[w[i]];
        out[i].centre.known = false;
    }
}

static int64_t get_value(uint32_t low, uint32_t high)
{
    uint64_t value = low | (uint64_t)(high & 0xff) << 32;
    return value == UNKNOWN_VALUE ? -1 : (int64_t)value;
}

static struct depset get_circle(const uint32_t *w, uint32_t count)
{
    struct depset s = {{0, 0}};
    const uint8_t *bytes = (const uint8_t *)w;
    for (uint32_t i = 0; i < count; i++)
        s.bits[bytes[i] / 64] |= (uint64_t)1 << bytes[i] % 64;
    return s;
}

static const uint32_t *get_texts(const uint32_t *w, uint32_t count, struct card_numbers *out)
{
    *out = (struct card_numbers){w, count};
    return w + count;
}

static const uint32_t *get_capability(const struct cards *c, const uint32_t *w, struct card *card, size_t i,
                                      struct place *areas)
{
    const uint32_t *head = w;
    struct capability *cap = &card->capabilities[i];
    uint32_t counts = head[CAP_COUNTS], circle = counts >> 16 & 0xff;
    cap->number = (int)i + 1;
    cap->cpv = (struct cpv){head[CAP_CODE] & CODE, (uint8_t)(head[CAP_HIGH] >> 24)};
    cap->services = head[CAP_CODE] >> SERVICES_SHIFT;
    cap->value = (struct range){get_value(head[CAP_LEAST], head[CAP_HIGH]), get_value(head[CAP_MOST], head[CAP_HIGH] >> 8)};
    w = get_radius(w + CAPABILITY, counts >> 24, &cap->radius);
    cap->area_count = head[CAP_HIGH] >> 16 & 0xff;
    cap->areas = areas;
    get_areas(c, w, cap->area_count, areas);
    w += cap->area_count;
    cap->circle = get_circle(w, circle);
    w = get_texts(w + (circle + 3) / 4, counts & 0xff, &card->keywords[i]);
    return get_texts(w, counts >> 8 & 0xff, &card->excluded[i]);
}

// Room for the areas of a card, before they are read: pointers to them must stay.
static void make_room(struct cards *c, const uint32_t *w)
{
    size_t most = w[HEAD_WORDS];
    if (most <= c->place_room)
        return;
    c->place_room = most * 2;
    c->places = memory_grow(c->places, c->place_room, sizeof *c->places);
}

void card_read(struct cards *c, uint32_t at, struct card *out)
{
    const uint32_t *head = c->slots.words + at, *w;
    uint32_t kind = head[HEAD_KIND], seat = kind >> SEAT_SHIFT & 0xff, counts = head[HEAD_COUNTS];
    struct offer *o = &out->offer;
    make_room(c, head);
    o->structures = kind & STRUCTURES;
    o->active = kind & ACTIVE;
    o->full_until = (int32_t)head[HEAD_FULL];
    o->since = (int64_t)pair_of(head + HEAD_SINCE);
    o->seat.text = kind & SEATED ? "" : NULL;
    o->seat.commune = head[HEAD_SEAT];
    o->seat.deps = seat ? one(seat - 1) : (struct depset){{0, 0}};
    o->capability_count = counts & 0xff;
    o->capabilities = out->capabilities;
    out->siret = pair_of(head + HEAD_SIRET);
    out->blocked_count = counts >> 24;
    out->blocked = head + HEAD;
    w = get_point(out->blocked + 2 * out->blocked_count, kind, &o->at);
    w = get_texts(w, counts >> 8 & 0xff, &out->labels);
    w = get_texts(w, counts >> 16 & 0xff, &out->criteria);
    struct place *areas = c->places;
    for (size_t i = 0; i < o->capability_count; i++) {
        w = get_capability(c, w, out, i, areas);
        areas += out->capabilities[i].area_count;
    }
}

int64_t card_since(const struct cards *c, uint32_t at)
{
    return (int64_t)pair_of(c->slots.words + at + HEAD_SINCE);
}

uint64_t card_siret(const struct cards *c, uint32_t at)
{
    return pair_of(c->slots.words + at + HEAD_SIRET);
}

struct card_numbers card_labels(const struct cards *c, uint32_t at)
{
    const uint32_t *head = c->slots.words + at;
    uint32_t point = !(head[HEAD_KIND] & POINT) ? 0 : head[HEAD_KIND] & EXACT ? 4 : 2;
    uint32_t before = HEAD + 2 * (head[HEAD_COUNTS] >> 24) + point;
    return (struct card_numbers){head + before, head[HEAD_COUNTS] >> 8 & 0xff};
}
