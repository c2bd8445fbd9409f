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
    diary_write(&out, &f.agenda, &f.timetable, STAMP, LANG_FR);
    const char *events = strstr(text_string(&out), "BEGIN:VEVENT");
    assert_non_null(events);
    assert_string_equal(events, "BEGIN:VEVENT\r\n"
                                "UID:m1@f606c0977e785508.entregent\r\n"
                                "DTSTAMP:20270511T014640Z\r\n"
                                "LAST-MODIFIED:20270511T014640Z\r\n"
                                "SEQUENCE:232163200\r\n"
                                "DTSTART:20270518T070000Z\r\n"
                                "DTEND:20270518T072000Z\r\n"
                                "SUMMARY:Ada – Bob\r\n"
                                "DESCRIPTION:Ada (Ville)\\nBob (ESAT)\r\n"
                                "LOCATION:Table 1\r\n"
                                "STATUS:CONFIRMED\r\n"
                                "TRANSP:OPAQUE\r\n"
                                "END:VEVENT\r\n"
                                "BEGIN:VEVENT\r\n"
                                "UID:m2@b50496f3b12359c2.entregent\r\n"
                                "DTSTAMP:20270511T014640Z\r\n"
                                "LAST-MODIFIED:20270511T014640Z\r\n"
                                "SEQUENCE:232163200\r\n"
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

// What the UIDs and SEQUENCEs are, one behind the other; in the arena.
static const char *known_by(const struct fair *f, int64_t stamp, struct arena *arena)
{
    struct text out, known;
    text_init(&out, 1 << 16);
    text_init(&known, 1 << 16);
    diary_write(&out, &f->agenda, &f->timetable, stamp, LANG_FR);
    for (const char *at = text_string(&out); (at = strstr(at, "UID:")) != NULL; at++)
        text_format(&known, "%.*s ", (int)strcspn(at, "\r"), at);
    const char *s = strstr(text_string(&out), "SEQUENCE:");
    text_format(&known, "%.*s", (int)strcspn(s, "\r"), s);
    s = arena_string(arena, text_string(&known));
    text_fini(&known);
    text_fini(&out);
    return s;
}

static void events_are_known_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct fair f;
    fair_make(&f);
    f.agenda.name = "";
    const char *first = known_by(&f, STAMP, arena);
    f.slots[0] = 1; // planned again
    f.agenda.people = 2;
    assert_string_equal(known_by(&f, STAMP, arena), first);
    const char *later = known_by(&f, STAMP + 1, arena);
    assert_string_not_equal(later, first);
    assert_int_equal(strcspn(later, " "), strcspn(first, " "));
    assert_memory_equal(later, first, strcspn(first, " "));
    f.person[0].id = "z"; // another agenda without a name
    assert_memory_not_equal(known_by(&f, STAMP, arena), first, strcspn(first, " "));
    fair_make(&f);
    f.agenda.name = "";
    for (int t = 0; t < 4; t++)
        f.slot[t].start += 7 * 86400;
    assert_memory_not_equal(known_by(&f, STAMP, arena), first, strcspn(first, " "));
    arena_free(arena);
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
        cmocka_unit_test(events_are_known_again),
        cmocka_unit_test(a_calendar_needs_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
