// SPDX-License-Identifier: EUPL-1.2
// Knows every offer, every open need and every saved alert of the moment, and who matches whom.
#include "app/world.h"

#include "app/own.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "core/alertindex.h"
#include "core/index.h"
#include "wire/member.h"
#include "wire/reason.h"
#include "wire/record.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_TOLD 10 // of a lot, at most

struct item { // an offer, a need or an alert with its own memory
    uint32_t handle;
    struct arena *arena;
    union {
        struct offer offer;
        struct {
            struct need need;
            struct match_need match;
        };
        struct alert alert;
    };
};

struct side { // all offers, all needs, or all alerts
    struct map *by_id;
    struct item **by_handle;
    uint32_t room, next; // handles below next have been given
    uint32_t *free;
    uint32_t free_count;
    struct index *index; // of offers and needs
    size_t bytes;        // of the items
};

struct world {
    struct gazetteer *places;
    struct words *words;
    struct side offers, needs, alerts;
    struct alertindex *alert_index;
};

static void side_init(struct side *s, struct index *index)
{
    *s = (struct side){.by_id = map_new(), .index = index};
}

static void side_fini(struct side *s)
{
    for (uint32_t i = 0; i < s->next; i++) {
        if (s->by_handle[i])
            arena_free(s->by_handle[i]->arena);
        free(s->by_handle[i]);
    }
    map_free(s->by_id);
    index_free(s->index);
    free(s->by_handle);
    free(s->free);
}

static void side_drop(struct side *s, const char *id)
{
    struct item *item = map_remove_string(s->by_id, id);
    if (!item)
        return;
    if (s->index)
        index_remove(s->index, item->handle);
    s->by_handle[item->handle] = NULL;
    s->free[s->free_count++] = item->handle;
    s->bytes -= sizeof *item + arena_size(item->arena);
    arena_free(item->arena);
    free(item);
}

static struct item *side_add(struct side *s, const char *id, struct item *made)
{
    if (s->free_count == 0 && s->next == s->room) {
        s->room = s->room ? s->room * 2 : 256;
        s->by_handle = memory_grow(s->by_handle, s->room, sizeof *s->by_handle);
        s->free = memory_grow(s->free, s->room, sizeof *s->free);
    }
    struct item *item = memory_new(sizeof *item);
    *item = *made;
    item->handle = s->free_count ? s->free[--s->free_count] : s->next++;
    s->by_handle[item->handle] = item;
    map_set_string(s->by_id, id, item);
    return item;
}

static void add_region(void *ctx, const char *const *f)
{
    if (place_add_region(ctx, f[0], f[1]) != ERR_OK)
        log_die("world", "région %s", f[0]);
}

static void add_departement(void *ctx, const char *const *f)
{
    struct point at = {.known = true};
    if (!text_decimal(f[6], &at.lat) || !text_decimal(f[7], &at.lon) ||
        place_add_departement(ctx, f[0], f[1], f[2], f[3], f[4], f[5], at) != ERR_OK)
        log_die("world", "département %s", f[0]);
}

static struct gazetteer *own_places(void)
{
    struct gazetteer *g = place_gazetteer_new();
    own_each("region", add_region, g);
    own_each("departement", add_departement, g);
    return g;
}

static void fill(struct world *w)
{
    w->places = own_places();
    side_init(&w->offers, index_new());
    side_init(&w->needs, index_new());
    side_init(&w->alerts, NULL);
    w->alert_index = alertindex_new();
}

static void empty(struct world *w)
{
    side_fini(&w->offers);
    side_fini(&w->needs);
    side_fini(&w->alerts);
    alertindex_free(w->alert_index);
    place_gazetteer_free(w->places);
}

struct world *world_new(void)
{
    struct world *w = memory_new(sizeof *w);
    w->words = words_new();
    fill(w);
    return w;
}

void world_free(struct world *w)
{
    if (!w)
        return;
    empty(w);
    words_free(w->words);
    free(w);
}

void world_clear(struct world *w)
{
    empty(w);
    fill(w);
}

struct gazetteer *world_places(struct world *w)
{
    return w->places;
}

