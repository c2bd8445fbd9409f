// SPDX-License-Identifier: EUPL-1.2
// Real places, enterprises and contracts for tests, where they are at hand: what is drawn from them is up to the test.
#ifndef TESTS_REAL_H
#define TESTS_REAL_H

#include "core/cpv.h"
#include "places.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct real_seat {
    const char *siret, *kind; // "ACI"
    const char *place;        // the written form of its commune, in the arena
    struct point at;
};

struct real_contract {
    char buyer[64], title[64];
    struct cpv cpv;
    const char *place; // in the arena
    int64_t euros;     // -1: not said
};

// Where they are: ENTREGENT_SHARED, else beside the project.
static inline const char *real_shared(void)
{
    const char *given = getenv("ENTREGENT_SHARED");
    return given ? given : "../shared";
}

static inline FILE *real_open(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, "r");
}

// Cuts a line at its tabs; missing columns are "".
static inline void real_columns(char *line, const char **out, size_t count)
{
    line[strcspn(line, "\r\n")] = 0;
    for (size_t i = 0; i < count; i++) {
        char *tab = line ? strchr(line, '\t') : NULL;
        out[i] = line ? line : "";
        line = tab ? tab + 1 : NULL;
        if (tab)
            *tab = 0;
    }
}

static inline struct point real_point(const char *lat, const char *lon)
{
    return *lat && *lon ? point_of(atof(lat), atof(lon)) : (struct point){0};
}

// Calls each for every line but the first, cut into columns; false when the file is absent.
static inline bool real_lines(const char *folder, const char *name, size_t count,
                              void (*each)(void *ctx, const char **columns), void *ctx)
{
    char line[8192];
    const char *columns[16];
    FILE *f = real_open(folder, name);
    bool head = true;
    if (!f)
        return false;
    for (; fgets(line, sizeof line, f); head = false) {
        real_columns(line, columns, count);
        if (!head)
            each(ctx, columns);
    }
    fclose(f);
    return true;
}

static inline void real_add_departement(void *ctx, const char **c)
{
    must(place_add_departement(ctx, c[0], c[1], c[2], c[3], c[4], c[5], real_point(c[6], c[7])));
}

static inline void real_add_region(void *ctx, const char **c)
{
    must(place_add_region(ctx, c[0], c[1]));
}

static inline void real_add_commune(void *ctx, const char **c)
{
    must(place_add_commune(ctx, c[0], c[1], c[5], real_point(c[9], c[8])));
}

// What the project itself carries; run in its folder.
static inline void real_departements(struct gazetteer *g)
{
    if (!real_lines("sql/reference", "region.tsv", 3, real_add_region, g) ||
        !real_lines("sql/reference", "departement.tsv", 8, real_add_departement, g))
        abort();
}

static inline bool real_places(struct gazetteer *g)
{
    real_departements(g);
    return real_lines(real_shared(), "reference/communes.tsv", 10, real_add_commune, g);
}

// Enterprises whose commune is found.
static inline bool real_seats(const struct gazetteer *g, struct arena *arena,
                              void (*each)(void *ctx, const struct real_seat *seat), void *ctx)
{
    char line[8192];
    const char *c[12];
    FILE *f = real_open(real_shared(), "data/suppliers/siae.tsv");
    if (!f)
        return false;
    while (fgets(line, sizeof line, f)) {
        real_columns(line, c, 12);
        struct real_seat seat = {c[0], c[1], place_by_postal(g, c[7], c[8], arena), real_point(c[11], c[10])};
        if (seat.place)
            each(ctx, &seat);
    }
    fclose(f);
    return true;
}

// The value of "key": "..." in a line of JSON, without escapes; false when it is not there or too long.
static inline bool real_json(const char *line, const char *key, char out[static 64])
{
    const char *at = strstr(line, key), *end;
    if (!at || !(at = strchr(at + strlen(key), ':')) || !(at = strchr(at, '"')) || !(end = strchr(at + 1, '"')) ||
        end - at > 63)
        return false;
    snprintf(out, 64, "%.*s", (int)(end - at - 1), at + 1);
    return true;
}

static inline bool real_read_contract(const struct gazetteer *g, const char *line, struct arena *arena,
                                      struct real_contract *out)
{
    char code[64], where[64];
    const char *lieu = strstr(line, "\"lieuExecution\""), *buyer = strstr(line, "\"acheteur\""),
               *amount = strstr(line, "\"montant\": ");
    *out = (struct real_contract){.euros = amount ? (int64_t)atof(amount + strlen("\"montant\": ")) : -1};
    if (!lieu || !real_json(line, "\"codeCPV\"", code) || !real_json(lieu, "\"code\"", where))
        return false;
    if (!buyer || !real_json(buyer, "\"id\"", out->buyer))
        out->buyer[0] = 0;
    if (!real_json(line, "\"objet\"", out->title))
        out->title[0] = 0;
    enum err err = cpv_parse(code, &out->cpv);
    out->place = place_by_postal(g, where, NULL, arena);
    if (!out->place)
        out->place = place_departement_of(g, where, arena);
    return (err == ERR_OK || err == ERR_CHECK_DIGIT) && out->place;
}

// Contracts whose code and place are understood.
static inline bool real_contracts(const struct gazetteer *g, struct arena *arena,
                                  void (*each)(void *ctx, const struct real_contract *contract), void *ctx)
{
    static const char *const names[] = {"data/needs/decp_aife.jsonl", "data/needs/decp_marches_publics_info.jsonl"};
    char line[16384];
    struct real_contract contract;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        FILE *f = real_open(real_shared(), names[i]);
        if (!f)
            return false;
        while (fgets(line, sizeof line, f))
            if (real_read_contract(g, line, arena, &contract))
                each(ctx, &contract);
        fclose(f);
    }
    return true;
}

#endif
