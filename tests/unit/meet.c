// SPDX-License-Identifier: EUPL-1.2
// Tests wire/meet: what a participant reads, and what its calendar takes.
#include "wire/meet.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define KEY "00000000-0000-4000-8000-0000000000aa"
#define UNSUBSCRIBE "https://entregent.example.org/unsubscribe?t=abc"
#define MEETING(n) "00000000-0000-7000-8000-00000000000" #n
#define WITH "\"with\":{\"id\":\"x\",\"name\":\"Anna Martin\",\"company\":\"Jardins \\\"&\\\" fils\"}"
#define SAID(zone) \
    "\"participant\":{\"id\":\"p\",\"name\":\"Zoé\"},\"badge\":\"" KEY "\",\"at\":\"2027-02-20T10:00:00+00:00\",\"convention\":{\"id\":\"c\"," \
    "\"name\":\"Rendez-vous de Thiers\",\"place\":\"Halle, Thiers\",\"starts\":\"2027-03-02T08:00:00+00:00\",\"ends\":\"2027-03-02T16:00:00+00:00\"," \
    "\"organiser\":\"CC <Thiers>\",\"zone\":\"" zone "\"}"
#define NOTICE(kind, more) "{\"id\":\"1\",\"kind\":\"" kind "\",\"version\":1," SAID("+01:00") more "}"
#define PLACED(n, what, hour, more) \
    "{\"meeting\":\"" MEETING(n) "\",\"what\":\"" what "\",\"sequence\":3,\"slot\":1,\"session\":\"matin\",\"start\":\"2027-03-02T" hour ":00:00+00:00\"," \
    "\"end\":\"2027-03-02T" hour ":20:00+00:00\",\"table\":\"T3\"," WITH more "}"
#define WAS ",\"was\":{\"start\":\"2027-03-02T13:00:00+00:00\",\"end\":\"2027-03-02T13:20:00+00:00\",\"table\":\"T5\"}"

struct fixture {
    struct arena *arena;
    char url[200];
    struct meet meet;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.arena = arena_new()};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

static const char *make(void *ctx, const char *kind, const char *id)
{
    struct fixture *f = ctx;
    assert_string_equal(id, KEY);
    snprintf(f->url, sizeof f->url, "https://entregent.example.org/%s/secret", kind);
    return f->url;
}

static bool tell(struct fixture *f, const char *content, enum lang lang)
{
    const struct told_links links = {make, f};
    const struct meet_options o = {&links, UNSUBSCRIBE, "-//Entregent//Entregent//FR", "entregent.example.org", "mailto:rdv@example.org"};
    return meet_write(content, lang, &o, f->arena, &f->meet);
}

static void has(const char *text, const char *part)
{
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in: %s", part, text);
}

static void a_programme_is_read_as_it_is(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("timetable", ",\"final\":true,\"changes\":[" PLACED(1, "added", "08", "") "," PLACED(2, "added", "09", "") "]"), LANG_FR));
    assert_string_equal(f->meet.letter.subject, "Votre programme, 2 rendez-vous : Rendez-vous de Thiers");
    assert_string_equal(f->meet.letter.text,
                        "Rendez-vous de Thiers\n\nVoici vos rendez-vous. Le fichier joint les met dans votre agenda.\n\n"
                        "Organisateur : CC <Thiers>\nLieu : Halle, Thiers\nDate : mardi 2 mars 2027\n\nmardi 2 mars 2027\n"
                        "- 9 h 00 – 9 h 20, table T3 : Anna Martin (Jardins \"&\" fils)\n- 10 h 00 – 10 h 20, table T3 : Anna Martin (Jardins \"&\" fils)\n\n"
                        "Voir mon programme : https://entregent.example.org/badge/secret\n\n"
                        "Ma feuille, avec le QR code de mon arrivée : https://entregent.example.org/sheet/secret\n\n"
                        "Suivre ces rendez-vous dans mon agenda : https://entregent.example.org/agenda/secret\n\n-- \n"
                        "Vous recevez ce message parce que CC <Thiers> vous a inscrit à « Rendez-vous de Thiers ».\n\n"
                        "Ne plus recevoir ces messages : " UNSUBSCRIBE "\n");
    has(f->meet.letter.html, "<strong>9 h 00 – 9 h 20, table T3 :</strong> Anna Martin (Jardins &quot;&amp;&quot; fils)");
    has_not(f->meet.letter.text, "provisoire");
    assert_null(f->meet.cancel);
}

static void a_preliminary_one_says_so(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("timetable", ",\"final\":false,\"changes\":[" PLACED(1, "added", "08", "") "]"), LANG_EN));
    assert_string_equal(f->meet.letter.subject, "Your programme, 1 meeting: Rendez-vous de Thiers");
    has(f->meet.letter.text, "This programme is preliminary: it may still change.");
    has(f->meet.letter.text, "- 09:00 – 09:20, table T3: Anna Martin");
}

static void what_changes_is_told_with_what_was(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("changed", ",\"final\":true,\"changes\":[" PLACED(1, "moved", "08", WAS) "," PLACED(2, "cancelled", "09", "") "," PLACED(3, "added", "10", "")
                                              ",{\"meeting\":\"" MEETING(4) "\",\"what\":\"cancelled\",\"sequence\":2," WITH "}]"), LANG_FR));
    has(f->meet.letter.text, "- 9 h 00 – 9 h 20, table T3 : Anna Martin (Jardins \"&\" fils) · déplacé (auparavant : 14 h 00 – 14 h\n  20, table T5)\n");
    has(f->meet.letter.text, "- 10 h 00 – 10 h 20, table T3 : Anna Martin (Jardins \"&\" fils) · annulé\n");
    has(f->meet.letter.text, "- 11 h 00 – 11 h 20, table T3 : Anna Martin (Jardins \"&\" fils) · nouveau\n\n- Anna Martin (Jardins \"&\" fils) · annulé\n");
}

