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
#include "core/offerindex.h"
#include "core/roster.h"
#include "wire/member.h"
#include "wire/pack.h"
#include "wire/reason.h"
#include "wire/record.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_TOLD 10 // of a lot, at most
#define PAIRS_MOST 200000 // of one need: lots with the offers that are told of them
#define READ_TOGETHER 64 // offers that are read into one arena

struct item { // a need or an alert with its own memory
    uint32_t handle;
    struct arena *arena;
    union {
        struct {
            struct need need;
            struct match_need match;
        };
        struct alert alert;
    };
};

struct side { // all needs, or all alerts
    struct map *by_id;
    struct item **by_handle;
    uint32_t room, next; // handles below next have been given
    uint32_t *free;
    uint32_t free_count;
    struct index *index; // of needs
    size_t bytes;        // of the items
};

struct world {
    struct gazetteer *places;
    struct words *words;
    struct roster *suppliers; // handles of offers
    struct offerindex *offers;
    int *versions;            // of offers, by handle
    uint32_t version_room;
    struct arena *reading;    // of the offer that is put
    size_t read;              // offers since it is in use
    struct side needs, alerts;
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
    w->suppliers = roster_new();
    w->offers = offerindex_new(w->places, sieve_best(), (int32_t)(clock_wall() / 1000 / 86400));
    w->reading = arena_new();
    w->read = 0;
    side_init(&w->needs, index_new());
    side_init(&w->alerts, NULL);
    w->alert_index = alertindex_new();
}

static void empty(struct world *w)
{
    roster_free(w->suppliers);
    offerindex_free(w->offers);
    arena_free(w->reading);
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
    free(w->versions);
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

struct words *world_words(struct world *w)
{
    return w->words;
}

// An arena of its own for each offer would cost more than reading it does.
static struct arena *reading(struct world *w)
{
    if (++w->read % READ_TOGETHER == 0) {
        arena_free(w->reading);
        w->reading = arena_new();
    }
    return w->reading;
}

enum err world_read_offer(struct world *w, const char *id, const char *body, struct arena *arena, struct offer *out)
{
    struct faults faults;
    fault_init(&faults, arena);
    enum err err = record_read_offer(body, strlen(body), w->places, arena, out, &faults, NULL);
    if (err != ERR_OK) {
        log_error("world", "offer %s cannot be read: %s", id, faults.count ? faults.list[0].pointer : err_word(err));
        return ERR_INVALID;
    }
    offer_settle(out, w->places, w->words, arena);
    return ERR_OK;
}

static void put(struct world *w, const char *id, int version, const char *siret, unsigned structures, int64_t since, struct offer *o)
{
    uint32_t handle = roster_put(w->suppliers, id);
    if (handle >= OFFERINDEX_MOST)
        log_die("world", "more than %u offers", OFFERINDEX_MOST);
    if (handle >= w->version_room) {
        w->version_room = handle + handle / 4 + 64;
        w->versions = memory_grow(w->versions, w->version_room, sizeof *w->versions);
    }
    w->versions[handle] = version;
    strncpy(o->siret, siret, sizeof o->siret - 1);
    o->structures = structures;
    o->since = since;
    offerindex_put(w->offers, handle, o);
}

enum err world_put_offer(struct world *w, const char *id, int version, const char *body, const char *siret,
                         unsigned structures, int64_t since, struct text *packed)
{
    struct offer o;
    struct arena *arena = reading(w);
    if (world_read_offer(w, id, body, arena, &o) != ERR_OK) {
        world_drop_offer(w, id);
        return ERR_INVALID;
    }
    pack_offer(&o, w->places, packed);
    put(w, id, version, siret, structures, since, &o);
    return ERR_OK;
}

enum err world_put_packed(struct world *w, const char *id, int version, const void *packed, size_t len, const char *siret,
                          unsigned structures, int64_t since)
{
    struct offer o;
    if (!pack_read(packed, len, w->places, reading(w), &o))
        return ERR_INVALID;
    put(w, id, version, siret, structures, since, &o);
    return ERR_OK;
}

void world_begin(struct world *w)
{
    offerindex_begin(w->offers);
}

void world_end(struct world *w)
{
    offerindex_end(w->offers);
}

int64_t world_stamp(const struct world *w)
{
    return (int64_t)pack_stamp(w->places);
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
    uint32_t handle;
    if (!roster_find(w->suppliers, id, &handle))
        return;
    offerindex_drop(w->offers, handle);
    roster_drop(w->suppliers, id);
}

void world_drop_alert(struct world *w, const char *id)
{
    const struct item *item = map_get_string(w->alerts.by_id, id);
    if (!item)
        return;
    alertindex_remove(w->alert_index, item->handle, &item->alert);
    side_drop(&w->alerts, id);
}

const struct need *world_need(const struct world *w, const char *id)
{
    const struct item *item = map_get_string(w->needs.by_id, id);
    return item ? &item->need : NULL;
}

size_t world_offers(const struct world *w)
{
    return roster_count(w->suppliers);
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
    struct offerindex_bytes b = offerindex_bytes(w->offers);
    return b.lists + b.directory + b.cards + b.wary + b.idle + b.handles + b.words + b.scratch + roster_bytes(w->suppliers) +
           w->version_room * sizeof *w->versions + index_bytes(w->needs.index) + alertindex_bytes(w->alert_index) +
           w->needs.bytes + w->alerts.bytes;
}

// What a search has found: lots of needs with the best capability of an offer for each.
struct found {
    struct item *need;
    struct offerindex_pair pair;
};

struct search {
    struct world *world;
    struct item *need; // at hand
    int64_t now;
    struct found *list;
    size_t count, room;
};

static void on_pair(void *ctx, const struct offerindex_pair *pair)
{
    struct search *s = ctx;
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->list = memory_grow(s->list, s->room, sizeof *s->list);
    }
    s->list[s->count++] = (struct found){s->need, *pair};
}

