// SPDX-License-Identifier: EUPL-1.2
// Knows which records of a bulk import are read, under way to the database, stored, and told.
#include "app/bulk.h"

#include "app/config.h"
#include "app/matcher.h"
#include "app/reference.h"
#include "app/world.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "wire/bulk.h"
#include "wire/pack.h"
#include "wire/problem.h"
#include "wire/record.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_RECORDS 2000    // at most,
#define BATCH_BYTES 2097152   // of rows,
#define BATCH_TOLD 65536      // and of warnings to be told with it
#define FLYING_MOST 2         // batches under way
#define ANSWER_MOST 131072    // bytes of the answer that wait before reading pauses
#define SCRATCH_MOST 131072   // bytes of records that were read before they are forgotten
#define HURRY_MS 500          // until what was read is stored though the batch is not full

struct bulk {
    struct parts *parts;
    struct list imports;
    struct bulk_counts counts;
};

struct entry { // a record to be stored
    int64_t line;
    const char *warnings; // JSON, NULL when there are none
};

struct totals {
    int64_t upto, taken, repaired, refused, added;
};

struct batch {
    struct list node; // among those under way, in order
    struct import *import;
    struct arena *arena;
    struct text rows;          // JSON for the database
    struct entry *entries;
    size_t count, told;        // told: bytes of warnings
    int64_t stamp;             // of the packed rows
    struct totals totals;      // of this batch
    struct text say;           // what is told once it is stored
    bool done;
    enum err err;
};

struct import { // in the arena of the request, until server_exchange_end
    struct list node;
    struct bulk *bulk;
    struct call *call;
    struct bulk_lines lines;
    struct arena *scratch;     // of the records read last
    struct text packed, say;   // say: what goes out next
    struct batch *filling;
    struct list batches;       // under way
    int flying;
    struct loop_timer *timer;
    struct totals totals;      // of what is stored
    bool dry;                  // no line is left of what has come
    bool hurry;                // what was read has waited long enough
    bool ended;                // the body is complete
    bool spoke;                // something was told
    bool lost;                 // a batch was not stored, or nobody knows
    bool gone;                 // nobody listens
    enum err err;              // why it stops before its end
};

struct bulk *bulk_new(struct parts *s)
{
    struct bulk *b = memory_new(sizeof *b);
    b->parts = s;
    list_init(&b->imports);
    return b;
}

void bulk_free(struct bulk *b)
{
    free(b);
}

struct bulk_counts bulk_counts(const struct bulk *b)
{
    return b->counts;
}

// ---- Batches

static struct batch *begin_batch(struct import *im)
{
    struct batch *b = memory_new(sizeof *b);
    b->import = im;
    b->arena = arena_new();
    b->entries = arena_array(b->arena, BATCH_RECORDS, sizeof *b->entries);
    b->stamp = (int64_t)pack_stamp(world_places(im->bulk->parts->world));
    loop_timer_set(im->timer, HURRY_MS);
    list_init(&b->node);
    text_init(&b->rows, SIZE_MAX / 2);
    text_init(&b->say, SIZE_MAX / 2);
    return b;
}

static void free_batch(struct batch *b)
{
    if (!b)
        return;
    list_remove(&b->node);
    text_fini(&b->rows);
    text_fini(&b->say);
    arena_free(b->arena);
    free(b);
}

static bool full(const struct batch *b)
{
    return b && (b->totals.refused + (int64_t)b->count >= BATCH_RECORDS || b->rows.len >= BATCH_BYTES || b->told >= BATCH_TOLD);
}

// ---- Reading a record

static void tell_refused(struct import *im, struct text *out, int64_t line, const struct faults *faults)
{
    text_format(out, "{\"line\":%lld,\"status\":\"refused\",\"errors\":", (long long)line);
    problem_faults(out, faults, im->call->lang, im->scratch);
    text_put(out, "}\n");
}

// A supplier brings itself; the kinds of structure that reserved lots ask for are an organiser's to give.
static void check_rights(const struct call *c, struct offer_line *l, struct faults *faults, struct faults *warnings)
{
    if (c->caller.kinds & KIND_ORGANISER)
        return;
    if (strcmp(c->caller.siret, l->siret) != 0)
        fault_add(faults, ERR_NOT_YOURS, l->siret, "/siret");
    for (const struct word *w = NULL; (w = word_next("structure", w));)
        if (l->structures & w->value & ~c->caller.structures)
            fault_add(warnings, ERR_LEFT_OUT, w->word, "/structures");
    l->structures = 0;
}

