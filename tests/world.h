// SPDX-License-Identifier: EUPL-1.2
// A small world for tests of the import readers: four régions, seven départements, some communes, some codes.
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "wire/cpvfix.h"
#include "wire/prefill.h"
#include "wire/where.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world {
    struct gazetteer *places;
    struct where *where;
    struct mender *mender;
    struct prefill *prefill;
    struct import_context x;
};

static inline bool world_cpv_known(void *ctx, uint32_t code)
{
    static const uint32_t codes[] = {3121000,  3451000,  9132100,  9310000,  45210000, 45431000, 77310000,
                                     79100000, 80500000, 90910000, 90911200, 91321000, 98310000};
    (void)ctx;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static inline void world_must(enum err err)
{
    if (err) {
        fprintf(stderr, "world: %s\n", err_word(err));
        abort();
    }
}

static inline void world_departement(struct world *w, const char *code, const char *name, const char *region,
                                     const char *nuts, const char *commune, const char *city, double lat, double lon)
{
    world_must(
        place_add_departement(w->places, code, name, region, nuts, commune, city, (struct point){lat, lon, true}));
    where_add_departement(w->where, code, name, commune);
    where_add_commune(w->where, commune, city);
}

static inline void world_commune(struct world *w, const char *code, const char *name, const char *postal, double lat,
                                 double lon)
{
    world_must(place_add_commune(w->places, code, name, postal, (struct point){lat, lon, true}));
    where_add_commune(w->where, code, name);
}

static inline void world_places(struct world *w)
{
    static const char *const regions[][2] = {
        {"84", "Auvergne-Rhône-Alpes"}, {"32", "Hauts-de-France"}, {"94", "Corse"}, {"04", "La Réunion"}};
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        world_must(place_add_region(w->places, regions[i][0], regions[i][1]));
        where_add_region(w->where, regions[i][0], regions[i][1]);
    }
    world_departement(w, "63", "Puy-de-Dôme", "84", "FRK14", "63113", "Clermont-Ferrand", 45.7797, 3.0863);
    world_departement(w, "69", "Rhône", "84", "FRK26", "69123", "Lyon", 45.7580, 4.8351);
    world_departement(w, "01", "Ain", "84", "FRK21", "01053", "Bourg-en-Bresse", 46.2027, 5.2469);
    world_departement(w, "59", "Nord", "32", "FRE11", "59350", "Lille", 50.6310, 3.0468);
    world_departement(w, "2A", "Corse-du-Sud", "94", "FRM01", "2A004", "Ajaccio", 41.9256, 8.7376);
    world_departement(w, "2B", "Haute-Corse", "94", "FRM02", "2B033", "Bastia", 42.6970, 9.4500);
    world_departement(w, "974", "La Réunion", "04", "FRY40", "97411", "Saint-Denis", -20.8852, 55.4579);
    world_commune(w, "63113", "Clermont-Ferrand", "63000,63100", 45.7856, 3.1156);
    world_commune(w, "63014", "Aubière", "63170", 45.7506, 3.1092);
    world_commune(w, "63300", "Thiers", "63300", 45.8574, 3.5470);
    world_commune(w, "69266", "Villeurbanne", "69100", 45.7719, 4.8902);
    world_commune(w, "59512", "Roubaix", "59100", 50.6879, 3.1774);
    world_commune(w, "59066", "Bermerain", "59213", 50.2464, 3.5497);
    world_commune(w, "01004", "Ambérieu-en-Bugey", "01500", 45.9575, 5.3706);
    world_commune(w, "01007", "Ambronay", "01500", 46.0072, 5.3608);
    world_commune(w, "2A004", "Ajaccio", "20000,20090,20167", 41.9256, 8.7376);
    world_commune(w, "97411", "Saint-Denis", "97400", -20.8852, 55.4579);
}

static inline void world_init(struct world *w)
{
    *w = (struct world){place_gazetteer_new(), where_new(), mend_new(), prefill_new(), {0}};
    world_places(w);
    world_must(prefill_add_naf(w->prefill, "8121Z", "90911200 90910000", "services"));
    world_must(prefill_add_naf(w->prefill, "8130Z", "77310000", "services works"));
    world_must(prefill_add_structure(w->prefill, "ACI", "77310000 90910000 98310000", "services works supplies"));
    world_must(prefill_add_structure(w->prefill, "EI", "45400000 90910000", "services works"));
    w->x = (struct import_context){w->places, w->where, w->mender, w->prefill, world_cpv_known, NULL};
}

static inline void world_fini(struct world *w)
{
    prefill_free(w->prefill);
    mend_free(w->mender);
    where_free(w->where);
    place_gazetteer_free(w->places);
}

// "check_digit /codeCPV; ..." of all faults, in their order.
static inline const char *world_faults(struct arena *arena, const struct faults *f)
{
    const char *all = "";
    for (size_t i = 0; i < f->count && i < FAULT_MOST; i++)
        all = arena_format(arena, "%s%s%s %s", all, *all ? "; " : "", err_word(f->list[i].err), f->list[i].pointer);
    return all;
}

#endif
