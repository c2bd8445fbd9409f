// SPDX-License-Identifier: EUPL-1.2
// Tests core/alertindex: on random alerts and needs it finds what looking at every alert finds, while alerts come and go;
// and the index of lots finds the same from the other side.
#include "core/alertindex.h"

#include "core/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { ALERTS = 1500, NEEDS = 150, LOTS = 3, SOME = 3 };

static const uint32_t codes[] = {90000000, 90910000, 90911200, 90911300, 90919200, 77310000, 77313000, 45000000,
                                 45262500, 45262522, 3000000,  30125110};
static const char *const places[] = {"commune:63113", "commune:63300",  "commune:03310", "commune:69381", "commune:69123",
                                     "commune:97415", "departement:63", "departement:2B", "region:84",    "nuts:FRK1",
                                     "nuts:FR1",      "FR"};
static const char *const words[] = {"bureaux", "espaces verts", "Vitres", "démolition", "linge", "nettoyage d'écoles",
                                    "vert", "école"};
static const char *const texts[] = {"Nettoyage des écoles", "Bureau", "Les espaces verts", "Vitre et linge",
                                    "Démolitions", "Verres", "Linge vert", "Verts jardins"};
static const char *const buyers[] = {"21630113500010", "21630113500028", "73282932000074", "35600000000048"};
static const char *const asked[] = {"216301135", "21630113500028", "21630113500010", "732829320", "35600000000048"};

struct world {
    struct arena *arena;
    struct gazetteer *g;
    struct words *w;
    uint64_t seed;
    struct need needs[NEEDS];
    struct match_need made[NEEDS];
    struct alert alerts[ALERTS];
    bool live[ALERTS], found[ALERTS];
    struct alertindex *ix;
    size_t candidates;
};

