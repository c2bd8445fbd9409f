// SPDX-License-Identifier: EUPL-1.2
// Tests wire/ical: what a calendar program reads is what was written.
#include "wire/ical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define START 1779096600 // 2026-05-18T09:30:00Z
#define LONG "Tonte, désherbage et « petits » travaux à l'étang de l'Île-aux-Moines ; 東京都の庭園の手入れ 🌿🌿🌿🌿🌿🌿🌿🌿🌿🌿🌿🌿🌿🌿 fin"

static const struct ical_calendar calendar = {.name = "Mes délais", .product = "-//Entregent//Entregent//FR", .host = "entregent.example.org",
                                              .home = "https://entregent.example.org"};

// The calendar as it is read: folds undone, lines ended by LF; no line longer than allowed, none cut within a character.
static char *unfolded(const struct text *out)
{
    struct text plain;
    text_init(&plain, SIZE_MAX / 2);
    assert_false(out->full);
    for (const char *at = text_string(out), *end; *at; at = end + 2) {
        end = strstr(at, "\r\n");
        assert_non_null(end);
        assert_in_range(end - at, 1, 75);
        assert_true(text_utf8(at, (size_t)(end - at)));
        bool more = *at == ' ';
        if (more)
            plain.len--;
        text_add(&plain, at + more, (size_t)(end - at) - more);
        text_byte(&plain, '\n');
    }
    assert_null(strpbrk(text_string(&plain), "\r\t"));
    return text_take(&plain);
}

static char *written(const struct ical_event *events, size_t count)
{
    struct text out;
    text_init(&out, 1 << 20);
    ical_write(&out, &(struct ical_calendar){.name = "Délais", .product = "-//Entregent//Entregent//FR"}, events, count);
    char *plain = unfolded(&out);
    text_fini(&out);
    return plain;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in: %s", part, text);
}

static void says_what_the_event_is(void **state)
{
    (void)state;
    char *plain = written(&(struct ical_event){.uid = "1@a.example", .sequence = 3, .stamp = START - 60, .start = START, .end = START + 1800,
                                               .summary = "Rendez-vous", .description = "Salle B", .location = "Riom",
                                               .url = "https://a.example/v1/needs/1"}, 1);
    assert_string_equal(plain, "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Entregent//Entregent//FR\nCALSCALE:GREGORIAN\n"
                               "NAME:Délais\nX-WR-CALNAME:Délais\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\nX-PUBLISHED-TTL:PT1H\n"
                               "BEGIN:VEVENT\nUID:1@a.example\nDTSTAMP:20260518T092900Z\nLAST-MODIFIED:20260518T092900Z\nSEQUENCE:3\n"
                               "DTSTART:20260518T093000Z\nDTEND:20260518T100000Z\nSUMMARY:Rendez-vous\nDESCRIPTION:Salle B\nLOCATION:Riom\n"
                               "URL:https://a.example/v1/needs/1\nSTATUS:CONFIRMED\nTRANSP:TRANSPARENT\nEND:VEVENT\nEND:VCALENDAR\n");
    free(plain);
}

static void leaves_out_what_is_not_known(void **state)
{
    (void)state;
    char *plain = written(&(struct ical_event){.uid = "1", .start = START, .end = ICAL_NO_END, .summary = "A", .description = "", .cancelled = true,
                                               .url = "https://a.example/\nX-EVIL:1"}, 1);
    has(plain, "STATUS:CANCELLED\n");
    has_not(plain, "DTEND");
    has_not(plain, "DESCRIPTION");
    has_not(plain, "LOCATION");
    has_not(plain, "URL");
    free(plain);
}

static void escapes_and_folds(void **state)
{
    (void)state;
    char *plain = written(&(struct ical_event){.uid = "1", .start = START, .end = ICAL_NO_END, .summary = LONG LONG,
                                               .description = "a\\b;c,d\r\nEND:VEVENT\x01\x7f\xc2\x85" "e\xff"}, 1);
    has(plain, "\nSUMMARY:Tonte\\, désherbage et « petits » travaux à l'étang de l'Île-aux-Moines \\; 東京都の庭園の手入れ 🌿");
    has(plain, "fin\nDESCRIPTION:a\\\\b\\;c\\,d\\nEND:VEVENTe\xef\xbf\xbd\n");
    free(plain);
}

