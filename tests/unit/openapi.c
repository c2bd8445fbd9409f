// SPDX-License-Identifier: EUPL-1.2
// Tests wire/openapi: the document holds every route and every field, and nothing in it points nowhere.
#include "wire/openapi.h"

#include "wire/field.h"
#include "wire/routes.h"
#include "wire/word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include <stdio.h>
#include <string.h>

static int setup(void **state)
{
    struct text out;
    json_error_t error;
    text_init(&out, OPENAPI_MOST);
    openapi_write(&out);
    assert_false(out.full);
    *state = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &error);
    text_fini(&out);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    json_decref(*state);
    return 0;
}

static json_t *at(json_t *value, const char *a, const char *b, const char *c)
{
    return json_object_get(json_object_get(json_object_get(value, a), b), c);
}

static void is_openapi(void **state)
{
    assert_string_equal(json_string_value(json_object_get(*state, "openapi")), "3.1.0");
    assert_non_null(at(*state, "info", "license", "identifier"));
}

static const char *lower(const char *method)
{
    static const char *const methods[][2] = {{"GET", "get"}, {"POST", "post"}, {"PUT", "put"}, {"DELETE", "delete"},
                                             {"PATCH", "patch"}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i][0], method) == 0)
            return methods[i][1];
    return "";
}

static bool has_parameter(json_t *operation, const char *name)
{
    const char *reference;
    size_t i;
    json_t *p;
    json_array_foreach (json_object_get(operation, "parameters"), i, p) {
        if (text_equal(json_string_value(json_object_get(p, "name")), name))
            return true;
        reference = json_string_value(json_object_get(p, "$ref"));
        if (reference && text_equal(strrchr(reference, '/') + 1, name))
            return true;
    }
    return false;
}

static void holds_every_route(void **state)
{
    char status[12];
    size_t routes = 0, operations = 0;
    for (const struct routes_entry *r = NULL; (r = routes_next(r)); routes++) {
        json_t *operation = at(*state, "paths", r->path, lower(r->method));
        assert_string_equal(json_string_value(json_object_get(operation, "operationId")), r->name);
        snprintf(status, sizeof status, "%d", r->status);
        assert_int_equal(at(operation, "responses", status, "content") != NULL, *r->gives != 0);
        assert_non_null(at(operation, "responses", "default", "$ref"));
        assert_int_equal(json_object_get(operation, "requestBody") != NULL, *r->takes != 0);
        assert_int_equal(json_array_size(json_object_get(operation, "security")), r->who == WHO_ANYONE ? 0 : r->who == WHO_PERSON ? 1 : 2);
        assert_int_equal(has_parameter(operation, "id"), strstr(r->path, "{id}") != NULL);
        assert_int_equal(has_parameter(operation, "siret"), strstr(r->path, "{siret}") != NULL);
        assert_true(has_parameter(operation, "cursor") || !(r->flags & ROUTE_PAGED)); // a page may have its own
        assert_int_equal(has_parameter(operation, "Idempotency-Key"), (r->flags & ROUTE_KEY) != 0);
        assert_int_equal(has_parameter(operation, "Last-Event-ID"), (r->flags & ROUTE_STREAM) != 0);
        for (const struct routes_query *q = NULL; (q = routes_query_next(r, q));)
            assert_true(has_parameter(operation, q->name));
    }
    const char *path;
    json_t *item;
    json_object_foreach (json_object_get(*state, "paths"), path, item)
        operations += json_object_size(item);
    assert_int_equal(operations, routes);
}

// Each query parameter is of a route that is there.
static void queries_have_their_route(void **state)
{
    (void)state;
    for (const struct routes_query *q = NULL; (q = routes_query_next(NULL, q));) {
        const struct routes_entry *r = NULL;
        while ((r = routes_next(r)) && (strcmp(r->path, q->path) != 0 || strcmp(r->method, q->method) != 0))
            ;
        assert_non_null(r);
    }
}

static void holds_every_field(void **state)
{
    for (const struct field *f = NULL; (f = field_next(NULL, f));) {
        json_t *schema = at(*state, "components", "schemas", f->record);
        assert_non_null(at(schema, "properties", f->name, "title"));
        bool needed = false;
        size_t i;
        json_t *name;
        json_array_foreach (json_object_get(schema, "required"), i, name)
            needed = needed || text_equal(json_string_value(name), f->name);
        assert_int_equal(needed, f->needed);
    }
}

static void holds_every_word(void **state)
{
    json_t *need = at(*state, "components", "schemas", "need");
    json_t *kinds = at(need, "properties", "kind", "enum");
    size_t count = 0;
    for (const struct word *w = NULL; (w = word_next("need_kind", w)); count++)
        assert_string_equal(json_string_value(json_array_get(kinds, count)), w->word);
    assert_int_equal(json_array_size(kinds), count);
}

static void follow(json_t *root, json_t *value, size_t *references)
{
    size_t i;
    const char *key;
    json_t *part;
    json_array_foreach (value, i, part)
        follow(root, part, references);
    json_object_foreach (value, key, part) {
        follow(root, part, references);
        if (strcmp(key, "$ref") != 0)
            continue;
        const char *slash = strrchr(json_string_value(part), '/');
        char kind[40];
        assert_int_equal(sscanf(json_string_value(part), "#/components/%39[a-z]", kind), 1);
        assert_non_null(at(root, "components", kind, slash + 1));
        ++*references;
    }
}

static void points_nowhere_else(void **state)
{
    size_t references = 0;
    follow(*state, *state, &references);
    assert_true(references > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_openapi),        cmocka_unit_test(holds_every_route), cmocka_unit_test(queries_have_their_route),
        cmocka_unit_test(holds_every_field), cmocka_unit_test(holds_every_word),  cmocka_unit_test(points_nowhere_else),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
