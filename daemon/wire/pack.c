// SPDX-License-Identifier: EUPL-1.2
// Knows the bytes of a packed offer: a head, the capabilities, then all texts, each ended by a NUL.
#include "wire/pack.h"

#include "base/map.h"
#include "wire/seal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1
#define STEMMER "stemmer 1" // another one when words are folded or stemmed in another way
#define SET_LIST 15         // départements of a set that are listed
#define SET_ALL 0xfe
#define SET_BITS 0xff
#define MICRO 1e6 // degrees have six decimals in most sources
#define WHOLE_MOST 1e6
#define CPV_BITS 27

// Of an offer.
enum { ACTIVE = 1, FULL = 2, SEAT = 4, AT = 8, AT_BITS = 16, CENTRE_AT = 32, CENTRE = 64, CENTRE_BITS = 128 };
// Of a capability; its services stand above them. _BITS: numbers as doubles, for they are not short decimals.
enum { RADIUS = 1, RADIUS_BITS = 2, SAME_CIRCLE = 4, VALUE = 8, AREAS = 16, WORDS = 32, SERVICES = 64 };

// Writing

static void put_number(struct text *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        text_byte(out, (char)((n & 0x7f) | 0x80));
    text_byte(out, (char)n);
}

static void put_fixed(struct text *out, uint64_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        text_byte(out, (char)(n >> 8 * i & 0xff));
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static bool equal_sets(struct depset a, struct depset b)
{
    return a.bits[0] == b.bits[0] && a.bits[1] == b.bits[1];
}

static int set_count(struct depset s)
{
    return __builtin_popcountll(s.bits[0]) + __builtin_popcountll(s.bits[1]);
}

static void put_set(struct text *out, struct depset s, struct depset all)
{
    int count = set_count(s);
    if (equal_sets(s, all))
        text_byte(out, (char)SET_ALL);
    else if (count > SET_LIST) {
        text_byte(out, (char)SET_BITS);
        put_fixed(out, s.bits[0], 8);
        put_fixed(out, s.bits[1], 8);
    } else {
        text_byte(out, (char)count);
        for (int i = 0; i < 128; i++)
            if (s.bits[i / 64] >> i % 64 & 1)
                text_byte(out, (char)i);
    }
}

// Whether the degrees are a whole number of millionths.
static bool micro(double degrees, int32_t *out)
{
    if (!(fabs(degrees) <= 360))
        return false;
    *out = (int32_t)lrint(degrees * MICRO);
    return bits_of(*out / MICRO) == bits_of(degrees);
}

static bool micro_point(struct point p)
{
    int32_t n;
    return micro(p.lat, &n) && micro(p.lon, &n);
}

static void put_point(struct text *out, struct point p)
{
    int32_t lat, lon;
    if (micro(p.lat, &lat) && micro(p.lon, &lon)) {
        put_fixed(out, (uint32_t)lat, 4);
        put_fixed(out, (uint32_t)lon, 4);
    } else {
        put_fixed(out, bits_of(p.lat), 8);
        put_fixed(out, bits_of(p.lon), 8);
    }
}

static bool same_point(struct point a, struct point b)
{
    return a.known && b.known && bits_of(a.lat) == bits_of(b.lat) && bits_of(a.lon) == bits_of(b.lon);
}

static unsigned offer_flags(const struct offer *o)
{
    bool centre = o->seat.text && o->seat.centre.known, shared = centre && same_point(o->seat.centre, o->at);
    return (o->active ? ACTIVE : 0) | (o->full_until != DAY_UNKNOWN ? FULL : 0) | (o->seat.text ? SEAT : 0) |
           (o->at.known ? AT : 0) | (o->at.known && !micro_point(o->at) ? AT_BITS : 0) | (shared ? CENTRE_AT : 0) |
           (centre && !shared ? CENTRE : 0) | (centre && !shared && !micro_point(o->seat.centre) ? CENTRE_BITS : 0);
}

static bool whole(double x)
{
    return x == floor(x) && x <= WHOLE_MOST;
}

static void put_areas(struct text *out, const struct capability *c, struct depset all)
{
    put_number(out, c->area_count);
    for (size_t i = 0; i < c->area_count; i++) {
        const struct place *p = &c->areas[i];
        bool bits = p->centre.known && !micro_point(p->centre);
        put_number(out, (uint64_t)p->commune << 2 | (p->centre.known ? 2 : 0) | (bits ? 1 : 0));
        put_set(out, p->deps, all);
        if (p->centre.known)
            put_point(out, p->centre);
    }
}

// former: the capability before it, NULL for the first.
static void put_capability(struct text *out, const struct capability *c, const struct capability *former, struct depset all)
{
    bool radius = c->radius > 0, value = c->value.least != -1 || c->value.most != -1;
    bool same = radius && former && former->radius > 0 && equal_sets(former->circle, c->circle);
    bool words = c->keywords.count || c->excluded.count;
    put_number(out, (uint64_t)c->services * SERVICES | (radius ? RADIUS : 0) | (radius && !whole(c->radius) ? RADIUS_BITS : 0) |
                        (same ? SAME_CIRCLE : 0) | (value ? VALUE : 0) | (c->area_count ? AREAS : 0) | (words ? WORDS : 0));
    put_fixed(out, (uint32_t)c->cpv.digits << CPV_BITS | c->cpv.code, 4);
    if (value) { // -1 is 0
        put_number(out, (uint64_t)c->value.least + 1);
        put_number(out, (uint64_t)c->value.most + 1);
    }
    if (radius && whole(c->radius))
        put_number(out, (uint64_t)c->radius);
    else if (radius)
        put_fixed(out, bits_of(c->radius), 8);
    if (radius && !same)
        put_set(out, c->circle, all);
    if (c->area_count)
        put_areas(out, c, all);
    if (words) {
        put_number(out, c->keywords.count);
        put_number(out, c->excluded.count);
    }
}

static void put_texts(struct text *out, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_add(out, list[i], strlen(list[i]) + 1);
}

void pack_offer(const struct offer *o, const struct gazetteer *g, struct text *out)
{
    struct depset all = place_all(g);
    size_t areas = 0, texts = o->labels.count + o->criteria.count + o->blocked.count;
    for (const struct capability *c = o->capabilities; c < o->capabilities + o->capability_count; c++) {
        areas += c->area_count;
        texts += c->keywords.count + c->excluded.count;
    }
    text_byte(out, FORMAT);
    text_byte(out, (char)offer_flags(o));
    const size_t counts[] = {o->capability_count, areas, texts, o->labels.count, o->criteria.count, o->blocked.count};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        put_number(out, counts[i]);
    if (o->full_until != DAY_UNKNOWN)
        put_fixed(out, (uint32_t)o->full_until, 4);
    if (o->seat.text) {
        put_number(out, o->seat.commune);
        put_set(out, o->seat.deps, all);
    }
    if (o->at.known)
        put_point(out, o->at);
    if (o->seat.text && o->seat.centre.known && !same_point(o->seat.centre, o->at))
        put_point(out, o->seat.centre);
    for (size_t i = 0; i < o->capability_count; i++)
        put_capability(out, &o->capabilities[i], i ? &o->capabilities[i - 1] : NULL, all);
    put_texts(out, o->labels_folded, o->labels.count);
    put_texts(out, o->criteria_folded, o->criteria.count);
    put_texts(out, o->blocked.list, o->blocked.count);
    for (const struct capability *c = o->capabilities; c < o->capabilities + o->capability_count; c++) {
        put_texts(out, c->keyword_stems, c->keywords.count);
        put_texts(out, c->excluded_stems, c->excluded.count);
    }
}

// Reading. What is wrong is noted, and what is read from then on means nothing.

struct unpacker {
    const unsigned char *at, *end;
    struct depset all;
    bool wrong;
};

static uint64_t wrong(struct unpacker *u)
{
    u->wrong = true;
    u->at = u->end;
    return 0;
}

static uint64_t long_number(struct unpacker *u)
{
    uint64_t n = 0;
    for (int shift = 0; u->at < u->end; shift += 7) {
        unsigned char byte = *u->at++;
        if (shift == 63 && byte > 1)
            break;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return byte ? n : wrong(u); // the shortest form only
    }
    return wrong(u);
}

static inline uint64_t number(struct unpacker *u)
{
    if (u->at < u->end && *u->at < 0x80)
        return *u->at++;
    return long_number(u);
}

static inline uint64_t fixed(struct unpacker *u, size_t bytes)
{
    uint64_t n = 0;
    if ((size_t)(u->end - u->at) < bytes)
        return wrong(u);
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)u->at[i] << 8 * i;
    u->at += bytes;
    return n;
}

