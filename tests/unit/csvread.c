// SPDX-License-Identifier: EUPL-1.2
// Tests wire/csvread: what a spreadsheet wrote is read as it was meant; what is no table is refused with its line, and only that.
#include "wire/csvread.h"

#include "wire/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const faults[] = {
    [CSVREAD_OPEN] = "open",       [CSVREAD_BEHIND] = "behind",   [CSVREAD_WITHIN] = "within", [CSVREAD_RETURN] = "return",
    [CSVREAD_LONG] = "long",       [CSVREAD_COLUMNS] = "columns", [CSVREAD_CELLS] = "cells",   [CSVREAD_UTF8] = "utf8",
};

// "2:a|b." for a record of line 2, "3!open." for a refused one.
static void show(const struct csvread *r, enum csvread_step step, struct text *out)
{
    text_format(out, "%d%c", (int)r->line, step == CSVREAD_RECORD ? ':' : '!');
    if (step == CSVREAD_BAD)
        text_put(out, faults[r->fault]);
    else
        for (size_t i = 0; i < r->count; i++)
            text_format(out, "%s%s", i ? "|" : "", csvread_cell(r, i, NULL));
    text_byte(out, '.');
}

// The records of a file that comes in pieces of so many bytes.
static char *records(const char *file, size_t len, size_t piece)
{
    struct csvread r;
    struct text out;
    enum csvread_step step;
    csvread_init(&r);
    text_init(&out, 1 << 20);
    for (size_t at = 0, used; at < len; at += used) {
        size_t n = len - at < piece ? len - at : piece;
        step = csvread_next(&r, file + at, n, &used);
        if (step == CSVREAD_MORE)
            assert_int_equal(used, n);
        else
            show(&r, step, &out);
    }
    while ((step = csvread_end(&r)) != CSVREAD_MORE)
        show(&r, step, &out);
    csvread_fini(&r);
    return text_take(&out);
}

static void assert_records_of(const char *file, size_t len, const char *wanted)
{
    for (size_t piece = 1; piece < len + 2; piece++) {
        char *got = records(file, len, piece);
        assert_string_equal(got, wanted);
        free(got);
    }
}

static void assert_records(const char *file, const char *wanted)
{
    assert_records_of(file, strlen(file), wanted);
}

static void reads_cells(void **state)
{
    (void)state;
    assert_records("", "");
    assert_records("a,b\r\n1,2\r\n", "1:a|b.2:1|2.");
    assert_records("a,b\n1,2", "1:a|b.2:1|2.");
    assert_records("a,b\n1,2\r", "1:a|b.2:1|2.");
    assert_records("a,b,c\n,,\n x , y,z \n", "1:a|b|c.2:||.3: x | y|z .");
    assert_records("a\n\"\"\nété\n", "1:a.2:.3:été.");
    assert_records("a,b\n'=1+1,'@x\n", "1:a|b.2:'=1+1|'@x.");
}

static void reads_quotes(void **state)
{
    (void)state;
    assert_records("\"a\",\"b\"\n\"x,y;z\",\"dit \"\"oui\"\"\"\n", "1:a|b.2:x,y;z|dit \"oui\".");
    assert_records("a,b\n\"\"\"\",\"\"\n", "1:a|b.2:\"|.");
    assert_records("a,b\n\"une\nligne\r\net demie\",2\n3,4\n", "1:a|b.2:une\nligne\r\net demie|2.5:3|4.");
    assert_records("\"a\nb\",c\n1,2\n", "1:a\nb|c.3:1|2.");
}

static void tells_the_separator_from_the_header(void **state)
{
    (void)state;
    assert_records("a;b\n1,5;2\n", "1:a|b.2:1,5|2.");
    assert_records("a,b\n1;5,2\n", "1:a|b.2:1;5|2.");
    assert_records("\"a,b\";c\n1;2,\n", "1:a,b|c.2:1|2,.");
    assert_records("a\n1;2\n", "1:a.2:1;2.");
}

static void passes_over_marks_and_empty_lines(void **state)
{
    (void)state;
    assert_records("\xef\xbb\xbf" "a,b\n1,2\n", "1:a|b.2:1|2.");
    assert_records("\xef\xbb\xbf", "");
    assert_records("\xef\xbb", "1!utf8.");
    assert_records("\xef\xbb\nx", "1!utf8.2:x.");
    assert_records("a,b\n\xef\xbb\xbf" "1,2\n", "1:a|b.2:\xef\xbb\xbf" "1|2.");
    assert_records("\n\r\na,b\r\n\r\n\n1,2\n\n\r\n", "3:a|b.6:1|2.");
    assert_records("a,b\n\r", "1:a|b.");
}

