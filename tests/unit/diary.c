// SPDX-License-Identifier: EUPL-1.2
// Tests wire/diary: an event for each meeting that takes place.
#include "wire/diary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fair.h"

#include <string.h>

#define STAMP 1810000000

static void writes_what_takes_place(void **state)
{
    (void)state;
    struct fair f;
    struct text out;
    fair_make(&f);
    text_init(&out, 1 << 16);
    assert_int_equal(diary_lacks(&f.agenda), AGENDA_NONE);
    diary_write(&out, &f.agenda, &f.timetable, "rencontres", STAMP, LANG_FR);
    const char *events = strstr(text_string(&out), "BEGIN:VEVENT");
    assert_non_null(events);
    assert_string_equal(events, "BEGIN:VEVENT\r\n"
                                "UID:m1@rencontres\r\n"
                                "DTSTAMP:20270511T014640Z\r\n"
                                "LAST-MODIFIED:20270511T014640Z\r\n"
                                "SEQUENCE:0\r\n"
                                "DTSTART:20270518T070000Z\r\n"
                                "DTEND:20270518T072000Z\r\n"
                                "SUMMARY:Ada – Bob\r\n"
                                "DESCRIPTION:Ada (Ville)\\nBob (ESAT)\r\n"
                                "LOCATION:Table 1\r\n"
                                "STATUS:CONFIRMED\r\n"
                                "TRANSP:OPAQUE\r\n"
                                "END:VEVENT\r\n"
                                "BEGIN:VEVENT\r\n"
                                "UID:m2@rencontres\r\n"
                                "DTSTAMP:20270511T014640Z\r\n"
                                "LAST-MODIFIED:20270511T014640Z\r\n"
                                "SEQUENCE:0\r\n"
                                "DTSTART:20270518T120000Z\r\n"
                                "DTEND:20270518T122000Z\r\n"
                                "SUMMARY:Ada – Chloé\r\n"
                                "DESCRIPTION:Ada (Ville)\\nChloé\r\n"
                                "LOCATION:Salon\r\n"
                                "STATUS:CONFIRMED\r\n"
                                "TRANSP:OPAQUE\r\n"
                                "END:VEVENT\r\n"
                                "END:VCALENDAR\r\n");
    assert_non_null(strstr(text_string(&out), "\r\nNAME:Rencontres\r\n"));
    text_fini(&out);
}

static void a_calendar_needs_hours(void **state)
{
    (void)state;
    struct fair f;
    fair_make(&f);
    f.slot[2].start = -1;
    assert_int_equal(diary_lacks(&f.agenda), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_takes_place),
        cmocka_unit_test(a_calendar_needs_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
