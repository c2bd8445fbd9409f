// SPDX-License-Identifier: EUPL-1.2
// How good a match is: 0 to 100, the sum of the lines of protocol/score.def that hold.
#ifndef CORE_SCORE_H
#define CORE_SCORE_H

#include "core/match.h"

enum score_code {
#define SCORE(name, code, points, fr, en) SCORE_##name,
#include "protocol/score.def"
#undef SCORE
    SCORE_COUNT
};

struct score {
    int total;
    int count;
    struct score_line {
        enum score_code code;
        int points;
    } lines[SCORE_COUNT];
};

// Of a pair that matches (match_all holds).
struct score score_of(const struct match_need *n, const struct lot *l, const struct offer *o,
                      const struct capability *cap);
// The same when it is known already what match_cover says, how many of the lot's wanted criteria the offer meets, and how many
// different keywords of the capability its texts contain (at most SCORE_KEYWORDS_MOST count): texts of the offer are not looked at.
#define SCORE_KEYWORDS_MOST 3
struct score_known {
    enum cover cover;
    size_t met, found;
};
struct score score_sum(const struct match_need *n, const struct lot *l, const struct offer *o,
                       const struct capability *cap, const struct score_known *known);
// Points for codes in one line.
int score_cpv(struct cpv asked, struct cpv offered);
const char *score_word(enum score_code c);
const char *score_text(enum score_code c, enum lang lang);
int score_points(enum score_code c); // the most (or the malus) of the table

#endif
