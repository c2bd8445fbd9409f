// SPDX-License-Identifier: EUPL-1.2
// Tests core/retry: the waits of the delivery design, in order, within their limits, and an end.
#include "core/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CREATED INT64_C(1779096600000)
#define HOUR INT64_C(3600000)

static void waits_as_designed(void **state)
{
    (void)state;
    const int64_t waits[] = {0, 5000, 300000, 1800000, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR};
    int64_t due = CREATED;
    for (int i = 0; i <= RETRY_MOST; i++) {
        due += waits[i];
        assert_int_equal(retry_due(CREATED, i, 0), due);
    }
    assert_int_equal(due - CREATED, 75 * HOUR + 35 * 60000 + 5000);
}

static void ends(void **state)
{
    (void)state;
    assert_int_equal(retry_due(CREATED, RETRY_MOST + 1, 0), -1);
    assert_int_equal(retry_due(CREATED, 1000000, 7), -1);
}

static void jitter_shortens_by_a_tenth_at_most(void **state)
{
    (void)state;
    const uint32_t numbers[] = {0, 1, 12345, UINT32_MAX / 2, UINT32_MAX - 1, UINT32_MAX};
    assert_int_equal(retry_due(CREATED, 0, UINT32_MAX), CREATED);
    for (int i = 1; i <= RETRY_MOST; i++) {
        int64_t before = retry_due(CREATED, i - 1, 0), latest = retry_due(CREATED, i, 0);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            int64_t due = retry_due(CREATED, i, numbers[k]);
            assert_true(due <= latest);
            assert_true(due >= latest - (latest - before) / 10);
        }
        assert_int_equal(retry_due(CREATED, i, UINT32_MAX), latest - (latest - before) / 10);
        assert_true(retry_due(CREATED, i, UINT32_MAX / 2) > retry_due(CREATED, i, UINT32_MAX));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_as_designed),
        cmocka_unit_test(ends),
        cmocka_unit_test(jitter_shortens_by_a_tenth_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