static void warn(struct import *im, struct offer_line *l, struct faults *warnings)
{
    const struct reference *known = im->bulk->parts->reference;
    for (size_t i = 0; i < l->offer.capability_count; i++)
        reference_warn_cpv(known, l->offer.capabilities[i].cpv, warnings, "/offer/capabilities/%zu/cpv", i);
}

static void add_structures(struct text *rows, unsigned structures)
{
    if (!structures)
        return;
    text_put(rows, ",\"structures\":[");
    bool first = true;
    for (const struct word *w = NULL; (w = word_next("structure", w));)
        if (structures & w->value) {
            text_format(rows, "%s\"%s\"", first ? "" : ",", w->word);
            first = false;
        }
    text_put(rows, "]");
}

static void add_packed(struct import *im, struct batch *b, struct offer *o)
{
    struct world *w = im->bulk->parts->world;
    offer_settle(o, world_places(w), world_words(w), im->scratch);
    text_clear(&im->packed);
    pack_offer(o, world_places(w), &im->packed);
    text_put(&b->rows, ",\"packed\":\"");
    pack_base64(&im->packed, &b->rows);
    text_format(&b->rows, "\",\"stamp\":%lld}", (long long)b->stamp);
}

static void add_row(struct import *im, struct batch *b, struct offer_line *l)
{
    char org[37];
    seal_uuid(clock_wall(), org);
    text_format(&b->rows, "%s{\"line\":%zu,\"org\":\"%s\",\"siret\":\"%s\",\"name\":", b->rows.len ? "," : "[", b->count, org,
                l->siret);
    text_json(&b->rows, l->name);
    add_structures(&b->rows, l->structures);
    text_put(&b->rows, ",\"body\":");
    record_write_offer(&b->rows, &l->offer);
    add_packed(im, b, &l->offer);
}

static const char *warnings_json(struct import *im, struct batch *b, const struct faults *warnings)
{
    struct text out;
    if (!warnings->count)
        return NULL;
    text_init(&out, SIZE_MAX / 2);
    problem_faults(&out, warnings, im->call->lang, im->scratch);
    b->told += out.len;
    const char *json = arena_copy(b->arena, text_string(&out), out.len);
    text_fini(&out);
    return json;
}

static void take_line(struct import *im, enum bulk_result found, const char *line, size_t len)
{
    struct faults faults, warnings;
    struct offer_line l = {0};
    if (!im->filling)
        im->filling = begin_batch(im);
    struct batch *b = im->filling;
    fault_init(&faults, im->scratch);
    fault_init(&warnings, im->scratch);
    if (found == BULK_TOO_LONG)
        fault_add(&faults, ERR_TOO_LONG, "256 KiB", "%s", "");
    else if (bulk_read(line, len, world_places(im->bulk->parts->world), im->scratch, &l, &faults, &warnings) == ERR_OK) {
        check_rights(im->call, &l, &faults, &warnings);
        warn(im, &l, &warnings);
    }
    b->totals.upto = l.line ? l.line : im->lines.number;
    if (faults.count) {
        b->totals.refused++;
        tell_refused(im, &im->say, b->totals.upto, &faults);
        return;
    }
    add_row(im, b, &l);
    b->entries[b->count++] = (struct entry){b->totals.upto, warnings_json(im, b, &warnings)};
}

static bool stopped(const struct import *im)
{
    return im->gone || im->err;
}

static size_t waiting(const struct import *im)
{
    return im->say.len + server_stream_waiting(im->bulk->parts->server, im->call->request->id);
}

static bool has_room(const struct import *im)
{
    return !(full(im->filling) && im->flying == FLYING_MOST) && waiting(im) < ANSWER_MOST;
}

// ---- Storing

static void proceed(struct import *im);

// What the database refuses is its owner's word, or its owner's end.
static void add_refusal(struct import *im, struct batch *b, const struct entry *e, const char *why)
{
    struct faults faults;
    fault_init(&faults, im->scratch);
    // Neither stored nor refused: another one registered the same SIRET this very moment.
    enum err err = !why ? ERR_UNAVAILABLE : text_equal(why, "erased") ? ERR_ERASED : ERR_OWN_WORDS;
    fault_add(&faults, err, NULL, "/siret");
    b->totals.refused++;
    tell_refused(im, &b->say, e->line, &faults);
}

