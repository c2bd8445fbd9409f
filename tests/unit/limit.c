// SPDX-License-Identifier: EUPL-1.2
// Tests core/limit: what a bucket gives and when, and what a flood of keys can and cannot do.
#include "core/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#define SECOND 1000000

static void a_burst_then_a_steady_rate(void **state)
{
    (void)state;
    struct limit *l = limit_new(10);
    int64_t now = 5 * SECOND;
    for (int i = 0; i < 3; i++)
        assert_int_equal(limit_take(l, "a", SECOND, 3, now), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 3, now), SECOND);
    assert_int_equal(limit_take(l, "a", SECOND, 3, now + 400000), SECOND - 400000);
    // The wait it told is enough, and not a microsecond less is.
    assert_int_equal(limit_take(l, "a", SECOND, 3, now + SECOND - 1), 1);
    assert_int_equal(limit_take(l, "a", SECOND, 3, now + SECOND), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 3, now + SECOND), SECOND);
    // After a long rest there is the burst again, and no more.
    now += 1000 * SECOND;
    for (int i = 0; i < 3; i++)
        assert_int_equal(limit_take(l, "a", SECOND, 3, now), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 3, now), SECOND);
    limit_free(l);
}

// Asked ten times as often as allowed for an hour, it gives the burst and one a second.
static void who_hurries_gets_the_rate(void **state)
{
    (void)state;
    struct limit *l = limit_new(10);
    int given = 0;
    for (int64_t now = 0; now < 3600LL * SECOND; now += SECOND / 10)
        given += limit_take(l, "a", SECOND, 20, now) == 0;
    assert_int_equal(given, 20 + 3599);
    limit_free(l);
}

static void keys_do_not_share(void **state)
{
    (void)state;
    struct limit *l = limit_new(10);
    assert_int_equal(limit_take(l, "a", SECOND, 1, 0), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 1, 0), SECOND);
    assert_int_equal(limit_take(l, "b", SECOND, 1, 0), 0);
    assert_int_equal(limit_take(l, "", SECOND, 1, 0), 0);
    assert_int_equal(limit_keys(l), 3);
    limit_free(l);
}

static void no_interval_is_no_limit(void **state)
{
    (void)state;
    struct limit *l = limit_new(10);
    for (int i = 0; i < 100; i++)
        assert_int_equal(limit_take(l, "a", 0, 1, 0), 0);
    assert_int_equal(limit_keys(l), 0);
    limit_free(l);
}

static void what_is_given_back_can_be_taken(void **state)
{
    (void)state;
    struct limit *l = limit_new(10);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), 0);
    limit_give(l, "a", SECOND, 0);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), SECOND);
    // A full bucket and an unknown key gain nothing.
    for (int i = 0; i < 9; i++)
        limit_give(l, "a", SECOND, 0);
    limit_give(l, "b", SECOND, 0);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), 0);
    assert_int_equal(limit_take(l, "a", SECOND, 2, 0), SECOND);
    limit_free(l);
}

static void a_changed_rate_holds_at_once(void **state)
{
    (void)state;
    struct limit *l = limit_new(10);
    while (limit_take(l, "a", 3600LL * SECOND, 5, 0) == 0)
        ;
    assert_int_equal(limit_take(l, "a", SECOND, 5, 0), SECOND);
    assert_int_equal(limit_take(l, "a", SECOND, 5, SECOND), SECOND); // nothing was taken: at most empty, still
    assert_int_equal(limit_take(l, "a", 0, 5, 0), 0);
    limit_free(l);
}

static const char *named(char out[static 32], const char *kind, int n)
{
    snprintf(out, 32, "%s %d", kind, n);
    return out;
}

#define MOST 1000

static void a_flood_cannot_fill_an_emptied_bucket(void **state)
{
    (void)state;
    char name[32];
    struct limit *l = limit_new(MOST);
    for (int k = 0; k < MOST / 2; k++)
        for (int i = 0; i < 5; i++)
            assert_int_equal(limit_take(l, named(name, "emptied", k), 60LL * SECOND, 5, 0), 0);
    for (int n = 0; n < 10 * MOST; n++)
        assert_int_equal(limit_take(l, named(name, "new", n), 60LL * SECOND, 5, n), 0);
    assert_int_equal(limit_keys(l), MOST);
    for (int k = 0; k < MOST / 2; k++)
        assert_true(limit_take(l, named(name, "emptied", k), 60LL * SECOND, 5, 10 * MOST) > 0);
    limit_free(l);
}

