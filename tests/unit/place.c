// SPDX-License-Identifier: EUPL-1.2
// Tests core/place: reading places, sets, circles, repairs.
#include "core/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct fixture {
    struct arena *arena;
    struct gazetteer *g;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){arena_new(), places_small()};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    place_gazetteer_free(f->g);
    arena_free(f->arena);
    return 0;
}

static struct place at(struct fixture *f, const char *text)
{
    return place_at(f->g, text, f->arena);
}

static void reads_all_forms(void **state)
{
    struct fixture *f = *state;
    struct place p = at(f, "Commune:2a004");
    assert_string_equal(p.text, "commune:2A004");
    assert_true(p.commune && p.centre.known);
    assert_true(place_within(p.deps, at(f, "departement:2A").deps));
    assert_string_equal(at(f, "NUTS:frk14").text, "nuts:FRK14");
    assert_string_equal(at(f, "fr").text, "FR");
    assert_int_equal(at(f, "departement:974").commune, 0);
    assert_true(place_within(at(f, "nuts:FRK14").deps, at(f, "departement:63").deps));
    assert_true(place_within(at(f, "region:84").deps, at(f, "nuts:FRK").deps));
    assert_true(place_within(at(f, "departement:03").deps, at(f, "nuts:FRK1").deps));
    assert_false(place_meets(at(f, "departement:69").deps, at(f, "nuts:FRK1").deps));
    assert_true(place_within(at(f, "FR").deps, at(f, "nuts:FR").deps));
    assert_true(place_within(at(f, "departement:974").deps, at(f, "FR").deps));
}

static void refuses_what_is_no_place(void **state)
{
    static const struct {
        const char *text;
        enum err err;
    } bad[] = {
        {"", ERR_BAD_PLACE},
        {"63113", ERR_BAD_PLACE},
        {"commune:", ERR_BAD_PLACE},
        {"commune:631", ERR_BAD_PLACE},
        {"commune:63113 ", ERR_BAD_PLACE},
        {"commune:631134", ERR_BAD_PLACE},
        {"communes:63113", ERR_BAD_PLACE},
        {"com:63113", ERR_BAD_PLACE},
        {"commune:2C004", ERR_BAD_PLACE},
        {"departement:6", ERR_BAD_PLACE},
        {"departement:97", ERR_BAD_PLACE},
        {"departement:063", ERR_BAD_PLACE},
        {"region:ARA", ERR_BAD_PLACE},
        {"region:8", ERR_BAD_PLACE},
        {"nuts:84", ERR_BAD_PLACE},
        {"nuts:FRK145", ERR_BAD_PLACE},
        {"FRA", ERR_BAD_PLACE},
        {"commune:\xc3\xa9\xc3\xa9\xc3\xa9", ERR_BAD_PLACE},
        {"commune:99999", ERR_UNKNOWN_PLACE},
        {"departement:20", ERR_UNKNOWN_PLACE},
        {"departement:13", ERR_UNKNOWN_PLACE},
        {"region:93", ERR_UNKNOWN_PLACE},
        {"nuts:FRL", ERR_UNKNOWN_PLACE},
        {"nuts:BE100", ERR_UNKNOWN_PLACE},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct place p;
        if (place_parse(f->g, bad[i].text, f->arena, &p) != bad[i].err)
            fail_msg("\"%s\" is not answered with %s", bad[i].text, err_word(bad[i].err));
    }
}

static void takes_communes_it_does_not_hold(void **state)
{
    struct fixture *f = *state;
    struct place p = at(f, "commune:63555");
    assert_int_not_equal(p.commune, 0);
    assert_false(p.centre.known);
    assert_true(place_within(p.deps, at(f, "departement:63").deps));
    assert_string_equal(place_name(f->g, &p), "63555");
    assert_int_equal(p.commune, at(f, "commune:63555").commune);
    assert_int_not_equal(p.commune, at(f, "commune:63556").commune);
}

