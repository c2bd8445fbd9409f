// SPDX-License-Identifier: EUPL-1.2
// Tests wire/agenda: agendas and timetables are the same after they are written and read, and what is wrong is said where it is.
#include "wire/agenda.h"

#include "agendas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static bool read_bytes(struct agenda *out, const char *bytes, struct arena *arena, struct faults *faults)
{
    fault_init(faults, arena);
    bool good = agenda_read(out, bytes, strlen(bytes), arena, faults);
    assert_int_equal(faults->count == 0, good);
    return good;
}

static void read_good(struct agenda *out, const char *bytes, struct arena *arena)
{
    struct faults faults;
    if (!read_bytes(out, bytes, arena, &faults))
        fail_msg("%s: %s", faults.list[0].pointer, fault_text(&faults.list[0], LANG_EN, arena));
    assert_null(agendas_bad(out));
}

static char *dump(json_t *v)
{
    char *bytes = json_dumps(v, 0);
    json_decref(v);
    assert_non_null(bytes);
    return bytes;
}

// ---- Agendas

static void what_is_drawn_comes_back(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct arena *arena = arena_new();
        struct agenda a, b;
        agendas_draw(seed, &a, arena);
        assert_null(agendas_bad(&a));
        char *bytes = dump(agenda_json(&a));
        read_good(&b, bytes, arena);
        const char *differ = agendas_differ(&a, &b);
        if (differ)
            fail_msg("seed %llu: %s: %s", (unsigned long long)seed, differ, bytes);
        free(bytes);
        arena_free(arena);
    }
}

static const char whole[] =
    "{\"name\": \"Forum\", \"complete\": true, \"tables\": [\"A\", \"B\", \"7\"],"
    " \"sessions\": [{\"name\": \"matin\", \"slots\": 3, \"start\": \"2026-05-18T09:00:00+02:00\", \"minutes\": 20,"
    "   \"breaks\": [{\"after\": 2, \"minutes\": 15}]},"
    "  {\"name\": \"soir\", \"slots\": 2, \"start\": \"2026-05-18T23:00:00+02:00\", \"minutes\": 90},"
    "  {\"name\": \"demain\", \"slots\": 1, \"start\": \"2026-05-19T09:00:00-04:30\", \"minutes\": 15}],"
    " \"people\": [{\"id\": \"p1\", \"name\": \"Ms A\", \"organisation\": \"Ville\", \"absent\": [1, 6], \"most\": 2},"
    "  {\"id\": \"p2\", \"rest\": 1, \"table\": 7}, {\"id\": \"p3\", \"table\": \"B\", \"name\": null}],"
    " \"bound\": [[\"p1\", \"p3\"]],"
    " \"meetings\": [{\"id\": \"m1\", \"people\": [\"p1\", \"p2\"], \"after\": [\"m3\", \"m2\"]},"
    "  {\"id\": \"m2\", \"people\": [\"p3\", \"p2\"], \"weight\": 5, \"session\": \"soir\", \"forbidden\": [1, 5]},"
    "  {\"id\": \"m3\", \"people\": [\"p3\", \"p1\"], \"slot\": 2, \"table\": \"A\", \"previous\": {\"slot\": 6, \"table\": \"7\"}},"
    "  {\"id\": \"m4\", \"people\": [\"p3\", \"p1\"], \"session\": \"matin\", \"slot\": 6, \"previous\": {\"slot\": 1}}]}";

static void hours_are_as_said(void **state)
{
    (void)state;
    static const struct agenda_slot slots[] = {
        {0, 0, 1779087600, 20, 120}, {0, 0, 1779088800, 20, 120}, {0, 0, 1779090900, 20, 120},
        {1, 0, 1779138000, 90, 120}, {1, 0, 1779143400, 90, 120}, {2, 0, 1779197400, 15, -270}};
    struct arena *arena = arena_new();
    struct agenda a;
    read_good(&a, whole, arena);
    assert_int_equal(a.slots, 6);
    assert_int_equal(a.sessions, 3);
    for (int t = 0; t < 6; t++) {
        assert_int_equal(a.slot[t].session, slots[t].session);
        assert_int_equal(a.slot[t].start, slots[t].start);
        assert_int_equal(a.slot[t].minutes, slots[t].minutes);
        assert_int_equal(a.slot[t].offset, slots[t].offset);
        assert_int_equal(a.slot[t].day, slots[t].day); // the evening runs into the day on which the last session begins
    }
    assert_string_equal(a.session[1], "soir");
    arena_free(arena);
}

