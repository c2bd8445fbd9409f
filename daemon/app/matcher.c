// SPDX-License-Identifier: EUPL-1.2
// Knows how a row of the journal becomes notices.
#include "app/matcher.h"

#include "app/access.h"
#include "app/config.h"
#include "app/dispatch.h"
#include "app/hub.h"
#include "app/outbox.h"
#include "app/reference.h"
#include "app/sql.h"
#include "app/world.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/map.h"
#include "io/loop.h"
#include "io/pg.h"
#include "wire/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE "1000"         // rows a page when the world is loaded
#define STEP_BYTES (4 << 20) // of matches in one step
#define STEP_US 25000       // of matching before the loop has its turn
#define AGAIN_STEP 200      // needs matched anew in one step after the reference data changed
#define REPACK 1000         // packed offers that are written back at a time
#define PAUSE_MS 500        // after a failure
#define PACE_MS 10          // between two steps while rows keep coming
#define IDLE_MS 5           // after something was there: a row may be hidden by a transaction that is about to end
#define NOBODY "00000000-0000-0000-0000-000000000000"

struct position { // in the journal; as text, for PostgreSQL compares them
    char xid[24], id[24];
};

enum phase { START, LOAD, COMPARE, FOLLOW }; // what is to be done next, also after a failure

struct matcher {
    struct parts *parts;
    struct loop_timer *timer;
    enum phase phase;
    bool busy, woken, paced; // paced: busy only so that more comes together
    int64_t idle_ms;         // until the journal is read again, doubled each time that nothing was there
    struct position at;      // the world holds all up to here
    struct position shared;  // the cursor in the database, when it is ahead of `at`: others told those rows
    bool behind;             // shared is ahead of at
    struct position next;    // where the step under way leads
    int taken;               // rows that the cursor passes with it
    bool more;               // rows were read that the step does not take
    bool renewed;            // the reference data changed: all open needs are matched anew up to `next`
    char **again;            // those still to come
    size_t again_count, again_room;
    int64_t stamp;           // of packed offers that can be read
    struct repack {          // offers of which the database has no such form
        struct text ids, versions, packed, bytes;
        int count;
    } repack;
    struct text field;
    void (*on_loaded)(void *ctx);
    void *on_loaded_ctx;
    struct matcher_counts counts;
};

// What a step stores, as JSON arrays.
struct findings {
    struct text subjects, found, hits;
    bool first, first_hit; // nothing is in found, in hits
};

static void proceed(struct matcher *m);

static void rest(struct matcher *m, int64_t ms)
{
    m->busy = false;
    loop_timer_set(m->timer, ms);
}

// Soon again at first, then as rarely as the setting says.
static void rest_idle(struct matcher *m)
{
    int64_t most = m->parts->config->journal_poll_ms;
    rest(m, m->idle_ms < most ? m->idle_ms : most);
    m->idle_ms = m->idle_ms < most ? 2 * m->idle_ms : most;
}

// Rows come faster than steps are made: the next one takes more of them, for a step costs more than a row.
static void pace(struct matcher *m)
{
    m->paced = true;
    loop_timer_set(m->timer, PACE_MS);
}

static void on_time(void *ctx)
{
    struct matcher *m = ctx;
    if ((!m->busy || m->paced) && m->parts->pg) { // at a stop the database goes first
        m->paced = false;
        proceed(m);
    }
}

struct matcher *matcher_new(struct parts *s)
{
    struct matcher *m = memory_new(sizeof *m);
    m->parts = s;
    m->timer = loop_timer_new(s->loop, on_time, m);
    m->busy = true; // until it is started
    m->idle_ms = IDLE_MS;
    struct text *texts[] = {&m->repack.ids, &m->repack.versions, &m->repack.packed, &m->repack.bytes, &m->field};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        text_init(texts[i], 1 << 30);
    return m;
}

static void forget_again(struct matcher *m)
{
    while (m->again_count)
        free(m->again[--m->again_count]);
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    loop_timer_free(m->timer);
    forget_again(m);
    free(m->again);
    struct text *texts[] = {&m->repack.ids, &m->repack.versions, &m->repack.packed, &m->repack.bytes, &m->field};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        text_fini(texts[i]);
    free(m);
}

