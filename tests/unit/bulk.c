// SPDX-License-Identifier: EUPL-1.2
// Tests wire/bulk: where lines end, however their bytes come, and what a line says and is blamed for.
#include "wire/bulk.h"

#include "places.h"

#include "wire/field.h"
#include "wire/word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

// ---- Lines

// Feeds the bytes in pieces of that size; the lines as "number:line" with commas between, "number!" for one that is too long.
static char *cut(const char *bytes, size_t len, size_t piece)
{
    struct bulk_lines l;
    struct text out;
    const char *line;
    size_t length;
    bulk_lines_init(&l);
    text_init(&out, 1 << 22);
    for (size_t at = 0; at < len + piece; at += piece) {
        size_t left = at < len ? len - at : 0;
        bulk_feed(&l, bytes + (at < len ? at : len), left < piece ? left : piece);
        for (enum bulk_result r; (r = bulk_next(&l, left < piece, &line, &length)) != BULK_MORE;) {
            text_format(&out, "%s%lld", out.len ? "," : "", (long long)l.number);
            text_put(&out, r == BULK_TOO_LONG ? "!" : ":");
            if (r == BULK_LINE)
                text_add(&out, line, length);
        }
        assert_true(bulk_held(&l) <= BULK_LINE_MOST + 4);
    }
    assert_int_equal(bulk_held(&l), 0);
    bulk_lines_fini(&l);
    return text_take(&out);
}

static void assert_lines(const char *bytes, const char *lines)
{
    for (size_t piece = 1; piece < 9; piece++) {
        char *got = cut(bytes, strlen(bytes), piece);
        assert_string_equal(got, lines);
        free(got);
    }
}

static void lines_end_where_they_end(void **state)
{
    (void)state;
    assert_lines("", "");
    assert_lines("a\nbc\n", "1:a,2:bc");
    assert_lines("a\r\nbc", "1:a,2:bc");
    assert_lines("\n \r\n\t\na\n\n\nb", "4:a,7:b");
    assert_lines("\xEF\xBB\xBF{}\n\xEF\xBB\xBF\n", "1:{},2:\xEF\xBB\xBF");
    assert_lines("a\rb\r\r\n", "1:a\rb\r");
}

// So many bytes, then the ending.
static char *long_line(const char *before, size_t len, const char *behind)
{
    struct text t;
    text_init(&t, 1 << 22);
    text_put(&t, before);
    while (len--)
        text_byte(&t, 'x');
    text_put(&t, behind);
    return text_take(&t);
}

static void too_long_ones_are_passed_over(void **state)
{
    static const struct {
        const char *before, *behind;
        size_t len;
        bool fits;
    } cases[] = {
        {"a\n", "\nb", BULK_LINE_MOST, true},           {"a\n", "\nb", BULK_LINE_MOST + 1, false},
        {"a\n", "\r\nb", BULK_LINE_MOST, true},         {"a\n", "\r\nb", BULK_LINE_MOST + 1, false},
        {"a\n", "\nb", 3 * BULK_LINE_MOST, false},      {"a\n", "x\r\nb", BULK_LINE_MOST, false},
    };
    static const size_t pieces[] = {1000, 16384, 262144, 262145, 1 << 20};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            char *bytes = long_line(cases[i].before, cases[i].len, cases[i].behind);
            char *got = cut(bytes, strlen(bytes), pieces[k]);
            assert_memory_equal(got, cases[i].fits ? "1:a,2:x" : "1:a,2!,", 7);
            assert_string_equal(got + strlen(got) - 4, ",3:b");
            free(bytes);
            free(got);
        }
    char *bytes = long_line("", BULK_LINE_MOST + 1, ""); // nothing behind it
    char *got = cut(bytes, strlen(bytes), 7000);
    assert_string_equal(got, "1!");
    free(bytes);
    free(got);
}

// ---- What a line says

struct reading {
    struct arena *arena;
    struct gazetteer *places;
    struct faults faults, warnings;
    struct offer_line line;
};

static int set_up(void **state)
{
    struct reading *r = memory_new(sizeof *r);
    r->arena = arena_new();
    r->places = places_small();
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct reading *r = *state;
    arena_free(r->arena);
    place_gazetteer_free(r->places);
    free(r);
    return 0;
}

static const char *told(struct reading *r, const struct faults *f)
{
    const char *all = "";
    for (size_t i = 0; i < f->count; i++)
        all = arena_format(r->arena, "%s%s%s %s", all, i ? "\n" : "", err_word(f->list[i].err), f->list[i].pointer);
    return all;
}

static void assert_read(struct reading *r, const char *json, const char *faults, const char *warnings)
{
    fault_init(&r->faults, r->arena);
    fault_init(&r->warnings, r->arena);
    enum err err = bulk_read(json, strlen(json), r->places, r->arena, &r->line, &r->faults, &r->warnings);
    assert_string_equal(told(r, &r->faults), faults);
    assert_string_equal(told(r, &r->warnings), warnings);
    assert_int_equal(err, *faults ? ERR_INVALID : ERR_OK);
}

