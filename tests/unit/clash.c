// SPDX-License-Identifier: EUPL-1.2
// Tests wire/clash: each reason of the database becomes one sentence with its names.
#include "wire/clash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <stdio.h>

#define MEMBERS "\"request\":\"r\",\"first\":\"Zoé {name}\",\"second\":\"Max\",\"name\":\"Ida\",\"slot\":7,\"table\":\"T4\""

static void each_rule_has_its_sentence(void **state)
{
    static const char *const rules[] = {"request", "withdrawn", "absent", "slot", "table", "pinned", "booth",
                                        "most",    "twice",     "rest",   "seat", "bound", "order"};
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
            struct arena *arena = arena_new();
            struct faults faults;
            char json[500];
            fault_init(&faults, arena);
            snprintf(json, sizeof json, "[{\"rule\":\"%s\"," MEMBERS "}]", rules[i]);
            assert_true(clash_read(json, lang, arena, &faults));
            assert_int_equal(faults.count, 1);
            assert_int_equal(faults.list[0].err, ERR_CONFLICT);
            const char *text = faults.list[0].arg;
            assert_string_not_equal(text, rules[i]);
            assert_int_equal(text[0] == '{', 0);
            arena_free(arena);
        }
}

static void names_stand_as_they_are(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    fault_init(&faults, arena);
    assert_true(clash_read("[{\"rule\":\"request\"," MEMBERS "},{\"rule\":\"twice\"," MEMBERS "},{\"rule\":\"seat\"," MEMBERS "},{\"rule\":\"new\"}]",
                           LANG_EN, arena, &faults));
    assert_int_equal(faults.count, 4);
    assert_string_equal(faults.list[0].arg, "Zoé {name} and Max: the request is no longer accepted.");
    assert_string_equal(faults.list[1].arg, "Ida has two meetings in slot 7.");
    assert_string_equal(faults.list[2].arg, "Two meetings are at table T4 in slot 7.");
    assert_string_equal(faults.list[3].arg, "new");
    arena_free(arena);
}

static void slots_are_told_by_their_hours(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *days, *fr, *en;
    } cases[] = {
        {"+01:00", "false", "Ida n'est pas là au créneau de 14 h 20.", "Ida is not there in slot 14:20."},
        {"+04:00", "true", "Ida n'est pas là au créneau du vendredi 2 mars 2091 à 17 h 20.", "Ida is not there in slot Friday 2 March 2091 17:20."},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct faults faults;
        char json[500];
        fault_init(&faults, arena);
        snprintf(json, sizeof json, "[{\"rule\":\"absent\"," MEMBERS ",\"start\":\"2091-03-02T13:20:00+00:00\",\"zone\":\"%s\",\"days\":%s}]", cases[i / 2].zone, cases[i / 2].days);
        assert_true(clash_read(json, i % 2 ? LANG_EN : LANG_FR, arena, &faults));
        assert_string_equal(faults.list[0].arg, i % 2 ? cases[i / 2].en : cases[i / 2].fr);
        arena_free(arena);
    }
}

static void what_is_no_list_is_none(void **state)
{
    static const char *const others[] = {"", "draft", "replaced", "[]", "{}", "\"x\""};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct arena *arena = arena_new();
        struct faults faults;
        fault_init(&faults, arena);
        assert_false(clash_read(others[i], LANG_FR, arena, &faults));
        assert_int_equal(faults.count, 0);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_has_its_sentence),
        cmocka_unit_test(names_stand_as_they_are),
        cmocka_unit_test(slots_are_told_by_their_hours),
        cmocka_unit_test(what_is_no_list_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
