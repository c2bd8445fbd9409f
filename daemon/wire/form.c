// SPDX-License-Identifier: EUPL-1.2
// Knows how each type of field of a flat record is read as text.
#include "wire/form.h"

#include "base/text.h"
#include "core/words.h"
#include "wire/field.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <assert.h>
#include <string.h>

#define LINES_FROM 1000 // characters: a text that long may have several lines

#define INTS_MOST 64    // largest number of a list
#define UUID_SHAPE "01890a5d-ac96-774b-bcce-b302099a8057"

struct reading {
    const struct field *field;
    const char *at; // pointer of the record
    struct arena *arena;
    struct faults *faults;
};

static const char *wrong(const struct reading *r, enum err err, const char *arg)
{
    fault_add(r->faults, err, arg, "%s/%s", r->at, r->field->name);
    return NULL;
}

// Names go into mails, lists and logs of others: neither several lines nor what turns the direction of writing.
static bool may_stand(int32_t c, bool line)
{
    if (c == '\n' || c == '\t')
        return !line;
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !(c >= 0x2028 && c <= 0x202e) &&
           !(c >= 0x2066 && c <= 0x2069);
}

const char *form_text(const struct json_t *v, int64_t most, const char *at, struct arena *arena, struct faults *faults)
{
    size_t before = faults->count;
    if (!json_is_string(v)) {
        fault_add(faults, ERR_WRONG_TYPE, "\"…\"", "%s", at);
        return NULL;
    }
    const char *s = json_string_value(v);
    s += strspn(s, " \t\n");
    size_t len = strlen(s), bytes;
    while (len && strchr(" \t\n", s[len - 1]))
        len--;
    int64_t count = 0;
    for (size_t i = 0; i < len; i += bytes, count++)
        if (!may_stand(words_point(s + i, &bytes), most < LINES_FROM)) {
            fault_add(faults, ERR_BAD_TEXT, NULL, "%s", at);
            return NULL;
        }
    if (count > most)
        fault_add(faults, ERR_TOO_LONG, arena_format(arena, "%lld", (long long)most), "%s", at);
    return len && faults->count == before ? arena_copy(arena, s, len) : NULL;
}

static const char *read_text(const struct reading *r, const json_t *v)
{
    return form_text(v, r->field->most, arena_format(r->arena, "%s/%s", r->at, r->field->name), r->arena, r->faults);
}

static const char *read_word(const struct reading *r, const json_t *v)
{
    if (!json_is_string(v) || word_value(r->field->of, json_string_value(v)) < 0)
        return wrong(r, ERR_NOT_ONE_OF, word_all(r->field->of, r->arena));
    return arena_string(r->arena, json_string_value(v));
}

static const char *read_words(const struct reading *r, const json_t *v)
{
    const char *all = NULL;
    unsigned set = 0;
    if (!json_is_array(v))
        return wrong(r, ERR_WRONG_TYPE, "[\"…\", \"…\"]");
    for (size_t i = 0; i < json_array_size(v); i++) {
        const char *s = json_string_value(json_array_get(v, i));
        int bit = s ? word_value(r->field->of, s) : -1;
        if (bit < 0)
            return wrong(r, ERR_NOT_ONE_OF, word_all(r->field->of, r->arena));
        if (set & (unsigned)bit)
            return wrong(r, ERR_DUPLICATE, s);
        set |= (unsigned)bit;
        all = all ? arena_format(r->arena, "%s,%s", all, s) : arena_string(r->arena, s);
    }
    return all;
}

static const char *read_bool(const struct reading *r, const json_t *v)
{
    return json_is_boolean(v) ? (json_is_true(v) ? "true" : "false") : wrong(r, ERR_WRONG_TYPE, "true, false");
}

static const char *read_int(const struct reading *r, const json_t *v)
{
    json_int_t n = json_integer_value(v);
    if (!json_is_integer(v))
        return wrong(r, ERR_WRONG_TYPE, "12");
    int least = r->field->zero ? 0 : 1;
    if (n < least || n > r->field->most)
        return wrong(r, ERR_OUT_OF_RANGE, arena_format(r->arena, "%d..%lld", least, (long long)r->field->most));
    return arena_format(r->arena, "%lld", (long long)n);
}

// Lists are kept with commas between: no number and no UUID holds one.
static const char *append(const struct reading *r, const char *all, const char *one)
{
    return *all ? arena_format(r->arena, "%s,%s", all, one) : one;
}

static const char *wrong_item(const struct reading *r, size_t i, enum err err, const char *arg)
{
    fault_add(r->faults, err, arg, "%s/%s/%zu", r->at, r->field->name, i);
    return NULL;
}

static const char *read_ints(const struct reading *r, const json_t *v)
{
    const char *all = "";
    uint64_t set[INTS_MOST / 64 + 1] = {0};
    if (!json_is_array(v))
        return wrong(r, ERR_WRONG_TYPE, "[1, 2]");
    assert(r->field->most <= INTS_MOST);
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *item = json_array_get(v, i);
        json_int_t n = json_integer_value(item);
        if (!json_is_integer(item))
            return wrong_item(r, i, ERR_WRONG_TYPE, "12");
        if (n < 1 || n > r->field->most)
            return wrong_item(r, i, ERR_OUT_OF_RANGE, arena_format(r->arena, "1..%lld", (long long)r->field->most));
        const char *number = arena_format(r->arena, "%lld", (long long)n);
        if (set[n / 64] & UINT64_C(1) << n % 64)
            return wrong_item(r, i, ERR_DUPLICATE, number);
        set[n / 64] |= UINT64_C(1) << n % 64;
        all = append(r, all, number);
    }
    return all;
}

