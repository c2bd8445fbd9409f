// SPDX-License-Identifier: EUPL-1.2
// Knows which offers match a lot.
#include "core/offerindex.h"

#include "base/memory.h"
#include "base/pages.h"
#include "core/asking.h"
#include "core/postlist.h"

#include <stdlib.h>
#include <string.h>

// Terms: départements by their number in the gazetteer, then régions, then these.
#define DEPARTEMENTS 128
#define REGIONS 128 // from here on
#define FRANCE 256
#define ALL 257     // every capability, wherever it is
#define ARTICLES 4
#define CHUNK 1024  // postings tested before the next step
#define NO_CARD 0
#define FULL_MOST 255
#define UNSAID 0xff // a label that has no bit yet
#define RARE (SIEVE_LABELS - 1) // the bit of all labels that have none of their own
#define LATER 64    // cards that are asked for together
#define AHEAD 16    // cards asked for before they are read
#define NEAR_KM 10
#define FACTS (CHUNK * 2 + SIEVE_SLACK * 2)
#define APART 255                // of `seated`: the offer's point is far from its commune
#define APART_KM 9               // less than the first circle of the score

struct span { // a stretch of postings, and the class of their codes
    struct stretch stretch;
    unsigned class;
};

struct codes { // a range of codes, and the most points that a capability in it has for its code
    uint32_t first, last;
    int points;
};

struct candidate { // one of the best, perhaps
    uint32_t handle;
    int bound; // it does not score more
};

struct best { // what is known of a lot whose best offers are looked for
    struct candidate *list;
    size_t count, room;
    uint32_t *order, order_room; // of the list, by bound
    struct sieve_points points;
    int bounds[FACTS];
};

struct offerindex {
    const struct gazetteer *g;
    enum sieve_way way;
    int32_t today;
    struct cards cards;
    struct wary wary;
    struct postlist lists;
    bool gathering;
    size_t offers;
    // Places
    struct depset all, regions[DEPARTEMENTS];
    uint32_t region_count;
    unsigned admitted[ARTICLES];
    // By handle
    uint32_t *card, room;
    struct sieve_home *home; // seated: département of the seat + 1, 0: none, or APART
    // Handles by SIREN: open addressing, the first one + 1; the others of the same SIREN follow it
    uint32_t *sirens, siren_room;
    size_t siren_count;
    struct kin {
        uint32_t next, before; // + 1, 0: none
    } * kin;
    // By number of a label: its bit
    uint8_t *bits;
    uint32_t bit_room, bit_next;
    // A change
    struct card view;
    struct posting {
        uint32_t term, code, who;
        uint64_t facts;
    } *postings;
    size_t posting_count, posting_room;
    // A question
    struct asking asking;
    uint64_t *seen, *united; // bits by handle: in `found`, in the union of several questions
    uint32_t *found, *marked; // marked: seen but not found, the buyer's own and those it has blocked
    size_t found_count, found_room, marked_count, marked_room;
    struct span *stretches;
    size_t stretch_count, stretch_room;
    unsigned class; // of the codes whose stretches are looked for
    struct {
        uint32_t who;
        uint64_t facts;
    } later[LATER]; // whose cards are to be asked
    size_t later_count;
    uint32_t sure[2][FACTS], unsure[2][FACTS];
    uint64_t sure_facts[2][FACTS], unsure_facts[2][FACTS];
    struct codes *codes;
    size_t code_room, code_count;
    struct best best;
    bool ranking; // what is found is a candidate for the best
};

// Making

static struct depset one(uint32_t departement)
{
    struct depset s = {{0, 0}};
    s.bits[departement / 64] = (uint64_t)1 << departement % 64;
    return s;
}

static void learn_places(struct offerindex *ix)
{
    ix->all = place_all(ix->g);
    for (uint32_t d = 0; d < DEPARTEMENTS; d++) {
        struct depset region = place_region_of(ix->g, one(d));
        if (!place_meets(ix->all, one(d)))
            continue;
        uint32_t r = 0;
        while (r < ix->region_count && !place_meets(ix->regions[r], one(d)))
            r++;
        if (r == ix->region_count)
            ix->regions[ix->region_count++] = region;
    }
}

struct offerindex *offerindex_new(const struct gazetteer *g, enum sieve_way way, int32_t today)
{
    struct offerindex *ix = memory_new(sizeof *ix);
    ix->g = g;
    ix->today = today;
    ix->way = way;
    card_init(&ix->cards);
    wary_init(&ix->wary);
    postlist_init(&ix->lists);
    asking_init(&ix->asking);
    learn_places(ix);
    for (unsigned i = 0; i < ARTICLES; i++)
        ix->admitted[i] = offer_admitted(1u << i);
    return ix;
}

void offerindex_free(struct offerindex *ix)
{
    if (!ix)
        return;
    card_fini(&ix->cards);
    wary_fini(&ix->wary);
    postlist_fini(&ix->lists);
    asking_fini(&ix->asking);
    pages_free(ix->card, ix->room * sizeof *ix->card);
    pages_free(ix->kin, ix->room * sizeof *ix->kin);
    pages_free(ix->home, ix->room * sizeof *ix->home);
    pages_free(ix->seen, ix->room / 64 * sizeof *ix->seen);
    pages_free(ix->united, ix->room / 64 * sizeof *ix->united);
    free(ix->best.list);
    free(ix->best.order);
    free(ix->sirens);
    free(ix->bits);
    free(ix->found);
    free(ix->marked);
    free(ix->stretches);
    free(ix->codes);
    free(ix->postings);
    free(ix);
}

static void make_room(struct offerindex *ix, uint32_t handle)
{
    uint32_t had = ix->room;
    if (handle < had)
        return;
    uint32_t room = had + had / 4 > handle + 1 ? had + had / 4 : handle + 1;
    room = (room + 255) / 64 * 64;
    ix->card = pages_grow(ix->card, had * sizeof *ix->card, room * sizeof *ix->card);
    ix->kin = pages_grow(ix->kin, had * sizeof *ix->kin, room * sizeof *ix->kin);
    ix->home = pages_grow(ix->home, had * sizeof *ix->home, room * sizeof *ix->home);
    ix->seen = pages_grow(ix->seen, had / 64 * sizeof *ix->seen, room / 64 * sizeof *ix->seen);
    ix->united = pages_grow(ix->united, had / 64 * sizeof *ix->united, room / 64 * sizeof *ix->united);
    ix->room = room;
}

