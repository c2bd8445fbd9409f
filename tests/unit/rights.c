// SPDX-License-Identifier: EUPL-1.2
// Tests core/rights: who may call what.
#include "core/rights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void admits_by_kind(void **state)
{
    (void)state;
    assert_true(rights_allow(WHO_ANYONE, 0));
    assert_false(rights_allow(WHO_MEMBER, 0));
    assert_false(rights_allow(WHO_BUYER, KIND_SUPPLIER));
    assert_true(rights_allow(WHO_BUYER, KIND_SUPPLIER | KIND_BUYER));
    assert_true(rights_allow(WHO_BUYER_OR_ORGANISER, KIND_ORGANISER));
    assert_false(rights_allow(WHO_BUYER_OR_ORGANISER, KIND_SUPPLIER));
}

static void names_kinds(void **state)
{
    (void)state;
    assert_int_equal(rights_kind("buyer"), KIND_BUYER);
    assert_int_equal(rights_kind("supplier"), KIND_SUPPLIER);
    assert_int_equal(rights_kind("organiser"), KIND_ORGANISER);
    assert_int_equal(rights_kind("Buyer"), 0);
    assert_int_equal(rights_kind(""), 0);
    assert_string_equal(rights_words(WHO_BUYER_OR_ORGANISER, false), "buyer or organiser");
    assert_string_equal(rights_words(WHO_BUYER_OR_ORGANISER, true), "acheteur ou organisateur");
    for (unsigned who = 0; who <= WHO_MEMBER; who++)
        assert_true(rights_words(who, false)[0] && rights_words(who, true)[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(admits_by_kind), cmocka_unit_test(names_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