enum err world_put_offer(struct world *w, const char *id, int version, const char *body, const char *siret,
                         const char *name, unsigned structures, int64_t since)
{
    side_drop(&w->offers, id);
    struct item made = {.arena = arena_new()};
    struct faults faults;
    fault_init(&faults, made.arena);
    enum err err = record_read_offer(body, strlen(body), w->places, made.arena, &made.offer, &faults, NULL);
    if (err != ERR_OK) {
        log_error("world", "offer %s cannot be read: %s", id, faults.count ? faults.list[0].pointer : err_word(err));
        arena_free(made.arena);
        return ERR_INVALID;
    }
    struct offer *o = &made.offer;
    strncpy(o->id, id, sizeof o->id - 1);
    strncpy(o->siret, siret, sizeof o->siret - 1);
    o->version = version;
    o->name = arena_string(made.arena, name);
    o->structures = structures;
    o->since = since;
    offer_settle(o, w->places, w->words, made.arena);
    struct item *item = side_add(&w->offers, id, &made);
    for (size_t i = 0; i < o->capability_count; i++)
        index_add(w->offers.index, o->capabilities[i].cpv, o->capabilities[i].reach, item->handle, (uint32_t)i);
    w->offers.bytes += sizeof *item + arena_size(item->arena);
    return ERR_OK;
}

enum err world_put_need(struct world *w, const char *id, const char *state, int version, const char *body,
                        const char *buyer)
{
    side_drop(&w->needs, id);
    struct item made = {.arena = arena_new()};
    struct faults faults;
    fault_init(&faults, made.arena);
    enum err err = record_read_need(body, strlen(body), w->places, made.arena, &made.need, &faults, NULL);
    int value = word_value("need_state", state);
    if (err != ERR_OK || value < 0) {
        log_error("world", "need %s cannot be read: %s", id, faults.count ? faults.list[0].pointer : err_word(err));
        arena_free(made.arena);
        return ERR_INVALID;
    }
    struct need *n = &made.need;
    strncpy(n->id, id, sizeof n->id - 1);
    strncpy(n->buyer, buyer, sizeof n->buyer - 1);
    n->version = version;
    n->state = (enum need_state)value;
    struct item *item = side_add(&w->needs, id, &made);
    item->match = match_need(&item->need, w->places, w->words, 0, item->arena);
    for (size_t i = 0; i < n->lot_count; i++)
        for (size_t k = 0; k < n->lots[i].cpv_count; k++)
            index_add(w->needs.index, n->lots[i].cpv[k], need_reach(n, &n->lots[i]), item->handle, (uint32_t)i);
    w->needs.bytes += sizeof *item + arena_size(item->arena);
    return ERR_OK;
}

enum err world_put_alert(struct world *w, const char *id, int version, const char *body)
{
    world_drop_alert(w, id);
    struct item made = {.arena = arena_new()};
    struct faults faults;
    fault_init(&faults, made.arena);
    enum err err = record_read_alert(body, strlen(body), w->places, made.arena, &made.alert, &faults, NULL);
    if (err != ERR_OK) {
        log_error("world", "alert %s cannot be read: %s", id, faults.count ? faults.list[0].pointer : err_word(err));
        arena_free(made.arena);
        return ERR_INVALID;
    }
    strncpy(made.alert.id, id, sizeof made.alert.id - 1);
    made.alert.version = version;
    alert_settle(&made.alert, w->words, made.arena);
    struct item *item = side_add(&w->alerts, id, &made);
    alertindex_add(w->alert_index, item->handle, &item->alert);
    w->alerts.bytes += sizeof *item + arena_size(item->arena);
    return ERR_OK;
}

void world_drop_need(struct world *w, const char *id)
{
    side_drop(&w->needs, id);
}

void world_drop_offer(struct world *w, const char *id)
{
    side_drop(&w->offers, id);
}

void world_drop_alert(struct world *w, const char *id)
{
    const struct item *item = map_get_string(w->alerts.by_id, id);
    if (!item)
        return;
    alertindex_remove(w->alert_index, item->handle, &item->alert);
    side_drop(&w->alerts, id);
}

const struct offer *world_offer(const struct world *w, const char *id)
{
    const struct item *item = map_get_string(w->offers.by_id, id);
    return item ? &item->offer : NULL;
}

const struct need *world_need(const struct world *w, const char *id)
{
    const struct item *item = map_get_string(w->needs.by_id, id);
    return item ? &item->need : NULL;
}