// Handles by SIREN

static uint64_t siren_at(const struct offerindex *ix, uint32_t handle)
{
    return card_siret(&ix->cards, ix->card[handle]) / CARD_NIC;
}

// The slot of the SIREN, or the free one where it would be.
static uint32_t siren_slot(const struct offerindex *ix, uint64_t siren)
{
    uint32_t i = (uint32_t)(siren * 0x9e3779b97f4a7c15u >> 32) & (ix->siren_room - 1);
    while (ix->sirens[i] && siren_at(ix, ix->sirens[i] - 1) != siren)
        i = (i + 1) & (ix->siren_room - 1);
    return i;
}

static void siren_grow(struct offerindex *ix)
{
    uint32_t had = ix->siren_room, *old = ix->sirens;
    if ((ix->siren_count + 1) * 4 <= (size_t)had * 3)
        return;
    ix->siren_room = had ? had * 2 : 64;
    ix->sirens = memory_new(ix->siren_room * sizeof *ix->sirens);
    for (uint32_t i = 0; i < had; i++)
        if (old[i])
            ix->sirens[siren_slot(ix, siren_at(ix, old[i] - 1))] = old[i];
    free(old);
}

static void siren_add(struct offerindex *ix, uint32_t handle)
{
    if (!siren_at(ix, handle))
        return;
    siren_grow(ix);
    uint32_t *first = &ix->sirens[siren_slot(ix, siren_at(ix, handle))];
    ix->siren_count += !*first;
    ix->kin[handle] = (struct kin){.next = *first};
    if (*first)
        ix->kin[*first - 1].before = handle + 1;
    *first = handle + 1;
}

static void siren_remove(struct offerindex *ix, uint32_t handle)
{
    if (!siren_at(ix, handle))
        return;
    struct kin kin = ix->kin[handle];
    uint32_t mask = ix->siren_room - 1, i = kin.before ? 0 : siren_slot(ix, siren_at(ix, handle));
    if (kin.next)
        ix->kin[kin.next - 1].before = kin.before;
    if (kin.before)
        ix->kin[kin.before - 1].next = kin.next;
    else
        ix->sirens[i] = kin.next;
    if (kin.before || kin.next)
        return;
    ix->siren_count--;
    // What follows the slot that is free now is put again, so that no search ends too early.
    for (i = (i + 1) & mask; ix->sirens[i]; i = (i + 1) & mask) {
        uint32_t again = ix->sirens[i];
        ix->sirens[i] = 0;
        ix->sirens[siren_slot(ix, siren_at(ix, again - 1))] = again;
    }
}

// Labels that have a bit of their own: the first ones seen, or the most frequent ones when all comes at once.

static void know_labels(struct offerindex *ix)
{
    uint32_t count = lexicon_count(ix->cards.labels);
    if (count <= ix->bit_room)
        return;
    ix->bits = memory_grow(ix->bits, count * 2, sizeof *ix->bits);
    memset(ix->bits + ix->bit_room, UNSAID, count * 2 - ix->bit_room);
    ix->bit_room = count * 2;
}

static unsigned label_bit(struct offerindex *ix, uint32_t label)
{
    if (ix->bits[label] == UNSAID)
        ix->bits[label] = ix->bit_next < RARE ? (uint8_t)ix->bit_next++ : RARE;
    return ix->bits[label];
}

static uint64_t label_bits(struct offerindex *ix, struct card_numbers labels)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < labels.count; i++)
        bits |= sieve_label(label_bit(ix, labels.list[i]));
    return bits;
}

// The most frequent labels of all cards get the bits.
static void rank_labels(struct offerindex *ix)
{
    uint32_t count = lexicon_count(ix->cards.labels), *times = memory_new((count + 1) * sizeof *times);
    know_labels(ix);
    for (uint32_t handle = 0; handle < ix->room; handle++) {
        if (!ix->card[handle])
            continue;
        struct card_numbers labels = card_labels(&ix->cards, ix->card[handle]);
        for (uint32_t i = 0; i < labels.count; i++)
            times[labels.list[i]]++;
    }
    while (ix->bit_next < RARE) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < count; i++)
            best = times[i] > times[best] ? i : best;
        if (!count || !times[best])
            break;
        label_bit(ix, best);
        times[best] = 0;
    }
    free(times);
}

// Postings of an offer

const struct card *offerindex_card(struct offerindex *ix, uint32_t handle)
{
    if (handle >= ix->room || !ix->card[handle])
        return NULL;
    card_read(&ix->cards, ix->card[handle], &ix->view);
    return &ix->view;
}

int64_t offerindex_since(const struct offerindex *ix, uint32_t handle)
{
    return card_since(&ix->cards, ix->card[handle]);
}

typedef void on_posting(struct offerindex *ix, uint32_t term, uint32_t code, uint32_t who, uint64_t facts);

// Until when an offer is full: 0 not at all, 1 up to the index's first day, then a number for each day; FULL_MOST: later.
static uint8_t full_of(const struct offerindex *ix, int32_t day)
{
    if (day == DAY_UNKNOWN)
        return 0;
    if (day <= ix->today)
        return 1;
    return day - ix->today < FULL_MOST - 1 ? (uint8_t)(day - ix->today + 1) : FULL_MOST;
}

static uint64_t facts_of(struct offerindex *ix, const struct card *card, size_t i)
{
    const struct offer *o = &card->offer;
    const struct capability *cap = &card->capabilities[i];
    struct depset reach = cap->circle;
    unsigned traits = (cap->services ? cap->services : 15) << SIEVE_SERVICES;
    for (unsigned a = 0; a < ARTICLES; a++)
        traits |= (unsigned)((ix->admitted[a] & o->structures) != 0) << (SIEVE_ARTICLES + a);
    for (size_t k = 0; k < cap->area_count; k++)
        reach = place_join(reach, cap->areas[k].deps);
    uint8_t full = full_of(ix, o->full_until);
    traits |= full == FULL_MOST || place_empty(reach) ? SIEVE_ASK : 0;
    traits |= card->blocked_count || card->excluded[i].count ? SIEVE_WARY : 0;
    traits |= (card->keywords[i].count ? SIEVE_KEYWORDS : 0) | (card->criteria.count ? SIEVE_CRITERIA : 0);
    uint16_t least = sieve_value(cap->value.least, 0), most = sieve_value(cap->value.most, SIEVE_VALUE_MOST);
    return sieve_facts(least, most, traits, full) | label_bits(ix, card->labels);
}

