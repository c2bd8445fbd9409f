// SPDX-License-Identifier: EUPL-1.2
// Knows what a delivery may do.
#include "core/delivery.h"

#include "core/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void test_what_is_done_stays_done(void **state)
{
    (void)state;
    for (int to = DELIVERY_DUE; to <= DELIVERY_FAILED; to++)
        assert_false(delivery_may_move(DELIVERY_DONE, (enum delivery_state)to));
}

static void test_only_a_claim_leads_to_done(void **state)
{
    (void)state;
    for (int from = DELIVERY_DUE; from <= DELIVERY_FAILED; from++)
        assert_int_equal(delivery_may_move((enum delivery_state)from, DELIVERY_DONE), from == DELIVERY_CLAIMED);
}

static void test_every_outcome_is_a_move_that_there_is(void **state)
{
    (void)state;
    int64_t due;
    for (int o = DELIVERY_TAKEN; o <= DELIVERY_GONE; o++)
        for (int attempts = 1; attempts <= RETRY_MOST + 3; attempts++)
            assert_true(delivery_may_move(DELIVERY_CLAIMED, delivery_next((enum delivery_outcome)o, 0, attempts, 7, 0, &due)));
}

static void test_it_is_tried_for_seventy_five_hours_and_then_listed_as_failed(void **state)
{
    (void)state;
    int64_t due, last = 0;
    for (int attempts = 1; attempts <= RETRY_MOST; attempts++) {
        assert_int_equal(delivery_next(DELIVERY_LATER, 1000, attempts, 0, 1000, &due), DELIVERY_DUE);
        assert_true(due > last);
        last = due;
    }
    assert_in_range(last, INT64_C(75) * 3600 * 1000, INT64_C(76) * 3600 * 1000);
    assert_int_equal(delivery_next(DELIVERY_LATER, 1000, RETRY_MOST + 1, 0, 1000, &due), DELIVERY_FAILED);
    assert_int_equal(delivery_next(DELIVERY_REFUSED, 1000, 1, 0, 1000, &due), DELIVERY_FAILED);
    assert_int_equal(delivery_next(DELIVERY_GONE, 1000, 1, 0, 1000, &due), DELIVERY_FAILED);
}

static void test_points_that_have_passed_are_not_made_up_for(void **state)
{
    (void)state;
    const int64_t hour = INT64_C(3600) * 1000;
    int64_t due;
    assert_int_equal(delivery_next(DELIVERY_LATER, 0, 1, 0, 20 * hour, &due), DELIVERY_DUE); // its first try was late
    assert_in_range(due, 20 * hour + 1, 34 * hour);
    assert_int_equal(delivery_next(DELIVERY_LATER, 0, 1, 0, 76 * hour, &due), DELIVERY_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_done_stays_done),
        cmocka_unit_test(test_only_a_claim_leads_to_done),
        cmocka_unit_test(test_every_outcome_is_a_move_that_there_is),
        cmocka_unit_test(test_points_that_have_passed_are_not_made_up_for),
        cmocka_unit_test(test_it_is_tried_for_seventy_five_hours_and_then_listed_as_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
