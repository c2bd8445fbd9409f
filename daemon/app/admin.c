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
#include "io/postgres.h"
#include "wire/chain.h"
#include "wire/mail.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define START_MS 60000  // most time the private PostgreSQL may take to start
#define AUDIT_PAGE "1000"
#define AUDIT_START "-9223372036854775808" // before what may never stand there, too
#define SCOPES "read,needs,offers,conventions,administer"
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
    const char *scopes = a->scopes ? a->scopes : SCOPES;
    if (!a->org || (a->days && (!text_int(a->days, &days) || days < 1 || days > 36500))) {
        refuse(a, 2, ERR_USAGE, "token new --org ID|SIRET [--label TEXT] [--days N] [--scopes " SCOPES "]");
        return;
    }
    if (!words_known("scope", scopes, a->arena)) {
        refuse(a, 2, ERR_NOT_ONE_OF, word_all("scope", a->arena));
        return;
    }
    char token[SEAL_TOKEN], hash[SEAL_HASH];
    seal_token(token);
    seal_hash(token, strlen(token), hash);
    if (store_query(a->session, SQL_token_add, (const char *const[]){hash, a->org, a->label, a->days, scopes}) != ERR_OK) {
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

void admin_person_add(struct admin *a)
{
    char id[37], email[255];
    const char *language = a->language ? a->language : "fr";
    if (!a->email || !a->name || !*a->name || !a->org != !a->role)
        refuse(a, 2, ERR_USAGE, "person add --email E --name N [--org ID|SIRET --role owner|editor|reader] [--moderator] [--lang fr|en]");
    else if (!mail_address(a->email, email))
        refuse(a, 2, ERR_BAD_MAIL, a->email);
    else if (!text_utf8(a->name, strlen(a->name)) || strlen(a->name) > 600 || strpbrk(a->name, "\t\r\n"))
        refuse(a, 2, ERR_BAD_TEXT, NULL);
    else if (a->role && word_value("role", a->role) < 0)
        refuse(a, 2, ERR_NOT_ONE_OF, word_all("role", a->arena));
    else if (word_value("language", language) < 0)
        refuse(a, 2, ERR_NOT_ONE_OF, word_all("language", a->arena));
    if (a->status)
        return;
    seal_uuid(clock_wall(), id);
    if (store_query(a->session, SQL_person_add,
                    (const char *const[]){id, email, a->name, language, a->moderator ? "true" : "false", a->org, a->role}) != ERR_OK)
        a->status = 1;
    else if (session_rows(a->session) == 0)
        refuse(a, 1, ERR_NOT_FOUND, NULL);
    else
        printf("%s\n", session_value(a->session, 0, a->json ? 0 : 1));
}

// The audit log

// Every entry in order (columns seq, organisation, entry, hash), as they stand at one moment, which lasts until the session
// ends. False when one could not be read, or fn returned false.
static bool each_entry(struct admin *a, bool (*fn)(void *ctx, struct session *s, int row), void *ctx)
{
    char after[24] = AUDIT_START;
    int rows = 1;
    enum err err = session_script(a->session, "snapshot", "begin isolation level repeatable read read only");
    while (err == ERR_OK && rows) {
        err = store_query(a->session, SQL_audit_read, (const char *const[]){after, AUDIT_PAGE});
        rows = err == ERR_OK ? session_rows(a->session) : 0;
        for (int i = 0; i < rows; i++)
            if (!fn(ctx, a->session, i))
                return false;
        if (rows)
            snprintf(after, sizeof after, "%s", session_value(a->session, rows - 1, 0));
    }
    a->status = err == ERR_OK ? a->status : 1;
    return err == ERR_OK;
}

struct audit {
    struct chain_walk walk;
    struct chain_link anchor;
    bool met; // the anchor is in the chain
};

static bool check_entry(void *ctx, struct session *s, int row)
{
    struct audit *t = ctx;
    bool right = chain_step(&t->walk, atoll(session_value(s, row, 0)), session_value(s, row, 1), session_value(s, row, 2), session_value(s, row, 3));
    t->met = t->met || chain_same(&t->walk.head, &t->anchor);
    return right;
}

// The chain must end where the last entry was noted, and hold the anchor.
static void check_end(struct admin *a, struct audit *t)
{
    struct chain_link top = {.seq = -1};
    if (store_query(a->session, SQL_audit_top, NULL) != ERR_OK) {
        a->status = 1;
        return;
    }
    if (session_rows(a->session) == 1) {
        top.seq = atoll(session_value(a->session, 0, 0));
        snprintf(top.hash, sizeof top.hash, "%s", session_value(a->session, 0, 1));
    }
    if (!t->met) {
        t->walk.wrong = "anchor";
        t->walk.broken = t->anchor.seq;
    } else if (!chain_same(&t->walk.head, &top)) {
        t->walk.wrong = "head";
        t->walk.broken = t->walk.head.seq;
    }
}

void admin_audit_verify(struct admin *a)
{
    struct audit t = {.met = !a->expect};
    if (a->count || (a->expect && !chain_anchor(a->expect, &t.anchor))) {
        refuse(a, 2, ERR_USAGE, "audit verify [--expect SEQ:HASH] [--json]");
        return;
    }
    if (each_entry(a, check_entry, &t))
        check_end(a, &t);
    if (t.walk.wrong) {
        refuse(a, 1, ERR_AUDIT_BROKEN, arena_format(a->arena, "%lld (%s)", (long long)t.walk.broken, t.walk.wrong));
        if (a->json)
            printf("{\"broken\":%lld,\"why\":\"%s\"}\n", (long long)t.walk.broken, t.walk.wrong);
    } else if (!a->status)
        printf(a->json ? "{\"entries\":%lld,\"seq\":%lld,\"hash\":\"%s\"}\n" : "%lld entries, head %lld %s\n",
               (long long)t.walk.head.seq, (long long)t.walk.head.seq, t.walk.head.hash);
}

static bool print_entry(void *ctx, struct session *s, int row)
{
    (void)ctx;
    return printf("%s\n", session_value(s, row, 2)) > 0;
}

void admin_audit_list(struct admin *a)
{
    if (!each_entry(a, print_entry, NULL))
        a->status = 1;
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

int admin_run_beside(struct admin *a, void (*verb)(struct admin *a))
{
    verb(a);
    return fflush(stdout) != 0 ? 1 : a->status;
}

int admin_run(struct admin *a, void (*verb)(struct admin *a), bool needs_session)
{
    struct run r = {.admin = a, .verb = verb, .needs_session = needs_session};
    if (*a->config->database_url) {
        a->conninfo = a->config->database_url;
        char *newest = *a->config->postgres_bin ? NULL : postgres_folder(0);
        a->bin = newest ? arena_string(a->arena, newest) : a->config->postgres_bin;
        free(newest);
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
