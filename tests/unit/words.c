// SPDX-License-Identifier: EUPL-1.2
// Tests core/words: folding and stems.
#include "core/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void folds(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    assert_string_equal(words_fold(a, "Société  d'Économie"), "societe d'economie");
    assert_string_equal(words_fold(a, "  ŒUVRE\t\nÆ  "), "oeuvre ae");
    assert_string_equal(words_fold(a, "L’Îsle–Adam"), "l'isle-adam");
    assert_string_equal(words_fold(a, "e\xcc\x81t\xcc\xa7"), "et"); // letters with combining marks
    assert_string_equal(words_fold(a, ""), "");
    assert_string_equal(words_fold(a, " \t "), "");
    // What is not UTF-8 is not an error.
    assert_non_null(strstr(words_fold(a, "caf\xe9 noir"), "noir"));
    arena_free(a);
}

static bool found(struct words *w, struct arena *a, const char *text, const char *phrase)
{
    return words_contain(words_stems(w, a, text), words_stems(w, a, phrase));
}

static void finds_phrases_by_stem(void **state)
{
    struct arena *a = arena_new();
    struct words *w = words_new();
    (void)state;
    assert_string_equal(words_stems(w, a, "Nettoyage : BUREAUX"), " nettoyag bureau ");
    assert_string_equal(words_stems(w, a, " - "), "");
    assert_true(found(w, a, "Entretien des espaces verts de la commune", "espace vert"));
    assert_true(found(w, a, "ENTRETIEN DES BUREAUX", "entretien de bureau"));
    assert_true(found(w, a, "Travaux d’élagage", "elagage"));
    assert_true(found(w, a, "collecte de déchets", "DECHET"));
    assert_false(found(w, a, "espaces naturels et coins verts", "espaces verts"));
    assert_false(found(w, a, "désamiantage", "amiante"));
    assert_false(found(w, a, "n'importe quoi", ""));
    assert_false(found(w, a, "n'importe quoi", "de la"));
    assert_false(words_contain("", " "));
    words_free(w);
    arena_free(a);
}

static void takes_endless_words(void **state)
{
    struct arena *a = arena_new();
    struct words *w = words_new();
    char big[6001];
    (void)state;
    for (int i = 0; i < 3000; i++)
        memcpy(big + 2 * i, "é", 2);
    big[6000] = 0;
    assert_string_equal(words_stems(w, a, big), "");
    memcpy(big + 5992, " bureau", 7);
    assert_string_equal(words_stems(w, a, big), " bureau ");
    words_free(w);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds),
        cmocka_unit_test(finds_phrases_by_stem),
        cmocka_unit_test(takes_endless_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