// When all that is remembered is emptied, a new key is the fullest: it is the one forgotten.
static void even_when_all_are_emptied(void **state)
{
    (void)state;
    char name[32];
    struct limit *l = limit_new(3);
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < 5; i++)
            assert_int_equal(limit_take(l, named(name, "emptied", k), SECOND, 5, 0), 0);
    for (int n = 0; n < 30; n++)
        assert_int_equal(limit_take(l, named(name, "new", n), SECOND, 5, 0), 0);
    for (int k = 0; k < 3; k++)
        assert_int_equal(limit_take(l, named(name, "emptied", k), SECOND, 5, 0), SECOND);
    assert_int_equal(limit_keys(l), 3);
    limit_free(l);
}

static void the_full_are_forgotten_first_and_little_by_little(void **state)
{
    (void)state;
    char name[32];
    struct limit *l = limit_new(MOST);
    for (int n = 0; n < MOST; n++)
        assert_int_equal(limit_take(l, named(name, "old", n), SECOND, 2, 0), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(limit_take(l, "late", SECOND, 2, SECOND / 2), 0);
    // All old ones are full again, the late one is not: what comes drops them and it stays.
    for (int n = 0; n < MOST; n++)
        assert_int_equal(limit_take(l, "again", 1, 1, SECOND + n), 0);
    assert_int_equal(limit_keys(l), 2);
    assert_int_equal(limit_take(l, "late", SECOND, 2, SECOND + MOST), SECOND / 2 - MOST);
    limit_free(l);
}

// Against a plain model (what each key has left, by counting) through many random calls.
static void it_does_what_counting_does(void **state)
{
    (void)state;
    enum { KEYS = 50, BURST = 4, INTERVAL = 100 };
    int64_t full_at[KEYS] = {0}, now = 1;
    uint32_t dice = 1;
    char name[32];
    struct limit *l = limit_new(KEYS);
    for (int i = 0; i < 20000; i++) {
        dice = dice * 1664525 + 1013904223;
        int key = (int)(dice >> 8) % KEYS;
        now += dice >> 28;
        if (full_at[key] < now)
            full_at[key] = now;
        if (dice >> 16 & 7) {
            int64_t missing = full_at[key] - now + INTERVAL - BURST * INTERVAL, want = missing > 0 ? missing : 0;
            assert_int_equal(limit_take(l, named(name, "k", key), INTERVAL, BURST, now), want);
            full_at[key] += want ? 0 : INTERVAL;
        } else {
            limit_give(l, named(name, "k", key), INTERVAL, now);
            full_at[key] -= INTERVAL;
        }
    }
    limit_free(l);
}

static void no_time_is_too_long(void **state)
{
    (void)state;
    static const int64_t odd[] = {INT64_MIN, INT64_MIN / 2, -1, 0, 1, 2, INT64_MAX / 4, INT64_MAX / 2, INT64_MAX};
    const size_t n = sizeof odd / sizeof *odd;
    for (size_t i = 0; i < n * n * n; i++) {
        int64_t interval = odd[i % n], burst = odd[i / n % n], now = odd[i / n / n];
        struct limit *l = limit_new(2);
        assert_int_equal(limit_take(l, "a", interval, burst, now), 0);
        int64_t wait = limit_take(l, "a", interval, burst, now);
        assert_true(wait >= 0 && (interval > 0 || wait == 0));
        assert_true(interval <= 0 || burst > 1 ? wait == 0 : wait > 0);
        limit_give(l, "a", interval, now);
        limit_give(l, "a", INT64_MAX, INT64_MIN);
        limit_take(l, "a", INT64_MAX, INT64_MAX, INT64_MIN);
        limit_free(l);
    }
    // Three of 73,000 years are three.
    struct limit *l = limit_new(0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(limit_take(l, "a", INT64_MAX, 3, INT64_MAX), 0);
    assert_true(limit_take(l, "a", INT64_MAX, 3, INT64_MAX) > 0);
    limit_free(l);
    limit_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_then_a_steady_rate),
        cmocka_unit_test(who_hurries_gets_the_rate),
        cmocka_unit_test(keys_do_not_share),
        cmocka_unit_test(no_interval_is_no_limit),
        cmocka_unit_test(what_is_given_back_can_be_taken),
        cmocka_unit_test(a_changed_rate_holds_at_once),
        cmocka_unit_test(a_flood_cannot_fill_an_emptied_bucket),
        cmocka_unit_test(even_when_all_are_emptied),
        cmocka_unit_test(the_full_are_forgotten_first_and_little_by_little),
        cmocka_unit_test(it_does_what_counting_does),
        cmocka_unit_test(no_time_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
