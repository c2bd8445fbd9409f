// SPDX-License-Identifier: EUPL-1.2
// Tests wire/letter: every mail says what it should, whatever the values are.
#include "wire/letter.h"

#include "base/text.h"
#include "wire/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define LINK "https://entregent.example.org/ticket?t=AZkMCg-_abc"
#define ALL "{\"name\": \"Zoé Roy\", \"organisation\": \"Régie de l'Étoile\", \"role\": \"editor\", \"claim\": \"ESAT\", \"title\": \"Tonte\"," \
            "\"reason\": \"Doublon.\\nVoir l'autre.\", \"days\": \"30\", \"url\": \"https://exemple.fr/crochet\"}"

static const struct kind {
    const char *kind, *subject[2];
} kinds[] = {
#define MAIL(kind, subject_fr, subject_en, fr, en) {#kind, {subject_fr, subject_en}},
#include "protocol/mails.def"
#undef MAIL
};

#define COUNT (sizeof kinds / sizeof *kinds)

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static struct letter filled(void **state, const char *kind, enum lang lang, const char *args, const char *link)
{
    struct letter letter;
    if (!letter_fill(kind, lang, args, link, *state, &letter))
        fail_msg("%s is not filled", kind);
    return letter;
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

// How often the part stands in the text.
static int times(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

// What holds for each mail, filled or not.
static void check(const struct letter *l, enum lang lang, const char *kind)
{
    struct text out;
    assert_true(*l->subject && *l->text);
    has_not(l->subject, "\n");
    for (size_t i = 0; i < 3; i++)
        if (strpbrk((const char *const[]){l->subject, l->text, l->html}[i], "{}\r"))
            fail_msg("%s: a brace or CR stands in it: %s", kind, l->text);
    assert_true(text_starts(l->text, lang == LANG_FR ? "Bonjour" : "Hello"));
    has(l->html, lang == LANG_FR ? "<html lang=\"fr\">" : "<html lang=\"en\">");
    assert_int_equal(times(l->html, "<p>"), times(l->text, "\n\n") + 1);
    text_init(&out, 1 << 20);
    assert_int_equal(mail_write(&out, &(struct mail){.from = "Entregent <a@example.org>", .to = "b@example.org", .id = "1",
                                                     .subject = l->subject, .language = lang == LANG_FR ? "fr" : "en",
                                                     .text = l->text, .html = l->html}), ERR_OK);
    text_fini(&out);
}

static void each_mail_is_whole_in_both_languages(void **state)
{
    for (size_t i = 0; i < COUNT; i++) {
        struct letter l[2];
        for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
            l[lang] = filled(state, kinds[i].kind, lang, ALL, LINK);
            check(&l[lang], lang, kinds[i].kind);
            assert_string_not_equal(l[lang].subject, "Entregent");
        }
        assert_string_not_equal(l[LANG_FR].text, l[LANG_EN].text);
        assert_int_equal(times(l[LANG_FR].text, "\n\n"), times(l[LANG_EN].text, "\n\n"));
        assert_int_equal(times(l[LANG_FR].text, LINK), times(l[LANG_EN].text, LINK));
    }
}

static void values_stand_where_they_belong(void **state)
{
    struct letter l = filled(state, "asked", LANG_FR, ALL, NULL);
    assert_string_equal(l.subject, "Zoé Roy demande à rejoindre Régie de l'Étoile");
    has(l.text, "Zoé Roy demande à rejoindre Régie de l'Étoile sur Entregent.");
    l = filled(state, "need_refused", LANG_EN, ALL, NULL);
    assert_string_equal(l.subject, "To be revised: Tonte");
    has(l.text, "Your need \"Tonte\" was not published");
    has(l.text, "\n\nReason: Doublon.\nVoir l'autre.\n");
    has(l.html, "<p>Your need &quot;Tonte&quot; was not published");
    has(l.html, "<p>Reason: Doublon.<br>Voir l'autre.</p>");
    l = filled(state, "account_expires", LANG_FR, ALL, NULL);
    has(l.text, "dans 30 jours");
}

static void a_claim_is_said_in_words(void **state)
{
    has(filled(state, "claim_confirmed", LANG_FR, ALL, NULL).subject, "Établissement et service d'accompagnement par le travail");
    has(filled(state, "claim_confirmed", LANG_EN, ALL, NULL).text, "\"Sheltered work establishment\"");
    const char *organiser = "{\"organisation\": \"Ville\", \"claim\": \"organiser\"}";
    assert_string_equal(filled(state, "claim_refused", LANG_FR, organiser, NULL).subject, "Ville : Organisateur non confirmé");
    assert_string_equal(filled(state, "claim_refused", LANG_EN, organiser, NULL).subject, "Ville: Organiser not confirmed");
    has(filled(state, "claim_refused", LANG_EN, "{\"organisation\": \"Ville\", \"claim\": \"new\"}", NULL).text, "\"new\"");
}

static void what_is_missing_is_left_out(void **state)
{
    static const char *const args[] = {"{}", "{\"name\": \"\", \"organisation\": \"\"}", "{\"name\": 1, \"organisation\": [\"x\"], \"title\": null}"};
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < 3; k++)
            for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
                struct letter l;
                assert_true(letter_fill(kinds[i].kind, lang, args[k], NULL, *state, &l));
                if (strchr(kinds[i].subject[lang], '{'))
                    assert_string_equal(l.subject, "Entregent");
                else
                    assert_string_equal(l.subject, kinds[i].subject[lang]);
                has_not(l.text, "{");
                has_not(l.html, "{");
                has_not(l.html, "<a ");
            }
    struct letter l = filled(state, "restored", LANG_EN, "{\"organisation\": \"Ville\"}", NULL);
    assert_string_equal(l.text, "Hello,\n\nThe suspension of Ville on Entregent is lifted.\n");
}

