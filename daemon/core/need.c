// SPDX-License-Identifier: EUPL-1.2
// Knows what makes a need whole, and what differs between two versions of it.
#include "core/need.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool need_may_move(enum need_state from, enum need_state to)
{
    static const unsigned moves[] = {
        [NEED_DRAFT] = 1 << NEED_PENDING | 1 << NEED_PUBLISHED | 1 << NEED_CANCELLED,
        [NEED_PENDING] = 1 << NEED_PUBLISHED | 1 << NEED_DRAFT | 1 << NEED_CANCELLED,
        [NEED_PUBLISHED] = 1 << NEED_AMENDED | 1 << NEED_CLOSED | 1 << NEED_AWARDED | 1 << NEED_CANCELLED,
        [NEED_AMENDED] = 1 << NEED_AMENDED | 1 << NEED_CLOSED | 1 << NEED_AWARDED | 1 << NEED_CANCELLED,
        [NEED_CLOSED] = 1 << NEED_AWARDED | 1 << NEED_CANCELLED,
        [NEED_AWARDED] = 0,
        [NEED_CANCELLED] = 0,
    };
    return moves[from] >> to & 1;
}

bool need_open(const struct need *n, int64_t now)
{
    return (n->state == NEED_PUBLISHED || n->state == NEED_AMENDED) &&
           (n->deadline == TIME_UNKNOWN || n->deadline >= now);
}

const struct place *need_places(const struct need *n, const struct lot *l, size_t *count)
{
    *count = l->place_count ? l->place_count : n->place_count;
    return l->place_count ? l->places : n->places;
}

struct depset need_reach(const struct need *n, const struct lot *l)
{
    size_t count;
    const struct place *places = need_places(n, l, &count);
    struct depset all = {{0, 0}};
    for (size_t i = 0; i < count; i++)
        all = place_join(all, places[i].deps);
    return all;
}

// Values as text; NULL when absent. One function a type, so that a field is one entry of a table.

static const struct {
    const char *list;
    unsigned value;
    const char *word;
} words[] = {
#define KEEP_need_kind(...) {__VA_ARGS__},
#define KEEP_need_state(...)
#define KEEP_service(...) {__VA_ARGS__},
#define KEEP_reserved(...) {__VA_ARGS__},
#define KEEP_social(...) {__VA_ARGS__},
#define KEEP_environmental(...) {__VA_ARGS__},
#define KEEP_structure(...) // of offers
#define WORD(list, name, word, fr, en) KEEP_##list(#list, name, word)
#include "protocol/records.def"
};

static char *joined(struct arena *arena, struct text *t)
{
    char *out = t->len ? arena_copy(arena, text_string(t), t->len) : NULL;
    text_fini(t);
    return out;
}

static void add_item(struct text *t, const char *item)
{
    text_put(t, t->len ? ", " : "");
    text_put(t, item);
}

static const char *set_text(const char *list, unsigned bits, struct arena *arena)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal(words[i].list, list) && words[i].value & bits)
            add_item(&t, words[i].word);
    return joined(arena, &t);
}

static const char *kind_text(enum need_kind kind)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal(words[i].list, "need_kind") && words[i].value == kind)
            return words[i].word;
    return NULL;
}

static const char *places_text(const struct place *places, size_t count, struct arena *arena)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (size_t i = 0; i < count; i++)
        add_item(&t, places[i].text);
    return joined(arena, &t);
}

static const char *strings_text(const struct strings *s, struct arena *arena)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (size_t i = 0; i < s->count; i++)
        add_item(&t, s->list[i]);
    return joined(arena, &t);
}

static const char *cpv_text(const struct lot *l, struct arena *arena)
{
    char code[12];
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (size_t i = 0; i < l->cpv_count; i++) {
        snprintf(code, sizeof code, "%08" PRIu32, l->cpv[i].code);
        add_item(&t, code);
    }
    return joined(arena, &t);
}

static const char *range_text(struct range r, struct arena *arena)
{
    if (r.least < 0 && r.most < 0)
        return NULL;
    const char *least = r.least < 0 ? "" : arena_format(arena, "%" PRId64, r.least);
    const char *most = r.most < 0 ? "" : arena_format(arena, "%" PRId64, r.most);
    return arena_format(arena, "%s..%s", least, most);
}

static const char *time_text(int64_t seconds, struct arena *arena)
{
    char out[25];
    if (seconds == TIME_UNKNOWN)
        return NULL;
    clock_format(seconds, out);
    return arena_string(arena, out);
}

static const char *day_text(int32_t day, struct arena *arena)
{
    char out[12];
    if (day == DAY_UNKNOWN)
        return NULL;
    clock_format_day(day, out);
    return arena_string(arena, out);
}

// The fields of a need and of a lot, each as text.
struct field {
    const char *name, *text;
};

enum { NEED_FIELDS = 8, LOT_FIELDS = 10 };

static void need_fields(const struct need *n, struct arena *arena, struct field out[static NEED_FIELDS])
{
    const struct field fields[NEED_FIELDS] = {
        {"kind", kind_text(n->kind)},
        {"title", n->title},
        {"description", n->description},
        {"reference", n->reference},
        {"deadline", time_text(n->deadline, arena)},
        {"start", day_text(n->start, arena)},
        {"duration", n->duration ? arena_format(arena, "%d", n->duration) : NULL},
        {"places", places_text(n->places, n->place_count, arena)},
    };
    memcpy(out, fields, sizeof fields);
}