static void each_departement(struct offerindex *ix, struct depset deps, uint32_t code, uint32_t who, uint64_t facts, on_posting *fn)
{
    for (int half = 0; half < 2; half++)
        for (uint64_t left = deps.bits[half]; left; left &= left - 1)
            fn(ix, (uint32_t)(half * 64 + __builtin_ctzll(left)), code, who, facts);
}

static struct depset without(struct depset a, struct depset b)
{
    return (struct depset){{a.bits[0] & ~b.bits[0], a.bits[1] & ~b.bits[1]}};
}

// Where a capability stands: in the list of all; then of France, or of each région that its areas fill, and of the départements
// that are left, wholly, or by a circle or a commune.
static void each_term(struct offerindex *ix, const struct card *card, size_t i, uint32_t who, uint64_t facts, on_posting *fn)
{
    const struct capability *cap = &card->capabilities[i];
    uint32_t code = cap->cpv.code, circle = SIEVE_WHOLE;
    struct depset whole = {{0, 0}};
    fn(ix, ALL, code, who, facts);
    for (size_t k = 0; k < cap->area_count; k++)
        if (!cap->areas[k].commune)
            whole = place_join(whole, cap->areas[k].deps);
    if (!place_empty(ix->all) && place_within(ix->all, whole)) {
        fn(ix, FRANCE, code, who, facts);
        return;
    }
    struct depset left = whole;
    for (uint32_t r = 0; r < ix->region_count; r++)
        if (place_within(ix->regions[r], whole)) {
            fn(ix, REGIONS + r, code, who, facts);
            left = without(left, ix->regions[r]);
        }
    each_departement(ix, left, code, who, facts, fn);
    if (card->offer.at.known)
        circle = sieve_circle(cap->radius);
    each_departement(ix, without(cap->circle, whole), code, who | circle, facts, fn);
    for (size_t k = 0; k < cap->area_count; k++)
        if (cap->areas[k].commune)
            each_departement(ix, without(cap->areas[k].deps, whole), code, who | sieve_commune(cap->areas[k].commune), facts, fn);
}

static void each_posting(struct offerindex *ix, uint32_t handle, on_posting *fn)
{
    card_read(&ix->cards, ix->card[handle], &ix->view);
    for (size_t i = 0; ix->view.offer.active && i < ix->view.offer.capability_count; i++)
        each_term(ix, &ix->view, i, handle << SIEVE_HANDLE, facts_of(ix, &ix->view, i), fn);
}

// Postings of a change are gathered first: then the waits for memory are one.
static void gather(struct offerindex *ix, uint32_t term, uint32_t code, uint32_t who, uint64_t facts)
{
    if (ix->posting_count == ix->posting_room) {
        ix->posting_room = ix->posting_room ? ix->posting_room * 2 : 64;
        ix->postings = memory_grow(ix->postings, ix->posting_room, sizeof *ix->postings);
    }
    ix->postings[ix->posting_count++] = (struct posting){term, code, who, facts};
}

static void change(struct offerindex *ix, void (*fn)(struct postlist *, uint32_t, uint32_t, uint32_t, uint64_t))
{
    for (int step = 0; step < POSTLIST_STEPS; step++)
        for (size_t i = 0; i < ix->posting_count; i++)
            postlist_fetch(&ix->lists, step, ix->postings[i].term, ix->postings[i].code, ix->postings[i].who);
    for (size_t i = 0; i < ix->posting_count; i++)
        fn(&ix->lists, ix->postings[i].term, ix->postings[i].code, ix->postings[i].who, ix->postings[i].facts);
    ix->posting_count = 0;
}

static void count(struct offerindex *ix, uint32_t term, uint32_t code, uint32_t who, uint64_t facts)
{
    (void)who;
    (void)facts;
    postlist_count(&ix->lists, term, code);
}

static void set(struct offerindex *ix, uint32_t term, uint32_t code, uint32_t who, uint64_t facts)
{
    postlist_set(&ix->lists, term, code, who, facts);
}

static uint8_t seated(const struct offer *o)
{
    if (!o->seat.text || place_empty(o->seat.deps))
        return 0;
    if (o->at.known && !(o->seat.centre.known && place_distance(o->at, o->seat.centre) < APART_KM))
        return APART;
    return (uint8_t)(1 + (o->seat.deps.bits[0] ? __builtin_ctzll(o->seat.deps.bits[0]) : 64 + __builtin_ctzll(o->seat.deps.bits[1])));
}

static bool excludes(const struct offer *o)
{
    bool words = false;
    for (size_t i = 0; i < o->capability_count; i++)
        words |= o->capabilities[i].excluded.count > 0;
    return words || o->blocked.count;
}

void offerindex_put(struct offerindex *ix, uint32_t handle, const struct offer *o)
{
    offerindex_drop(ix, handle);
    make_room(ix, handle);
    ix->card[handle] = card_put(&ix->cards, o);
    ix->home[handle].seat = o->at.known ? sieve_seat(o->at.lat, o->at.lon) : SIEVE_SEAT_UNKNOWN;
    ix->home[handle].seated = seated(o);
    ix->offers++;
    siren_add(ix, handle);
    if (excludes(o)) {
        card_read(&ix->cards, ix->card[handle], &ix->view);
        wary_put(&ix->wary, handle, &ix->view);
    }
    if (ix->gathering)
        return;
    know_labels(ix);
    each_posting(ix, handle, gather);
    change(ix, postlist_add);
}

void offerindex_drop(struct offerindex *ix, uint32_t handle)
{
    if (handle >= ix->room || !ix->card[handle])
        return;
    if (!ix->gathering) {
        each_posting(ix, handle, gather);
        change(ix, postlist_remove);
    }
    siren_remove(ix, handle);
    wary_drop(&ix->wary, handle);
    card_drop(&ix->cards, ix->card[handle]);
    ix->card[handle] = NO_CARD;
    ix->offers--;
}

