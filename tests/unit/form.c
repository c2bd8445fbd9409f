// SPDX-License-Identifier: EUPL-1.2
// Tests wire/form: flat bodies are read strictly, field by field.
#include "wire/form.h"

#include "base/text.h"
#include "wire/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct read {
    struct arena *arena;
    struct form form;
    struct faults faults;
    enum err err;
};

static int set_up(void **state)
{
    struct read *r = memory_new(sizeof *r);
    r->arena = arena_new();
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct read *r = *state;
    arena_free(r->arena);
    free(r);
    return 0;
}

static void take_bytes(struct read *r, const char *record, const char *json, size_t len)
{
    fault_init(&r->faults, r->arena);
    r->err = form_read(json, len, record, r->arena, &r->form, &r->faults);
}

static void take(struct read *r, const char *record, const char *json)
{
    take_bytes(r, record, json, strlen(json));
}

static const char *value(struct read *r, const char *name)
{
    return form_value(&r->form, name);
}

static bool blamed(const struct read *r, const char *pointer, enum err err)
{
    for (size_t i = 0; i < r->faults.count; i++)
        if (text_equal(r->faults.list[i].pointer, pointer))
            return r->faults.list[i].err == err;
    return false;
}

// One fault, and that.
static void refused(struct read *r, const char *record, const char *json, const char *pointer, enum err err)
{
    take(r, record, json);
    if (r->err != ERR_INVALID || r->faults.count != 1 || !blamed(r, pointer, err))
        fail_msg("%s: %s, %zu faults, first %s at \"%s\"", json, err_word(r->err), r->faults.count,
                 r->faults.count ? err_word(r->faults.list[0].err) : "none", r->faults.count ? r->faults.list[0].pointer : "");
}

static void values_become_text(void **state)
{
    struct read *r = *state;
    take(r, "signup", "{\"siret\": \"73282932000074\", \"organisation\": \"  Régie de l'Étoile\\n\", \"kinds\": [\"supplier\", \"buyer\"],"
                      "\"structures\": [], \"separate\": true, \"name\": \"Zoé\", \"email\": \"Zoe@x.fr\", \"language\": \"en\", \"join\": null}");
    assert_int_equal(r->err, ERR_OK);
    assert_string_equal(value(r, "siret"), "73282932000074");
    assert_string_equal(value(r, "organisation"), "Régie de l'Étoile");
    assert_string_equal(value(r, "kinds"), "supplier,buyer");
    assert_null(value(r, "structures"));
    assert_string_equal(value(r, "separate"), "true");
    assert_string_equal(value(r, "email"), "Zoe@x.fr");
    assert_string_equal(value(r, "language"), "en");
    assert_null(value(r, "join"));
    take(r, "token", "{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": 30, \"personal\": false}");
    assert_int_equal(r->err, ERR_OK);
    assert_string_equal(value(r, "days"), "30");
    assert_string_equal(value(r, "personal"), "false");
}

static void what_is_needed_is_asked_for(void **state)
{
    struct read *r = *state;
    take(r, "signin", "{}");
    assert_int_equal(r->err, ERR_INVALID);
    assert_int_equal(r->faults.count, 2);
    assert_true(blamed(r, "/email", ERR_REQUIRED) && blamed(r, "/password", ERR_REQUIRED));
    refused(r, "signin", "{\"email\": \" \\t\", \"password\": \"x\"}", "/email", ERR_REQUIRED);
    refused(r, "signin", "{\"email\": null, \"password\": \"x\"}", "/email", ERR_REQUIRED);
    refused(r, "token", "{\"label\": \"x\", \"scopes\": []}", "/scopes", ERR_REQUIRED);
}

static void nobody_writes_what_is_not_asked(void **state)
{
    struct read *r = *state;
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": \"fr\", \"moderator\": true}", "/moderator", ERR_UNKNOWN_FIELD);
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": \"fr\", \"id\": null}", "/id", ERR_UNKNOWN_FIELD);
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": \"fr\", \"\": 1}", "/", ERR_UNKNOWN_FIELD);
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": \"fr\", \"a/b~c\": 1}", "/a~1b~0c", ERR_UNKNOWN_FIELD);
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": \"fr\", \"Name\": \"Eve\"}", "/Name", ERR_UNKNOWN_FIELD);
}

