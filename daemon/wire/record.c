// SPDX-License-Identifier: EUPL-1.2
// Knows how each type of field is written as JSON.
#include "wire/record.h"

#include "base/clock.h"
#include "core/siret.h"
#include "wire/field.h"
#include "wire/member.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MOST 60          // bytes of a bad value that an error repeats
#define DAY_FIRST "1970-01-01" // bounds of days and instants: a year of 0205 or 20226 is a slip of the hand
#define DAY_LAST "2199-12-31"
#define WORD_UNKNOWN UINT_MAX  // no word has that value

struct reader {
    struct arena *arena;
    const struct gazetteer *places;
    struct faults *faults, *warnings;
    bool draft; // no field is needed
    char path[200]; // JSON pointer of the value at hand
    size_t len;
};

struct target { // where a field's value goes
    const struct field *field;
    void *at;
    size_t *count; // of the types that have one
};

struct source { // where it comes from
    const struct field *field;
    const void *at;
    size_t count;
};

static void read_record(struct reader *r, const char *record, json_t *object, void *out);
static void write_record(struct text *out, const char *record, const void *in);

// The pointer of what is being read

// Goes down to a member or an item; gives the length to leave with. A name too long to point at points at its object.
static size_t enter(struct reader *r, const char *token)
{
    size_t before = r->len, len = strlen(token);
    if (len + 2 < sizeof r->path - r->len) {
        r->path[r->len] = '/';
        memcpy(r->path + r->len + 1, token, len + 1);
        r->len += 1 + len;
    }
    return before;
}

static size_t enter_item(struct reader *r, size_t i)
{
    char token[24];
    snprintf(token, sizeof token, "%zu", i);
    return enter(r, token);
}

static void leave(struct reader *r, size_t before)
{
    r->len = before;
    r->path[before] = 0;
}

static void fault(struct reader *r, enum err err, const char *arg)
{
    fault_add(r->faults, err, arg, "%s", r->path);
}

// A bad value as an error repeats it: its beginning, cut between characters.
static const char *shown(struct reader *r, const char *s)
{
    size_t len = strlen(s);
    if (len <= SHOWN_MOST)
        return s;
    for (len = SHOWN_MOST; (s[len] & 0xc0) == 0x80; len--)
        ;
    return arena_format(r->arena, "%.*s…", (int)len, s);
}

static void fault_number(struct reader *r, enum err err, int64_t n)
{
    fault(r, err, arena_format(r->arena, "%lld", (long long)n));
}

static void fault_range(struct reader *r, int64_t least, int64_t most)
{
    fault(r, ERR_OUT_OF_RANGE, arena_format(r->arena, "%lld..%lld", (long long)least, (long long)most));
}

// Reading: parts of values

static bool blank(const char *s)
{
    return s[strspn(s, " \t\n")] == 0;
}

// The string when it has no control characters and at most `most` characters, else NULL after a fault.
static const char *string(struct reader *r, const json_t *v, int64_t most)
{
    int64_t count = 0;
    if (!json_is_string(v)) {
        fault(r, ERR_WRONG_TYPE, "\"…\"");
        return NULL;
    }
    const char *s = json_string_value(v);
    for (const char *c = s; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f) {
            fault(r, ERR_BAD_TEXT, NULL);
            return NULL;
        }
        count += (*c & 0xc0) != 0x80;
    }
    if (count > most) {
        fault_number(r, ERR_TOO_LONG, most);
        return NULL;
    }
    return arena_string(r->arena, s);
}

// A set has no more items than its list has words.
static size_t most_items(const struct field *f)
{
    size_t words = 0;
    if (f->type != FIELD_WORDS)
        return (size_t)f->most;
    for (const struct word *w = NULL; (w = word_next(f->of, w));)
        words++;
    return words;
}

// The length of a list with at most its limit of items, else 0 after a fault.
static size_t items(struct reader *r, const struct field *f, const json_t *v, const char *form)
{
    size_t count = json_array_size(v), most = most_items(f);
    if (!json_is_array(v))
        fault(r, ERR_WRONG_TYPE, form);
    else if (count > most)
        fault_number(r, ERR_TOO_LONG, (int64_t)most);
    else if (count == 0 && f->needed && !r->draft)
        fault(r, ERR_TOO_FEW, "1");
    else
        return count;
    return 0;
}

