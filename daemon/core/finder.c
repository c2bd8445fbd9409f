// SPDX-License-Identifier: EUPL-1.2
// Knows which codes somebody means by words.
#include "core/finder.h"

#include "core/lexicon.h"
#include "core/words.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MOST 64     // of a text
#define ASKED_MOST 8      // words of a question
#define PREFIX_LEAST 2    // letters by which a word may begin
#define SLIP_LEAST 4      // letters from which one may be wrong
#define SLIPS_LEAST 7     // and two
#define LETTERS_MOST 24   // of a word in which slips are looked for
#define SERVICES 45000000 // codes from here are works and services

enum quality { NONE, NEAR, BEGINS, SAME };

struct row {
    uint32_t code;
    size_t from, count; // of its words
};

struct word {
    const char *text, *stem; // folded
    bool light;              // it says nothing of the matter
};

struct finder {
    struct arena *arena;
    struct words *stemmer;
    struct lexicon *lexicon; // words as numbers
    struct word *words;      // by number
    size_t word_room;
    uint32_t *said; // the words of all rows
    size_t said_count, said_room;
    struct row *rows;
    size_t row_count, row_room;
};

struct hit {
    uint32_t code;
    bool all;    // it has all the words asked
    float share; // of the weight of the words asked
    int quality, cost;
};

struct asked {
    const char *text, *stem;
    uint8_t *quality; // of each word of the vocabulary
    float weight;     // the rarer, the more
};

struct finder *finder_new(void)
{
    struct finder *f = memory_new(sizeof *f);
    f->arena = arena_new();
    f->stemmer = words_new();
    f->lexicon = lexicon_new();
    return f;
}

void finder_free(struct finder *f)
{
    if (!f)
        return;
    lexicon_free(f->lexicon);
    words_free(f->stemmer);
    arena_free(f->arena);
    free(f->words);
    free(f->said);
    free(f->rows);
    free(f);
}

static bool one_of(const char *const *list, const char *word)
{
    while (*list && strcmp(*list, word) != 0)
        list++;
    return *list != NULL;
}

static bool is_light(const char *word)
{
    static const char *const light[] = {"service", "services", "prestation", "prestations", "travaux", "works", "divers", "diverses", "autres", "other", "miscellaneous", NULL};
    return one_of(light, word);
}

// The stem of a folded word, in the arena; NULL when it only joins others.
static const char *stem_of(const struct finder *f, struct arena *arena, const char *word)
{
    static const char *const joining[] = {"of", "the", "and", "for", "in", "with", "or", "to", "by", "ou", "sans", "que", NULL};
    if (!word[0] || !word[1] || one_of(joining, word))
        return NULL;
    const char *stem = words_stems(f->stemmer, arena, word);
    return *stem ? stem : NULL;
}

static uint32_t number_of(struct finder *f, const char *word, const char *stem)
{
    uint32_t number = lexicon_add(f->lexicon, word);
    if (number >= f->word_room) {
        size_t room = f->word_room ? 2 * f->word_room : 4096;
        f->words = memory_grow(f->words, room, sizeof *f->words);
        memset(f->words + f->word_room, 0, (room - f->word_room) * sizeof *f->words);
        f->word_room = room;
    }
    if (!f->words[number].text)
        f->words[number] = (struct word){arena_string(f->arena, word), arena_string(f->arena, stem), is_light(word)};
    return number;
}

