// SPDX-License-Identifier: EUPL-1.2
// Reads real contracts and a real register of enterprises, where they are at hand (ENTREGENT_SHARED, else ../shared):
// every line is taken, repaired or refused with a reason, and what is taken holds what a posted record must hold.
#include "base/map.h"
#include "base/text.h"
#include "tests/world.h"
#include "wire/codelist.h"
#include "wire/decp.h"
#include "wire/record.h"
#include "wire/siae.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <unistd.h>

struct counts {
    size_t read, taken, repaired, refused, twice;
    size_t faults[ERR_COUNT], warnings[ERR_COUNT];
};

struct real {
    struct world w;
    struct map *cpv;
    struct words *words;
    char *shared; // NULL: not at hand
};

static char *read_file(const char *path, size_t *len)
{
    struct text t;
    char part[1 << 16];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    text_init(&t, 64u << 20);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        text_add(&t, part, n);
    fclose(f);
    *len = t.len;
    return text_take(&t);
}

static void each_row(const char *path, void (*on_row)(struct real *r, const struct table *t, const char **fields),
                     struct real *r)
{
    size_t len, n;
    char *data = read_file(path, &len);
    assert_non_null(data);
    const char *at = data, *end = data + len, *line = table_line(&at, end, &n);
    struct arena *arena = arena_new();
    struct table t;
    assert_int_equal(table_header(&t, line, n, arena), ERR_OK);
    while ((line = table_line(&at, end, &n))) {
        const char **fields;
        assert_int_equal(table_split(&t, line, n, arena, &fields), ERR_OK);
        on_row(r, &t, fields);
    }
    arena_free(arena);
    free(data);
}

static const char *of(const struct table *t, const char **fields, const char *name)
{
    int column = table_column(t, name);
    assert_true(column >= 0);
    return fields[column];
}

static struct point point_of(const char *lat, const char *lon)
{
    struct point p = {0};
    p.known = text_decimal(lat, &p.lat) && text_decimal(lon, &p.lon);
    return p;
}

static void on_region(struct real *r, const struct table *t, const char **f)
{
    world_must(place_add_region(r->w.places, of(t, f, "code"), of(t, f, "name")));
    where_add_region(r->w.where, of(t, f, "code"), of(t, f, "name"));
}

static void on_departement(struct real *r, const struct table *t, const char **f)
{
    world_must(place_add_departement(r->w.places, of(t, f, "code"), of(t, f, "name"), of(t, f, "region"),
                                     of(t, f, "nuts"), of(t, f, "prefecture"), of(t, f, "prefecture_name"),
                                     point_of(of(t, f, "lat"), of(t, f, "lon"))));
    where_add_departement(r->w.where, of(t, f, "code"), of(t, f, "name"), of(t, f, "prefecture"));
}

static void on_naf(struct real *r, const struct table *t, const char **f)
{
    world_must(prefill_add_naf(r->w.prefill, of(t, f, "naf"), of(t, f, "cpv"), of(t, f, "service")));
}

static void on_structure(struct real *r, const struct table *t, const char **f)
{
    world_must(prefill_add_structure(r->w.prefill, of(t, f, "structure"), of(t, f, "cpv"), of(t, f, "service")));
}

static void on_commune(struct real *r, const struct table *t, const char **f)
{
    const char *name = of(t, f, "nom");
    world_must(place_add_commune(r->w.places, of(t, f, "insee"), name, of(t, f, "codes_postaux"),
                                 point_of(of(t, f, "lat"), of(t, f, "lon"))));
    where_add_commune(r->w.where, of(t, f, "insee"), name);
    mend_learn(r->w.mender, name);
}

static bool cpv_known(void *ctx, uint32_t code)
{
    return map_get_number(ctx, code) != NULL;
}

static void read_cpv(struct real *r)
{
    size_t len, n;
    char path[4096];
    snprintf(path, sizeof path, "%s/reference/cpv2008.tsv", r->shared);
    char *data = read_file(path, &len);
    assert_non_null(data);
    const char *at = data, *line;
    while ((line = table_line(&at, data + len, &n))) {
        char label[1000];
        snprintf(label, sizeof label, "%.*s", (int)(n - 9), line + 9);
        label[strcspn(label, "\t")] = 0;
        mend_learn(r->w.mender, label);
        map_set_number(r->cpv, strtoul(line, NULL, 10), r);
    }
    free(data);
}

