// SPDX-License-Identifier: EUPL-1.2
// Tests core/siret: which numbers are taken.
#include "core/siret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void takes_luhn(void **state)
{
    (void)state;
    assert_true(siret_valid("73282932000074"));
    assert_false(siret_valid("73282932000075"));
    assert_false(siret_valid("37282932000074")); // two digits swapped
    assert_true(siret_siren_valid("732829320"));
    assert_false(siret_siren_valid("732829321"));
}

static void knows_la_poste(void **state)
{
    (void)state;
    assert_true(siret_valid("35600000000048"));  // the seat, by Luhn
    assert_true(siret_valid("35600000049837"));  // fails Luhn, digit sum 45
    assert_false(siret_valid("35600000049838")); // digit sum 46
    assert_false(siret_valid("73282932000079")); // digit sum 49, and not La Poste
    assert_false(siret_valid("73282932000070")); // digit sum 40, but not La Poste
}

static void refuses_other_shapes(void **state)
{
    static const char *const bad[] = {"", "7328293200007", "732829320000740", "7328293200007A", " 73282932000074",
                                      "732 829 320 00074", "-3282932000074"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(siret_valid(bad[i]));
        assert_false(siret_shaped(bad[i]));
        assert_false(siret_siren_valid(bad[i]));
    }
    assert_true(siret_shaped("73282932000075"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_luhn),
        cmocka_unit_test(knows_la_poste),
        cmocka_unit_test(refuses_other_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
