// SPDX-License-Identifier: EUPL-1.2
// Tests wire/dzn: a small agenda by hand, what is wrong with bad data and in which line, and the instances of the
// literature, where they are at hand (ENTREGENT_SHARED, else ../shared).
#include "wire/dzn.h"

#include "wire/agenda.h"

#include "agendas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "nBusiness = 4;\nnMeetings = 3;\nnTables = 2;\nnTotalSlots = 5;\nnMorningSlots = 3;\n"
#define REQUESTED "requested = [|1, 2,1, \n|1, 3,2, \n|4, 2,3, \n|];\n"

static bool read_bytes(struct agenda *out, const char *bytes, struct arena *arena, struct faults *faults)
{
    fault_init(faults, arena);
    bool good = dzn_read(out, bytes, strlen(bytes), arena, faults);
    assert_int_equal(faults->count, !good);
    return good;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    assert_true(read_bytes(&a,
                           "% made by hand; forbidden = nothing\n" HEAD REQUESTED
                           "meetingsxBusiness = [{1,2,3},{1,2,4},{1,3},{4}];\nnMeetingsBusiness = [2,2,1,1];\n"
                           "forbidden = [{0},{0,2,5},{}, 1..3];\nfixed = [0,4,0,];\nprecedences = [{},{1,3},4..3]",
                           arena, &faults));
    assert_int_equal(a.people, 4);
    assert_int_equal(a.meetings, 3);
    assert_int_equal(a.tables, 2);
    assert_int_equal(a.slots, 5);
    assert_int_equal(a.sessions, 2);
    assert_true(a.complete);
    assert_string_equal(a.name, "");
    assert_string_equal(a.session[0], "morning");
    assert_string_equal(a.session[1], "afternoon");
    for (int t = 0; t < 5; t++) {
        assert_int_equal(a.slot[t].session, t >= 3);
        assert_int_equal(a.slot[t].day, 0);
        assert_int_equal(a.slot[t].start, -1);
    }
    const uint64_t at_hand[] = {31, 13, 31, 24}, slots[] = {7, 8, 31};
    for (int p = 0; p < 4; p++)
        assert_int_equal(a.person[p].free, at_hand[p]);
    for (int m = 0; m < 3; m++) {
        assert_int_equal(a.meeting[m].slots, slots[m]);
        assert_int_equal(a.meeting[m].locked, m == 1);
        assert_int_equal(a.meeting[m].weight, 1);
        assert_int_equal(a.meeting[m].table, AGENDA_NONE);
        assert_int_equal(a.meeting[m].old_slot, AGENDA_NONE);
        assert_int_equal(a.meeting[m].old_table, AGENDA_NONE);
    }
    assert_int_equal(a.meeting[2].person[0], 3);
    assert_int_equal(a.meeting[2].person[1], 1);
    assert_string_equal(a.meeting[2].id, "3");
    assert_string_equal(a.person[3].name, "4");
    assert_string_equal(a.table[1], "2");
    assert_int_equal(a.befores, 2);
    assert_int_equal(a.before[0].first, 0);
    assert_int_equal(a.before[1].first, 2);
    assert_int_equal(a.before[1].second, 1);
    assert_int_equal(a.bounds, 0);
    arena_free(arena);
}

static void what_is_redundant_may_be_left_out(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    assert_true(read_bytes(&a, REQUESTED HEAD, arena, &faults)); // in any order
    assert_int_equal(a.person[1].free, 31);
    assert_int_equal(a.befores, 0);
    assert_true(read_bytes(&a, "nBusiness=0;nMeetings=0;nTables=1;nTotalSlots=64;nMorningSlots=64;requested=[||];fixed=[]",
                           arena, &faults));
    assert_int_equal(a.sessions, 1);
    assert_string_equal(a.session[a.slot[63].session], "morning");
    assert_true(read_bytes(&a, "nBusiness=2;nMeetings=1;nTables=1;nTotalSlots=64;nMorningSlots=0;requested=[|1,2,2|]",
                           arena, &faults));
    assert_string_equal(a.session[a.slot[0].session], "afternoon");
    assert_true(a.meeting[0].slots == UINT64_MAX && a.person[1].free == UINT64_MAX);
    arena_free(arena);
}

// Fixed in the afternoon, wanted in the morning: there is no slot left, and it stays locked.
static void a_slot_outside_its_session_is_none(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    assert_true(read_bytes(&a, HEAD REQUESTED "fixed = [4,4,1];forbidden = [{0},{0,1},{0},{0}];", arena, &faults));
    assert_int_equal(a.meeting[0].slots, 0);
    assert_true(a.meeting[0].locked);
    assert_int_equal(a.meeting[2].slots, 1); // though 2 is not there
    arena_free(arena);
}

