// SPDX-License-Identifier: EUPL-1.2
// Tests core/cpv: reading codes, the tree, and the whole vocabulary when it is at hand.
#include "core/cpv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cpv code(const char *s)
{
    struct cpv c = {0, 0};
    assert_int_equal(cpv_parse(s, &c), ERR_OK);
    return c;
}

static void reads_codes(void **state)
{
    (void)state;
    assert_int_equal(code("90911200").code, 90911200);
    assert_int_equal(code("90911200").digits, 6);
    assert_int_equal(code("90911200-8").code, 90911200);
    assert_int_equal(code("03000000").digits, 2);
    assert_int_equal(code("30000000").digits, 2);
    assert_int_equal(code("09134220").digits, 7);
    assert_int_equal(code("98000001").digits, 8);
}

static void warns_of_check_digit(void **state)
{
    struct cpv c = {0, 0};
    (void)state;
    assert_int_equal(cpv_parse("90911200-7", &c), ERR_CHECK_DIGIT);
    assert_int_equal(c.code, 90911200);
    assert_int_equal(c.digits, 6);
}

static void refuses_others(void **state)
{
    static const char *const bad[] = {"", "9091120", "909112000", "90911200-", "90911200-88", "90911200 8", " 90911200",
                                      "90911200-a", "9091120a", "-0911200", "90911200-8 "};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cpv c = {7, 7};
        assert_int_equal(cpv_parse(bad[i], &c), ERR_BAD_CPV);
        assert_int_equal(c.code, 7);
    }
}

static void knows_the_tree(void **state)
{
    (void)state;
    assert_true(cpv_covers(code("90900000"), code("90911200")));
    assert_false(cpv_covers(code("90911200"), code("90900000")));
    assert_true(cpv_covers(code("90911200"), code("90911200")));
    assert_true(cpv_in_line(code("90911200"), code("90000000")));
    assert_false(cpv_in_line(code("90911200"), code("90912000")));
    // 30 and 03 differ although both have one significant digit as numbers.
    assert_false(cpv_in_line(code("30000000"), code("03000000")));
    assert_false(cpv_in_line(code("30000000"), code("35000000")));
}

static void counts_common_digits(void **state)
{
    (void)state;
    assert_int_equal(cpv_common(code("90911200"), code("90911000")), 5);
    assert_int_equal(cpv_common(code("90911200"), code("90911200")), 6);
    assert_int_equal(cpv_common(code("90911200"), code("90912000")), 4);
    assert_int_equal(cpv_common(code("90911200"), code("90900000")), 3);
    assert_int_equal(cpv_common(code("90911200"), code("45000000")), 0);
}

static void keys_differ_by_length(void **state)
{
    (void)state;
    assert_int_equal(cpv_prefix(code("90911200"), 3), 3909);
    assert_int_equal(cpv_prefix(code("90911200"), 2), 290);
    assert_int_equal(cpv_prefix(code("90911200"), 8), 890911200);
    assert_int_equal(cpv_prefix(code("03100000"), 3), 3031);
    assert_int_not_equal(cpv_prefix(code("90900000"), 3), cpv_prefix(code("90900000"), 4));
}

// Every code of the vocabulary lies below the nearest ancestor that the vocabulary has.
static void holds_on_the_vocabulary(void **state)
{
    const char *shared = getenv("ENTREGENT_SHARED");
    char path[512], line[128];
    int right = 0, all = 0;
    (void)state;
    snprintf(path, sizeof path, "%s/reference/cpv2008_check_digits.tsv", shared ? shared : "../shared");
    FILE *f = fopen(path, "r");
    if (!f) {
        print_message("%s is absent: not tested on the whole vocabulary\n", path);
        skip();
        return;
    }
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = 0;
        char *check = strchr(line, '\t'), *parent = check ? strchr(check + 1, '\t') : NULL;
        assert_non_null(parent);
        *check++ = *parent++ = 0;
        struct cpv c = code(line);
        right += cpv_check_digit(c.code) == atoi(check);
        all++;
        if (*parent) {
            assert_true(cpv_covers(code(parent), c));
            assert_false(cpv_covers(c, code(parent)));
        } else
            assert_int_equal(c.digits, 2);
    }
    fclose(f);
    assert_int_equal(right, 8922);
    assert_int_equal(all, 9454);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_codes),          cmocka_unit_test(warns_of_check_digit),
        cmocka_unit_test(refuses_others),       cmocka_unit_test(knows_the_tree),
        cmocka_unit_test(counts_common_digits), cmocka_unit_test(keys_differ_by_length),
        cmocka_unit_test(holds_on_the_vocabulary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
