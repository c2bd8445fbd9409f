// SPDX-License-Identifier: EUPL-1.2
// Tests wire/listing: a row for each meeting, in the order of the day.
#include "wire/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fair.h"

#include <string.h>

#define HEAD "\xef\xbb\xbfslot,start,end,session,table,meeting,person1,organisation1,person2,organisation2,reason\r\n"

static void assert_listed(const struct fair *f, size_t lefts, const char *wanted)
{
    struct text out;
    text_init(&out, 1 << 16);
    listing_write(&out, &f->agenda, &f->timetable, f->left, lefts, LANG_EN);
    assert_string_equal(text_string(&out), wanted);
    text_fini(&out);
}

static void lists_the_day_and_what_is_left_out(void **state)
{
    (void)state;
    struct fair f;
    fair_make(&f);
    assert_listed(&f, 1,
                  HEAD
                  "1,2027-05-18 09:00,2027-05-18 09:20,Matin,1,m1,Ada,Ville,Bob,ESAT,\r\n"
                  "3,2027-05-18 14:00,2027-05-18 14:20,Après-midi,Salon,m2,Ada,Ville,Chloé,,\r\n"
                  ",,,,,m3,Bob,ESAT,Chloé,,Meeting m3 (Bob and Chloé) was left out: it would push out others that are "
                  "wanted at least as much\r\n");
}

static void what_lies_earlier_comes_first(void **state)
{
    (void)state;
    struct fair f;
    fair_make(&f);
    f.slots[0] = 3;
    for (int t = 0; t < 4; t++)
        f.slot[t].start = -1;
    f.person[0].name = "=1+1";
    assert_listed(&f, 0,
                  HEAD "3,,,Après-midi,Salon,m2,'=1+1,Ville,Chloé,,\r\n"
                       "4,,,Après-midi,1,m1,'=1+1,Ville,Bob,ESAT,\r\n"
                       ",,,,,m3,Bob,ESAT,Chloé,,\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_the_day_and_what_is_left_out),
        cmocka_unit_test(what_lies_earlier_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
