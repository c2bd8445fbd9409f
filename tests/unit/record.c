// SPDX-License-Identifier: EUPL-1.2
// Tests wire/record: what is read, what is refused and how it is blamed, and that what is written reads back the same.
#include "wire/record.h"

#include "places.h"

#include "base/clock.h"
#include "wire/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

struct world {
    struct arena *arena;
    struct gazetteer *places;
    struct faults faults, warnings;
    struct need need;
    struct offer offer;
    struct alert alert;
};

static int setup(void **state)
{
    struct world *w = memory_new(sizeof *w);
    w->arena = arena_new();
    w->places = places_small();
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    arena_free(w->arena);
    place_gazetteer_free(w->places);
    free(w);
    return 0;
}

static enum err read_need(struct world *w, const char *json)
{
    fault_init(&w->faults, w->arena);
    fault_init(&w->warnings, w->arena);
    return record_read_need(json, strlen(json), w->places, w->arena, &w->need, &w->faults, &w->warnings);
}

static enum err read_draft(struct world *w, const char *json)
{
    fault_init(&w->faults, w->arena);
    fault_init(&w->warnings, w->arena);
    return record_read_draft(json, strlen(json), w->places, w->arena, &w->need, &w->faults, &w->warnings);
}

static enum err read_sketch(struct world *w, const char *json)
{
    fault_init(&w->faults, w->arena);
    fault_init(&w->warnings, w->arena);
    return record_read_sketch(json, strlen(json), w->places, w->arena, &w->need, &w->faults, &w->warnings);
}

static enum err read_offer(struct world *w, const char *json)
{
    fault_init(&w->faults, w->arena);
    fault_init(&w->warnings, w->arena);
    return record_read_offer(json, strlen(json), w->places, w->arena, &w->offer, &w->faults, &w->warnings);
}

static enum err read_alert(struct world *w, const char *json)
{
    fault_init(&w->faults, w->arena);
    fault_init(&w->warnings, w->arena);
    return record_read_alert(json, strlen(json), w->places, w->arena, &w->alert, &w->faults, &w->warnings);
}

// The faults as "code pointer" lines in the order they were found.
static const char *blamed(struct world *w)
{
    const char *all = "";
    for (size_t i = 0; i < w->faults.count && i < FAULT_MOST; i++)
        all = arena_format(w->arena, "%s%s%s %s", all, i ? "\n" : "", err_word(w->faults.list[i].err),
                           w->faults.list[i].pointer);
    return all;
}

#define NEED_START "{\"kind\":\"devis\",\"title\":\"Nettoyage\",\"places\":[\"departement:63\"],"
#define NEED_LOTS "\"lots\":[{\"cpv\":[\"90911200\"]}]"
#define OFFER_START "{\"seat\":\"commune:63113\","
#define OFFER_CAPABILITY "\"capabilities\":[{\"cpv\":\"90911200\",\"radius\":30}]"

// One field more in an otherwise right need: nothing but this may be blamed.
static void refuses_need(struct world *w, const char *field, const char *faults)
{
    assert_int_equal(read_need(w, arena_format(w->arena, NEED_START NEED_LOTS ",%s}", field)), ERR_INVALID);
    assert_string_equal(blamed(w), faults);
}

static void refuses_lot(struct world *w, const char *field, const char *faults)
{
    const char *json = arena_format(w->arena, NEED_START "\"lots\":[{\"cpv\":[\"90911200\"],%s}]}", field);
    assert_int_equal(read_need(w, json), ERR_INVALID);
    assert_string_equal(blamed(w), faults);
}

static void refuses_offer(struct world *w, const char *field, const char *faults)
{
    assert_int_equal(read_offer(w, arena_format(w->arena, OFFER_START OFFER_CAPABILITY ",%s}", field)), ERR_INVALID);
    assert_string_equal(blamed(w), faults);
}

static const char whole_need[] =
    "{\"kind\":\"appel_offres\",\"title\":\"Entretien des écoles\",\"description\":\"Deux sites.\\u000a\\u0009\\\"Nord\\\"\","
    "\"reference\":\"2026-014\",\"deadline\":\"2026-06-30T10:00:00Z\",\"start\":\"2026-09-01\",\"duration\":36,"
    "\"places\":[\"departement:63\",\"commune:03310\"],"
    "\"lots\":[{\"number\":2,\"title\":\"Vitres\",\"cpv\":[\"90911300\",\"90911200\"],\"places\":[\"nuts:FRK14\"],"
    "\"value\":{\"min\":10000,\"max\":40000},\"services\":[\"services\",\"supplies\"],\"reserved\":[\"L2113-12\","
    "\"L2113-13\"],\"labels\":[\"Ecocert\"],\"criteria\":[\"insertion\",\"circuit court\"],\"social\":[\"Clause sociale\"],"
    "\"environmental\":[\"Clause environnementale\",\"Critère environnemental\"]},"
    "{\"number\":1,\"cpv\":[\"03000000\"],\"value\":{\"max\":1000000000000}}],"
    "\"wave\":5,\"wave_hours\":48,\"wave_until\":3,\"blocked\":[\"35600000000048\",\"356000000\"]}";

