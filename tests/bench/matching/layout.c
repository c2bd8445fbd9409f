// SPDX-License-Identifier: EUPL-1.2
// Knows how PostgreSQL is filled and asked.
#include "layout.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PARAMETERS 20
#define COPY_CHUNK 65536

// How every layout is asked: planned once, in one thread, all in memory.
static const char settings[] =
    "set plan_cache_mode = force_generic_plan; set jit = off; set max_parallel_workers_per_gather = 0; set "
    "random_page_cost = 1;"
    "set work_mem = '256MB'; set maintenance_work_mem = '1GB'; set client_min_messages = warning";

static void fail(PGconn *c, const char *what)
{
    fprintf(stderr, "postgresql: %s: %s\n", what, PQerrorMessage(c));
    exit(1);
}

static PGresult *run(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        fail(c, sql);
    return r;
}

static double number(PGconn *c, const char *sql)
{
    PGresult *r = run(c, sql);
    double value = strtod(PQgetvalue(r, 0, 0), NULL);
    PQclear(r);
    return value;
}

static PGconn *connect_to(const char *conninfo, const char *schema)
{
    PGconn *c = PQconnectdb(conninfo);
    struct text sql;
    if (PQstatus(c) != CONNECTION_OK)
        fail(c, "connect");
    PQclear(run(c, settings));
    text_init(&sql, 1024);
    text_format(&sql, "create schema if not exists %s; set search_path = %s, public", schema, schema);
    PQclear(run(c, text_string(&sql)));
    text_fini(&sql);
    return c;
}

// One part of a file of statements; free().
static char *read_part(const char *folder, const char *name, const char *part)
{
    static const char mark[] = "-- part: ";
    char path[4096], line[4096];
    struct text out;
    bool inside = false;
    snprintf(path, sizeof path, "%s/%s.sql", folder, name);
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        exit(1);
    }
    text_init(&out, 65536);
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, mark, strlen(mark)) == 0) {
            line[strcspn(line, "\n")] = 0;
            inside = strcmp(line + strlen(mark), part) == 0;
        } else if (inside)
            text_put(&out, line);
    }
    fclose(f);
    return text_take(&out);
}

