// SPDX-License-Identifier: EUPL-1.2
// entregentd: reads its arguments and settings, then serves or does one thing.
#include "app/admin.h"
#include "app/check.h"
#include "app/config.h"
#include "app/daemon.h"
#include "app/post.h"
#include "app/queue.h"
#include "app/solve.h"
#include "base/log.h"
#include "base/text.h"
#include "io/account.h"
#include "io/upgrade.h"
#include "wire/print.h"
#include "wire/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum need { NOTHING, DIRECTORY, LOCK, DATABASE, SESSION }; // what a verb needs before it runs

static const struct verb {
    const char *words[2];
    const char *usage, *says;
    enum need need;
    void (*run)(struct admin *a);
    bool reads; // its arguments are files to read
    bool makes; // makes the data directory when it is not there
} verbs[] = {
    {{"serve", NULL}, "[--listen ADDR:PORT]", "run in the foreground until SIGTERM", LOCK, NULL, false, true},
    {{"org", "add"}, "--kind buyer|supplier|organiser[,...] --siret SIRET --name NAME [--structure EI,...]",
     "add an organisation, or what is new of a known one", SESSION, admin_org_add, false, true},
    {{"org", "list"}, "", "list organisations, one JSON object a line", SESSION, admin_org_list, false, false},
    {{"token", "new"}, "--org ID|SIRET [--label TEXT] [--days N] [--scopes read,needs,...]",
     "make an access token with all scopes or some; it is shown once", SESSION, admin_token_new, false, false},
    {{"person", "add"}, "--email E --name N [--org ID|SIRET --role owner|editor|reader] [--moderator] [--lang fr|en]",
     "add a person, or what is new of a known one", SESSION, admin_person_add, false, false},
    {{"audit", "verify"}, "[--expect SEQ:HASH]", "check the chain of the audit log, and that an anchor kept elsewhere is in it", SESSION,
     admin_audit_verify, false, false},
    {{"audit", "list"}, "", "list the audit log, one JSON object a line", SESSION, admin_audit_list, false, false},
    {{"reference", "load"}, "FILE...", "load code_fr.xml and code_en.xml (CPV), a CPV TSV or a TSV of communes", SESSION,
     admin_reference_load, true, true},
    {{"mail", "list"}, "", "list the mails that were written to DATA/mail for want of a relay, newest first", DIRECTORY, post_list,
     false, false},
    {{"mail", "show"}, "[ID] [--raw]", "show such a mail, the newest without an ID", DIRECTORY, post_show, false, false},
    {{"outbox", "list"}, "[--state due|claimed|done|failed] [--channel mail|webhook]", "list deliveries that are not done, the next due first", SESSION,
     queue_list, false, false},
    {{"outbox", "retry"}, "ID...|all [--channel ID]", "deliver again what failed, and at once what waits for its next try", SESSION, queue_retry,
     false, false},
    {{"outbox", "drop"}, "ID...|all [--channel ID]", "give up what is due", SESSION, queue_drop, false, false},
    {{"db", "url"}, "", "print the connection string", DATABASE, admin_db_url, false, false},
    {{"db", "psql"}, "[-- ARGUMENTS]", "open psql on the database", DATABASE, admin_db_psql, false, false},
    {{"db", "backup"}, "FILE|-", "write a backup", DATABASE, admin_db_backup, false, false},
    {{"db", "restore"}, "FILE|-", "restore a backup; the daemon must not run", LOCK, admin_db_restore, true, true},
    {{"db", "upgrade"}, "", "move the private cluster to the newest PostgreSQL installed; the daemon must not run", LOCK, NULL, false, false},
};
#define VERBS (sizeof verbs / sizeof *verbs)

struct options {
    const char *data, *print;
    bool json, help, version, check;
    struct config config;
    struct config_source source;
    struct admin admin;
    const char *sets[64]; // --listen and --set, put into the settings after the file
    int set_count;
    const char *words[64];
    int word_count;
};

static void usage(FILE *out)
{
    fprintf(out, "entregentd %s\n\n", ENTREGENT_VERSION);
    for (size_t i = 0; i < VERBS; i++)
        fprintf(out, "  entregentd %s%s%s %s\n      %s\n", verbs[i].words[0], verbs[i].words[1] ? " " : "",
                verbs[i].words[1] ? verbs[i].words[1] : "", verbs[i].usage, verbs[i].says);
    fprintf(out, "  entregentd --check-config\n      say what is wrong with the settings, or \"ok\"\n"
                 "  entregentd --print %s\n\nOptions of all: --data DIR (default ./data, or ENTREGENT_DATA), --set NAME=VALUE "
                 "(see --print settings), --json, --version, --help\nExit status: 0 done, 1 failed, 2 wrong usage, 69 cannot "
                 "listen, 78 wrong settings or database.\n",
            print_lists());
}

static int wrong(const char *what)
{
    fprintf(stderr, "entregentd: %s ?  (entregentd --help)\n", what);
    return 2;
}