void finder_add(struct finder *f, uint32_t code, const char *text)
{
    struct arena *arena = arena_new();
    char *rest = arena_string(arena, words_key(arena, text));
    if (f->row_count == f->row_room) {
        f->row_room = f->row_room ? 2 * f->row_room : 4096;
        f->rows = memory_grow(f->rows, f->row_room, sizeof *f->rows);
    }
    if (f->said_count + WORDS_MOST > f->said_room) {
        f->said_room = 2 * f->said_room + 4 * WORDS_MOST;
        f->said = memory_grow(f->said, f->said_room, sizeof *f->said);
    }
    struct row *row = &f->rows[f->row_count++];
    *row = (struct row){code, f->said_count, 0};
    for (char *word; row->count < WORDS_MOST && (word = strsep(&rest, " "));) {
        const char *stem = stem_of(f, arena, word);
        if (stem) {
            f->said[f->said_count++] = number_of(f, word, stem);
            row->count++;
        }
    }
    arena_free(arena);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

// Letters that are wrong, missing, too many or exchanged with the next, between two words; more than `most` is most + 1.
static int slips(const char *a, const char *b, int most)
{
    int la = (int)strlen(a), lb = (int)strlen(b);
    int rows[3][LETTERS_MOST + 2], *before = rows[0], *last = rows[1], *now = rows[2];
    if (la > LETTERS_MOST || lb > LETTERS_MOST || abs(la - lb) > most)
        return most + 1;
    for (int j = 0; j <= lb; j++)
        last[j] = before[j] = j;
    for (int i = 1; i <= la; i++) {
        int best = now[0] = i;
        for (int j = 1; j <= lb; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
            best = least(best, now[j]);
        }
        if (best > most)
            return most + 1;
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[lb];
}

// A word that nothing begins with may be miswritten: those with the fewest slips are meant.
static bool look_near(const struct finder *f, struct asked *a)
{
    size_t len = strlen(a->text);
    int most = len >= SLIPS_LEAST ? 2 : len >= SLIP_LEAST ? 1 : 0;
    bool found = false;
    for (uint32_t n = 0; most && n < lexicon_count(f->lexicon); n++) {
        int wrong = least(slips(a->text, f->words[n].text, most), slips(a->stem, f->words[n].stem, most));
        if (wrong > most)
            continue;
        if (wrong < most)
            memset(a->quality, NONE, n);
        most = wrong;
        a->quality[n] = NEAR;
        found = true;
    }
    return found;
}

// How well each word of the vocabulary is the one asked; false when none is.
static bool compare(const struct finder *f, struct asked *a, struct arena *arena)
{
    size_t len = strlen(a->text);
    bool found = false;
    a->quality = arena_array(arena, lexicon_count(f->lexicon) + 1, 1);
    for (uint32_t n = 0; n < lexicon_count(f->lexicon); n++) {
        const struct word *w = &f->words[n];
        if (strcmp(w->stem, a->stem) == 0)
            a->quality[n] = SAME;
        else if (len >= PREFIX_LEAST && strncmp(w->text, a->text, len) == 0)
            a->quality[n] = BEGINS;
        found = found || a->quality[n];
    }
    return found || look_near(f, a);
}

// The words asked that some text has, with their weights. What is light counts only alone.
static size_t read_asked(const struct finder *f, const char *text, struct arena *arena, struct asked out[ASKED_MOST])
{
    size_t count = 0;
    bool heavy = false;
    char *key = arena_string(arena, words_key(arena, text));
    for (int light = 0; light < 2 && !heavy; light++) {
        char *rest = arena_string(arena, key);
        for (char *word; count < ASKED_MOST && (word = strsep(&rest, " "));) {
            struct asked a = {.text = word, .stem = stem_of(f, arena, word)};
            if (a.stem && is_light(word) == (light != 0) && compare(f, &a, arena)) {
                out[count++] = a;
                heavy = true;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t texts = 0;
        for (size_t k = 0; k < f->said_count; k++)
            texts += out[i].quality[f->said[k]] != NONE;
        out[i].weight = (float)log2(1 + (double)f->row_count / (double)(texts ? texts : 1));
    }
    return count;
}

// What a text has of the words asked.
static struct hit judge(const struct finder *f, const struct row *row, const struct asked *asked, size_t count)
{
    struct hit h = {.code = row->code, .all = true};
    uint64_t matched = 0;
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        int best = NONE;
        for (size_t k = 0; k < row->count; k++) {
            int quality = asked[i].quality[f->said[row->from + k]];
            if (quality)
                matched |= 1ULL << k;
            if (quality > best)
                best = quality;
        }
        h.all = h.all && best;
        h.share += best ? asked[i].weight : 0;
        h.quality += best;
    }
    while (first < row->count && f->words[f->said[row->from + first]].light)
        first++;
    for (size_t k = 0; k < row->count; k++)
        h.cost += !(matched >> k & 1) && !f->words[f->said[row->from + k]].light ? 2 : 0;
    h.cost -= (first < row->count && matched >> first & 1 ? 3 : 0) + (row->code >= SERVICES ? 3 : 0);
    return h;
}

static int depth(uint32_t code)
{
    int zeros = 0;
    for (; code && code % 10 == 0; code /= 10)
        zeros++;
    return -zeros;
}

static int by_worth(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->all != y->all)
        return y->all - x->all;
    if (!x->all && x->share != y->share)
        return x->share < y->share ? 1 : -1;
    if (x->quality != y->quality)
        return y->quality - x->quality;
    if (x->cost != y->cost)
        return x->cost - y->cost;
    int deeper = depth(x->code) - depth(y->code);
    return deeper ? deeper : x->code < y->code ? -1 : x->code > y->code;
}

// Each code once; those that have but some of the words only when none has all, and then at least a third of their weight.
static size_t take(struct hit *hits, size_t count, float whole, uint32_t *out, size_t most)
{
    size_t taken = 0;
    for (size_t i = 0; i < count && taken < most; i++) {
        if (hits[i].all != hits[0].all || (!hits[i].all && hits[i].share * 3 < whole))
            break;
        size_t k = 0;
        while (k < taken && out[k] != hits[i].code)
            k++;
        if (k == taken)
            out[taken++] = hits[i].code;
    }
    return taken;
}

size_t finder_search(const struct finder *f, const char *asked, struct arena *arena, uint32_t *out, size_t most)
{
    struct asked words[ASKED_MOST];
    size_t count = read_asked(f, asked, arena, words), found = 0;
    float whole = 0;
    if (!count)
        return 0;
    struct hit *hits = arena_array(arena, f->row_count, sizeof *hits);
    for (size_t i = 0; i < f->row_count; i++) {
        hits[found] = judge(f, &f->rows[i], words, count);
        found += hits[found].quality > 0;
    }
    for (size_t i = 0; i < count; i++)
        whole += words[i].weight;
    qsort(hits, found, sizeof *hits, by_worth);
    return take(hits, found, whole, out, most);
}
