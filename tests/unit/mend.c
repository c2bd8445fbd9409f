// SPDX-License-Identifier: EUPL-1.2
// Lost letters. In these texts '?' stands for U+FFFD.
#include "core/mend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct mender *mender;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new();
    f->mender = mend_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    mend_free(f->mender);
    free(f);
    return 0;
}

static const char *damaged(struct arena *arena, const char *s)
{
    char *out = arena_take(arena, strlen(s) * 3 + 1), *to = out;
    for (; *s; s++) {
        if (*s == '?') {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
        } else
            *to++ = *s;
    }
    return out;
}

static void mends(struct fixture *f, const char *from, const char *to, int restored, int still)
{
    int mended, left;
    assert_string_equal(mend_text(f->mender, f->arena, damaged(f->arena, from), &mended, &left), damaged(f->arena, to));
    assert_int_equal(mended, restored);
    assert_int_equal(left, still);
}

static void restores_words_it_knows(void **state)
{
    mends(*state, "March? de r?novation du coll?ge", "Marché de rénovation du collège", 3, 0);
    mends(*state, "R?FECTION DE LA TOITURE DU LYC?E", "RÉFECTION DE LA TOITURE DU LYCÉE", 2, 0);
    mends(*state, "?tudes", "Études", 1, 0);
    mends(*state, "les ?tudes", "les études", 1, 0);
}

static void restores_elided_and_joined_words(void **state)
{
    mends(*state, "travaux d'am?nagement et d'?clairage", "travaux d'aménagement et d'éclairage", 2, 0);
    mends(*state, "l?entretien, d??tudes", "l'entretien, d'études", 2, 0);
    mends(*state, "QU?ENTRETIEN", "QU'ENTRETIEN", 1, 0);
    mends(*state, "Saint-?tienne", "Saint-étienne", 1, 0);
}

static void restores_lone_letters_and_signs(void **state)
{
    mends(*state, "mise ? disposition", "mise à disposition", 1, 0);
    mends(*state, "MISE ? DISPOSITION", "MISE À DISPOSITION", 1, 0);
    mends(*state, "? louer", "À louer", 1, 0);
    mends(*state, "Lot n?2, N? 3", "Lot n°2, N° 3", 2, 0);
}

static void leaves_what_it_cannot_know(void **state)
{
    struct fixture *f = *state;
    int mended, left;
    mends(f, "L'Isle de Zorgl?b", "L'Isle de Zorgl?b", 0, 1);
    mends(f, "150 m?, (?)", "150 m?, (?)", 0, 2);
    mends(f, "march? Zorgl?b", "marché Zorgl?b", 1, 1);
    const char *whole = "Marché à bons de commande";
    assert_ptr_equal(mend_text(f->mender, f->arena, whole, &mended, &left), whole);
    assert_int_equal(mended + left, 0);
}

static void learns(void **state)
{
    struct fixture *f = *state;
    mends(f, "Mairie de Beau-Zorgl?b", "Mairie de Beau-Zorgl?b", 0, 1);
    mend_learn(f->mender, "Commune de Zorglüb");
    mends(f, "Mairie de Beau-Zorgl?b", "Mairie de Beau-Zorglüb", 1, 0);
    mend_learn(f->mender, "zorglüb");
    mends(f, "ZORGL?B", "ZORGLÜB", 1, 0);
    mend_learn(f->mender, "Zorglèb"); // now two words fit
    mends(f, "ZORGL?B", "ZORGL?B", 0, 1);
}

static void goes_by_the_common_word(void **state)
{
    struct fixture *f = *state;
    mend_learn(f->mender, "Marchê");
    mends(f, "march?", "marché", 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(restores_words_it_knows, setup, teardown),
        cmocka_unit_test_setup_teardown(restores_elided_and_joined_words, setup, teardown),
        cmocka_unit_test_setup_teardown(restores_lone_letters_and_signs, setup, teardown),
        cmocka_unit_test_setup_teardown(leaves_what_it_cannot_know, setup, teardown),
        cmocka_unit_test_setup_teardown(learns, setup, teardown),
        cmocka_unit_test_setup_teardown(goes_by_the_common_word, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
