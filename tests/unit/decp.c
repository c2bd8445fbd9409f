// SPDX-License-Identifier: EUPL-1.2
// Contracts of the French essential procurement data: what is taken, repaired, refused. All lines are made up.
#include "wire/decp.h"

#include "base/clock.h"
#include "tests/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct fixture {
    struct world w;
    struct arena *arena;
    struct faults faults, warnings;
    struct decp d;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    world_init(&f->w);
    f->arena = arena_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    world_fini(&f->w);
    arena_free(f->arena);
    free(f);
    return 0;
}

static enum err read(struct fixture *f, const char *line)
{
    fault_init(&f->faults, f->arena);
    fault_init(&f->warnings, f->arena);
    return decp_read(&f->w.x, line, strlen(line), f->arena, &f->d, &f->faults, &f->warnings);
}

// A good line with one field replaced, or added: `"name": value`.
static const char *with(struct fixture *f, const char *member)
{
    static const char *const good[] = {
        "\"id\": \"2031-07\"",
        "\"acheteur\": {\"id\": \"21630113500010\", \"nom\": \"Ville de Clermont-Ferrand\"}",
        "\"objet\": \"Nettoyage de bureaux\"",
        "\"codeCPV\": \"90911200\"",
        "\"lieuExecution\": {\"code\": \"63113\", \"typeCode\": \"Code commune\"}",
        "\"procedure\": \"Procédure adaptée\""};
    const char *line = member && *member ? arena_format(f->arena, "{%s", member) : "{\"_type\": \"Marché\"";
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!member || strncmp(member, good[i], strcspn(good[i], ":")) != 0)
            line = arena_format(f->arena, "%s, %s", line, good[i]);
    return arena_format(f->arena, "%s}", line);
}

static void warned(struct fixture *f, const char *member, const char *warnings)
{
    enum err err = read(f, with(f, member));
    if (err)
        fail_msg("%s: %s", member, world_faults(f->arena, &f->faults));
    assert_string_equal(world_faults(f->arena, &f->warnings), warnings);
}

static void refused(struct fixture *f, const char *member, const char *faults)
{
    assert_int_equal(read(f, with(f, member)), ERR_INVALID);
    assert_string_equal(world_faults(f->arena, &f->faults), faults);
}

static void takes_a_clean_contract(void **state)
{
    struct fixture *f = *state;
    warned(f, NULL, "");
    const struct need *n = &f->d.need;
    assert_string_equal(n->buyer, "21630113500010");
    assert_string_equal(f->d.buyer_name, "Ville de Clermont-Ferrand");
    assert_string_equal(n->title, "Nettoyage de bureaux");
    assert_string_equal(n->reference, "2031-07");
    assert_int_equal(n->state, NEED_PUBLISHED);
    assert_int_equal(n->kind, NEED_TENDER);
    assert_int_equal(n->lot_count, 1);
    assert_int_equal(n->lots[0].number, 1);
    assert_null(n->lots[0].title);
    assert_int_equal(n->lots[0].cpv[0].code, 90911200);
    assert_int_equal(n->lots[0].services, SERVICE_SERVICES);
    assert_string_equal(n->places[0].text, "commune:63113");
    assert_true(n->start == DAY_UNKNOWN && n->deadline == TIME_UNKNOWN && n->duration == 0);
    assert_true(n->lots[0].value.least == -1 && n->lots[0].value.most == -1);
}

static void same_contract_same_key(void **state)
{
    struct fixture *f = *state;
    char key[SEAL_HASH];
    warned(f, NULL, "");
    memcpy(key, f->d.key, sizeof key);
    warned(f, "\"uuid\": \"x\"", ""); // what is not read does not count
    assert_string_equal(f->d.key, key);
    warned(f, "\"id\": \"2031-08\"", "");
    assert_string_not_equal(f->d.key, key);
    warned(f, "\"montant\": 5000", "");
    assert_string_not_equal(f->d.key, key);
}