// Statement by statement: some may not be in a transaction with others.
static void run_part(PGconn *c, const char *folder, const char *name, const char *part)
{
    char *sql = read_part(folder, name, part), *next;
    for (char *at = sql; (next = strstr(at, ";\n")) != NULL; at = next + 2) {
        *next = 0;
        PQclear(run(c, at));
    }
    free(sql);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Arrays as text

static void open_array(struct text *t)
{
    text_byte(t, '{');
}

static void add_item(struct text *t, int64_t value)
{
    text_format(t, t->data[t->len - 1] == '{' ? "%" PRId64 : ",%" PRId64, value);
}

static void add_real(struct text *t, struct point p, double value)
{
    if (t->data[t->len - 1] != '{')
        text_byte(t, ',');
    if (p.known)
        text_format(t, "%.17g", value);
    else
        text_put(t, "null");
}

// Filling

struct layout_given {
    PGconn *conn;
    struct text rows;
};

struct layout_given *layout_given_new(const char *conninfo, const char *folder)
{
    struct layout_given *g = memory_new(sizeof *g);
    g->conn = connect_to(conninfo, "public");
    run_part(g->conn, folder, "given", "build");
    PQclear(run(g->conn, "copy given from stdin"));
    text_init(&g->rows, SIZE_MAX / 2);
    return g;
}

static void flush(struct layout_given *g)
{
    if (PQputCopyData(g->conn, text_string(&g->rows), (int)g->rows.len) != 1)
        fail(g->conn, "copy");
    text_clear(&g->rows);
}

// The own code, and the codes above it as those that something lies below: see add_keys.
#define BELOW 100000000

static size_t above(struct numbers_span cpv, int32_t out[static 8])
{
    size_t count = 0;
    for (int32_t unit = 1000000; unit > 1; unit /= 10) {
        int32_t code = cpv.low / unit * unit;
        if (code != cpv.low && (!count || out[count - 1] != code))
            out[count++] = code;
    }
    return count;
}

static void put_lists(struct text *t, const struct numbers_capability *c)
{
    struct numbers_term terms[NUMBERS_TERMS];
    size_t count = numbers_offered(c->of, terms);
    text_format(t, "%d\t%d\t%.17g\t%d\t%d\t", c->cpv.low, c->services, c->radius, c->least, c->most);
    open_array(t);
    for (size_t i = 0; i < count; i++)
        add_item(t, terms[i].term);
    text_put(t, "}\t{");
    for (size_t i = 0; i < c->excluded_count; i++)
        add_item(t, c->excluded[i]);
    text_put(t, "}\t{");
    for (size_t i = 0; i < c->blocked_count; i++)
        add_item(t, c->blocked[i]);
    text_put(t, "}\t{");
    int32_t codes[8];
    add_item(t, c->cpv.low);
    for (size_t i = 0, n = above(c->cpv, codes); i < n; i++)
        add_item(t, BELOW + codes[i]);
    text_put(t, "}\n");
}

void layout_given_put(struct layout_given *g, uint32_t handle, const struct offer *o)
{
    struct numbers_capability c;
    for (size_t i = 0; i < o->capability_count; i++) {
        numbers_capability(o, &o->capabilities[i], &c);
        text_format(&g->rows, "%" PRIu32 "\t%zu\t%s\t%" PRIu32 "\t%d\t%.17g\t%.17g\t%" PRId64 "\t%" PRIu32 "\t", handle,
                    i + 1, c.active ? "t" : "f", c.structures, c.full_until, c.lat, c.lon, c.siret, c.labels);
        put_lists(&g->rows, &c);
    }
    if (g->rows.len > COPY_CHUNK)
        flush(g);
}

void layout_given_end(struct layout_given *g)
{
    flush(g);
    if (PQputCopyEnd(g->conn, NULL) != 1)
        fail(g->conn, "copy");
    PGresult *r = PQgetResult(g->conn);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail(g->conn, "copy");
    PQclear(r);
    PQclear(PQgetResult(g->conn));
    PQclear(run(g->conn, "vacuum analyze given"));
}

void layout_given_free(struct layout_given *g)
{
    if (!g)
        return;
    PQfinish(g->conn);
    text_fini(&g->rows);
    free(g);
}

// Asking

struct question {
    bool anywhere;
    char *values[PARAMETERS];
};

struct layout_asked {
    struct arena *arena;
    size_t needs;
    struct need_questions {
        size_t count;
        struct question list[16];
    } * of;
};

struct layout_asked *layout_asked_new(size_t needs)
{
    struct layout_asked *a = memory_new(sizeof *a);
    a->arena = arena_new();
    a->needs = needs;
    a->of = arena_array(a->arena, needs, sizeof *a->of);
    return a;
}

void layout_asked_free(struct layout_asked *a)
{
    if (!a)
        return;
    arena_free(a->arena);
    free(a);
}

// The parameters, by what the statements call $1 to $20.
enum {
    P_LOW,
    P_HIGH, // spans of CPV codes, none in another
    P_KEYS, // the same as keys of GIN
    P_TERMS,
    P_LAT,
    P_LON,  // places; with the point that a circle must reach, else null
    P_SURE, // those without a point
    P_POINT_LAT,
    P_POINT_LON, // the points
    P_SERVICES,
    P_LEAST,
    P_MOST,
    P_ADMITTED,
    P_LABELS,
    P_WORDS,
    P_START,
    P_BUYER,
    P_BUYER_SIREN, // SIREN and SIRET
    P_BLOCKED,
    P_LABEL_LIST
};

enum { INT4 = 23, INT8 = 20, INT4S = 1007, INT8S = 1016, FLOAT8S = 1022 };
static const Oid types[PARAMETERS] = {INT4S, INT4S, INT4S, INT4S, FLOAT8S, FLOAT8S, INT4S, FLOAT8S, FLOAT8S, INT4,
                                      INT4,  INT4,  INT4,  INT4,  INT4S,   INT4,    INT8S, INT8,    INT8S,   INT4S};

static bool spanned(const struct numbers_span *list, size_t count, struct numbers_span s)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].low <= s.low && s.high <= list[i].high)
            return true;
    return false;
}