static void people_and_meetings_are_as_said(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct agenda a;
    read_good(&a, whole, arena);
    assert_string_equal(a.name, "Forum");
    assert_true(a.complete);
    assert_int_equal(a.tables, 3);
    assert_int_equal(a.person[0].free, 30);
    assert_int_equal(a.person[0].most, 2);
    assert_string_equal(a.person[0].organisation, "Ville");
    assert_string_equal(a.person[1].name, "p2");
    assert_int_equal(a.person[1].rest, 1);
    assert_int_equal(a.person[1].table, 2);
    assert_int_equal(a.person[2].table, 1);
    assert_string_equal(a.person[2].name, "p3");
    assert_null(a.person[2].organisation);
    const uint64_t slots[] = {63, 8, 2, 0};
    for (int m = 0; m < 4; m++) {
        assert_int_equal(a.meeting[m].slots, slots[m]);
        assert_int_equal(a.meeting[m].locked, m >= 2);
        assert_int_equal(a.meeting[m].weight, m == 1 ? 5 : 3);
        assert_int_equal(a.meeting[m].table, m == 2 ? 0 : AGENDA_NONE);
        assert_int_equal(a.meeting[m].old_slot, m == 2 ? 5 : m == 3 ? 0 : AGENDA_NONE);
        assert_int_equal(a.meeting[m].old_table, m == 2 ? 2 : AGENDA_NONE);
    }
    assert_int_equal(a.meeting[1].person[0], 2);
    assert_int_equal(a.befores, 2);
    assert_int_equal(a.before[0].first, 2);
    assert_int_equal(a.before[1].first, 1);
    assert_int_equal(a.before[1].second, 0);
    assert_int_equal(a.bounds, 1);
    assert_int_equal(a.bound[0].second, 2);
    arena_free(arena);
}

#define PEOPLE "\"people\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"}]"