static int by_match(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->need != y->need)
        return x->need->handle < y->need->handle ? -1 : 1;
    if (x->pair.handle != y->pair.handle)
        return x->pair.handle < y->pair.handle ? -1 : 1;
    return x->pair.lot < y->pair.lot ? -1 : x->pair.lot > y->pair.lot;
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

static void write_lot(struct text *out, const struct found *f)
{
    const struct lot *l = &f->need->need.lots[f->pair.lot];
    text_format(out, "{\"lot\":%d", l->number);
    write_title(out, l);
    write_own_places(out, l);
    write_value(out, l);
    text_format(out, ",\"capability\":%zu,\"score\":%d,\"partial\":%s,", f->pair.capability + 1, f->pair.score.total,
                f->pair.partial ? "true" : "false");
    write_lines(out, &f->pair.score);
    text_put(out, "}");
}

// One match: the lots of one need and one offer.
static void write_match(const struct world *w, struct text *out, const struct found *list, size_t count, bool *first)
{
    const struct need *n = &list->need->need;
    uint32_t handle = list->pair.handle;
    const struct found *best = list;
    for (size_t i = 1; i < count; i++)
        if (list[i].pair.score.total > best->pair.score.total)
            best = &list[i];
    char since[25], id[37];
    int64_t offered = offerindex_since(w->offers, handle);
    clock_format(offered / 1000, since);
    roster_id(w->suppliers, handle, id);
    text_format(out, "%s{\"need\":\"%s\",\"need_version\":%d,\"organisation\":\"%s\",\"offer_version\":%d,\"score\":%d,"
                     "\"partial\":%s,\"offered\":\"%.19s.%03dZ\",\"lots\":[",
                *first ? "" : ",", n->id, n->version, id, w->versions[handle], best->pair.score.total,
                best->pair.partial ? "true" : "false", since, (int)(offered % 1000));
    *first = false;
    for (size_t i = 0; i < count; i++) {
        text_put(out, i ? "," : "");
        write_lot(out, &list[i]);
    }
    text_put(out, "]}");
}

