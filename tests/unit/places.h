// SPDX-License-Identifier: EUPL-1.2
// A small France for tests: four régions, eight départements, a handful of communes.
#ifndef TESTS_PLACES_H
#define TESTS_PLACES_H

#include "core/place.h"

#include <stdlib.h>

struct small_departement {
    const char *code, *name, *region, *nuts, *prefecture, *prefecture_name;
    double lat, lon;
};

struct small_commune {
    const char *code, *name, *postal;
    double lat, lon; // 0, 0: not known
};

static const struct small_departement small_departements[] = {
    {"63", "Puy-de-Dôme", "84", "FRK14", "63113", "Clermont-Ferrand", 45.7797, 3.0869},
    {"03", "Allier", "84", "FRK11", "03190", "Moulins", 46.5647, 3.3326},
    {"69", "Rhône", "84", "FRK26", "69123", "Lyon", 45.7580, 4.8351},
    {"2A", "Corse-du-Sud", "94", "FRM01", "2A004", "Ajaccio", 41.9270, 8.7369},
    {"2B", "Haute-Corse", "94", "FRM02", "2B033", "Bastia", 42.6973, 9.4509},
    {"75", "Paris", "11", "FR101", "75056", "Paris", 48.8589, 2.3470},
    {"92", "Hauts-de-Seine", "11", "FR105", "92050", "Nanterre", 48.8960, 2.2067},
    {"974", "La Réunion", "04", "FRY40", "97411", "Saint-Denis", -20.8852, 55.4579},
};

static const struct small_commune small_communes[] = {
    {"63113", "Clermont-Ferrand", "63000,63100", 45.7797, 3.0869},
    {"63300", "Riom", "63200", 45.8933, 3.1125},
    {"63178", "Issoire", "63500", 45.5440, 3.2490},
    {"63003", "Ambert", "63600", 45.5497, 3.7417},
    {"63430", "Thiers", "63300", 45.8563, 3.5473},
    {"03310", "Vichy", "03200", 46.1278, 3.4256},
    {"03185", "Montluçon", "03100", 46.3408, 2.6033},
    {"69381", "Lyon 1er Arrondissement", "69001", 45.7699, 4.8292},
    {"69264", "Villefranche-sur-Saône", "69400", 45.9895, 4.7188},
    {"2A247", "Porto-Vecchio", "20137", 41.5911, 9.2795},
    {"75101", "Paris 1er Arrondissement", "75001", 48.8626, 2.3363},
    {"75112", "Paris 12e Arrondissement", "75012", 48.8352, 2.4197},
    {"92012", "Boulogne-Billancourt", "92100", 48.8365, 2.2391},
    {"97415", "Saint-Paul", "97460", -21.0100, 55.2700},
    {"63999", "Sans-Coordonnées", "63999", 0, 0},
    {"63047", "Saint-Beauzire", "63360", 0, 0},
    {"63350", "Saint-Germain", "63360", 0, 0},
};

static inline void must(enum err err)
{
    if (err != ERR_OK)
        abort();
}

static inline struct point point_of(double lat, double lon)
{
    return (struct point){lat, lon, lat != 0 || lon != 0};
}

static inline struct gazetteer *places_departements(void)
{
    struct gazetteer *g = place_gazetteer_new();
    must(place_add_region(g, "84", "Auvergne-Rhône-Alpes"));
    must(place_add_region(g, "94", "Corse"));
    must(place_add_region(g, "11", "Île-de-France"));
    must(place_add_region(g, "04", "La Réunion"));
    for (size_t i = 0; i < sizeof small_departements / sizeof *small_departements; i++) {
        const struct small_departement *d = &small_departements[i];
        must(place_add_departement(g, d->code, d->name, d->region, d->nuts, d->prefecture, d->prefecture_name,
                                     point_of(d->lat, d->lon)));
    }
    return g;
}

static inline struct gazetteer *places_small(void)
{
    struct gazetteer *g = places_departements();
    for (size_t i = 0; i < sizeof small_communes / sizeof *small_communes; i++) {
        const struct small_commune *c = &small_communes[i];
        must(place_add_commune(g, c->code, c->name, c->postal, point_of(c->lat, c->lon)));
    }
    return g;
}

static inline struct place place_at(const struct gazetteer *g, const char *text, struct arena *arena)
{
    struct place p;
    must(place_parse(g, text, arena, &p));
    return p;
}

#endif
