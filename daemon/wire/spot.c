// SPDX-License-Identifier: EUPL-1.2
// Knows where in a JSON document something is wrong.
#include "wire/spot.h"

#include "base/text.h"
#include "wire/strict.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_MOST 200 // bytes of an unknown name that its fault repeats

void spot_init(struct spot *s, struct arena *arena, struct faults *faults)
{
    *s = (struct spot){.arena = arena, .faults = faults};
}

size_t spot_enter(struct spot *s, const char *name)
{
    const char *token = strpbrk(name, "~/") ? strict_escape(name, s->arena) : name;
    size_t before = s->len, len = strlen(token);
    if (len + 2 < sizeof s->path - s->len) {
        s->path[s->len] = '/';
        memcpy(s->path + s->len + 1, token, len + 1);
        s->len += 1 + len;
    }
    return before;
}

size_t spot_item(struct spot *s, size_t i)
{
    char token[24];
    snprintf(token, sizeof token, "%zu", i);
    return spot_enter(s, token);
}

void spot_leave(struct spot *s, size_t before)
{
    s->len = before;
    s->path[before] = 0;
}

void spot_fault(struct spot *s, enum err err, const char *arg)
{
    fault_add(s->faults, err, arg, "%s", s->path);
}

void spot_range(struct spot *s, int64_t least, int64_t most)
{
    spot_fault(s, ERR_OUT_OF_RANGE, arena_format(s->arena, "%lld..%lld", (long long)least, (long long)most));
}

// ---- Values

bool spot_object(struct spot *s, json_t *v, const char *const *names)
{
    const char *key;
    json_t *member;
    if (!json_is_object(v)) {
        spot_fault(s, ERR_WRONG_TYPE, "{…}");
        return false;
    }
    json_object_foreach(v, key, member)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], key) != 0)
            i++;
        if (names[i])
            continue;
        size_t before = spot_enter(s, key);
        spot_fault(s, ERR_UNKNOWN_FIELD, NULL);
        spot_leave(s, before);
    }
    return true;
}

size_t spot_array(struct spot *s, const json_t *v, size_t most, const char *form)
{
    if (!json_is_array(v))
        spot_fault(s, ERR_WRONG_TYPE, form);
    else if (json_array_size(v) > most)
        spot_fault(s, ERR_TOO_LONG, arena_format(s->arena, "%zu", most));
    else
        return json_array_size(v);
    return 0;
}

const char *spot_line(struct spot *s, const json_t *v, size_t most)
{
    const char *text = json_string_value(v);
    size_t count = 0;
    if (!text) {
        spot_fault(s, ERR_WRONG_TYPE, "\"…\"");
        return NULL;
    }
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            spot_fault(s, ERR_BAD_TEXT, NULL);
            return NULL;
        }
        count += (*c & 0xc0) != 0x80;
    }
    if (count > most)
        spot_fault(s, ERR_TOO_LONG, arena_format(s->arena, "%zu", most));
    else if (text[strspn(text, " ")] == 0)
        spot_fault(s, ERR_REQUIRED, NULL);
    else
        return arena_string(s->arena, text);
    return NULL;
}

bool spot_number(struct spot *s, const json_t *v, int least, int most, int *out)
{
    json_int_t n = json_integer_value(v);
    if (!json_is_integer(v))
        spot_fault(s, ERR_WRONG_TYPE, arena_format(s->arena, "%d", least));
    else if (n < least || n > most)
        spot_range(s, least, most);
    else {
        *out = (int)n;
        return true;
    }
    return false;
}

// ---- Members

json_t *spot_member(const json_t *object, const char *name)
{
    json_t *v = json_object_get(object, name);
    return json_is_null(v) ? NULL : v;
}

void spot_member_line(struct spot *s, const json_t *object, const char *name, size_t most, const char **out)
{
    const json_t *v = spot_member(object, name);
    const char *text = json_string_value(v);
    if (!v || (text && text[strspn(text, " ")] == 0))
        return;
    size_t before = spot_enter(s, name);
    text = spot_line(s, v, most);
    if (text)
        *out = text;
    spot_leave(s, before);
}

