// SPDX-License-Identifier: EUPL-1.2
// Knows for whom a token or a cookie speaks.
#include "app/access.h"

#include "app/config.h"
#include "app/hub.h"
#include "app/live.h"
#include "base/clock.h"
#include "base/map.h"
#include "wire/device.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REMEMBERED 10000      // tokens; all are forgotten when there are more
#define REMEMBER_US 5000000   // so long what another process revoked may still work
#define COOKIE "__Host-entregent"

struct known {
    int64_t until; // clock_mono
    struct arena *arena;
    struct caller caller;
};

struct access {
    struct parts *parts;
    uint64_t forgotten; // how often: what was asked before is not remembered after
    struct map *known; // hash of the token or cookie -> struct known
};

struct asked { // one look-up under way, in the arena of the request
    struct access *access;
    char hash[SEAL_HASH];
    bool cookie;
    uint64_t forgotten; // when it began
    void (*next)(struct call *c, enum err err);
};

struct access *access_new(struct parts *s)
{
    struct access *a = memory_new(sizeof *a);
    a->parts = s;
    a->known = map_new();
    return a;
}

static void forget_all(struct access *a)
{
    size_t at = 0;
    void *value;
    while (map_next(a->known, &at, NULL, NULL, &value)) {
        struct known *k = value;
        arena_free(k->arena);
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
            int value = word_value(list, word);
            bits |= value > 0 ? (unsigned)value : 0;
        }
        at += len;
    }
    return bits;
}

static void recognise(struct call *c, const struct known *k)
{
    c->caller = k->caller;
    c->caller.name = arena_string(c->arena, k->caller.name); // the other may be forgotten meanwhile
}

static struct known *make_known(struct access *a, const char *hash)
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
    arena_free(k->arena);
    k->arena = arena_new();
    return k;
}

static unsigned scopes_of(const char *words)
{
    unsigned bits = 0;
    struct arena *arena = arena_new();
    char *rest = arena_string(arena, words);
    for (char *word; (word = strsep(&rest, ","));)
        bits |= rights_scope(word);
    arena_free(arena);
    return bits;
}

static void copy(char *to, size_t room, const char *value)
{
    snprintf(to, room, "%s", value ? value : "");
}

static bool is_true(const char *value)
{
    return text_equal(value, "t");
}

// Columns of session_find and token_find: organisation, SIRET, name, kinds, structures, suspended; person, role, scopes,
// moderator, whether the last use is to be noted. A session has no scopes of its own, an organisation's token no role.
static const struct known *remember(struct asked *asked, const struct pg_result *r)
{
    struct known *k = make_known(asked->access, asked->hash);
    struct caller *who = &k->caller;
    k->until = asked->forgotten == asked->access->forgotten ? clock_mono() + REMEMBER_US : 0;
    *who = (struct caller){.session = asked->cookie, .member = pg_value(r, 0, 0) != NULL};
    copy(who->id, sizeof who->id, pg_value(r, 0, 0));
    copy(who->siret, sizeof who->siret, pg_value(r, 0, 1));
    who->name = arena_string(k->arena, pg_value(r, 0, 2) ? pg_value(r, 0, 2) : "");
    who->kinds = access_bits("kind", pg_value(r, 0, 3) ? pg_value(r, 0, 3) : "");
    who->structures = access_bits("structure", pg_value(r, 0, 4) ? pg_value(r, 0, 4) : "");
    who->suspended = is_true(pg_value(r, 0, 5));
    copy(who->person, sizeof who->person, pg_value(r, 0, 6));
    who->moderator = is_true(pg_value(r, 0, 9));
    who->scopes = pg_value(r, 0, 8) ? scopes_of(pg_value(r, 0, 8)) : ~0U;
    if (*who->person)
        who->scopes &= rights_role(pg_value(r, 0, 7));
    who->scopes |= who->moderator ? SCOPE_MODERATE : 0;
    copy(who->credential, sizeof who->credential, asked->hash);
    return k;
}

static void on_noted(void *ctx, const struct pg_result *r)
{
    (void)ctx, (void)r; // the next use notes it otherwise
}

static void note_use(struct call *c, const char *hash)
{
    char days[24];
    snprintf(days, sizeof days, "%lld", (long long)c->parts->config->session_days);
    const char *device = device_name(call_header_value(c, "User-Agent"), c->arena);
    pg_write(c->parts->pg, NULL, SQL_caller_seen, (const char *const[]){hash, days, device}, on_noted, NULL);
}

static void on_found(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct asked *asked = c->state;
    bool found = r->err == ERR_OK && r->rows == 1;
    c->state = NULL;
    if (found)
        recognise(c, remember(asked, r));
    if (found && is_true(pg_value(r, 0, 10)))
        note_use(c, asked->hash);
    asked->next(c, r->err != ERR_OK ? r->err : found ? ERR_OK : ERR_BAD_TOKEN);
}

// The secret of our cookie (RFC 6265, 4.2), NULL when there is none.
static const char *cookie_of(struct call *c)
{
    const char *header = call_header_value(c, "Cookie");
    for (const char *at = header; at; at = strchr(at, ';')) {
        at += strspn(at, "; ");
        if (text_starts(at, COOKIE "=")) {
            at += sizeof COOKIE;
            return arena_copy(c->arena, at, strcspn(at, ";"));
        }
    }
    return NULL;
}

void access_check(struct access *a, struct call *c, void (*next)(struct call *c, enum err err))
{
    const char *given = call_header_value(c, "Authorization"), *secret = given ? NULL : cookie_of(c);
    struct asked *asked = arena_take(c->arena, sizeof *asked);
    *asked = (struct asked){.access = a, .next = next, .cookie = secret != NULL, .forgotten = a->forgotten};
    if (given && strncasecmp(given, "Bearer ", 7) == 0)
        secret = given + 7 + strspn(given + 7, " ");
    if (!secret) {
        next(c, ERR_NO_TOKEN);
        return;
    }
    if (!seal_token_shaped(secret)) {
        next(c, ERR_BAD_TOKEN);
        return;
    }
    seal_hash(secret, strlen(secret), asked->hash);
    const struct known *k = map_get_string(a->known, asked->hash);
    if (k && k->caller.session == asked->cookie && k->until > clock_mono()) {
        recognise(c, k);
        next(c, ERR_OK);
        return;
    }
    c->state = asked;
    call_read(c, asked->cookie ? SQL_session_find : SQL_token_find, (const char *const[]){asked->hash}, on_found);
}

bool access_cookied(struct call *c)
{
    return cookie_of(c) != NULL;
}

void access_forget(struct access *a)
{
    forget_all(a);
    a->forgotten++;
    a->known = map_new();
    hub_recheck(a->parts->hub);
    live_recheck(a->parts->live);
}

void access_cookie(struct call *c, const char *secret)
{
    if (secret)
        call_header(c, "Set-Cookie", COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%lld", secret,
                    (long long)c->parts->config->session_days * 86400);
    else
        call_header(c, "Set-Cookie", COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}
