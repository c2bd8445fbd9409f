// SPDX-License-Identifier: EUPL-1.2
// Tests many postings of the offer index at once: with AVX-512 or AVX2 where the processor has them, in plain C elsewhere.
// All ways give the same.
#ifndef CORE_SIEVE_H
#define CORE_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sieve_way { SIEVE_PLAIN, SIEVE_AVX2, SIEVE_AVX512, SIEVE_WAYS };

// The best way of this processor; whether it has a way; its name ("plain", "avx2", "avx512").
enum sieve_way sieve_best(void);
bool sieve_has(enum sieve_way way);
const char *sieve_name(enum sieve_way way);

// A posting is two numbers, in two arrays. `who`: the offer's handle above SIEVE_HANDLE, below how it covers the place of the
// list, one of the classes. `facts`: four numbers of 16 bits, the lowest first: least value (12 bits) above four labels; the
// complement of the most value above four labels; traits; until when the offer is full (8 bits) above eight labels.
#define SIEVE_HANDLE 8
#define SIEVE_SLACK 16 // postings behind the last one that may be read, and entries behind the last one that may be written

enum { SIEVE_WHOLE = 0, SIEVE_CIRCLE = 1, SIEVE_COMMUNE = 192, SIEVE_UNSURE = 255 }; // classes: the first of each kind
#define SIEVE_COMMUNES (SIEVE_UNSURE - SIEVE_COMMUNE)

// traits
#define SIEVE_SERVICES 0 // 4 bits; all of them when not known
#define SIEVE_ARTICLES 4 // 4 bits: under which reservations the offer is admitted
#define SIEVE_ASK (1u << 8)       // the card must be asked
#define SIEVE_WARY (1u << 9)      // it must be asked whether the need is welcome
#define SIEVE_KEYWORDS (1u << 10) // has keywords
#define SIEVE_CRITERIA (1u << 11) // has criteria beside its labels
#define SIEVE_TRAITS 12           // bits; four labels above them
#define SIEVE_LABELS 20           // labels of a posting

// Euros as 12 bits, in their order: 1 .. SIEVE_VALUE_MOST - 1, equal numbers for values that lie close together.
#define SIEVE_VALUE_MOST 4095
uint16_t sieve_value(int64_t euros, uint16_t unknown); // -1 (unknown) is `unknown`: 0 or SIEVE_VALUE_MOST

uint64_t sieve_facts(uint16_t least, uint16_t most, unsigned traits, uint8_t full);
uint64_t sieve_label(unsigned bit); // the bit of a label
uint16_t sieve_least_value(uint64_t facts);
uint16_t sieve_most_value(uint64_t facts);

// What is asked of facts. A posting passes when each of its four numbers is at most that of `most`, its traits meet each of
// `any`, and all bits of `all` are there. It is unsure when one of its two values equals that of `most`, or it has a bit of
// `ask`.
struct sieve_test {
    uint64_t most; // sieve_most
    uint16_t any[2];
    uint64_t all, ask;
};
// least, most: of the lot; full: until when an offer may be full.
uint64_t sieve_most(uint16_t least, uint16_t most, uint8_t full);

struct sieve_out { // entries are written behind what is there
    uint32_t *sure, *unsure;             // the `who` of those that pass
    uint64_t *sure_facts, *unsure_facts; // their facts; those of the sure ones when not NULL
    size_t sure_count, unsure_count;
};

void sieve_postings(enum sieve_way way, const uint32_t *who, const uint64_t *facts, size_t count,
                    const struct sieve_test *test, struct sieve_out *out);

// Whether a posting is unsure for no other reason than SIEVE_WARY.
bool sieve_only_wary(uint64_t facts, const struct sieve_test *test);

// Where seats lie, in 32 bits: latitude below, longitude above, each in 65536ths of the whole turn (of 180 or 360 degrees). Beside
// it an array of seats, by handle, has what the index knows of the commune (`seated`, 0..255).
struct sieve_home {
    uint32_t seat, seated;
};
uint32_t sieve_seat(double lat, double lon);
// The class of a circle of so many km.
uint32_t sieve_circle(double km);
uint32_t sieve_commune(uint32_t number); // the class of a commune

struct sieve_place {     // a commune
    float lat, lon;      // of its centre, degrees
    float cos, sin;      // of its latitude
    uint32_t commune;    // class
    bool anywhere;       // its centre is not known: every circle that reaches its département will do
};
// A commune as the lot's place.
struct sieve_place sieve_place(bool known, double lat, double lon, uint32_t number);

// Distance of a seat from the place in km, at least so much.
float sieve_least(uint32_t seat, const struct sieve_place *p);

// Of postings in lists of a département, which of them reach the commune: circles by the distance of their seat (homes[handle]),
// communes by their class. Near an edge, and for a commune, it is unsure. facts: NULL when they are not wanted of the unsure ones
// either.
void sieve_reach(enum sieve_way way, const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                 const struct sieve_place *place, struct sieve_out *out);

// How many points a posting that passed can have at most, from what stands beside it.
struct sieve_points {
    int codes[16];     // for its code, by the class that was put into its facts
    int seats[256];    // for its place, by `seated`
    bool measured;     // and by the distance of its seat from `place`
    struct sieve_place place;
    int near, km30, km50; // within 10, 30, 50 km; the first where the seat is not known
    bool said;            // the lot has a value
    uint16_t least, most; // of it, by sieve_value
    int unsaid, inside, meets; // points for the value
    size_t wanted_count;
    uint64_t wanted[SIEVE_LABELS]; // the bit of each wanted criterion
    int met[SIEVE_LABELS + 1];     // points by how many are met
    int keywords;
};
#define SIEVE_SEAT_UNKNOWN 0x80008000u // of no offer: the south pole

// Puts the class of a code (0..15) into facts that were tested: the bits of articles are needed no more.
void sieve_class(uint64_t *facts, size_t count, unsigned class);
// points[i] of each.
void sieve_rank(enum sieve_way way, const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                const struct sieve_points *p, int *points);

#endif