static void days_begin_with_dates_or_as_said(void **state)
{
    (void)state;
    static const struct {
        const char *sessions;
        int days[3];
    } cases[] = {
        {"[{\"name\":\"1\",\"slots\":1},{\"name\":\"2\",\"slots\":1},{\"name\":\"3\",\"slots\":1}]", {0, 0, 0}},
        {"[{\"name\":\"1\",\"slots\":1},{\"name\":\"2\",\"slots\":1,\"day\":2},{\"name\":\"3\",\"slots\":1}]", {0, 1, 1}},
        {"[{\"name\":\"1\",\"slots\":1,\"start\":\"2026-05-18T07:00:00+11:00\",\"minutes\":30}," // the 17th in UTC
         "{\"name\":\"2\",\"slots\":1,\"start\":\"2026-05-18T15:00:00+11:00\",\"minutes\":30},"
         "{\"name\":\"3\",\"slots\":1,\"start\":\"2026-05-19T07:00:00+11:00\",\"minutes\":30}]", {0, 0, 1}},
        {"[{\"name\":\"1\",\"slots\":1,\"start\":\"2026-05-18T23:00:00Z\",\"minutes\":30},"
         "{\"name\":\"2\",\"slots\":1,\"start\":\"2026-05-19T00:00:00Z\",\"minutes\":30,\"day\":1},"
         "{\"name\":\"3\",\"slots\":1,\"start\":\"2026-05-19T07:00:00Z\",\"minutes\":30,\"day\":2}]", {0, 0, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct agenda a;
        read_good(&a, arena_format(arena, "{\"sessions\":%s," PEOPLE ",\"meetings\":[]}", cases[i].sessions), arena);
        for (int t = 0; t < 3; t++)
            assert_int_equal(a.slot[t].day, cases[i].days[t]);
        arena_free(arena);
    }
}

static void tables_are_as_many_as_can_be_used(void **state)
{
    (void)state;
    static const char one[] = "{\"sessions\":[{\"name\":\"s\",\"slots\":2}]," PEOPLE ",\"meetings\":[%s]}";
    static const char *const meetings[] = {"", "{\"id\":\"1\",\"people\":[\"a\",\"b\"]}",
                                           ("{\"id\":\"1\",\"people\":[\"a\",\"b\"]},{\"id\":\"2\",\"people\":[\"c\",\"d\"]},"
                                            "{\"id\":\"3\",\"people\":[\"c\",\"e\"]}")};
    for (size_t i = 0; i < 3; i++) {
        struct arena *arena = arena_new();
        struct agenda a;
        const char *hole = strstr(one, "%s");
        read_good(&a, arena_format(arena, "%.*s%s%s", (int)(hole - one), one, meetings[i], hole + 2), arena);
        assert_int_equal(a.tables, i == 2 ? 2 : 1);
        assert_string_equal(a.table[a.tables - 1], i == 2 ? "2" : "1");
        assert_false(a.complete);
        arena_free(arena);
    }
}

#define SESSIONS "\"sessions\":[{\"name\":\"s\",\"slots\":2}]"
#define HOURS(what) "{\"sessions\":[" what "]," PEOPLE ",\"meetings\":[]}"
#define PERSON(what) "{" SESSIONS ",\"people\":[{\"id\":\"a\"},{" what "}],\"meetings\":[]}"
#define MEETING(what) \
    "{" SESSIONS ",\"tables\":1," PEOPLE ",\"meetings\":[{\"id\":\"m\",\"people\":[\"a\",\"b\"]},{\"id\":\"n\"," what "}]}"
#define PAIR "\"people\":[\"a\",\"b\"]"

static const struct {
    const char *bytes, *pointer, *arg;
    enum err err;
} bad[] = {
    {"", "", "line 1, column 0: '[' or '{' expected near end of file", ERR_BAD_JSON},
    {"{\n\"a\":1,\n\"a\":2}", "", "line 3, column 3: duplicate object key near '\"a\"'", ERR_BAD_JSON},
    {"[]", "", "line 1, column 1: {...} expected, not [...]", ERR_BAD_JSON},
    {"{" PEOPLE ",\"meetings\":[]}", "/sessions", NULL, ERR_REQUIRED},
    {"{" SESSIONS ",\"meetings\":[]}", "/people", NULL, ERR_REQUIRED},
    {"{" SESSIONS "," PEOPLE ",\"meetings\":null}", "/meetings", NULL, ERR_REQUIRED},
    {"{" SESSIONS "," PEOPLE ",\"meetings\":{}}", "/meetings", "[{\"id\": \"…\", \"people\": [\"…\", \"…\"]}]", ERR_WRONG_TYPE},
    {"{" SESSIONS "," PEOPLE ",\"meetings\":[],\"a/b\":1}", "/a~1b", NULL, ERR_UNKNOWN_FIELD},
    {"{" SESSIONS "," PEOPLE ",\"meetings\":[],\"complete\":1}", "/complete", "true, false", ERR_WRONG_TYPE},
    {"{" SESSIONS "," PEOPLE ",\"meetings\":[],\"name\":\"a\\nb\"}", "/name", NULL, ERR_BAD_TEXT},
    {"{\"sessions\":[]," PEOPLE ",\"meetings\":[]}", "/sessions", "1", ERR_TOO_FEW},
    {HOURS("1"), "/sessions/0", "{…}", ERR_WRONG_TYPE},
    {HOURS("{\"slots\":2}"), "/sessions/0/name", NULL, ERR_REQUIRED},
    {HOURS("{\"name\":\" \",\"slots\":2}"), "/sessions/0/name", NULL, ERR_REQUIRED},
    {HOURS("{\"name\":\"s\"}"), "/sessions/0/slots", NULL, ERR_REQUIRED},
    {HOURS("{\"name\":\"s\",\"slots\":0}"), "/sessions/0/slots", "1..64", ERR_OUT_OF_RANGE},
    {HOURS("{\"name\":\"s\",\"slots\":60},{\"name\":\"t\",\"slots\":5}"), "/sessions/1/slots", "64", ERR_TOO_LONG},
    {HOURS("{\"name\":\"s\",\"slots\":64},{\"name\":\"t\",\"slots\":1}"), "/sessions/1/slots", "64", ERR_TOO_LONG},
    {HOURS("{\"name\":\"s\",\"slots\":6},{\"name\":\"s\",\"slots\":5}"), "/sessions/1/name", "s", ERR_DUPLICATE},
    {HOURS("{\"name\":\"s\",\"slots\":6,\"day\":2},{\"name\":\"t\",\"slots\":5,\"day\":1}"), "/sessions/1/day", "2..1000",
     ERR_OUT_OF_RANGE},
    {HOURS("{\"name\":\"s\",\"slots\":6,\"minutes\":20}"), "/sessions/0/start", NULL, ERR_REQUIRED},
    {HOURS("{\"name\":\"s\",\"slots\":6,\"minutes\":20,\"start\":\"2026-05-18T09:00:00Z\"},"
           "{\"name\":\"t\",\"slots\":6,\"minutes\":20}"),
     "/sessions/1/start", NULL, ERR_REQUIRED},
    {HOURS("{\"name\":\"s\",\"slots\":6,\"minutes\":20,\"start\":\"2026-05-18\"}"), "/sessions/0/start", "2026-05-18",
     ERR_BAD_DATE},
    {HOURS("{\"name\":\"s\",\"slots\":6,\"minutes\":20,\"start\":\"2226-05-18T09:00:00Z\"}"), "/sessions/0/start",
     "1970-01-01..2199-12-31", ERR_OUT_OF_RANGE},
    {HOURS("{\"name\":\"s\",\"slots\":2,\"minutes\":30,\"start\":\"2026-05-18T09:00:00+02:00\"},"
           "{\"name\":\"t\",\"slots\":2,\"minutes\":30,\"start\":\"2026-05-18T09:59:00+02:00\"}"),
     "/sessions/1/start", "≥ 2026-05-18T10:00:00+02:00", ERR_OUT_OF_RANGE},
    {HOURS("{\"name\":\"s\",\"slots\":2,\"minutes\":30,\"start\":\"2026-05-18T09:00:00Z\","
           "\"breaks\":[{\"after\":2,\"minutes\":5}]}"), "/sessions/0/breaks/0/after", "1..1", ERR_OUT_OF_RANGE},
    {HOURS("{\"name\":\"s\",\"slots\":2,\"minutes\":30,\"start\":\"2026-05-18T09:00:00Z\","
           "\"breaks\":[{\"after\":1,\"minutes\":5},{\"after\":1,\"minutes\":5}]}"), "/sessions/0/breaks/1", "1", ERR_DUPLICATE},
    {"{\"tables\":0," SESSIONS "," PEOPLE ",\"meetings\":[]}", "/tables", "1..10000", ERR_OUT_OF_RANGE},
    {"{\"tables\":[]," SESSIONS "," PEOPLE ",\"meetings\":[]}", "/tables", "1", ERR_TOO_FEW},
    {"{\"tables\":[\"a\",\"a\"]," SESSIONS "," PEOPLE ",\"meetings\":[]}", "/tables/1", "a", ERR_DUPLICATE},
    {PERSON("\"id\":\"a\""), "/people/1/id", "a", ERR_DUPLICATE},
    {PERSON("\"id\":3"), "/people/1/id", "\"…\"", ERR_WRONG_TYPE},
    {PERSON("\"name\":\"a\""), "/people/1/id", NULL, ERR_REQUIRED},
    {PERSON("\"id\":\"b\",\"absent\":[1,3]"), "/people/1/absent/1", "1..2", ERR_OUT_OF_RANGE},
    {PERSON("\"id\":\"b\",\"absent\":[1,1]"), "/people/1/absent/1", "1", ERR_DUPLICATE},
    {PERSON("\"id\":\"b\",\"absent\":2"), "/people/1/absent", "[1, 2]", ERR_WRONG_TYPE},
    {PERSON("\"id\":\"b\",\"most\":65"), "/people/1/most", "0..64", ERR_OUT_OF_RANGE},
    {PERSON("\"id\":\"b\",\"rest\":-1"), "/people/1/rest", "0..64", ERR_OUT_OF_RANGE},
    {PERSON("\"id\":\"b\",\"table\":\"2\""), "/people/1/table", "2", ERR_UNKNOWN_ID},
    {"{" SESSIONS "," PEOPLE ",\"bound\":[[\"a\",\"b\"],[\"a\",\"a\"]],\"meetings\":[]}", "/bound/1/1", "a", ERR_DUPLICATE},
    {"{" SESSIONS "," PEOPLE ",\"bound\":[[\"a\"]],\"meetings\":[]}", "/bound/0", "2", ERR_TOO_FEW},
    {"{" SESSIONS "," PEOPLE ",\"bound\":[[\"a\",\"b\",\"c\"]],\"meetings\":[]}", "/bound/0", "2", ERR_TOO_LONG},
    {MEETING("\"people\":[\"a\",\"x\"]"), "/meetings/1/people/1", "x", ERR_UNKNOWN_ID},
    {MEETING("\"people\":[\"a\",\"a\"]"), "/meetings/1/people/1", "a", ERR_DUPLICATE},
    {MEETING("\"slot\":1"), "/meetings/1/people", NULL, ERR_REQUIRED},
    {MEETING("\"colour\":1," PAIR), "/meetings/1/colour", NULL, ERR_UNKNOWN_FIELD},
    {MEETING("\"weight\":6," PAIR), "/meetings/1/weight", "1..5", ERR_OUT_OF_RANGE},
    {MEETING("\"weight\":2.5," PAIR), "/meetings/1/weight", "1", ERR_WRONG_TYPE},
    {MEETING("\"session\":\"x\"," PAIR), "/meetings/1/session", "x", ERR_UNKNOWN_ID},
    {MEETING("\"forbidden\":[0]," PAIR), "/meetings/1/forbidden/0", "1..2", ERR_OUT_OF_RANGE},
    {MEETING("\"slot\":3," PAIR), "/meetings/1/slot", "1..2", ERR_OUT_OF_RANGE},
    {MEETING("\"table\":\"2\"," PAIR), "/meetings/1/table", "2", ERR_UNKNOWN_ID},
    {MEETING("\"after\":[\"m\",\"x\"]," PAIR), "/meetings/1/after/1", "x", ERR_UNKNOWN_ID},
    {MEETING("\"after\":[\"n\"]," PAIR), "/meetings/1/after/0", "n", ERR_DUPLICATE},
    {MEETING("\"previous\":{\"table\":\"1\"}," PAIR), "/meetings/1/previous/slot", NULL, ERR_REQUIRED},
    {MEETING("\"previous\":{\"slot\":1,\"day\":1}," PAIR), "/meetings/1/previous/day", NULL, ERR_UNKNOWN_FIELD},
    {"{" SESSIONS "," PEOPLE ",\"meetings\":[{\"id\":\"m\"," PAIR "},{\"id\":\"m\"," PAIR "}]}", "/meetings/1/id", "m",
     ERR_DUPLICATE},
};

static void what_is_wrong_is_said_where_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *arena = arena_new();
        struct faults faults;
        struct agenda a;
        assert_false(read_bytes(&a, bad[i].bytes, arena, &faults));
        const struct fault *f = &faults.list[0];
        if (faults.count != 1 || f->err != bad[i].err || strcmp(f->pointer, bad[i].pointer) != 0 ||
            (f->arg != bad[i].arg && !text_equal(f->arg, bad[i].arg)))
            fail_msg("%s: %zu faults, %s: %s (%s)", bad[i].bytes, faults.count, f->pointer, err_word(f->err), f->arg);
        arena_free(arena);
    }
}

