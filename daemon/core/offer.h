// SPDX-License-Identifier: EUPL-1.2
// An offer: what one supplier says it can do, as capabilities. One offer an organisation.
#ifndef CORE_OFFER_H
#define CORE_OFFER_H

#include "core/need.h"

// Kinds of structure a supplier may be registered as, as bits.
enum structure {
    STRUCTURE_EI = 1 << 0,           // entreprise d'insertion, Code du travail L5132-5
    STRUCTURE_ACI = 1 << 1,          // atelier et chantier d'insertion, L5132-15
    STRUCTURE_AI = 1 << 2,           // association intermédiaire, L5132-7
    STRUCTURE_ETTI = 1 << 3,         // entreprise de travail temporaire d'insertion, L5132-6
    STRUCTURE_EITI = 1 << 4,         // entreprise d'insertion par le travail indépendant, L5132-4 5°
    STRUCTURE_GEIQ = 1 << 5,         // groupement d'employeurs pour l'insertion et la qualification, L1253-1
    STRUCTURE_EA = 1 << 6,           // entreprise adaptée, L5213-13
    STRUCTURE_EATT = 1 << 7,         // entreprise adaptée de travail temporaire, L5213-13-3
    STRUCTURE_ESAT = 1 << 8,         // établissement et service d'accompagnement par le travail, CASF L344-2
    STRUCTURE_SEP = 1 << 9,          // structure employing detained persons (L2113-13-1)
    STRUCTURE_ASSOCIATION = 1 << 10, // law of 1 July 1901
    STRUCTURE_SCOP = 1 << 11,
    STRUCTURE_SCIC = 1 << 12,
    STRUCTURE_CAE = 1 << 13,
    STRUCTURE_COOPERATIVE = 1 << 14,
    STRUCTURE_MUTUELLE = 1 << 15,
    STRUCTURE_FONDATION = 1 << 16,
    STRUCTURE_ESUS = 1 << 17,  // L3332-17-1
    STRUCTURE_OTHER = 1 << 18,
};

struct capability {
    int number;        // from 1, its place in the offer
    const char *title; // may be NULL
    struct cpv cpv;
    unsigned services; // 0 = unknown
    size_t area_count; // places it works in
    struct place *areas;
    double radius;     // km around the seat, 0 = none
    struct range value;
    struct strings keywords;      // wanted: score
    struct strings excluded;      // never: condition
    // By offer_settle:
    struct depset circle;         // départements that the radius reaches
    struct depset reach;          // départements of areas and circle together
    const char **keyword_stems;   // words_stems of each
    const char **excluded_stems;
};

struct offer {
    char id[37]; // the organisation's id
    int version;
    char siret[15];
    const char *name;    // the organisation's
    unsigned structures; // registered kinds, bits of enum structure; not part of the posted record
    bool active;
    int32_t full_until;  // "complet jusqu'au", DAY_UNKNOWN = not full
    const char *description; // may be NULL
    struct place seat;   // its commune; text NULL when not given
    struct point at;     // the point given, else the seat's centre
    struct strings labels;   // labels and certificates held
    struct strings criteria; // other wanted things it does
    struct strings blocked;  // SIRET or SIREN of buyers it never wants to hear of
    int64_t since;       // milliseconds since 1970 of its first storing: ties go to the earliest
    size_t capability_count;
    struct capability *capabilities;
    // By offer_settle:
    const char **labels_folded;   // words_fold of each
    const char **criteria_folded;
};

// Kinds of structure that an article admits (0 for no article).
unsigned offer_admitted(unsigned reserved);
// Fills `at` and what is marked above; call once after reading, before matching. Everything new is in the arena.
void offer_settle(struct offer *o, const struct gazetteer *g, struct words *w, struct arena *arena);
// Checks over fields: at least one capability, each with an area or a radius, a radius needs a seat or a point, the
// seat is a commune, least <= most.
void offer_check(const struct offer *o, struct faults *faults);

#endif
