// SPDX-License-Identifier: EUPL-1.2
// Knows how the lines of one import request are read, stored together and answered one by one.
#include "app/imports.h"

#include "app/config.h"
#include "app/matcher.h"
#include "app/offers.h"
#include "app/reference.h"
#include "app/world.h"
#include "base/clock.h"
#include "wire/decp.h"
#include "wire/problem.h"
#include "wire/record.h"
#include "wire/siae.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define LINES_MOST 2000 // in one request

struct line {
    int64_t number;
    bool refused, repaired;
    const char *warnings, *errors; // JSON
    const char *id, *added;        // from the database
};

struct batch { // in the arena of the request
    const char *format;
    struct line *lines;
    size_t count;
    struct text rows;   // JSON for the database
    bool offers;
    int64_t stamp;      // of the packed offers
    struct siae siae;
    struct import_context context;
};

static const char *faults_json(struct call *c, const struct faults *f)
{
    struct text out;
    text_init(&out, 1 << 20);
    problem_faults(&out, f, c->lang, c->arena);
    const char *json = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return json;
}

// Whose line it is: organisers bring everybody's, others their own.
static void check_owner(struct call *c, unsigned kind, const char *siret, struct faults *faults)
{
    if (c->caller.kinds & KIND_ORGANISER)
        return;
    if (!(c->caller.kinds & kind) || strcmp(c->caller.siret, siret) != 0)
        fault_add(faults, ERR_NOT_YOURS, siret, "/siret");
}

static void begin_row(struct batch *b, const struct line *l, const char *siret, const char *name)
{
    char org[37];
    seal_uuid(clock_wall(), org);
    text_format(&b->rows, "%s{\"line\":%lld,\"org\":\"%s\",\"siret\":\"%s\",\"name\":", b->rows.len ? "," : "[",
                (long long)l->number, org, siret);
    text_json(&b->rows, name);
}

static void read_contract(struct call *c, struct batch *b, struct line *l, const char *at, size_t len,
                          struct faults *faults, struct faults *warnings)
{
    struct decp contract;
    if (decp_read(&b->context, at, len, c->arena, &contract, faults, warnings) != ERR_OK)
        return;
    check_owner(c, KIND_BUYER, contract.need.buyer, faults);
    if (faults->count)
        return;
    char id[37];
    seal_uuid(clock_wall(), id);
    begin_row(b, l, contract.need.buyer, contract.buyer_name);
    text_format(&b->rows, ",\"need\":\"%s\",\"key\":\"%s\",\"body\":", id, contract.key);
    record_write_need(&b->rows, &contract.need);
    text_put(&b->rows, "}");
}

static void read_enterprise(struct call *c, struct batch *b, struct line *l, const char *at, size_t len,
                            struct faults *faults, struct faults *warnings)
{
    struct offer offer;
    if (siae_read(&b->context, &b->siae, at, len, c->arena, &offer, faults, warnings) != ERR_OK)
        return;
    check_owner(c, KIND_SUPPLIER, offer.siret, faults);
    if (faults->count)
        return;
    begin_row(b, l, offer.siret, offer.name);
    // A supplier does not give itself the kind that reserved lots ask for.
    const char *structure = word_of("structure", offer.structures);
    if (c->caller.kinds & KIND_ORGANISER)
        text_format(&b->rows, ",\"structure\":\"%s\"", structure);
    else if (!(c->caller.structures & offer.structures))
        fault_add(warnings, ERR_LEFT_OUT, structure, "/kind");
    text_put(&b->rows, ",\"body\":");
    record_write_offer(&b->rows, &offer);
    text_put(&b->rows, ",\"packed\":\"");
    offers_pack(c, &offer, &b->rows);
    text_format(&b->rows, "\",\"stamp\":%lld}", (long long)b->stamp);
}

static void read_line(struct call *c, struct batch *b, struct line *l, const char *at, size_t len)
{
    struct faults faults, warnings;
    fault_init(&faults, c->arena);
    fault_init(&warnings, c->arena);
    (b->offers ? read_enterprise : read_contract)(c, b, l, at, len, &faults, &warnings);
    l->refused = faults.count > 0;
    l->repaired = !l->refused && warnings.count > 0;
    l->warnings = faults_json(c, &warnings);
    l->errors = faults_json(c, &faults);
}

