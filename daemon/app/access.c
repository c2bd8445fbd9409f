// SPDX-License-Identifier: EUPL-1.2
// Knows which organisation a token speaks for.
#include "app/access.h"

#include "base/clock.h"
#include "base/map.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REMEMBERED 10000      // tokens; all are forgotten when there are more
#define REMEMBER_US 5000000   // so long a revoked token may still work

struct known {
    int64_t until; // clock_mono
    char id[37], siret[15];
    char *name;
    unsigned kinds, structures;
};

struct access {
    struct map *known; // hash of the token -> struct known
};

struct asked { // one look-up under way, in the arena of the request
    struct access *access;
    char hash[SEAL_HASH];
    void (*next)(struct call *c, enum err err);
};

struct access *access_new(void)
{
    struct access *a = memory_new(sizeof *a);
    a->known = map_new();
    return a;
}

static void forget_all(struct access *a)
{
    size_t at = 0;
    void *value;
    while (map_next(a->known, &at, NULL, NULL, &value)) {
        struct known *k = value;
        free(k->name);
        free(k);
    }
    map_free(a->known);
}

void access_free(struct access *a)
{
    if (!a)
        return;
    forget_all(a);
    free(a);
}

unsigned access_bits(const char *list, const char *words)
{
    unsigned bits = 0;
    char word[64];
    for (const char *at = words; *at; at += *at == ',') {
        size_t len = strcspn(at, ",");
        if (len < sizeof word) {
            memcpy(word, at, len);
            word[len] = 0;
            int value = list ? word_value(list, word) : (int)rights_kind(word);
            bits |= value > 0 ? (unsigned)value : 0;
        }
        at += len;
    }
    return bits;
}

static void recognise(struct call *c, const struct known *k)
{
    memcpy(c->caller.id, k->id, sizeof k->id);
    memcpy(c->caller.siret, k->siret, sizeof k->siret);
    c->caller.name = arena_string(c->arena, k->name);
    c->caller.kinds = k->kinds;
    c->caller.structures = k->structures;
}

static struct known *remember(struct access *a, const char *hash, const struct pg_result *r)
{
    if (map_count(a->known) >= REMEMBERED) {
        forget_all(a);
        a->known = map_new();
    }
    struct known *k = map_get_string(a->known, hash);
    if (!k) {
        k = memory_new(sizeof *k);
        map_set_string(a->known, hash, k);
    }
    free(k->name);
    strncpy(k->id, pg_value(r, 0, 0), sizeof k->id - 1);
    strncpy(k->siret, pg_value(r, 0, 1), sizeof k->siret - 1);
    k->name = memory_string(pg_value(r, 0, 2));
    k->kinds = access_bits(NULL, pg_value(r, 0, 3));
    k->structures = access_bits("structure", pg_value(r, 0, 4));
    k->until = clock_mono() + REMEMBER_US;
    return k;
}

static void on_found(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct asked *asked = c->state;
    c->state = NULL;
    if (r->err == ERR_OK && r->rows == 1)
        recognise(c, remember(asked->access, asked->hash, r));
    asked->next(c, r->err != ERR_OK ? r->err : r->rows == 1 ? ERR_OK : ERR_BAD_TOKEN);
}

void access_check(struct access *a, struct call *c, void (*next)(struct call *c, enum err err))
{
    const char *given = call_header_value(c, "Authorization");
    if (!given || strncasecmp(given, "Bearer ", 7) != 0) {
        next(c, ERR_NO_TOKEN);
        return;
    }
    given += 7 + strspn(given + 7, " ");
    if (!seal_token_shaped(given)) {
        next(c, ERR_BAD_TOKEN);
        return;
    }
    struct asked *asked = arena_take(c->arena, sizeof *asked);
    *asked = (struct asked){.access = a, .next = next};
    seal_hash(given, strlen(given), asked->hash);
    const struct known *k = map_get_string(a->known, asked->hash);
    if (k && k->until > clock_mono()) {
        recognise(c, k);
        next(c, ERR_OK);
        return;
    }
    c->state = asked;
    call_read(c, SQL_token_find, (const char *const[]){asked->hash}, on_found);
}