void offerindex_begin(struct offerindex *ix)
{
    ix->gathering = true;
}

static void each_offer(struct offerindex *ix, on_posting *fn)
{
    for (uint32_t handle = 0; handle < ix->room; handle++)
        if (ix->card[handle])
            each_posting(ix, handle, fn);
}

void offerindex_end(struct offerindex *ix)
{
    rank_labels(ix);
    each_offer(ix, count);
    postlist_lay(&ix->lists);
    each_offer(ix, set);
    postlist_laid(&ix->lists);
    ix->gathering = false;
}

// Questions

static void forget(struct offerindex *ix)
{
    for (size_t i = 0; i < ix->found_count; i++)
        ix->seen[ix->found[i] / 64] = 0;
    for (size_t i = 0; i < ix->marked_count; i++)
        ix->seen[ix->marked[i] / 64] = 0;
    ix->found_count = ix->marked_count = 0;
}

static void mark(struct offerindex *ix, uint32_t handle)
{
    if (ix->marked_count == ix->marked_room) {
        ix->marked_room = ix->marked_room ? ix->marked_room * 2 : 64;
        ix->marked = memory_grow(ix->marked, ix->marked_room, sizeof *ix->marked);
    }
    ix->marked[ix->marked_count++] = handle;
    ix->seen[handle / 64] |= (uint64_t)1 << handle % 64;
}

// The offers of a SIREN, or of one SIRET of it, are passed over.
static void mark_siren(struct offerindex *ix, uint64_t siren, uint64_t siret)
{
    uint32_t next = ix->siren_room ? ix->sirens[siren_slot(ix, siren)] : 0;
    for (; next; next = ix->kin[next - 1].next)
        if (!siret || card_siret(&ix->cards, ix->card[next - 1]) == siret)
            mark(ix, next - 1);
}

static void mark_apart(struct offerindex *ix, const struct asking *a)
{
    if (a->buyer)
        mark_siren(ix, a->buyer / CARD_NIC, 0);
    for (size_t i = 0; i < a->blocked_count; i++) {
        bool siren = a->blocked[i] & CARD_SIREN;
        mark_siren(ix, siren ? a->blocked[i] & ~CARD_SIREN : a->blocked[i] / CARD_NIC, siren ? 0 : a->blocked[i]);
    }
}

// What facts must say for the lot that is asked.
static struct sieve_test test_of(struct offerindex *ix, const struct asking *a)
{
    struct range v = a->relaxed == CONDITION_VALUE ? (struct range){-1, -1} : a->l->value;
    unsigned any = 15u << SIEVE_SERVICES;
    struct sieve_test t = {.any = {(uint16_t)any, (uint16_t)any}, .ask = (uint64_t)(SIEVE_ASK | SIEVE_WARY) << 32};
    // Of the days before the index's first one, and of those after the last one that facts tell apart, only the card knows.
    int32_t start = match_start(a->n);
    bool early = start < ix->today;
    uint8_t full = early || start - ix->today >= FULL_MOST - 1 ? FULL_MOST : (uint8_t)(start - ix->today + 1);
    if (a->relaxed == CONDITION_AVAILABILITY)
        full = FULL_MOST;
    else if (early)
        t.ask |= (uint64_t)any << 32;
    t.most = sieve_most(sieve_value(v.least, 0), sieve_value(v.most, SIEVE_VALUE_MOST), full);
    if (a->l->services && a->relaxed != CONDITION_SERVICE)
        t.any[0] = (uint16_t)(a->l->services << SIEVE_SERVICES);
    if (a->l->reserved && a->relaxed != CONDITION_RESERVED)
        t.any[1] = (uint16_t)((a->l->reserved & 15) << SIEVE_ARTICLES);
    know_labels(ix);
    for (size_t i = 0; i < a->required_count; i++) {
        unsigned bit = ix->bits[a->required[i]];
        t.all |= sieve_label(bit == UNSAID ? RARE : bit);
        if (bit == UNSAID || bit == RARE) // the card knows which of them it is
            t.ask |= (uint64_t)any << 32;
    }
    return t;
}

// The stretches of lists in which the lot's codes may be found.

static void on_stretch(void *ctx, struct stretch s)
{
    struct offerindex *ix = ctx;
    if (ix->stretch_count == ix->stretch_room) {
        ix->stretch_room = ix->stretch_room ? ix->stretch_room * 2 : 256;
        ix->stretches = memory_grow(ix->stretches, ix->stretch_room, sizeof *ix->stretches);
    }
    ix->stretches[ix->stretch_count++] = (struct span){s, ix->class};
    __builtin_prefetch(ix->lists.facts + s.at);
    __builtin_prefetch(ix->lists.who.words + s.at);
}

static bool below_another(const struct lot *l, size_t i)
{
    for (size_t k = 0; k < l->cpv_count; k++)
        if (k != i && cpv_covers(l->cpv[k], l->cpv[i]) && (l->cpv[k].code != l->cpv[i].code || k < i))
            return true;
    return false;
}

static void add_codes(struct offerindex *ix, uint32_t first, uint32_t last, int points)
{
    for (size_t i = 0; i < ix->code_count; i++)
        if (ix->codes[i].first == first && ix->codes[i].last == last)
            return;
    ix->codes[ix->code_count++] = (struct codes){first, last, points};
}

// The codes on one line with those of the lot: those above them each by itself, each with all below it; apart from them when
// the best are looked for, for they score differently.
static void line_up(struct offerindex *ix, const struct lot *l)
{
    bool nested = false;
    ix->code_count = 0;
    if (l->cpv_count * 9 > ix->code_room) {
        ix->code_room = l->cpv_count * 9;
        ix->codes = memory_grow(ix->codes, ix->code_room, sizeof *ix->codes);
    }
    for (size_t i = 0; i < l->cpv_count; i++)
        nested |= below_another(l, i);
    for (size_t i = 0; i < l->cpv_count; i++) {
        struct cpv cpv = l->cpv[i];
        uint32_t power = 1000000, code = cpv.code;
        if (below_another(l, i))
            continue;
        for (int digits = 2; digits < cpv.digits; digits++, power /= 10)
            if (cpv_of(code / power * power).digits == digits)
                add_codes(ix, code / power * power, code / power * power, score_cpv(cpv, cpv_of(code / power * power)));
        uint32_t last = code / power * power + power - 1;
        add_codes(ix, code, ix->ranking ? code : last, score_cpv(cpv, cpv));
        if (ix->ranking && last > code)
            add_codes(ix, code + 1, last, score_cpv(cpv, nested ? cpv : cpv_of(code + 1)));
    }
}