static const struct {
    const char *bytes, *pointer, *arg;
} bad[] = {
    {"", "/nBusiness", "line 1: nBusiness is missing"},
    {HEAD, "/requested", "line 6: requested is missing"},
    {HEAD HEAD, "/nBusiness", "line 6: given a second time"},
    {"{}", "", "line 1: the name of a variable expected, not {"},
    {"\n\nnTable = 3;", "", "line 3: nTable is no variable of such data"},
    {"nTables 3;", "/nTables", "line 1: = expected, not 3"},
    {"nTables =\n% 3\n", "/nTables", "line 3: a number expected, not the end"},
    {"nTables = 3\nnBusiness = 3;", "/nTables", "line 2: ; expected, not n"},
    {"nTables = 3.5;", "/nTables", "line 1: ; expected, not ."},
    {"nTables = 1234567890;", "/nTables", "line 1: a number of at most nine digits expected"},
    {"nTables = \xff;", "/nTables", "line 1: a number expected"},
    {"fixed = 1;", "/fixed", "line 1: [ expected, not 1"},
    {"fixed = [1\n2];", "/fixed", "line 2: , or ] expected, not 2"},
    {"fixed = [1,\n,2];", "/fixed", "line 2: a number expected, not ,"},
    {"fixed = [{1}];", "/fixed", "line 1: a number expected, not {"},
    {"forbidden = [{1 2}];", "/forbidden", "line 1: , or } expected, not 2"},
    {"forbidden = [1];", "/forbidden", "line 1: .. expected, not ]"},
    {"forbidden = [{1},\n{2", "/forbidden", "line 2: , or } expected, not the end"},
    {"precedences = [\n1..999999,1..2];", "/precedences", "line 2: at most 1000000 numbers in sets expected"},
    {"requested = [1,2,3];", "/requested", "line 1: [| expected, not 1"},
    {"requested = [|1,2,3\n|", "/requested", "line 2: a number expected, not the end"},
    {"requested = [|1 2 3|];", "/requested", "line 1: , or | expected, not 2"},
    {"nBusiness=1;nMeetings=0;\nnTables=0;nTotalSlots=1;nMorningSlots=0;requested=[||]", "/nTables",
     "line 2: 1 to 10000 expected, not 0"},
    {"nBusiness=1;nMeetings=0;nTables=1;nTotalSlots=65;nMorningSlots=0;requested=[||]", "/nTotalSlots",
     "line 1: 1 to 64 expected, not 65"},
    {"nBusiness=1;nMeetings=-1;nTables=1;nTotalSlots=4;nMorningSlots=0;requested=[||]", "/nMeetings",
     "line 1: 0 to 100000 expected, not -1"},
    {"nBusiness=1;nMeetings=0;nTables=1;nTotalSlots=4;nMorningSlots=5;requested=[||]", "/nMorningSlots",
     "line 1: 0 to 4 expected, not 5"},
    {HEAD "requested = [|1,2,3|1,3,3|];", "/requested", "line 6: 3 expected (nMeetings), not 2"},
    {HEAD "requested = [|1,2,3|1,3,3|\n1,3|];", "/requested/3", "line 7: two people and a session expected, not 2 numbers"},
    {HEAD "requested = [|1,2,3|1,5,3|1,3,3|];", "/requested/2", "line 6: people 1 to 4 expected, not 5"},
    {HEAD "requested = [|1,2,3|0,2,3|1,3,3|];", "/requested/2", "line 6: people 1 to 4 expected, not 0"},
    {HEAD "requested = [|1,2,3|3,3,3|1,3,3|];", "/requested/2", "line 6: two people expected, not 3 twice"},
    {HEAD "requested = [|1,2,3|1,3,3|1,3,4|];", "/requested/3", "line 6: session 1, 2 or 3 expected, not 4"},
    {HEAD REQUESTED "forbidden = [{0},{0}];", "/forbidden", "line 10: 4 expected (nBusiness), not 2"},
    {HEAD REQUESTED "forbidden = [{0},{0},{0},\n{0,6}];", "/forbidden/4", "line 11: 0 to 5 expected, not 6"},
    {HEAD REQUESTED "forbidden = [{0},{0},{2,2},{0}];", "/forbidden/3", "line 10: 2 stands there twice"},
    {HEAD REQUESTED "fixed = [0,\n0,\n6];", "/fixed/3", "line 12: slot 1 to 5 expected, or 0, not 6"},
    {HEAD REQUESTED "precedences = [{},{0},{}];", "/precedences/2", "line 10: 1 to 3 expected, not 0"},
    {HEAD REQUESTED "precedences = [{},{},1..3];", "/precedences/3", "line 10: other meetings than itself expected"},
    {HEAD REQUESTED "nMeetingsBusiness = [2,\n1,1,1];", "/nMeetingsBusiness/2", "line 11: 2 expected, as in requested"},
    {HEAD REQUESTED "meetingsxBusiness = [{1,2,3},{1,2,4},\n{1,4},{4}];", "/meetingsxBusiness/3",
     "line 11: in requested 3 has no part in it"},
    {HEAD REQUESTED "meetingsxBusiness = [{1,2,3},{1,2,4},{1},{4}];", "/meetingsxBusiness/3",
     "line 10: 1 meetings expected, as in requested"},
    {HEAD REQUESTED "meetingsxBusiness = [{1,2,3},{1,2,4},{5},{4}];", "/meetingsxBusiness/3",
     "line 10: 1 to 4 expected, not 5"},
};

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *arena = arena_new();
        struct faults faults;
        struct agenda a;
        assert_false(read_bytes(&a, bad[i].bytes, arena, &faults));
        assert_int_equal(faults.list[0].err, ERR_BAD_DZN);
        assert_string_equal(faults.list[0].arg, bad[i].arg);
        assert_string_equal(faults.list[0].pointer, bad[i].pointer);
        arena_free(arena);
    }
}

