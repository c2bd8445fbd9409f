// SPDX-License-Identifier: EUPL-1.2
// Tests core/lexicon: against an array of counts, over many changes; and that cards and the index give back what they took.
#include "core/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/offerindex.h"
#include "draw.h"

static void numbers_are_given_again(void **state)
{
    struct lexicon *l = lexicon_new();
    uint32_t number;
    (void)state;
    assert_int_equal(lexicon_add(l, "bio"), 0);
    assert_int_equal(lexicon_add(l, " nettoyag bureau "), 1);
    assert_int_equal(lexicon_add(l, "bio"), 0);
    lexicon_drop(l, 0);
    assert_true(lexicon_find(l, "bio", &number)); // once more than it was dropped
    assert_int_equal(number, 0);
    lexicon_drop(l, 0);
    assert_false(lexicon_find(l, "bio", &number));
    assert_null(lexicon_text(l, 0));
    assert_int_equal(lexicon_count(l), 2);
    assert_int_equal(lexicon_add(l, "vitr"), 0);
    assert_string_equal(lexicon_text(l, 0), "vitr");
    assert_int_equal(lexicon_first(l, 0), lexicon_hash("vitr"));
    assert_string_equal(lexicon_text(l, 1), " nettoyag bureau ");
    assert_int_equal(lexicon_first(l, 1), lexicon_hash("nettoyag"));
    assert_int_equal(lexicon_add(l, "bio"), 2);
    lexicon_free(l);
    lexicon_free(NULL);
}

enum { TEXTS = 600 };

static const char *text_of(uint32_t i, char room[32])
{
    snprintf(room, 32, i % 3 ? "label %u" : " mot%u suivant ", i);
    return i ? room : "";
}

static void check_text(const struct lexicon *l, uint32_t i, uint32_t uses, uint32_t number)
{
    char room[32];
    uint32_t found;
    assert_int_equal(lexicon_find(l, text_of(i, room), &found), uses > 0);
    if (!uses)
        return;
    assert_int_equal(found, number);
    assert_string_equal(lexicon_text(l, number), text_of(i, room));
    assert_int_equal(lexicon_first(l, number), lexicon_hash(text_of(i, room)));
}

static void equals_counts(void **state)
{
    struct lexicon *l = lexicon_new();
    uint32_t uses[TEXTS] = {0}, numbers[TEXTS], held = 0, most = 0;
    uint64_t random = 1;
    char room[32];
    (void)state;
    for (int step = 0; step < 60000; step++) {
        uint32_t i = (uint32_t)draw_below(&random, TEXTS);
        bool add = draw_below(&random, 100) < (step / 5000 % 2 ? 35u : 65u); // it fills and empties in turn
        if (add) {
            uint32_t number = lexicon_add(l, text_of(i, room));
            assert_true(!uses[i] || number == numbers[i]);
            numbers[i] = number;
            held += !uses[i]++;
        } else if (uses[i]) {
            lexicon_drop(l, numbers[i]);
            held -= !--uses[i];
        }
        most = held > most ? held : most;
        assert_int_equal(lexicon_count(l), most); // a free number is always given before a new one
        check_text(l, i, uses[i], numbers[i]);
        for (uint32_t k = 0; step % 1000 == 0 && k < TEXTS; k++)
            check_text(l, k, uses[k], numbers[k]);
    }
    uint32_t known = 0;
    for (uint32_t number = 0; number < lexicon_count(l); number++)
        known += lexicon_text(l, number) != NULL;
    assert_int_equal(known, held);
    assert_true(most > 100);
    lexicon_free(l);
}

static void rewriting_takes_no_more(void **state)
{
    struct lexicon *l = lexicon_new();
    size_t before = 0, empty = lexicon_bytes(l);
    uint32_t numbers[50];
    char text[32];
    (void)state;
    for (int round = 0; round < 2000; round++) {
        for (int i = 0; i < 50; i++) {
            snprintf(text, sizeof text, "mot-%06d-%02d", round, i);
            numbers[i] = lexicon_add(l, text);
        }
        before = round ? before : lexicon_bytes(l);
        assert_true(before > empty + 50 * strlen(text));
        assert_int_equal(lexicon_bytes(l), before);
        for (int i = 0; i < 50; i++)
            lexicon_drop(l, numbers[i]);
        assert_true(lexicon_bytes(l) < before);
    }
    assert_int_equal(lexicon_count(l), 50);
    lexicon_free(l);
}

static uint32_t texts_held(const struct lexicon *l)
{
    uint32_t held = 0;
    for (uint32_t number = 0; number < lexicon_count(l); number++)
        held += lexicon_text(l, number) != NULL;
    return held;
}