static int finish(struct search *s, struct text *out, bool *first)
{
    int matches = 0;
    if (s->count)
        qsort(s->list, s->count, sizeof *s->list, by_match);
    for (size_t i = 0, end; i < s->count; i = end, matches++) {
        const struct found *f = &s->list[i];
        for (end = i + 1; end < s->count && s->list[end].need == f->need && s->list[end].pair.handle == f->pair.handle;)
            end++;
        write_match(s->world, out, f, end - i, first);
    }
    free(s->list);
    return matches;
}

int world_match_need(struct world *w, const char *id, int64_t now, struct text *out, bool *first)
{
    struct item *self = map_get_string(w->needs.by_id, id);
    if (!self || !need_open(&self->need, now))
        return 0;
    struct search s = {.world = w, .need = self};
    self->match.now = now;
    size_t most = PAIRS_MOST / self->need.lot_count;
    for (size_t i = 0; i < self->need.lot_count; i++) {
        size_t matched = offerindex_each(w->offers, &self->match, i, most, on_pair, &s);
        if (matched > most)
            log_warn("world", "need %s, lot %d: %zu offers match, %zu of the best are told", id, self->need.lots[i].number, matched, most);
    }
    return finish(&s, out, first);
}

struct asked { // an offer that asks for its needs
    struct search search;
    uint32_t handle;
    const struct offer *offer; // by its card
    size_t capability;
    uint64_t *done; // lots that were asked for: need above, lot below
    size_t count, room;
};

// What a card tells without texts; most lots fail it.
static bool may_match(const struct match_need *n, const struct lot *l, const struct offer *o, const struct capability *c)
{
    static const enum condition cheap[] = {CONDITION_VALUE, CONDITION_SERVICE, CONDITION_RESERVED, CONDITION_AVAILABILITY, CONDITION_PLACE};
    for (size_t i = 0; i < sizeof cheap / sizeof *cheap; i++)
        if (!match_holds(cheap[i], n, l, o, c))
            return false;
    return true;
}

