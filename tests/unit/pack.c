// SPDX-License-Identifier: EUPL-1.2
// Tests wire/pack: an offer packed and read again matches and scores as before, in few bytes, of which there is one form only.
#include "wire/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/match.h"
#include "core/score.h"
#include "draw.h"
#include "wire/record.h"

enum { OFFERS = 500, NEEDS = 60 };

static struct offer read_back(const struct text *bytes, const struct gazetteer *g, struct arena *arena)
{
    struct offer o;
    // A copy of its own, so that a byte too far is seen.
    unsigned char *copy = memory_new(bytes->len);
    memcpy(copy, bytes->data, bytes->len);
    assert_true(pack_read(copy, bytes->len, g, arena, &o));
    memset(copy, 0xee, bytes->len); // nothing is borrowed from it
    free(copy);
    return o;
}

struct counted {
    size_t pairs, matches, partial, points, bytes;
};

static void compare(const struct match_need *made, const struct offer *o, const struct offer *again, struct counted *counted)
{
    const struct need *n = made->need;
    for (size_t l = 0; l < n->lot_count; l++)
        for (size_t c = 0; c < o->capability_count; c++) {
            const struct lot *lot = &n->lots[l];
            const struct capability *cap = &o->capabilities[c], *same = &again->capabilities[c];
            for (enum condition i = 0; i < CONDITION_COUNT; i++)
                assert_int_equal(match_holds(i, made, lot, o, cap), match_holds(i, made, lot, again, same));
            enum cover cover = match_cover(made, lot, o, cap);
            assert_int_equal(cover, match_cover(made, lot, again, same));
            counted->pairs++;
            counted->partial += cover == COVER_PARTIAL;
            counted->matches += match_all(made, lot, o, cap);
            if (!cpv_in_line(lot->cpv[0], cap->cpv))
                continue;
            struct score score = score_of(made, lot, o, cap), second = score_of(made, lot, again, same);
            assert_memory_equal(&score, &second, sizeof score);
            counted->points += (size_t)score.total;
        }
}

static void compare_drawn(bool whole, uint64_t seed)
{
    struct draw *d = draw_new(3, 12, whole);
    struct arena *arena = arena_new();
    struct match_need *made = arena_array(arena, NEEDS, sizeof *made);
    struct text bytes, second;
    struct counted counted = {0};
    text_init(&bytes, 1 << 20);
    text_init(&second, 1 << 20);
    for (size_t i = 0; i < NEEDS; i++) {
        struct need *n = arena_take(arena, sizeof *n);
        int64_t now;
        draw_need(d, seed + i, arena, n, &now);
        made[i] = match_need(n, d->g, d->words, now, arena);
    }
    for (size_t i = 0; i < OFFERS; i++) {
        struct offer o, again;
        text_clear(&bytes);
        text_clear(&second);
        draw_offer(d, seed + NEEDS + i, DRAW_PLAIN, arena, &o);
        pack_offer(&o, d->g, &bytes);
        assert_false(bytes.full);
        again = read_back(&bytes, d->g, arena);
        pack_offer(&again, d->g, &second);
        assert_int_equal(bytes.len, second.len);
        assert_memory_equal(bytes.data, second.data, bytes.len);
        strcpy(again.siret, o.siret);
        again.structures = o.structures;
        counted.bytes += bytes.len;
        assert_int_equal(again.capability_count, o.capability_count);
        for (size_t c = 0; c < o.capability_count; c++) {
            assert_int_equal(again.capabilities[c].number, c + 1);
            assert_memory_equal(&again.capabilities[c].reach, &o.capabilities[c].reach, sizeof o.capabilities[c].reach);
            for (size_t k = 0; k < o.capabilities[c].area_count; k++) {
                const struct place *p = &o.capabilities[c].areas[k], *q = &again.capabilities[c].areas[k];
                assert_int_equal(p->commune, q->commune);
                assert_memory_equal(&p->centre, &q->centre, offsetof(struct point, known));
                assert_int_equal(p->centre.known, q->centre.known);
            }
        }
        for (size_t n = 0; n < NEEDS; n++)
            compare(&made[n], &o, &again, &counted);
    }
    print_message("%zu pairs, %zu match, %zu in part; %zu points; %zu bytes an offer\n", counted.pairs, counted.matches,
                  counted.partial, counted.points, counted.bytes / OFFERS);
    assert_true(counted.matches > 10000 && counted.partial > 10000 && counted.points > 10000);
    text_fini(&bytes);
    text_fini(&second);
    arena_free(arena);
    draw_free(d);
}

static void matches_and_scores_as_before(void **state)
{
    (void)state;
    compare_drawn(false, 1);
    compare_drawn(true, 100000);
}

static const char typical[] =
    "{\"active\":true,\"description\":\"Entretien des locaux et des espaces verts.\",\"seat\":\"commune:63113\","
    "\"point\":{\"lat\":45.7812,\"lon\":3.1051},\"labels\":[\"ISO 14001\",\"RGE\",\"Qualité Éco\",\"Imprim'Vert\"],"
    "\"capabilities\":[{\"title\":\"Nettoyage\",\"cpv\":\"90911200\",\"services\":[\"services\"],\"radius\":50,"
    "\"value\":{\"max\":90000},\"keywords\":[\"bureaux\",\"vitres\"]},"
    "{\"title\":\"Espaces verts\",\"cpv\":\"77310000\",\"areas\":[\"departement:63\",\"departement:03\"],"
    "\"value\":{\"min\":1000,\"max\":40000},\"excluded\":[\"élagage\"]}]}";

