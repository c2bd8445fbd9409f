// SPDX-License-Identifier: EUPL-1.2
#include "wire/gzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include <cmocka.h>

static void unpacks_to(const struct text *packed, const char *bytes, size_t len)
{
    char *out = malloc(len + 1);
    z_stream z = {.next_in = (const unsigned char *)packed->data, .avail_in = (uInt)packed->len, .next_out = (unsigned char *)out, .avail_out = (uInt)len + 1};
    assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK); // of gzip's form alone
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, len);
    assert_int_equal(z.avail_in, 0);
    assert_memory_equal(out, bytes, len);
    inflateEnd(&z);
    free(out);
}

static void is_read_back(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 1024, 16384, 300000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *bytes = malloc(lengths[i] + 1);
        uint32_t draw = 1;
        for (size_t k = 0; k < lengths[i]; k++)
            bytes[k] = (char)((draw = draw * 1664525 + 1013904223) >> 24);
        struct text packed;
        text_init(&packed, SIZE_MAX / 2);
        gzip_pack(&packed, bytes, lengths[i]);
        unpacks_to(&packed, bytes, lengths[i]);
        text_fini(&packed);
        free(bytes);
    }
}

static void repeated_words_are_short(void **state)
{
    (void)state;
    struct text plain, packed;
    text_init(&plain, 1 << 20);
    text_init(&packed, 1 << 20);
    for (int i = 0; i < 1000; i++)
        text_format(&plain, "{\"number\":%d,\"title\":\"Nettoyage\"},", i);
    gzip_pack(&packed, plain.data, plain.len);
    unpacks_to(&packed, plain.data, plain.len);
    assert_true(packed.len < plain.len / 5);
    text_fini(&plain);
    text_fini(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_read_back), cmocka_unit_test(repeated_words_are_short)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
