// SPDX-License-Identifier: EUPL-1.2
// Knows what one change of a lot may bring more suppliers, or fewer.
#include "core/preview.h"

#include <string.h>

#define PLACES_MOST 50 // of a lot, as protocol/records.def has it

struct list {
    const struct need *need;
    const struct lot *lot;
    struct arena *arena;
    struct preview_change *items;
    size_t count, room;
};

// A change that is no change yet.
static struct preview_change *add(struct list *l, enum preview_kind kind)
{
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        struct preview_change *grown = arena_array(l->arena, room, sizeof *grown);
        if (l->count)
            memcpy(grown, l->items, l->count * sizeof *grown);
        l->items = grown;
        l->room = room;
    }
    l->items[l->count] = (struct preview_change){.kind = kind, .lot = *l->lot};
    return &l->items[l->count++];
}

static void add_reservations(struct list *l)
{
    static const unsigned articles[] = {RESERVED_L2113_12, RESERVED_L2113_13, RESERVED_L2113_12 | RESERVED_L2113_13,
                                        RESERVED_L2113_13_1, RESERVED_L2113_15};
    unsigned services = l->lot->services;
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
        if ((l->lot->reserved & articles[i]) == articles[i])
            continue;
        if (articles[i] == RESERVED_L2113_15 && services && !(services & SERVICE_SERVICES))
            continue;
        add(l, PREVIEW_RESERVE)->lot.reserved = articles[i];
    }
    if (l->lot->reserved)
        add(l, PREVIEW_OPEN)->lot.reserved = 0;
}

static void add_parts(struct list *l)
{
    const struct range *value = &l->lot->value;
    if (value->most <= 0 && value->least <= 0) // not known, or nothing to divide
        return;
    for (int parts = 2; parts <= 4; parts += 2) {
        struct preview_change *c = add(l, PREVIEW_SPLIT);
        c->parts = parts;
        c->lot.value.least = value->least < 0 ? -1 : value->least / parts;
        c->lot.value.most = value->most < 0 ? -1 : value->most / parts;
    }
}

static void add_places(struct list *l, struct place *places, size_t count)
{
    if (count > PLACES_MOST)
        return;
    struct preview_change *c = add(l, PREVIEW_PLACE);
    c->lot.places = places;
    c->lot.place_count = count;
}

// Whether there is a commune without the whole of its département.
static bool finer(const struct list *l)
{
    size_t count;
    const struct place *places = need_places(l->need, l->lot, &count);
    struct depset whole = {{0, 0}};
    for (size_t i = 0; i < count; i++)
        if (!places[i].commune)
            whole = place_join(whole, places[i].deps);
    for (size_t i = 0; i < count; i++)
        if (places[i].commune && !place_within(places[i].deps, whole))
            return true;
    return false;
}

static void add_wider(struct list *l, const struct gazetteer *g)
{
    struct place *france = arena_take(l->arena, sizeof *france);
    if (place_parse(g, "FR", l->arena, france) != ERR_OK)
        return;
    struct depset own = need_reach(l->need, l->lot), regions = place_region_of(g, own);
    size_t count;
    if (finer(l) && !place_within(france->deps, own)) {
        struct place *places = place_spell(g, own, l->arena, &count);
        add_places(l, places, count);
    }
    if (!place_within(regions, own) && !place_within(france->deps, regions)) {
        struct place *places = place_spell(g, regions, l->arena, &count);
        add_places(l, places, count);
    }
    if (finer(l) || !place_within(france->deps, own))
        add_places(l, france, 1);
}

static void add_without_labels(struct list *l)
{
    const struct strings *labels = &l->lot->labels;
    for (size_t i = 0; i < labels->count; i++) {
        struct preview_change *c = add(l, PREVIEW_LABEL);
        const char **rest = arena_array(l->arena, labels->count, sizeof *rest);
        memcpy(rest, labels->list, i * sizeof *rest);
        memcpy(rest + i, labels->list + i + 1, (labels->count - i - 1) * sizeof *rest);
        c->label = i;
        c->lot.labels = (struct strings){labels->count - 1, rest};
    }
}