static int setup(void **state)
{
    char path[4096];
    struct real *r = calloc(1, sizeof *r);
    const char *given = getenv("ENTREGENT_SHARED");
    *state = r;
    r->words = words_new();
    r->cpv = map_new();
    r->w = (struct world){place_gazetteer_new(), where_new(), mend_new(), prefill_new(), {0}};
    r->w.x = (struct import_context){r->w.places, r->w.where, r->w.mender, r->w.prefill, cpv_known, r->cpv};
    snprintf(path, sizeof path, "%s/reference/communes.tsv", given ? given : "../shared");
    if (access(path, R_OK) != 0)
        return 0;
    r->shared = memory_string(given ? given : "../shared");
    each_row("sql/reference/region.tsv", on_region, r);
    each_row("sql/reference/departement.tsv", on_departement, r);
    each_row("sql/reference/naf_cpv.tsv", on_naf, r);
    each_row("sql/reference/structure_cpv.tsv", on_structure, r);
    each_row(path, on_commune, r);
    read_cpv(r);
    return 0;
}

static int teardown(void **state)
{
    struct real *r = *state;
    world_fini(&r->w);
    words_free(r->words);
    map_free(r->cpv);
    free(r->shared);
    free(r);
    return 0;
}

static size_t lost_in(const char *s, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i + 2 < len; i++)
        count += memcmp(s + i, "\xef\xbf\xbd", 3) == 0;
    return count;
}

static void count_line(struct counts *c, enum err err, const struct faults *faults, const struct faults *warnings)
{
    c->read++;
    assert_true(err == ERR_OK || err == ERR_INVALID);
    assert_int_equal(err == ERR_INVALID, faults->count > 0);
    if (err)
        c->refused++;
    else if (warnings->count)
        c->repaired++;
    else
        c->taken++;
    bool seen[ERR_COUNT] = {false};
    for (size_t i = 0; i < faults->count; i++)
        c->faults[faults->list[i].err]++;
    for (size_t i = 0; !err && i < warnings->count; i++) {
        if (!seen[warnings->list[i].err])
            c->warnings[warnings->list[i].err]++;
        seen[warnings->list[i].err] = true;
    }
    if (getenv("ENTREGENT_SHOW") && faults->count)
        for (size_t i = 0; i < faults->count; i++)
            printf("  line %zu: %s %s %s\n", c->read, faults->list[i].pointer, err_word(faults->list[i].err),
                   faults->list[i].arg ? faults->list[i].arg : "");
    if (getenv("ENTREGENT_SHOW_ALL"))
        for (size_t i = 0; i < warnings->count; i++)
            printf("  + line %zu: %s %s %s\n", c->read, warnings->list[i].pointer, err_word(warnings->list[i].err),
                   warnings->list[i].arg ? warnings->list[i].arg : "");
}

static void print_counts(const char *name, const struct counts *c)
{
    printf("%s: read %zu = taken %zu + repaired %zu + refused %zu (the same again: %zu)\n", name, c->read, c->taken,
           c->repaired, c->refused, c->twice);
    for (int i = 0; i < ERR_COUNT; i++)
        if (c->faults[i])
            printf("  refused: %s %zu\n", err_word((enum err)i), c->faults[i]);
    for (int i = 0; i < ERR_COUNT; i++)
        if (c->warnings[i])
            printf("  repaired lines: %s %zu\n", err_word((enum err)i), c->warnings[i]);
    assert_int_equal(c->read, c->taken + c->repaired + c->refused);
}

// What was taken is what a client could have posted.
static void same_again(struct real *r, struct arena *arena, const struct need *n)
{
    struct text first, second;
    struct need again;
    struct faults faults;
    text_init(&first, 1 << 20);
    text_init(&second, 1 << 20);
    fault_init(&faults, arena);
    record_write_need(&first, n);
    enum err err = record_read_need(text_string(&first), first.len, r->w.places, arena, &again, &faults, NULL);
    if (err)
        fail_msg("%s: %s", text_string(&first), world_faults(arena, &faults));
    record_write_need(&second, &again);
    assert_string_equal(text_string(&first), text_string(&second));
    text_fini(&first);
    text_fini(&second);
}

static void read_contract(struct real *r, struct counts *c, struct map *keys, const char *line, size_t len)
{
    struct arena *arena = arena_new();
    struct faults faults, warnings;
    struct decp d;
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    enum err err = decp_read(&r->w.x, line, len, arena, &d, &faults, &warnings);
    count_line(c, err, &faults, &warnings);
    if (!err) {
        c->twice += map_set_string(keys, d.key, r) != NULL;
        same_again(r, arena, &d.need);
    }
    arena_free(arena);
}

