// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/form: a line with the name of a record, then its JSON; without such a name it is read as each of them.
// Properties: what is taken is whole, of its type and length, UTF-8 without control characters, and the same when it is
// written and read again; a member that is no field is refused, always; what is refused is blamed in a problem.
#include "wire/field.h"
#include "wire/form.h"
#include "wire/problem.h"
#include "wire/word.h"

#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static void check_text(const struct field *f, const char *s)
{
    int64_t count = 0;
    size_t len = strlen(s);
    CHECK(len > 0 && text_utf8(s, len) && !strchr(" \t\n", s[0]) && !strchr(" \t\n", s[len - 1]));
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i], next = (unsigned char)s[i + 1];
        CHECK(c >= 0x20 || (f->most >= 1000 && (c == '\n' || c == '\t')));
        CHECK(c != 0x7f && !(c == 0xc2 && next < 0xa0));
        count += (c & 0xc0) != 0x80;
    }
    CHECK(count <= f->most);
}

// Words with commas between, each once; as a JSON array.
static json_t *words_of(const struct field *f, const char *s)
{
    json_t *all = json_array();
    unsigned set = 0;
    for (char word[64]; *s; s += *s == ',') {
        size_t len = strcspn(s, ",");
        CHECK(len > 0 && len < sizeof word);
        snprintf(word, sizeof word, "%.*s", (int)len, s);
        int bit = word_value(f->of, word);
        CHECK(bit > 0 && !(set & (unsigned)bit));
        set |= (unsigned)bit;
        json_array_append_new(all, json_string(word));
        s += len;
    }
    CHECK(json_array_size(all) > 0);
    return all;
}

// Numbers or UUIDs with commas between, each once; as a JSON array, which may be empty.
static json_t *list_of(const struct field *f, const char *s)
{
    json_t *all = json_array(), *seen = json_object();
    int64_t n = 0;
    for (char item[40]; *s; s += *s == ',') {
        size_t len = strcspn(s, ",");
        CHECK(len > 0 && len < sizeof item);
        snprintf(item, sizeof item, "%.*s", (int)len, s);
        CHECK(!json_object_get(seen, item));
        json_object_set_new(seen, item, json_true());
        if (f->type == FIELD_INTS)
            CHECK(text_int(item, &n) && n >= 1 && n <= f->most);
        else
            CHECK(text_uuid(item));
        json_array_append_new(all, f->type == FIELD_INTS ? json_integer(n) : json_string(item));
        s += len;
    }
    CHECK(f->type == FIELD_INTS || (int64_t)json_array_size(all) <= f->most);
    json_decref(seen);
    return all;
}

// Checks a value and gives the JSON it may have been read from.
static json_t *json_of(const struct field *f, const char *s)
{
    int64_t n;
    switch (f->type) {
    case FIELD_TEXT:
        check_text(f, s);
        return json_string(s);
    case FIELD_WORD:
        CHECK(word_value(f->of, s) >= 0);
        return json_string(s);
    case FIELD_WORDS:
        return words_of(f, s);
    case FIELD_BOOL:
        CHECK(text_equal(s, "true") || text_equal(s, "false"));
        return json_boolean(text_equal(s, "true"));
    case FIELD_INT:
        CHECK(text_int(s, &n) && n >= !f->zero && n <= f->most);
        return json_integer(n);
    case FIELD_INTS:
    case FIELD_IDS:
        return list_of(f, s);
    default:
        fail(__LINE__);
        return NULL;
    }
}

static enum err read_json(const json_t *object, const char *record, struct arena *arena, struct form *out, struct faults *faults)
{
    char *json = json_dumps(object, JSON_COMPACT);
    fault_init(faults, arena);
    enum err err = form_read(json, strlen(json), record, arena, out, faults);
    free(json);
    return err;
}

static void check_taken(const struct form *form, const char *record, struct arena *arena)
{
    struct form again;
    struct faults faults;
    json_t *object = json_object();
    for (const struct field *f = NULL; (f = field_next(record, f));) {
        const char *value = f->shown ? NULL : form_value(form, f->name);
        CHECK(value || f->shown || !f->needed);
        if (value)
            json_object_set_new(object, f->name, json_of(f, value));
    }
    struct text out;
    text_init(&out, 1 << 22);
    form_json(form, &out);
    json_t *written = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_equal(written, object));
    json_decref(written);
    text_fini(&out);
    CHECK(read_json(object, record, arena, &again, &faults) == ERR_OK);
    for (const struct field *f = NULL; (f = field_next(record, f));)
        if (!f->shown) {
            const char *a = form_value(form, f->name), *b = form_value(&again, f->name);
            CHECK(a == b || text_equal(a, b));
        }
    json_decref(object);
}

static void check_refused(enum err err, const struct faults *faults, struct arena *arena)
{
    struct text out;
    CHECK(faults->count > 0);
    for (size_t i = 0; i < faults->count && i < FAULT_MOST; i++)
        CHECK(err == ERR_BAD_JSON ? !*faults->list[i].pointer : faults->list[i].pointer[0] == '/');
    text_init(&out, 1 << 20);
    problem_write(&out, err, faults->list[0].arg, faults, LANG_FR, arena);
    json_t *problem = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    CHECK(problem);
    json_decref(problem);
    text_fini(&out);
}

static bool is_field(const char *record, const char *name)
{
    const struct field *f = NULL;
    while ((f = field_next(record, f)) && (f->shown || !text_equal(f->name, name)))
        ;
    return f != NULL;
}

// Members of the object itself, and one more.
static void check_unknown(const char *json, size_t len, const char *record, enum err err, struct arena *arena)
{
    json_t *object = json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);
    struct form form;
    struct faults faults;
    const char *name;
    json_t *value;
    if (json_is_object(object)) {
        json_object_foreach (object, name, value)
            CHECK(is_field(record, name) || err != ERR_OK);
        json_object_set_new(object, "no such field", json_true());
        CHECK(read_json(object, record, arena, &form, &faults) != ERR_OK);
        CHECK(err != ERR_OK || (faults.count == 1 && text_equal(faults.list[0].pointer, "/no such field") &&
                                faults.list[0].err == ERR_UNKNOWN_FIELD));
    }
    json_decref(object);
}

static void check_record(const char *json, size_t len, const char *record)
{
    struct arena *arena = arena_new();
    struct faults faults;
    struct form form;
    fault_init(&faults, arena);
    enum err err = form_read(json, len, record, arena, &form, &faults);
    if (err == ERR_OK)
        check_taken(&form, record, arena);
    else
        check_refused(err, &faults, arena);
    check_unknown(json, len, record, err, arena);
    arena_free(arena);
}

// The record after the given one; those of matching are not flat.
static const char *next_record(const char *after)
{
    static const char *const others[] = {"need", "lot", "offer", "capability", "alert", "offer_line", "convention", "sitting", "timetable"};
    bool found = !after;
    for (const struct field *f = NULL; (f = field_next(NULL, f));) {
        bool other = f->shown;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            other = other || text_equal(others[i], f->record);
        if (found && !other && !text_equal(f->record, after))
            return f->record;
        found = found || text_equal(f->record, after);
    }
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *json = size ? memchr(data, '\n', size) : NULL, *record = NULL;
    size_t name = json ? (size_t)(json - (const char *)data) : 0;
    json = json ? json + 1 : (const char *)data;
    size_t len = size - (size_t)(json - (const char *)data);
    while ((record = next_record(record)) && (strlen(record) != name || memcmp(record, data, name) != 0))
        ;
    if (record)
        check_record(json, len, record);
    else
        while ((record = next_record(record)))
            check_record(json, len, record);
    return 0;
}