void matcher_wake(struct matcher *m)
{
    m->idle_ms = IDLE_MS;
    if (m->busy)
        m->woken = true;
    else
        proceed(m);
}

bool matcher_complete(const struct matcher *m)
{
    return m->phase == FOLLOW || m->phase == COMPARE;
}

struct matcher_counts matcher_counts(const struct matcher *m)
{
    return m->counts;
}

static void set_position(struct position *p, const char *xid, const char *id)
{
    *p = (struct position){0};
    strncpy(p->xid, xid, sizeof p->xid - 1);
    strncpy(p->id, id, sizeof p->id - 1);
}

static int compare(const struct position *a, const struct position *b)
{
    unsigned long long x = strtoull(a->xid, NULL, 10), y = strtoull(b->xid, NULL, 10);
    long long i = atoll(a->id), k = atoll(b->id);
    return x != y ? (x < y ? -1 : 1) : i != k ? (i < k ? -1 : 1) : 0;
}

// Loading: cursor, communes, offers, needs, in pages.

static bool failed(struct matcher *m, const struct pg_result *r)
{
    if (r->err == ERR_OK)
        return false;
    log_warn("matcher", "%s %s", err_word(r->err), r->message);
    rest(m, PAUSE_MS);
    return true;
}

static void gather_need(void *ctx, const char *id)
{
    struct matcher *m = ctx;
    if (m->again_count == m->again_room) {
        m->again_room = m->again_room ? m->again_room * 2 : 1024;
        m->again = memory_grow(m->again, m->again_room, sizeof *m->again);
    }
    m->again[m->again_count++] = memory_string(id);
}

static void on_alerts(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    if (failed(m, r))
        return;
    for (int i = 0; i < r->rows; i++)
        if (world_put_alert(m->parts->world, pg_value(r, i, 0), atoi(pg_value(r, i, 1)), pg_value(r, i, 2)) != ERR_OK)
            log_warn("matcher", "alert %s is left out", pg_value(r, i, 0));
    if (r->rows == atoi(PAGE)) {
        pg_read(m->parts->pg, NULL, SQL_alerts_load, (const char *const[]){pg_value(r, r->rows - 1, 0), PAGE}, on_alerts, m);
        return;
    }
    log_info("matcher", "%zu offers, %zu open needs, %zu alerts, %zu communes", world_offers(m->parts->world),
             world_needs(m->parts->world), world_alerts(m->parts->world), place_commune_count(world_places(m->parts->world)));
    m->phase = FOLLOW;
    if (m->renewed)
        world_each_need(m->parts->world, gather_need, m);
    if (m->on_loaded)
        m->on_loaded(m->on_loaded_ctx);
    m->on_loaded = NULL;
    proceed(m);
}

static void on_needs(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    if (failed(m, r))
        return;
    for (int i = 0; i < r->rows; i++)
        if (world_put_need(m->parts->world, pg_value(r, i, 0), pg_value(r, i, 1), atoi(pg_value(r, i, 2)),
                           pg_value(r, i, 3), pg_value(r, i, 4)) != ERR_OK)
            log_warn("matcher", "need %s is left out", pg_value(r, i, 0));
    if (r->rows == atoi(PAGE)) {
        pg_read(m->parts->pg, NULL, SQL_needs_load, (const char *const[]){pg_value(r, r->rows - 1, 0), PAGE}, on_needs, m);
        return;
    }
    pg_read(m->parts->pg, NULL, SQL_alerts_load, (const char *const[]){NOBODY, PAGE}, on_alerts, m);
}

// Packed forms that the database does not have yet, or has of other reference data, are written there: the next start reads
// them instead of the bodies.

static void on_repacked(void *ctx, const struct pg_result *r)
{
    (void)ctx;
    if (r->err != ERR_OK)
        log_warn("matcher", "packed offers are not stored: %s %s", err_word(r->err), r->message);
}

static void forget_packed(struct repack *p)
{
    text_clear(&p->ids);
    text_clear(&p->versions);
    text_clear(&p->packed);
    p->count = 0;
}