#define SIRET "\"siret\":\"21630113500010\""
#define NAME "\"name\":\"Propre et Net\""
#define OFFER "\"offer\":{\"seat\":\"commune:63113\",\"capabilities\":[{\"cpv\":\"90911200\",\"radius\":30}]}"

static void takes_an_offer_with_its_supplier(void **state)
{
    struct reading *r = *state;
    assert_read(r, "{\"line\":7," SIRET "," NAME ",\"structures\":[\"EI\",\"ETTI\"]," OFFER "}", "", "");
    assert_int_equal(r->line.line, 7);
    assert_string_equal(r->line.siret, "21630113500010");
    assert_string_equal(r->line.name, "Propre et Net");
    assert_int_equal(r->line.structures, STRUCTURE_EI | STRUCTURE_ETTI);
    assert_true(r->line.offer.active);
    assert_int_equal(r->line.offer.capability_count, 1);
    assert_int_equal(r->line.offer.capabilities[0].number, 1);
    assert_int_equal(r->line.offer.capabilities[0].cpv.code, 90911200);
    assert_read(r, " {" SIRET "," NAME "," OFFER ",\"structures\":null} ", "", "");
    assert_int_equal(r->line.line, 0);
    assert_int_equal(r->line.structures, 0);
}

static void repairs_are_warnings(void **state)
{
    struct reading *r = *state;
    assert_read(r, "{\"siret\":\" 216 301 135 00010\"," NAME "," OFFER "}", "", "siret_repaired /siret");
    assert_string_equal(r->line.siret, "21630113500010");
    assert_read(r, "{" SIRET "," NAME ",\"offer\":{\"seat\":\"commune:63113\",\"capabilities\":[{\"cpv\":\"90911200-1\",\"radius\":30}]}}", "",
                "check_digit /offer/capabilities/0/cpv");
}

static void blames_each_field_where_it_stands(void **state)
{
    static const char *const lines[][2] = {
        {"{}", "required /siret\nrequired /name\nrequired /offer"},
        {"{" SIRET "," NAME "," OFFER ",\"kind\":1}", "unknown_field /kind"},
        {"{\"siret\":\"123\"," NAME "," OFFER "}", "bad_siret /siret"},
        {"{\"siret\":21630113500010," NAME "," OFFER "}", "wrong_type /siret"},
        {"{" SIRET ",\"name\":\"a\\nb\"," OFFER "}", "bad_text /name"},
        {"{" SIRET "," NAME ",\"offer\":7}", "wrong_type /offer"},
        {"{" SIRET "," NAME ",\"offer\":{}}", "required /offer/capabilities"},
        {"{\"line\":0," SIRET "," NAME "," OFFER "}", "out_of_range /line"},
        {"{" SIRET "," NAME ",\"structures\":[\"XY\"]," OFFER "}", "not_one_of /structures/0"},
        {"{" SIRET "," NAME ",\"offer\":{\"seat\":\"commune:63113\",\"capabilities\":[{\"cpv\":\"9\",\"radius\":30},{\"cpv\":\"90911200\"}]}}",
         "bad_cpv /offer/capabilities/0/cpv\nrequired /offer/capabilities/1/areas"},
        {"{" SIRET "," NAME ",\"offer\":{\"id\":\"x\",\"version\":2,\"capabilities\":[{\"cpv\":\"90911200\",\"radius\":30}]}}", "required /offer/seat"},
        {"", "line_not_json "}, {"[]", "line_not_json "}, {"{\"a\":1,\"a\":2}", "line_not_json "}, {"{} {}", "line_not_json "},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_read(*state, lines[i][0], lines[i][1], "");
}

static void covers_every_field(void **state)
{
    static const char whole[] = "{\"line\":1,\"siret\":\"\",\"name\":\"\",\"structures\":[],\"offer\":{}}";
    struct reading *r = *state;
    size_t count = 0;
    for (const struct field *f = NULL; (f = field_written("offer_line", f)); count++)
        assert_non_null(strstr(whole, arena_format(r->arena, "\"%s\":", f->name)));
    assert_int_equal(count, 5);
}

// field_written stops at the first field of another record: those a client writes must stand together.
static void written_fields_stand_together(void **state)
{
    (void)state;
    for (const struct field *f = NULL; (f = field_next(NULL, f));) {
        if (f->shown)
            continue;
        const struct field *w = NULL;
        while ((w = field_written(f->record, w)) && w != f)
            ;
        assert_ptr_equal(w, f);
    }
}

// So must the words of a list.
static void words_stand_together(void **state)
{
    (void)state;
    for (const struct word *w = NULL; (w = word_next(NULL, w));) {
        const struct word *of = NULL;
        while ((of = word_next(w->list, of)) && of != w)
            ;
        assert_ptr_equal(of, w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_where_they_end),
        cmocka_unit_test(too_long_ones_are_passed_over),
        cmocka_unit_test_setup_teardown(takes_an_offer_with_its_supplier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(repairs_are_warnings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blames_each_field_where_it_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(covers_every_field, set_up, tear_down),
        cmocka_unit_test(written_fields_stand_together),
        cmocka_unit_test(words_stand_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