static void all_that_is_wrong_is_said_at_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    struct text t;
    assert_false(read_bytes(&a, "{\"sessions\":[{\"name\":\"s\",\"slots\":2}],\"people\":[{\"id\":\"a\",\"most\":-1},{}],"
                                "\"meetings\":[{\"id\":\"m\",\"people\":[\"a\",\"b\"],\"slot\":9}]}",
                            arena, &faults));
    assert_int_equal(faults.count, 4);
    text_init(&t, 1 << 20);
    text_put(&t, "{\"sessions\":[],\"people\":[");
    for (int i = 0; i < 200; i++)
        text_put(&t, i ? ",0" : "0");
    text_put(&t, "],\"meetings\":[]}");
    assert_false(read_bytes(&a, text_string(&t), arena, &faults));
    assert_int_equal(faults.count, 201);
    text_fini(&t);
    arena_free(arena);
}

// One more than there may be.
static void limits_hold(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    struct text t;
    text_init(&t, 1 << 24);
    text_put(&t, "{" SESSIONS ",\"meetings\":[],\"people\":[");
    for (int i = 0; i <= AGENDA_PEOPLE; i++)
        text_format(&t, "%s{\"id\":\"%d\"}", i ? "," : "", i);
    text_put(&t, "]}");
    assert_false(read_bytes(&a, text_string(&t), arena, &faults));
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.list[0].err, ERR_TOO_LONG);
    assert_string_equal(faults.list[0].pointer, "/people");
    text_fini(&t);
    arena_free(arena);
}

