// SPDX-License-Identifier: EUPL-1.2
// The register of insertion enterprises: what is taken, repaired, refused. All lines are made up.
#include "wire/siae.h"

#include "tests/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define HEAD                                                                                                           \
    "siret\tkind\tname\tbrand\tnaf\tlegal_form\taddress\tpost_code\tcity\tdepartment\tlon\tlat\twebsite\tsource"

enum { SIRET, KIND, NAME, BRAND, NAF, LEGAL_FORM, ADDRESS, POST_CODE, CITY, DEPARTMENT, LON, LAT, FIELDS = 14 };

struct fixture {
    struct world w;
    struct arena *arena;
    struct words *words;
    struct siae s;
    struct faults faults, warnings;
    struct offer o;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const char *missing;
    world_init(&f->w);
    f->arena = arena_new();
    f->words = words_new();
    *state = f;
    return siae_header(&f->s, HEAD, strlen(HEAD), f->arena, &missing) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    world_fini(&f->w);
    words_free(f->words);
    arena_free(f->arena);
    free(f);
    return 0;
}

static enum err read(struct fixture *f, const char *line)
{
    fault_init(&f->faults, f->arena);
    fault_init(&f->warnings, f->arena);
    return siae_read(&f->w.x, &f->s, line, strlen(line), f->arena, &f->o, &f->faults, &f->warnings);
}

// A good line with one or two fields replaced.
static enum err read_with(struct fixture *f, int field, const char *value, int other, const char *others)
{
    const char *fields[FIELDS] = {"21630113500010",
                                  "ACI",
                                  "LES JARDINS DE TEST",
                                  "",
                                  "8121Z",
                                  "",
                                  "1 rue du Port",
                                  "63170",
                                  "Aubière",
                                  "63",
                                  "3.11",
                                  "45.75",
                                  "",
                                  "TEST"};
    const char *line = "";
    fields[field] = value;
    if (others)
        fields[other] = others;
    for (int i = 0; i < FIELDS; i++)
        line = arena_format(f->arena, "%s%s%s", line, i ? "\t" : "", fields[i]);
    return read(f, line);
}

static void warned(struct fixture *f, int field, const char *value, const char *warnings)
{
    assert_int_equal(read_with(f, field, value, 0, NULL), ERR_OK);
    assert_string_equal(world_faults(f->arena, &f->warnings), warnings);
}

static void refused(struct fixture *f, int field, const char *value, const char *faults)
{
    assert_int_equal(read_with(f, field, value, 0, NULL), ERR_INVALID);
    assert_string_equal(world_faults(f->arena, &f->faults), faults);
}

static void prefills_an_offer(void **state)
{
    struct fixture *f = *state;
    struct faults checked;
    warned(f, BRAND, "Les Jardins", "");
    assert_string_equal(f->o.siret, "21630113500010");
    assert_string_equal(f->o.name, "Les Jardins");
    assert_non_null(strstr(f->o.description, "LES JARDINS DE TEST"));
    assert_int_equal(f->o.structures, STRUCTURE_ACI);
    assert_true(f->o.active);
    assert_string_equal(f->o.seat.text, "commune:63014");
    assert_true(f->o.at.known && f->o.at.lat == 45.75 && f->o.at.lon == 3.11);
    assert_int_equal(f->o.capability_count, 2);
    assert_int_equal(f->o.capabilities[0].number, 1);
    assert_int_equal(f->o.capabilities[0].cpv.code, 90911200);
    assert_int_equal(f->o.capabilities[0].services, SERVICE_SERVICES);
    assert_true(f->o.capabilities[1].radius == SIAE_RADIUS);
    offer_settle(&f->o, f->w.places, f->words, f->arena);
    fault_init(&checked, f->arena);
    offer_check(&f->o, &checked);
    assert_int_equal(checked.count, 0);
}