static void data_is_told_from_json(void **state)
{
    (void)state;
    const char *const data[] = {"nTables = 3;", " \n\t% {\n", "_", "%"}, *const other[] = {"", " ", "{}", "\n[", "1", "\"a\""};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        assert_true(dzn_looks(data[i], strlen(data[i])));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_false(dzn_looks(other[i], strlen(other[i])));
}

// ---- The literature's

static char *read_file(const char *folder, const char *name)
{
    char path[1024], part[4096];
    struct text t;
    size_t n;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    text_init(&t, 1 << 20);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        text_add(&t, part, n);
    fclose(f);
    return text_take(&t);
}

// The number behind "name = ", found without the reader.
static int said(const char *bytes, const char *name)
{
    const char *at = strstr(bytes, name);
    assert_non_null(at);
    return atoi(strchr(at, '=') + 1);
}

// Numbers over 0 in what stands between "name = [" and "];".
static size_t numbers_over_0(const char *bytes, const char *name)
{
    size_t count = 0;
    const char *at = strstr(bytes, name), *end = strstr(at, "];");
    for (; at < end; at++)
        if (*at >= '0' && *at <= '9') {
            count += strtol(at, NULL, 10) > 0;
            at += strspn(at, "0123456789") - 1;
        }
    return count;
}

// Written as JSON it is the same agenda.
static void check_json(const struct agenda *a, struct arena *arena, struct faults *faults)
{
    struct agenda again;
    json_t *v = agenda_json(a);
    char *bytes = json_dumps(v, JSON_COMPACT);
    assert_true(agenda_read(&again, bytes, strlen(bytes), arena, faults));
    assert_null(agendas_differ(a, &again));
    free(bytes);
    json_decref(v);
}

static void check_instance(const char *folder, const char *name)
{
    char *bytes = read_file(folder, name);
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    size_t away = 0, locked = 0;
    if (!read_bytes(&a, bytes, arena, &faults))
        fail_msg("%s %s: %s", name, faults.list[0].pointer, faults.list[0].arg);
    assert_true(dzn_looks(bytes, strlen(bytes)));
    assert_null(agendas_bad(&a));
    check_json(&a, arena, &faults);
    assert_int_equal(a.people, said(bytes, "nBusiness ="));
    assert_int_equal(a.meetings, said(bytes, "nMeetings ="));
    assert_int_equal(a.tables, said(bytes, "nTables ="));
    assert_int_equal(a.slots, said(bytes, "nTotalSlots ="));
    int morning = said(bytes, "nMorningSlots =");
    for (int t = 0; t < a.slots; t++)
        assert_string_equal(a.session[a.slot[t].session], t < morning ? "morning" : "afternoon");
    for (int p = 0; p < a.people; p++)
        away += (size_t)(a.slots - __builtin_popcountll(a.person[p].free));
    for (int m = 0; m < a.meetings; m++)
        locked += a.meeting[m].locked;
    assert_int_equal(away, numbers_over_0(bytes, "forbidden ="));
    assert_int_equal(locked, numbers_over_0(bytes, "fixed ="));
    assert_int_equal(a.befores, numbers_over_0(bytes, "precedences ="));
    arena_free(arena);
    free(bytes);
}

static void the_literature_is_read(void **state)
{
    (void)state;
    const char *given = getenv("ENTREGENT_SHARED");
    char folder[512];
    int count = 0;
    snprintf(folder, sizeof folder, "%s/data/meetings", given ? given : "../shared");
    DIR *dir = opendir(folder);
    if (!dir) {
        print_message("no instances in %s\n", folder);
        skip();
    }
    for (struct dirent *e; (e = readdir(dir));) {
        const char *end = strrchr(e->d_name, '.');
        if (end && strcmp(end, ".dzn") == 0) {
            check_instance(folder, e->d_name);
            count++;
        }
    }
    closedir(dir);
    print_message("%d instances\n", count);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_redundant_may_be_left_out),
        cmocka_unit_test(a_slot_outside_its_session_is_none),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(data_is_told_from_json),
        cmocka_unit_test(the_literature_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