static const char *read_ids(const struct reading *r, const json_t *v)
{
    const char *all = "";
    if (!json_is_array(v))
        return wrong(r, ERR_WRONG_TYPE, "[\"" UUID_SHAPE "\"]");
    if ((int64_t)json_array_size(v) > r->field->most)
        return wrong(r, ERR_TOO_LONG, arena_format(r->arena, "%lld", (long long)r->field->most));
    for (size_t i = 0; i < json_array_size(v); i++) {
        const char *s = json_string_value(json_array_get(v, i));
        if (!s || !text_uuid(s))
            return wrong_item(r, i, ERR_WRONG_TYPE, UUID_SHAPE);
        if (strstr(all, s)) // all have the same length and shape
            return wrong_item(r, i, ERR_DUPLICATE, s);
        all = append(r, all, arena_string(r->arena, s));
    }
    return all;
}

static const char *(*const readers[FIELD_TYPES])(const struct reading *r, const json_t *v) = {
    [FIELD_TEXT] = read_text, [FIELD_WORD] = read_word, [FIELD_WORDS] = read_words, [FIELD_BOOL] = read_bool,
    [FIELD_INT] = read_int,   [FIELD_INTS] = read_ints, [FIELD_IDS] = read_ids,
};

static void read_field(const struct reading *r, const json_t *v, const char **value)
{
    size_t before = r->faults->count;
    bool there = v && !json_is_null(v), nested = !readers[r->field->type];
    *value = there && !nested ? readers[r->field->type](r, v) : NULL;
    if (!(nested ? there : *value != NULL) && r->field->needed && r->faults->count == before)
        wrong(r, ERR_REQUIRED, NULL);
}

// shown: what the server adds may come back, and is passed over.
static void refuse_others(json_t *object, const char *at, const char *record, bool shown, struct arena *arena, struct faults *faults)
{
    const char *key;
    json_t *value;
    json_object_foreach (object, key, value) {
        const struct field *f = NULL;
        while ((f = field_next(record, f)) && !(text_equal(f->name, key) && (shown || !f->shown)))
            ;
        if (!f)
            fault_add(faults, ERR_UNKNOWN_FIELD, NULL, "%s/%s", at, strict_escape(key, arena));
    }
}

static void read_fields(json_t *object, const char *at, struct form *out, struct arena *arena, struct faults *faults)
{
    size_t i = 0;
    for (const struct field *f = NULL; (f = field_next(out->record, f));) {
        if (f->shown)
            continue;
        assert(i < FORM_FIELDS);
        read_field(&(struct reading){f, at, arena, faults}, json_object_get(object, f->name), &out->values[i++]);
    }
}

void form_read_part(struct json_t *object, const char *at, const char *record, struct arena *arena, struct form *out, struct faults *faults)
{
    *out = (struct form){.record = record};
    if (!json_is_object(object)) {
        fault_add(faults, ERR_WRONG_TYPE, "{…}", "%s", at);
        return;
    }
    read_fields(object, at, out, arena, faults);
    refuse_others(object, at, record, true, arena, faults);
}

enum err form_read(const char *json, size_t len, const char *record, struct arena *arena, struct form *out,
                   struct faults *faults)
{
    const char *why = NULL;
    json_t *object = strict_load(json, len, arena, &why);
    *out = (struct form){.record = record};
    if (!object) {
        fault_add(faults, ERR_BAD_JSON, why, "%s", "");
        return ERR_BAD_JSON;
    }
    read_fields(object, "", out, arena, faults);
    refuse_others(object, "", record, false, arena, faults);
    json_decref(object);
    return faults->count ? ERR_INVALID : ERR_OK;
}

const char *form_value(const struct form *f, const char *name)
{
    size_t i = 0;
    for (const struct field *field = NULL; (field = field_next(f->record, field));) {
        if (field->shown)
            continue;
        if (text_equal(field->name, name))
            return f->values[i];
        i++;
    }
    assert(!"a field of the record");
    return NULL;
}

static void write_quoted(const char *value, struct text *out)
{
    text_json(out, value);
}

static void write_bare(const char *value, struct text *out)
{
    text_put(out, value);
}

static void write_numbers(const char *value, struct text *out)
{
    text_format(out, "[%s]", value);
}

// Neither words nor UUIDs need escaping.
static void write_list(const char *value, struct text *out)
{
    text_put(out, *value ? "[\"" : "[");
    for (const char *s = value; *s; s++)
        *s == ',' ? text_put(out, "\",\"") : text_byte(out, *s);
    text_put(out, *value ? "\"]" : "]");
}

static void (*const writers[FIELD_TYPES])(const char *value, struct text *out) = {
    [FIELD_TEXT] = write_quoted, [FIELD_WORD] = write_quoted,  [FIELD_WORDS] = write_list, [FIELD_BOOL] = write_bare,
    [FIELD_INT] = write_bare,    [FIELD_INTS] = write_numbers, [FIELD_IDS] = write_list,
};

void form_json(const struct form *f, struct text *out)
{
    size_t i = 0, written = 0;
    text_put(out, "{");
    for (const struct field *field = NULL; (field = field_next(f->record, field));) {
        const char *value = field->shown ? NULL : f->values[i++];
        if (!value)
            continue;
        text_format(out, "%s\"%s\":", written++ ? "," : "", field->name);
        writers[field->type](value, out);
    }
    text_put(out, "}");
}
