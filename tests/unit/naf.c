// SPDX-License-Identifier: EUPL-1.2
// Tests core/naf: which codes are found, by words and by digits.
#include "core/naf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct naf *naf;
    struct arena *arena;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){naf_new(), arena_new()};
    naf_add(w.naf, "5621Z", "Services des traiteurs");
    naf_add(w.naf, "8121Z", "Nettoyage courant des bâtiments");
    naf_add(w.naf, "8122Z", "Autres activités de nettoyage des bâtiments et nettoyage industriel");
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    naf_free(w->naf);
    arena_free(w->arena);
    return 0;
}

// What is found, its codes one after the other.
static void finds(struct world *w, const char *asked, const char *wanted)
{
    struct naf_found found[8];
    char codes[64] = "";
    size_t count = naf_search(w->naf, asked, w->arena, found, 8);
    for (size_t i = 0; i < count; i++)
        strcat(strcat(codes, i ? " " : ""), found[i].code);
    assert_string_equal(codes, wanted);
}

static void by_words(void **state)
{
    finds(*state, "nettoyage", "81.21Z 81.22Z");
    finds(*state, "NETTOYAGE batim", "81.21Z 81.22Z");
    finds(*state, "bâtiments courant", "81.21Z");
    finds(*state, "industriel", "81.22Z");
    finds(*state, "dustriel", "");
    finds(*state, "traiteur", "56.21Z");
    finds(*state, "", "");
    finds(*state, " ,; ", "");
}

static void by_code(void **state)
{
    finds(*state, "81.2", "81.21Z 81.22Z");
    finds(*state, "8121z", "81.21Z");
    finds(*state, "81 22 Z", "81.22Z");
    finds(*state, "81.21Z0", "");
    finds(*state, "9", "");
}

static void gives_no_more_than_asked(void **state)
{
    struct world *w = *state;
    struct naf_found found[1];
    assert_int_equal(naf_search(w->naf, "nettoyage", w->arena, found, 1), 1);
    assert_string_equal(found[0].label, "Nettoyage courant des bâtiments");
}

static void tidies_codes(void **state)
{
    char code[6];
    (void)state;
    assert_true(naf_tidy("81.21z", code));
    assert_string_equal(code, "8121Z");
    assert_true(naf_tidy("8121 Z", code));
    assert_false(naf_tidy("81.21", code));
    assert_false(naf_tidy("81.21ZZ", code));
    assert_false(naf_tidy("Z121Z", code));
    assert_false(naf_tidy("", code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_code, set_up, tear_down),
        cmocka_unit_test_setup_teardown(gives_no_more_than_asked, set_up, tear_down),
        cmocka_unit_test(tidies_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
