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

struct reading {
    const struct field *field;
    struct arena *arena;
    struct faults *faults;
};

static const char *wrong(const struct reading *r, enum err err, const char *arg)
{
    fault_add(r->faults, err, arg, "/%s", r->field->name);
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

static const char *read_text(const struct reading *r, const json_t *v)
{
    if (!json_is_string(v))
        return wrong(r, ERR_WRONG_TYPE, "\"…\"");
    const char *s = json_string_value(v);
    s += strspn(s, " \t\n");
    size_t len = strlen(s), bytes;
    while (len && strchr(" \t\n", s[len - 1]))
        len--;
    int64_t count = 0;
    for (size_t i = 0; i < len; i += bytes, count++)
        if (!may_stand(words_point(s + i, &bytes), r->field->most < LINES_FROM))
            return wrong(r, ERR_BAD_TEXT, NULL);
    if (count > r->field->most)
        return wrong(r, ERR_TOO_LONG, arena_format(r->arena, "%lld", (long long)r->field->most));
    return len ? arena_copy(r->arena, s, len) : NULL;
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

static const char *(*const readers[FIELD_TYPES])(const struct reading *r, const json_t *v) = {
    [FIELD_TEXT] = read_text, [FIELD_WORD] = read_word, [FIELD_WORDS] = read_words,
    [FIELD_BOOL] = read_bool, [FIELD_INT] = read_int,
};

static void read_field(const struct reading *r, const json_t *v, const char **value)
{
    size_t before = r->faults->count;
    *value = v && !json_is_null(v) ? readers[r->field->type](r, v) : NULL;
    if (!*value && r->field->needed && r->faults->count == before)
        wrong(r, ERR_REQUIRED, NULL);
}

static void refuse_others(json_t *object, const char *record, struct arena *arena, struct faults *faults)
{
    const char *key;
    json_t *value;
    json_object_foreach (object, key, value) {
        const struct field *f = NULL;
        while ((f = field_next(record, f)) && (f->shown || !text_equal(f->name, key)))
            ;
        if (!f)
            fault_add(faults, ERR_UNKNOWN_FIELD, NULL, "/%s", strict_escape(key, arena));
    }
}

enum err form_read(const char *json, size_t len, const char *record, struct arena *arena, struct form *out,
                   struct faults *faults)
{
    const char *why = NULL;
    json_t *object = strict_load(json, len, arena, &why);
    size_t i = 0;
    *out = (struct form){.record = record};
    if (!object) {
        fault_add(faults, ERR_BAD_JSON, why, "%s", "");
        return ERR_BAD_JSON;
    }
    for (const struct field *f = NULL; (f = field_next(record, f));) {
        if (f->shown)
            continue;
        assert(i < FORM_FIELDS && readers[f->type]);
        read_field(&(struct reading){f, arena, faults}, json_object_get(object, f->name), &out->values[i++]);
    }
    refuse_others(object, record, arena, faults);
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
