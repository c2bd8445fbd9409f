// SPDX-License-Identifier: EUPL-1.2
// Tests wire/guest: a table of people as spreadsheets write it becomes what the database is given.
#include "wire/guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

struct state {
    struct arena *arena;
    struct csvread reader;
    struct guest_columns columns;
    struct faults faults, warnings;
};

static int setup(void **state)
{
    struct state *s = *state = test_calloc(1, sizeof *s);
    s->arena = arena_new();
    csvread_init(&s->reader);
    return 0;
}

static int teardown(void **state)
{
    struct state *s = *state;
    csvread_fini(&s->reader);
    arena_free(s->arena);
    test_free(s);
    return 0;
}

static bool header(struct state *s, const char *line)
{
    size_t used;
    csvread_fini(&s->reader);
    csvread_init(&s->reader);
    fault_init(&s->faults, s->arena);
    assert_int_equal(csvread_next(&s->reader, line, strlen(line), &used), CSVREAD_RECORD);
    return guest_header(&s->reader, &s->columns, s->arena, &s->faults);
}

static bool row(struct state *s, const char *line, struct guest *g)
{
    size_t used;
    fault_init(&s->faults, s->arena);
    fault_init(&s->warnings, s->arena);
    assert_int_equal(csvread_next(&s->reader, line, strlen(line), &used), CSVREAD_RECORD);
    return guest_read(&s->columns, &s->reader, s->arena, g, &s->faults, &s->warnings);
}

static void assert_fault(const struct faults *f, size_t i, const char *pointer, enum err err)
{
    assert_true(i < f->count);
    assert_string_equal(f->list[i].pointer, pointer);
    assert_int_equal(f->list[i].err, err);
}

static void a_person(void **state)
{
    struct state *s = *state;
    struct guest g;
    struct text out;
    assert_true(header(s, " EMAIL ;Name;side;company;language;most;rest;table;bound;absent;wishes\n"));
    assert_true(row(s, " Anne@Example.ORG ;\"Anne \"\"A.\"\" Martin\";ACHETEUR;Mairie;en;3;0;T1;12;2 | 1|;BOB@example.org||carl@example.org\n", &g));
    text_init(&out, 4096);
    guest_write(&out, &g, 2, "01890a5d-ac96-774b-bcce-b302099a8057");
    assert_string_equal(text_string(&out),
                        "{\"line\":2,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"email\":\"anne@example.org\",\"name\":\"Anne \\\"A.\\\" Martin\","
                        "\"company\":\"Mairie\",\"side\":\"buyer\",\"language\":\"en\",\"body\":{\"most\":3,\"rest\":0,\"bound\":12,\"absent\":[2,1],\"table\":\"T1\"}}");
    text_fini(&out);
    assert_int_equal(g.wish_count, 2);
    assert_string_equal(g.wishes[0], "bob@example.org");
    assert_string_equal(g.wishes[1], "carl@example.org");
    assert_int_equal(s->warnings.count, 0);
}

static void empty_cells_are_absent(void **state)
{
    struct state *s = *state;
    struct guest g;
    struct text out;
    assert_true(header(s, "name,email,side,most,absent,wishes\n"));
    assert_true(row(s, "Anne,anne@example.org,, ,,\n", &g));
    text_init(&out, 4096);
    guest_write(&out, &g, 2, "x");
    assert_string_equal(text_string(&out), "{\"line\":2,\"id\":\"x\",\"email\":\"anne@example.org\",\"name\":\"Anne\",\"body\":{}}");
    text_fini(&out);
    assert_int_equal(g.wish_count, 0);
}

static void headers(void **state)
{
    struct state *s = *state;
    assert_false(header(s, "nom,email\n"));
    assert_fault(&s->faults, 0, "/header/0", ERR_UNKNOWN_FIELD);
    assert_fault(&s->faults, 1, "/header", ERR_LINE_COLUMNS);
    assert_string_equal(s->faults.list[1].arg, "name");
    assert_false(header(s, "name,email,Name\n"));
    assert_fault(&s->faults, 0, "/header/2", ERR_DUPLICATE);
}

