// SPDX-License-Identifier: EUPL-1.2
// Knows what an operator does from the command line.
#include "app/admin.h"

#include "app/access.h"
#include "app/load.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "core/fault.h"
#include "core/rights.h"
#include "core/siret.h"
#include "io/cluster.h"
#include "io/dump.h"
#include "io/loop.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define START_MS 60000  // most time the private PostgreSQL may take to start
#define WAIT_US 10000000 // for a daemon to take up new reference data

static void refuse(struct admin *a, int status, enum err err, const char *arg)
{
    struct fault fault = {"", err, arg};
    fprintf(stderr, "entregentd: %s\n", fault_text(&fault, a->lang, a->arena));
    a->status = status;
}

// Whether every word of a comma-separated list is known: of a word list, or of the kinds of organisation.
static bool words_known(const char *list, const char *words, struct arena *arena)
{
    char *copy = arena_string(arena, words), *rest = copy;
    for (char *word; (word = strsep(&rest, ","));)
        if (list ? word_value(list, word) < 0 : !rights_kind(word))
            return false;
    return true;
}

void admin_org_add(struct admin *a)
{
    const char *structure = a->structure ? a->structure : "";
    if (!a->kind || !a->siret || !a->name || !*a->name)
        refuse(a, 2, ERR_USAGE, "org add --kind buyer|supplier|organiser --siret SIRET --name NAME [--structure EI,...]");
    else if (!words_known(NULL, a->kind, a->arena))
        refuse(a, 2, ERR_NOT_ONE_OF, "buyer, supplier, organiser");
    else if (!siret_valid(a->siret))
        refuse(a, 2, ERR_BAD_SIRET, a->siret);
    else if (!text_utf8(a->name, strlen(a->name)) || strlen(a->name) > 600)
        refuse(a, 2, ERR_BAD_TEXT, NULL);
    else if (*structure && !words_known("structure", structure, a->arena))
        refuse(a, 2, ERR_NOT_ONE_OF, word_all("structure", a->arena));
    if (a->status)
        return;
    char id[37];
    seal_uuid(clock_wall(), id);
    if (store_query(a->session, SQL_organisation_add, (const char *const[]){id, a->siret, a->name, a->kind, structure}) != ERR_OK) {
        a->status = 1;
        return;
    }
    const char *made = arena_string(a->arena, session_value(a->session, 0, 0));
    printf("%s\n", a->json ? made : session_value(a->session, 0, 1));
}

void admin_org_list(struct admin *a)
{
    if (store_query(a->session, SQL_organisation_list, NULL) != ERR_OK) {
        a->status = 1;
        return;
    }
    for (int i = 0; i < session_rows(a->session); i++)
        printf("%s\n", session_value(a->session, i, 0));
}

void admin_token_new(struct admin *a)
{
    int64_t days;
    if (!a->org || (a->days && (!text_int(a->days, &days) || days < 1 || days > 36500))) {
        refuse(a, 2, ERR_USAGE, "token new --org ID|SIRET [--label TEXT] [--days N]");
        return;
    }
    char token[SEAL_TOKEN], hash[SEAL_HASH];
    seal_token(token);
    seal_hash(token, strlen(token), hash);
    if (store_query(a->session, SQL_token_add, (const char *const[]){hash, a->org, a->label, a->days}) != ERR_OK) {
        a->status = 1;
        return;
    }
    if (session_rows(a->session) == 0) {
        refuse(a, 1, ERR_NOT_FOUND, NULL);
        return;
    }
    if (a->json)
        printf("{\"token\":\"%s\",\"organisation\":\"%s\"}\n", token, session_value(a->session, 0, 0));
    else
        printf("%s\n", token);
}