static void prefills_by_structure_when_naf_tells_no_trade(void **state)
{
    struct fixture *f = *state;
    warned(f, NAF, "8899B", "");
    assert_int_equal(f->o.capability_count, 3);
    assert_int_equal(f->o.capabilities[0].cpv.code, 77310000);
    warned(f, NAF, "", "naf_unknown /naf");
    assert_int_equal(f->o.capability_count, 3);
    warned(f, NAF, "88", "naf_unknown /naf");
    warned(f, NAF, "8130z", "naf_repaired /naf");
    assert_int_equal(f->o.capabilities[0].cpv.code, 77310000);
    assert_int_equal(f->o.capability_count, 1);
    warned(f, NAF, "81.21Z", "naf_repaired /naf");
    assert_int_equal(f->o.capability_count, 2);
}

static void guesses_seats(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[][2] = {
        {"", ""}, {"3,11", "45.75"}, {"2.35", "91"}, {"-61.7", "16.2"}, {"45.75", "3.11"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_with(f, LON, bad[i][0], LAT, bad[i][1]), ERR_OK);
        assert_string_equal(world_faults(f->arena, &f->warnings), "seat_guessed /lon");
        assert_string_equal(f->warnings.list[0].arg, "commune:63014");
        assert_false(f->o.at.known);
        offer_settle(&f->o, f->w.places, f->words, f->arena);
        assert_true(f->o.at.known && f->o.at.lat == 45.7506);
    }
    assert_int_equal(read_with(f, LON, "", POST_CODE, "63999"), ERR_OK); // the city in its département
    assert_string_equal(f->o.seat.text, "commune:63014");
    assert_int_equal(read_with(f, LON, "", CITY, "Nulle Part"), ERR_OK);
    assert_string_equal(f->o.seat.text, "commune:63014"); // the only one of its postal code
    assert_int_equal(read(f, "21630113500010\tACI\tX\t\t8121Z\t\t\t63999\tNulle Part\t63\t\t\t\t"), ERR_OK);
    assert_null(f->o.seat.text);
    assert_string_equal(f->warnings.list[0].arg, "commune:63113"); // the prefecture
    assert_true(f->o.at.known);
    assert_int_equal(read(f, "21630113500010\tACI\tX\t\t8121Z\t\t\t\tNulle Part\t\t\t\t\t"), ERR_INVALID);
    assert_string_equal(world_faults(f->arena, &f->faults), "unknown_place /city");
}

static void checks_siret_kind_and_name(void **state)
{
    struct fixture *f = *state;
    warned(f, SIRET, "12345678901234", "siret_doubtful /siret");
    warned(f, SIRET, "5420021000018", "siret_repaired /siret");
    refused(f, SIRET, "1234", "bad_siret /siret");
    refused(f, SIRET, "", "required /siret");
    refused(f, KIND, "XYZ", "not_one_of /kind");
    refused(f, KIND, "", "required /kind");
    refused(f, NAME, "", "required /name");
    assert_int_equal(read_with(f, NAME, "", BRAND, "Les Jardins"), ERR_OK);
    assert_string_equal(f->o.name, "Les Jardins");
    assert_int_equal(read_with(f, NAF, "8899B", KIND, "ETTI"), ERR_INVALID); // no row for ETTI in this world
    assert_string_equal(world_faults(f->arena, &f->faults), "too_few /naf");
}

static void refuses_broken_lines(void **state)
{
    struct fixture *f = *state;
    struct siae s;
    const char *missing, *short_head = "siret\tname";
    assert_int_equal(read(f, "21630113500010\tACI"), ERR_INVALID);
    assert_string_equal(world_faults(f->arena, &f->faults), "line_columns ");
    refused(f, NAME, "Caf\xe9", "bad_text ");
    assert_int_equal(siae_header(&s, short_head, strlen(short_head), f->arena, &missing), ERR_LINE_COLUMNS);
    assert_string_equal(missing, "kind");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefills_an_offer),    cmocka_unit_test(prefills_by_structure_when_naf_tells_no_trade),
        cmocka_unit_test(guesses_seats),        cmocka_unit_test(checks_siret_kind_and_name),
        cmocka_unit_test(refuses_broken_lines),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