static void types_are_not_guessed(void **state)
{
    struct read *r = *state;
    static const char *const wrong[][3] = {
        {"{\"label\": 1, \"scopes\": [\"read\"]}", "/label", "wrong_type"},
        {"{\"label\": [\"x\"], \"scopes\": [\"read\"]}", "/label", "wrong_type"},
        {"{\"label\": \"x\", \"scopes\": \"read\"}", "/scopes", "wrong_type"},
        {"{\"label\": \"x\", \"scopes\": [1]}", "/scopes", "not_one_of"},
        {"{\"label\": \"x\", \"scopes\": [\"read\", \"moderate\"]}", "/scopes", "not_one_of"},
        {"{\"label\": \"x\", \"scopes\": [\"read,needs\"]}", "/scopes", "not_one_of"},
        {"{\"label\": \"x\", \"scopes\": [\"read\", \"read\"]}", "/scopes", "duplicate"},
        {"{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": \"30\"}", "/days", "wrong_type"},
        {"{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": 1.5}", "/days", "wrong_type"},
        {"{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": 0}", "/days", "out_of_range"},
        {"{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": 3651}", "/days", "out_of_range"},
        {"{\"label\": \"x\", \"scopes\": [\"read\"], \"personal\": \"true\"}", "/personal", "wrong_type"},
        {"{\"label\": \"x\", \"scopes\": [\"read\"], \"personal\": 1}", "/personal", "wrong_type"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        take(r, "token", wrong[i][0]);
        if (r->faults.count != 1 || strcmp(r->faults.list[0].pointer, wrong[i][1]) != 0 ||
            strcmp(err_word(r->faults.list[0].err), wrong[i][2]) != 0)
            fail_msg("%s: %zu faults, not %s at %s", wrong[i][0], r->faults.count, wrong[i][2], wrong[i][1]);
    }
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": \"de\"}", "/language", ERR_NOT_ONE_OF);
    refused(r, "person", "{\"name\": \"Zoé\", \"language\": [\"fr\"]}", "/language", ERR_NOT_ONE_OF);
}

static void lengths_count_characters(void **state)
{
    struct read *r = *state;
    take(r, "token", "{\"scopes\": [\"read\"], \"label\": \"" HUNDRED "\"}");
    assert_int_equal(r->err, ERR_OK);
    take(r, "token", "{\"scopes\": [\"read\"], \"label\": \"  éà" TEN TEN TEN TEN TEN TEN TEN TEN TEN "01234567  \"}");
    assert_int_equal(r->err, ERR_OK);
    refused(r, "token", "{\"scopes\": [\"read\"], \"label\": \"" HUNDRED "é\"}", "/label", ERR_TOO_LONG);
    assert_string_equal(r->faults.list[0].arg, "100");
}

static void a_name_is_one_line_of_visible_text(void **state)
{
    struct read *r = *state;
    static const char *const bad[] = {"Zoé\\nBcc: x", "a\\tb", "a\\rb", "a\\u0001b", "a\\u007fb", "a\\u0085b", "a\\u009bb",
                                      "a\\u2028b", "a\\u202eb", "a\\u2066b", "\\r"};
    static const char *const good[] = {"Zoé", "à\\u00a0la", "👩‍🌾", "زهرا", "O'Neil & <Fils>", "a\\ufffe"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(r, "person", arena_format(r->arena, "{\"language\": \"fr\", \"name\": \"%s\"}", bad[i]), "/name", ERR_BAD_TEXT);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        take(r, "person", arena_format(r->arena, "{\"language\": \"fr\", \"name\": \"%s\"}", good[i]));
        assert_int_equal(r->err, ERR_OK);
    }
    // What explains something may have several lines.
    take(r, "suspension", "{\"suspended\": true, \"reason\": \"one\\n\\n\\ttwo\"}");
    assert_int_equal(r->err, ERR_OK);
    assert_string_equal(value(r, "reason"), "one\n\n\ttwo");
    refused(r, "suspension", "{\"suspended\": true, \"reason\": \"one\\r\\ntwo\"}", "/reason", ERR_BAD_TEXT);
}

static void json_is_strict(void **state)
{
    struct read *r = *state;
    static const char *const bad[] = {"", "null", "[]", "\"x\"", "{", "{\"email\": \"a\", \"email\": \"b\"}", "{} {}", "{\"email\": \"\\u0000\"}",
                                      "{\"email\": \"\\ud800\"}", "{\"email\": \"\xff\"}", "{\"\\u0000\": 1}", "{'email': 1}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        take(r, "address", bad[i]);
        if (r->err != ERR_BAD_JSON || r->faults.count != 1 || !r->faults.list[0].arg || *r->faults.list[0].pointer)
            fail_msg("taken: %s", bad[i]);
    }
    take_bytes(r, "address", "{\"email\": \"a@b.fr\"}\0", 20);
    assert_int_equal(r->err, ERR_BAD_JSON);
}

