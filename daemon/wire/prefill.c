// SPDX-License-Identifier: EUPL-1.2
// Knows which codes a NAF code or a kind of structure stands for.
#include "wire/prefill.h"

#include "base/map.h"
#include "core/naf.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

struct prefill {
    struct arena *arena;
    struct map *naf;        // code -> struct prefill_row
    struct map *structures; // bit -> struct prefill_row
};

struct prefill *prefill_new(void)
{
    struct prefill *p = memory_new(sizeof *p);
    p->arena = arena_new();
    p->naf = map_new();
    p->structures = map_new();
    return p;
}

void prefill_free(struct prefill *p)
{
    if (!p)
        return;
    map_free(p->naf);
    map_free(p->structures);
    arena_free(p->arena);
    free(p);
}

static enum err read_codes(char *cpv, struct arena *arena, struct prefill_row *row)
{
    struct cpv *codes = arena_array(arena, strlen(cpv) / 2 + 1, sizeof *codes);
    char *rest;
    for (char *s = strtok_r(cpv, " ", &rest); s; s = strtok_r(NULL, " ", &rest)) {
        enum err err = cpv_parse(s, &codes[row->count++]);
        if (err && err != ERR_CHECK_DIGIT)
            return err;
    }
    row->cpv = codes;
    return row->count ? ERR_OK : ERR_TOO_FEW;
}

static enum err read_services(char *service, struct prefill_row *row)
{
    char *rest;
    for (char *s = strtok_r(service, " ", &rest); s; s = strtok_r(NULL, " ", &rest)) {
        int bit = word_value("service", s);
        if (bit < 0)
            return ERR_NOT_ONE_OF;
        row->services |= (unsigned)bit;
    }
    return ERR_OK;
}

static enum err read_row(struct prefill *p, const char *cpv, const char *service, struct prefill_row **out)
{
    struct prefill_row *row = arena_take(p->arena, sizeof *row);
    enum err err = read_codes(arena_copy(p->arena, cpv, strlen(cpv)), p->arena, row);
    if (!err)
        err = read_services(arena_copy(p->arena, service, strlen(service)), row);
    *out = row;
    return err;
}

enum err prefill_add_naf(struct prefill *p, const char *naf, const char *cpv, const char *service)
{
    struct prefill_row *row;
    char code[6];
    if (!naf_tidy(naf, code) || strcmp(code, naf) != 0)
        return ERR_WRONG_TYPE;
    enum err err = read_row(p, cpv, service, &row);
    if (!err)
        map_set_string(p->naf, naf, row);
    return err;
}

enum err prefill_add_structure(struct prefill *p, const char *structure, const char *cpv, const char *service)
{
    struct prefill_row *row;
    int bit = word_value("structure", structure);
    if (bit < 0)
        return ERR_NOT_ONE_OF;
    enum err err = read_row(p, cpv, service, &row);
    if (!err)
        map_set_number(p->structures, (uint64_t)bit, row);
    return err;
}

const struct prefill_row *prefill_find(const struct prefill *p, const char *naf, unsigned structures)
{
    const struct prefill_row *row = naf ? map_get_string(p->naf, naf) : NULL;
    for (unsigned bit = 1; !row && bit && bit <= structures; bit <<= 1)
        if (structures & bit)
            row = map_get_number(p->structures, bit);
    return row;
}