// The class of codes with so many points.
static unsigned class_of(struct best *b, int points)
{
    unsigned class = 0;
    while (class < 15 && b->points.codes[class] != points && b->points.codes[class])
        class++;
    if (b->points.codes[class] < points) // the last one takes all others
        b->points.codes[class] = points;
    return class;
}

static void find_term(struct offerindex *ix, uint32_t term)
{
    for (size_t i = 0; i < ix->code_count; i++, ix->class = 0) {
        if (ix->ranking)
            ix->class = class_of(&ix->best, ix->codes[i].points);
        postlist_find(&ix->lists, term, ix->codes[i].first, ix->codes[i].last, on_stretch, ix);
    }
}

// Taking what passes

static void found_room(struct offerindex *ix, size_t more)
{
    if (ix->found_count + more <= ix->found_room)
        return;
    ix->found_room = (ix->found_count + more) * 2;
    ix->found = memory_grow(ix->found, ix->found_room, sizeof *ix->found);
}

static void accept(struct offerindex *ix, const uint32_t *who, size_t count_of)
{
    found_room(ix, count_of + 1);
    uint32_t *out = ix->found + ix->found_count;
    for (size_t i = 0; i < count_of; i++) {
        uint32_t handle = who[i] >> SIEVE_HANDLE;
        uint64_t *word = &ix->seen[handle / 64], bit = (uint64_t)1 << handle % 64;
        *out = handle;
        out += !(*word & bit);
        *word |= bit;
    }
    ix->found_count = (size_t)(out - ix->found);
}

static void rank(struct offerindex *ix, const uint32_t *who, const uint64_t *facts, size_t count_of);

static bool seen(const struct offerindex *ix, uint32_t handle)
{
    return ix->seen[handle / 64] >> handle % 64 & 1;
}

// Adds those that are not wary of the lot, without a look at their cards. Returns how many must be asked, which are moved to
// the front.
static size_t ask_wary(struct offerindex *ix, const struct sieve_test *t, uint32_t *who, uint64_t *facts, size_t count_of)
{
    size_t left = 0;
    for (size_t i = 0; i < count_of; i++) {
        uint32_t handle = who[i] >> SIEVE_HANDLE;
        enum welcome welcome = WELCOME;
        if (!seen(ix, handle))
            welcome = facts[i] & (uint64_t)SIEVE_WARY << 32 ? asking_welcome(&ix->asking, &ix->cards, wary_find(&ix->wary, handle))
                                                            : WELCOME_PART;
        if (welcome == WELCOME && !seen(ix, handle) && !sieve_only_wary(facts[i], t))
            welcome = WELCOME_PART;
        if (welcome == WELCOME)
            accept(ix, &who[i], 1);
        if (welcome == WELCOME && ix->ranking)
            rank(ix, &who[i], &facts[i], 1);
        who[left] = who[i];
        facts[left] = facts[i];
        left += welcome == WELCOME_PART;
    }
    return left;
}

// Adds those whose card says so.
static void ask(struct offerindex *ix)
{
    for (size_t i = 0; i < ix->later_count; i++) {
        uint32_t who = ix->later[i].who, handle = who >> SIEVE_HANDLE;
        if (!seen(ix, handle) && !asking_meets(&ix->asking, &ix->cards, ix->card[handle]))
            continue;
        accept(ix, &who, 1);
        if (ix->ranking)
            rank(ix, &who, &ix->later[i].facts, 1);
    }
    ix->later_count = 0;
}

// Those whose card must be asked, all together: then the waits for memory are one.
static void ask_later(struct offerindex *ix, const uint32_t *who, const uint64_t *facts, size_t count_of)
{
    for (size_t i = 0; i < count_of; i++) {
        if (ix->later_count == LATER)
            ask(ix);
        const uint32_t *card = ix->cards.slots.words + ix->card[who[i] >> SIEVE_HANDLE];
        __builtin_prefetch(card);
        __builtin_prefetch(card + 16);
        ix->later[ix->later_count].who = who[i];
        ix->later[ix->later_count++].facts = ix->ranking ? facts[i] : 0;
    }
}

static void take_sure(struct offerindex *ix, const struct sieve_out *out)
{
    accept(ix, out->sure, out->sure_count);
    if (ix->ranking)
        rank(ix, out->sure, out->sure_facts, out->sure_count);
}

static struct sieve_out room_of(struct offerindex *ix, int stage)
{
    return (struct sieve_out){.sure = ix->sure[stage], .unsure = ix->unsure[stage],
                              .sure_facts = ix->ranking ? ix->sure_facts[stage] : NULL, .unsure_facts = ix->unsure_facts[stage]};
}

// What has passed so far, by place when there is one.
static void settle(struct offerindex *ix, const struct sieve_test *t, struct sieve_out *out, const struct sieve_place *place)
{
    struct sieve_out reached = room_of(ix, 1);
    if (!place) {
        take_sure(ix, out);
        ask_later(ix, out->unsure, out->unsure_facts, ask_wary(ix, t, out->unsure, out->unsure_facts, out->unsure_count));
    } else {
        sieve_reach(ix->way, out->sure, out->sure_facts, out->sure_count, ix->home, place, &reached);
        take_sure(ix, &reached);
        ask_later(ix, reached.unsure, reached.unsure_facts, reached.unsure_count);
        reached = room_of(ix, 1);
        reached.sure_facts = ix->sure_facts[1];
        sieve_reach(ix->way, out->unsure, out->unsure_facts, out->unsure_count, ix->home, place, &reached);
        ask_later(ix, reached.sure, reached.sure_facts, ask_wary(ix, t, reached.sure, reached.sure_facts, reached.sure_count));
        ask_later(ix, reached.unsure, reached.unsure_facts, reached.unsure_count);
    }
    out->sure_count = out->unsure_count = 0;
}