static void repack(struct matcher *m)
{
    char stamp[24];
    struct repack *p = &m->repack;
    if (!p->count)
        return;
    snprintf(stamp, sizeof stamp, "%lld", (long long)m->stamp);
    text_put(&p->ids, "}");
    text_put(&p->versions, "}");
    text_put(&p->packed, "}");
    pg_write_bulk(m->parts->pg, NULL, SQL_offers_repack,
                  (const char *const[]){text_string(&p->ids), text_string(&p->versions), text_string(&p->packed), stamp}, on_repacked, m);
    forget_packed(p);
}

static void put_body(struct matcher *m, const char *id, int version, const char *body, const char *siret, unsigned structures, int64_t since)
{
    struct repack *p = &m->repack;
    text_clear(&p->bytes);
    if (world_put_offer(m->parts->world, id, version, body, siret, structures, since, &p->bytes) != ERR_OK) {
        log_warn("matcher", "offer %s is left out", id);
        return;
    }
    const char *open = p->count++ ? "," : "{";
    text_format(&p->ids, "%s%s", open, id);
    text_format(&p->versions, "%s%d", open, version);
    text_put(&p->packed, open);
    pack_base64(&p->bytes, &p->packed);
    if (p->count == REPACK)
        repack(m);
}

// A field of a row as a string; "" for NULL.
static const char *field(struct matcher *m, const struct copyrow *row, int number)
{
    text_clear(&m->field);
    if (row->fields[number].bytes)
        text_add(&m->field, row->fields[number].bytes, row->fields[number].len);
    return text_string(&m->field);
}

// Columns: organisation, version, siret, structures, created, packed, body.
static void on_offer(void *ctx, const struct copyrow *row)
{
    enum { ORGANISATION, OFFER_VERSION, OFFER_SIRET, OFFER_STRUCTURES, CREATED, PACKED_FORM, OFFER_BODY };
    struct matcher *m = ctx;
    char id[37], siret[15] = "";
    int32_t version;
    int64_t since;
    if (!copyrow_uuid(row, ORGANISATION, id) || !copyrow_int(row, OFFER_VERSION, &version) || !copyrow_millis(row, CREATED, &since))
        log_die("matcher", "a row of offers is not as it was asked for");
    strncpy(siret, field(m, row, OFFER_SIRET), sizeof siret - 1);
    unsigned structures = access_bits("structure", field(m, row, OFFER_STRUCTURES));
    const struct copyfield *packed = &row->fields[PACKED_FORM];
    if (!packed->bytes)
        put_body(m, id, version, field(m, row, OFFER_BODY), siret, structures, since);
    else if (world_put_packed(m->parts->world, id, version, packed->bytes, packed->len, siret, structures, since) != ERR_OK)
        log_warn("matcher", "offer %s is left out: its packed form cannot be read", id);
}

static void on_offers(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    if (failed(m, r))
        return;
    repack(m);
    world_end(m->parts->world);
    pg_read(m->parts->pg, NULL, SQL_needs_load, (const char *const[]){NOBODY, PAGE}, on_needs, m);
}

static void on_places(void *ctx, enum err err)
{
    struct matcher *m = ctx;
    char stamp[24];
    if (err != ERR_OK) {
        rest(m, PAUSE_MS);
        return;
    }
    forget_packed(&m->repack); // of a load that failed
    m->stamp = world_stamp(m->parts->world);
    snprintf(stamp, sizeof stamp, "%lld", (long long)m->stamp);
    world_begin(m->parts->world);
    pg_copy(m->parts->pg, SQL_offers_copy, stamp, on_offer, on_offers, m);
}

static void load_world(struct matcher *m)
{
    m->phase = LOAD;
    world_clear(m->parts->world);
    reference_load(m->parts->reference, on_places, m);
}

static void on_cursor(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    if (failed(m, r))
        return;
    set_position(&m->at, pg_value(r, 0, 0), pg_value(r, 0, 1));
    m->behind = false;
    load_world(m);
}

void matcher_start(struct matcher *m, void (*on_loaded)(void *ctx), void *ctx)
{
    m->on_loaded = on_loaded;
    m->on_loaded_ctx = ctx;
    proceed(m);
}

// The step

static void on_shared(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    if (failed(m, r))
        return;
    struct position forgotten;
    set_position(&m->shared, pg_value(r, 0, 0), pg_value(r, 0, 1));
    set_position(&forgotten, pg_value(r, 0, 2), pg_value(r, 0, 3));
    int order = compare(&m->shared, &m->at);
    m->behind = order > 0;
    // Ahead of the database (it was put back), or behind what the journal still holds: the world is loaded anew.
    m->phase = order < 0 || compare(&m->at, &forgotten) < 0 ? START : FOLLOW;
    proceed(m);
}