static void arrondissements_are_their_city(void **state)
{
    struct fixture *f = *state;
    struct place city = at(f, "commune:75056"), first = at(f, "commune:75101"), other = at(f, "commune:75120");
    assert_int_equal(first.commune, city.commune);
    assert_int_equal(other.commune, city.commune);
    assert_int_not_equal(at(f, "commune:69381").commune, city.commune);
    assert_int_equal(at(f, "commune:69381").commune, at(f, "commune:69123").commune);
    assert_true(fabs(first.centre.lat - 48.8626) < 1e-9);
    assert_true(fabs(other.centre.lat - city.centre.lat) < 1e-9); // not loaded: the city's
    assert_string_equal(place_name(f->g, &first), "Paris 1er Arrondissement");
}

static void names_places(void **state)
{
    static const struct {
        const char *text, *name;
    } named[] = {
        {"commune:63113", "Clermont-Ferrand"}, {"departement:63", "Puy-de-Dôme"}, {"region:84", "Auvergne-Rhône-Alpes"},
        {"nuts:FRK14", "Puy-de-Dôme"},         {"nuts:FRM", "Corse"},             {"nuts:FRK1", "FRK1"},
        {"FR", "France"},                      {"nuts:FR", "France"},             {"nuts:FRY4", "La Réunion"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct place p = at(f, named[i].text);
        assert_string_equal(place_name(f->g, &p), named[i].name);
    }
}

static void replaces_rows(void **state)
{
    struct fixture *f = *state;
    size_t count = place_commune_count(f->g);
    // The centre stays when the new row has none; the postal code that it no longer has does not find it.
    assert_int_equal(place_add_commune(f->g, "63300", "Riom (Ville)", "63201", (struct point){0}), ERR_OK);
    assert_int_equal(place_commune_count(f->g), count);
    assert_true(place_centre(f->g, "63300").known);
    assert_null(place_by_postal(f->g, "63200", NULL, f->arena));
    assert_string_equal(place_by_postal(f->g, "63201", NULL, f->arena), "commune:63300");
    // A département given again leaves its prefecture's loaded row alone.
    assert_int_equal(place_add_departement(f->g, "63", "Puy de Dôme", "84", "FRK14", "63113", "Clermont",
                                           point_of(1, 1)), ERR_OK);
    struct place p = at(f, "commune:63113");
    assert_string_equal(place_name(f->g, &p), "Clermont-Ferrand");
    assert_string_equal(place_around(f->g, &p), "Puy de Dôme");
    assert_true(p.centre.lat > 45);
    assert_int_equal(place_add_commune(f->g, "13055", "Marseille", "13001", point_of(43, 5)), ERR_UNKNOWN_PLACE);
    assert_int_equal(place_add_commune(f->g, "1305", "Marseille", "13001", point_of(43, 5)), ERR_BAD_PLACE);
}

static void holds_all_two_digit_departements(void **state)
{
    struct gazetteer *g = place_gazetteer_new();
    struct arena *a = arena_new();
    char code[4], prefecture[6], text[20];
    struct depset all = {{0, 0}};
    (void)state;
    for (int i = 1; i <= 96; i++) {
        snprintf(code, sizeof code, "%02d", i);
        snprintf(prefecture, sizeof prefecture, "%02d001", i);
        assert_int_equal(place_add_departement(g, code, code, "01", "", prefecture, "P", point_of(0, i)), ERR_OK);
    }
    for (int i = 1; i <= 96; i++) {
        snprintf(text, sizeof text, "departement:%02d", i);
        struct depset own = place_at(g, text, a).deps;
        assert_false(place_meets(own, all));
        all = place_join(all, own);
    }
    assert_true(place_within(place_at(g, "FR", a).deps, all));
    arena_free(a);
    place_gazetteer_free(g);
}

static void measures_distances(void **state)
{
    struct fixture *f = *state;
    struct point clermont = place_centre(f->g, "63113"), lyon = place_centre(f->g, "69123");
    double km = place_distance(clermont, lyon);
    assert_true(km > 134 && km < 138);
    assert_true(place_distance(lyon, clermont) == km);
    assert_true(place_distance(lyon, lyon) == 0);
    // A quarter of the way round, over the date line.
    assert_true(fabs(place_distance(point_of(0.0001, 179), point_of(0.0001, -91)) - 6371.0 * M_PI / 2) < 0.1);
    assert_false(place_centre(f->g, "63999").known);
    assert_false(place_centre(f->g, "nowhere").known);
}

static void reaches_by_communes(void **state)
{
    struct fixture *f = *state;
    struct point clermont = place_centre(f->g, "63113");
    struct depset d63 = at(f, "departement:63").deps, d03 = at(f, "departement:03").deps;
    double vichy = place_distance(clermont, place_centre(f->g, "03310"));
    struct depset near = place_reach(f->g, clermont, vichy - 0.001, NULL);
    assert_true(place_within(near, d63) && place_within(d63, near));
    assert_true(place_meets(place_reach(f->g, clermont, vichy, NULL), d03)); // "within" takes the edge
    // Without communes only the prefecture counts: Moulins is 89 km away.
    struct gazetteer *bare = places_departements();
    assert_false(place_meets(place_reach(bare, clermont, 80, NULL), d03));
    assert_true(place_meets(place_reach(bare, clermont, 95, NULL), d03));
    place_gazetteer_free(bare);
    struct place seat = at(f, "commune:2A004");
    assert_true(place_meets(place_reach(f->g, clermont, 1, &seat), seat.deps));
    assert_true(place_within(place_reach(f->g, (struct point){0}, 500, &seat), seat.deps));
    assert_true(place_within(at(f, "FR").deps, place_reach(f->g, clermont, 20100, NULL)));
}

// Communes at random around the prefectures, some far away; then half of them move.
enum { SCATTERED = 600 };

struct scattered {
    char code[8];
    size_t departement;
    struct point at;
};

static unsigned dice(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 8) % n;
}

