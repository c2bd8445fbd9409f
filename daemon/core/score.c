// SPDX-License-Identifier: EUPL-1.2
// Knows how good a match is.
#include "core/score.h"

#include <string.h>

static const struct {
    const char *word, *text[2];
    int points;
} table[] = {
#define SCORE(name, code, points, fr, en) {code, {[LANG_FR] = fr, [LANG_EN] = en}, points},
#include "protocol/score.def"
#undef SCORE
};

const char *score_word(enum score_code c)
{
    return table[c].word;
}

const char *score_text(enum score_code c, enum lang lang)
{
    return table[c].text[lang];
}

int score_points(enum score_code c)
{
    return table[c].points;
}

static void add(struct score *s, enum score_code code, int points)
{
    if (points == 0)
        return;
    s->lines[s->count++] = (struct score_line){code, points};
    s->total += points;
}

static enum score_code cpv_line(struct cpv asked, struct cpv offered)
{
    static const enum score_code by_digits[] = {
        [2] = SCORE_CPV_DIVISION, [3] = SCORE_CPV_GROUP,    [4] = SCORE_CPV_CLASS,    [5] = SCORE_CPV_CATEGORY,
        [6] = SCORE_CPV_CATEGORY, [7] = SCORE_CPV_CATEGORY, [8] = SCORE_CPV_CATEGORY,
    };
    return asked.code == offered.code ? SCORE_CPV_SAME : by_digits[cpv_common(asked, offered)];
}

int score_cpv(struct cpv asked, struct cpv offered)
{
    return score_points(cpv_line(asked, offered)) + (asked.digits < offered.digits ? score_points(SCORE_CPV_BROADER) : 0);
}

// The code of the lot that scores best counts.
static void add_cpv(struct score *s, const struct lot *l, const struct capability *cap)
{
    const struct cpv *best = NULL;
    for (size_t i = 0; i < l->cpv_count; i++)
        if (cpv_in_line(l->cpv[i], cap->cpv) && (!best || score_cpv(l->cpv[i], cap->cpv) > score_cpv(*best, cap->cpv)))
            best = &l->cpv[i];
    if (!best)
        return;
    enum score_code line = cpv_line(*best, cap->cpv);
    add(s, line, score_points(line));
    if (best->digits < cap->cpv.digits)
        add(s, SCORE_CPV_BROADER, score_points(SCORE_CPV_BROADER));
}

// How near the seat is to one place of the lot. Among places that are sets only a single département is "the same".
static enum score_code place_line(const struct match_need *n, const struct place *p, const struct offer *o)
{
    static const struct {
        double km;
        enum score_code line;
    } circles[] = {{10, SCORE_PLACE_10KM}, {30, SCORE_PLACE_30KM}, {50, SCORE_PLACE_50KM}};
    if (p->commune && p->commune == o->seat.commune)
        return SCORE_PLACE_COMMUNE;
    if (p->commune && p->centre.known && o->at.known) {
        double km = place_distance(o->at, p->centre);
        for (size_t i = 0; i < sizeof circles / sizeof *circles; i++)
            if (km <= circles[i].km)
                return circles[i].line;
    }
    if (!o->seat.text)
        return SCORE_PLACE_FRANCE;
    if (place_within(p->deps, o->seat.deps))
        return SCORE_PLACE_DEPARTEMENT;
    return place_within(p->deps, place_region_of(n->places, o->seat.deps)) ? SCORE_PLACE_REGION : SCORE_PLACE_FRANCE;
}

static void add_place(struct score *s, const struct match_need *n, const struct lot *l, const struct offer *o, enum cover cover)
{
    size_t count;
    const struct place *places = need_places(n->need, l, &count);
    enum score_code best = SCORE_PLACE_FRANCE;
    for (size_t i = 0; i < count; i++) {
        enum score_code line = place_line(n, &places[i], o);
        if (line < best) // the table lists the nearest first
            best = line;
    }
    add(s, best, score_points(best));
    if (cover == COVER_PARTIAL)
        add(s, SCORE_PLACE_PARTIAL, score_points(SCORE_PLACE_PARTIAL));
}

static void add_value(struct score *s, struct range asked, struct range taken)
{
    enum score_code line = SCORE_VALUE_MEETS;
    int64_t asked_most = asked.most < 0 ? INT64_MAX : asked.most, taken_most = taken.most < 0 ? INT64_MAX : taken.most;
    if ((asked.least < 0 && asked.most < 0) || (taken.least < 0 && taken.most < 0))
        line = SCORE_VALUE_UNKNOWN;
    else if ((asked.least < 0 ? 0 : asked.least) >= taken.least && asked_most <= taken_most)
        line = SCORE_VALUE_INSIDE;
    add(s, line, score_points(line));
}

static bool among(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

// How many of the lot's wanted criteria the offer meets.
static size_t criteria_met(const struct match_need *n, const struct lot *l, const struct offer *o)
{
    const struct match_lot *made = &n->lots[l - n->need->lots];
    size_t met = 0;
    for (size_t i = 0; i < l->criteria.count; i++)
        met += among(made->criteria[i], o->labels_folded, o->labels.count) ||
               among(made->criteria[i], o->criteria_folded, o->criteria.count);
    return met;
}

// How many different keywords of the capability the lot's texts contain.
static size_t keywords_found(const struct match_need *n, const struct lot *l, const struct capability *cap)
{
    const struct match_lot *made = &n->lots[l - n->need->lots];
    size_t found = 0;
    for (size_t i = 0; i < cap->keywords.count && found < SCORE_KEYWORDS_MOST; i++)
        found += words_contain(made->stems, cap->keyword_stems[i]) &&
                 !among(cap->keyword_stems[i], cap->keyword_stems, i);
    return found;
}

struct score score_sum(const struct match_need *n, const struct lot *l, const struct offer *o,
                       const struct capability *cap, const struct score_known *known)
{
    static const int quarters[SCORE_KEYWORDS_MOST + 1] = {0, 2, 3, 4}; // of the most points, by keywords found
    struct score s = {0};
    add_cpv(&s, l, cap);
    add_place(&s, n, l, o, known->cover);
    add_value(&s, l->value, cap->value);
    if (l->criteria.count)
        add(&s, SCORE_CRITERIA, score_points(SCORE_CRITERIA) * (int)known->met / (int)l->criteria.count);
    add(&s, SCORE_KEYWORDS, score_points(SCORE_KEYWORDS) * quarters[known->found] / 4);
    return s;
}

struct score score_of(const struct match_need *n, const struct lot *l, const struct offer *o,
                      const struct capability *cap)
{
    const struct score_known known = {match_cover(n, l, o, cap), criteria_met(n, l, o), keywords_found(n, l, cap)};
    return score_sum(n, l, o, cap, &known);
}