static void on_stepped(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    FAIL_DIE("step");
    // Another daemon was first, or it is unknown whether the step was stored: the cursor tells.
    if (r->err != ERR_OK || !text_equal(pg_value(r, 0, 0), "t")) {
        forget_again(m);
        m->renewed = false;
        // A step that PostgreSQL refuses may come from a world that is no longer what is stored: it is loaded anew.
        m->phase = r->err == ERR_INTERNAL ? START : COMPARE;
        if (r->err != ERR_OK)
            log_warn("matcher", "step: %s %s", err_word(r->err), r->message);
        if (r->err != ERR_OK)
            rest(m, PAUSE_MS);
        else
            proceed(m);
        return;
    }
    if (!m->again_count) {
        m->at = m->next;
        m->renewed = false;
        m->counts.rows += (uint64_t)m->taken;
    }
    m->counts.steps++;
    hub_wake(m->parts->hub);
    if (atoi(pg_value(r, 0, 1)))
        outbox_wake(m->parts->outbox);
    if (text_equal(pg_value(r, 0, 2), "t"))
        dispatch_wake(m->parts->dispatch);
    pg_notify(m->parts->pg);
    m->idle_ms = IDLE_MS;
    if (m->more || m->renewed)
        proceed(m);
    else if (m->woken)
        pace(m);
    else
        rest_idle(m);
}

// Stores what was found; the cursor moves to `to`.
static void step(struct matcher *m, const struct position *to, struct findings *f)
{
    char days[24];
    text_put(&f->subjects, "]");
    text_put(&f->found, "]");
    text_put(&f->hits, "]");
    if (f->subjects.full || f->found.full || f->hits.full)
        log_die("matcher", "a step is larger than its limit");
    snprintf(days, sizeof days, "%lld", (long long)m->parts->config->wave_days);
    FAIL_DIE("step");
    pg_write_apart(m->parts->pg, SQL_matcher_step,
                   (const char *const[]){m->at.xid, m->at.id, to->xid, to->id, text_string(&f->subjects), text_string(&f->found),
                                         text_string(&f->hits), days},
                   on_stepped, m);
    text_fini(&f->subjects);
    text_fini(&f->found);
    text_fini(&f->hits);
}

static void begin_step(struct findings *f)
{
    f->first = f->first_hit = true;
    text_init(&f->subjects, 1 << 30);
    text_init(&f->found, 1 << 30);
    text_init(&f->hits, 1 << 30);
    text_put(&f->subjects, "[");
    text_put(&f->found, "[");
    text_put(&f->hits, "[");
}

// Whether a step has room for more.
static bool fits_step(const struct findings *f, int64_t began)
{
    return f->found.len + f->hits.len <= STEP_BYTES && clock_mono() - began <= STEP_US;
}

static void find_need(struct matcher *m, const char *id, struct findings *f)
{
    int64_t now = clock_wall() / 1000;
    m->counts.found += (uint64_t)world_match_need(m->parts->world, id, now, &f->found, &f->first);
    m->counts.found += (uint64_t)world_match_need_alerts(m->parts->world, id, now, &f->hits, &f->first_hit);
}

// After the reference data has changed every open need meets the offers anew, some at a time; only the differences
// become notices, and the cursor passes the row with the last of them.
static void match_again(struct matcher *m)
{
    struct findings f;
    int64_t began = clock_mono();
    begin_step(&f);
    for (int i = 0; i < AGAIN_STEP && m->again_count && fits_step(&f, began); i++) {
        char *id = m->again[--m->again_count];
        const struct need *n = world_need(m->parts->world, id);
        if (n && need_open(n, clock_wall() / 1000)) {
            text_format(&f.subjects, "%s{\"need\":\"%s\",\"version\":%d,\"what\":\"again\"}", f.subjects.len > 1 ? "," : "",
                        id, n->version);
            find_need(m, id, &f);
        }
        free(id);
    }
    step(m, m->again_count ? &m->at : &m->next, &f);
}