void spot_member_number(struct spot *s, const json_t *object, const char *name, int least, int most, int *out)
{
    const json_t *v = spot_member(object, name);
    if (!v)
        return;
    size_t before = spot_enter(s, name);
    spot_number(s, v, least, most, out);
    spot_leave(s, before);
}

void spot_member_bool(struct spot *s, const json_t *object, const char *name, bool *out)
{
    const json_t *v = spot_member(object, name);
    if (!v)
        return;
    size_t before = spot_enter(s, name);
    if (json_is_boolean(v))
        *out = json_is_true(v);
    else
        spot_fault(s, ERR_WRONG_TYPE, "true, false");
    spot_leave(s, before);
}

bool spot_needed(struct spot *s, const json_t *object, const char *name)
{
    if (spot_member(object, name))
        return true;
    size_t before = spot_enter(s, name);
    spot_fault(s, ERR_REQUIRED, NULL);
    spot_leave(s, before);
    return false;
}

const char *spot_needed_line(struct spot *s, const json_t *object, const char *name, size_t most)
{
    if (!spot_needed(s, object, name))
        return NULL;
    size_t before = spot_enter(s, name);
    const char *text = spot_line(s, spot_member(object, name), most);
    spot_leave(s, before);
    return text;
}

void spot_each(struct spot *s, const json_t *object, const char *name, size_t most, const char *form,
               void (*one)(void *ctx, json_t *v, int i), void *ctx)
{
    const json_t *list = spot_member(object, name);
    if (!list)
        return;
    size_t before = spot_enter(s, name), count = spot_array(s, list, most, form);
    for (size_t i = 0; i < count; i++) {
        size_t at = spot_item(s, i);
        one(ctx, json_array_get(list, i), (int)i);
        spot_leave(s, at);
    }
    spot_leave(s, before);
}

// ---- Names

void spot_keep(struct spot *s, struct map *m, const char *name, int number)
{
    if (map_get_string(m, name))
        spot_fault(s, ERR_DUPLICATE, name);
    else
        map_set_string(m, name, (void *)(intptr_t)(number + 1)); // never NULL
}

static const char *key(const json_t *v, char digits[static 24])
{
    if (!json_is_integer(v))
        return json_string_value(v);
    snprintf(digits, 24, "%lld", (long long)json_integer_value(v));
    return digits;
}

int spot_named(struct spot *s, const struct map *m, const json_t *v)
{
    char digits[24];
    const char *name = key(v, digits);
    int number = name ? (int)(intptr_t)map_get_string(m, name) - 1 : -1;
    if (!name)
        spot_fault(s, ERR_WRONG_TYPE, "\"…\"");
    else if (number < 0)
        spot_fault(s, ERR_UNKNOWN_ID, strlen(name) <= SHOWN_MOST ? name : "…");
    return number;
}

void spot_member_named(struct spot *s, const json_t *object, const char *name, const struct map *m, int *out)
{
    const json_t *v = spot_member(object, name);
    if (!v)
        return;
    size_t before = spot_enter(s, name);
    int number = spot_named(s, m, v);
    if (number >= 0)
        *out = number;
    spot_leave(s, before);
}

bool spot_two(struct spot *s, const struct map *m, const json_t *v, int out[static 2])
{
    size_t faults = s->faults->count, count = spot_array(s, v, 2, "[\"…\", \"…\"]");
    char digits[24];
    if (count < 2 && s->faults->count == faults)
        spot_fault(s, ERR_TOO_FEW, "2");
    for (size_t i = 0; i < count && count == 2; i++) {
        size_t before = spot_item(s, i);
        out[i] = spot_named(s, m, json_array_get(v, i));
        if (i == 1 && out[1] >= 0 && out[0] == out[1])
            spot_fault(s, ERR_DUPLICATE, key(json_array_get(v, i), digits));
        spot_leave(s, before);
    }
    return s->faults->count == faults;
}