static void keeps_times_within_four_digits_of_a_year(void **state)
{
    (void)state;
    char *plain = written(&(struct ical_event){.uid = "1", .stamp = INT64_MIN, .start = INT64_MAX, .end = ICAL_NO_END, .summary = "A", .sequence = -1}, 1);
    has(plain, "DTSTAMP:00010101T000000Z\n");
    has(plain, "DTSTART:99991231T235959Z\n");
    has(plain, "SEQUENCE:0\n");
    free(plain);
}

static char *deadlines(const char *json, enum lang lang)
{
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(ical_deadlines(&out, &calendar, json, lang), ERR_OK);
    char *plain = unfolded(&out);
    text_fini(&out);
    return plain;
}

#define NEED(told, state, deadline)                                                                                                       \
    "[{\"id\":\"7a\",\"title\":\"Tonte\",\"deadline\":" deadline ",\"version\":4,\"state\":\"" state "\",\"told\":" told                  \
    ",\"interested\":true,\"buyer\":{\"name\":\"Ville de Riom\"},\"updated\":\"2026-05-01T08:00:00+02:00\"}]"

static void makes_an_event_of_a_deadline(void **state)
{
    (void)state;
    char *plain = deadlines(NEED("true", "published", "\"2026-05-18T11:30:00+02:00\""), LANG_FR);
    has(plain, "X-WR-CALNAME:Mes délais\n");
    has(plain, "UID:7a@entregent.example.org\nDTSTAMP:20260501T060000Z\nLAST-MODIFIED:20260501T060000Z\nSEQUENCE:4\nDTSTART:20260518T093000Z\n"
               "SUMMARY:Réponse avant : Tonte\nDESCRIPTION:Acheteur : Ville de Riom\\nVous avez dit votre intérêt.\n"
               "URL:https://entregent.example.org/v1/needs/7a\nSTATUS:CONFIRMED\n");
    free(plain);
    plain = deadlines(NEED("true", "published", "\"2026-05-18T11:30:00+02:00\""), LANG_EN);
    has(plain, "SUMMARY:Answer until: Tonte\n");
    free(plain);
}