static void reads_cpv_codes(void **state)
{
    static const struct {
        const char *field, *warnings;
        uint32_t code;
    } cases[] = {
        {"\"codeCPV\": \"90911200-8\"", "", 90911200},
        {"\"codeCPV\": \"90911200-3\"", "check_digit /codeCPV", 90911200},
        {"\"codeCPV\": \"9132100\"", "cpv_repaired /codeCPV", 9132100},
        {"\"codeCPV\": 9132100, \"uid\": 1", "cpv_repaired /codeCPV", 9132100},
        {"\"codeCPV\": \"3451000\"", "cpv_repaired /codeCPV", 3451000},
        {"\"codeCPV\": \"4543100-7\"", "cpv_repaired /codeCPV", 45431000},
        {"\"codeCPV\": \"031210005\"", "cpv_repaired /codeCPV", 3121000},
        {"\"codeCPV\": \"90 91 12 00\"", "", 90911200},
        {"\"codeCPV\": \"12345678\"", "unknown_cpv /codeCPV", 12345678},
        {"\"codeCPV\": \"9134000\"", "cpv_repaired /codeCPV; unknown_cpv /codeCPV", 9134000},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        warned(f, cases[i].field, cases[i].warnings);
        assert_int_equal(f->d.need.lots[0].cpv_count, 1);
        assert_int_equal(f->d.need.lots[0].cpv[0].code, cases[i].code);
    }
    warned(f, "\"codeCPV\": \"90911200; 45210000-2, 90911200\"", "");
    assert_int_equal(f->d.need.lots[0].cpv_count, 2);
    assert_int_equal(f->d.need.lots[0].services, SERVICE_SERVICES | SERVICE_WORKS);
    warned(f, "\"codeCPV\": \"90911200, none\"", "left_out /codeCPV");
    refused(f, "\"codeCPV\": \"0\"", "bad_cpv /codeCPV");
    refused(f, "\"codeCPV\": \"1110000\"", "bad_cpv /codeCPV");
    refused(f, "\"codeCPV\": null", "required /codeCPV");
}

