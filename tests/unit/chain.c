// SPDX-License-Identifier: EUPL-1.2
// Tests wire/chain: what was changed, left out, put in or moved shows.
#include "wire/chain.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define ORG "01890a5d-ac96-774b-bcce-b302099a8057"
#define OTHER "01890a5d-ac96-774b-bcce-b302099a8058"
#define COUNT 5

struct entry {
    int64_t seq;
    const char *organisation;
    char text[200], hash[SEAL_HASH];
};

// A whole log: every other entry is of an organisation.
static void make(struct entry log[static COUNT])
{
    const char *former = "";
    for (int i = 0; i < COUNT; i++) {
        struct entry *e = &log[i];
        e->seq = i + 1;
        e->organisation = i % 2 ? ORG : NULL;
        snprintf(e->text, sizeof e->text, "{\"at\": \"2026-05-18\", \"seq\": %d, \"what\": \"thing %d\", \"organisation\": %s}", i + 1, i,
                 i % 2 ? "\"" ORG "\"" : "null");
        seal_chain(former, e->text, e->hash);
        former = e->hash;
    }
}

// What is wrong with the first entry that does not fit, NULL when all do; head ends behind the last good one.
static const char *follow(const struct entry *log, int count, struct chain_link *head)
{
    const char *wrong = NULL;
    *head = (struct chain_link){0};
    for (int i = 0; i < count && !wrong; i++)
        wrong = chain_next(head, log[i].seq, log[i].organisation, log[i].text, log[i].hash);
    return wrong;
}

static void follows_a_whole_log(void **state)
{
    struct entry log[COUNT];
    struct chain_link head;
    (void)state;
    make(log);
    assert_null(follow(log, COUNT, &head));
    assert_int_equal(head.seq, COUNT);
    assert_string_equal(head.hash, log[COUNT - 1].hash);
}

static void finds_a_changed_entry(void **state)
{
    struct entry log[COUNT];
    struct chain_link head;
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        make(log);
        *strstr(log[i].text, "thing") = 'T';
        assert_string_equal(follow(log, COUNT, &head), "hash");
        assert_int_equal(head.seq, i);
        // With a hash that fits the new text the next entry gives it away; the last one is for the head and the anchor.
        seal_chain(i ? log[i - 1].hash : "", log[i].text, log[i].hash);
        const char *wrong = follow(log, COUNT, &head);
        i == COUNT - 1 ? assert_null(wrong) : assert_string_equal(wrong, "hash");
        assert_int_equal(head.seq, i + 1);
    }
}

static void finds_a_gap(void **state)
{
    struct entry log[COUNT];
    struct chain_link head;
    (void)state;
    make(log);
    assert_string_equal(follow(log + 1, COUNT - 1, &head), "gap");
    assert_int_equal(head.seq, 0);
    memmove(&log[2], &log[3], 2 * sizeof *log);
    assert_string_equal(follow(log, COUNT - 1, &head), "gap");
    assert_int_equal(head.seq, 2);
}

static void finds_another_order(void **state)
{
    struct entry log[COUNT], kept;
    struct chain_link head;
    (void)state;
    make(log);
    kept = log[1];
    log[1] = log[3];
    log[3] = kept;
    assert_string_equal(follow(log, COUNT, &head), "gap");
    log[1].seq = 2; // numbered as if nothing had been
    log[3].seq = 4;
    assert_string_equal(follow(log, COUNT, &head), "hash");
    assert_int_equal(head.seq, 1);
}

static void finds_an_entry_given_to_another(void **state)
{
    struct entry log[COUNT];
    struct chain_link head;
    (void)state;
    make(log);
    log[1].organisation = OTHER;
    assert_string_equal(follow(log, COUNT, &head), "organisation");
    make(log);
    log[1].organisation = NULL;
    assert_string_equal(follow(log, COUNT, &head), "organisation");
    make(log);
    log[2].organisation = ORG;
    assert_string_equal(follow(log, COUNT, &head), "organisation");
    assert_int_equal(head.seq, 2);
}

static void finds_what_is_no_entry(void **state)
{
    static const char *const texts[] = {"", "{}", "[1]", "{\"seq\": 2}", "{\"seq\": \"1\"}", "{\"seq\": 1", "{\"seq\": 1.0}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct chain_link head = {0};
        char hash[SEAL_HASH];
        seal_chain("", texts[i], hash);
        assert_string_equal(chain_next(&head, 1, NULL, texts[i], hash), "seq");
        assert_int_equal(head.seq, 0);
    }
}

static void reads_an_anchor(void **state)
{
    struct entry log[COUNT];
    struct chain_link head, anchor;
    char text[100];
    (void)state;
    make(log);
    follow(log, COUNT, &head);
    snprintf(text, sizeof text, "%d:%s", COUNT, head.hash);
    assert_true(chain_anchor(text, &anchor));
    assert_true(chain_same(&anchor, &head));
    anchor.hash[3] = anchor.hash[3] == '0' ? '1' : '0';
    assert_false(chain_same(&anchor, &head));
    text[strlen(text) - 1] = 0;
    assert_false(chain_anchor(text, &anchor));
    snprintf(text, sizeof text, "0:%s", head.hash);
    assert_false(chain_anchor(text, &anchor));
    snprintf(text, sizeof text, "1:%sa", head.hash);
    assert_false(chain_anchor(text, &anchor));
    snprintf(text, sizeof text, "99999999999999999999:%s", head.hash);
    assert_false(chain_anchor(text, &anchor));
    assert_false(chain_anchor(head.hash, &anchor));
    assert_false(chain_anchor("", &anchor));
    assert_false(chain_anchor(":", &anchor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_a_whole_log), cmocka_unit_test(finds_a_changed_entry),
        cmocka_unit_test(finds_a_gap),         cmocka_unit_test(finds_another_order),
        cmocka_unit_test(reads_an_anchor),     cmocka_unit_test(finds_an_entry_given_to_another),
        cmocka_unit_test(finds_what_is_no_entry),
    };
    seal_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