// How many codes of the vocabulary are less than this one.
static size_t below(struct preview_codes codes, uint64_t code)
{
    size_t low = 0, high = codes.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (codes.list[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool knows(struct preview_codes codes, uint32_t code)
{
    size_t at = below(codes, code);
    return at < codes.count && codes.list[at] == code;
}

// How many codes share the first digits with one of so many significant ones, itself included.
static uint32_t span(int digits)
{
    uint32_t all = 1;
    for (; digits < 8; digits++)
        all *= 10;
    return all;
}

static bool find_parent(struct preview_codes codes, struct cpv cpv, struct cpv *out)
{
    for (int digits = cpv.digits - 1; digits >= 2; digits--) {
        uint32_t code = cpv.code - cpv.code % span(digits);
        if (!knows(codes, code) || code == cpv.code)
            continue;
        *out = cpv_of(code);
        return true;
    }
    return false;
}

static void replace(struct list *l, size_t at, struct cpv to, bool sibling)
{
    for (size_t i = 0; i < l->lot->cpv_count; i++)
        if (l->lot->cpv[i].code == to.code)
            return;
    struct preview_change *c = add(l, PREVIEW_CPV);
    struct cpv *cpv = arena_array(l->arena, l->lot->cpv_count, sizeof *cpv);
    memcpy(cpv, l->lot->cpv, l->lot->cpv_count * sizeof *cpv);
    cpv[at] = to;
    c->lot.cpv = cpv;
    c->from = l->lot->cpv[at];
    c->to = to;
    c->sibling = sibling;
}

// Below the parent codes stand in order, each before all that it covers: what follows those is its next sibling.
static void add_siblings(struct list *l, size_t at, struct cpv parent, struct preview_codes codes)
{
    uint64_t end = (uint64_t)parent.code + span(parent.digits);
    for (size_t i = below(codes, (uint64_t)parent.code + 1); i < codes.count && codes.list[i] < end;) {
        struct cpv child = cpv_of(codes.list[i]);
        replace(l, at, child, true);
        i = below(codes, (uint64_t)child.code + span(child.digits));
    }
}

static void add_codes(struct list *l, struct preview_codes codes)
{
    struct cpv parent;
    for (size_t i = 0; i < l->lot->cpv_count; i++)
        if (find_parent(codes, l->lot->cpv[i], &parent))
            replace(l, i, parent, false);
    for (size_t i = 0; i < l->lot->cpv_count; i++)
        if (find_parent(codes, l->lot->cpv[i], &parent))
            add_siblings(l, i, parent, codes);
}

struct preview_change *preview_changes(const struct need *n, const struct lot *l, const struct gazetteer *g,
                                       struct preview_codes codes, struct arena *arena, size_t *count)
{
    struct list list = {.need = n, .lot = l, .arena = arena};
    add_reservations(&list);
    add_parts(&list);
    add_wider(&list, g);
    add_without_labels(&list);
    add_codes(&list, codes);
    *count = list.count;
    return list.items;
}

struct match_need preview_need(const struct match_need *n, size_t lot, const struct preview_change *c, struct arena *arena)
{
    struct need *need = arena_take(arena, sizeof *need);
    struct lot *only = arena_take(arena, sizeof *only);
    struct match_lot *made = arena_take(arena, sizeof *made);
    *only = c ? c->lot : n->need->lots[lot];
    *need = *n->need;
    need->lots = only;
    need->lot_count = 1;
    *made = n->lots[lot];
    made->admitted = offer_admitted(only->reserved);
    if (c && c->kind == PREVIEW_LABEL) {
        made->labels = arena_array(arena, only->labels.count, sizeof *made->labels);
        memcpy(made->labels, n->lots[lot].labels, c->label * sizeof *made->labels);
        memcpy(made->labels + c->label, n->lots[lot].labels + c->label + 1,
               (only->labels.count - c->label) * sizeof *made->labels);
    }
    return (struct match_need){need, made, n->now, n->places};
}

static bool worth(const struct preview_change *c, size_t present)
{
    return c->counted && (!c->sibling || c->suppliers > present);
}

size_t preview_keep(struct preview_change *list, size_t count, size_t present)
{
    size_t kept = 0, plain = 0;
    for (size_t i = 0; i < count; i++)
        if (worth(&list[i], present))
            list[kept++] = list[i];
    while (plain < kept && !list[plain].sibling)
        plain++;
    for (size_t at = plain; at < kept && at < plain + PREVIEW_SIBLINGS; at++) {
        size_t best = at;
        for (size_t i = at + 1; i < kept; i++)
            if (list[i].suppliers > list[best].suppliers)
                best = i;
        struct preview_change chosen = list[best];
        memmove(list + at + 1, list + at, (best - at) * sizeof *list); // the others stay in order
        list[at] = chosen;
    }
    return kept < plain + PREVIEW_SIBLINGS ? kept : plain + PREVIEW_SIBLINGS;
}