// Whether it is an object with no members but these two; each other one is a fault.
static bool pair(struct reader *r, json_t *v, const char *first, const char *second, const char *form)
{
    const char *key;
    json_t *member;
    if (!json_is_object(v)) {
        fault(r, ERR_WRONG_TYPE, form);
        return false;
    }
    json_object_foreach (v, key, member) {
        if (text_equal(key, first) || text_equal(key, second))
            continue;
        size_t before = enter(r, strict_escape(key, r->arena));
        fault(r, ERR_UNKNOWN_FIELD, NULL);
        leave(r, before);
    }
    return true;
}

static bool one_cpv(struct reader *r, const json_t *v, struct cpv *out)
{
    if (!json_is_string(v)) {
        fault(r, ERR_WRONG_TYPE, "\"90911200\"");
        return false;
    }
    const char *s = json_string_value(v);
    enum err err = cpv_parse(s, out);
    if (err == ERR_CHECK_DIGIT) {
        if (r->warnings)
            fault_add(r->warnings, err, s, "%s", r->path);
    } else if (err)
        fault(r, err, shown(r, s));
    return !err || err == ERR_CHECK_DIGIT;
}

static bool one_place(struct reader *r, const json_t *v, struct place *out)
{
    if (!json_is_string(v)) {
        fault(r, ERR_WRONG_TYPE, "\"commune:63113\"");
        return false;
    }
    const char *s = json_string_value(v);
    enum err err = place_parse(r->places, s, r->arena, out);
    if (err)
        fault(r, err, shown(r, s));
    return !err;
}

// One end of a range, in whole euros.
static void end_of_range(struct reader *r, const json_t *range, const char *name, int64_t *out)
{
    const json_t *v = json_object_get(range, name);
    if (!v || json_is_null(v))
        return;
    size_t before = enter(r, name);
    double euros = json_number_value(v);
    if (!json_is_number(v) || euros != floor(euros))
        fault(r, ERR_WRONG_TYPE, "1000 (€)");
    else if (euros < 0 || euros > FIELD_EUROS_MOST)
        fault_range(r, 0, FIELD_EUROS_MOST);
    else
        *out = (int64_t)euros;
    leave(r, before);
}

static bool degrees(struct reader *r, const json_t *point, const char *name, int most, double *out)
{
    const json_t *v = json_object_get(point, name);
    size_t before = enter(r, name);
    double value = json_number_value(v);
    bool good = json_is_number(v) && value >= -most && value <= most;
    if (good)
        *out = value;
    else if (!v || json_is_null(v))
        fault(r, ERR_REQUIRED, NULL);
    else if (!json_is_number(v))
        fault(r, ERR_WRONG_TYPE, "45.777");
    else
        fault_range(r, -most, most);
    leave(r, before);
    return good;
}

static void day_out_of_range(struct reader *r)
{
    fault(r, ERR_OUT_OF_RANGE, DAY_FIRST ".." DAY_LAST);
}

static int32_t bound(const char *day)
{
    int32_t out = 0;
    return clock_parse_day(day, &out) ? out : 0;
}

// Reading: one function a type

static void read_text(struct reader *r, json_t *v, struct target t)
{
    const char *s = string(r, v, t.field->most);
    if (s && !blank(s))
        *(const char **)t.at = s;
    else if (s && t.field->needed && !r->draft)
        fault(r, ERR_REQUIRED, NULL);
}

static bool one_word(struct reader *r, const json_t *v, const char *list, unsigned *out)
{
    int value = json_is_string(v) ? word_value(list, json_string_value(v)) : -1;
    if (value < 0)
        fault(r, ERR_NOT_ONE_OF, word_all(list, r->arena));
    else
        *out = (unsigned)value;
    return value >= 0;
}

static void read_word(struct reader *r, json_t *v, struct target t)
{
    one_word(r, v, t.field->of, t.at);
}

static void read_words(struct reader *r, json_t *v, struct target t)
{
    size_t count = items(r, t.field, v, "[\"…\", \"…\"]");
    unsigned *set = t.at, bit;
    for (size_t i = 0; i < count; i++) {
        size_t before = enter_item(r, i);
        if (one_word(r, json_array_get(v, i), t.field->of, &bit)) {
            if (*set & bit)
                fault(r, ERR_DUPLICATE, word_of(t.field->of, bit));
            *set |= bit;
        }
        leave(r, before);
    }
}

