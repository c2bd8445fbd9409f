// SPDX-License-Identifier: EUPL-1.2
// Tests core/finder: what is found by words, in which order, and by words that are not written well.
#include "core/finder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct finder *finder;
    struct arena *arena;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){finder_new(), arena_new()};
    finder_add(w.finder, 35621300, "Missiles balistiques lancés par sous-marin");
    finder_add(w.finder, 39291000, "Fournitures pour blanchisserie");
    finder_add(w.finder, 39525800, "Torchons de nettoyage");
    finder_add(w.finder, 44810000, "Peintures");
    finder_add(w.finder, 45442100, "Travaux de peinture");
    finder_add(w.finder, 79571000, "Services d'envoi");
    finder_add(w.finder, 79571000, "Mailing services");
    finder_add(w.finder, 79571000, "Mise sous pli");
    finder_add(w.finder, 90910000, "Services de nettoyage");
    finder_add(w.finder, 90919200, "Services de nettoyage de bureaux");
    finder_add(w.finder, 90919200, "Office cleaning services");
    finder_add(w.finder, 98310000, "Services de blanchisserie et de nettoyage à sec");
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    finder_free(w->finder);
    arena_free(w->arena);
    return 0;
}

// What is found, its codes one after the other.
static void finds(struct world *w, const char *asked, const char *wanted)
{
    uint32_t found[4];
    char codes[64] = "";
    size_t count = finder_search(w->finder, asked, w->arena, found, 4);
    for (size_t i = 0; i < count; i++)
        snprintf(codes + strlen(codes), sizeof codes - strlen(codes), "%s%08u", i ? " " : "", found[i]);
    assert_string_equal(codes, wanted);
}

// What says nothing else, services before supplies, the general before the special.
static void in_order(void **state)
{
    finds(*state, "nettoyage", "90910000 90919200 98310000 39525800");
    finds(*state, "blanchisserie", "98310000 39291000");
    finds(*state, "peinture", "45442100 44810000");
    finds(*state, "mise sous pli", "79571000");
}

static void as_people_write(void **state)
{
    finds(*state, "Nettoyages de bureau", "90919200");
    finds(*state, "prestations de NETTOYAGE", "90910000 90919200 98310000 39525800");
    finds(*state, "office clean", "90919200");
    finds(*state, "blanchi", "98310000 39291000");
    finds(*state, "services", "90910000 79571000 90919200 98310000");
    finds(*state, "", "");
    finds(*state, " ,; ' ", "");
    finds(*state, "de la", "");
    finds(*state, "zzzzzz", "");
}

static void with_slips(void **state)
{
    finds(*state, "netoyage de bureaux", "90919200");
    finds(*state, "blanchiserie", "98310000 39291000");
    finds(*state, "penture", "45442100 44810000");
    finds(*state, "pil", ""); // short words are taken at their word
}

// A word that nothing has is left out; what has but a light part of the others is not an answer.
static void in_part(void **state)
{
    finds(*state, "nettoyage de la médiathèque", "90910000 90919200 98310000 39525800");
    finds(*state, "peinture bureaux", "90919200 45442100 44810000");
    finds(*state, "marin de nettoyage et de blanchisserie", "98310000 35621300");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(as_people_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_slips, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_part, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