static void cancels_what_is_over_for_the_supplier(void **state)
{
    (void)state;
    static const struct {
        const char *json, *status;
    } cases[] = {
        {NEED("true", "amended", "\"2026-05-18T09:30:00Z\""), "STATUS:CONFIRMED"},
        {NEED("true", "closed", "\"2026-05-18T09:30:00Z\""), "STATUS:CONFIRMED"},
        {NEED("true", "cancelled", "\"2026-05-18T09:30:00Z\""), "STATUS:CANCELLED"},
        {NEED("false", "published", "\"2026-05-18T09:30:00Z\""), "STATUS:CANCELLED"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *plain = deadlines(cases[i].json, LANG_FR);
        has(plain, cases[i].status);
        free(plain);
    }
}

static void leaves_out_a_need_without_deadline(void **state)
{
    (void)state;
    static const char *const empty[] = {"[]", NEED("true", "published", "null"), "[{\"deadline\":\"2026-05-18T09:30:00Z\"}]", "[1,null,[]]"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        char *plain = deadlines(empty[i], LANG_FR);
        has_not(plain, "VEVENT");
        has(plain, "END:VCALENDAR\n");
        free(plain);
    }
}

#define MEET(more) "[{\"meeting\":\"7b\",\"sequence\":2,\"stamp\":\"2027-02-20T10:00:00Z\",\"start\":\"2027-03-02T09:00:00+01:00\"," \
                   "\"end\":\"2027-03-02T09:20:00+01:00\",\"table\":\"T3\"" more "}]"

static char *meetings(const char *json, const struct ical_calendar *c, enum lang lang)
{
    struct text out;
    text_init(&out, 1 << 20);
    assert_int_equal(ical_meetings(&out, c, json, lang), ERR_OK);
    char *plain = unfolded(&out);
    text_fini(&out);
    return plain;
}

static const struct ical_calendar programme = {.name = "Rendez-vous de Thiers", .product = "-//x//y//FR", .host = "a.example", .place = "Halle", .method = "PUBLISH",
                                               .organiser = "Ville de \"Thiers\"; 🌿", .address = "mailto:rdv@a.example"};

static void makes_an_event_of_a_meeting(void **state)
{
    (void)state;
    char *plain = meetings(MEET(",\"with\":{\"name\":\"Anna\",\"company\":\"Jardins\"}"), &programme, LANG_FR);
    has(plain, "CALSCALE:GREGORIAN\nMETHOD:PUBLISH\n");
    has(plain, "UID:7b@a.example\nDTSTAMP:20270220T100000Z\nLAST-MODIFIED:20270220T100000Z\nSEQUENCE:2\nDTSTART:20270302T080000Z\nDTEND:20270302T082000Z\n"
               "ORGANIZER;CN=\"Ville de 'Thiers'; 🌿\":mailto:rdv@a.example\nSUMMARY:Rendez-vous : Anna (Jardins)\nDESCRIPTION:Rendez-vous de Thiers\n"
               "LOCATION:Halle\\, table T3\nSTATUS:CONFIRMED\nTRANSP:OPAQUE\nEND:VEVENT\n");
    free(plain);
}

static void a_meeting_that_is_cancelled_takes_no_time(void **state)
{
    (void)state;
    char *plain = meetings(MEET(",\"cancelled\":true,\"with\":{\"name\":\"Anna\"}"), &programme, LANG_EN);
    has(plain, "SUMMARY:Cancelled: Meeting: Anna\n");
    has(plain, "STATUS:CANCELLED\nTRANSP:TRANSPARENT\n");
    free(plain);
}

static void without_a_method_nobody_organises(void **state)
{
    (void)state;
    struct ical_calendar c = programme;
    c.method = NULL;
    char *plain = meetings(MEET(""), &c, LANG_EN);
    has_not(plain, "METHOD");
    has_not(plain, "ORGANIZER");
    free(plain);
    c = programme;
    c.address = "mailto:rdv@a.example\nX-EVIL:1";
    plain = meetings(MEET(""), &c, LANG_EN);
    has_not(plain, "X-EVIL");
    free(plain);
    plain = meetings("[{\"meeting\":\"7b\"},{\"start\":\"2027-03-02T09:00:00Z\"},7]", &programme, LANG_EN);
    has_not(plain, "VEVENT");
    free(plain);
}

static void refuses_what_is_no_list(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{}", "[", "null", "[{\"id\":1,\"id\":2}]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct text out;
        text_init(&out, 1 << 20);
        assert_int_equal(ical_deadlines(&out, &calendar, bad[i], LANG_FR), ERR_BAD_JSON);
        assert_int_equal(ical_meetings(&out, &programme, bad[i], LANG_FR), ERR_BAD_JSON);
        assert_int_equal(out.len, 0);
        text_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_the_event_is),
        cmocka_unit_test(leaves_out_what_is_not_known),
        cmocka_unit_test(escapes_and_folds),
        cmocka_unit_test(keeps_times_within_four_digits_of_a_year),
        cmocka_unit_test(makes_an_event_of_a_deadline),
        cmocka_unit_test(cancels_what_is_over_for_the_supplier),
        cmocka_unit_test(leaves_out_a_need_without_deadline),
        cmocka_unit_test(makes_an_event_of_a_meeting),
        cmocka_unit_test(a_meeting_that_is_cancelled_takes_no_time),
        cmocka_unit_test(without_a_method_nobody_organises),
        cmocka_unit_test(refuses_what_is_no_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