static void add_result(struct import *im, struct batch *b, const struct pg_result *r, int row)
{
    size_t number = (size_t)atoll(pg_value(r, row, 0));
    if (number >= b->count)
        return;
    const struct entry *e = &b->entries[number];
    const char *id = pg_value(r, row, 1), *why = pg_value(r, row, 3);
    bool added = text_equal(pg_value(r, row, 2), "t");
    if (why || !id) {
        add_refusal(im, b, e, why);
        return;
    }
    b->totals.added += added;
    *(e->warnings ? &b->totals.repaired : &b->totals.taken) += 1;
    if (e->warnings)
        text_format(&b->say, "{\"line\":%lld,\"status\":\"repaired\",\"id\":\"%s\",\"new\":%s,\"warnings\":%s}\n", (long long)e->line, id,
                    added ? "true" : "false", e->warnings);
}

static void on_stored(void *ctx, const struct pg_result *r)
{
    struct batch *b = ctx;
    struct import *im = b->import;
    b->done = true;
    b->err = r->err;
    if (r->err == ERR_INTERNAL)
        log_error("database", "%s %s", r->state, r->message);
    for (int i = 0; r->err == ERR_OK && i < r->rows; i++)
        add_result(im, b, r, i);
    proceed(im);
}

// Sends what was gathered; a batch in which all was refused has nothing for the database, and yet its turn.
static void store(struct import *im)
{
    struct batch *b = im->filling;
    struct parts *s = im->bulk->parts;
    im->filling = NULL;
    im->hurry = false;
    im->flying++;
    list_add(&im->batches, &b->node);
    b->done = b->count == 0;
    if (b->done)
        return;
    if (!s->pg) { // at the very end
        b->done = true;
        b->err = ERR_UNAVAILABLE;
        return;
    }
    text_put(&b->rows, "]");
    struct pg_scope scope = call_scope(im->call);
    const char *source = im->call->caller.kinds & KIND_ORGANISER ? "bulk" : ""; // '': who brings only its own has written it
    pg_write_bulk(s->pg, &scope, SQL_offers_bulk, (const char *const[]){source, text_string(&b->rows)}, on_stored, b);
    text_fini(&b->rows);
}

static void tell_totals(struct import *im, const char *first)
{
    const struct totals *t = &im->totals;
    text_format(&im->say, "{%s\"upto\":%lld,\"taken\":%lld,\"repaired\":%lld,\"refused\":%lld,\"new\":%lld}\n", first, (long long)t->upto,
                (long long)t->taken, (long long)t->repaired, (long long)t->refused, (long long)t->added);
}

static void count(struct import *im, const struct totals *t)
{
    struct bulk_counts *counts = &im->bulk->counts;
    im->totals = (struct totals){t->upto, im->totals.taken + t->taken, im->totals.repaired + t->repaired,
                                 im->totals.refused + t->refused, im->totals.added + t->added};
    counts->taken += (uint64_t)t->taken;
    counts->repaired += (uint64_t)t->repaired;
    counts->refused += (uint64_t)t->refused;
}

// Tells what is stored, in order: behind a batch that failed nothing counts.
static void settle(struct import *im)
{
    while (!list_empty(&im->batches)) {
        struct batch *b = LIST_ITEM(im->batches.next, struct batch, node);
        if (!b->done)
            return;
        im->lost = im->lost || b->err;
        im->err = im->err ? im->err : b->err;
        if (!im->lost) {
            text_add(&im->say, b->say.data, b->say.len);
            count(im, &b->totals);
            tell_totals(im, "");
            matcher_wake(im->bulk->parts->matcher);
        }
        im->flying--;
        free_batch(b);
    }
}

// ---- The course of an import

static void read_lines(struct import *im)
{
    const char *line;
    size_t len;
    im->dry = false;
    while (has_room(im)) {
        if (full(im->filling))
            store(im);
        enum bulk_result found = bulk_next(&im->lines, im->ended, &line, &len);
        im->dry = found == BULK_MORE;
        if (im->dry)
            return;
        take_line(im, found, line, len);
        if (arena_size(im->scratch) > SCRATCH_MOST) {
            arena_free(im->scratch);
            im->scratch = arena_new();
        }
    }
}

