// SPDX-License-Identifier: EUPL-1.2
// Tests wire/relay: what is said cannot be mistaken, replies are read whole, refusals are told apart, addresses masked.
#include "wire/relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define FROM "entregent@example.org"
#define TO "jeanne@example.net"

static void said(enum relay_step step, const char *message, const char *wanted)
{
    struct text out;
    text_init(&out, 4096);
    assert_int_equal(relay_say(&out, step, FROM, TO, message, strlen(message)), ERR_OK);
    assert_string_equal(text_string(&out), wanted);
    text_fini(&out);
}

static void says_each_step(void **state)
{
    (void)state;
    said(RELAY_MAIL, "", "MAIL FROM:<" FROM ">\r\n");
    said(RELAY_RCPT, "", "RCPT TO:<" TO ">\r\n");
    said(RELAY_DATA, "", "DATA\r\n");
    said(RELAY_BODY, "A: b\r\n\r\nc\r\n", "A: b\r\n\r\nc\r\n.\r\n");
    said(RELAY_BODY, "A: b\r\n\r\nc", "A: b\r\n\r\nc\r\n.\r\n");
}

static void a_mail_cannot_end_itself(void **state)
{
    (void)state;
    said(RELAY_BODY, ".\r\n", "..\r\n.\r\n");
    said(RELAY_BODY, "a\r\n.\r\nMAIL FROM:<x>\r\n", "a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n");
    said(RELAY_BODY, "a\n.\nb", "a\r\n..\r\nb\r\n.\r\n");
    said(RELAY_BODY, "a\r.\rb", "a\r\n..\r\nb\r\n.\r\n");
    said(RELAY_BODY, "a\r\n.b\r\n..c\r\n", "a\r\n..b\r\n...c\r\n.\r\n");
    said(RELAY_BODY, "", ".\r\n");
}

static void refuses_addresses_that_say_more(void **state)
{
    (void)state;
    char endless[300];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = 0;
    const char *bad[] = {"", "a@b\r\nRCPT TO:<c@d>", "a@b> SIZE=1", "<a@b>", "a b@c", "a@b\t", endless};
    struct text out;
    text_init(&out, 4096);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(relay_say(&out, RELAY_RCPT, FROM, bad[i], "", 0), ERR_INVALID);
        assert_int_equal(relay_say(&out, RELAY_MAIL, bad[i], TO, "", 0), ERR_INVALID);
    }
    assert_int_equal(out.len, 0);
    text_fini(&out);
}

static void reads_replies(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        int used, code;
        const char *said;
    } cases[] = {
        {"250 ok\r\n", 8, 250, "250 ok"},
        {"250 ok\n", 7, 250, "250 ok"},
        {"354\r\n", 5, 354, "354"},
        {"250 ok\r\n421 bye\r\n", 8, 250, "250 ok"},
        {"550-5.1.1 no such\r\n550-5.1.1 user\r\n550 5.1.1 here\r\n", 51, 550,
         "550 5.1.1 no such 5.1.1 user 5.1.1 here"},
        {"250-a\r\n250\r\n", 12, 250, "250 a "},
        {"550 <a@b.c>: no\r\n", 17, 550, "550 <***>: no"},
        {"", 0, 0, NULL},
        {"2", 0, 0, NULL},
        {"250 ok", 0, 0, NULL},
        {"250-ok\r\n", 0, 0, NULL},
        {"250-ok\r\n250 o", 0, 0, NULL},
        {"\r\n", -1, 0, NULL},
        {"hello\r\n", -1, 0, NULL},
        {"199 x\r\n", -1, 0, NULL},
        {"600 x\r\n", -1, 0, NULL},
        {"250x\r\n", -1, 0, NULL},
        {"250-a\r\n550 b\r\n", -1, 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct relay_reply r;
        assert_int_equal(relay_reply(cases[i].bytes, strlen(cases[i].bytes), &r), cases[i].used);
        if (cases[i].used > 0) {
            assert_int_equal(r.code, cases[i].code);
            assert_string_equal(r.said, cases[i].said);
        }
    }
}

