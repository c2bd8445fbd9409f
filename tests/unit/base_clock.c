// SPDX-License-Identifier: EUPL-1.2
// Tests base/clock: reading and writing times, and the end of a day in Paris.
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void reads_instants(void **state)
{
    static const struct {
        const char *text, *utc;
    } good[] = {
        {"2026-05-18T12:00:00+02:00", "2026-05-18T10:00:00Z"}, {"2026-05-18T09:30:00Z", "2026-05-18T09:30:00Z"},
        {"2024-02-29T23:59:59-01:30", "2024-03-01T01:29:59Z"}, {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
        {"2026-05-18t09:30:00.123z", "2026-05-18T09:30:00Z"},
    };
    static const char *const bad[] = {"", "2026-05-18", "2026-05-18T12:00:00", "2026-05-18T12:00Z", "2026-05-18T24:00:00Z",
                                      "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-05-18T12:00:60Z",
                                      "2026-05-18T12:00:00.Z", "2026-05-18T12:00:00Z ", "2026-05-18 12:00:00Z",
                                      "2026-05-18T12:00:00+2:00", "2026-05-18T12:00:00+02:60"};
    char out[25];
    int64_t seconds = 0;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(clock_parse(good[i].text, &seconds));
        clock_format(seconds, out);
        assert_string_equal(out, good[i].utc);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(clock_parse(bad[i], &seconds));
}

static void days_go_round(void **state)
{
    char out[12];
    int32_t day = 0;
    (void)state;
    assert_true(clock_parse_day("1970-01-01", &day) && day == 0);
    assert_true(clock_parse_day("2000-02-29", &day));
    for (int32_t d = -20000; d < 60000; d += 7) {
        clock_format_day(d, out);
        assert_true(clock_parse_day(out, &day));
        assert_int_equal(day, d);
    }
    assert_false(clock_parse_day("1900-02-29", &day));
    assert_false(clock_parse_day("2026-02-31", &day));
    assert_false(clock_parse_day("2026-04-00", &day));
    assert_false(clock_parse_day("2026-4-1", &day));
    assert_false(clock_parse_day("2026-04-01x", &day));
}

static void days_end_in_paris(void **state)
{
    static const struct {
        const char *day, *end;
    } days[] = {
        {"2026-01-15", "2026-01-15T23:00:00Z"}, {"2026-07-15", "2026-07-15T22:00:00Z"},
        {"2026-03-28", "2026-03-28T23:00:00Z"}, {"2026-03-29", "2026-03-29T22:00:00Z"}, // summer time begins
        {"2026-10-24", "2026-10-24T22:00:00Z"}, {"2026-10-25", "2026-10-25T23:00:00Z"}, // and ends
        {"2026-12-31", "2026-12-31T23:00:00Z"},
    };
    char out[25];
    int32_t day = 0;
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        assert_true(clock_parse_day(days[i].day, &day));
        clock_format(clock_end_of_day_paris(day), out);
        assert_string_equal(out, days[i].end);
    }
}

static void can_be_fixed(void **state)
{
    (void)state;
    clock_fix(1234567);
    assert_int_equal(clock_wall(), 1234567);
    clock_fix(0);
    assert_true(clock_wall() > 1700000000000);
    int64_t before = clock_mono();
    assert_true(clock_mono() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_instants),
        cmocka_unit_test(days_go_round),
        cmocka_unit_test(days_end_in_paris),
        cmocka_unit_test(can_be_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
