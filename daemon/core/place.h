// SPDX-License-Identifier: EUPL-1.2
// Places in France: commune, département, région, NUTS code, the country. Every place is a set of départements, or
// one commune in one département; so all questions are set operations.
#ifndef CORE_PLACE_H
#define CORE_PLACE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct depset { // one bit a département (index in the gazetteer)
    uint64_t bits[2];
};

struct point {
    double lat, lon; // WGS 84 degrees
    bool known;
};

struct place {
    const char *text;    // as written: "commune:63113", "departement:63", "region:84", "nuts:FRK14", "FR"
    struct depset deps;  // the départements it covers; of a commune, the one it lies in
    uint32_t commune;    // 0, or a number made of the commune's INSEE code; an arrondissement has its city's
    struct point centre; // of a commune, when known
};

struct gazetteer; // régions, départements, communes with their coordinates and postal codes

struct gazetteer *place_gazetteer_new(void);
void place_gazetteer_free(struct gazetteer *g);
// Rows are copied; a row of the same code is replaced. At most 128 départements (ERR_OUT_OF_RANGE). The prefecture is known as a commune at once.
enum err place_add_region(struct gazetteer *g, const char *code, const char *name) MUST_USE;
enum err place_add_departement(struct gazetteer *g, const char *code, const char *name, const char *region,
                               const char *nuts, const char *prefecture, const char *prefecture_name,
                               struct point at) MUST_USE;
// postal: codes separated by commas or spaces. Replaces a commune of the same code, but a known centre stays when the
// new one is not known. ERR_UNKNOWN_PLACE when its département (from the INSEE code: 63113 -> 63, 2A004 -> 2A,
// 97411 -> 974) is unknown, ERR_BAD_PLACE when the code is none.
enum err place_add_commune(struct gazetteer *g, const char *code, const char *name, const char *postal,
                           struct point at) MUST_USE;
size_t place_commune_count(const struct gazetteer *g);
// A number that is another one when a text would mean another place, or a circle reach other départements: it follows from the
// départements in their order with their régions and NUTS codes, and from the communes' centres in whatever order.
uint64_t place_fingerprint(const struct gazetteer *g);

// One of the written forms. ERR_BAD_PLACE, ERR_UNKNOWN_PLACE. A commune that is not in the gazetteer but whose
// département is known is taken, without centre: the gazetteer may not hold all communes.
// out->text is in the arena.
enum err place_parse(const struct gazetteer *g, const char *text, struct arena *arena, struct place *out) MUST_USE;
// The place's name ("Clermont-Ferrand", "Puy-de-Dôme"), or its code when it has no name. Borrowed from g or p.
const char *place_name(const struct gazetteer *g, const struct place *p);
// The name of what a commune lies in, which tells it from its namesakes; "" of larger places.
const char *place_around(const struct gazetteer *g, const struct place *p);

// What somebody means by a beginning of a name ("clerm", "saint et"), a postal code or a number ("63"): what is named just so
// first, then what begins like it, then what has a word that does; large places before small ones, then by name. At most
// `most` of these kinds (bits) to out, texts in the arena or g's; returns how many.
enum place_kind { PLACE_COUNTRY = 1, PLACE_REGION = 2, PLACE_DEPARTEMENT = 4, PLACE_COMMUNE = 8 };
struct place_found {
    const char *text;   // "commune:63113"
    const char *name;   // "Clermont-Ferrand"
    const char *within; // what it lies in, "Puy-de-Dôme"; "" when nothing is known
};
size_t place_search(const struct gazetteer *g, const char *asked, unsigned kinds, struct arena *arena, struct place_found *out,
                    size_t most);

// Repairs for imports. A commune by postal code (and name when several share it: folded comparison, "St" and "CEDEX"
// understood); NULL when there is none or the name does not decide. Returns the written form in the arena.
const char *place_by_postal(const struct gazetteer *g, const char *postal, const char *name, struct arena *arena);
// The written form of the département of a postal code or of an INSEE code of a commune or département
// ("departement:2A"), NULL when none. A code that is both is read as INSEE's.
const char *place_departement_of(const struct gazetteer *g, const char *code, struct arena *arena);
// Coordinates of a commune by INSEE code; .known is false when there are none.
struct point place_centre(const struct gazetteer *g, const char *commune);

// Great-circle distance in km (haversine, mean radius 6371.0 km).
double place_distance(struct point a, struct point b);
// The départements that a circle reaches: those of which a known commune's centre (the prefecture's always) lies
// within km of the point, and the one of `seat` when that is not NULL. A centre that is not known reaches no commune.
struct depset place_reach(const struct gazetteer *g, struct point centre, double km, const struct place *seat);
// Every département.
struct depset place_all(const struct gazetteer *g);
// All départements of the régions in which the given ones lie.
struct depset place_region_of(const struct gazetteer *g, struct depset deps);
// The fewest places that are together exactly these départements: whole régions (of more than one département), else
// départements, by the order in which they were added. *count of them, in the arena.
struct place *place_spell(const struct gazetteer *g, struct depset deps, struct arena *arena, size_t *count);

// Sets.
bool place_meets(struct depset a, struct depset b);
bool place_within(struct depset inner, struct depset outer);
struct depset place_join(struct depset a, struct depset b);
bool place_empty(struct depset a);

#endif