// ---- Timetables

static void a_timetable_comes_back(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct arena *arena = arena_new();
        struct faults faults;
        struct agenda a;
        uint64_t draw = seed + 1;
        agendas_draw(seed, &a, arena);
        struct timetable t = timetable_new(a.meetings, arena), u;
        for (int m = 0; m < a.meetings; m++)
            if (!agendas_one_in(&draw, 4)) {
                t.slot[m] = agendas_below(&draw, a.slots);
                t.table[m] = agendas_one_in(&draw, 4) ? AGENDA_NONE : agendas_below(&draw, a.tables);
            }
        char *bytes = dump(agenda_timetable_json(&a, &t));
        fault_init(&faults, arena);
        assert_true(agenda_read_timetable(&u, &a, bytes, strlen(bytes), arena, &faults));
        assert_int_equal(u.meetings, a.meetings);
        for (int m = 0; m < a.meetings; m++) {
            assert_int_equal(u.slot[m], t.slot[m]);
            assert_int_equal(u.table[m], t.table[m]);
        }
        free(bytes);
        arena_free(arena);
    }
}

static void a_timetable_says_who_when_and_where(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct agenda a;
    read_good(&a, whole, arena);
    struct timetable t = timetable_new(4, arena);
    t.slot[1] = 3;
    t.slot[2] = 5;
    t.table[2] = 0;
    char *bytes = dump(agenda_timetable_json(&a, &t));
    assert_string_equal(
        bytes, "{\"meetings\": [{\"id\": \"m2\", \"people\": [\"p3\", \"p2\"], \"names\": [\"p3\", \"p2\"], \"slot\": 4, "
               "\"session\": \"soir\", \"start\": \"2026-05-18T23:00:00+02:00\", \"end\": \"2026-05-19T00:30:00+02:00\"}, "
               "{\"id\": \"m3\", \"people\": [\"p3\", \"p1\"], \"names\": [\"p3\", \"Ms A\"], \"slot\": 6, "
               "\"session\": \"demain\", \"start\": \"2026-05-19T09:00:00-04:30\", \"end\": \"2026-05-19T09:15:00-04:30\", "
               "\"table\": \"A\"}]}");
    free(bytes);
    arena_free(arena);
}

