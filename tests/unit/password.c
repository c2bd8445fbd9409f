// SPDX-License-Identifier: EUPL-1.2
// Tests core/password: what is long and new passes, what everybody would try does not.
#include "core/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const char *const nobody[] = {NULL};

static void check_all(const char *const *passwords, const char *const *known, enum err wanted)
{
    for (; *passwords; passwords++) {
        enum err got = password_check(*passwords, known);
        if (got != wanted)
            fail_msg("%s: %s, wanted %s", *passwords, err_word(got), err_word(wanted));
    }
}

static void short_ones_are_named_so(void **state)
{
    (void)state;
    static const char *const cases[] = {"", "k7#Rq2!zLp9", "éééèèèàààç", "agrafe tuil", NULL};
    check_all(cases, nobody, ERR_TOO_SHORT);
    check_all(cases, NULL, ERR_TOO_SHORT);
}

static void pass_phrases_pass(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "cheval agrafe pile correcte", "Le chat mange la souris", "tortue-verte-nage-loin", "Une brebis frisée à Thiers",
        "correct horse battery staple", "my neighbour sells umbrellas", "Anticonstitutionnellement", "nous irons aux champignons",
        "тихая река течёт", "静かな川は深い川であるという", "le soleil brille sur la colline", "J'ai 3 vélos rouges", NULL};
    check_all(cases, nobody, ERR_OK);
    check_all(cases, NULL, ERR_OK);
}

static void what_a_generator_makes_passes(void **state)
{
    (void)state;
    static const char *const cases[] = {"k7#Rq2!zLp9x", "vTq9mZx2LwBa", "b6f09ae1c73d", "~)w]{Q^v;hJ%", "xkqtvbznwrmp",
                                        "836402957163840267", "pawib-7402-gukos", "Ts+4kQ/9vYw=", NULL};
    check_all(cases, nobody, ERR_OK);
}

static void what_heads_the_lists_is_weak(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "password1234", "Password2024!", "P@ssw0rd1234", "p4$$w0rd!!!!", "MotDePasse123!", "M0tDeP@sse2025", "motdepassemotdepasse",
        "monmotdepasse1", "azerty123456", "Azertyuiop12", "qwertyuiop123", "Qwerty!23456", "AZERTYUIOPQSDF", "azertyazerty1",
        "wxcvbn123456", "123456789012", "098765432109", "111111111111", "aaaaaaaaaaaaaaaa", "abababababab", "abcdefghijkl",
        "zyxwvutsrqpo", "aqwzsxedcrfv", "qazwsxedcrfv", "1qaz2wsx3edc", "1a2b3c4d5e6f", "&é\"'(-è_çà123", "a1z2e3r4t5y6",
        "1q2w3e4r5t6y", "Bienvenue2025!", "bienvenue-123", "Bonjour12345", "bonjourbonjour", "jetaime12345", "JeTaimeMonAmour1", "iloveyou1234",
        "Soleil123456", "soleilsoleil", "loulou12345678", "doudou-doudou", "Marseille13000!", "Marseille2024!", "ParisFrance75!",
        "Toulouse31!!", "Printemps2025!", "printemps-2024", "Janvier-2025!", "Dimanche12345", "Nicolas19841984", "Julien1990!!",
        "jenesaispas1", "ChangezMoi2024", "changeme1234", "letmein12345", "Admin1234567", "administrateur1", "Administrateur!2024",
        "entregent2025", "Entregent!Entregent!", "welcome12345", "Summer2024!!", "120519841205", "2024-01-01-01", "trustno1trust",
        "football1998", "lalalalalalalala", "hahahahahaha", "            ", "marchepublic1", "Mairie63000!", NULL};
    check_all(cases, nobody, ERR_WEAK_PASSWORD);
}

static void what_the_guesser_knows_is_worth_nothing(void **state)
{
    (void)state;
    static const char *const known[] = {"helene.dupontel@riom-vulcania.example", "Hélène Dupontel", "Régie de l'Étoile Bleutée",
                                        "21630113500010", NULL};
    static const char *const weak[] = {"Dupontel2024!", "helenedupontel", "Hélène.Dupontel!", "dup0nt3l-1987", "riom-vulcania",
                                       "RiomVulcania63!", "etoile-bleutee", "Étoile Bleutée 63", "21630113500010",
                                       "21630113500010ab", NULL};
    static const char *const good[] = {"Hélène aime les grenouilles", "vulcania gronde sous la neige", NULL};
    check_all(weak, known, ERR_WEAK_PASSWORD);
    check_all(good, known, ERR_OK);
    assert_int_equal(password_check("riom-vulcania", nobody), ERR_OK); // to a stranger it says nothing
}

static void any_length_is_taken(void **state)
{
    (void)state;
    char password[1001];
    memset(password, 'a', 1000);
    password[1000] = 0;
    assert_int_equal(password_check(password, nobody), ERR_WEAK_PASSWORD);
    for (unsigned i = 0, x = 12345; i < 1000; i++)
        password[i] = (char)('a' + (x = x * 1103515245 + 12345) / 65536 % 26);
    assert_int_equal(password_check(password, nobody), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_ones_are_named_so),
        cmocka_unit_test(pass_phrases_pass),
        cmocka_unit_test(what_a_generator_makes_passes),
        cmocka_unit_test(what_heads_the_lists_is_weak),
        cmocka_unit_test(what_the_guesser_knows_is_worth_nothing),
        cmocka_unit_test(any_length_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