// A daemon that runs on the database takes the new reference data up before the command ends, so that what is done next
// finds it in use. Where none runs there is nobody to wait for.
static void wait_for_daemon(struct admin *a)
{
    const struct timespec pause = {.tv_nsec = 50000000};
    for (int64_t until = clock_mono() + WAIT_US; a->shared && clock_mono() < until; nanosleep(&pause, NULL))
        if (store_query(a->session, SQL_journal_lag, NULL) != ERR_OK || text_equal(session_value(a->session, 0, 0), "0"))
            return;
}

void admin_reference_load(struct admin *a)
{
    const char *said = "";
    if (a->count == 0) {
        refuse(a, 2, ERR_USAGE, "reference load FILE...");
        return;
    }
    if (load_files(a->session, a->count, a->rest, a->fds, a->arena, &said) != ERR_OK)
        a->status = 1;
    else
        fputs(said, stdout);
    if (!a->status)
        wait_for_daemon(a);
}

void admin_db_url(struct admin *a)
{
    printf("%s\n", a->conninfo);
}

void admin_db_psql(struct admin *a)
{
    if (dump_psql(a->conninfo, a->bin, a->rest) != ERR_OK)
        a->status = 1;
}

void admin_db_backup(struct admin *a)
{
    if (a->count != 1)
        refuse(a, 2, ERR_USAGE, "db backup FILE");
    else if (dump_backup(a->conninfo, a->bin, a->rest[0]) != ERR_OK)
        a->status = 1;
}

void admin_db_restore(struct admin *a)
{
    if (a->count != 1)
        refuse(a, 2, ERR_USAGE, "db restore FILE");
    else if (dump_restore(a->conninfo, a->bin, "-", sql_query[SQL_journal_rebase].text) != ERR_OK)
        a->status = 1;
}

// Running a verb

struct run {
    struct admin *admin;
    void (*verb)(struct admin *a);
    bool needs_session, done;
    struct cluster *cluster;
    struct loop *loop;
};

static void run_verb(struct run *r)
{
    struct admin *a = r->admin;
    bool fresh;
    r->done = true;
    if (r->needs_session && (session_open(&a->session, a->conninfo, NULL) != ERR_OK || store_migrate(a->session, &fresh) != ERR_OK))
        a->status = 1;
    else
        r->verb(a);
    session_close(a->session);
    a->session = NULL;
    if (fflush(stdout) != 0)
        a->status = 1;
}

static void on_stopped(void *ctx)
{
    struct run *r = ctx;
    loop_stop(r->loop);
}

static void on_ready(void *ctx)
{
    struct run *r = ctx;
    if (r->done)
        return;
    run_verb(r);
    cluster_stop(r->cluster, on_stopped, r);
}

// The private PostgreSQL does not come up; its log says why.
static void on_late(void *ctx)
{
    struct run *r = ctx;
    if (r->done)
        return;
    r->done = true;
    refuse(r->admin, 1, ERR_UNAVAILABLE, NULL);
    cluster_stop(r->cluster, on_stopped, r);
}

int admin_run(struct admin *a, void (*verb)(struct admin *a), bool needs_session)
{
    struct run r = {.admin = a, .verb = verb, .needs_session = needs_session};
    if (*a->config->database_url) {
        a->conninfo = a->config->database_url;
        a->bin = a->config->postgres_bin;
        a->shared = true;
        run_verb(&r);
        return a->status;
    }
    if (cluster_prepare(&r.cluster, &(struct cluster_options){a->usable, a->config->postgres_bin}) != ERR_OK)
        return 1;
    a->conninfo = cluster_conninfo(r.cluster);
    a->bin = cluster_bin(r.cluster);
    a->shared = cluster_answers(r.cluster);
    if (a->shared || verb == admin_db_url) {
        run_verb(&r);
    } else {
        r.loop = loop_new();
        struct loop_timer *late = loop_timer_new(r.loop, on_late, &r);
        loop_timer_set(late, START_MS);
        cluster_start(r.cluster, r.loop, on_ready, &r);
        loop_run(r.loop);
        loop_timer_free(late);
        loop_free(r.loop);
    }
    cluster_free(r.cluster);
    return a->status;
}