static void what_is_wrong_in_a_timetable_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *pointer;
        enum err err;
    } cases[] = {
        {"nothing", "", ERR_BAD_JSON},
        {"{}", "/meetings", ERR_REQUIRED},
        {"{\"meetings\":3}", "/meetings", ERR_WRONG_TYPE},
        {"{\"meetings\":[3]}", "/meetings/0", ERR_WRONG_TYPE},
        {"{\"meetings\":[{\"slot\":3}]}", "/meetings/0/id", ERR_REQUIRED},
        {"{\"meetings\":[{\"id\":\"m1\",\"table\":\"A\"}]}", "/meetings/0/slot", ERR_REQUIRED},
        {"{\"meetings\":[{\"id\":\"m9\",\"slot\":3}]}", "/meetings/0/id", ERR_UNKNOWN_ID},
        {"{\"meetings\":[{\"id\":\"m1\",\"slot\":7}]}", "/meetings/0/slot", ERR_OUT_OF_RANGE},
        {"{\"meetings\":[{\"id\":\"m1\",\"slot\":3,\"table\":\"C\"}]}", "/meetings/0/table", ERR_UNKNOWN_ID},
        {"{\"meetings\":[{\"id\":\"m1\",\"slot\":3},{\"id\":\"m1\",\"slot\":4}]}", "/meetings/1", ERR_DUPLICATE},
    };
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    struct timetable t;
    read_good(&a, whole, arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fault_init(&faults, arena);
        assert_false(agenda_read_timetable(&t, &a, cases[i].bytes, strlen(cases[i].bytes), arena, &faults));
        assert_int_equal(faults.count, 1);
        assert_int_equal(faults.list[0].err, cases[i].err);
        assert_string_equal(faults.list[0].pointer, cases[i].pointer);
    }
    static const char beside[] = "{\"value\":7,\"meetings\":[{\"id\":\"m1\",\"slot\":3,\"table\":7,\"start\":\"late\"}]}";
    fault_init(&faults, arena);
    assert_true(agenda_read_timetable(&t, &a, beside, strlen(beside), arena, &faults));
    assert_int_equal(t.slot[0], 2);
    assert_int_equal(t.table[0], 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_drawn_comes_back),
        cmocka_unit_test(hours_are_as_said),
        cmocka_unit_test(people_and_meetings_are_as_said),
        cmocka_unit_test(days_begin_with_dates_or_as_said),
        cmocka_unit_test(tables_are_as_many_as_can_be_used),
        cmocka_unit_test(what_is_wrong_is_said_where_it_is),
        cmocka_unit_test(all_that_is_wrong_is_said_at_once),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_timetable_comes_back),
        cmocka_unit_test(a_timetable_says_who_when_and_where),
        cmocka_unit_test(what_is_wrong_in_a_timetable_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