static void sift(struct offerindex *ix, const struct sieve_test *t, const struct sieve_place *place)
{
    struct sieve_out out = room_of(ix, 0);
    for (size_t i = 0; i < ix->stretch_count; i++) {
        struct stretch s = ix->stretches[i].stretch;
        for (uint32_t done = 0, step; done < s.count; done += step) {
            step = s.count - done < CHUNK ? s.count - done : CHUNK;
            if (out.sure_count + step > 2 * CHUNK || out.unsure_count + step > 2 * CHUNK)
                settle(ix, t, &out, place);
            size_t sure = out.sure_count, unsure = out.unsure_count;
            sieve_postings(ix->way, ix->lists.who.words + s.at + done, ix->lists.facts + s.at + done, step, t, &out);
            if (!ix->ranking)
                continue;
            sieve_class(out.sure_facts + sure, out.sure_count - sure, ix->stretches[i].class);
            sieve_class(out.unsure_facts + unsure, out.unsure_count - unsure, ix->stretches[i].class);
        }
    }
    settle(ix, t, &out, place);
    ix->stretch_count = 0;
}

// The places of the lot: the départements of those that are sets.
static struct depset sets_of(const struct place *places, size_t place_count)
{
    struct depset sets = {{0, 0}};
    for (size_t i = 0; i < place_count; i++)
        if (!places[i].commune)
            sets = place_join(sets, places[i].deps);
    return sets;
}

static void find_sets(struct offerindex *ix, struct depset sets, struct depset reach)
{
    find_term(ix, FRANCE);
    for (uint32_t r = 0; r < ix->region_count; r++)
        if (place_meets(reach, ix->regions[r]))
            find_term(ix, REGIONS + r);
    for (uint32_t d = 0; d < DEPARTEMENTS; d++)
        if (place_meets(sets, one(d)))
            find_term(ix, d);
}

static void find_places(struct offerindex *ix, const struct sieve_test *t)
{
    size_t place_count;
    const struct asking *a = &ix->asking;
    const struct place *places = need_places(a->n->need, a->l, &place_count);
    struct depset sets = sets_of(places, place_count), reach = need_reach(a->n->need, a->l);
    bool anywhere = a->relaxed == CONDITION_PLACE || (!place_empty(sets) && place_within(ix->all, sets));
    if (anywhere)
        find_term(ix, ALL);
    else if (!place_empty(reach))
        find_sets(ix, sets, reach);
    sift(ix, t, NULL);
    for (size_t i = 0; i < place_count && !anywhere; i++) {
        const struct place *p = &places[i];
        if (!p->commune || place_meets(sets, p->deps))
            continue;
        for (uint32_t d = 0; d < DEPARTEMENTS; d++)
            if (place_meets(p->deps, one(d)))
                find_term(ix, d);
        struct sieve_place place = sieve_place(p->centre.known, p->centre.lat, p->centre.lon, p->commune);
        sift(ix, t, &place);
    }
}

// Fills `found` with what matches the lot, one condition left out when `relaxed` is one.
static void find(struct offerindex *ix, const struct match_need *n, size_t lot, enum condition relaxed)
{
    struct asking *a = &ix->asking;
    forget(ix);
    asking_begin(a, &ix->cards, n, lot, relaxed);
    bool late = n->need->deadline != TIME_UNKNOWN && n->need->deadline < n->now && relaxed != CONDITION_AVAILABILITY;
    if (a->impossible || late || !ix->room)
        return;
    if (relaxed != CONDITION_EXCLUSIONS)
        mark_apart(ix, a);
    struct sieve_test t = test_of(ix, a);
    line_up(ix, a->l);
    find_places(ix, &t);
    ask(ix);
}

size_t offerindex_find(struct offerindex *ix, const struct match_need *n, size_t lot, const uint32_t **handles)
{
    find(ix, n, lot, CONDITION_COUNT);
    *handles = ix->found;
    return ix->found_count;
}

// known: it was found for the lot that was asked last.
static bool pair_of(struct offerindex *ix, size_t lot, uint32_t handle, bool known, struct offerindex_pair *out)
{
    struct asking_fit fit;
    if (!asking_score(&ix->asking, &ix->cards, ix->card[handle], known, &fit))
        return false;
    *out = (struct offerindex_pair){handle, lot, fit.capability, fit.score, fit.partial};
    return true;
}

bool offerindex_pair(struct offerindex *ix, const struct match_need *n, size_t lot, uint32_t handle,
                     struct offerindex_pair *out)
{
    asking_begin(&ix->asking, &ix->cards, n, lot, CONDITION_COUNT);
    return handle < ix->room && ix->card[handle] && pair_of(ix, lot, handle, false, out);
}

// Adds what was found to the union; returns how many were not in it.
static size_t unite(struct offerindex *ix)
{
    size_t added = 0;
    for (size_t i = 0; i < ix->found_count; i++) {
        uint64_t *word = &ix->united[ix->found[i] / 64], bit = (uint64_t)1 << ix->found[i] % 64;
        added += !(*word & bit);
        *word |= bit;
    }
    return added;
}

static void part(struct offerindex *ix)
{
    if (ix->room)
        memset(ix->united, 0, ix->room / 64 * sizeof *ix->united);
}

// The best

// Adds candidates.
static void rank(struct offerindex *ix, const uint32_t *who, const uint64_t *facts, size_t count_of)
{
    struct best *b = &ix->best;
    if (b->count + count_of > b->room) {
        b->room = (b->count + count_of) * 2;
        b->list = memory_grow(b->list, b->room, sizeof *b->list);
    }
    sieve_rank(ix->way, who, facts, count_of, ix->home, &b->points, b->bounds);
    for (size_t i = 0; i < count_of; i++)
        b->list[b->count++] = (struct candidate){who[i] >> SIEVE_HANDLE, b->bounds[i]};
}