static void scatter(struct gazetteer *g, struct scattered *c, size_t number, unsigned *seed)
{
    static const struct point far[] = {{-14.3, 179.97, true}, {-14.3, -179.97, true}, {90, 0, true}, {-89.9, 120, true}};
    size_t count = sizeof small_departements / sizeof *small_departements;
    c->departement = number % count;
    const struct small_departement *d = &small_departements[c->departement];
    c->at = point_of(d->lat + (dice(seed, 12001) - 6000.) / 8000, d->lon + (dice(seed, 12001) - 6000.) / 8000);
    if (dice(seed, 40) == 0)
        c->at = far[dice(seed, 4)];
    bool overseas = strlen(d->code) == 3;
    snprintf(c->code, sizeof c->code, "%s%u", d->code, (unsigned)((overseas ? 20 : 300) + number / count) % 1000); // no prefecture's
    must(place_add_commune(g, c->code, c->code, "", c->at));
}

static struct depset reach_by_measure(const struct scattered *list, struct point at, double km, const struct depset *own)
{
    struct depset reach = {{0, 0}};
    for (size_t i = 0; i < SCATTERED; i++)
        if (place_distance(at, list[i].at) <= km)
            reach = place_join(reach, own[list[i].departement]);
    for (size_t i = 0; i < sizeof small_departements / sizeof *small_departements; i++)
        if (place_distance(at, point_of(small_departements[i].lat, small_departements[i].lon)) <= km)
            reach = place_join(reach, own[i]);
    return reach;
}

// Km to the nearest commune of the same département as that of a commune.
static double nearest(const struct scattered *list, struct point at, size_t of)
{
    double least = 1e9;
    for (size_t i = 0; i < SCATTERED; i++)
        if (list[i].departement == list[of].departement)
            least = fmin(least, place_distance(at, list[i].at));
    return least;
}