static void contracts(struct real *r, const char *name)
{
    char path[4096];
    size_t len, n;
    struct counts c = {0};
    struct map *keys = map_new();
    snprintf(path, sizeof path, "%s/data/needs/%s", r->shared, name);
    char *data = read_file(path, &len);
    assert_non_null(data);
    const char *at = data, *line;
    while ((line = table_line(&at, data + len, &n)))
        read_contract(r, &c, keys, line, n);
    print_counts(name, &c);
    assert_true(c.refused * 50 < c.read);
    map_free(keys);
    free(data);
}

static void takes_real_contracts(void **state)
{
    struct real *r = *state;
    if (!r->shared) {
        print_message("no real data at hand (ENTREGENT_SHARED): skipped\n");
        skip();
    }
    contracts(r, "decp_aife.jsonl");
    contracts(r, "decp_marches_publics_info.jsonl");
}

// Texts of real contracts, line by line as they stand: the share of lost letters that come back.
static void restores(struct real *r, const struct mender *m, const char *with, int percent)
{
    char path[4096];
    size_t len, n, before = 0, after = 0;
    snprintf(path, sizeof path, "%s/data/needs/decp_aife.jsonl", r->shared);
    char *data = read_file(path, &len);
    assert_non_null(data);
    const char *at = data, *line;
    while ((line = table_line(&at, data + len, &n))) {
        struct arena *arena = arena_new();
        int mended, left;
        const char *text = mend_text(m, arena, arena_copy(arena, line, n), &mended, &left);
        before += lost_in(line, n);
        after += lost_in(text, strlen(text));
        arena_free(arena);
    }
    printf("lost letters: %zu, restored %zu (%.1f %%) with %s\n", before, before - after,
           100.0 * (double)(before - after) / (double)before, with);
    assert_true((before - after) * 100 > before * (size_t)percent);
    free(data);
}

static void restores_lost_letters(void **state)
{
    struct real *r = *state;
    if (!r->shared)
        skip();
    struct mender *m = mend_new();
    restores(r, m, "the words known from the start", 80);
    mend_free(m);
    restores(r, r->w.mender, "communes and CPV labels learnt too", 90);
}

static void takes_the_real_register(void **state)
{
    struct real *r = *state;
    char path[4096];
    size_t len, n;
    const char *missing;
    struct siae s;
    struct counts c = {0};
    if (!r->shared)
        skip();
    snprintf(path, sizeof path, "%s/data/suppliers/siae.tsv", r->shared);
    char *data = read_file(path, &len);
    assert_non_null(data);
    const char *at = data, *line = table_line(&at, data + len, &n);
    struct arena *whole = arena_new();
    assert_int_equal(siae_header(&s, line, n, whole, &missing), ERR_OK);
    while ((line = table_line(&at, data + len, &n))) {
        struct arena *arena = arena_new();
        struct faults faults, warnings, checked;
        struct offer o;
        fault_init(&faults, arena);
        fault_init(&warnings, arena);
        fault_init(&checked, arena);
        enum err err = siae_read(&r->w.x, &s, line, n, arena, &o, &faults, &warnings);
        count_line(&c, err, &faults, &warnings);
        if (!err) {
            offer_settle(&o, r->w.places, r->words, arena);
            offer_check(&o, &checked);
            assert_int_equal(checked.count, 0);
            assert_true(o.at.known);
        }
        arena_free(arena);
    }
    print_counts("siae.tsv", &c);
    assert_true(c.refused * 50 < c.read);
    arena_free(whole);
    free(data);
}

struct official {
    struct map *cpv;
    size_t count, unknown;
};

static void on_code(void *ctx, uint32_t code, const char *label)
{
    struct official *o = ctx;
    o->count++;
    o->unknown += !map_get_number(o->cpv, code) || !*label;
}

static void reads_the_official_code_lists(void **state)
{
    static const char *const names[] = {"fr", "en"};
    struct real *r = *state;
    if (!r->shared)
        skip();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[4096];
        size_t len;
        const char *why;
        struct official o = {.cpv = r->cpv};
        snprintf(path, sizeof path, "%s/reference/eforms_code_%s.xml", r->shared, names[i]);
        char *data = read_file(path, &len);
        assert_non_null(data);
        assert_int_equal(codelist_read(data, len, on_code, &o, &why), ERR_OK);
        assert_int_equal(o.count, map_count(r->cpv));
        assert_int_equal(o.unknown, 0);
        printf("eforms_code_%s.xml: %zu CPV codes\n", names[i], o.count);
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_official_code_lists),
        cmocka_unit_test(takes_real_contracts),
        cmocka_unit_test(restores_lost_letters),
        cmocka_unit_test(takes_the_real_register),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