static const char whole_offer[] =
    "{\"active\":false,\"full_until\":\"2026-12-31\",\"description\":\"Atelier\",\"seat\":\"commune:63113\","
    "\"point\":{\"lat\":45.7772,\"lon\":-3.1},\"labels\":[\"ESUS\"],\"criteria\":[\"vélo\"],\"blocked\":[\"356000000\"],"
    "\"capabilities\":[{\"title\":\"Ménage\",\"cpv\":\"90911200\",\"services\":[\"services\"],\"areas\":[\"region:84\",\"FR\"],"
    "\"radius\":12.5,\"value\":{\"min\":0,\"max\":90000},\"keywords\":[\"bureaux\"],\"excluded\":[\"amiante\"]},"
    "{\"cpv\":\"77310000\",\"radius\":30}]}";

static const char whole_alert[] =
    "{\"name\":\"Espaces verts\",\"cpv\":[\"77310000\",\"90911200\"],\"places\":[\"departement:63\",\"commune:03310\"],"
    "\"value\":{\"min\":1000,\"max\":40000},\"reserved\":[\"L2113-12\",\"L2113-13\"],\"words\":[\"tonte\",\"espaces verts\"],"
    "\"email\":\"zoe@example.org\",\"buyers\":[\"35600000000048\",\"356000000\"]}";

static void reads_every_field_of_a_need(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_need(w, whole_need), ERR_OK);
    const struct need *n = &w->need;
    assert_int_equal(n->kind, NEED_TENDER);
    assert_string_equal(n->title, "Entretien des écoles");
    assert_string_equal(n->description, "Deux sites.\n\t\"Nord\"");
    assert_string_equal(n->reference, "2026-014");
    assert_int_equal(n->deadline, 1782813600);
    assert_int_equal(n->start, 20697);
    assert_int_equal(n->duration, 36);
    assert_int_equal(n->wave, 5);
    assert_int_equal(n->wave_hours, 48);
    assert_int_equal(n->wave_until, 3);
    assert_int_equal(n->place_count, 2);
    assert_string_equal(n->places[1].text, "commune:03310");
    assert_int_equal(n->lot_count, 2);
    const struct lot *l = n->lots;
    assert_int_equal(l->number, 2);
    assert_int_equal(l->cpv_count, 2);
    assert_int_equal(l->cpv[1].code, 90911200);
    assert_int_equal(l->place_count, 1);
    assert_int_equal(l->value.least, 10000);
    assert_int_equal(l->value.most, 40000);
    assert_int_equal(l->services, SERVICE_SERVICES | SERVICE_SUPPLIES);
    assert_int_equal(l->reserved, RESERVED_L2113_12 | RESERVED_L2113_13);
    assert_int_equal(l->social, SOCIAL_CLAUSE);
    assert_int_equal(l->environmental, ENVIRONMENTAL_CLAUSE | ENVIRONMENTAL_CRITERION);
    assert_string_equal(l->criteria.list[1], "circuit court");
    assert_int_equal(l[1].value.least, -1);
    assert_int_equal(l[1].cpv[0].code, 3000000);
    assert_int_equal(n->blocked.count, 2);
}

static void reads_every_field_of_an_offer(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_offer(w, whole_offer), ERR_OK);
    const struct offer *o = &w->offer;
    assert_false(o->active);
    assert_int_equal(o->full_until, 20818);
    assert_string_equal(o->seat.text, "commune:63113");
    assert_true(o->at.known && o->at.lon == -3.1);
    assert_string_equal(o->labels.list[0], "ESUS");
    assert_int_equal(o->capability_count, 2);
    const struct capability *c = o->capabilities;
    assert_int_equal(c->cpv.code, 90911200);
    assert_int_equal(c->area_count, 2);
    assert_true(c->radius == 12.5);
    assert_int_equal(c->value.least, 0);
    assert_string_equal(c->excluded.list[0], "amiante");
    assert_int_equal(c[1].number, 2);
}