// A count of things of which each takes at least so many bytes of what is left.
static size_t count(struct unpacker *u, size_t least)
{
    uint64_t n = number(u);
    return n <= (size_t)(u->end - u->at) / least ? (size_t)n : (size_t)wrong(u);
}

static struct depset list_set(struct unpacker *u, unsigned count)
{
    struct depset s = {{0, 0}};
    if ((size_t)(u->end - u->at) < count)
        wrong(u);
    for (int former = -1; !u->wrong && count > 0; count--) {
        int i = *u->at++;
        if (i <= former || i > 127)
            wrong(u);
        else
            s.bits[i / 64] |= (uint64_t)1 << i % 64;
        former = i;
    }
    if (equal_sets(s, u->all)) // that has a form of its own
        wrong(u);
    return s;
}

static struct depset set(struct unpacker *u)
{
    unsigned first = (unsigned)fixed(u, 1);
    struct depset s = {{0, 0}};
    if (first == SET_ALL)
        return u->all;
    if (first <= SET_LIST)
        s = list_set(u, first);
    else if (first == SET_BITS) {
        s.bits[0] = fixed(u, 8);
        s.bits[1] = fixed(u, 8);
        if (set_count(s) <= SET_LIST || equal_sets(s, u->all))
            wrong(u);
    } else
        wrong(u);
    if (!place_within(s, u->all))
        wrong(u);
    return s;
}