static void reaches_what_measure_says(void **state)
{
    static struct scattered list[SCATTERED];
    struct depset own[sizeof small_departements / sizeof *small_departements];
    struct gazetteer *g = places_departements();
    struct fixture *f = *state;
    unsigned seed = 1, edges = 0;
    char text[32];
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        snprintf(text, sizeof text, "departement:%s", small_departements[i].code);
        own[i] = place_at(g, text, f->arena).deps;
    }
    for (int turn = 0; turn < 4; turn++) {
        for (size_t i = 0; i < SCATTERED; i++)
            if (turn == 0 || dice(&seed, 2))
                scatter(g, &list[i], i, &seed);
        for (int i = 0; i < 3000; i++) {
            struct point at = list[dice(&seed, SCATTERED)].at;
            double km = dice(&seed, 300); // or just to a commune, or not quite
            if (dice(&seed, 2))
                km = nearest(list, at, dice(&seed, SCATTERED));
            km = dice(&seed, 3) ? km : nextafter(km, 0);
            struct depset expected = reach_by_measure(list, at, km, own), reach = place_reach(g, at, km, NULL);
            if (!place_within(expected, reach) || !place_within(reach, expected))
                fail_msg("%.17g km around %g %g", km, at.lat, at.lon);
            struct depset less = place_reach(g, at, nextafter(km, 0), NULL);
            edges += !place_within(reach, less);
        }
    }
    assert_true(edges > 100); // radii at which the answer turns
    place_gazetteer_free(g);
}

static void fingerprint_tells_what_matters(void **state)
{
    struct gazetteer *g = places_small(), *back = places_departements();
    (void)state;
    for (size_t i = sizeof small_communes / sizeof *small_communes; i > 0; i--) {
        const struct small_commune *c = &small_communes[i - 1];
        must(place_add_commune(back, c->code, "another name", c->postal, point_of(c->lat, c->lon)));
    }
    uint64_t first = place_fingerprint(g);
    assert_true(first == place_fingerprint(back)); // in whatever order, under whatever name
    must(place_add_commune(g, "63300", "Riom", "63200", point_of(45.9, 3.1125)));
    assert_true(place_fingerprint(g) != first);
    must(place_add_commune(g, "63300", "Riom", "63200", point_of(45.8933, 3.1125)));
    assert_true(place_fingerprint(g) == first);
    must(place_add_departement(g, "63", "Puy-de-Dôme", "11", "FRK14", "63113", "Clermont-Ferrand", (struct point){0}));
    assert_true(place_fingerprint(g) != first); // in another région
    must(place_add_departement(back, "15", "Cantal", "84", "FRK12", "15014", "Aurillac", (struct point){0}));
    assert_true(place_fingerprint(back) != first);
    place_gazetteer_free(g);
    place_gazetteer_free(back);
}

static void prefecture_may_lie_elsewhere(void **state)
{
    // The seat of the Terres australes (984) is in La Réunion, even when that is added later.
    struct gazetteer *g = place_gazetteer_new();
    struct point there = point_of(-21.309, 55.504);
    struct arena *a = arena_new();
    (void)state;
    assert_int_equal(place_add_departement(g, "984", "TAAF", "984", "", "97416", "Saint-Pierre", there), ERR_OK);
    assert_int_equal(place_add_departement(g, "974", "La Réunion", "04", "FRY40", "97411", "Saint-Denis",
                                           point_of(-20.885, 55.458)), ERR_OK);
    struct place p = place_at(g, "commune:97416", a);
    assert_true(place_within(p.deps, place_at(g, "departement:974", a).deps));
    struct depset reach = place_reach(g, there, 5, NULL);
    assert_true(place_meets(reach, place_at(g, "departement:984", a).deps));
    assert_true(place_meets(reach, place_at(g, "departement:974", a).deps));
    arena_free(a);
    place_gazetteer_free(g);
}

