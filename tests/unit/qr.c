// SPDX-License-Identifier: EUPL-1.2
// Tests wire/qr: the drawing is a code with its quiet zone. That it can be read is tested with a reader in tests/flow.
#include "wire/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MOST 200

// The dark modules as the path draws them; the size of the code with its quiet zone.
static int drawn(const char *svg, char grid[SIZE_MOST][SIZE_MOST])
{
    int size, again, x, y, run, back, used;
    const char *at = strstr(svg, "viewBox=\"0 0 "), *path = strstr(svg, "<path d=\"");
    memset(grid, 0, SIZE_MOST * SIZE_MOST);
    assert_non_null(at);
    assert_non_null(path);
    assert_int_equal(sscanf(at, "viewBox=\"0 0 %d %d\"", &size, &again), 2);
    assert_int_equal(size, again);
    assert_in_range(size, 21 + 8, SIZE_MOST);
    for (at = path + strlen("<path d=\""); *at == 'M'; at += used) {
        assert_int_equal(sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &used), 4);
        assert_int_equal(run, back);
        assert_true(x >= 4 && y >= 4 && y < size - 4 && x + run <= size - 4);
        memset(&grid[y][x], 1, (size_t)run);
    }
    assert_string_equal(at, "\"/></svg>\n");
    return size;
}

static void finder_at(char grid[SIZE_MOST][SIZE_MOST], int x, int y)
{
    static const char *const finder[] = {"1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"};
    for (int row = 0; row < 7; row++)
        for (int column = 0; column < 7; column++)
            assert_int_equal(grid[y + row][x + column], finder[row][column] - '0');
}

static void it_is_a_code(void **state)
{
    (void)state;
    static char grid[SIZE_MOST][SIZE_MOST];
    struct text out;
    text_init(&out, 1 << 20);
    text_put(&out, "before");
    assert_true(qr_svg(&out, "https://entregent.example.org/checkin?t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_true(text_starts(text_string(&out), "before<svg "));
    int size = drawn(text_string(&out), grid);
    finder_at(grid, 4, 4);
    finder_at(grid, size - 4 - 7, 4);
    finder_at(grid, 4, size - 4 - 7);
    text_fini(&out);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    static char large[4000];
    struct text out;
    text_init(&out, 1 << 20);
    memset(large, 'x', sizeof large - 1);
    assert_false(qr_svg(&out, large));
    assert_false(qr_svg(&out, ""));
    assert_int_equal(out.len, 0);
    text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_code),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