// Where the value of an option goes; NULL when there is no such option.
static const char **option(struct options *o, const char *name)
{
    struct admin *a = &o->admin;
    const struct {
        const char *name;
        const char **value;
    } list[] = {
        {"--data", &o->data},           {"--print", &o->print}, {"--kind", &a->kind},   {"--siret", &a->siret}, {"--name", &a->name},
        {"--structure", &a->structure}, {"--org", &a->org},     {"--label", &a->label}, {"--days", &a->days},
        {"--scopes", &a->scopes},       {"--email", &a->email}, {"--role", &a->role},   {"--lang", &a->language}, {"--expect", &a->expect},
        {"--state", &a->state},         {"--channel", &a->channel},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].value;
    return NULL;
}

static bool flag(struct options *o, const char *arg)
{
    bool *at = strcmp(arg, "--json") == 0      ? &o->json
               : strcmp(arg, "--help") == 0    ? &o->help
               : strcmp(arg, "--version") == 0 ? &o->version
               : strcmp(arg, "--raw") == 0     ? &o->admin.raw
               : strcmp(arg, "--moderator") == 0 ? &o->admin.moderator
               : strcmp(arg, "--check-config") == 0 ? &o->check
                                                    : NULL;
    if (at)
        *at = true;
    return at != NULL;
}

// One argument, or an option with its value; how many were used, 0 when it is wrong.
static int take(struct options *o, int left, char **argv)
{
    char name[32] = "";
    const char *equals = strchr(argv[0], '='), *value = left > 1 ? argv[1] : NULL;
    if (argv[0][0] != '-' || !argv[0][1]) {
        if (o->word_count == 64)
            return 0;
        o->words[o->word_count++] = argv[0];
        return 1;
    }
    if (flag(o, argv[0]))
        return 1;
    snprintf(name, sizeof name, "%.*s", (int)(equals ? equals - argv[0] : 31), argv[0]);
    if (equals)
        value = equals + 1;
    const char **at = option(o, name);
    bool set = strcmp(name, "--set") == 0, address = strcmp(name, "--listen") == 0;
    if (!value || (!at && !set && !address) || o->set_count == 64)
        return 0;
    if (at)
        *at = value;
    else
        o->sets[o->set_count++] = set ? value : arena_format(o->admin.arena, "listen=%s", value);
    return equals ? 1 : 2;
}

static const struct verb *find(struct options *o)
{
    for (size_t i = 0; i < VERBS; i++) {
        int length = verbs[i].words[1] ? 2 : 1;
        bool same = o->word_count >= length;
        for (int k = 0; same && k < length; k++)
            same = strcmp(o->words[k], verbs[i].words[k]) == 0;
        if (!same)
            continue;
        char **rest = arena_array(o->admin.arena, (size_t)o->word_count - (size_t)length + 1, sizeof *rest);
        for (int k = length; k < o->word_count; k++)
            rest[k - length] = arena_string(o->admin.arena, o->words[k]);
        o->admin.count = o->word_count - length;
        o->admin.rest = rest;
        return &verbs[i];
    }
    return NULL;
}

static int print(const struct options *o)
{
    struct text out;
    text_init(&out, 1 << 20);
    enum err err = print_list(&out, o->print, o->json, o->admin.lang);
    if (err == ERR_OK)
        fputs(text_string(&out), stdout);
    text_fini(&out);
    return err == ERR_OK ? 0 : wrong(o->print);
}

static void on_problem(void *ctx, const char *where, const char *what)
{
    (void)ctx;
    fprintf(stderr, "entregentd: %s%s%s\n", where, *where ? ": " : "", what);
}

// Settings: their standards, then DATA/entregent.conf, then the command line. 0 or the exit status.
static int settle(struct options *o, struct config_report *r)
{
    const char *path = arena_format(o->admin.arena, "%s/entregent.conf", o->data);
    *r = (struct config_report){.say = on_problem, .lang = o->admin.lang};
    o->source = (struct config_source){path, path, o->sets, o->set_count};
    for (int i = 0; i < o->set_count; i++)
        if (!strchr(o->sets[i], '='))
            return wrong(o->sets[i]);
    if (config_read(&o->config, &o->source, r) != ERR_OK)
        return 78; // EX_CONFIG
    log_level(o->config.log_debug ? LOG_DEBUG : LOG_INFO);
    return 0;
}

// Looks with the eyes of the account that would serve, and says all that is wrong at once.
static int check_config(struct options *o)
{
    struct config_report r;
    int status = settle(o, &r);
    if (status == 2)
        return status;
    log_level(LOG_WARN);
    account_try(o->data, o->config.user);
    if (check_settings(&o->config, &r) != ERR_OK || status)
        return 78; // EX_CONFIG
    puts("ok");
    return 0;
}