// One row: columns xid, id, subject, key, version, what, changes, state, version now, body, siret, name, structures, since, packed,
// there.
enum { XID, ID, SUBJECT, KEY, VERSION, WHAT, CHANGES, STATE, NOW, BODY, SIRET, NAME, STRUCTURES, SINCE, PACKED, THERE };

static void apply_need(struct matcher *m, const struct pg_result *r, int row)
{
    struct world *w = m->parts->world;
    const char *key = pg_value(r, row, KEY), *state = pg_value(r, row, STATE);
    if (!text_equal(pg_value(r, row, THERE), "t") || (!text_equal(state, "published") && !text_equal(state, "amended")))
        world_drop_need(w, key);
    else if (world_put_need(w, key, state, atoi(pg_value(r, row, NOW)), pg_value(r, row, BODY), pg_value(r, row, SIRET)) != ERR_OK)
        log_warn("matcher", "need %s is left out", key);
}

static void apply_offer(struct matcher *m, const struct pg_result *r, int row)
{
    const char *id = pg_value(r, row, KEY), *packed = pg_value(r, row, PACKED);
    if (!text_equal(pg_value(r, row, THERE), "t")) { // erased, or its organisation is suspended
        world_drop_offer(m->parts->world, id);
        return;
    }
    int version = atoi(pg_value(r, row, NOW));
    unsigned structures = access_bits("structure", pg_value(r, row, STRUCTURES));
    int64_t since = atoll(pg_value(r, row, SINCE));
    if (!packed)
        put_body(m, id, version, pg_value(r, row, BODY), pg_value(r, row, SIRET), structures, since);
    else if (!pack_unhex(packed, pg_length(r, row, PACKED), &m->field) ||
             world_put_packed(m->parts->world, id, version, m->field.data, m->field.len, pg_value(r, row, SIRET), structures, since) != ERR_OK) {
        world_drop_offer(m->parts->world, id); // what it was is no longer offered
        log_warn("matcher", "offer %s is left out: its packed form cannot be read", id);
    }
}

static void apply_alert(struct matcher *m, const struct pg_result *r, int row)
{
    const char *key = pg_value(r, row, KEY), *body = pg_value(r, row, BODY);
    if (!body)
        world_drop_alert(m->parts->world, key);
    else if (world_put_alert(m->parts->world, key, atoi(pg_value(r, row, NOW)), body) != ERR_OK)
        log_warn("matcher", "alert %s is left out", key);
}

static void find_offer(struct matcher *m, const char *key, struct findings *f)
{
    m->counts.found += (uint64_t)world_match_offer(m->parts->world, key, clock_wall() / 1000, &f->found, &f->first);
}

static void find_alert(struct matcher *m, const char *key, struct findings *f)
{
    m->counts.found += (uint64_t)world_match_alert(m->parts->world, key, clock_wall() / 1000, &f->hits, &f->first_hit);
}

// What the journal speaks of: how the world takes it, and whom it then concerns. Answers change nothing of the world.
static const struct subject {
    const char *word;
    void (*apply)(struct matcher *m, const struct pg_result *r, int row);
    void (*find)(struct matcher *m, const char *key, struct findings *f);
} subjects[] = {
    {"need", apply_need, find_need}, {"offer", apply_offer, find_offer}, {"alert", apply_alert, find_alert}, {"answer", NULL, NULL}};

static const struct subject *subject_of(const struct pg_result *r, int row)
{
    const struct subject *s = subjects;
    while (s < subjects + sizeof subjects / sizeof *subjects && !text_equal(s->word, pg_value(r, row, SUBJECT)))
        s++;
    if (s == subjects + sizeof subjects / sizeof *subjects)
        log_die("matcher", "the journal speaks of what is not known: %s", pg_value(r, row, SUBJECT));
    return s;
}

static void apply(struct matcher *m, const struct pg_result *r, int row)
{
    const struct subject *s = subject_of(r, row);
    if (s->apply)
        s->apply(m, r, row);
}

