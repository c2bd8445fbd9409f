// SPDX-License-Identifier: EUPL-1.2
// Knows which lots a saved alert asks for.
#include "core/alert.h"

#include <string.h>

void alert_settle(struct alert *a, struct words *w, struct arena *arena)
{
    a->reach = a->place_count ? (struct depset){{0, 0}} : (struct depset){{UINT64_MAX, UINT64_MAX}};
    for (size_t i = 0; i < a->place_count; i++)
        a->reach = place_join(a->reach, a->places[i].deps);
    a->word_stems = arena_array(arena, a->words.count, sizeof *a->word_stems);
    for (size_t i = 0; i < a->words.count; i++)
        a->word_stems[i] = words_stems(w, arena, a->words.list[i]);
}

// One function a criterion; each holds when the alert does not ask for it.

static bool cpv_holds(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    (void)n;
    for (size_t i = 0; i < a->cpv_count; i++)
        for (size_t k = 0; k < l->cpv_count; k++)
            if (cpv_in_line(a->cpv[i], l->cpv[k]))
                return true;
    return a->cpv_count == 0;
}

static bool meet(const struct place *a, const struct place *b)
{
    return a->commune && b->commune ? a->commune == b->commune : place_meets(a->deps, b->deps);
}

static bool places_hold(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    size_t count;
    const struct place *places = need_places(n->need, l, &count);
    for (size_t i = 0; i < a->place_count; i++)
        for (size_t k = 0; k < count; k++)
            if (meet(&a->places[i], &places[k]))
                return true;
    return a->place_count == 0;
}

static bool below(struct range a, struct range b)
{
    return a.most >= 0 && b.least >= 0 && a.most < b.least;
}

static bool value_holds(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    (void)n;
    return !below(a->value, l->value) && !below(l->value, a->value);
}

static bool reserved_holds(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    (void)n;
    return !a->reserved || a->reserved & l->reserved;
}

static bool words_hold(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    const char *stems = n->lots[l - n->need->lots].stems;
    for (size_t i = 0; i < a->words.count; i++)
        if (!words_contain(stems, a->word_stems[i]))
            return false;
    return true;
}

static bool buyer_holds(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    (void)l;
    for (size_t i = 0; i < a->buyers.count; i++)
        if (strncmp(a->buyers.list[i], n->need->buyer, strlen(a->buyers.list[i])) == 0)
            return true;
    return a->buyers.count == 0;
}

bool alert_lot(const struct match_need *n, const struct lot *l, const struct alert *a)
{
    static bool (*const criteria[])(const struct match_need *n, const struct lot *l, const struct alert *a) = {
        reserved_holds, value_holds, buyer_holds, cpv_holds, places_hold, words_hold}; // the cheapest first
    for (size_t i = 0; i < sizeof criteria / sizeof *criteria; i++)
        if (!criteria[i](n, l, a))
            return false;
    return true;
}

static bool asks(const struct alert *a)
{
    return a->cpv_count || a->place_count || a->value.least >= 0 || a->value.most >= 0 || a->reserved ||
           a->words.count || a->buyers.count;
}

// An entry without a word to look for ("de", "!") would never be found, and the alert stay silent for ever.
static void check_words(const struct alert *a, struct faults *faults)
{
    struct arena *arena = arena_new();
    struct words *w = words_new();
    for (size_t i = 0; i < a->words.count; i++)
        if (!*words_stems(w, arena, a->words.list[i]))
            fault_add(faults, ERR_NO_WORD, a->words.list[i], "/words/%zu", i);
    words_free(w);
    arena_free(arena);
}

void alert_check(const struct alert *a, struct faults *faults)
{
    if (!asks(a))
        fault_add(faults, ERR_TOO_FEW, "1 (cpv, places, value, reserved, words, buyers)", "/cpv");
    if (a->value.least >= 0 && a->value.most >= 0 && a->value.least > a->value.most)
        fault_add(faults, ERR_INVERTED, NULL, "/value");
    if (a->words.count)
        check_words(a, faults);
}