static void read_day(struct reader *r, json_t *v, struct target t)
{
    int32_t day;
    if (!json_is_string(v))
        fault(r, ERR_WRONG_TYPE, "\"2026-05-18\"");
    else if (!clock_parse_day(json_string_value(v), &day))
        fault(r, ERR_BAD_DATE, shown(r, json_string_value(v)));
    else if (day < bound(DAY_FIRST) || day > bound(DAY_LAST))
        day_out_of_range(r);
    else
        *(int32_t *)t.at = day;
}

static void read_instant(struct reader *r, json_t *v, struct target t)
{
    int64_t seconds;
    int32_t day;
    const char *s = json_string_value(v);
    if (!s) {
        fault(r, ERR_WRONG_TYPE, "\"2026-05-18T12:00:00+02:00\", \"2026-05-18\"");
        return;
    }
    if (clock_parse_day(s, &day))
        seconds = clock_end_of_day_paris(day);
    else if (!clock_parse(s, &seconds)) {
        fault(r, ERR_BAD_DATE, shown(r, s));
        return;
    }
    if (seconds < (int64_t)bound(DAY_FIRST) * 86400 || seconds >= ((int64_t)bound(DAY_LAST) + 1) * 86400)
        day_out_of_range(r);
    else
        *(int64_t *)t.at = seconds;
}

static void read_int(struct reader *r, json_t *v, struct target t)
{
    json_int_t n = json_integer_value(v);
    if (!json_is_integer(v))
        fault(r, ERR_WRONG_TYPE, "12");
    else if (n < 1 || n > t.field->most)
        fault_range(r, 1, t.field->most);
    else
        *(int *)t.at = (int)n;
}

static void read_number(struct reader *r, json_t *v, struct target t)
{
    double n = json_number_value(v);
    if (!json_is_number(v))
        fault(r, ERR_WRONG_TYPE, "12.5");
    else if (n < 0 || n > (double)t.field->most)
        fault_range(r, 0, t.field->most);
    else
        *(double *)t.at = n;
}

static void read_bool(struct reader *r, json_t *v, struct target t)
{
    if (!json_is_boolean(v))
        fault(r, ERR_WRONG_TYPE, "true, false");
    else
        *(bool *)t.at = json_is_true(v);
}

static void read_cpv(struct reader *r, json_t *v, struct target t)
{
    struct cpv cpv;
    if (one_cpv(r, v, &cpv))
        *(struct cpv *)t.at = cpv;
}

static bool holds(const struct cpv *list, size_t count, struct cpv cpv)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].code == cpv.code)
            return true;
    return false;
}

static void read_cpvs(struct reader *r, json_t *v, struct target t)
{
    size_t count = items(r, t.field, v, "[\"90911200\"]");
    struct cpv *list = arena_array(r->arena, count, sizeof *list), cpv;
    *(struct cpv **)t.at = list;
    for (size_t i = 0; i < count; i++) {
        size_t before = enter_item(r, i);
        if (one_cpv(r, json_array_get(v, i), &cpv)) {
            if (holds(list, *t.count, cpv))
                fault(r, ERR_DUPLICATE, json_string_value(json_array_get(v, i)));
            else
                list[(*t.count)++] = cpv;
        }
        leave(r, before);
    }
}

static void read_place(struct reader *r, json_t *v, struct target t)
{
    struct place place;
    if (!one_place(r, v, &place))
        return;
    if (text_starts(place.text, "commune:"))
        *(struct place *)t.at = place;
    else
        fault(r, ERR_WRONG_TYPE, "\"commune:63113\"");
}

static void read_places(struct reader *r, json_t *v, struct target t)
{
    size_t count = items(r, t.field, v, "[\"commune:63113\", \"departement:63\"]");
    struct place *list = arena_array(r->arena, count, sizeof *list);
    *(struct place **)t.at = list;
    for (size_t i = 0; i < count; i++) {
        size_t before = enter_item(r, i);
        *t.count += one_place(r, json_array_get(v, i), &list[*t.count]);
        leave(r, before);
    }
}

static void read_range(struct reader *r, json_t *v, struct target t)
{
    struct range *range = t.at;
    if (!pair(r, v, "min", "max", "{\"min\": 1000, \"max\": 5000}"))
        return;
    end_of_range(r, v, "min", &range->least);
    end_of_range(r, v, "max", &range->most);
}

