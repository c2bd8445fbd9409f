// SPDX-License-Identifier: EUPL-1.2
// Tests wire/device: browsers are called as their owners call them.
#include "wire/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_name(const char *agent, const char *wanted)
{
    struct arena *arena = arena_new();
    assert_string_equal(device_name(agent, arena), wanted);
    arena_free(arena);
}

static void names_browser_and_system(void **state)
{
    (void)state;
    assert_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux");
    assert_name("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36", "Chrome · Android");
    assert_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0", "Edge · Windows");
    assert_name("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari · iPhone");
    assert_name("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari · macOS");
}

static void keeps_nothing_else(void **state)
{
    (void)state;
    assert_name("curl/7.88.1", "curl");
    assert_name("Something else (Windows)", "Windows");
    assert_name("<script>", "");
    assert_name("", "");
    assert_name(NULL, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_browser_and_system), cmocka_unit_test(keeps_nothing_else)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
