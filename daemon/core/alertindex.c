// SPDX-License-Identifier: EUPL-1.2
// Knows under which key each alert is found.
#include "core/alertindex.h"

#include "base/map.h"
#include "core/index.h"

#include <stdlib.h>
#include <string.h>

#define SIREN 9 // digits; what a SIRET begins with

struct posting {
    struct depset reach; // here, so that a search reads one array in order
    uint32_t number;
};

struct posted {
    struct posting *list;
    uint32_t count, room;
};

struct alertindex {
    struct index *codes;  // alerts with CPV codes
    struct map *buyers;   // SIREN -> struct posted: those without codes but with buyers
    struct map *words;    // stem -> struct posted: those with words alone of the three
    struct posted others; // those with none of the three
    uint32_t *seen, room; // by number: the last search that found it
    uint32_t search;
    size_t bytes; // of the lists
};

struct alertindex *alertindex_new(void)
{
    struct alertindex *ix = memory_new(sizeof *ix);
    ix->codes = index_new();
    ix->buyers = map_new();
    ix->words = map_new();
    ix->room = 256;
    ix->seen = memory_new(ix->room * sizeof *ix->seen);
    return ix;
}

static void free_lists(struct map *m)
{
    void *value;
    for (size_t at = 0; map_next(m, &at, NULL, NULL, &value);) {
        struct posted *p = value;
        free(p->list);
        free(p);
    }
    map_free(m);
}

void alertindex_free(struct alertindex *ix)
{
    if (!ix)
        return;
    index_free(ix->codes);
    free_lists(ix->buyers);
    free_lists(ix->words);
    free(ix->others.list);
    free(ix->seen);
    free(ix);
}

static void post(struct alertindex *ix, struct posted *p, uint32_t number, struct depset reach)
{
    if (p->count == p->room) {
        uint32_t room = p->room ? p->room * 2 : 2;
        p->list = memory_grow(p->list, room, sizeof *p->list);
        ix->bytes += (room - p->room) * sizeof *p->list;
        p->room = room;
    }
    p->list[p->count++] = (struct posting){reach, number};
}

static void unpost(struct posted *p, uint32_t number)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->list[i].number == number) {
            p->list[i] = p->list[--p->count];
            return;
        }
}

static void post_at(struct alertindex *ix, struct map *m, const char *key, size_t len, uint32_t number,
                    struct depset reach)
{
    struct posted *p = map_get(m, key, len);
    if (!p) {
        p = memory_new(sizeof *p);
        map_set(m, key, len, p);
        ix->bytes += sizeof *p;
    }
    post(ix, p, number, reach);
}

static void unpost_at(struct alertindex *ix, struct map *m, const char *key, size_t len, uint32_t number)
{
    struct posted *p = map_get(m, key, len);
    if (!p)
        return;
    unpost(p, number);
    if (p->count)
        return;
    ix->bytes -= sizeof *p + p->room * sizeof *p->list;
    map_remove(m, key, len);
    free(p->list);
    free(p);
}

// The next stem of a text from *at on; NULL at the end. *len: its bytes.
static const char *next_stem(const char **at, size_t *len)
{
    const char *stem = *at + strspn(*at, " ");
    *len = strcspn(stem, " ");
    *at = stem + *len;
    return *len ? stem : NULL;
}

// The stem by which an alert is found: its longest, for long words are rarer.
static const char *rarest(const struct alert *a, size_t *len)
{
    const char *best = "", *stem;
    size_t bytes;
    *len = 0;
    for (size_t i = 0; i < a->words.count; i++)
        for (const char *at = a->word_stems[i]; (stem = next_stem(&at, &bytes));)
            if (bytes > *len) {
                best = stem;
                *len = bytes;
            }
    return best;
}