static void read_strings(struct reader *r, json_t *v, struct target t)
{
    size_t count = items(r, t.field, v, "[\"…\", \"…\"]");
    struct strings *out = t.at;
    out->list = arena_array(r->arena, count, sizeof *out->list);
    for (size_t i = 0; i < count; i++) {
        size_t before = enter_item(r, i);
        const char *s = string(r, json_array_get(v, i), FIELD_STRING_MOST);
        if (s && blank(s))
            fault(r, ERR_REQUIRED, NULL);
        else if (s)
            out->list[out->count++] = s;
        leave(r, before);
    }
}

static void read_sirets(struct reader *r, json_t *v, struct target t)
{
    size_t count = items(r, t.field, v, "[\"35600000000048\"]");
    struct strings *out = t.at;
    out->list = arena_array(r->arena, count, sizeof *out->list);
    for (size_t i = 0; i < count; i++) {
        const char *s = json_string_value(json_array_get(v, i));
        size_t before = enter_item(r, i);
        if (!s)
            fault(r, ERR_WRONG_TYPE, "\"35600000000048\"");
        else if (!siret_valid(s) && !siret_siren_valid(s))
            fault(r, ERR_BAD_SIRET, shown(r, s));
        else
            out->list[out->count++] = arena_string(r->arena, s);
        leave(r, before);
    }
}

static void read_point(struct reader *r, json_t *v, struct target t)
{
    struct point p = {0};
    if (!pair(r, v, "lat", "lon", "{\"lat\": 45.777, \"lon\": 3.087}"))
        return;
    bool lat = degrees(r, v, "lat", 90, &p.lat), lon = degrees(r, v, "lon", 180, &p.lon);
    p.known = lat && lon;
    if (p.known)
        *(struct point *)t.at = p;
}

// Items that cannot be read keep their place, so that pointers of later checks stay right.
static void read_records(struct reader *r, json_t *v, struct target t)
{
    size_t count = items(r, t.field, v, "[{…}, {…}]"), size = field_size(t.field->of);
    char *list = arena_array(r->arena, count, size);
    *(void **)t.at = list;
    *t.count = count;
    for (size_t i = 0; i < count; i++) {
        size_t before = enter_item(r, i);
        read_record(r, t.field->of, json_array_get(v, i), list + i * size);
        leave(r, before);
    }
}

static void read_one(struct reader *r, json_t *v, struct target t)
{
    read_record(r, t.field->of, v, t.at);
}

// Writing

// A number of few decimals, as coordinates are. Its digits are the shortest: doubles tell more decimals apart than these.
static bool few_decimals(struct text *out, double n)
{
    long long whole = llrint(fabs(n) * 1e7), power = 10000000;
    int decimals = 7;
    if (fabs(n) >= 1e4 || fabs(n) < 1e-4 || (double)whole / 1e7 != fabs(n))
        return false;
    for (; whole % 10 == 0 && decimals > 1; whole /= 10, power /= 10)
        decimals--;
    text_format(out, "%s%lld.%0*lld", n < 0 ? "-" : "", whole / power, decimals, whole % power);
    return true;
}

// The shortest decimal that reads back as the same number.
static void number(struct text *out, double n)
{
    char digits[40];
    if (n == floor(n) && fabs(n) < 1e15) {
        text_format(out, "%.0f", n + 0.0); // -0 becomes 0
        return;
    }
    if (few_decimals(out, n))
        return;
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, n);
        if (strtod(digits, NULL) == n)
            break;
    }
    text_put(out, digits);
}

static void write_text(struct text *out, struct source s)
{
    const char *value = *(const char *const *)s.at;
    if (value)
        member_text(out, s.field->name, value);
}

static void write_word(struct text *out, struct source s)
{
    const char *word = word_of(s.field->of, *(const unsigned *)s.at);
    if (word)
        member_text(out, s.field->name, word);
}

static void write_words(struct text *out, struct source s)
{
    unsigned set = *(const unsigned *)s.at;
    if (!set)
        return;
    member_open(out, s.field->name, '[');
    for (const struct word *w = NULL; (w = word_next(s.field->of, w));)
        if (set & w->value)
            member_string(out, w->word);
    text_byte(out, ']');
}

static void write_day(struct text *out, struct source s)
{
    char day[12];
    if (*(const int32_t *)s.at == DAY_UNKNOWN)
        return;
    clock_format_day(*(const int32_t *)s.at, day);
    member_text(out, s.field->name, day);
}