static void the_link_is_a_link(void **state)
{
    static const char *const with[] = {"signup", "signin", "reset", "invite", "email"};
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
            struct letter l = filled(state, with[i], lang, ALL, LINK "&a=\"<");
            assert_int_equal(times(l.text, "\n\n" LINK "&a=\"<\n\n"), 1);
            assert_int_equal(times(l.html, "<a "), 1);
            has(l.html, "<p><a href=\"" LINK "&amp;a=&quot;&lt;\">" LINK "&amp;a=&quot;&lt;</a></p>");
        }
    has_not(filled(state, "known", LANG_FR, ALL, LINK).html, "<a ");
}

// Names are typed in by anybody.
static void values_are_no_markup_and_no_header(void **state)
{
    static const char args[] = "{\"name\": \"</p><script>x</script>&amp;\\\" {link}\", \"organisation\": \"A\\r\\nBcc: eve@x.fr\\n\\nB\\u0007\\u007f\","
                               "\"title\": \"<a href='http://x'>\\n\\nT\", \"reason\": \"1\\n\\n<img src=x>\\r\\n{link}\", \"claim\": \"<b>\", \"days\": \"<i>\"}";
    for (size_t i = 0; i < COUNT; i++)
        for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
            struct letter l = filled(state, kinds[i].kind, lang, args, LINK);
            for (const char *s = l.subject; *s; s++)
                assert_true((unsigned char)*s >= ' ' && *s != 0x7f);
            for (const char *s = l.text; *s; s++)
                assert_true(((unsigned char)*s >= ' ' || *s == '\n') && *s != 0x7f);
            static const char *const none[] = {"<script", "<img", "<b>", "<i>", "<a href='", "&amp;amp;\" "};
            for (size_t k = 0; k < sizeof none / sizeof *none; k++)
                has_not(l.html, none[k]);
            assert_true(times(l.html, "<a ") <= 1);
            has_not(l.text, "\nBcc:");
            assert_true(times(l.text, LINK) <= 1);
        }
    struct letter l = filled(state, "asked", LANG_FR, args, NULL);
    assert_string_equal(l.subject, "</p><script>x</script>&amp;\" {link} demande à rejoindre A  Bcc: eve@x.fr  B  ");
    has(l.html, "<title>&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;&amp;amp;&quot; {link} demande");
}

// It goes to an address of which nobody has shown yet that it is theirs.
static void the_first_mail_carries_nothing_that_was_typed_in(void **state)
{
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
        struct letter l = filled(state, "signup", lang, ALL, LINK), empty = filled(state, "signup", lang, "{}", LINK);
        assert_string_equal(l.text, empty.text);
        assert_string_equal(l.html, empty.html);
    }
}

static void what_is_no_mail_is_none(void **state)
{
    struct letter l;
    assert_false(letter_fill("newsletter", LANG_FR, "{}", NULL, *state, &l));
    assert_false(letter_fill("", LANG_FR, "{}", NULL, *state, &l));
    assert_false(letter_fill("signin", LANG_FR, "[]", NULL, *state, &l));
    assert_false(letter_fill("signin", LANG_FR, "", NULL, *state, &l));
    assert_false(letter_fill("signin", LANG_FR, "{\"name\": ", NULL, *state, &l));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_mail_is_whole_in_both_languages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_stand_where_they_belong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_claim_is_said_in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_missing_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_link_is_a_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_no_markup_and_no_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_mail_carries_nothing_that_was_typed_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_mail_is_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