// Points of the lot's place by where a seat is.
static void rank_places(struct offerindex *ix, struct sieve_points *s, const struct match_need *n, const struct lot *l)
{
    size_t place_count;
    const struct place *p = need_places(n->need, l, &place_count);
    bool one_place = place_count == 1 && (!p->commune || p->centre.known);
    int points = score_points(one_place ? SCORE_PLACE_FRANCE : SCORE_PLACE_COMMUNE);
    for (int i = 0; i < 256; i++)
        s->seats[i] = points;
    if (!one_place)
        return;
    s->seats[APART] = score_points(p->commune ? SCORE_PLACE_COMMUNE : SCORE_PLACE_DEPARTEMENT);
    s->measured = p->commune;
    if (p->commune)
        s->place = sieve_place(true, p->centre.lat, p->centre.lon, p->commune);
    for (uint32_t r = 0; r < ix->region_count; r++)
        for (uint32_t d = 0; place_within(p->deps, ix->regions[r]) && d < DEPARTEMENTS; d++)
            if (place_meets(ix->regions[r], one(d)))
                s->seats[d + 1] = score_points(place_within(p->deps, one(d)) ? SCORE_PLACE_DEPARTEMENT : SCORE_PLACE_REGION);
}

static void rank_lot(struct offerindex *ix, const struct match_need *n, size_t lot)
{
    struct sieve_points *s = &ix->best.points;
    const struct lot *l = &n->need->lots[lot];
    size_t wanted = l->criteria.count < SIEVE_LABELS ? l->criteria.count : SIEVE_LABELS;
    ix->best.count = 0;
    *s = (struct sieve_points){.near = score_points(SCORE_PLACE_COMMUNE), // within 10 km it may be the same commune
                               .km30 = score_points(SCORE_PLACE_30KM), .km50 = score_points(SCORE_PLACE_50KM),
                               .said = l->value.least >= 0 || l->value.most >= 0,
                               .least = sieve_value(l->value.least < 0 ? 0 : l->value.least, 0),
                               .most = sieve_value(l->value.most, SIEVE_VALUE_MOST), .unsaid = score_points(SCORE_VALUE_UNKNOWN),
                               .inside = score_points(SCORE_VALUE_INSIDE), .meets = score_points(SCORE_VALUE_MEETS),
                               .wanted_count = wanted, .keywords = score_points(SCORE_KEYWORDS)};
    know_labels(ix);
    for (size_t i = 0; i < wanted; i++) {
        uint32_t label;
        bool known = lexicon_find(ix->cards.labels, n->lots[lot].criteria[i], &label);
        unsigned bit = !known || ix->bits[label] == UNSAID ? RARE : ix->bits[label];
        s->wanted[i] = l->criteria.count > SIEVE_LABELS ? UINT64_MAX : sieve_label(bit); // too many count as met
    }
    for (size_t i = 0; i <= wanted; i++)
        s->met[i] = wanted ? score_points(SCORE_CRITERIA) * (int)i / (int)wanted : 0;
    rank_places(ix, s, n, l);
}

// The list by bound, the highest first.
static void order(struct best *b)
{
    enum { MOST = 128 };
    uint32_t from[MOST + 1] = {0};
    if (b->count > b->order_room) {
        b->order_room = (uint32_t)b->room;
        b->order = memory_grow(b->order, b->order_room, sizeof *b->order);
    }
    for (size_t i = 0; i < b->count; i++)
        from[MOST - b->list[i].bound]++;
    for (uint32_t i = 0, sum = 0; i <= MOST; i++) {
        uint32_t times = from[i];
        from[i] = sum;
        sum += times;
    }
    for (size_t i = 0; i < b->count; i++)
        b->order[from[MOST - b->list[i].bound]++] = (uint32_t)i;
}

// Whether an offer with that score stands before a pair.
static bool before(const struct offerindex *ix, int score, uint32_t handle, const struct offerindex_pair *pair)
{
    if (score != pair->score.total)
        return score > pair->score.total;
    int64_t a = card_since(&ix->cards, ix->card[handle]), b = card_since(&ix->cards, ix->card[pair->handle]);
    return a != b ? a < b : handle < pair->handle;
}