static void write_instant(struct text *out, struct source s)
{
    char instant[25];
    if (*(const int64_t *)s.at == TIME_UNKNOWN)
        return;
    clock_format(*(const int64_t *)s.at, instant);
    member_text(out, s.field->name, instant);
}

static void write_int(struct text *out, struct source s)
{
    if (*(const int *)s.at)
        member_number(out, s.field->name, *(const int *)s.at);
}

static void write_number(struct text *out, struct source s)
{
    if (*(const double *)s.at == 0)
        return;
    member_key(out, s.field->name);
    number(out, *(const double *)s.at);
}

static void write_bool(struct text *out, struct source s)
{
    member_bool(out, s.field->name, *(const bool *)s.at);
}

static const char *cpv_digits(struct cpv cpv, char out[static 12])
{
    snprintf(out, 12, "%08u", (unsigned)cpv.code);
    return out;
}

static void write_cpv(struct text *out, struct source s)
{
    char digits[12];
    member_text(out, s.field->name, cpv_digits(*(const struct cpv *)s.at, digits));
}

static void write_cpvs(struct text *out, struct source s)
{
    const struct cpv *list = *(const struct cpv *const *)s.at;
    char digits[12];
    if (s.count == 0)
        return;
    member_open(out, s.field->name, '[');
    for (size_t i = 0; i < s.count; i++)
        member_string(out, cpv_digits(list[i], digits));
    text_byte(out, ']');
}

static void write_place(struct text *out, struct source s)
{
    const struct place *place = s.at;
    if (place->text)
        member_text(out, s.field->name, place->text);
}

static void write_places(struct text *out, struct source s)
{
    const struct place *list = *(const struct place *const *)s.at;
    if (s.count == 0)
        return;
    member_open(out, s.field->name, '[');
    for (size_t i = 0; i < s.count; i++)
        member_string(out, list[i].text);
    text_byte(out, ']');
}

static void write_range(struct text *out, struct source s)
{
    const struct range *range = s.at;
    if (range->least < 0 && range->most < 0)
        return;
    member_open(out, s.field->name, '{');
    if (range->least >= 0)
        member_number(out, "min", range->least);
    if (range->most >= 0)
        member_number(out, "max", range->most);
    text_byte(out, '}');
}

static void write_strings(struct text *out, struct source s)
{
    const struct strings *strings = s.at;
    if (strings->count == 0)
        return;
    member_open(out, s.field->name, '[');
    for (size_t i = 0; i < strings->count; i++)
        member_string(out, strings->list[i]);
    text_byte(out, ']');
}

static void write_point(struct text *out, struct source s)
{
    const struct point *p = s.at;
    if (!p->known)
        return;
    member_open(out, s.field->name, '{');
    member_key(out, "lat");
    number(out, p->lat);
    member_key(out, "lon");
    number(out, p->lon);
    text_byte(out, '}');
}

static void write_records(struct text *out, struct source s)
{
    const char *list = *(const char *const *)s.at;
    if (s.count == 0)
        return;
    member_open(out, s.field->name, '[');
    for (size_t i = 0; i < s.count; i++) {
        member_item(out);
        write_record(out, s.field->of, list + i * field_size(s.field->of));
    }
    text_byte(out, ']');
}

static void write_one(struct text *out, struct source s)
{
    member_key(out, s.field->name);
    write_record(out, s.field->of, s.at);
}

// Records

static const struct {
    void (*read)(struct reader *r, json_t *v, struct target t);
    void (*write)(struct text *out, struct source s);
} types[FIELD_TYPES] = {
    [FIELD_TEXT] = {read_text, write_text},
    [FIELD_WORD] = {read_word, write_word},
    [FIELD_WORDS] = {read_words, write_words},
    [FIELD_DAY] = {read_day, write_day},
    [FIELD_INSTANT] = {read_instant, write_instant},
    [FIELD_INT] = {read_int, write_int},
    [FIELD_NUMBER] = {read_number, write_number},
    [FIELD_BOOL] = {read_bool, write_bool},
    [FIELD_CPV] = {read_cpv, write_cpv},
    [FIELD_CPVS] = {read_cpvs, write_cpvs},
    [FIELD_PLACE] = {read_place, write_place},
    [FIELD_PLACES] = {read_places, write_places},
    [FIELD_RANGE] = {read_range, write_range},
    [FIELD_STRINGS] = {read_strings, write_strings},
    [FIELD_SIRETS] = {read_sirets, write_strings},
    [FIELD_POINT] = {read_point, write_point},
    [FIELD_RECORDS] = {read_records, write_records},
    [FIELD_RECORD] = {read_one, write_one},
};

