// SPDX-License-Identifier: EUPL-1.2
// Tests wire/convention: what an organiser writes is read strictly and comes out canonical.
#include "wire/convention.h"

#include "base/clock.h"
#include "core/need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define MORNING "{\"name\":\"matin\",\"start\":\"2027-03-02T09:00:00+01:00\",\"slots\":8,\"minutes\":20}"
#define PUT(members) "{\"name\":\"R\",\"tables\":[\"T1\"],\"sessions\":[" MORNING "]" members "}"
#define WITH_SESSIONS(sessions) "{\"name\":\"R\",\"tables\":[\"T1\"],\"sessions\":[" sessions "]}"

struct read {
    struct arena *arena;
    struct convention convention;
    struct convention_places places;
    struct faults faults;
    enum err err;
};

static int set_up(void **state)
{
    struct read *r = memory_new(sizeof *r);
    r->arena = arena_new();
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct read *r = *state;
    arena_free(r->arena);
    free(r);
    return 0;
}

static void take(struct read *r, const char *json)
{
    fault_init(&r->faults, r->arena);
    r->err = convention_read(json, strlen(json), r->arena, &r->convention, &r->faults);
}

static void take_places(struct read *r, const char *json)
{
    fault_init(&r->faults, r->arena);
    r->err = convention_read_places(json, strlen(json), r->arena, &r->places, &r->faults);
}

static void one_fault(const struct read *r, const char *json, const char *pointer, enum err err)
{
    const struct fault *f = r->faults.list;
    if (r->err != ERR_INVALID || r->faults.count != 1 || strcmp(f->pointer, pointer) != 0 || f->err != err)
        fail_msg("%s: %zu faults, first %s at \"%s\"", json, r->faults.count, r->faults.count ? err_word(f->err) : "none",
                 r->faults.count ? f->pointer : "");
}

static void refused(struct read *r, const char *json, const char *pointer, enum err err)
{
    take(r, json);
    one_fault(r, json, pointer, err);
}

static const char *written(struct read *r, const char *json)
{
    struct text out;
    take(r, json);
    assert_int_equal(r->err, ERR_OK);
    text_init(&out, 1 << 20);
    convention_write(&out, &r->convention);
    const char *s = arena_string(r->arena, text_string(&out));
    text_fini(&out);
    return s;
}

static void defaults_are_written_out(void **state)
{
    struct read *r = *state;
    assert_string_equal(written(r, PUT("")),
                        "{\"name\":\"R\",\"public\":false,\"mode\":\"organiser\",\"acceptance\":true,\"across\":false,\"auto\":true,"
                        "\"sessions\":[" MORNING "],\"tables\":[\"T1\"]}");
    assert_int_equal(r->convention.sessions[0].start, INT64_C(1803974400)); // 08:00 UTC
}

static void all_of_it_comes_back(void **state)
{
    struct read *r = *state;
    const char *json =
        written(r, "{\"name\":\" Rendez-vous \",\"description\":\"Deux\\nlignes\",\"place\":\"Halle\",\"public\":true,\"mode\":\"acceptance\",\"acceptance\":false,"
                   "\"across\":true,\"auto\":false,\"until\":\"2027-02-20\",\"wishes\":5,\"most\":6,\"rest\":1,\"tables\":[\" B \",\"A\"],\"sessions\":["
                   "{\"name\":\"s\",\"start\":\"2027-03-02t09:00:00.5z\",\"slots\":4,\"minutes\":15,\"breaks\":[{\"after\":3,\"minutes\":5},{\"after\":1,\"minutes\":10}]}]}");
    assert_string_equal(json, "{\"name\":\"Rendez-vous\",\"description\":\"Deux\\u000alignes\",\"place\":\"Halle\",\"public\":true,\"mode\":\"acceptance\","
                              "\"acceptance\":false,\"across\":true,\"auto\":false,\"until\":\"2027-02-20T23:00:00Z\",\"wishes\":5,\"most\":6,\"rest\":1,"
                              "\"sessions\":[{\"name\":\"s\",\"start\":\"2027-03-02T09:00:00Z\",\"slots\":4,\"minutes\":15,\"breaks\":[{\"after\":1,\"minutes\":10},"
                              "{\"after\":3,\"minutes\":5}]}],\"tables\":[\"B\",\"A\"]}");
    assert_string_equal(written(r, json), json);
    // What the server shows may come back with it.
    take(r, PUT(",\"id\":\"x\",\"state\":\"open\",\"slots\":[{}],\"hall\":\"https://x\",\"lost\":[\"T1\"]"));
    assert_int_equal(r->err, ERR_OK);
}

static void what_cannot_be_is_named(void **state)
{
    struct read *r = *state;
    refused(r, "{\"tables\":[\"T\"],\"sessions\":[" MORNING "]}", "/name", ERR_REQUIRED);
    refused(r, "{\"name\":\"R\",\"sessions\":[" MORNING "]}", "/tables", ERR_REQUIRED);
    refused(r, "{\"name\":\"R\",\"tables\":[\"T\"]}", "/sessions", ERR_REQUIRED);
    refused(r, "{\"name\":\"R\",\"tables\":[],\"sessions\":[" MORNING "]}", "/tables", ERR_TOO_FEW);
    refused(r, "{\"name\":\"R\",\"tables\":3,\"sessions\":[" MORNING "]}", "/tables", ERR_WRONG_TYPE);
    refused(r, "{\"name\":\"R\",\"tables\":[\"T\",\" T\"],\"sessions\":[" MORNING "]}", "/tables/1", ERR_DUPLICATE);
    refused(r, "{\"name\":\"R\",\"tables\":[\" \"],\"sessions\":[" MORNING "]}", "/tables/0", ERR_REQUIRED);
    refused(r, "{\"name\":\"R\",\"tables\":[null],\"sessions\":[" MORNING "]}", "/tables/0", ERR_WRONG_TYPE);
    refused(r, PUT(",\"mode\":\"x\""), "/mode", ERR_NOT_ONE_OF);
    refused(r, PUT(",\"rest\":9"), "/rest", ERR_OUT_OF_RANGE);
    refused(r, PUT(",\"until\":\"hier\""), "/until", ERR_BAD_DATE);
    refused(r, PUT(",\"until\":\"1999-12-01\""), "/until", ERR_OUT_OF_RANGE);
    refused(r, PUT(",\"colour\":1"), "/colour", ERR_UNKNOWN_FIELD);
    refused(r, WITH_SESSIONS("7"), "/sessions/0", ERR_WRONG_TYPE);
    take(r, "{");
    assert_int_equal(r->err, ERR_BAD_JSON);
}