static void pack_typical(struct gazetteer *g, struct text *bytes)
{
    struct arena *arena = arena_new();
    struct words *w = words_new();
    struct faults faults;
    struct offer o;
    fault_init(&faults, arena);
    assert_int_equal(record_read_offer(typical, strlen(typical), g, arena, &o, &faults, NULL), ERR_OK);
    offer_settle(&o, g, w, arena);
    text_init(bytes, 1 << 16);
    pack_offer(&o, g, bytes);
    words_free(w);
    arena_free(arena);
}

static void is_small(void **state)
{
    struct gazetteer *g = places_small();
    struct text bytes;
    (void)state;
    pack_typical(g, &bytes);
    print_message("a typical offer: %zu bytes of JSON, %zu packed\n", strlen(typical), bytes.len);
    assert_true(bytes.len <= 150);
    text_fini(&bytes);
    place_gazetteer_free(g);
}

// Whether the bytes are refused, or are themselves the one form of what is read.
static bool refused_or_whole(const unsigned char *bytes, size_t len, const struct gazetteer *g)
{
    struct arena *arena = arena_new();
    unsigned char *copy = memory_new(len + !len);
    struct offer o;
    struct text again;
    text_init(&again, 1 << 20);
    memcpy(copy, bytes, len);
    bool read = pack_read(copy, len, g, arena, &o);
    if (read)
        pack_offer(&o, g, &again);
    bool good = !read || (again.len == len && memcmp(again.data, bytes, len) == 0);
    text_fini(&again);
    free(copy);
    arena_free(arena);
    return good;
}

static void refuses_what_is_malformed(void **state)
{
    struct gazetteer *g = places_small();
    struct arena *arena = arena_new();
    struct text bytes;
    struct offer o;
    (void)state;
    pack_typical(g, &bytes);
    for (size_t len = 0; len < bytes.len; len++) {
        unsigned char *cut = memory_new(len + !len);
        memcpy(cut, bytes.data, len);
        assert_false(pack_read(cut, len, g, arena, &o));
        free(cut);
    }
    // A byte that is another one is seen, or makes another offer.
    for (size_t i = 0; i < bytes.len; i++)
        for (int value = 0; value < 256; value++) {
            unsigned char *changed = memory_new(bytes.len);
            memcpy(changed, bytes.data, bytes.len);
            changed[i] = (unsigned char)value;
            if (!refused_or_whole(changed, bytes.len, g))
                fail_msg("byte %zu as %d is taken", i, value);
            free(changed);
        }
    text_byte(&bytes, 0);
    assert_false(pack_read(bytes.data, bytes.len, g, arena, &o));
    bytes.data[0]++;
    assert_false(pack_read(bytes.data, bytes.len - 1, g, arena, &o));
    text_fini(&bytes);
    arena_free(arena);
    place_gazetteer_free(g);
}

static void bytes_are_of_their_gazetteer(void **state)
{
    struct gazetteer *g = places_small(), *fewer = place_gazetteer_new();
    struct arena *arena = arena_new();
    struct text bytes;
    struct offer o;
    (void)state;
    pack_typical(g, &bytes);
    must(place_add_region(fewer, "84", "Auvergne-Rhône-Alpes"));
    must(place_add_departement(fewer, "63", "Puy-de-Dôme", "84", "FRK14", "63113", "Clermont-Ferrand", point_of(45.7797, 3.0869)));
    assert_false(pack_read(bytes.data, bytes.len, fewer, arena, &o)); // the Allier is not in it
    assert_true(pack_stamp(g) != pack_stamp(fewer));
    uint64_t before = pack_stamp(g);
    assert_true(before < UINT64_C(1) << 63);
    must(place_add_commune(g, "63300", "Riom, ville d'art", "63200", (struct point){0}));
    assert_true(pack_stamp(g) == before); // a name changes nothing
    must(place_add_commune(g, "63300", "Riom", "63200", point_of(45.9, 3.12)));
    assert_true(pack_stamp(g) != before);
    text_fini(&bytes);
    arena_free(arena);
    place_gazetteer_free(g);
    place_gazetteer_free(fewer);
}

static void is_text_for_statements(void **state)
{
    struct text bytes, out;
    (void)state;
    text_init(&bytes, 100);
    text_init(&out, 100);
    text_add(&bytes, "\x01\x00\xff", 3);
    pack_base64(&bytes, &out);
    assert_string_equal(text_string(&out), "AQD/");
    assert_true(pack_unhex("\\x0100ff", 8, &out));
    assert_int_equal(out.len, 3);
    assert_memory_equal(out.data, bytes.data, 3);
    static const char *const bad[] = {"", "\\", "0100ff", "\\x0", "\\x0g", "\\xFF", "x\\00"};
    for (size_t i = 0; i < DRAW_COUNT(bad); i++)
        assert_false(pack_unhex(bad[i], strlen(bad[i]), &out));
    text_fini(&bytes);
    text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_and_scores_as_before), cmocka_unit_test(is_small),
        cmocka_unit_test(refuses_what_is_malformed),    cmocka_unit_test(bytes_are_of_their_gazetteer),
        cmocka_unit_test(is_text_for_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