size_t world_offers(const struct world *w)
{
    return map_count(w->offers.by_id);
}

size_t world_needs(const struct world *w)
{
    return map_count(w->needs.by_id);
}

size_t world_alerts(const struct world *w)
{
    return map_count(w->alerts.by_id);
}

void world_each_need(const struct world *w, void (*fn)(void *ctx, const char *id), void *ctx)
{
    for (uint32_t i = 0; i < w->needs.next; i++)
        if (w->needs.by_handle[i])
            fn(ctx, w->needs.by_handle[i]->need.id);
}

size_t world_bytes(const struct world *w)
{
    return index_bytes(w->offers.index) + index_bytes(w->needs.index) + alertindex_bytes(w->alert_index) +
           w->offers.bytes + w->needs.bytes + w->alerts.bytes;
}

// One lot with the best capability for it.
struct pair {
    size_t lot, capability;
    struct score score;
    bool partial;
};

// The matching lots of one need and one offer.
struct found {
    struct item *need, *offer;
    size_t count, room;
    struct pair *pairs;
};

struct search {
    struct world *world;
    struct arena *arena;  // of this search
    struct map *by_other; // handle of the other side -> struct found
    struct item *self;
    int64_t now;
};

static void consider(struct found *f, size_t lot, size_t capability, int64_t now, struct arena *arena)
{
    f->need->match.now = now;
    const struct lot *l = &f->need->need.lots[lot];
    const struct capability *c = &f->offer->offer.capabilities[capability];
    if (!match_all(&f->need->match, l, &f->offer->offer, c))
        return;
    struct pair made = {lot, capability, score_of(&f->need->match, l, &f->offer->offer, c),
                        match_cover(&f->need->match, l, &f->offer->offer, c) == COVER_PARTIAL};
    for (size_t i = 0; i < f->count; i++) {
        struct pair *p = &f->pairs[i];
        if (p->lot != lot)
            continue;
        if (made.score.total > p->score.total || (made.score.total == p->score.total && capability < p->capability))
            *p = made;
        return;
    }
    if (f->count == f->room) {
        struct pair *grown = arena_array(arena, f->room ? f->room * 2 : 4, sizeof *grown);
        if (f->count)
            memcpy(grown, f->pairs, f->count * sizeof *grown);
        f->room = f->room ? f->room * 2 : 4;
        f->pairs = grown;
    }
    f->pairs[f->count++] = made;
}

static struct found *found_of(struct search *s, uint32_t handle, struct item *need, struct item *offer)
{
    struct found *f = map_get_number(s->by_other, handle);
    if (f)
        return f;
    f = arena_take(s->arena, sizeof *f);
    f->need = need;
    f->offer = offer;
    map_set_number(s->by_other, handle, f);
    return f;
}

struct at { // where in the own record the search stands
    struct search *search;
    size_t own;
};

static void on_capability(void *ctx, uint32_t owner, uint32_t item)
{
    struct at *at = ctx;
    struct found *f = found_of(at->search, owner, at->search->self, at->search->world->offers.by_handle[owner]);
    consider(f, at->own, item, at->search->now, at->search->arena);
}

static void on_lot(void *ctx, uint32_t owner, uint32_t item)
{
    struct at *at = ctx;
    struct found *f = found_of(at->search, owner, at->search->world->needs.by_handle[owner], at->search->self);
    consider(f, item, at->own, at->search->now, at->search->arena);
}

static int by_lot(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return x->lot < y->lot ? -1 : x->lot > y->lot;
}

static void write_lines(struct text *out, const struct score *score)
{
    text_put(out, "\"lines\":[");
    for (int i = 0; i < score->count; i++)
        text_format(out, "%s{\"code\":\"%s\",\"points\":%d}", i ? "," : "", score_word(score->lines[i].code),
                    score->lines[i].points);
    text_put(out, "]");
}

static void write_title(struct text *out, const struct lot *l)
{
    if (l->title)
        member_text(out, "title", l->title);
}

static void write_value(struct text *out, const struct lot *l)
{
    const char *comma;
    if (l->value.least < 0 && l->value.most < 0)
        return;
    member_open(out, "value", '{');
    if (l->value.least >= 0)
        text_format(out, "\"min\":%lld", (long long)l->value.least);
    comma = l->value.least >= 0 ? "," : "";
    if (l->value.most >= 0)
        text_format(out, "%s\"max\":%lld", comma, (long long)l->value.most);
    text_byte(out, '}');
}

