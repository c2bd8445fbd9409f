// SPDX-License-Identifier: EUPL-1.2
// A need: what a public buyer plans to buy, in lots. Plain values; strings and lists live in the arena it was read into.
#ifndef CORE_NEED_H
#define CORE_NEED_H

#include "base/arena.h"
#include "base/err.h"
#include "core/cpv.h"
#include "core/fault.h"
#include "core/place.h"
#include "core/words.h"

#include <stdbool.h>
#include <stdint.h>

// The words of each list stand in protocol/records.def.
enum need_kind { NEED_SOURCING, NEED_QUOTE, NEED_TENDER, NEED_PROJECT };
enum need_state { NEED_DRAFT, NEED_PENDING, NEED_PUBLISHED, NEED_AMENDED, NEED_CLOSED, NEED_AWARDED, NEED_CANCELLED };

// Kinds of service, as bits; 0 = unknown.
enum service { SERVICE_SERVICES = 1, SERVICE_WORKS = 2, SERVICE_SUPPLIES = 4, SERVICE_SECONDMENT = 8 };

// Articles of the Code de la commande publique under which a lot may be reserved, as bits; 0 = open to all.
enum reserved {
    RESERVED_L2113_12 = 1,  // EA, EATT, ESAT (and their like)
    RESERVED_L2113_13 = 2,  // SIAE: EI, ACI, AI, ETTI, EITI
    RESERVED_L2113_13_1 = 4, // prison work
    RESERVED_L2113_15 = 8,  // enterprises of the social and solidarity economy, listed services
};

// DECP: considerationsSociales, considerationsEnvironnementales, as bits; 0 = not said.
enum social { SOCIAL_CLAUSE = 1, SOCIAL_CRITERION = 2, SOCIAL_RESERVED = 4, SOCIAL_NONE = 8 };
enum environmental { ENVIRONMENTAL_CLAUSE = 1, ENVIRONMENTAL_CRITERION = 2, ENVIRONMENTAL_NONE = 4 };

struct strings {
    size_t count;
    const char **list;
};

struct range { // whole euros without VAT; -1 = unknown at that end
    int64_t least, most;
};

#define DAY_UNKNOWN INT32_MIN
#define TIME_UNKNOWN INT64_MIN

struct lot {
    int number;
    const char *title; // may be NULL
    size_t cpv_count;
    struct cpv *cpv;
    size_t place_count; // own places, else those of the need
    struct place *places;
    struct range value;
    unsigned services, reserved, social, environmental;
    struct strings labels;   // required, hard
    struct strings criteria; // wanted, scored
};

struct need {
    char id[37];  // "" before it is stored
    int version;  // 1 at first, +1 by each change
    enum need_kind kind;
    enum need_state state;
    char buyer[15]; // SIRET of the buyer
    const char *title, *description, *reference; // description and reference may be NULL
    int64_t deadline;  // seconds since 1970 (responses until then), TIME_UNKNOWN
    int32_t start;     // day, DAY_UNKNOWN
    int duration;      // months, 0 = unknown
    int wave, wave_hours, wave_until; // suppliers told at a time, how often, until so many are interested; 0 = not said
    size_t place_count;
    struct place *places;
    size_t lot_count;
    struct lot *lots;
    struct strings blocked; // SIRET or SIREN of suppliers never told of it
};

// Whether the state may move so: draft -> published -> amended, again and again, -> closed | awarded | cancelled; a
// closed need may still be awarded or cancelled, a draft cancelled.
bool need_may_move(enum need_state from, enum need_state to);
// Whether it is matched: published or amended, deadline not passed.
bool need_open(const struct need *n, int64_t now);
// The places of a lot: its own, else the need's.
const struct place *need_places(const struct need *n, const struct lot *l, size_t *count);

// The départements of all those places.
struct depset need_reach(const struct need *n, const struct lot *l);

// What changed between two versions, field by field.
struct need_change {
    const char *field;         // JSON pointer: "/deadline", "/lots/2/cpv" (lots by number)
    const char *before, *after; // as text, NULL when absent
};
// Changes in the arena, *count of them; 0 when both say the same. What the daemon itself keeps (id, version, state,
// buyer) is not compared. A lot added or removed is one change at "/lots/N". "/blocked" comes without before and after:
// whom a buyer has blocked is nobody else's business.
struct need_change *need_diff(const struct need *before, const struct need *after, struct arena *arena, size_t *count);

// Checks that reach over fields: waves have a size, lot numbers distinct, least <= most, at least one lot, one CPV code a lot, one place.
// A deadline that has passed is a fault when `now` is not 0. The reader (wire/record) has checked each field alone.
void need_check(const struct need *n, int64_t now, struct faults *faults);
// The same for what is only to be matched: lot numbers distinct, least <= most, at least one lot with a CPV code.
void need_check_draft(const struct need *n, struct faults *faults);
// The same for what is kept unfinished: a title, lot numbers distinct, least <= most.
void need_check_sketch(const struct need *n, struct faults *faults);

#endif