static struct point read_point(struct unpacker *u, bool bits)
{
    struct point p = {.known = true};
    if (!bits) {
        p.lat = (int32_t)(uint32_t)fixed(u, 4) / MICRO;
        p.lon = (int32_t)(uint32_t)fixed(u, 4) / MICRO;
        if (!(fabs(p.lat) <= 360 && fabs(p.lon) <= 360))
            wrong(u);
        return p;
    }
    p.lat = double_of(fixed(u, 8));
    p.lon = double_of(fixed(u, 8));
    if (!isfinite(p.lat) || !isfinite(p.lon) || micro_point(p))
        wrong(u);
    return p;
}

// What is read goes here, all in one piece of memory.
struct room {
    struct place *areas, *areas_end;
    const char **texts, **texts_end;
};

static void read_areas(struct unpacker *u, struct room *room, struct capability *c)
{
    c->area_count = count(u, 2);
    c->areas = room->areas;
    if (c->area_count == 0 || c->area_count > (size_t)(room->areas_end - room->areas))
        wrong(u);
    for (size_t i = 0; i < c->area_count && !u->wrong; i++) {
        struct place *p = room->areas++;
        uint64_t head = number(u);
        if (head >> 2 > UINT32_MAX || (head & 3) == 1)
            wrong(u);
        p->text = "";
        p->commune = (uint32_t)(head >> 2);
        p->deps = set(u);
        if (head & 2)
            p->centre = read_point(u, head & 1);
        c->reach = place_join(c->reach, p->deps);
    }
}

static void read_circle(struct unpacker *u, uint64_t head, const struct capability *former, struct capability *c)
{
    if (head & RADIUS_BITS) {
        c->radius = double_of(fixed(u, 8));
        if (!(c->radius > 0) || !isfinite(c->radius) || whole(c->radius))
            wrong(u);
    } else {
        uint64_t radius = number(u);
        c->radius = (double)radius;
        if (radius == 0 || radius > WHOLE_MOST)
            wrong(u);
    }
    bool follows = former && former->radius > 0;
    if (!(head & SAME_CIRCLE)) {
        c->circle = set(u);
        if (follows && equal_sets(c->circle, former->circle))
            wrong(u);
    } else if (follows)
        c->circle = former->circle;
    else
        wrong(u);
    c->reach = c->circle;
}

static void read_cpv(struct unpacker *u, struct cpv *out)
{
    uint64_t n = fixed(u, 4);
    *out = cpv_of((uint32_t)n & ((1u << CPV_BITS) - 1));
    if (out->code > 99999999 || n >> CPV_BITS != out->digits)
        wrong(u);
}

static void read_capability(struct unpacker *u, struct room *room, const struct capability *former, struct capability *c)
{
    uint64_t head = number(u);
    if (head / SERVICES > UINT32_MAX || (!(head & RADIUS) && head & (RADIUS_BITS | SAME_CIRCLE)))
        wrong(u);
    c->services = (unsigned)(head / SERVICES);
    read_cpv(u, &c->cpv);
    c->value = (struct range){-1, -1};
    if (head & VALUE) {
        c->value.least = (int64_t)(number(u) - 1);
        c->value.most = (int64_t)(number(u) - 1);
        if (c->value.least == -1 && c->value.most == -1)
            wrong(u);
    }
    if (head & RADIUS)
        read_circle(u, head, former, c);
    if (head & AREAS)
        read_areas(u, room, c);
    if (head & WORDS) {
        c->keywords.count = count(u, 1);
        c->excluded.count = count(u, 1);
        if (!c->keywords.count && !c->excluded.count)
            wrong(u);
    }
}

static void read_seat(struct unpacker *u, unsigned flags, struct offer *o)
{
    if (flags & SEAT) {
        uint64_t commune = number(u);
        o->seat = (struct place){.text = "", .commune = (uint32_t)commune, .deps = set(u)};
        if (commune > UINT32_MAX)
            wrong(u);
    }
    if (flags & AT)
        o->at = read_point(u, flags & AT_BITS);
    if (flags & CENTRE_AT)
        o->seat.centre = o->at;
    else if (flags & CENTRE) {
        o->seat.centre = read_point(u, flags & CENTRE_BITS);
        if (same_point(o->seat.centre, o->at))
            wrong(u);
    }
}