void alertindex_add(struct alertindex *ix, uint32_t number, const struct alert *a)
{
    size_t len;
    const char *stem = rarest(a, &len);
    if (number >= ix->room) {
        uint32_t room = number * 2;
        ix->seen = memory_grow(ix->seen, room, sizeof *ix->seen);
        memset(ix->seen + ix->room, 0, (room - ix->room) * sizeof *ix->seen);
        ix->room = room;
    }
    for (size_t i = 0; i < a->cpv_count; i++)
        index_add(ix->codes, a->cpv[i], a->reach, number, 0);
    for (size_t i = 0; !a->cpv_count && i < a->buyers.count; i++)
        post_at(ix, ix->buyers, a->buyers.list[i], SIREN, number, a->reach);
    if (a->cpv_count || a->buyers.count)
        return;
    if (a->words.count)
        post_at(ix, ix->words, stem, len, number, a->reach);
    else
        post(ix, &ix->others, number, a->reach);
}

void alertindex_remove(struct alertindex *ix, uint32_t number, const struct alert *a)
{
    size_t len;
    const char *stem = rarest(a, &len);
    index_remove(ix->codes, number);
    for (size_t i = 0; !a->cpv_count && i < a->buyers.count; i++)
        unpost_at(ix, ix->buyers, a->buyers.list[i], SIREN, number);
    if (a->cpv_count || a->buyers.count)
        return;
    if (a->words.count)
        unpost_at(ix, ix->words, stem, len, number);
    else
        unpost(&ix->others, number);
}

struct search {
    struct alertindex *ix;
    void (*found)(void *ctx, uint32_t number);
    void *ctx;
};

static void meet(struct search *s, uint32_t number)
{
    if (s->ix->seen[number] == s->ix->search)
        return;
    s->ix->seen[number] = s->ix->search;
    s->found(s->ctx, number);
}

static void on_code(void *ctx, uint32_t owner, uint32_t item)
{
    (void)item;
    meet(ctx, owner);
}

static void meet_all(struct search *s, const struct posted *p, struct depset reach)
{
    for (uint32_t i = 0; p && i < p->count; i++)
        if (place_meets(p->list[i].reach, reach))
            meet(s, p->list[i].number);
}

// Where the stems of a lot begin that another has not: both begin with those of the need.
static const char *own_stems(const char *stems, const char *others)
{
    const char *own = stems;
    for (const char *at = stems; *at && *at == *others; at++, others++)
        own = *at == ' ' ? at : own;
    return own;
}

static void find_by_words(struct search *s, const struct match_need *n, struct depset reach)
{
    const char *stem;
    size_t len;
    for (size_t i = 0; map_count(s->ix->words) && i < n->need->lot_count; i++) {
        const char *at = i ? own_stems(n->lots[i].stems, n->lots[0].stems) : n->lots[0].stems;
        while ((stem = next_stem(&at, &len)))
            meet_all(s, map_get(s->ix->words, stem, len), reach);
    }
}

void alertindex_find(struct alertindex *ix, const struct match_need *n, void (*found)(void *ctx, uint32_t number),
                     void *ctx)
{
    struct search s = {ix, found, ctx};
    struct depset all = {{0, 0}};
    if (++ix->search == 0) { // numbers of searches begin again
        memset(ix->seen, 0, ix->room * sizeof *ix->seen);
        ix->search = 1;
    }
    for (size_t i = 0; i < n->need->lot_count; i++) {
        const struct lot *l = &n->need->lots[i];
        struct depset reach = need_reach(n->need, l);
        all = place_join(all, reach);
        for (size_t k = 0; k < l->cpv_count; k++)
            index_find(ix->codes, l->cpv[k], reach, on_code, &s);
    }
    meet_all(&s, map_get(ix->buyers, n->need->buyer, SIREN), all);
    find_by_words(&s, n, all);
    meet_all(&s, &ix->others, all);
}

size_t alertindex_bytes(const struct alertindex *ix)
{
    size_t keys = (map_count(ix->buyers) + map_count(ix->words)) * 64; // a slot and its key, about
    return sizeof *ix + index_bytes(ix->codes) + ix->bytes + ix->room * sizeof *ix->seen + keys;
}
