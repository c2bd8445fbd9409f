// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/guest with a table of people.
// Properties: what is refused is blamed, what is taken is not; a person that is taken has a name and an address, and its object is
// JSON with just that in it; wishes are addresses, each once, never its own; the same person written as a table again is the same.
#include "wire/guest.h"

#include "wire/csv.h"
#include "wire/mail.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))
#define UUID "01890a5d-ac96-774b-bcce-b302099a8057"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static void check_wishes(const struct guest *g)
{
    CHECK(g->wish_count <= GUEST_WISHES_MOST);
    for (size_t i = 0; i < g->wish_count; i++) {
        char email[255];
        CHECK(mail_address(g->wishes[i], email) && strcmp(email, g->wishes[i]) == 0 && strcmp(email, g->email) != 0);
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(g->wishes[i], g->wishes[k]) != 0);
    }
}

// Its object, which is as long as the caller keeps it.
static json_t *object_of(const struct guest *g)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    guest_write(&out, g, 7, UUID);
    json_t *object = json_loads(text_string(&out), JSON_REJECT_DUPLICATES, NULL);
    text_fini(&out);
    CHECK(object && json_integer_value(json_object_get(object, "line")) == 7);
    CHECK(strcmp(json_string_value(json_object_get(object, "id")), UUID) == 0);
    return object;
}

static void check_object(const struct guest *g)
{
    static const char *const numbers[] = {"most", "rest", "bound"};
    json_t *object = object_of(g), *body = json_object_get(object, "body"), *absent = json_object_get(body, "absent");
    CHECK(strcmp(json_string_value(json_object_get(object, "email")), g->email) == 0);
    CHECK(strcmp(json_string_value(json_object_get(object, "name")), form_value(&g->form, "name")) == 0);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        CHECK(!json_object_get(body, numbers[i]) == !form_value(&g->form, numbers[i]));
    for (size_t i = 0; i < json_array_size(absent); i++)
        CHECK(json_integer_value(json_array_get(absent, i)) >= 1 && json_integer_value(json_array_get(absent, i)) <= 64);
    json_decref(object);
}

// wire/csv puts an apostrophe before a formula, and wire/csvread leaves it there.
static void put_cell(struct text *out, const char *value, bool *exact)
{
    *exact = *exact && !(*value && strchr("=+-@\t\r", *value)) && !strpbrk(value, ";\t\r\n");
    csv_cell(out, value);
}

static void put_list(struct text *out, const char *value, char between, bool *exact)
{
    struct text list;
    text_init(&list, SIZE_MAX / 2);
    for (const char *s = value; s && *s; s++)
        text_byte(&list, *s == between ? '|' : *s);
    put_cell(out, text_string(&list), exact);
    text_fini(&list);
}

static void put_row(struct text *out, const struct guest *g, bool *exact)
{
    static const char *const names[] = {"name", "company", "side", "language", "most", "rest", "table", "bound"};
    text_put(out, "email,name,company,side,language,most,rest,table,bound,absent,wishes\n");
    put_cell(out, g->email, exact);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = form_value(&g->form, names[i]);
        text_put(out, ",");
        put_cell(out, value ? value : "", exact);
    }
    text_put(out, ",");
    put_list(out, form_value(&g->form, "absent"), ',', exact);
    text_put(out, ",");
    struct text wishes;
    text_init(&wishes, SIZE_MAX / 2);
    for (size_t i = 0; i < g->wish_count; i++)
        text_format(&wishes, "%s%s", i ? "|" : "", g->wishes[i]);
    put_cell(out, text_string(&wishes), exact);
    text_fini(&wishes);
    text_put(out, "\n");
}

static void check_again(const struct guest *g, struct arena *arena)
{
    struct csvread reader;
    struct guest_columns columns;
    struct guest again;
    struct faults faults, warnings;
    struct text table;
    bool exact = true;
    size_t used, at;
    text_init(&table, SIZE_MAX / 2);
    put_row(&table, g, &exact);
    csvread_init(&reader);
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    if (exact) {
        CHECK(csvread_next(&reader, text_string(&table), table.len, &at) == CSVREAD_RECORD && guest_header(&reader, &columns, arena, &faults));
        CHECK(csvread_next(&reader, text_string(&table) + at, table.len - at, &used) == CSVREAD_RECORD);
        CHECK(guest_read(&columns, &reader, arena, &again, &faults, &warnings) && warnings.count == 0);
        json_t *one = object_of(g), *other = object_of(&again);
        json_t *a = json_object_get(json_object_get(one, "body"), "absent"), *b = json_object_get(json_object_get(other, "body"), "absent");
        if (a && !b && json_array_size(a) == 0)
            json_object_del(json_object_get(one, "body"), "absent");
        CHECK(json_equal(one, other) && again.wish_count == g->wish_count);
        for (size_t i = 0; i < g->wish_count; i++)
            CHECK(strcmp(again.wishes[i], g->wishes[i]) == 0);
        json_decref(one);
        json_decref(other);
    }
    csvread_fini(&reader);
    text_fini(&table);
}

static void take(const struct csvread *r, const struct guest_columns *columns, struct arena *arena)
{
    struct guest g;
    struct faults faults, warnings;
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    if (r->fault != CSVREAD_FINE) {
        guest_fault(r, LANG_FR, arena, &faults);
        CHECK(faults.count == 1);
        return;
    }
    bool taken = guest_read(columns, r, arena, &g, &faults, &warnings);
    CHECK(taken == (faults.count == 0));
    if (!taken)
        return;
    check_wishes(&g);
    check_object(&g);
    check_again(&g, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct arena *arena = arena_new();
    struct csvread reader;
    struct guest_columns columns;
    struct faults faults;
    bool header = false;
    size_t used = 0;
    fault_init(&faults, arena);
    csvread_init(&reader);
    for (size_t at = 0; at <= size; at += used) {
        enum csvread_step step = at < size ? csvread_next(&reader, bytes + at, size - at, &used) : csvread_end(&reader);
        bool end = at == size;
        if (step != CSVREAD_MORE && header)
            take(&reader, &columns, arena);
        else if (step != CSVREAD_MORE && !(header = step == CSVREAD_RECORD && guest_header(&reader, &columns, arena, &faults))) {
            CHECK(step == CSVREAD_BAD || faults.count > 0);
            break;
        }
        if (end)
            break;
    }
    csvread_fini(&reader);
    arena_free(arena);
    return 0;
}