// Puts a pair into the list of the best, each offer once. Returns how many there are.
static size_t keep(const struct offerindex *ix, struct offerindex_pair *list, size_t count_of, size_t most,
                   const struct offerindex_pair *made)
{
    size_t at = 0;
    while (at < count_of && list[at].handle != made->handle)
        at++;
    if (at < count_of && list[at].score.total >= made->score.total)
        return count_of;
    if (at == count_of && count_of < most)
        count_of++;
    else if (at == count_of)
        at--; // the last one goes
    for (; at > 0 && before(ix, made->score.total, made->handle, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = *made;
    return count_of;
}

// Asks for the cards of the next few candidates before they are read.
static void fetch_candidates(const struct offerindex *ix, size_t from)
{
    const struct best *b = &ix->best;
    for (size_t i = from; i < b->count && i < from + AHEAD; i++) {
        const uint32_t *card = ix->cards.slots.words + ix->card[b->list[b->order[i]].handle];
        __builtin_prefetch(card);
        __builtin_prefetch(card + 16);
    }
}

// Finds what matches the lot, as candidates in order; `seen` then has the bits of what was found alone.
static void candidates(struct offerindex *ix, const struct match_need *n, size_t lot)
{
    ix->ranking = true;
    rank_lot(ix, n, lot);
    find(ix, n, lot, CONDITION_COUNT);
    ix->ranking = false;
    for (size_t i = 0; i < ix->marked_count; i++) // seen, but not found
        ix->seen[ix->marked[i] / 64] &= ~((uint64_t)1 << ix->marked[i] % 64);
    order(&ix->best);
}

static size_t keep_lot(struct offerindex *ix, size_t lot, struct offerindex_pair *list, size_t count_of, size_t most)
{
    struct best *b = &ix->best;
    struct offerindex_pair made;
    for (size_t i = 0; i < b->count; i++) {
        const struct candidate *c = &b->list[b->order[i]];
        if (i % AHEAD == 0)
            fetch_candidates(ix, i);
        uint64_t *word = &ix->seen[c->handle / 64], bit = (uint64_t)1 << c->handle % 64;
        if (!(*word & bit)) // scored already, over all its capabilities
            continue;
        if (count_of == most && c->bound < list[most - 1].score.total)
            break;
        if (count_of == most && !before(ix, c->bound, c->handle, &list[most - 1]))
            continue;
        *word &= ~bit;
        if (pair_of(ix, lot, c->handle, true, &made) &&
            (count_of < most || before(ix, made.score.total, made.handle, &list[most - 1])))
            count_of = keep(ix, list, count_of, most, &made);
    }
    return count_of;
}

size_t offerindex_best(struct offerindex *ix, const struct match_need *n, size_t most, struct offerindex_pair *out,
                       size_t *matched)
{
    size_t count_of = 0, all = 0;
    most = most < OFFERINDEX_BEST ? most : OFFERINDEX_BEST;
    for (size_t lot = 0; lot < n->need->lot_count; lot++) {
        candidates(ix, n, lot);
        count_of = keep_lot(ix, lot, out, count_of, most);
        all += n->need->lot_count > 1 ? unite(ix) : ix->found_count;
    }
    if (n->need->lot_count > 1)
        part(ix);
    if (matched)
        *matched = all;
    return count_of;
}

// The first candidates for the best of a lot, each offer once, by what they score at most.
static void each_best(struct offerindex *ix, const struct match_need *n, size_t lot, size_t most,
                      void (*fn)(void *ctx, const struct offerindex_pair *pair), void *ctx)
{
    const struct best *b = &ix->best;
    struct offerindex_pair pair;
    candidates(ix, n, lot);
    for (size_t i = 0; i < b->count && most; i++) {
        uint32_t handle = b->list[b->order[i]].handle;
        uint64_t *word = &ix->seen[handle / 64], bit = (uint64_t)1 << handle % 64;
        if (!(*word & bit) || !pair_of(ix, lot, handle, true, &pair))
            continue;
        *word &= ~bit;
        fn(ctx, &pair);
        most--;
    }
}

size_t offerindex_each(struct offerindex *ix, const struct match_need *n, size_t lot, size_t most,
                       void (*fn)(void *ctx, const struct offerindex_pair *pair), void *ctx)
{
    struct offerindex_pair pair;
    find(ix, n, lot, CONDITION_COUNT);
    size_t matched = ix->found_count;
    if (matched > most)
        each_best(ix, n, lot, most, fn, ctx);
    for (size_t i = 0; matched <= most && i < matched; i++)
        if (pair_of(ix, lot, ix->found[i], true, &pair))
            fn(ctx, &pair);
    return matched;
}

// Counting

size_t offerindex_count(struct offerindex *ix, const struct match_need *n)
{
    size_t count_of = 0;
    for (size_t lot = 0; lot < n->need->lot_count; lot++) {
        find(ix, n, lot, CONDITION_COUNT);
        count_of += unite(ix);
    }
    part(ix);
    return count_of;
}

// Every offer in the line of the lot's codes.
static size_t count_trade(struct offerindex *ix)
{
    const uint16_t any = 15u << SIEVE_SERVICES;
    struct sieve_test all = {.most = sieve_most(0, SIEVE_VALUE_MOST, FULL_MOST), .any = {any, any}};
    forget(ix);
    line_up(ix, ix->asking.l);
    find_term(ix, ALL);
    sift(ix, &all, NULL);
    return ix->found_count;
}

// Whether a seat lies within NEAR_KM of a place of the lot; most are so far that the card need not be read.
static bool is_near(struct offerindex *ix, const struct place *p, uint32_t handle)
{
    if (!p->commune || !p->centre.known || ix->home[handle].seat == SIEVE_SEAT_UNKNOWN)
        return false;
    struct sieve_place place = sieve_place(true, p->centre.lat, p->centre.lon, p->commune);
    if (sieve_least(ix->home[handle].seat, &place) > NEAR_KM)
        return false;
    card_read(&ix->cards, ix->card[handle], &ix->view);
    return place_distance(ix->view.offer.at, p->centre) <= NEAR_KM;
}

static size_t count_near(struct offerindex *ix)
{
    size_t place_count, near = 0;
    const struct place *places = need_places(ix->asking.n->need, ix->asking.l, &place_count);
    for (size_t i = 0; i < ix->found_count; i++) {
        bool any = false;
        for (size_t k = 0; k < place_count && !any; k++)
            any = is_near(ix, &places[k], ix->found[i]);
        near += any;
    }
    return near;
}

void offerindex_reach(struct offerindex *ix, const struct match_need *n, size_t lot, struct offerindex_reach *out)
{
    static const enum condition asked[] = {CONDITION_PLACE,  CONDITION_SERVICE,    CONDITION_VALUE,       CONDITION_RESERVED,
                                           CONDITION_LABELS, CONDITION_EXCLUSIONS, CONDITION_AVAILABILITY};
    size_t some = 0;
    *out = (struct offerindex_reach){0};
    find(ix, n, lot, CONDITION_COUNT);
    out->matched = ix->found_count;
    out->near = count_near(ix);
    some += unite(ix);
    // Those that match when one condition is not asked are those that match, and those that it alone keeps away.
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        find(ix, n, lot, asked[i]);
        out->alone[asked[i]] = ix->found_count - out->matched;
        some += unite(ix);
    }
    part(ix);
    out->trade = count_trade(ix);
    out->several = out->trade - some;
}

size_t offerindex_offers(const struct offerindex *ix)
{
    return ix->offers;
}

struct offerindex_bytes offerindex_bytes(const struct offerindex *ix)
{
    const struct postlist *p = &ix->lists;
    const struct slots *cards = &ix->cards.slots;
    size_t posting = sizeof *p->who.words + sizeof *p->facts;
    return (struct offerindex_bytes){
        .lists = (p->who.used - p->who.idle) * posting,
        .directory = p->directory,
        .cards = (cards->used - cards->idle) * sizeof *cards->words,
        .idle = p->who.idle * posting + cards->idle * sizeof *cards->words,
        .wary = wary_bytes(&ix->wary),
        .handles = ix->room * (sizeof *ix->card + sizeof *ix->home + sizeof *ix->kin) + ix->siren_room * sizeof *ix->sirens,
        .words = lexicon_bytes(ix->cards.labels) + lexicon_bytes(ix->cards.phrases) + ix->bit_room,
        .scratch = sizeof *ix + ix->room / 64 * 2 * sizeof *ix->seen + ix->found_room * sizeof *ix->found,
    };
}