static enum err refusal(enum relay_step step, const char *line)
{
    struct relay_reply r;
    assert_true(relay_reply(line, strlen(line), &r) > 0);
    assert_false(relay_goes_on(step, &r));
    return relay_refusal(step, &r);
}

static void tells_refusals_apart(void **state)
{
    (void)state;
    assert_int_equal(refusal(RELAY_RCPT, "550 5.1.1 unknown\r\n"), ERR_INVALID);
    assert_int_equal(refusal(RELAY_RCPT, "553 unknown\r\n"), ERR_INVALID);
    assert_int_equal(refusal(RELAY_DATA, "554 no\r\n"), ERR_INVALID);
    assert_int_equal(refusal(RELAY_BODY, "554 5.7.1 looks like spam\r\n"), ERR_INVALID);
    assert_int_equal(refusal(RELAY_MAIL, "552 5.3.4 too big\r\n"), ERR_INVALID);
    for (enum relay_step step = RELAY_MAIL; step < RELAY_STEPS; step++) {
        assert_int_equal(refusal(step, "421 4.3.2 closing\r\n"), ERR_UNAVAILABLE);
        assert_int_equal(refusal(step, "451 4.7.1 greylisted\r\n"), ERR_UNAVAILABLE);
        assert_int_equal(refusal(step, "530 5.7.0 authentication required\r\n"), ERR_UNAVAILABLE);
    }
    // The relay does not know us: no fault of the mail's.
    assert_int_equal(refusal(RELAY_MAIL, "550 5.7.1 sender not yours\r\n"), ERR_UNAVAILABLE);
    assert_int_equal(refusal(RELAY_RCPT, "554 5.7.1 <a@b.c>: Relay access denied\r\n"), ERR_UNAVAILABLE);
    // Not an answer to what was asked.
    assert_int_equal(refusal(RELAY_DATA, "250 ok\r\n"), ERR_UNAVAILABLE);
    assert_int_equal(refusal(RELAY_RCPT, "354 go on\r\n"), ERR_UNAVAILABLE);
}

static void goes_on(void **state)
{
    (void)state;
    struct relay_reply r = {.code = 251};
    assert_true(relay_goes_on(RELAY_RCPT, &r) && relay_goes_on(RELAY_MAIL, &r) && relay_goes_on(RELAY_BODY, &r));
    r.code = 354;
    assert_true(relay_goes_on(RELAY_DATA, &r));
}

static void masks_addresses(void **state)
{
    (void)state;
    const struct {
        const char *given, *wanted;
    } cases[] = {
        {"nothing here", "nothing here"},
        {"<jeanne@example.net>: no", "<***>: no"},
        {"jeanne.d'arc+x=y@example.net", "***"},
        {"to jeanne@example.net, and(a@b)", "to ***, and(***)"},
        {"RCPT=jeanne@localhost", "***"},
        {"\"jeanne d arc\"@example.net no", "*** no"},
        {"\"quoted\" words", "\"quoted\" words"},
        {"smtp:x%y@z:25", "smtp:***:25"},
        {"@example.net", "***"},
        {"tab\there\r\n", "tab here  "},
        {"\xc3\xa9t\xc3\xa9", "??t??"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        relay_mask(cases[i].given, strlen(cases[i].given), out, sizeof out);
        assert_string_equal(out, cases[i].wanted);
    }
    char little[6];
    relay_mask("abc d@e fgh", 11, little, sizeof little);
    assert_string_equal(little, "abc *");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_each_step),
        cmocka_unit_test(a_mail_cannot_end_itself),
        cmocka_unit_test(refuses_addresses_that_say_more),
        cmocka_unit_test(reads_replies),
        cmocka_unit_test(tells_refusals_apart),
        cmocka_unit_test(goes_on),
        cmocka_unit_test(masks_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
