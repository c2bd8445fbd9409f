// SPDX-License-Identifier: EUPL-1.2
// Knows which offers match, by looking at all.
#include "scan.h"

#include <stdlib.h>
#include <string.h>

struct line { // what most lots ask, in one cache line
    struct numbers_span cpv;
    struct depset reach;
    int32_t least, most;
    uint32_t structures, labels;
    int32_t full_until;
    uint32_t handle;
    uint32_t lists; // where its communes, excluded words and blocked buyers begin
    uint8_t services, communes, excluded, blocked;
};

struct rest {
    struct depset whole;
    struct point at;
    double radius;
    int64_t siret;
};

struct scan {
    size_t count, room, listed, list_room;
    struct line *lines;
    struct rest *rests;
    int64_t *lists;
};

_Static_assert(sizeof(struct line) <= 64, "a cache line");
_Static_assert(sizeof(struct rest) <= 64, "a cache line");

struct scan *scan_new(void)
{
    struct scan *s = memory_new(sizeof *s);
    memset(s, 0, sizeof *s);
    return s;
}

void scan_free(struct scan *s)
{
    if (!s)
        return;
    free(s->lines);
    free(s->rests);
    free(s->lists);
    free(s);
}

static void list(struct scan *s, int64_t value)
{
    if (s->listed == s->list_room) {
        s->list_room = s->list_room ? s->list_room * 2 : 1024;
        s->lists = memory_grow(s->lists, s->list_room, sizeof *s->lists);
    }
    s->lists[s->listed++] = value;
}

void scan_add(struct scan *s, uint32_t handle, const struct offer *o)
{
    struct numbers_capability c;
    for (size_t i = 0; o->active && i < o->capability_count; i++) {
        if (s->count == s->room) {
            s->room = s->room ? s->room * 2 : 1024;
            s->lines = memory_grow(s->lines, s->room, sizeof *s->lines);
            s->rests = memory_grow(s->rests, s->room, sizeof *s->rests);
        }
        numbers_capability(o, &o->capabilities[i], &c);
        s->lines[s->count] = (struct line){c.cpv,
                                           c.reach,
                                           c.least,
                                           c.most,
                                           c.structures,
                                           c.labels,
                                           c.full_until,
                                           handle,
                                           (uint32_t)s->listed,
                                           c.services,
                                           (uint8_t)c.commune_count,
                                           (uint8_t)c.excluded_count,
                                           (uint8_t)c.blocked_count};
        s->rests[s->count++] = (struct rest){c.whole, o->at, c.radius, c.siret};
        for (size_t k = 0; k < c.commune_count; k++)
            list(s, c.communes[k]);
        for (size_t k = 0; k < c.excluded_count; k++)
            list(s, c.excluded[k]);
        for (size_t k = 0; k < c.blocked_count; k++)
            list(s, c.blocked[k]);
    }
}

size_t scan_bytes(const struct scan *s)
{
    return s->count * (sizeof *s->lines + sizeof *s->rests) + s->listed * sizeof *s->lists;
}

size_t scan_read(const struct scan *s)
{
    return s->count * sizeof *s->lines;
}

static bool in_line(const struct line *c, const struct numbers_lot *l)
{
    for (size_t i = 0; i < l->cpv_count; i++)
        if (c->cpv.low <= l->cpv[i].high && l->cpv[i].low <= c->cpv.high)
            return true;
    return false;
}

static bool touches(const struct line *c, const struct numbers_lot *l)
{
    for (size_t i = 0; i < l->place_count; i++)
        if (place_meets(c->reach, l->places[i].deps))
            return true;
    return false;
}

static bool plain(const struct line *c, const struct numbers_lot *l)
{
    return c->least <= l->most && l->least <= c->most && (!l->admitted || (l->admitted & c->structures)) &&
           !(l->labels & ~c->labels) && c->full_until <= l->start &&
           (!l->services || !c->services || (l->services & c->services));
}

static bool has_place(const struct scan *s, const struct line *c, const struct rest *r, const struct place *p)
{
    if (!place_meets(c->reach, p->deps))
        return false;
    if (!p->commune || place_meets(r->whole, p->deps))
        return true;
    for (size_t i = 0; i < c->communes; i++)
        if (s->lists[c->lists + i] == p->commune)
            return true;
    return r->radius > 0 && place_distance(r->at, p->centre) <= r->radius;
}

static bool place_fits(const struct scan *s, const struct line *c, const struct rest *r, const struct numbers_lot *l)
{
    for (size_t i = 0; i < l->place_count; i++)
        if (has_place(s, c, r, &l->places[i]))
            return true;
    return false;
}

static bool names(int64_t number, int64_t siret)
{
    return number == siret || number == numbers_siren(siret);
}

static bool kept_apart(const struct scan *s, const struct line *c, const struct rest *r, const struct numbers_lot *l)
{
    const int64_t *at = s->lists + c->lists + c->communes;
    if (numbers_siren(r->siret) == numbers_siren(l->buyer))
        return true;
    for (size_t i = 0; i < l->blocked_count; i++)
        if (names(l->blocked[i], r->siret))
            return true;
    for (size_t i = 0; i < c->excluded; i++, at++)
        if (l->words[*at / 64] >> *at % 64 & 1)
            return true;
    for (size_t i = 0; i < c->blocked; i++, at++)
        if (names(*at, l->buyer))
            return true;
    return false;
}

static void take(struct scan_found *f, uint32_t handle)
{
    if (f->count && f->handles[f->count - 1] == handle)
        return;
    if (f->count == f->room) {
        f->room = f->room ? f->room * 2 : 1024;
        f->handles = memory_grow(f->handles, f->room, sizeof *f->handles);
    }
    f->handles[f->count++] = handle;
}

void scan_find(const struct scan *s, const struct numbers_lot *lots, size_t count, struct scan_found *found)
{
    for (size_t k = 0; k < count; k++)
        found[k].count = found[k].candidates = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct line *c = &s->lines[i];
        for (size_t k = 0; k < count; k++) {
            const struct numbers_lot *l = &lots[k];
            if (!in_line(c, l) || !touches(c, l))
                continue;
            found[k].candidates++;
            if (plain(c, l) && place_fits(s, c, &s->rests[i], l) && !kept_apart(s, c, &s->rests[i], l))
                take(&found[k], c->handle);
        }
    }
}