static void lot_fields(const struct lot *l, struct arena *arena, struct field out[static LOT_FIELDS])
{
    const struct field fields[LOT_FIELDS] = {
        {"title", l->title},
        {"cpv", cpv_text(l, arena)},
        {"places", places_text(l->places, l->place_count, arena)},
        {"value", range_text(l->value, arena)},
        {"services", set_text("service", l->services, arena)},
        {"reserved", set_text("reserved", l->reserved, arena)},
        {"labels", strings_text(&l->labels, arena)},
        {"criteria", strings_text(&l->criteria, arena)},
        {"social", set_text("social", l->social, arena)},
        {"environmental", set_text("environmental", l->environmental, arena)},
    };
    memcpy(out, fields, sizeof fields);
}

struct changes {
    struct arena *arena;
    struct need_change *list;
    size_t count;
};

static void changed(struct changes *c, const char *field, const char *before, const char *after)
{
    c->list[c->count++] = (struct need_change){field, before, after};
}

static void compare(struct changes *c, const char *prefix, const struct field *before, const struct field *after,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *a = before[i].text, *b = after[i].text;
        if (!text_equal(a, b) && (a || b))
            changed(c, arena_format(c->arena, "%s/%s", prefix, before[i].name), a, b);
    }
}

static const struct lot *lot_numbered(const struct need *n, int number)
{
    for (size_t i = 0; i < n->lot_count; i++)
        if (n->lots[i].number == number)
            return &n->lots[i];
    return NULL;
}

// A lot in one line: its title, or its codes.
static const char *lot_line(const struct lot *l, struct arena *arena)
{
    return l->title ? l->title : cpv_text(l, arena);
}

static void compare_lots(struct changes *c, const struct need *before, const struct need *after)
{
    struct field a[LOT_FIELDS], b[LOT_FIELDS];
    for (size_t i = 0; i < before->lot_count; i++) {
        const struct lot *l = &before->lots[i], *now = lot_numbered(after, l->number);
        const char *pointer = arena_format(c->arena, "/lots/%d", l->number);
        if (now) {
            lot_fields(l, c->arena, a);
            lot_fields(now, c->arena, b);
            compare(c, pointer, a, b, LOT_FIELDS);
        } else
            changed(c, pointer, lot_line(l, c->arena), NULL);
    }
    for (size_t i = 0; i < after->lot_count; i++) {
        const struct lot *l = &after->lots[i];
        if (!lot_numbered(before, l->number))
            changed(c, arena_format(c->arena, "/lots/%d", l->number), NULL, lot_line(l, c->arena));
    }
}

struct need_change *need_diff(const struct need *before, const struct need *after, struct arena *arena, size_t *count)
{
    struct field a[NEED_FIELDS], b[NEED_FIELDS];
    size_t most = NEED_FIELDS + (before->lot_count + after->lot_count) * LOT_FIELDS + 1;
    struct changes c = {arena, arena_array(arena, most, sizeof *c.list), 0};
    need_fields(before, arena, a);
    need_fields(after, arena, b);
    compare(&c, "", a, b, NEED_FIELDS);
    compare_lots(&c, before, after);
    const char *was = strings_text(&before->blocked, arena), *is = strings_text(&after->blocked, arena);
    if (!text_equal(was, is) && (was || is))
        changed(&c, "/blocked", NULL, NULL);
    *count = c.count;
    return c.list;
}

static void check_lot(const struct need *n, size_t i, bool draft, struct faults *faults)
{
    const struct lot *l = &n->lots[i];
    for (size_t k = 0; k < i; k++)
        if (n->lots[k].number == l->number) {
            char number[12];
            snprintf(number, sizeof number, "%d", l->number);
            fault_add(faults, ERR_DUPLICATE, number, "/lots/%zu/number", i);
            break;
        }
    if (!l->cpv_count && !draft)
        fault_add(faults, ERR_TOO_FEW, "1", "/lots/%zu/cpv", i);
    if (l->value.least >= 0 && l->value.most >= 0 && l->value.least > l->value.most)
        fault_add(faults, ERR_INVERTED, NULL, "/lots/%zu/value", i);
}

void need_check(const struct need *n, int64_t now, struct faults *faults)
{
    bool placed = n->lot_count > 0;
    for (size_t i = 0; i < n->lot_count; i++)
        placed &= n->lots[i].place_count > 0;
    if (!n->place_count && !placed)
        fault_add(faults, ERR_TOO_FEW, "1", "/places");
    if (now && n->deadline != TIME_UNKNOWN && n->deadline < now)
        fault_add(faults, ERR_PAST, NULL, "/deadline");
    if (!n->wave && (n->wave_hours || n->wave_until))
        fault_add(faults, ERR_REQUIRED, NULL, "/wave");
    if (!n->lot_count)
        fault_add(faults, ERR_TOO_FEW, "1", "/lots");
    for (size_t i = 0; i < n->lot_count; i++)
        check_lot(n, i, false, faults);
}

void need_check_draft(const struct need *n, struct faults *faults)
{
    bool coded = false;
    for (size_t i = 0; i < n->lot_count; i++) {
        check_lot(n, i, true, faults);
        coded |= n->lots[i].cpv_count > 0;
    }
    if (!coded)
        fault_add(faults, ERR_TOO_FEW, "1", n->lot_count ? "/lots/0/cpv" : "/lots");
}

void need_check_sketch(const struct need *n, struct faults *faults)
{
    if (!n->title)
        fault_add(faults, ERR_REQUIRED, NULL, "/title");
    for (size_t i = 0; i < n->lot_count; i++)
        check_lot(n, i, true, faults);
}