static void tell(struct matcher *m, const struct pg_result *r, int row, struct findings *f)
{
    const struct subject *s = subject_of(r, row);
    const char *key = pg_value(r, row, KEY), *changes = pg_value(r, row, CHANGES);
    text_format(&f->subjects, "%s{\"%s\":\"%s\",\"version\":%s,\"what\":\"%s\",\"changes\":%s}", f->subjects.len > 1 ? "," : "",
                s->word, key, pg_value(r, row, VERSION), pg_value(r, row, WHAT), changes ? changes : "null");
    if (s->find)
        s->find(m, key, f);
}

// Whether the loop can wait for one row more.
static bool fits_turn(int row, int64_t began)
{
    return row == 0 || clock_mono() - began <= STEP_US;
}

// Brings the world up to date with as many rows as one step may take: each subject once, up to new reference data. All are
// applied before any is told, so that no row meets a former state of another. Returns how many.
static int apply_rows(struct matcher *m, const struct pg_result *r)
{
    struct map *seen = map_new();
    int64_t began = clock_mono();
    int row = 0;
    for (; row < r->rows && fits_turn(row, began) && !text_equal(pg_value(r, row, SUBJECT), "reference"); row++) {
        if (map_set_string(seen, pg_value(r, row, KEY), m))
            break;
        apply(m, r, row);
    }
    map_free(seen);
    repack(m);
    return row;
}

// One step: of those rows as many as the loop can wait for.
static void take_rows(struct matcher *m, const struct pg_result *r)
{
    struct findings f;
    begin_step(&f);
    int row = 0, end = apply_rows(m, r);
    int64_t began = clock_mono(); // rows that do not fit are applied again by the next step: telling has the time to itself
    for (; row < end && (row == 0 || fits_step(&f, began)); row++) {
        tell(m, r, row, &f);
        set_position(&m->next, pg_value(r, row, XID), pg_value(r, row, ID));
    }
    m->taken = row ? row : 1; // new reference data is a step of its own
    m->more = row < r->rows || r->rows >= m->parts->config->journal_batch;
    m->counts.compute_us += (uint64_t)(clock_mono() - began);
    if (row) {
        step(m, &m->next, &f);
        return;
    }
    text_fini(&f.subjects);
    text_fini(&f.found);
    text_fini(&f.hits);
    set_position(&m->next, pg_value(r, 0, XID), pg_value(r, 0, ID));
    m->renewed = true;
    load_world(m);
}

// Rows that another daemon has told already only bring the world up to date. False when there is none.
static bool skip_told(struct matcher *m, const struct pg_result *r)
{
    int64_t began = clock_mono();
    int row = 0;
    for (; row < r->rows && m->behind && fits_turn(row, began); row++) {
        struct position p;
        set_position(&p, pg_value(r, row, XID), pg_value(r, row, ID));
        m->behind = compare(&p, &m->shared) <= 0;
        if (!m->behind)
            break;
        m->at = p;
        if (text_equal(pg_value(r, row, SUBJECT), "reference")) {
            load_world(m);
            return true;
        }
        apply(m, r, row);
    }
    repack(m);
    if (row) {
        hub_wake(m->parts->hub); // its notices are stored, and its ring may have been lost
        proceed(m);
    }
    return row > 0;
}

static void on_rows(void *ctx, const struct pg_result *r)
{
    struct matcher *m = ctx;
    if (failed(m, r))
        return;
    if (skip_told(m, r))
        return;
    if (r->rows)
        take_rows(m, r);
    else if (m->woken)
        proceed(m);
    else
        rest_idle(m);
}

static void read_journal(struct matcher *m)
{
    char limit[24], stamp[24];
    m->woken = false;
    snprintf(limit, sizeof limit, "%lld", (long long)m->parts->config->journal_batch);
    snprintf(stamp, sizeof stamp, "%lld", (long long)m->stamp);
    pg_read(m->parts->pg, NULL, SQL_journal_read, (const char *const[]){m->at.xid, m->at.id, limit, stamp}, on_rows, m);
}

static void proceed(struct matcher *m)
{
    m->busy = true;
    loop_timer_stop(m->timer);
    if (m->phase == START)
        pg_read(m->parts->pg, NULL, SQL_cursor_read, NULL, on_cursor, m);
    else if (m->phase == LOAD)
        load_world(m);
    else if (m->phase == COMPARE)
        pg_read(m->parts->pg, NULL, SQL_cursor_read, NULL, on_shared, m);
    else if (m->renewed)
        match_again(m);
    else
        read_journal(m);
}