// Flags of which one says what another denies.
static bool contradict(unsigned flags)
{
    return (flags & AT_BITS && !(flags & AT)) || (flags & (CENTRE_AT | CENTRE) && !(flags & SEAT)) ||
           (flags & CENTRE_AT && (flags & CENTRE || !(flags & AT))) || (flags & CENTRE_BITS && !(flags & CENTRE));
}

// The next texts, as many as the list holds.
static const char **take_texts(struct unpacker *u, struct room *room, struct strings *s)
{
    s->list = room->texts;
    if (s->count > (size_t)(room->texts_end - room->texts))
        wrong(u);
    else
        room->texts += s->count;
    return s->list;
}

// All texts stand one after the other up to the end: they are copied at once.
static void read_texts(struct unpacker *u, const struct room *room, char *copy)
{
    size_t len = (size_t)(u->end - u->at);
    const char *end = copy + len;
    memcpy(copy, u->at, len);
    for (const char **text = room->texts; text < room->texts_end; text++) {
        const char *stop = memchr(copy, 0, (size_t)(end - copy));
        if (!stop) {
            wrong(u);
            return;
        }
        *text = copy;
        copy += stop - copy + 1;
    }
    if (copy != end)
        wrong(u);
}

static void deal_texts(struct unpacker *u, struct room *room, struct offer *o)
{
    o->labels_folded = take_texts(u, room, &o->labels);
    o->criteria_folded = take_texts(u, room, &o->criteria);
    take_texts(u, room, &o->blocked);
    for (struct capability *c = o->capabilities; c < o->capabilities + o->capability_count; c++) {
        c->keyword_stems = take_texts(u, room, &c->keywords);
        c->excluded_stems = take_texts(u, room, &c->excluded);
    }
    if (room->texts != room->texts_end)
        wrong(u);
}

bool pack_read(const void *bytes, size_t len, const struct gazetteer *g, struct arena *arena, struct offer *out)
{
    *out = (struct offer){.full_until = DAY_UNKNOWN};
    if (len < 2 || *(const unsigned char *)bytes != FORMAT)
        return false;
    struct unpacker u = {(const unsigned char *)bytes + 1, (const unsigned char *)bytes + len, place_all(g), false};
    unsigned flags = *u.at++;
    out->active = flags & ACTIVE;
    out->capability_count = count(&u, 5);
    size_t areas = count(&u, 2), texts = count(&u, 1);
    out->labels.count = count(&u, 1);
    out->criteria.count = count(&u, 1);
    out->blocked.count = count(&u, 1);
    if (flags & FULL)
        out->full_until = (int32_t)(uint32_t)fixed(&u, 4);
    if (u.wrong || contradict(flags) || (flags & FULL && out->full_until == DAY_UNKNOWN))
        return false;
    read_seat(&u, flags, out);
    out->capabilities = arena_take(arena, out->capability_count * sizeof *out->capabilities + areas * sizeof(struct place) +
                                              texts * sizeof(const char *) + len);
    struct room room = {.areas = (struct place *)(out->capabilities + out->capability_count)};
    room.areas_end = room.areas + areas;
    room.texts = (const char **)room.areas_end;
    room.texts_end = room.texts + texts;
    for (size_t i = 0; i < out->capability_count && !u.wrong; i++) {
        out->capabilities[i].number = (int)i + 1;
        read_capability(&u, &room, i ? &out->capabilities[i - 1] : NULL, &out->capabilities[i]);
    }
    if (room.areas != room.areas_end)
        wrong(&u);
    if (!u.wrong)
        read_texts(&u, &room, (char *)room.texts_end);
    if (!u.wrong)
        deal_texts(&u, &room, out);
    return !u.wrong;
}

uint64_t pack_stamp(const struct gazetteer *g)
{
    const struct {
        uint64_t format, places, stemmer;
    } all = {FORMAT, place_fingerprint(g), map_hash(STEMMER, sizeof STEMMER)};
    return map_hash(&all, sizeof all) >> 1;
}

// As text

void pack_base64(const struct text *packed, struct text *out)
{
    size_t room = SEAL_BASE64(packed->len);
    char *base64 = memory_new(room);
    seal_base64(packed->data, packed->len, base64);
    text_put(out, base64);
    free(base64);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool pack_unhex(const char *hex, size_t len, struct text *out)
{
    text_clear(out);
    if (len < 2 || len % 2 || hex[0] != '\\' || hex[1] != 'x')
        return false;
    for (size_t i = 2; i < len; i += 2) {
        int high = digit(hex[i]), low = digit(hex[i + 1]);
        if (high < 0 || low < 0)
            return false;
        text_byte(out, (char)(high << 4 | low));
    }
    return true;
}