static void calendars_publish_what_is_and_cancel_what_is_not(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("changed", ",\"final\":true,\"changes\":[" PLACED(1, "moved", "08", WAS) "," PLACED(2, "cancelled", "09", "") ",3]"), LANG_FR));
    has(f->meet.publish, "METHOD:PUBLISH\r\n");
    has(f->meet.publish, "BEGIN:VEVENT\r\nUID:" MEETING(1) "@entregent.example.org\r\nDTSTAMP:20270220T100000Z\r\nLAST-MODIFIED:20270220T100000Z\r\nSEQUENCE:3\r\n"
                         "DTSTART:20270302T080000Z\r\nDTEND:20270302T082000Z\r\nORGANIZER;CN=\"CC <Thiers>\":mailto:rdv@example.org\r\n"
                         "SUMMARY:Rendez-vous : Anna Martin (Jardins \"&\" fils)\r\n");
    has(f->meet.publish, "LOCATION:Halle\\, Thiers\\, table T3\r\n");
    has(f->meet.publish, "STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n");
    has_not(f->meet.publish, MEETING(2));
    has(f->meet.cancel, "METHOD:CANCEL\r\n");
    has(f->meet.cancel, "UID:" MEETING(2) "@entregent.example.org\r\n");
    has(f->meet.cancel, "STATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n");
    has_not(f->meet.cancel, MEETING(1));
}

static void who_wants_to_meet_is_named_and_quoted(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("request", "," WITH ",\"message\":\"Bonjour,\\n\\nvos <b>vergers</b> ?\""), LANG_FR));
    assert_string_equal(f->meet.letter.subject, "Anna Martin (Jardins \"&\" fils) souhaite vous rencontrer · Rendez-vous de Thiers");
    has(f->meet.letter.text, "Son message\n    Bonjour,\n\n    vos <b>vergers</b> ?\n");
    has(f->meet.letter.html, "vos &lt;b&gt;vergers&lt;/b&gt; ?");
    assert_null(f->meet.publish);
    assert_null(f->meet.cancel);
}

static void an_invitation_is_the_organisers(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("invited", ""), LANG_EN));
    assert_string_equal(f->meet.letter.subject, "Invitation: Rendez-vous de Thiers");
    has(f->meet.letter.text, "CC <Thiers> invites you to business meetings.");
    has(f->meet.letter.text, "Answer: https://entregent.example.org/badge/secret\n");
    has_not(f->meet.letter.text, "agenda/secret");
}

static void hours_are_those_of_the_place(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *zone, *hour;
    } cases[] = {{"+01:00", "9 h 00"}, {"00:00Z", "9 h 00"}, {"+04:00", "12 h 00"}, {"-04:00", "4 h 00"}, {"+12:00", "20 h 00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *content = arena_format(f->arena, "{\"kind\":\"reminder\"," SAID("%s") ",\"changes\":[" PLACED(1, "kept", "08", "") "]}", cases[i].zone);
        assert_true(tell(f, content, LANG_FR));
        has(f->meet.letter.text, arena_format(f->arena, "\n- %s – ", cases[i].hour));
        has(f->meet.publish, "DTSTART:20270302T080000Z\r\n");
    }
}

static void days_part_the_meetings(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, NOTICE("reminder", ",\"changes\":[" PLACED(1, "kept", "08", "") ",{\"meeting\":\"" MEETING(2) "\",\"what\":\"kept\",\"sequence\":1,"
                                               "\"start\":\"2027-03-03T08:00:00Z\",\"end\":\"2027-03-03T08:20:00Z\"," WITH "}]"), LANG_FR));
    has(f->meet.letter.text, "\nmardi 2 mars 2027\n- 9 h 00");
    has(f->meet.letter.text, "\n\nmercredi 3 mars 2027\n- 9 h 00 – 9 h 20 : Anna");
    assert_string_equal(f->meet.letter.subject, "Rappel : Rendez-vous de Thiers");
}

static void nothing_of_a_name_gets_into_a_header(void **state)
{
    struct fixture *f = *state;
    assert_true(tell(f, "{\"kind\":\"called_off\",\"participant\":{},\"convention\":{\"name\":\"a\\r\\nBcc: x@y\",\"organiser\":\"\\\"\\nq\"},\"changes\":"
                        "[{\"meeting\":\"" MEETING(1) "\",\"what\":\"cancelled\",\"sequence\":1,\"start\":\"2027-03-02T08:00:00Z\"}]}", LANG_EN));
    assert_string_equal(f->meet.letter.subject, "Cancelled: a Bcc: x@y");
    has(f->meet.cancel, "ORGANIZER;CN=\"' q\":mailto:rdv@example.org\r\n");
    has_not(f->meet.letter.text, "badge/secret");
}

static void what_is_no_such_notice_is_not_told(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"", "[]", "{", "{\"kind\":\"timetable\"}", NOTICE("repaired", ""), NOTICE("match", ""), "[" NOTICE("invited", "") "]",
                                      "{\"kind\":\"invited\",\"participant\":{},\"need\":{\"id\":\"x\"}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(meet_is(bad[i]));
        assert_false(tell(f, bad[i], LANG_FR));
    }
    assert_true(meet_is(NOTICE("feedback", "")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_programme_is_read_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_preliminary_one_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_changes_is_told_with_what_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(calendars_publish_what_is_and_cancel_what_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_wants_to_meet_is_named_and_quoted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_invitation_is_the_organisers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hours_are_those_of_the_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(days_part_the_meetings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_of_a_name_gets_into_a_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_such_notice_is_not_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