static void reads_every_field_of_an_alert(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_alert(w, whole_alert), ERR_OK);
    const struct alert *a = &w->alert;
    assert_string_equal(a->name, "Espaces verts");
    assert_int_equal(a->cpv_count, 2);
    assert_int_equal(a->cpv[1].code, 90911200);
    assert_int_equal(a->place_count, 2);
    assert_string_equal(a->places[1].text, "commune:03310");
    assert_int_equal(a->value.least, 1000);
    assert_int_equal(a->value.most, 40000);
    assert_int_equal(a->reserved, RESERVED_L2113_12 | RESERVED_L2113_13);
    assert_string_equal(a->words.list[1], "espaces verts");
    assert_int_equal(a->words.count, 2);
    assert_string_equal(a->buyers.list[1], "356000000");
    assert_int_equal(a->buyers.count, 2);
}

static void writes_what_it_read(void **state)
{
    struct world *w = *state;
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(read_need(w, whole_need), ERR_OK);
    record_write_need(&out, &w->need);
    assert_string_equal(text_string(&out), whole_need);
    text_clear(&out);
    assert_int_equal(read_offer(w, whole_offer), ERR_OK);
    record_write_offer(&out, &w->offer);
    assert_string_equal(text_string(&out), whole_offer);
    text_clear(&out);
    assert_int_equal(read_alert(w, whole_alert), ERR_OK);
    record_write_alert(&out, &w->alert);
    assert_string_equal(text_string(&out), whole_alert);
    text_fini(&out);
}

// Every field of records.def stands in the whole records above, so that a new one cannot go untested.
static void covers_every_field(void **state)
{
    struct world *w = *state;
    const struct {
        const char *record, *whole;
    } records[] = {{"need", whole_need}, {"lot", whole_need}, {"offer", whole_offer}, {"capability", whole_offer},
                   {"alert", whole_alert}}; // others are read by wire/form
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        for (const struct field *f = NULL; (f = field_next(records[i].record, f));)
            if (!f->shown)
                assert_non_null(strstr(records[i].whole, arena_format(w->arena, "\"%s\":", f->name)));
}

// The digits of a number are the fewest that say it.
static void writes_numbers_shortest(void **state)
{
    static const char *const numbers[] = {"45.7772", "-3.1", "0.0001", "1e-05", "0.5", "89.9999999", "-0.1234567", "45.12345678", "0.30000000000000004", "7"};
    struct world *w = *state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct text out;
        const char *point = arena_format(w->arena, "\"point\":{\"lat\":%s,\"lon\":%s}", numbers[i], numbers[i]);
        text_init(&out, 4096);
        assert_int_equal(read_offer(w, arena_format(w->arena, "{" OFFER_CAPABILITY ",%s}", point)), ERR_OK);
        record_write_offer(&out, &w->offer);
        assert_non_null(strstr(text_string(&out), point));
        text_fini(&out);
    }
}

static void writes_canonically(void **state)
{
    struct world *w = *state;
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(read_need(w, " {\"places\":[\"fr\"],\"title\":\"a\",\"duration\":null,\"start\":null,\r\n"
                                  "\"lots\":[{\"services\":[\"supplies\",\"services\"],\"cpv\":[\"90911200-8\"],"
                                  "\"labels\":[],\"value\":{},\"title\":\" \"}],\"kind\":\"devis\","
                                  "\"description\":\"\",\"deadline\":\"2026-06-30T12:00:00.5+02:00\"}"), ERR_OK);
    record_write_need(&out, &w->need);
    assert_string_equal(text_string(&out),
                        "{\"kind\":\"devis\",\"title\":\"a\",\"deadline\":\"2026-06-30T10:00:00Z\",\"places\":[\"FR\"],"
                        "\"lots\":[{\"number\":1,\"cpv\":[\"90911200\"],\"services\":[\"services\",\"supplies\"]}]}");
    text_fini(&out);
}

static void gives_defaults(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_need(w, NEED_START "\"lots\":[{\"cpv\":[\"90911200\"]},{\"cpv\":[\"90911200\"]}]}"), ERR_OK);
    assert_int_equal(w->need.deadline, TIME_UNKNOWN);
    assert_int_equal(w->need.start, DAY_UNKNOWN);
    assert_int_equal(w->need.lots[1].number, 2);
    assert_int_equal(w->need.lots[1].value.most, -1);
    assert_null(w->need.description);
    assert_int_equal(read_offer(w, OFFER_START OFFER_CAPABILITY "}"), ERR_OK);
    assert_true(w->offer.active);
    assert_int_equal(w->offer.full_until, DAY_UNKNOWN);
    assert_false(w->offer.at.known);
}