static void reads_places(void **state)
{
    static const struct {
        const char *type, *code, *name, *place; // place "!": repaired
    } cases[] = {
        {"Code postal", "63170", "", "commune:63014"},
        {"CODE POSTAL", "63300", "", "commune:63300"},
        {"Code commune", "2A004", "Ajaccio", "commune:2A004"},
        {"Code commune", "63170", "", "!commune:63014"},
        {"Code postal", "01500", "Ville d'Ambronay", "commune:01007"},
        {"Code postal", "01500", "", "!departement:01"},
        {"Code postal", "59066", "17 place du Marché 59066 ROUBAIX CEDEX 1", "!commune:59512"},
        {"Code postal", "69601", "MAIRIE DE VILLEURBANNE", "!commune:69266"},
        {"Code postal", "6901", "Mairie de Villeurbanne", "!commune:69266"},
        {"Code postal", "63", "", "!departement:63"},
        {"Code département", "63", "", "departement:63"},
        {"Code département", "063", "", "!departement:63"},
        {"Code département", "2A", "", "departement:2A"},
        {"Code département", "20", "", "!region:94"},
        {"Code département", "974", "", "departement:974"},
        {"Code département", "63170", "", "!departement:63"},
        {"Code arrondissement", "631", "", "!departement:63"},
        {"Code canton", "6315", "", "!departement:63"},
        {"Code région", "84", "", "region:84"},
        {"Code région", "82", "Rhône-Alpes", "!nuts:FRK2"},
        {"Code région", "FRK2", "", "nuts:FRK2"},
        {"Code région", "FR71", "", "!nuts:FRK2"},
        {"Code pays", "FRK14", "", "!nuts:FRK14"},
        {"Code pays", "FRK19", "", "!nuts:FRK1"},
        {"Code pays", "FR", "FRANCE", "FR"},
        {"Code pays", "250", "France", "FR"},
        {"Code postal", "FR", "FRANCE", "!FR"},
        {"Code postal", "FR63170", "", "!commune:63014"},
        {"Code postal", "630000", "Clermont-Ferrand", "!commune:63113"},
        {"Code postal", "00000", "Département du Puy-de-Dôme", "!departement:63"},
        {"Code postal", "", "Haute Corse", "!departement:2B"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool repaired = *cases[i].place == '!';
        warned(f,
               arena_format(f->arena, "\"lieuExecution\": {\"typeCode\": \"%s\", \"code\": \"%s\", \"nom\": \"%s\"}",
                            cases[i].type, cases[i].code, cases[i].name),
               repaired ? "place_repaired /lieuExecution/code" : "");
        assert_string_equal(f->d.need.places[0].text, cases[i].place + repaired);
    }
}

static void refuses_places_that_mean_nothing(void **state)
{
    static const struct {
        const char *value, *fault;
    } cases[] = {
        {"{\"code\": \"99\", \"nom\": \"Etranger\"}", "place_abroad /lieuExecution/code"},
        {"{\"code\": \"DE\", \"typeCode\": \"Code pays\"}", "place_abroad /lieuExecution/code"},
        {"{\"code\": \"00\", \"nom\": \"Divers sites\"}", "unknown_place /lieuExecution/code"},
        {"{\"code\": \"200000172\"}", "unknown_place /lieuExecution/code"},
        {"{\"code\": \"99500\", \"typeCode\": \"Code commune\"}", "unknown_place /lieuExecution/code"},
        {"{\"code\": \"6300\", \"nom\": \"Ville d'ailleurs\"}", "unknown_place /lieuExecution/code"},
        {"{}", "required /lieuExecution"},
        {"null", "required /lieuExecution"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(f, arena_format(f->arena, "\"lieuExecution\": %s", cases[i].value), cases[i].fault);
}

static void reads_buyers(void **state)
{
    struct fixture *f = *state;
    warned(f, "\"acheteur\": {\"id\": \"216 301 135 00010\", \"nom\": \"X\"}", "siret_repaired /acheteur/id");
    assert_string_equal(f->d.need.buyer, "21630113500010");
    warned(f, "\"acheteur\": {\"id\": \"5420021000018\", \"nom\": \"X\"}", "siret_repaired /acheteur/id");
    assert_string_equal(f->d.need.buyer, "05420021000018");
    warned(f, "\"acheteur\": {\"id\": \"21630113500011\", \"nom\": \"X\"}", "siret_doubtful /acheteur/id");
    warned(f, "\"acheteur\": {\"id\": \"21630113500010\"}", "name_guessed /acheteur/nom");
    assert_string_equal(f->d.buyer_name, "21630113500010");
    refused(f, "\"acheteur\": {\"id\": \"5420021000017\", \"nom\": \"X\"}", "bad_siret /acheteur/id");
    refused(f, "\"acheteur\": {\"id\": \"00000000000000\", \"nom\": \"X\"}", "bad_siret /acheteur/id");
    refused(f, "\"acheteur\": {\"id\": \"FR1234\", \"nom\": \"X\"}", "bad_siret /acheteur/id");
    refused(f, "\"acheteur\": null", "required /acheteur/id");
}

static void reads_dates(void **state)
{
    static const struct {
        const char *value, *day; // NULL: none
        bool repaired;
    } cases[] = {
        {"2019-01-29", "2019-01-29", false},
        {"2019-01-29+01:00", "2019-01-29", false},
        {"2019-01-29T00:00:00Z", "2019-01-29", false},
        {"0218-11-07", "2018-11-07", true},
        {"0018-11-07", "2018-11-07", true},
        {"2019-02-30", NULL, true},
        {"1018-01-01", NULL, true},
        {"29/01/2019", NULL, true},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t day = DAY_UNKNOWN;
        if (cases[i].day)
            assert_true(clock_parse_day(cases[i].day, &day));
        warned(f, arena_format(f->arena, "\"dateNotification\": \"%s\"", cases[i].value),
               cases[i].repaired ? "date_repaired /dateNotification" : "");
        assert_int_equal(f->d.need.start, day);
    }
}

static void reads_amounts_and_durations(void **state)
{
    struct fixture *f = *state;
    warned(f, "\"montant\": 1234.56", "");
    assert_int_equal(f->d.need.lots[0].value.least, 1235);
    assert_int_equal(f->d.need.lots[0].value.most, 1235);
    warned(f, "\"montant\": \"60000\"", "");
    assert_int_equal(f->d.need.lots[0].value.most, 60000);
    warned(f, "\"valeurGlobale\": 90000", "");
    assert_int_equal(f->d.need.lots[0].value.most, 90000);
    warned(f, "\"montant\": \"NC\"", "");
    static const char *const bad[] = {"0", "-5", "1", "9.9", "1.0e17", "\"beaucoup\""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        warned(f, arena_format(f->arena, "\"montant\": %s", bad[i]), "value_dropped /montant");
        assert_int_equal(f->d.need.lots[0].value.most, -1);
    }
    warned(f, "\"dureeMois\": 36", "");
    assert_int_equal(f->d.need.duration, 36);
    warned(f, "\"dureeMois\": \"NC\"", "");
    warned(f, "\"dureeMois\": 0", "left_out /dureeMois");
    warned(f, "\"dureeMois\": 99999", "left_out /dureeMois");
    assert_int_equal(f->d.need.duration, 0);
}

static void reads_considerations(void **state)
{
    struct fixture *f = *state;
    warned(f, "\"considerationsSociales\": {\"considerationSociale\": [\"Clause sociale\", \"Marché réservé\"]}", "");
    assert_int_equal(f->d.need.lots[0].social, SOCIAL_CLAUSE | SOCIAL_RESERVED);
    assert_int_equal(f->d.need.lots[0].reserved, 0);
    warned(f, "\"considerationsSociales\": \"Clause sociale, Critere social\"", "");
    assert_int_equal(f->d.need.lots[0].social, SOCIAL_CLAUSE | SOCIAL_CRITERION);
    warned(f, "\"considerationsEnvironnementales\": [\"Critère environnemental\", \"Autre chose\"]",
           "left_out /considerationsEnvironnementales");
    assert_int_equal(f->d.need.lots[0].environmental, ENVIRONMENTAL_CRITERION);
}

static void mends_and_cuts_titles(void **state)
{
    struct fixture *f = *state;
    char letters[420];
    warned(f, "\"objet\": \"March\xef\xbf\xbd de\\n r\xef\xbf\xbdnovation\"", "text_repaired /objet");
    assert_string_equal(f->d.need.title, "Marché de rénovation");
    warned(f, "\"objet\": \"March\xe9 de travaux\"", "text_repaired /objet"); // Latin-1
    assert_string_equal(f->d.need.title, "Marché de travaux");
    warned(f, "\"objet\": \"Zorgl\xef\xbf\xbd\"", "text_broken /objet");
    for (size_t i = 0; i < sizeof letters; i++)
        letters[i] = i % 10 == 9 ? ' ' : 'a';
    letters[sizeof letters - 1] = 0;
    warned(f, arena_format(f->arena, "\"objet\": \"%s.\"", letters), "");
    assert_int_equal(strlen(f->d.need.title), 299 + strlen("…"));
    assert_int_equal(strlen(f->d.need.description), sizeof letters);
    refused(f, "\"objet\": \"  \"", "required /objet");
}

static void names_every_reason_of_a_refusal(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read(f, "{\"_type\": \"Contrat de concession\", \"objet\": \"Camping\", \"autoriteConcedante\": "
                             "{\"id\": \"12\", \"nom\": \"X\"}, \"lieuExecution\": {\"code\": \"99\"}}"),
                     ERR_INVALID);
    assert_string_equal(world_faults(f->arena, &f->faults),
                        "bad_siret /autoriteConcedante/id; required /codeCPV; place_abroad /lieuExecution/code");
    static const char *const lines[] = {"", "[]", "{\"id\": ", "{} {}", "null"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(read(f, lines[i]), ERR_INVALID);
        assert_string_equal(world_faults(f->arena, &f->faults), "line_not_json ");
    }
}

static void tells_quotes_from_tenders(void **state)
{
    struct fixture *f = *state;
    warned(f, "\"procedure\": \"Marché passé sans publicité ni mise en concurrence préalable\"", "");
    assert_int_equal(f->d.need.kind, NEED_QUOTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_clean_contract),
        cmocka_unit_test(same_contract_same_key),
        cmocka_unit_test(reads_cpv_codes),
        cmocka_unit_test(reads_places),
        cmocka_unit_test(refuses_places_that_mean_nothing),
        cmocka_unit_test(reads_buyers),
        cmocka_unit_test(reads_dates),
        cmocka_unit_test(reads_amounts_and_durations),
        cmocka_unit_test(reads_considerations),
        cmocka_unit_test(mends_and_cuts_titles),
        cmocka_unit_test(names_every_reason_of_a_refusal),
        cmocka_unit_test(tells_quotes_from_tenders),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