static void refuses_what_is_no_record_and_reads_on(void **state)
{
    (void)state;
    assert_records("a,b\n1\n1,2,3\n4,5\n", "1:a|b.2!cells.3!cells.4:4|5.");
    assert_records("a,b\n\"x\"y,2\n4,5\n", "1:a|b.2!behind.3:4|5.");
    assert_records("a,b\n\"x\" ,2\n", "1:a|b.2!behind.");
    assert_records("a,b\nx\"y\",2\n4,5\n", "1:a|b.2!within.3:4|5.");
    assert_records("a,b\n1,2\rx\n4,5\n", "1:a|b.2!return.3:4|5.");
    assert_records("a,b\n1,\xe9\n4,5\n", "1:a|b.2!utf8.3:4|5.");
    assert_records("a,b\n\"\xc3\",2\n4,5\n", "1:a|b.2!utf8.3:4|5.");
    assert_records("a,b\n1,\"2\n3,4\n", "1:a|b.2!open.");
    assert_records("a,b\n1,\"2\n3,\"4\n5,6\n", "1:a|b.2!behind.4:5|6.");
    assert_records_of("a,b\n1,\0\n4,5\n", 12, "1:a|b.2!utf8.3:4|5.");
    assert_records_of("a,b\n\"\0\",1\n4,5\n", 14, "1:a|b.2!utf8.3:4|5.");
}

static void refuses_too_many_columns(void **state)
{
    char file[CSVREAD_COLUMNS_MOST * 2 + 8], wanted[CSVREAD_COLUMNS_MOST * 2 + 8];
    (void)state;
    memset(file, ',', CSVREAD_COLUMNS_MOST);
    strcpy(file + CSVREAD_COLUMNS_MOST, "\n");
    assert_records(file, "1!columns.");
    strcpy(file + CSVREAD_COLUMNS_MOST - 1, "\n");
    strcpy(wanted, "1:");
    memset(wanted + 2, '|', CSVREAD_COLUMNS_MOST - 1);
    strcpy(wanted + CSVREAD_COLUMNS_MOST + 1, ".");
    assert_records(file, wanted);
}

// A record may have `most` bytes; the next line is read whatever it was.
static void assert_length(const char *first, size_t most, char with, const char *last, const char *wanted)
{
    static const size_t pieces[] = {1, 4096, 65536, SIZE_MAX};
    struct text file;
    text_init(&file, SIZE_MAX / 2);
    text_put(&file, "a\n");
    text_put(&file, first);
    for (size_t i = strlen(first) + strcspn(last, "\n"); i < most; i++)
        text_byte(&file, with);
    text_put(&file, last);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char *got = records(text_string(&file), file.len, pieces[i]), *long_one = strstr(got, "xxxx");
        if (long_one)
            memmove(long_one, long_one + strspn(long_one, "x"), strlen(long_one + strspn(long_one, "x")) + 1);
        assert_string_equal(got, wanted);
        free(got);
    }
    text_fini(&file);
}

static void bounds_a_record(void **state)
{
    (void)state;
    assert_length("", CSVREAD_RECORD_MOST, 'x', "\nb\n", "1:a.2:.3:b.");
    assert_length("", CSVREAD_RECORD_MOST + 1, 'x', "\nb\n", "1:a.2!long.3:b.");
    assert_length("\"", CSVREAD_RECORD_MOST, 'x', "\"\nb\n", "1:a.2:.3:b.");
    assert_length("\"", CSVREAD_RECORD_MOST + 2, 'x', "\"\nb\n", "1:a.2!open.3:b.");
    assert_length("\"\n\n", CSVREAD_RECORD_MOST + 2, 'x', "\nb\n", "1:a.2!open.5:b.");
}

static void reads_what_is_written(void **state)
{
    static const char *const cells[] = {"", "Ville de Riom", "a,b", "dit \"oui\"", "une\r\nligne", "\"", "été ; 12 €",
                                        "a;b", "\n", " x "};
    struct csvread r;
    struct text file;
    size_t used;
    (void)state;
    csvread_init(&r);
    text_init(&file, 1 << 16);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        text_put(&file, i ? "," : "x,");
        csv_cell(&file, cells[i]);
    }
    text_put(&file, "\r\n");
    assert_int_equal(csvread_next(&r, text_string(&file), file.len, &used), CSVREAD_RECORD);
    assert_int_equal(used, file.len);
    assert_int_equal(r.count, 1 + sizeof cells / sizeof *cells);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        size_t len;
        assert_string_equal(csvread_cell(&r, i + 1, &len), cells[i]);
        assert_int_equal(len, strlen(cells[i]));
    }
    text_fini(&file);
    csvread_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_cells),
        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(tells_the_separator_from_the_header),
        cmocka_unit_test(passes_over_marks_and_empty_lines),
        cmocka_unit_test(refuses_what_is_no_record_and_reads_on),
        cmocka_unit_test(refuses_too_many_columns),
        cmocka_unit_test(bounds_a_record),
        cmocka_unit_test(reads_what_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
