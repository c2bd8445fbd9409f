// SPDX-License-Identifier: EUPL-1.2
// Tests wire/day: a slot's hour and day are those of the clock on its wall.
#include "wire/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static struct agenda_slot at(const char *utc, int offset)
{
    struct agenda_slot t = {.minutes = 20, .offset = offset};
    assert_true(clock_parse(utc, &t.start));
    return t;
}

static void hours_are_told_in_the_offset(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct agenda_slot paris = at("2027-05-18T07:05:00Z", 120), utc = at("2027-05-18T07:05:00Z", 0);
    assert_string_equal(day_hour(&paris, 0, arena), "09:05");
    assert_string_equal(day_hour(&paris, 20, arena), "09:25");
    assert_string_equal(day_hour(&utc, 0, arena), "07:05");
    assert_string_equal(day_cell(&paris, 60, arena), "2027-05-18 10:05");
    arena_free(arena);
}

static void days_end_at_midnight_there(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct agenda_slot reunion = at("2026-11-30T20:00:00Z", 240), fort_de_france = at("2027-01-01T03:30:00Z", -240);
    assert_string_equal(day_text(&reunion, LANG_FR, arena), "mardi 1er décembre 2026");
    assert_string_equal(day_text(&reunion, LANG_EN, arena), "Tuesday 1 December 2026");
    assert_string_equal(day_hour(&reunion, 0, arena), "00:00");
    assert_string_equal(day_text(&fort_de_france, LANG_FR, arena), "jeudi 31 décembre 2026");
    assert_string_equal(day_cell(&fort_de_france, 20, arena), "2026-12-31 23:50");
    assert_string_equal(day_cell(&fort_de_france, 40, arena), "2027-01-01 00:10");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_told_in_the_offset),
        cmocka_unit_test(days_end_at_midnight_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