// Offers of all kinds: while some stand, their texts do; when all have gone, none is left.
static void cards_give_back(void **state)
{
    enum { HELD = 40, STEPS = 3000 };
    struct draw *d = draw_new(2, 0, false);
    struct arena *arena = arena_new();
    struct offer offers[HELD];
    uint32_t at[HELD];
    struct cards c;
    (void)state;
    card_init(&c);
    for (size_t step = 0; step < STEPS; step++) {
        size_t i = step % HELD;
        if (step >= HELD) {
            struct card_numbers labels = card_labels(&c, at[i]);
            assert_int_equal(labels.count, offers[i].labels.count);
            for (size_t k = 0; k < labels.count; k++)
                assert_string_equal(lexicon_text(c.labels, labels.list[k]), offers[i].labels_folded[k]);
            card_drop(&c, at[i]);
        }
        draw_offer(d, 7000 + step, (enum draw_change)(step % DRAW_CHANGES), arena, &offers[i]);
        at[i] = card_put(&c, &offers[i]);
    }
    assert_true(texts_held(c.labels) > 10 && texts_held(c.phrases) > 10);
    for (size_t i = 0; i < HELD; i++)
        card_drop(&c, at[i]);
    assert_int_equal(texts_held(c.labels), 0);
    assert_int_equal(texts_held(c.phrases), 0);
    card_fini(&c);
    arena_free(arena);
    draw_free(d);
}

static struct strings words_of(struct arena *arena, const char *kind, int round)
{
    struct strings s = {.list = arena_array(arena, 20, sizeof *s.list), .count = 20};
    for (size_t i = 0; i < s.count; i++)
        s.list[i] = arena_format(arena, "%s%05dx%02zu", kind, round, i);
    return s;
}

static void put_rewritten(struct offerindex *ix, const struct draw *d, struct arena *arena, int round)
{
    struct capability cap = {.number = 1, .cpv = {90910000, 4}, .value = {-1, -1}, .area_count = 1,
                             .areas = arena_take(arena, sizeof *cap.areas), .keywords = words_of(arena, "mot", round),
                             .excluded = words_of(arena, "exclu", round)};
    struct offer o = {.siret = "21630113500010", .active = true, .full_until = DAY_UNKNOWN, .capability_count = 1,
                      .capabilities = &cap, .labels = words_of(arena, "label", round),
                      .criteria = words_of(arena, "critere", round)};
    cap.areas[0] = place_at(d->g, "departement:63", arena);
    offer_settle(&o, d->g, d->words, arena);
    offerindex_put(ix, 3, &o);
}

// How many offers match a lot that requires a label and speaks of something.
static size_t found(struct offerindex *ix, const struct draw *d, struct arena *arena, struct strings labels, const char *title)
{
    struct cpv code = {90910000, 4};
    struct place place = place_at(d->g, "departement:63", arena);
    struct lot lot = {.number = 1, .cpv_count = 1, .cpv = &code, .value = {-1, -1}, .labels = labels};
    struct need n = {.state = NEED_PUBLISHED, .title = title, .deadline = TIME_UNKNOWN, .start = DAY_UNKNOWN,
                     .place_count = 1, .places = &place, .lot_count = 1, .lots = &lot};
    struct match_need made = match_need(&n, d->g, d->words, DRAW_NOW, arena);
    const uint32_t *handles;
    return offerindex_find(ix, &made, 0, &handles);
}

// One offer written again and again, with other words each time: memory stays as it was, and answers are of the last words.
static void rewriting_an_offer_takes_no_more(void **state)
{
    struct draw *d = draw_new(4, 1, false);
    struct offerindex *ix = offerindex_new(d->g, SIEVE_PLAIN, DRAW_TODAY);
    size_t before = 0;
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct arena *arena = arena_new();
        put_rewritten(ix, d, arena, round);
        struct strings now = words_of(arena, "label", round), former = words_of(arena, "label", round - 1);
        assert_int_equal(found(ix, d, arena, now, "Lot"), 1);
        assert_int_equal(found(ix, d, arena, former, "Lot"), 0);
        assert_int_equal(found(ix, d, arena, now, words_of(arena, "exclu", round).list[19]), 0);
        assert_int_equal(found(ix, d, arena, now, words_of(arena, "exclu", round - 1).list[19]), 1);
        before = round ? before : offerindex_bytes(ix).words;
        assert_int_equal(offerindex_bytes(ix).words, before);
        arena_free(arena);
    }
    offerindex_drop(ix, 3);
    assert_true(offerindex_bytes(ix).words < before);
    offerindex_free(ix);
    draw_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_given_again), cmocka_unit_test(equals_counts),
        cmocka_unit_test(rewriting_takes_no_more), cmocka_unit_test(cards_give_back),
        cmocka_unit_test(rewriting_an_offer_takes_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