// What an absent field is, where that is not zero.
static void clear(struct target t)
{
    if (t.field->type == FIELD_DAY)
        *(int32_t *)t.at = DAY_UNKNOWN;
    else if (t.field->type == FIELD_INSTANT)
        *(int64_t *)t.at = TIME_UNKNOWN;
    else if (t.field->type == FIELD_RANGE)
        *(struct range *)t.at = (struct range){-1, -1};
    else if (t.field->type == FIELD_WORD)
        *(unsigned *)t.at = WORD_UNKNOWN;
    else if (t.field->type == FIELD_BOOL)
        *(bool *)t.at = true;
}

// Whether the object has the member.
static bool read_field(struct reader *r, const struct field *f, const json_t *object, void *out)
{
    struct field_slot slot = field_slot(f);
    struct target t = {f, (char *)out + slot.at, slot.count ? (void *)((char *)out + slot.count) : NULL};
    json_t *v = json_object_get(object, f->name);
    size_t before = enter(r, f->name);
    clear(t);
    if (v && !json_is_null(v))
        types[f->type].read(r, v, t);
    else if (f->needed && object && !r->draft)
        fault(r, ERR_REQUIRED, NULL);
    leave(r, before);
    return v != NULL;
}

// out is all zero; it is filled, with what an absent field is, even when object is none.
static void read_record(struct reader *r, const char *record, json_t *object, void *out)
{
    const char *name;
    json_t *member;
    if (!json_is_object(object)) {
        fault(r, ERR_WRONG_TYPE, "{…}");
        object = NULL;
    }
    size_t known = 0;
    for (const struct field *f = NULL; (f = field_written(record, f));)
        known += read_field(r, f, object, out);
    if (known == json_object_size(object))
        return;
    json_object_foreach (object, name, member) {
        if (field_find(record, name))
            continue;
        size_t before = enter(r, strict_escape(name, r->arena));
        fault(r, ERR_UNKNOWN_FIELD, NULL);
        leave(r, before);
    }
}

static void write_record(struct text *out, const char *record, const void *in)
{
    text_byte(out, '{');
    for (const struct field *f = NULL; (f = field_written(record, f));) {
        struct field_slot slot = field_slot(f);
        struct source s = {f, (const char *)in + slot.at, 0};
        if (slot.count)
            s.count = *(const size_t *)(const void *)((const char *)in + slot.count);
        types[f->type].write(out, s);
    }
    text_byte(out, '}');
}

// Whether one pointer is the other or leads to it.
static bool related(const char *a, const char *b)
{
    size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    return strncmp(a, b, len) == 0 && (a[len] == 0 || a[len] == '/') && (b[len] == 0 || b[len] == '/');
}

// Whether a field has been blamed already, or another one that would do in its stead.
static bool blamed(const struct faults *faults, size_t count, const char *pointer)
{
    // A field and the other; the ones with a slash are those of the top alone.
    static const char *const instead[][2] = {{"areas", "radius"}, {"seat", "point"},    {"/cpv", "places"},
                                             {"/cpv", "value"},   {"/cpv", "reserved"}, {"/cpv", "words"},
                                             {"/cpv", "buyers"}};
    const char *name = strrchr(pointer, '/');
    for (size_t i = 0; i < count; i++)
        if (related(faults->list[i].pointer, pointer))
            return true;
    for (size_t i = 0; name && i < sizeof instead / sizeof *instead; i++) {
        char other[64];
        if (strcmp(*instead[i][0] == '/' ? pointer : name + 1, instead[i][0]) != 0)
            continue;
        snprintf(other, sizeof other, "%.*s/%s", (int)(name - pointer), pointer, instead[i][1]);
        for (size_t k = 0; k < count; k++)
            if (related(faults->list[k].pointer, other))
                return true;
    }
    return false;
}

// Adds what the checks over fields found, unless the field has been blamed already: one slip, one fault.
static void join(struct faults *faults, const struct faults *checked)
{
    size_t before = faults->count < FAULT_MOST ? faults->count : FAULT_MOST;
    for (size_t i = 0; i < checked->count && i < FAULT_MOST; i++) {
        const struct fault *f = &checked->list[i];
        if (!blamed(faults, before, f->pointer))
            fault_add(faults, f->err, f->arg, "%s", f->pointer);
    }
}