// Every record that a route takes can be read, whatever its fields are.
static void every_record_is_read(void **state)
{
    struct read *r = *state;
    static const char *const matching[] = {"need", "lot", "offer", "capability", "alert", "offer_line"};
    const char *record = "";
    int count = 0;
    for (const struct field *f = NULL; (f = field_next(NULL, f));) {
        bool other = f->shown || text_equal(record, f->record);
        for (size_t i = 0; i < sizeof matching / sizeof *matching; i++)
            other = other || text_equal(matching[i], f->record);
        if (other)
            continue;
        record = f->record;
        count++;
        take(r, record, "{}");
        for (const struct field *g = NULL; (g = field_next(record, g));)
            assert_true(g->shown || !g->needed || blamed(r, arena_format(r->arena, "/%s", g->name), ERR_REQUIRED));
    }
    assert_true(count > 10);
}

static const char *json_of(struct read *r)
{
    struct text out;
    text_init(&out, 1 << 20);
    form_json(&r->form, &out);
    const char *s = arena_string(r->arena, text_string(&out));
    text_fini(&out);
    return s;
}

#define A "01890a5d-ac96-774b-bcce-b302099a8057"
#define B "01890a5d-ac96-774b-bcce-b302099a8058"

static void numbers_and_ids_stand_once(void **state)
{
    struct read *r = *state;
    take(r, "request_rules", "{\"forbidden\": [3, 64, 1], \"after\": [\"" A "\", \"" B "\"]}");
    assert_int_equal(r->err, ERR_OK);
    assert_string_equal(value(r, "forbidden"), "3,64,1");
    assert_string_equal(value(r, "after"), A "," B);
    take(r, "request_rules", "{\"forbidden\": [], \"after\": null}");
    assert_int_equal(r->err, ERR_OK);
    assert_string_equal(value(r, "forbidden"), ""); // none, which was said
    assert_null(value(r, "after"));
    refused(r, "request_rules", "{\"forbidden\": 3}", "/forbidden", ERR_WRONG_TYPE);
    refused(r, "request_rules", "{\"forbidden\": [1, \"2\"]}", "/forbidden/1", ERR_WRONG_TYPE);
    refused(r, "request_rules", "{\"forbidden\": [0]}", "/forbidden/0", ERR_OUT_OF_RANGE);
    refused(r, "request_rules", "{\"forbidden\": [65]}", "/forbidden/0", ERR_OUT_OF_RANGE);
    refused(r, "request_rules", "{\"forbidden\": [64, 64]}", "/forbidden/1", ERR_DUPLICATE);
    refused(r, "request_rules", "{\"after\": [\"x\"]}", "/after/0", ERR_WRONG_TYPE);
    refused(r, "request_rules", "{\"after\": [\"" A "\", \"" A "\"]}", "/after/1", ERR_DUPLICATE);
}

static void a_form_is_written_as_json(void **state)
{
    struct read *r = *state;
    static const char *const whole[][2] = {
        {"participant", "{\"name\":\"Zoé \\\"Z\\\"\",\"email\":\"z@x.fr\",\"side\":\"buyer\",\"absent\":[2,1],\"most\":3,\"rest\":0}"},
        {"participant_rules", "{\"name\":\"Zoé\",\"absent\":[]}"},
        {"request_rules", "{\"priority\":5,\"after\":[\"" A "\",\"" B "\"]}"},
        {"token", "{\"label\":\"x\",\"scopes\":[\"read\",\"needs\"],\"personal\":false}"},
        {"attendance", "{}"},
    };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        take(r, whole[i][0], whole[i][1]);
        assert_int_equal(r->err, ERR_OK);
        const char *json = json_of(r);
        take(r, whole[i][0], json);
        assert_string_equal(json_of(r), json);
        if (strcmp(whole[i][0], "token") != 0) // its fields stand in another order
            assert_string_equal(json, whole[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_become_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_needed_is_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_writes_what_is_not_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(types_are_not_guessed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lengths_count_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_is_one_line_of_visible_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_is_strict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_and_ids_stand_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_form_is_written_as_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_record_is_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