static void write_own_places(struct text *out, const struct lot *l)
{
    if (!l->place_count)
        return;
    member_open(out, "places", '[');
    for (size_t i = 0; i < l->place_count && i < PLACES_TOLD; i++)
        member_string(out, l->places[i].text);
    text_byte(out, ']');
}

static void write_found(struct text *out, struct found *f, bool *first)
{
    const struct need *n = &f->need->need;
    const struct offer *o = &f->offer->offer;
    qsort(f->pairs, f->count, sizeof *f->pairs, by_lot);
    const struct pair *best = &f->pairs[0];
    for (size_t i = 1; i < f->count; i++)
        if (f->pairs[i].score.total > best->score.total)
            best = &f->pairs[i];
    char since[25];
    clock_format(o->since / 1000, since);
    text_format(out, "%s{\"need\":\"%s\",\"need_version\":%d,\"organisation\":\"%s\",\"offer_version\":%d,\"score\":%d,"
                     "\"partial\":%s,\"offered\":\"%.19s.%03dZ\",\"lots\":[",
                *first ? "" : ",", n->id, n->version, o->id, o->version, best->score.total,
                best->partial ? "true" : "false", since, (int)(o->since % 1000));
    *first = false;
    for (size_t i = 0; i < f->count; i++) {
        const struct pair *p = &f->pairs[i];
        text_format(out, "%s{\"lot\":%d", i ? "," : "", n->lots[p->lot].number);
        write_title(out, &n->lots[p->lot]);
        write_own_places(out, &n->lots[p->lot]);
        write_value(out, &n->lots[p->lot]);
        text_format(out, ",\"capability\":%d,\"score\":%d,\"partial\":%s,", o->capabilities[p->capability].number,
                    p->score.total, p->partial ? "true" : "false");
        write_lines(out, &p->score);
        text_put(out, "}");
    }
    text_put(out, "]}");
}

static int finish(struct search *s, struct text *out, bool *first)
{
    size_t at = 0;
    void *value;
    int count = 0;
    while (map_next(s->by_other, &at, NULL, NULL, &value)) {
        struct found *f = value;
        if (f->count == 0)
            continue;
        write_found(out, f, first);
        count++;
    }
    map_free(s->by_other);
    arena_free(s->arena);
    return count;
}

static struct search begin(struct world *w, struct item *self, int64_t now)
{
    return (struct search){w, arena_new(), map_new(), self, now};
}

int world_match_need(struct world *w, const char *id, int64_t now, struct text *out, bool *first)
{
    struct item *self = map_get_string(w->needs.by_id, id);
    if (!self || !need_open(&self->need, now))
        return 0;
    struct search s = begin(w, self, now);
    for (size_t i = 0; i < self->need.lot_count; i++) {
        const struct lot *l = &self->need.lots[i];
        for (size_t k = 0; k < l->cpv_count; k++)
            index_find(w->offers.index, l->cpv[k], need_reach(&self->need, l), on_capability, &(struct at){&s, i});
    }
    return finish(&s, out, first);
}

int world_match_offer(struct world *w, const char *id, int64_t now, struct text *out, bool *first)
{
    struct item *self = map_get_string(w->offers.by_id, id);
    if (!self)
        return 0;
    struct search s = begin(w, self, now);
    for (size_t i = 0; i < self->offer.capability_count; i++) {
        const struct capability *c = &self->offer.capabilities[i];
        index_find(w->needs.index, c->cpv, c->reach, on_lot, &(struct at){&s, i});
    }
    return finish(&s, out, first);
}

// Writes the lots of the need that the alert asks for; returns whether there is one.
static bool write_told(struct text *out, const struct item *need, const struct alert *a, bool *first)
{
    const struct need *n = &need->need;
    bool any = false;
    for (size_t i = 0; i < n->lot_count; i++) {
        if (!alert_lot(&need->match, &n->lots[i], a))
            continue;
        if (any)
            text_byte(out, ',');
        else
            text_format(out, "%s{\"alert\":\"%s\",\"need\":\"%s\",\"need_version\":%d,\"alert_version\":%d,\"lots\":[",
                        *first ? "" : ",", a->id, n->id, n->version, a->version);
        text_format(out, "{\"lot\":%d", n->lots[i].number);
        write_title(out, &n->lots[i]);
        text_byte(out, '}');
        any = true;
    }
    if (any) {
        text_put(out, "]}");
        *first = false;
    }
    return any;
}