static void send(struct import *im)
{
    if (!im->say.len)
        return;
    server_exchange_send(im->bulk->parts->server, im->call->request->id, im->say.data, im->say.len);
    im->spoke = true;
    text_clear(&im->say);
}

static void end_import(struct import *im)
{
    im->bulk->counts.imports--;
    list_remove(&im->node);
    loop_timer_free(im->timer);
    bulk_lines_fini(&im->lines);
    text_fini(&im->packed);
    text_fini(&im->say);
    free_batch(im->filling);
    arena_free(im->scratch);
}

static void tell_error(struct import *im)
{
    text_put(&im->say, "{\"error\":");
    problem_write(&im->say, im->err, NULL, NULL, im->call->lang, im->call->arena);
    text_put(&im->say, "}\n");
}

// The request ends, and the import with it.
static void finish(struct import *im)
{
    struct call *c = im->call;
    enum err err = im->err;
    bool begun = im->spoke || im->gone || !err;
    if (begun && err)
        tell_error(im);
    else if (begun)
        tell_totals(im, "\"done\":true,");
    send(im);
    end_import(im);
    if (begun)
        server_exchange_end(c->parts->server, c->request->id);
    else
        call_refuse(c, err, NULL, NULL);
}

// Does what can be done now; called last, since it may be the end.
static void proceed(struct import *im)
{
    settle(im);
    while (!stopped(im)) {
        if (reference_ready(im->bulk->parts->reference))
            read_lines(im);
        else
            im->err = ERR_UNAVAILABLE; // places are being read anew: what is right would be refused
        settle(im);
        send(im);
        if (im->dry || !has_room(im))
            break;
    }
    bool last = im->ended && im->dry;
    if (!stopped(im) && im->filling && im->flying < FLYING_MOST && (im->hurry || last)) {
        store(im);
        settle(im);
        send(im);
    }
    if (im->flying == 0 && (stopped(im) || (last && !im->filling)))
        finish(im);
    else
        server_exchange_hold(im->bulk->parts->server, im->call->request->id, stopped(im) || !has_room(im));
}

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    struct import *im = ctx;
    if (!stopped(im))
        bulk_feed(&im->lines, bytes, len);
    proceed(im);
}

static void on_end(void *ctx, enum err err)
{
    struct import *im = ctx;
    im->ended = err == ERR_OK;
    im->err = im->err ? im->err : err;
    proceed(im);
}

static void on_room(void *ctx)
{
    proceed(ctx);
}

static void on_gone(void *ctx)
{
    struct import *im = ctx;
    im->gone = true;
    proceed(im);
}

static void on_time(void *ctx)
{
    struct import *im = ctx;
    im->hurry = im->filling != NULL;
    proceed(im);
}

static bool has_one(struct bulk *b, const char *org)
{
    for (struct list *n = b->imports.next; n != &b->imports; n = n->next)
        if (strcmp(LIST_ITEM(n, struct import, node)->call->caller.id, org) == 0)
            return true;
    return false;
}

void bulk_offers(struct call *c)
{
    static const struct server_exchange events = {on_bytes, on_end, on_room, on_gone};
    struct bulk *b = c->parts->bulk;
    if (has_one(b, c->caller.id)) {
        call_refuse(c, ERR_TOO_MANY, NULL, NULL);
        return;
    }
    if (!reference_ready(c->parts->reference) || b->counts.imports >= c->parts->config->bulk_imports) {
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
        return;
    }
    struct import *im = arena_take(c->arena, sizeof *im);
    *im = (struct import){.bulk = b, .call = c, .scratch = arena_new(), .timer = loop_timer_new(c->parts->loop, on_time, im)};
    bulk_lines_init(&im->lines);
    text_init(&im->packed, SIZE_MAX / 2);
    text_init(&im->say, SIZE_MAX / 2);
    list_init(&im->batches);
    list_add(&b->imports, &im->node);
    b->counts.imports++;
    call_header(c, "X-Accel-Buffering", "no");
    server_exchange(c->parts->server, c->request->id, "application/x-ndjson", c->extra, &events, im);
}