// The codes above the lot's, each alone, and the subtrees of the lot's: the spans and the keys that hold the same.
static void add_keys(struct text *values, const struct numbers_lot *l)
{
    struct numbers_span list[NUMBERS_CODES * 8], wide[NUMBERS_CODES];
    size_t count = 0, wides = 0;
    for (size_t i = 0; i < l->cpv_count; i++) {
        bool inside = spanned(wide, wides, l->cpv[i]) || spanned(l->cpv + i + 1, l->cpv_count - i - 1, l->cpv[i]);
        if (!inside)
            wide[wides++] = l->cpv[i];
    }
    memcpy(list, wide, sizeof wide);
    count = wides;
    for (size_t i = 0; i < l->cpv_count; i++) {
        int32_t codes[8];
        for (size_t k = 0, n = above(l->cpv[i], codes); k < n; k++) {
            struct numbers_span one = {codes[k], codes[k]};
            if (!spanned(list, count, one))
                list[count++] = one;
        }
    }
    for (size_t i = 0; i < count; i++) {
        add_item(&values[P_LOW], list[i].low);
        add_item(&values[P_HIGH], list[i].high);
        add_item(&values[P_KEYS], list[i].low);
        if (i < wides)
            add_item(&values[P_KEYS], BELOW + list[i].low);
    }
}

static bool add_places(struct text *values, const struct workload *w, const struct numbers_lot *l)
{
    struct numbers_term terms[NUMBERS_TERMS];
    size_t count = numbers_asked(w, l, terms);
    for (size_t i = 0; i < count; i++) {
        struct point p = terms[i].point;
        add_item(&values[P_TERMS], terms[i].term);
        add_real(&values[P_LAT], p, p.lat);
        add_real(&values[P_LON], p, p.lon);
        if (!p.known)
            add_item(&values[P_SURE], terms[i].term);
        else {
            add_real(&values[P_POINT_LAT], p, p.lat);
            add_real(&values[P_POINT_LON], p, p.lon);
        }
    }
    return terms[0].term == NUMBERS_ANYWHERE;
}

void layout_asked_put(struct layout_asked *a, const struct workload *w, size_t need, const struct numbers_lot *l)
{
    struct question *q = &a->of[need].list[a->of[need].count++];
    struct text values[PARAMETERS];
    for (size_t i = 0; i < PARAMETERS; i++) {
        text_init(&values[i], 1 << 20);
        if (types[i] != INT4 && types[i] != INT8)
            open_array(&values[i]);
    }
    add_keys(values, l);
    q->anywhere = add_places(values, w, l);
    for (size_t i = 0; i < l->word_count; i++)
        add_item(&values[P_WORDS], l->word[i]);
    for (size_t i = 0; i < l->label_count; i++)
        add_item(&values[P_LABEL_LIST], l->label[i]);
    for (size_t i = 0; i < l->blocked_count; i++)
        add_item(&values[P_BLOCKED], l->blocked[i]);
    add_item(&values[P_BUYER], l->buyer);
    add_item(&values[P_BUYER], numbers_siren(l->buyer));
    text_format(&values[P_BUYER_SIREN], "%" PRId64, numbers_siren(l->buyer));
    text_format(&values[P_SERVICES], "%" PRIu32, l->services);
    text_format(&values[P_LEAST], "%d", l->least);
    text_format(&values[P_MOST], "%d", l->most);
    text_format(&values[P_ADMITTED], "%" PRIu32, l->admitted);
    text_format(&values[P_LABELS], "%" PRIu32, l->labels);
    text_format(&values[P_START], "%d", l->start);
    for (size_t i = 0; i < PARAMETERS; i++) {
        if (types[i] != INT4 && types[i] != INT8)
            text_byte(&values[i], '}');
        q->values[i] = arena_string(a->arena, text_string(&values[i]));
        text_fini(&values[i]);
    }
}