struct told { // a search for alerts, or of one alert
    struct world *world;
    const struct item *self;
    struct text *out;
    bool *first;
    int count;
};

static void on_alert(void *ctx, uint32_t number)
{
    struct told *t = ctx;
    t->count += write_told(t->out, t->self, &t->world->alerts.by_handle[number]->alert, t->first);
}

int world_match_need_alerts(struct world *w, const char *id, int64_t now, struct text *out, bool *first)
{
    const struct item *self = map_get_string(w->needs.by_id, id);
    if (!self || !need_open(&self->need, now))
        return 0;
    struct told t = {w, self, out, first, 0};
    alertindex_find(w->alert_index, &self->match, on_alert, &t);
    return t.count;
}

static void on_coded(void *ctx, uint32_t owner, uint32_t item)
{
    bool *coded = ctx;
    (void)item;
    coded[owner] = true;
}

int world_match_alert(struct world *w, const char *id, int64_t now, struct text *out, bool *first)
{
    const struct item *self = map_get_string(w->alerts.by_id, id);
    if (!self)
        return 0;
    const struct alert *a = &self->alert;
    int count = 0;
    bool *coded = memory_new(w->needs.next + 1); // by handle: a lot has one of its codes
    for (size_t i = 0; i < a->cpv_count; i++)
        index_find(w->needs.index, a->cpv[i], a->reach, on_coded, coded);
    for (uint32_t i = 0; i < w->needs.next; i++) {
        const struct item *need = w->needs.by_handle[i];
        if (need && (coded[i] || !a->cpv_count) && need_open(&need->need, now))
            count += write_told(out, need, a, first);
    }
    free(coded);
    return count;
}

// The capability that comes closest for a lot: one that matches, by score; else the most conditions that hold.
static size_t closest(const struct match_need *m, const struct lot *l, const struct offer *o)
{
    size_t best = 0;
    int most = -1;
    for (size_t i = 0; i < o->capability_count; i++) {
        const struct capability *c = &o->capabilities[i];
        int worth = 0;
        for (int k = 0; k < CONDITION_COUNT; k++)
            worth += match_holds((enum condition)k, m, l, o, c);
        // Among equal counts the trade and the place say more than the rest.
        worth = worth * 4 + 2 * match_holds(CONDITION_CPV, m, l, o, c) + match_holds(CONDITION_PLACE, m, l, o, c);
        if (match_all(m, l, o, c))
            worth += 1000 + score_of(m, l, o, c).total;
        if (worth > most) {
            most = worth;
            best = i;
        }
    }
    return best;
}

void world_explain(struct world *w, const struct need *n, const struct offer *o, int64_t now, enum lang lang,
                   struct arena *arena, struct text *out)
{
    struct match_need m = match_need(n, w->places, w->words, now, arena);
    struct text pairs;
    text_init(&pairs, 1 << 20);
    int best = -1;
    for (size_t i = 0; i < n->lot_count; i++) {
        const struct lot *l = &n->lots[i];
        const struct capability *c = &o->capabilities[closest(&m, l, o)];
        struct reason reasons[CONDITION_COUNT];
        match_explain(&m, l, o, c, lang, arena, reasons);
        bool matches = match_all(&m, l, o, c);
        struct score score = matches ? score_of(&m, l, o, c) : (struct score){0};
        best = matches && score.total > best ? score.total : best;
        text_put(&pairs, i ? "," : "");
        reason_write(&pairs, l->number, c->number, reasons);
        pairs.data[--pairs.len] = 0; // the object goes on
        text_format(&pairs, ",\"score\":%d,", score.total);
        write_lines(&pairs, &score);
        text_put(&pairs, "}");
    }
    text_format(out, "{\"need\":\"%s\",\"offer\":\"%s\",\"matches\":%s,\"score\":%d,\"pairs\":[%s]}", n->id, o->id,
                best >= 0 ? "true" : "false", best >= 0 ? best : 0, text_string(&pairs));
    text_fini(&pairs);
}