static size_t below(struct world *w, size_t n) // splitmix64
{
    uint64_t z = (w->seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (size_t)((z ^ z >> 31) % n);
}

// From none to `most`; the lists below are as long as that at most.
static size_t some(struct world *w, size_t most)
{
    return below(w, 2) ? 0 : 1 + below(w, most);
}

static struct cpv *any_codes(struct world *w, size_t count)
{
    struct cpv *list = arena_array(w->arena, count, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = cpv_of(codes[below(w, COUNT(codes))]);
    return list;
}

static struct place *any_places(struct world *w, size_t count)
{
    struct place *list = arena_array(w->arena, count, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = place_at(w->g, places[below(w, COUNT(places))], w->arena);
    return list;
}

static struct strings any_strings(struct world *w, size_t count, const char *const *list, size_t choices)
{
    struct strings s = {count, arena_array(w->arena, count, sizeof *s.list)};
    for (size_t i = 0; i < count; i++)
        s.list[i] = list[below(w, choices)];
    return s;
}

static struct range any_range(struct world *w)
{
    int64_t least = below(w, 2) ? -1 : (int64_t)below(w, 90);
    return (struct range){least, below(w, 2) ? -1 : least + 1 + (int64_t)below(w, 40)};
}

static const char *any_text(struct world *w)
{
    return below(w, 3) ? texts[below(w, COUNT(texts))] : NULL;
}

static void draw_need(struct world *w, size_t at)
{
    struct need *n = &w->needs[at];
    *n = (struct need){.title = texts[below(w, COUNT(texts))], .description = any_text(w), .place_count = 1 + below(w, 2),
                       .lot_count = 1 + below(w, LOTS), .lots = arena_array(w->arena, LOTS, sizeof *n->lots)};
    strcpy(n->buyer, below(w, 8) ? buyers[below(w, COUNT(buyers))] : "");
    n->places = any_places(w, n->place_count);
    for (size_t i = 0; i < n->lot_count; i++) {
        struct lot *l = &n->lots[i];
        *l = (struct lot){.number = (int)i + 1, .title = any_text(w), .cpv_count = 1 + below(w, 2),
                          .place_count = some(w, 2), .value = any_range(w), .reserved = (unsigned)below(w, 16)};
        l->cpv = any_codes(w, l->cpv_count);
        l->places = any_places(w, l->place_count);
    }
    w->made[at] = match_need(n, w->g, w->w, 0, w->arena);
}

static void draw_alert(struct world *w, size_t at)
{
    struct alert *a = &w->alerts[at];
    *a = (struct alert){.cpv_count = some(w, SOME), .place_count = some(w, 2),
                        .value = below(w, 4) ? (struct range){-1, -1} : any_range(w),
                        .reserved = below(w, 3) ? 0 : (unsigned)below(w, 16),
                        .words = any_strings(w, some(w, 2), words, COUNT(words)),
                        .buyers = any_strings(w, below(w, 2) ? some(w, SOME) : 0, asked, COUNT(asked))};
    a->cpv = any_codes(w, a->cpv_count);
    a->places = any_places(w, a->place_count);
    alert_settle(a, w->w, w->arena);
}

static bool asked_for(const struct world *w, size_t need, size_t alert)
{
    for (size_t i = 0; i < w->needs[need].lot_count; i++)
        if (alert_lot(&w->made[need], &w->needs[need].lots[i], &w->alerts[alert]))
            return true;
    return false;
}

static void on_found(void *ctx, uint32_t number)
{
    struct world *w = ctx;
    assert_true(number < ALERTS && w->live[number]);
    assert_false(w->found[number]); // each once
    w->found[number] = true;
    w->candidates++;
}

// Returns how many alerts ask for the need.
static size_t find_and_compare(struct world *w, size_t need)
{
    size_t hits = 0;
    memset(w->found, 0, sizeof w->found);
    alertindex_find(w->ix, &w->made[need], on_found, w);
    for (size_t i = 0; i < ALERTS; i++) {
        bool expect = w->live[i] && asked_for(w, need, i);
        assert_true(w->found[i] || !expect);
        hits += expect;
    }
    return hits;
}

static void turn(struct world *w, size_t alert)
{
    if (w->live[alert])
        alertindex_remove(w->ix, (uint32_t)alert, &w->alerts[alert]);
    else
        alertindex_add(w->ix, (uint32_t)alert, &w->alerts[alert]);
    w->live[alert] = !w->live[alert];
}

static struct world *set_up(uint64_t seed)
{
    struct world *w = memory_new(sizeof *w);
    w->arena = arena_new();
    w->g = places_small();
    w->w = words_new();
    w->seed = seed;
    w->ix = alertindex_new();
    for (size_t i = 0; i < NEEDS; i++)
        draw_need(w, i);
    for (size_t i = 0; i < ALERTS; i++)
        draw_alert(w, i);
    return w;
}

static void tear_down(struct world *w)
{
    alertindex_free(w->ix);
    words_free(w->w);
    place_gazetteer_free(w->g);
    arena_free(w->arena);
    free(w);
}

static void equals_looking_at_every_alert(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct world *w = set_up(seed);
        size_t hits = 0;
        for (size_t step = 0; step < 2000; step++) {
            for (size_t i = 0; i < 3; i++)
                turn(w, below(w, ALERTS));
            if (step % 10)
                continue;
            hits += find_and_compare(w, below(w, NEEDS));
        }
        assert_true(hits > 2000);
        tear_down(w);
    }
}

// Each alert asks one or two things; those that the need has nothing of are not looked at.
static void leaves_out_what_has_nothing_in_common(void **state)
{
    (void)state;
    struct world *w = set_up(6);
    struct cpv lot = cpv_of(90911200), line = cpv_of(90900000), other = cpv_of(45000000);
    struct place here = place_at(w->g, "departement:63", w->arena), there = place_at(w->g, "departement:974", w->arena);
    const char *one[] = {"linge", "216301135", "vitres", "356000000"};
    struct lot l = {.number = 1, .title = "Linge", .cpv_count = 1, .cpv = &lot, .value = {-1, -1}};
    struct strings word = {1, one}, buyer = {1, one + 1}, none_word = {1, one + 2}, none_buyer = {1, one + 3};
    const struct alert met[] = {{.cpv_count = 1, .cpv = &line}, {.place_count = 1, .places = &here}, {.words = word},
                                {.buyers = buyer},              {.reserved = RESERVED_L2113_12}};
    const struct alert left[] = {{.cpv_count = 1, .cpv = &other}, {.place_count = 1, .places = &there},
                                 {.words = none_word},            {.buyers = none_buyer},
                                 {.cpv_count = 1, .cpv = &line, .place_count = 1, .places = &there},
                                 {.words = word, .place_count = 1, .places = &there},
                                 {.buyers = buyer, .place_count = 1, .places = &there}};
    w->needs[0] = (struct need){.title = "Lavage", .buyer = "21630113500010", .place_count = 1, .places = &here,
                                .lot_count = 1, .lots = &l};
    w->made[0] = match_need(&w->needs[0], w->g, w->w, 0, w->arena);
    for (size_t i = 0; i < COUNT(met) + COUNT(left); i++) {
        w->alerts[i] = i < COUNT(met) ? met[i] : left[i - COUNT(met)];
        w->alerts[i].value = (struct range){-1, -1};
        alert_settle(&w->alerts[i], w->w, w->arena);
        turn(w, i);
    }
    find_and_compare(w, 0);
    for (size_t i = 0; i < COUNT(met) + COUNT(left); i++)
        assert_int_equal(w->found[i], i < COUNT(met));
    tear_down(w);
}

// A word that begins like one of another lot is found all the same.
static void finds_words_of_every_lot(void **state)
{
    (void)state;
    struct world *w = set_up(7);
    struct cpv cpv = cpv_of(90911200);
    struct place here = place_at(w->g, "departement:63", w->arena);
    const char *asked_words[] = {"vert", "verres", "jardin"};
    struct lot lots[] = {{.number = 1, .title = "Verres", .cpv_count = 1, .cpv = &cpv, .value = {-1, -1}},
                         {.number = 2, .title = "Verts jardins", .cpv_count = 1, .cpv = &cpv, .value = {-1, -1}}};
    w->needs[0] = (struct need){.title = "Entretien", .place_count = 1, .places = &here, .lot_count = 2, .lots = lots};
    w->made[0] = match_need(&w->needs[0], w->g, w->w, 0, w->arena);
    for (size_t i = 0; i < COUNT(asked_words); i++) {
        w->alerts[i] = (struct alert){.value = {-1, -1}, .words = {1, &asked_words[i]}};
        alert_settle(&w->alerts[i], w->w, w->arena);
        turn(w, i);
    }
    assert_int_equal(find_and_compare(w, 0), COUNT(asked_words));
    tear_down(w);
}

struct lots { // the needs that the index of lots gives for one alert
    bool of[NEEDS];
};

static void on_lot(void *ctx, uint32_t owner, uint32_t item)
{
    struct lots *lots = ctx;
    (void)item;
    lots->of[owner] = true;
}

static void index_lots(struct world *w, struct index *ix)
{
    for (uint32_t n = 0; n < NEEDS; n++)
        for (uint32_t i = 0; i < w->needs[n].lot_count; i++) {
            const struct lot *l = &w->needs[n].lots[i];
            struct depset all = {{0, 0}};
            size_t count;
            const struct place *list = need_places(&w->needs[n], l, &count);
            for (size_t k = 0; k < count; k++)
                all = place_join(all, list[k].deps);
            for (size_t k = 0; k < l->cpv_count; k++)
                index_add(ix, l->cpv[k], all, n, i);
        }
}

static void finds_the_same_from_the_other_side(void **state)
{
    (void)state;
    struct world *w = set_up(4);
    struct index *ix = index_new();
    size_t hits = 0, given = 0, coded = 0;
    index_lots(w, ix);
    for (size_t a = 0; a < ALERTS; a++) {
        struct lots lots = {{0}};
        if (!w->alerts[a].cpv_count)
            continue;
        for (size_t i = 0; i < w->alerts[a].cpv_count; i++)
            index_find(ix, w->alerts[a].cpv[i], w->alerts[a].reach, on_lot, &lots);
        coded++;
        for (size_t n = 0; n < NEEDS; n++) {
            bool expect = asked_for(w, n, a);
            assert_true(lots.of[n] || !expect);
            hits += expect;
            given += lots.of[n];
        }
    }
    assert_true(hits > 2000);
    assert_true(given < coded * NEEDS);
    index_free(ix);
    tear_down(w);
}

static void gives_memory_back(void **state)
{
    (void)state;
    struct world *w = set_up(5);
    size_t empty = alertindex_bytes(w->ix);
    for (size_t i = 0; i < ALERTS; i++)
        turn(w, i);
    size_t full = alertindex_bytes(w->ix);
    assert_true(full > empty + ALERTS * 16);
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < ALERTS; i++)
            turn(w, i);
    assert_true(alertindex_bytes(w->ix) < full * 2); // what is removed is used again
    for (size_t i = 0; i < ALERTS; i++)
        if (w->live[i])
            turn(w, i);
    for (size_t n = 0; n < NEEDS; n++)
        assert_int_equal(find_and_compare(w, n), 0);
    assert_int_equal(w->candidates, 0);
    tear_down(w);
    alertindex_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_looking_at_every_alert),
        cmocka_unit_test(leaves_out_what_has_nothing_in_common),
        cmocka_unit_test(finds_words_of_every_lot),
        cmocka_unit_test(finds_the_same_from_the_other_side),
        cmocka_unit_test(gives_memory_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