static void reads_drafts(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_draft(w, "{\"lots\":[{\"cpv\":[]},{\"title\":\" \"},{\"cpv\":[\"90911200-1\"]}],\"title\":\"\"}"), ERR_OK);
    assert_int_equal(w->need.lot_count, 3);
    assert_int_equal(w->need.lots[2].number, 3);
    assert_int_equal(w->need.lots[2].value.most, -1);
    assert_int_equal(w->need.deadline, TIME_UNKNOWN);
    assert_int_equal(w->need.place_count, 0);
    assert_null(w->need.title);
    assert_int_equal(w->warnings.count, 1);
    // What is there must be right, and one code is what matching needs.
    static const char *const refused[][2] = {
        {"{}", "too_few /lots"},
        {"{\"lots\":[]}", "too_few /lots"},
        {"{\"lots\":[{},{\"cpv\":[]}]}", "too_few /lots/0/cpv"},
        {"{\"lots\":[{\"cpv\":[\"9091\"]}]}", "bad_cpv /lots/0/cpv/0"},
        {"{\"lots\":3}", "wrong_type /lots"},
        {"{\"titel\":\"x\"," NEED_LOTS "}", "unknown_field /titel"},
        {"{\"places\":[\"Clermont\"]," NEED_LOTS "}", "bad_place /places/0"},
        {"{\"lots\":[{\"cpv\":[\"90911200\"],\"value\":{\"min\":2,\"max\":1}}]}", "inverted /lots/0/value"},
        {"{\"lots\":[{\"number\":2,\"cpv\":[\"90911200\"]},{\"number\":2}]}", "duplicate /lots/1/number"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(read_draft(w, refused[i][0]), ERR_INVALID);
        assert_string_equal(blamed(w), refused[i][1]);
    }
    assert_int_equal(read_draft(w, "{"), ERR_BAD_JSON);
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(read_draft(w, whole_need), ERR_OK);
    record_write_need(&out, &w->need);
    assert_string_equal(text_string(&out), whole_need);
    text_fini(&out);
}

static void reads_sketches(void **state)
{
    struct world *w = *state;
    struct text out;
    // A name is enough; what is written is read back, and says no kind that nobody chose.
    assert_int_equal(read_sketch(w, "{\"title\":\"Nettoyage\"}"), ERR_OK);
    text_init(&out, 1 << 20);
    record_write_need(&out, &w->need);
    assert_null(strstr(text_string(&out), "kind"));
    const char *written = arena_string(w->arena, text_string(&out));
    assert_int_equal(read_sketch(w, written), ERR_OK);
    text_clear(&out);
    record_write_need(&out, &w->need);
    assert_string_equal(text_string(&out), written);
    assert_int_equal(read_sketch(w, "{\"title\":\"T\",\"lots\":[{},{\"cpv\":[\"90911200-1\"]}]}"), ERR_OK);
    assert_int_equal(w->need.lot_count, 2);
    assert_int_equal(w->need.lots[1].number, 2);
    assert_int_equal(w->warnings.count, 1);
    // What is there must be right.
    static const char *const refused[][2] = {
        {"{}", "required /title"},
        {"{\"title\":\"T\",\"kind\":\"autre\"}", "not_one_of /kind"},
        {"{\"title\":\"T\",\"places\":[\"Clermont\"]}", "bad_place /places/0"},
        {"{\"title\":\"T\",\"lots\":[{\"value\":{\"min\":2,\"max\":1}}]}", "inverted /lots/0/value"},
        {"{\"title\":\"T\",\"lots\":[{\"number\":2},{\"number\":2}]}", "duplicate /lots/1/number"},
        {"{\"titel\":\"T\",\"title\":\"T\"}", "unknown_field /titel"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(read_sketch(w, refused[i][0]), ERR_INVALID);
        assert_string_equal(blamed(w), refused[i][1]);
    }
    assert_int_equal(read_sketch(w, "{"), ERR_BAD_JSON);
    assert_int_equal(read_sketch(w, whole_need), ERR_OK);
    text_clear(&out);
    record_write_need(&out, &w->need);
    assert_string_equal(text_string(&out), whole_need);
    text_fini(&out);
}

static void takes_a_day_as_its_end_in_paris(void **state)
{
    struct world *w = *state;
    char instant[25];
    assert_int_equal(read_need(w, NEED_START NEED_LOTS ",\"deadline\":\"2026-06-30\"}"), ERR_OK);
    clock_format(w->need.deadline, instant);
    assert_string_equal(instant, "2026-06-30T22:00:00Z");
}

static void takes_back_what_it_showed(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_need(w, NEED_START NEED_LOTS ",\"id\":\"x\",\"state\":\"awarded\",\"version\":7,"
                                                       "\"buyer\":{\"name\":\"Ville\"},\"created\":\"\",\"updated\":1}"), ERR_OK);
    assert_int_equal(w->need.state, NEED_DRAFT);
    assert_int_equal(w->need.version, 0);
    assert_string_equal(w->need.id, "");
    assert_int_equal(read_offer(w, OFFER_START OFFER_CAPABILITY ",\"id\":\"x\",\"version\":2,\"organisation\":{}}"), ERR_OK);
    refuses_lot(w, "\"id\":\"x\"", "unknown_field /lots/0/id");
    refuses_offer(w, "\"state\":\"x\"", "unknown_field /state");
}