// The top of a record, zeroed first; false when it is not JSON.
static bool read_top(struct reader *r, const char *record, const char *json, size_t len, void *out)
{
    const char *why = NULL;
    json_t *root = strict_load(json, len, r->arena, &why);
    memset(out, 0, field_size(record));
    if (!root) {
        fault(r, ERR_BAD_JSON, why);
        return false;
    }
    read_record(r, record, root, out);
    json_decref(root);
    return true;
}

static void check_whole(const struct need *n, struct faults *faults)
{
    need_check(n, 0, faults);
}

static enum err read_need(struct reader *r, const char *json, size_t len, struct need *out, void (*check)(const struct need *n, struct faults *faults))
{
    struct faults checked;
    size_t before = r->faults->count;
    if (!read_top(r, "need", json, len, out))
        return ERR_BAD_JSON;
    for (size_t i = 0; i < out->lot_count; i++)
        if (out->lots[i].number == 0)
            out->lots[i].number = (int)i + 1;
    fault_init(&checked, r->arena);
    check(out, &checked);
    join(r->faults, &checked);
    return r->faults->count > before ? ERR_INVALID : ERR_OK;
}

enum err record_read_need(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                          struct need *out, struct faults *faults, struct faults *warnings)
{
    struct reader r = {.arena = arena, .places = g, .faults = faults, .warnings = warnings};
    return read_need(&r, json, len, out, check_whole);
}

enum err record_read_draft(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                           struct need *out, struct faults *faults, struct faults *warnings)
{
    struct reader r = {.arena = arena, .places = g, .faults = faults, .warnings = warnings, .draft = true};
    return read_need(&r, json, len, out, need_check_draft);
}

enum err record_read_sketch(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                            struct need *out, struct faults *faults, struct faults *warnings)
{
    struct reader r = {.arena = arena, .places = g, .faults = faults, .warnings = warnings, .draft = true};
    return read_need(&r, json, len, out, need_check_sketch);
}

enum err record_read_offer(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                           struct offer *out, struct faults *faults, struct faults *warnings)
{
    struct reader r = {.arena = arena, .places = g, .faults = faults, .warnings = warnings};
    struct faults checked;
    size_t before = faults->count;
    if (!read_top(&r, "offer", json, len, out))
        return ERR_BAD_JSON;
    for (size_t i = 0; i < out->capability_count; i++)
        out->capabilities[i].number = (int)i + 1;
    fault_init(&checked, arena);
    offer_check(out, &checked);
    join(faults, &checked);
    return faults->count > before ? ERR_INVALID : ERR_OK;
}

enum err record_read_alert(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                           struct alert *out, struct faults *faults, struct faults *warnings)
{
    struct reader r = {.arena = arena, .places = g, .faults = faults, .warnings = warnings};
    struct faults checked;
    size_t before = faults->count;
    if (!read_top(&r, "alert", json, len, out))
        return ERR_BAD_JSON;
    fault_init(&checked, arena);
    alert_check(out, &checked);
    join(faults, &checked);
    return faults->count > before ? ERR_INVALID : ERR_OK;
}

enum err record_read_line(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                          struct offer_line *out, struct faults *faults, struct faults *warnings)
{
    struct reader r = {.arena = arena, .places = g, .faults = faults, .warnings = warnings};
    struct faults checked;
    size_t before = faults->count;
    if (!read_top(&r, "offer_line", json, len, out))
        return ERR_BAD_JSON;
    for (size_t i = 0; i < out->offer.capability_count; i++)
        out->offer.capabilities[i].number = (int)i + 1;
    fault_init(&checked, arena);
    offer_check(&out->offer, &checked);
    for (size_t i = 0; i < checked.count && i < FAULT_MOST; i++)
        checked.list[i].pointer = arena_format(arena, "/offer%s", checked.list[i].pointer);
    join(faults, &checked);
    return faults->count > before ? ERR_INVALID : ERR_OK;
}

void record_write_need(struct text *out, const struct need *n)
{
    write_record(out, "need", n);
}

void record_write_offer(struct text *out, const struct offer *o)
{
    struct offer plain = *o;
    const struct point *seat = &o->seat.centre;
    if (o->seat.text && seat->known && o->at.lat == seat->lat && o->at.lon == seat->lon)
        plain.at.known = false;
    write_record(out, "offer", &plain);
}

void record_write_alert(struct text *out, const struct alert *a)
{
    write_record(out, "alert", a);
}
