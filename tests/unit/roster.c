// SPDX-License-Identifier: EUPL-1.2
// Handles of organisations.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/roster.h"

#include <stdio.h>
#include <string.h>

#define MOST 3000

// Ids as seal_uuid makes them: of one moment they begin alike; some differ in the first half only.
static void id_of(uint32_t number, char out[static 37])
{
    if (number % 3)
        snprintf(out, 37, "01890a5d-ac96-774b-bcce-%012x", number);
    else
        snprintf(out, 37, "%08x-ac96-774b-bcce-b302099a8057", number);
}

static void gives_dense_handles_and_ids_back(void **state)
{
    (void)state;
    struct roster *r = roster_new();
    char id[37], back[37];
    uint32_t handle;
    id_of(1, id);
    assert_false(roster_find(r, id, &handle));
    roster_drop(r, id);
    for (uint32_t i = 0; i < MOST; i++) {
        id_of(i, id);
        assert_int_equal(roster_put(r, id), i);
        assert_int_equal(roster_put(r, id), i); // the same again
    }
    assert_int_equal(roster_count(r), MOST);
    for (uint32_t i = 0; i < MOST; i++) {
        id_of(i, id);
        assert_true(roster_find(r, id, &handle));
        assert_int_equal(handle, i);
        roster_id(r, handle, back);
        assert_string_equal(back, id);
    }
    roster_free(r);
}

static void forgets_and_gives_again(void **state)
{
    (void)state;
    struct roster *r = roster_new();
    uint32_t handle_of[MOST], handle;
    bool used[MOST * 2] = {false}, known[MOST] = {false};
    uint64_t random = 5;
    char id[37];
    for (int step = 0; step < 60000; step++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint32_t i = (uint32_t)(random >> 40) % MOST;
        id_of(i, id);
        if (random >> 33 & 1) {
            handle = roster_put(r, id);
            assert_true(handle < MOST); // dense: never more than were there at once
            if (known[i])
                assert_int_equal(handle, handle_of[i]);
            else
                assert_false(used[handle]);
            used[handle] = known[i] = true;
            handle_of[i] = handle;
        } else {
            roster_drop(r, id);
            if (known[i])
                used[handle_of[i]] = false;
            known[i] = false;
        }
        assert_int_equal(roster_find(r, id, &handle), known[i]);
    }
    size_t count = 0;
    for (uint32_t i = 0; i < MOST; i++) {
        id_of(i, id);
        count += known[i];
        assert_int_equal(roster_find(r, id, &handle), known[i]);
        if (known[i])
            assert_int_equal(handle, handle_of[i]);
    }
    assert_int_equal(roster_count(r), count);
    roster_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_dense_handles_and_ids_back),
        cmocka_unit_test(forgets_and_gives_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