static void region_of_a_set(void **state)
{
    struct fixture *f = *state;
    struct depset region = place_region_of(f->g, at(f, "departement:63").deps);
    assert_true(place_within(region, at(f, "region:84").deps) && place_within(at(f, "region:84").deps, region));
}

static void spells_a_set(void **state)
{
    static const struct {
        const char *places[3], *spelt;
    } cases[] = {
        {{"FR"}, "region:84 region:94 region:11 departement:974"}, // a région of one département is that
        {{"departement:69", "departement:63", "departement:2A"}, "departement:63 departement:69 departement:2A"},
        {{"departement:69", "departement:63", "departement:03"}, "region:84"},
        {{"commune:2A247", "departement:2B", "nuts:FR101"}, "region:94 departement:75"},
        {{NULL}, ""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct depset deps = {{0, 0}}, again = {{0, 0}};
        const char *spelt = "";
        size_t count;
        for (size_t k = 0; k < 3 && cases[i].places[k]; k++)
            deps = place_join(deps, at(f, cases[i].places[k]).deps);
        const struct place *places = place_spell(f->g, deps, f->arena, &count);
        for (size_t k = 0; k < count; k++) {
            spelt = arena_format(f->arena, "%s%s%s", spelt, k ? " " : "", places[k].text);
            again = place_join(again, at(f, places[k].text).deps);
            assert_true(place_within(places[k].deps, deps));
        }
        assert_string_equal(spelt, cases[i].spelt);
        assert_true(place_within(again, deps) && place_within(deps, again));
    }
}

static void finds_by_postal_code(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(place_by_postal(f->g, "63100", NULL, f->arena), "commune:63113");
    assert_string_equal(place_by_postal(f->g, "63360", "ST BEAUZIRE", f->arena), "commune:63047");
    assert_string_equal(place_by_postal(f->g, "63360", "Saint-Germain CEDEX 2", f->arena), "commune:63350");
    assert_null(place_by_postal(f->g, "63360", NULL, f->arena));
    assert_null(place_by_postal(f->g, "63360", "Ailleurs", f->arena));
    assert_string_equal(place_by_postal(f->g, "63000", "any name", f->arena), "commune:63113");
    assert_null(place_by_postal(f->g, "6300", NULL, f->arena));
    assert_null(place_by_postal(f->g, "", NULL, f->arena));
}

static void finds_the_departement(void **state)
{
    static const struct {
        const char *code, *form;
    } codes[] = {
        {"63000", "departement:63"}, {"63113", "departement:63"}, {"20137", "departement:2A"},
        {"20000", "departement:2A"}, {"20200", "departement:2B"}, {"2b033", "departement:2B"},
        {"97460", "departement:974"}, {"974", "departement:974"}, {"2A", "departement:2A"},
        {"20", NULL},                {"13001", NULL},             {"F63000", NULL},
        {"", NULL},                  {"97", NULL},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const char *form = place_departement_of(f->g, codes[i].code, f->arena);
        if (!codes[i].form)
            assert_null(form);
        else
            assert_string_equal(form, codes[i].form);
    }
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(reads_all_forms),
        WITH_FIXTURE(refuses_what_is_no_place),
        WITH_FIXTURE(takes_communes_it_does_not_hold),
        WITH_FIXTURE(arrondissements_are_their_city),
        WITH_FIXTURE(names_places),
        WITH_FIXTURE(replaces_rows),
        cmocka_unit_test(holds_all_two_digit_departements),
        WITH_FIXTURE(measures_distances),
        WITH_FIXTURE(reaches_by_communes),
        WITH_FIXTURE(reaches_what_measure_says),
        cmocka_unit_test(fingerprint_tells_what_matters),
        cmocka_unit_test(prefecture_may_lie_elsewhere),
        WITH_FIXTURE(region_of_a_set),
        WITH_FIXTURE(spells_a_set),
        WITH_FIXTURE(finds_by_postal_code),
        WITH_FIXTURE(finds_the_departement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