static void answer(struct call *c, struct batch *b)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    for (size_t i = 0; i < b->count; i++) {
        const struct line *l = &b->lines[i];
        text_format(&out, "{\"line\":%lld,\"status\":\"%s\",\"id\":", (long long)l->number,
                    l->refused ? "refused" : l->repaired ? "repaired" : "taken");
        l->id ? text_json(&out, l->id) : text_put(&out, "null");
        text_format(&out, ",\"new\":%s,\"warnings\":%s,\"errors\":%s}\n", text_equal(l->added, "t") ? "true" : "false",
                    l->warnings, l->errors);
    }
    call_text(c, 200, "application/x-ndjson", text_string(&out), out.len);
    text_fini(&out);
}

// A kind of structure that joined those of a known SIRET is a warning more.
static void add_joined(struct call *c, struct line *l, const char *structure)
{
    struct faults warnings;
    fault_init(&warnings, c->arena);
    fault_add(&warnings, ERR_KIND_JOINED, structure, "/kind");
    const char *more = faults_json(c, &warnings);
    size_t len = strlen(l->warnings);
    l->warnings = len <= 2 ? more : arena_format(c->arena, "%.*s,%s", (int)len - 1, l->warnings, more + 1);
    l->repaired = true;
}

static void on_stored(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct batch *b = c->state;
    if (call_failed(c, r))
        return;
    size_t at = 0;
    for (int i = 0; i < r->rows; i++) { // in order of lines, without those refused
        while (at < b->count && b->lines[at].number != atoll(pg_value(r, i, 0)))
            at++;
        if (at == b->count)
            break;
        b->lines[at].id = arena_string(c->arena, pg_value(r, i, 1));
        b->lines[at].added = arena_string(c->arena, pg_value(r, i, 2));
        if (b->offers && pg_value(r, i, 3))
            add_joined(c, &b->lines[at], pg_value(r, i, 3));
    }
    matcher_wake(c->parts->matcher);
    answer(c, b);
}

static void store(struct call *c, struct batch *b)
{
    if (b->rows.len == 0) {
        text_fini(&b->rows);
        answer(c, b); // ends the request, and b with it
        return;
    }
    text_put(&b->rows, "]");
    bool waits = c->parts->config->moderation && !(c->caller.kinds & KIND_ORGANISER);
    call_write(c, b->offers ? SQL_offer_import : SQL_need_import,
               (const char *const[]){b->format, text_string(&b->rows), waits ? "pending" : "published"}, on_stored);
    text_fini(&b->rows);
}

// The header line of the register; false when refused.
static bool take_header(struct call *c, struct batch *b, const char **at, const char *end)
{
    const char *missing = NULL;
    size_t len;
    struct faults faults;
    fault_init(&faults, c->arena);
    const char *line = table_line(at, end, &len);
    enum err err = line ? siae_header(&b->siae, line, len, c->arena, &missing) : ERR_REQUIRED;
    if (err == ERR_OK)
        return true;
    fault_add(&faults, err, missing, "/header");
    call_refuse(c, ERR_INVALID, NULL, &faults);
    return false;
}

static bool take_first(struct call *c, int64_t *number)
{
    const char *first = call_query(c, "first");
    struct faults faults;
    *number = 1;
    if (!first || (text_int(first, number) && *number > 0 && *number < INT32_MAX - LINES_MOST))
        return true;
    fault_init(&faults, c->arena);
    fault_add(&faults, ERR_OUT_OF_RANGE, "1 ..", "/first");
    call_refuse(c, ERR_INVALID, NULL, &faults);
    return false;
}

static void import(struct call *c, const char *format)
{
    struct batch *b = arena_take(c->arena, sizeof *b);
    const char *at = text_string(&c->request->body), *end = at + c->request->body.len, *line;
    int64_t number;
    size_t len;
    b->format = format;
    b->offers = strcmp(format, "siae") == 0;
    if (!reference_ready(c->parts->reference)) {
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
        return;
    }
    if (!take_first(c, &number) || (b->offers && !take_header(c, b, &at, end)))
        return;
    b->context = reference_context(c->parts->reference);
    b->stamp = world_stamp(c->parts->world);
    b->lines = arena_array(c->arena, LINES_MOST, sizeof *b->lines);
    text_init(&b->rows, SIZE_MAX / 2);
    c->state = b;
    for (; (line = table_line(&at, end, &len)); number++) {
        if (len == 0)
            continue;
        if (b->count == LINES_MOST) {
            text_fini(&b->rows);
            call_refuse(c, ERR_TOO_LARGE, "2000 lines", NULL);
            return;
        }
        b->lines[b->count].number = number;
        read_line(c, b, &b->lines[b->count++], line, len);
    }
    store(c, b);
}

void imports_decp(struct call *c)
{
    import(c, "decp");
}

void imports_siae(struct call *c)
{
    import(c, "siae");
}