static void sessions_follow_each_other(void **state)
{
    struct read *r = *state;
#define SESSION(name, start, slots, more) "{\"name\":\"" name "\",\"start\":\"" start "\",\"slots\":" slots ",\"minutes\":20" more "}"
#define AFTER(n) ",\"breaks\":[{\"after\":" n ",\"minutes\":10}]"
    take(r, WITH_SESSIONS(MORNING "," SESSION("b", "2027-03-02T11:40:00+01:00", "3", ""))); // where the morning ends
    assert_int_equal(r->err, ERR_OK);
    take(r, WITH_SESSIONS(MORNING "," SESSION("b", "2027-03-02T10:40:00Z", "3", ""))); // the same instant
    assert_int_equal(r->err, ERR_OK);
    refused(r, WITH_SESSIONS(MORNING "," SESSION("b", "2027-03-02T11:39:59+01:00", "3", "")), "/sessions/1/start", ERR_NOT_IN_ORDER);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00Z", "3", AFTER("1")) "," SESSION("b", "2027-03-02T10:00:00Z", "3", "")), "/sessions/1/start",
            ERR_NOT_IN_ORDER); // the break counts
    refused(r, WITH_SESSIONS(MORNING "," SESSION("matin", "2027-03-03T09:00:00Z", "3", "")), "/sessions/1/name", ERR_DUPLICATE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00", "3", "")), "/sessions/0/start", ERR_BAD_DATE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02", "3", "")), "/sessions/0/start", ERR_BAD_DATE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00Z", "65", "")), "/sessions/0/slots", ERR_OUT_OF_RANGE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00Z", "60", "") "," SESSION("b", "2027-03-03T09:00:00Z", "5", "")), "/sessions", ERR_OUT_OF_RANGE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00Z", "3", AFTER("3"))), "/sessions/0/breaks/0/after", ERR_OUT_OF_RANGE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00Z", "3", ",\"breaks\":[{\"after\":1,\"minutes\":5},{\"after\":1,\"minutes\":5}]")),
            "/sessions/0/breaks/1/after", ERR_DUPLICATE);
    refused(r, WITH_SESSIONS(SESSION("a", "2027-03-02T09:00:00Z", "3", ",\"table\":1")), "/sessions/0/table", ERR_UNKNOWN_FIELD);
}

#define ID "01890a5d-ac96-774b-bcce-b302099a8057"
#define OTHER "01890a5d-ac96-774b-bcce-b302099a8058"

static void places_are_a_copy_or_a_list(void **state)
{
    struct read *r = *state;
    take_places(r, "{\"from\":\"" ID "\"}");
    assert_int_equal(r->err, ERR_OK);
    assert_string_equal(r->places.from, ID);
    take_places(r, "{\"gaps\":0,\"meetings\":[{\"id\":\"" ID "\",\"people\":[\"a\"],\"slot\":3,\"session\":\"matin\",\"table\":\"T1\"},{\"id\":\"" OTHER "\",\"slot\":null}]}");
    assert_int_equal(r->err, ERR_OK);
    assert_null(r->places.from);
    assert_int_equal(r->places.count, 2);
    assert_string_equal(r->places.list[0].request, ID);
    assert_int_equal(r->places.list[0].slot, 3);
    assert_string_equal(r->places.list[0].table, "T1");
    assert_int_equal(r->places.list[1].slot, 0);
    take_places(r, "{\"meetings\":[]}");
    assert_int_equal(r->err, ERR_OK);
    static const struct {
        const char *json, *pointer;
        enum err err;
    } wrong[] = {
        {"{}", "/from", ERR_REQUIRED},
        {"{\"from\":\"" ID "\",\"meetings\":[]}", "/from", ERR_WRONG_TYPE},
        {"{\"from\":\"7\"}", "/from", ERR_WRONG_TYPE},
        {"{\"meetings\":[7]}", "/meetings/0", ERR_WRONG_TYPE},
        {"{\"meetings\":[{\"slot\":1}]}", "/meetings/0/id", ERR_REQUIRED},
        {"{\"meetings\":[{\"id\":\"m1\"}]}", "/meetings/0/id", ERR_UNKNOWN_ID},
        {"{\"meetings\":[{\"id\":\"" ID "\"},{\"id\":\"" ID "\"}]}", "/meetings/1/id", ERR_DUPLICATE},
        {"{\"meetings\":[{\"id\":\"" ID "\",\"slot\":65}]}", "/meetings/0/slot", ERR_OUT_OF_RANGE},
        {"{\"meetings\":[{\"id\":\"" ID "\",\"slot\":\"1\"}]}", "/meetings/0/slot", ERR_WRONG_TYPE},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        take_places(r, wrong[i].json);
        one_fault(r, wrong[i].json, wrong[i].pointer, wrong[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_are_written_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_of_it_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sessions_follow_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_are_a_copy_or_a_list, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
