// SPDX-License-Identifier: EUPL-1.2
// Tests core/leftout: why a meeting has no place is said as it is, and with no more than is needed for it.
#include "core/leftout.h"
#include "wire/agenda.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define MEET(id, one, two, more) "{\"id\":\"" id "\",\"people\":[\"" one "\",\"" two "\"]" more "}"
#define AFTER(id) ",\"after\":[\"" id "\"]"

// The last meeting of the agenda is left out, the others lie in these slots (from 1).
static const struct {
    const char *slots, *people, *more, *meetings;
    int at[4];
    const char *text;
} cases[] = {
    {"3", "", "", MEET("1", "a", "b", "") "," MEET("2", "c", "d", AFTER("1")), {3},
     "it must come after meeting 1 (a and b), which lies in slot 3 (S), and after that there is no slot left"},
    {"3", "", "", MEET("1", "a", "b", AFTER("2")) "," MEET("2", "c", "d", ""), {1},
     "it must come before meeting 1 (a and b), which lies in slot 1 (S), and before that there is no slot left"},
    {"64", "", "", MEET("1", "a", "b", "") "," MEET("2", "c", "d", AFTER("1")), {64},
     "it must come after meeting 1 (a and b), which lies in slot 64 (S), and after that there is no slot left"},
    {"4", "", "",
     MEET("1", "a", "b", "") "," MEET("2", "a", "b", AFTER("3")) ","
     MEET("3", "c", "d", AFTER("1")), {2, 3},
     "it must come after meeting 1 (a and b), which lies in slot 2 (S), and before another; between the two there is no slot left"},
    {"3", "", "", MEET("1", "a", "b", AFTER("2")) "," MEET("2", "c", "d", AFTER("1")),
     {1}, "The order asked for runs in a circle: meeting 2 (c and d) would have to come before itself"},
    {"9", "", "",
     MEET("1", "a", "b", AFTER("4")) "," MEET("2", "a", "b", AFTER("1")) ","
     MEET("3", "a", "b", AFTER("2")) "," MEET("4", "c", "d", AFTER("3")), {1, 5, 9},
     "The order asked for runs in a circle: meeting 4 (c and d) would have to come before itself"},
    {"3", ",\"absent\":[3]", "", MEET("1", "b", "c", "") "," MEET("2", "a", "d", AFTER("1")), {2},
     "it must come after meeting 1 (b and c), which lies in slot 2 (S), and after that there is no slot left in "
     "which a and d are both free"},
    {"3", ",\"rest\":1", "", MEET("1", "a", "b", "") "," MEET("2", "a", "c", ""), {2},
     "in every slot, a meets somebody else, rests or is not there"},
    {"1", ",\"rest\":1", "", MEET("1", "a", "b", "") "," MEET("2", "a", "c", ""), {1},
     "in every slot, a meets somebody else or is not there"},
    {"1", "", ",\"bound\":[[\"a\",\"c\"]]", MEET("1", "a", "b", "") "," MEET("2", "c", "d", ""), {1},
     "in every slot, c meets somebody else, goes with a (who meets somebody) or is not there"},
    {"2", "", ",\"bound\":[[\"a\",\"c\"],[\"b\",\"d\"]]",
     MEET("1", "a", "e", "") "," MEET("2", "b", "e", "") "," MEET("3", "c", "d", ""), {1, 2},
     "in every slot, c or d meets somebody else, goes with somebody who is in a meeting or is not there"},
    {"2", "", "", MEET("1", "a", "b", "") "," MEET("2", "c", "d", ""), {1},
     "it would push out others that are wanted at least as much"},
    {"2", "", "", MEET("1", "a", "b", ",\"slot\":1") "," MEET("2", "c", "d", ""), {1},
     "it would push out others that are wanted at least as much, or move some that keep their place"},
};

static void reasons_are_true(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct agenda a;
        struct agenda_view v;
        struct leftout seen;
        struct faults faults;
        fault_init(&faults, arena);
        const char *json = arena_format(arena, "{\"sessions\":[{\"name\":\"S\",\"slots\":%s}],\"tables\":5,"
                                               "\"people\":[{\"id\":\"a\"%s},"
                                               "{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"}]%s,\"meetings\":[%s]}",
                                        cases[i].slots, cases[i].people, cases[i].more, cases[i].meetings);
        assert_true(agenda_read(&a, json, strlen(json), arena, &faults));
        agenda_view(&v, &a, arena);
        struct timetable t = timetable_new(a.meetings, arena);
        for (int m = 0; m + 1 < a.meetings; m++) {
            t.slot[m] = cases[i].at[m] - 1;
            t.table[m] = m;
        }
        leftout_look(&seen, &v, &t, arena);
        struct hindrance why = leftout_why(&seen, a.meetings - 1, true);
        const char *text = hindrance_text(&a, &why, LANG_EN, arena), *reason = strstr(text, "was left out: ");
        reason = !reason ? text : reason[14] == ' ' ? reason + 15 : reason + 14;
        assert_string_equal(reason, cases[i].text);
        assert_true(strlen(hindrance_text(&a, &why, LANG_FR, arena)) > 20);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reasons_are_true)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
