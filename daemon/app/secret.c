// SPDX-License-Identifier: EUPL-1.2
// Knows how a password's way through the pool ends.
#include "app/secret.h"

#include "io/pool.h"
#include "wire/seal.h"

struct job { // in the arena of the request, which lives until the answer
    struct call *call;
    void *state;
    const char *stored, *password;
    char hash[SEAL_PASSWORD];
    bool good;
    void (*checked)(struct call *c, bool right);
    void (*made)(struct call *c, const char *hash);
};

static void check(void *data)
{
    struct job *j = data;
    j->good = seal_password_is(j->stored, j->password);
}

static void make(void *data)
{
    struct job *j = data;
    j->good = seal_password(j->password, j->hash);
}

static void on_done(void *data, enum err err)
{
    struct job *j = data;
    struct call *c = j->call;
    c->state = j->state;
    if (err != ERR_OK || !c->parts->ready || (j->made && !j->good))
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else if (j->made)
        j->made(c, j->hash);
    else
        j->checked(c, j->good);
}

static void run(struct call *c, const struct job *job, void (*work)(void *data))
{
    struct job *j = arena_take(c->arena, sizeof *j);
    *j = *job;
    j->call = c;
    j->state = c->state;
    enum err err = pool_run(c->parts->pool, work, on_done, j);
    if (err != ERR_OK)
        call_refuse(c, err, NULL, NULL);
}

void secret_check(struct call *c, const char *stored, const char *password, void (*next)(struct call *c, bool right))
{
    run(c,
        &(struct job){.stored = stored ? arena_string(c->arena, stored) : NULL, .password = password ? password : "",
                      .checked = next},
        check);
}

void secret_make(struct call *c, const char *password, void (*next)(struct call *c, const char *hash))
{
    if (password)
        run(c, &(struct job){.password = password, .made = next}, make);
    else
        next(c, NULL);
}
