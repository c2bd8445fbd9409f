// SPDX-License-Identifier: EUPL-1.2
// Tests wire/copyrow: rows as PostgreSQL 15 sent them, and bytes that are none.
#include "wire/copyrow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define HEAD "PGCOPY\n\377\r\n\0" "\0\0\0\0" "\0\0\0\0"
#define TRAILER "\377\377"

// copy (select '01900000-0000-7000-8000-0123456789ab'::uuid, 7, 'née', null::text, '', timestamptz '2026-11-22 12:00:00.0015Z')
// to stdout (format binary)
static const char row[] =
    "\0\6"
    "\0\0\0\20\x01\x90\x00\x00\x00\x00\x70\x00\x80\x00\x01\x23\x45\x67\x89\xab"
    "\0\0\0\4\0\0\0\7"
    "\0\0\0\4n\303\251e"
    "\377\377\377\377"
    "\0\0\0\0"
    "\0\0\0\10\x00\x03\x03\xda\xfc\x40\xf5\xdc";

struct bytes {
    char at[400];
    size_t len;
};

static void add(struct bytes *b, const char *part, size_t len)
{
    memcpy(b->at + b->len, part, len);
    b->len += len;
}

static void reads_rows(void **state)
{
    struct copyrow_reader r = {0};
    struct copyrow out;
    struct bytes first = {.len = 0};
    char id[37];
    int32_t n;
    int64_t ms;
    (void)state;
    add(&first, HEAD, sizeof HEAD - 1);
    add(&first, row, sizeof row - 1);
    const char *at = first.at, *end = first.at + first.len;
    assert_int_equal(copyrow_next(&r, &at, end, &out), COPYROW_ROW);
    assert_int_equal(out.count, 6);
    assert_true(copyrow_uuid(&out, 0, id));
    assert_string_equal(id, "01900000-0000-7000-8000-0123456789ab");
    assert_true(copyrow_int(&out, 1, &n));
    assert_int_equal(n, 7);
    assert_int_equal(out.fields[2].len, 4);
    assert_memory_equal(out.fields[2].bytes, "n\303\251e", 4);
    assert_null(out.fields[3].bytes);
    assert_true(out.fields[4].bytes && out.fields[4].len == 0);
    assert_true(copyrow_millis(&out, 5, &ms));
    assert_int_equal(ms, INT64_C(1795348800002)); // half a millisecond goes up, as in SQL
    assert_int_equal(copyrow_next(&r, &at, end, &out), COPYROW_NONE);
    // Further rows come without a head; the trailer ends them.
    at = row;
    assert_int_equal(copyrow_next(&r, &at, row + sizeof row - 1, &out), COPYROW_ROW);
    at = TRAILER;
    end = at + 2;
    assert_int_equal(copyrow_next(&r, &at, end, &out), COPYROW_NONE);
    at = row;
    assert_int_equal(copyrow_next(&r, &at, row + sizeof row - 1, &out), COPYROW_BAD);
}

static void reads_none(void **state)
{
    struct copyrow_reader r = {0};
    struct copyrow out;
    (void)state;
    const char *all = HEAD TRAILER, *at = all;
    assert_int_equal(copyrow_next(&r, &at, all + sizeof(HEAD TRAILER) - 1, &out), COPYROW_NONE);
    assert_true(r.ended);
}

static void asks_for_the_right_type(void **state)
{
    struct copyrow_reader r = {.begun = true};
    struct copyrow out;
    const char *at = row;
    char id[37];
    int32_t n;
    int64_t ms;
    (void)state;
    assert_int_equal(copyrow_next(&r, &at, row + sizeof row - 1, &out), COPYROW_ROW);
    assert_false(copyrow_uuid(&out, 1, id));
    assert_false(copyrow_int(&out, 0, &n));
    assert_false(copyrow_int(&out, 3, &n)); // NULL
    assert_false(copyrow_int(&out, 6, &n)); // not there
    assert_false(copyrow_millis(&out, 1, &ms));
    static const char *const never[] = {"\x7f\xff\xff\xff\xff\xff\xff\xff", "\x80\0\0\0\0\0\0\0"}; // infinity, -infinity
    for (size_t i = 0; i < 2; i++) {
        out.fields[5] = (struct copyfield){never[i], 8};
        assert_false(copyrow_millis(&out, 5, &ms));
    }
}

static void refuses_what_is_cut(void **state)
{
    struct bytes all = {.len = 0};
    (void)state;
    add(&all, HEAD, sizeof HEAD - 1);
    add(&all, row, sizeof row - 1);
    for (size_t len = 1; len < all.len; len++) {
        struct copyrow_reader r = {0};
        struct copyrow out;
        char *cut = malloc(len);
        memcpy(cut, all.at, len);
        const char *at = cut;
        enum copyrow_found found = copyrow_next(&r, &at, cut + len, &out);
        assert_int_equal(found, len == sizeof HEAD - 1 ? COPYROW_NONE : COPYROW_BAD);
        free(cut);
    }
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {{"\0\21", 2}, {"\377\377\0", 3}, {"\0\1\377\377\377\376", 6}}; // 17 fields, more behind the end, a negative length
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct copyrow_reader r = {.begun = true};
        struct copyrow out;
        const char *at = bad[i].bytes;
        assert_int_equal(copyrow_next(&r, &at, at + bad[i].len, &out), COPYROW_BAD);
    }
    // A flag that nobody knows yet.
    char head[sizeof HEAD - 1];
    memcpy(head, HEAD, sizeof head);
    head[11] = 1;
    struct copyrow_reader r = {0};
    struct copyrow out;
    const char *at = head;
    assert_int_equal(copyrow_next(&r, &at, head + sizeof head, &out), COPYROW_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rows),
        cmocka_unit_test(reads_none),
        cmocka_unit_test(asks_for_the_right_type),
        cmocka_unit_test(refuses_what_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