static void refuses_what_is_not_strict_json(void **state)
{
    static const struct {
        const char *json, *where;
    } bad[] = {
        {"", "line 1"},
        {"[]", "line 1"},
        {"null", "line 1"},
        {"{\"title\":\"a\",\n\"title\":\"b\"}", "line 2"},
        {"{\"title\":\"a\"}\n\n x", "line 3"},
        {"{\"title\":\"a\",}", "line 1"},
        {"{\"title\":\"\xff\"}", "line 1"},
        {"{\"title\":\"\\ud800\"}", "line 1"},
        {"{\"title\":\"a\\u0000b\"}", "line 1"},
        {"{\"title\":\"a\nb\"}", "line 1"},
        {"{\"duration\":1e999}", "line 1"},
        {"{\"duration\":99999999999999999999}", "line 1"},
        {"{'title':1}", "line 1"},
        {"{} // end", "line 1"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_need(w, bad[i].json), ERR_BAD_JSON);
        assert_int_equal(w->faults.count, 1);
        assert_int_equal(w->faults.list[0].err, ERR_BAD_JSON);
        assert_string_equal(w->faults.list[0].pointer, "");
        assert_true(text_starts(w->faults.list[0].arg, bad[i].where));
    }
    fault_init(&w->faults, w->arena);
    assert_int_equal(record_read_need("{}\0", 3, w->places, w->arena, &w->need, &w->faults, NULL), ERR_BAD_JSON);
}

static void refuses_deep_json(void **state)
{
    struct world *w = *state;
    char deep[300] = "{\"x\":";
    size_t at = strlen(deep);
    memset(deep + at, '[', 31);
    memset(deep + at + 31, ']', 31);
    strcpy(deep + at + 62, "}");
    assert_int_equal(read_need(w, deep), ERR_INVALID); // 32 levels: an unknown field and nothing worse
    deep[at - 1] = '[';
    memcpy(deep + at - 2, ":[", 2);
    memset(deep + at, '[', 31);
    memset(deep + at + 31, ']', 32);
    strcpy(deep + at + 63, "}");
    assert_int_equal(read_need(w, deep), ERR_BAD_JSON);
}