struct layout {
    PGconn *conn;
    char name[32];
    uint32_t *handles;
    size_t room;
};

static void prepare(struct layout *l, const char *folder, const char *name)
{
    char *sql = read_part(folder, l->name, name);
    PGresult *r = PQprepare(l->conn, name, sql, PARAMETERS, types);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail(l->conn, sql);
    PQclear(r);
    free(sql);
}

struct layout *layout_new(const char *conninfo, const char *folder, const char *name, double *seconds)
{
    struct layout *l = memory_new(sizeof *l);
    *l = (struct layout){.conn = NULL};
    snprintf(l->name, sizeof l->name, "%s", name);
    l->conn = connect_to(conninfo, name);
    double began = now();
    run_part(l->conn, folder, name, "build");
    *seconds = now() - began;
    number(l->conn, "select sum(pg_prewarm(oid)) from pg_class where relkind in ('r', 'i') and relnamespace = "
                    "current_schema::regnamespace");
    run_part(l->conn, folder, name, "settings"); // of questions
    prepare(l, folder, "question");
    prepare(l, folder, "anywhere");
    if (PQenterPipelineMode(l->conn) != 1)
        fail(l->conn, "pipeline");
    return l;
}

void layout_free(struct layout *l)
{
    char sql[64];
    if (!l)
        return;
    PQexitPipelineMode(l->conn);
    snprintf(sql, sizeof sql, "drop schema %s cascade", l->name);
    PQclear(run(l->conn, sql));
    PQfinish(l->conn);
    free(l->handles);
    free(l);
}

double layout_bytes(const struct layout *l)
{
    PQexitPipelineMode(l->conn);
    double bytes = number(l->conn, "select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and "
                                   "relnamespace = current_schema::regnamespace");
    if (PQenterPipelineMode(l->conn) != 1)
        fail(l->conn, "pipeline");
    return bytes;
}

static size_t read_handles(struct layout *l, const PGresult *r)
{
    size_t count = (size_t)PQntuples(r);
    if (count > l->room) {
        l->room = count * 2;
        l->handles = memory_grow(l->handles, l->room, sizeof *l->handles);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t value;
        memcpy(&value, PQgetvalue(r, (int)i, 0), sizeof value);
        l->handles[i] = ntohl(value);
    }
    return count;
}

void layout_find(struct layout *l, const struct layout_asked *a, size_t need,
                 void (*found)(void *ctx, size_t lot, const uint32_t *handles, size_t count), void *ctx)
{
    const struct need_questions *q = &a->of[need];
    for (size_t i = 0; i < q->count; i++) {
        const struct question *one = &q->list[i];
        const char *values[PARAMETERS];
        memcpy(values, one->values, sizeof values);
        if (!PQsendQueryPrepared(l->conn, one->anywhere ? "anywhere" : "question", PARAMETERS, values, NULL, NULL, 1))
            fail(l->conn, "send");
    }
    if (!PQpipelineSync(l->conn))
        fail(l->conn, "send");
    for (size_t i = 0; i < q->count; i++) {
        PGresult *r = PQgetResult(l->conn);
        if (PQresultStatus(r) != PGRES_TUPLES_OK)
            fail(l->conn, "answer");
        size_t count = read_handles(l, r);
        PQclear(r);
        PQclear(PQgetResult(l->conn)); // the end of this one
        found(ctx, i, l->handles, count);
    }
    PGresult *end = PQgetResult(l->conn);
    if (PQresultStatus(end) != PGRES_PIPELINE_SYNC)
        fail(l->conn, "answer");
    PQclear(end);
}