static void on_lot(void *ctx, uint32_t owner, uint32_t item)
{
    struct asked *a = ctx;
    struct item *need = a->search.world->needs.by_handle[owner];
    const struct lot *l = &need->need.lots[item];
    need->match.now = a->search.now;
    if (!may_match(&need->match, l, a->offer, &a->offer->capabilities[a->capability]))
        return;
    if (a->count == a->room) {
        a->room = a->room ? a->room * 2 : 64;
        a->done = memory_grow(a->done, a->room, sizeof *a->done);
    }
    a->done[a->count++] = (uint64_t)owner << 32 | item;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

// The offer as its card tells it, in the arena: the index reads other cards meanwhile.
static const struct offer *card_copy(struct world *w, uint32_t handle, struct arena *arena)
{
    const struct card *card = offerindex_card(w->offers, handle);
    struct offer *o = arena_take(arena, sizeof *o);
    *o = card->offer;
    o->capabilities = arena_array(arena, o->capability_count, sizeof *o->capabilities);
    for (size_t i = 0; i < o->capability_count; i++) {
        struct capability *c = &o->capabilities[i];
        *c = card->capabilities[i];
        c->areas = arena_array(arena, c->area_count, sizeof *c->areas);
        c->reach = c->circle;
        for (size_t k = 0; k < c->area_count; k++) {
            c->areas[k] = card->capabilities[i].areas[k];
            c->reach = place_join(c->reach, c->areas[k].deps);
        }
    }
    return o;
}

int world_match_offer(struct world *w, const char *id, int64_t now, struct text *out, bool *first)
{
    struct asked a = {.search = {.world = w, .now = now}};
    struct offerindex_pair pair;
    if (!roster_find(w->suppliers, id, &a.handle))
        return 0;
    struct arena *arena = arena_new();
    a.offer = card_copy(w, a.handle, arena);
    for (; a.offer->active && a.capability < a.offer->capability_count; a.capability++) {
        const struct capability *c = &a.offer->capabilities[a.capability];
        index_find(w->needs.index, c->cpv, c->reach, on_lot, &a);
    }
    if (a.count)
        qsort(a.done, a.count, sizeof *a.done, by_number);
    for (size_t i = 0; i < a.count; i++) {
        if (i && a.done[i] == a.done[i - 1])
            continue;
        a.search.need = w->needs.by_handle[a.done[i] >> 32];
        if (offerindex_pair(w->offers, &a.search.need->match, (uint32_t)a.done[i], a.handle, &pair))
            on_pair(&a.search, &pair);
    }
    free(a.done);
    arena_free(arena);
    return finish(&a.search, out, first);
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

static bool asked_for(const struct item *item, const struct alert *a)
{
    const struct need *n = &item->need;
    for (size_t i = 0; i < n->lot_count; i++)
        if (alert_lot(&item->match, &n->lots[i], a))
            return true;
    return false;
}

// Puts an id where it belongs among those found so far, which are sorted; the oldest drops out when there is no room.
static size_t keep_late(const char **out, size_t count, size_t most, const char *id)
{
    size_t at = count < most ? count++ : most - 1;
    for (; at > 0 && strcmp(out[at - 1], id) < 0; at--)
        out[at] = out[at - 1];
    out[at] = id;
    return count;
}

// Ids sort by the time they were made at. From the latest handle down, so that most needs are too old to be looked at closely.
size_t world_search(struct world *w, struct alert *a, const char *before, int64_t now, struct arena *arena, const char **out, size_t most)
{
    size_t count = 0;
    alert_settle(a, w->words, arena);
    bool *coded = memory_new(w->needs.next + 1);
    for (size_t i = 0; i < a->cpv_count; i++)
        index_find(w->needs.index, a->cpv[i], a->reach, on_coded, coded);
    for (uint32_t i = w->needs.next; i-- > 0;) {
        const struct item *item = w->needs.by_handle[i];
        if (!item || (a->cpv_count && !coded[i]) || (before && strcmp(item->need.id, before) >= 0) ||
            (count == most && strcmp(item->need.id, out[most - 1]) < 0) || !need_open(&item->need, now) || !asked_for(item, a))
            continue;
        count = keep_late(out, count, most, item->need.id);
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

struct match_need world_draft(struct world *w, const struct need *n, int64_t now, struct arena *arena)
{
    return match_need(n, w->places, w->words, now, arena);
}

void world_reach(struct world *w, const struct match_need *n, size_t lot, struct offerindex_reach *out)
{
    offerindex_reach(w->offers, n, lot, out);
}

size_t world_count(struct world *w, const struct match_need *n)
{
    return offerindex_count(w->offers, n);
}

struct handles {
    uint32_t *list;
    size_t count, room;
};

static void on_handle(void *ctx, const struct offerindex_pair *pair)
{
    struct handles *h = ctx;
    if (h->count == h->room) {
        h->room = h->room ? h->room * 2 : 64;
        h->list = memory_grow(h->list, h->room, sizeof *h->list);
    }
    h->list[h->count++] = pair->handle;
}

static int by_handle(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

void world_each_supplier(struct world *w, const struct match_need *n, void (*fn)(void *ctx, const char *organisation), void *ctx)
{
    struct handles h = {0};
    char id[37];
    for (size_t i = 0; i < n->need->lot_count; i++)
        offerindex_each(w->offers, n, i, PAIRS_MOST / n->need->lot_count, on_handle, &h);
    if (h.count)
        qsort(h.list, h.count, sizeof *h.list, by_handle);
    for (size_t i = 0; i < h.count; i++) {
        if (i && h.list[i] == h.list[i - 1])
            continue;
        roster_id(w->suppliers, h.list[i], id);
        fn(ctx, id);
    }
    free(h.list);
}
