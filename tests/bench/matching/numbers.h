// SPDX-License-Identifier: EUPL-1.2
// Lots and capabilities of the workload as plain numbers: what a scan and PostgreSQL compare.
#ifndef BENCH_NUMBERS_H
#define BENCH_NUMBERS_H

#include "../workload.h"

#define NUMBERS_CODES 8  // of a lot, at most
#define NUMBERS_WORDS 64 // of a need
#define NUMBERS_LIST 8   // of a short list
#define NUMBERS_TERMS 512

struct numbers_span { // all codes of a subtree; one covers the other, or they do not touch
    int32_t low, high;
};

struct numbers_capability {
    struct numbers_span cpv;
    int32_t least, most;         // unknown: 0 and INT32_MAX
    uint32_t structures, labels; // labels as bits
    int32_t full_until;          // INT32_MIN: not full
    bool active;
    uint8_t services;
    int64_t siret;
    double lat, lon, radius;
    struct depset whole, reach; // départements of areas that are no commune; all that it touches
    const struct capability *of;
    size_t excluded_count, blocked_count, commune_count;
    int32_t excluded[NUMBERS_LIST];
    int64_t blocked[NUMBERS_LIST];
    uint32_t communes[NUMBERS_LIST];
};

struct numbers_lot {
    size_t cpv_count, place_count, blocked_count, label_count, word_count;
    struct numbers_span cpv[NUMBERS_CODES];
    const struct place *places;
    int32_t least, most;
    uint32_t services, admitted, labels; // admitted: 0 = open to all
    int32_t start, label[WORKLOAD_LABELS];
    int64_t buyer; // SIRET
    int64_t blocked[NUMBERS_LIST];
    int32_t word[NUMBERS_WORDS];
    uint64_t words[WORKLOAD_WORDS / 64]; // the same as bits
};

struct numbers_span numbers_cpv(struct cpv cpv);
int64_t numbers_siren(int64_t siret);
// Of a settled offer.
void numbers_capability(const struct offer *o, const struct capability *cap, struct numbers_capability *out);
void numbers_lot(const struct match_need *n, size_t lot, struct numbers_lot *out);

// Places as terms. A capability stands under NATION, under its régions, départements (WHOLE), communes (COMMUNE) and
// the départements of these (PART), and under the départements that its circle reaches (CIRCLE).
enum {
    NUMBERS_ANYWHERE = 0,
    NUMBERS_NATION = 1,
    NUMBERS_REGION = 100,
    NUMBERS_WHOLE = 300,
    NUMBERS_PART = 500,
    NUMBERS_CIRCLE = 700,
    NUMBERS_COMMUNE = 1000
};

struct numbers_term {
    int32_t term;
    struct point point; // known: the circle must reach this point
};

// Returns how many, all different.
size_t numbers_offered(const struct capability *cap, struct numbers_term out[static NUMBERS_TERMS]);
// The terms under which all capabilities stand that meet a place of the lot; NUMBERS_ANYWHERE alone where all of France
// is.
size_t numbers_asked(const struct workload *w, const struct numbers_lot *l,
                     struct numbers_term out[static NUMBERS_TERMS]);

#endif