// Files are opened before the account changes: the caller may read them, the daemon's account perhaps not. A single one
// is standard input too.
static int open_files(struct options *o)
{
    struct admin *a = &o->admin;
    int *fds = arena_array(a->arena, (size_t)a->count + 1, sizeof *fds);
    for (int i = 0; i < a->count; i++) {
        fds[i] = strcmp(a->rest[i], "-") == 0 ? STDIN_FILENO : open(a->rest[i], O_RDONLY | O_CLOEXEC);
        if (fds[i] < 0) {
            fprintf(stderr, "entregentd: %s: %s\n", a->rest[i], strerror(errno));
            return 1;
        }
    }
    if (a->count == 1 && fds[0] != STDIN_FILENO) {
        dup2(fds[0], STDIN_FILENO);
        close(fds[0]);
        fds[0] = STDIN_FILENO;
    }
    a->fds = fds;
    return 0;
}

static int run(struct options *o, const struct verb *v);

// A mistyped --data must not look like an empty database.
static bool is_there(const struct options *o)
{
    const char *clusters = arena_format(o->admin.arena, "%s/pg", o->data);
    if (*o->config.database_url || access(clusters, F_OK) == 0 || errno != ENOENT)
        return true;
    fprintf(stderr, "entregentd: %s: no data directory of entregentd (--data DIR)\n", o->data);
    return false;
}

// A backup is written with the rights of the caller: a child runs the verb under the daemon's account and writes into
// FILE.part, which then takes its name.
static int backup(struct options *o, const struct verb *v)
{
    struct admin *a = &o->admin;
    const char *part = arena_format(a->arena, "%s.part", a->rest[0]);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), status = 0;
    pid_t child = fd < 0 ? -1 : fork();
    if (child == 0) {
        dup2(fd, STDOUT_FILENO);
        a->rest = (char *const[]){arena_string(a->arena, "-"), NULL};
        _exit(run(o, v));
    }
    bool done = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (done && fsync(fd) == 0 && rename(part, a->rest[0]) == 0)
        return 0;
    if (child < 0 || done)
        fprintf(stderr, "entregentd: %s: %s\n", a->rest[0], strerror(errno));
    unlink(part);
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
}

static int run(struct options *o, const struct verb *v)
{
    char *usable = NULL;
    struct admin *a = &o->admin;
    struct config_report report;
    int status = settle(o, &report);
    if (!status && !v->makes && !is_there(o))
        status = 78;
    if (!status && v->reads)
        status = open_files(o);
    if (status)
        return status;
    // One-shot commands keep their log to what goes wrong: their output is for scripts.
    if (v->run && !o->config.log_debug)
        log_level(LOG_WARN);
    if (account_enter(o->data, o->config.user, &usable) != ERR_OK || (v->need == LOCK && account_lock(usable) != ERR_OK))
        status = 78;
    else if (v->run) {
        a->config = &o->config;
        a->usable = usable;
        a->json = o->json;
        status = v->need == DIRECTORY ? admin_run_beside(a, v->run) : admin_run(a, v->run, v->need == SESSION);
    } else if (strcmp(v->words[0], "serve") == 0) {
        o->source.path = arena_format(a->arena, "%s/entregent.conf", usable);
        status = daemon_serve(&o->config, &o->source, usable);
    } else
        status = upgrade_cluster(usable, NULL, o->config.postgres_bin) == ERR_OK ? 0 : 1;
    free(usable);
    return status;
}

static enum lang language(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return text_starts(value, "fr") ? LANG_FR : LANG_EN;
    }
    return LANG_EN;
}

int main(int argc, char **argv)
{
    int child = solve_child(argc, argv);
    if (child >= 0)
        return child;
    struct options o = {.data = getenv("ENTREGENT_DATA"), .admin = {.arena = arena_new(), .lang = language()}};
    int status = 0;
    config_init(&o.config);
    seal_init();
    o.data = o.data && *o.data ? o.data : "./data";
    for (int i = 1, used = 0; i < argc && !status; i += used) {
        used = strcmp(argv[i], "--") == 0 ? 1 : take(&o, argc - i, argv + i);
        if (strcmp(argv[i], "--") == 0)
            for (; i + used < argc && o.word_count < 64; used++)
                o.words[o.word_count++] = argv[i + used];
        if (!used)
            status = wrong(argv[i]);
    }
    const struct verb *v = status ? NULL : find(&o);
    if (!status && (o.help || o.version))
        o.version ? (void)printf("entregentd %s\n", ENTREGENT_VERSION) : usage(stdout);
    else if (!status && o.print)
        status = print(&o);
    else if (!status && o.check)
        status = check_config(&o);
    else if (!status && !v) {
        usage(stderr);
        status = 2;
    } else if (!status && v->run == admin_db_backup && o.admin.count == 1 && strcmp(o.admin.rest[0], "-") != 0)
        status = backup(&o, v);
    else if (!status)
        status = run(&o, v);
    arena_free(o.admin.arena);
    config_fini(&o.config);
    return status;
}