static void rows_that_are_refused(void **state)
{
    static const struct {
        const char *row, *pointer;
        enum err err;
    } cases[] = {
        {"Anne,,,,,\n", "/email", ERR_REQUIRED},
        {",anne@example.org,,,,\n", "/name", ERR_REQUIRED},
        {"Anne,anne,,,,\n", "/email", ERR_BAD_MAIL},
        {"Anne,anne@example.org,vendeur,,,\n", "/side", ERR_NOT_ONE_OF},
        {"Anne,anne@example.org,,beaucoup,,\n", "/most", ERR_WRONG_TYPE},
        {"Anne,anne@example.org,,65,,\n", "/most", ERR_OUT_OF_RANGE},
        {"Anne,anne@example.org,,,1|65,\n", "/absent/1", ERR_OUT_OF_RANGE},
        {"Anne,anne@example.org,,,1|1,\n", "/absent/1", ERR_DUPLICATE},
        {"Anne,anne@example.org,,,1-3,\n", "/absent/0", ERR_WRONG_TYPE},
        {"\"Anne\nMartin\",anne@example.org,,,,\n", "/name", ERR_BAD_TEXT},
    };
    struct state *s = *state;
    struct guest g;
    assert_true(header(s, "name,email,side,most,absent,wishes\n"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(row(s, cases[i].row, &g));
        assert_fault(&s->faults, 0, cases[i].pointer, cases[i].err);
    }
    // The next one is read as if they had not been there.
    assert_true(row(s, "Bob,bob@example.org,,,,\n", &g));
}

static void wishes_that_lead_nowhere(void **state)
{
    struct state *s = *state;
    struct guest g;
    assert_true(header(s, "name,email,wishes\n"));
    assert_true(row(s, "Anne,anne@example.org,ANNE@example.org|bob|carl@example.org|Carl@example.org\n", &g));
    assert_int_equal(s->warnings.count, 3);
    assert_fault(&s->warnings, 0, "/wishes/0", ERR_SAME_PERSON);
    assert_fault(&s->warnings, 1, "/wishes/1", ERR_BAD_MAIL);
    assert_fault(&s->warnings, 2, "/wishes/3", ERR_DUPLICATE);
    assert_int_equal(g.wish_count, 1);
    assert_string_equal(g.wishes[0], "carl@example.org");
}

static void too_many_wishes(void **state)
{
    struct state *s = *state;
    struct guest g;
    struct text line;
    text_init(&line, 1 << 16);
    text_put(&line, "Anne,anne@example.org,");
    for (int i = 0; i <= GUEST_WISHES_MOST; i++)
        text_format(&line, "p%d@example.org|", i);
    text_put(&line, "\n");
    assert_true(header(s, "name,email,wishes\n"));
    assert_true(row(s, text_string(&line), &g));
    assert_int_equal(g.wish_count, GUEST_WISHES_MOST);
    assert_fault(&s->warnings, 0, "/wishes/64", ERR_TOO_MANY_WISHES);
    text_fini(&line);
}

static void records_that_are_none(void **state)
{
    struct state *s = *state;
    size_t used;
    static const char bad[] = "\"Anne\"x,anne@example.org\n";
    assert_true(header(s, "name,email\n"));
    assert_int_equal(csvread_next(&s->reader, bad, sizeof bad - 1, &used), CSVREAD_BAD);
    fault_init(&s->faults, s->arena);
    guest_fault(&s->reader, LANG_EN, s->arena, &s->faults);
    assert_fault(&s->faults, 0, "", ERR_LINE_QUOTES);
    assert_string_equal(s->faults.list[0].arg, "text stands behind a closing quote");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_person, setup, teardown),
        cmocka_unit_test_setup_teardown(empty_cells_are_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(headers, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_that_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(wishes_that_lead_nowhere, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_wishes, setup, teardown),
        cmocka_unit_test_setup_teardown(records_that_are_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