static void names_every_missing_field_at_once(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_need(w, "{}"), ERR_INVALID);
    assert_string_equal(blamed(w), "required /kind\nrequired /title\nrequired /lots\ntoo_few /places");
    assert_int_equal(read_need(w, "{\"kind\":null,\"title\":\" \",\"lots\":[],\"places\":[]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "required /kind\nrequired /title\ntoo_few /lots\ntoo_few /places");
    assert_int_equal(read_offer(w, "{\"capabilities\":[{}]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "required /capabilities/0/cpv\nrequired /capabilities/0/areas");
}

static void blames_a_field_once(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_need(w, NEED_START "\"lots\":[{\"cpv\":[\"x\"]},7]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "bad_cpv /lots/0/cpv/0\nwrong_type /lots/1");
    refuses_lot(w, "\"value\":{\"min\":5,\"max\":4}", "inverted /lots/0/value");
    assert_int_equal(read_need(w, NEED_START "\"lots\":[{\"number\":2,\"cpv\":[\"90911200\"]},"
                                             "{\"cpv\":[\"90911200\"]}]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "duplicate /lots/1/number");
}

static void refuses_wrong_types(void **state)
{
    static const struct {
        const char *field, *faults;
    } bad[] = {
        {"\"description\":1", "wrong_type /description"},
        {"\"description\":[\"a\"]", "wrong_type /description"},
        {"\"deadline\":1782813600", "wrong_type /deadline"},
        {"\"start\":{}", "wrong_type /start"},
        {"\"duration\":\"12\"", "wrong_type /duration"},
        {"\"duration\":12.0", "wrong_type /duration"},
        {"\"blocked\":\"356000000\"", "wrong_type /blocked"},
        {"\"blocked\":[356000000]", "wrong_type /blocked/0"},
        {"\"blocked\":[\"356000000\",null]", "wrong_type /blocked/1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses_need(*state, bad[i].field, bad[i].faults);
    refuses_offer(*state, "\"active\":1", "wrong_type /active");
    refuses_offer(*state, "\"point\":[45,3]", "wrong_type /point");
    refuses_lot(*state, "\"value\":1000", "wrong_type /lots/0/value");
    refuses_lot(*state, "\"services\":\"services\"", "wrong_type /lots/0/services");
}

static void refuses_bad_values(void **state)
{
    static const struct {
        const char *field, *faults;
    } bad[] = {
        {"\"deadline\":\"2026-06-31\"", "bad_date /deadline"},
        {"\"deadline\":\"2026-06-30T10:00:00\"", "bad_date /deadline"},
        {"\"deadline\":\"0205-06-30\"", "out_of_range /deadline"},
        {"\"deadline\":\"9999-12-31T23:59:59-14:00\"", "out_of_range /deadline"},
        {"\"start\":\"30/06/2026\"", "bad_date /start"},
        {"\"start\":\"2925-06-30\"", "out_of_range /start"},
        {"\"duration\":0", "out_of_range /duration"},
        {"\"duration\":1201", "out_of_range /duration"},
        {"\"description\":\"a\\u0007\"", "bad_text /description"},
        {"\"description\":\"a\\r\"", "bad_text /description"},
        {"\"blocked\":[\"35600000000049\",\"123456789\"]", "bad_siret /blocked/0\nbad_siret /blocked/1"},
        {"\"a~b/c\":1,\"\":2", "unknown_field /a~0b~1c\nunknown_field /"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses_need(*state, bad[i].field, bad[i].faults);
}

static void refuses_bad_values_of_lots(void **state)
{
    static const struct {
        const char *field, *faults;
    } bad[] = {
        {"\"places\":[\"commune:63113\",\"63113\",\"departement:99\"]",
         "bad_place /lots/0/places/1\nunknown_place /lots/0/places/2"},
        {"\"value\":{\"min\":-1,\"max\":1000000000001}", "out_of_range /lots/0/value/min\nout_of_range /lots/0/value/max"},
        {"\"value\":{\"min\":10.5,\"most\":1}", "unknown_field /lots/0/value/most\nwrong_type /lots/0/value/min"},
        {"\"services\":[\"services\",\"cleaning\"]", "not_one_of /lots/0/services/1"},
        {"\"reserved\":[\"L2113-12\",\"L2113-12\"]", "duplicate /lots/0/reserved/1"},
        {"\"labels\":[\"\",\"a\\u001b\"]", "required /lots/0/labels/0\nbad_text /lots/0/labels/1"},
        {"\"number\":10000", "out_of_range /lots/0/number"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses_lot(*state, bad[i].field, bad[i].faults);
    struct world *w = *state;
    assert_int_equal(read_need(w, NEED_START "\"lots\":[{\"cpv\":[\"90911200\",\"9091120\",\"90911200-8\"]}]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "bad_cpv /lots/0/cpv/1\nduplicate /lots/0/cpv/2");
}

static void refuses_bad_values_of_offers(void **state)
{
    struct world *w = *state;
    refuses_offer(w, "\"point\":{\"lat\":91,\"lon\":3}", "out_of_range /point/lat");
    refuses_offer(w, "\"point\":{\"lat\":45}", "required /point/lon");
    assert_int_equal(read_offer(w, "{\"seat\":\"departement:63\"," OFFER_CAPABILITY "}"), ERR_INVALID);
    assert_string_equal(blamed(w), "wrong_type /seat");
    assert_int_equal(read_offer(w, "{" OFFER_CAPABILITY "}"), ERR_INVALID);
    assert_string_equal(blamed(w), "required /seat");
    assert_int_equal(read_offer(w, OFFER_START "\"capabilities\":[{\"cpv\":\"90911200\",\"radius\":1000.5}]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "out_of_range /capabilities/0/radius");
    assert_int_equal(read_offer(w, "{\"point\":{\"lat\":\"45\",\"lon\":3}," OFFER_CAPABILITY "}"), ERR_INVALID);
    assert_string_equal(blamed(w), "wrong_type /point/lat");
}

#define TITLED "{\"kind\":\"devis\",\"title\":\"%s\",\"places\":[\"FR\"]," NEED_LOTS "}"

// Characters, not bytes: 300 of two bytes each fit.
static void counts_characters(void **state)
{
    struct world *w = *state;
    char title[700] = "";
    for (int i = 0; i < 300; i++)
        strcat(title, "é");
    assert_int_equal(read_need(w, arena_format(w->arena, TITLED, title)), ERR_OK);
    strcat(title, "é");
    assert_int_equal(read_need(w, arena_format(w->arena, TITLED, title)), ERR_INVALID);
    assert_string_equal(blamed(w), "too_long /title");
    assert_string_equal(w->faults.list[0].arg, "300");
}

static void refuses_too_many_items(void **state)
{
    struct world *w = *state;
    struct text json;
    text_init(&json, 1 << 20);
    text_put(&json, NEED_START "\"lots\":[{\"cpv\":[\"90911200\"]}");
    for (int i = 0; i < 200; i++)
        text_put(&json, ",{\"cpv\":[\"90911200\"]}");
    text_put(&json, "]}");
    assert_int_equal(read_need(w, text_string(&json)), ERR_INVALID);
    assert_string_equal(blamed(w), "too_long /lots");
    text_clear(&json);
    text_put(&json, "{\"a\":0");
    for (int i = 0; i < 1000; i++)
        text_format(&json, ",\"b%d\":0", i);
    text_put(&json, "}");
    assert_int_equal(read_need(w, text_string(&json)), ERR_INVALID);
    assert_int_equal(w->faults.count, 1001 + 4); // all are counted
    text_fini(&json);
}

static void warns_of_check_digits(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_need(w, NEED_START "\"lots\":[{\"cpv\":[\"90911200-7\"]}]}"), ERR_OK);
    assert_int_equal(w->faults.count, 0);
    assert_int_equal(w->warnings.count, 1);
    assert_string_equal(w->warnings.list[0].pointer, "/lots/0/cpv/0");
    assert_int_equal(w->warnings.list[0].err, ERR_CHECK_DIGIT);
    assert_int_equal(w->need.lots[0].cpv[0].code, 90911200);
}

// An error never repeats more than the beginning of a value, cut between characters.
static void shortens_what_it_repeats(void **state)
{
    struct world *w = *state;
    char place[600] = "";
    for (int i = 0; i < 250; i++)
        strcat(place, i ? "é" : "e");
    assert_int_equal(read_need(w, arena_format(w->arena, "{\"kind\":\"devis\",\"title\":\"a\",\"places\":[\"%s\"]," NEED_LOTS "}",
                                               place)), ERR_INVALID);
    assert_int_equal(strlen(w->faults.list[0].arg), 59 + 3);
    assert_true(text_utf8(w->faults.list[0].arg, strlen(w->faults.list[0].arg)));
}

// The settled offer, whose point came from its seat, is written as it was posted.
static void writes_a_settled_offer_as_posted(void **state)
{
    struct world *w = *state;
    struct text out;
    struct words *words = words_new();
    text_init(&out, 1 << 20);
    assert_int_equal(read_offer(w, "{\"active\":true," "\"seat\":\"commune:63113\"," OFFER_CAPABILITY "}"), ERR_OK);
    offer_settle(&w->offer, w->places, words, w->arena);
    assert_true(w->offer.at.known);
    record_write_offer(&out, &w->offer);
    assert_string_equal(text_string(&out), "{\"active\":true,\"seat\":\"commune:63113\"," OFFER_CAPABILITY "}");
    text_fini(&out);
    words_free(words);
}

static void writes_numbers_that_read_back(void **state)
{
    static const char *const numbers[] = {"0.1", "12.5", "1000", "33.333333333333336", "1e-05"};
    struct world *w = *state;
    struct text out;
    text_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *json = arena_format(w->arena, "{\"active\":true,\"seat\":\"commune:63113\",\"capabilities\":["
                                                  "{\"cpv\":\"90911200\",\"radius\":%s}]}", numbers[i]);
        text_clear(&out);
        assert_int_equal(read_offer(w, json), ERR_OK);
        record_write_offer(&out, &w->offer);
        assert_string_equal(text_string(&out), json);
    }
    text_fini(&out);
}

static void writes_an_alert_canonically(void **state)
{
    struct world *w = *state;
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(read_alert(w, "{\"words\":[\"vélo\"],\"reserved\":[\"L2113-13\",\"L2113-12\"],\"cpv\":[\"90911200-8\"],"
                                   "\"value\":{},\"buyers\":[],\"places\":null,\"name\":\"a\",\"id\":\"x\",\"version\":3,"
                                   "\"created\":\"\",\"updated\":null,\"warnings\":[]}"), ERR_OK);
    record_write_alert(&out, &w->alert);
    assert_string_equal(text_string(&out), "{\"name\":\"a\",\"cpv\":[\"90911200\"],\"reserved\":[\"L2113-12\","
                                           "\"L2113-13\"],\"words\":[\"vélo\"]}");
    assert_int_equal(w->alert.version, 0);
    assert_int_equal(w->alert.value.least, -1);
    text_fini(&out);
}

static void refuses_bad_alerts(void **state)
{
    static const struct {
        const char *json, *faults;
    } bad[] = {
        {"{}", "required /name\ntoo_few /cpv"}, // one thing must be asked
        {"{\"name\":\"a\"}", "too_few /cpv"},
        {"{\"name\":\"a\",\"cpv\":[],\"value\":{\"min\":null},\"words\":[]}", "too_few /cpv"},
        {"{\"name\":\" \",\"cpv\":[\"90911200\"]}", "required /name"},
        {"[]", "bad_json "},
        {"{\"name\":\"a\",\"cpv\":[\"9091\"]}", "bad_cpv /cpv/0"},
        {"{\"name\":\"a\",\"places\":[\"63\"]}", "bad_place /places/0"}, // not too_few as well
        {"{\"name\":\"a\",\"value\":5}", "wrong_type /value"},
        {"{\"name\":\"a\",\"value\":{\"min\":5,\"max\":4}}", "inverted /value"},
        {"{\"name\":\"a\",\"reserved\":[\"L2113\"]}", "not_one_of /reserved/0"},
        {"{\"name\":\"a\",\"words\":[\"\"]}", "required /words/0"},
        {"{\"name\":\"a\",\"words\":[\"vélo\",\"de la\"]}", "no_word /words/1"},
        {"{\"name\":\"a\",\"words\":\"vélo\"}", "wrong_type /words"},
        {"{\"name\":\"a\",\"buyers\":[\"21630113500011\"]}", "bad_siret /buyers/0"},
        {"{\"name\":\"a\",\"cpv\":[\"90911200\"],\"word\":[\"vélo\"]}", "unknown_field /word"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_alert(w, bad[i].json), *bad[i].json == '[' ? ERR_BAD_JSON : ERR_INVALID);
        assert_string_equal(blamed(w), bad[i].faults);
    }
    // A need's fields of the same names do not stand in for each other.
    assert_int_equal(read_need(w, NEED_START "\"lots\":[{\"cpv\":[],\"places\":[\"63\"]}]}"), ERR_INVALID);
    assert_string_equal(blamed(w), "too_few /lots/0/cpv\nbad_place /lots/0/places/0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_field_of_a_need),
        cmocka_unit_test(reads_every_field_of_an_offer),
        cmocka_unit_test(reads_every_field_of_an_alert),
        cmocka_unit_test(writes_what_it_read),
        cmocka_unit_test(covers_every_field),
        cmocka_unit_test(writes_canonically),
        cmocka_unit_test(writes_numbers_shortest),
        cmocka_unit_test(gives_defaults),
        cmocka_unit_test(reads_drafts),
        cmocka_unit_test(reads_sketches),
        cmocka_unit_test(takes_a_day_as_its_end_in_paris),
        cmocka_unit_test(takes_back_what_it_showed),
        cmocka_unit_test(refuses_what_is_not_strict_json),
        cmocka_unit_test(refuses_deep_json),
        cmocka_unit_test(names_every_missing_field_at_once),
        cmocka_unit_test(blames_a_field_once),
        cmocka_unit_test(refuses_wrong_types),
        cmocka_unit_test(refuses_bad_values),
        cmocka_unit_test(refuses_bad_values_of_lots),
        cmocka_unit_test(refuses_bad_values_of_offers),
        cmocka_unit_test(counts_characters),
        cmocka_unit_test(refuses_too_many_items),
        cmocka_unit_test(warns_of_check_digits),
        cmocka_unit_test(shortens_what_it_repeats),
        cmocka_unit_test(writes_a_settled_offer_as_posted),
        cmocka_unit_test(writes_numbers_that_read_back),
        cmocka_unit_test(writes_an_alert_canonically),
        cmocka_unit_test(refuses_bad_alerts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
