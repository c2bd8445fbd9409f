// SPDX-License-Identifier: EUPL-1.2
// Knows how many people are entered or invited at once.
#include "app/guests.h"

#include "app/config.h"
#include "app/conventions.h"
#include "app/live.h"
#include "app/requests.h"
#include "base/clock.h"
#include "wire/guest.h"
#include "wire/problem.h"
#include "wire/seal.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 500 // that are stored together

struct line {
    uint64_t number;          // in the file
    struct guest *guest;      // NULL: refused
    const char *id;           // of its participant, once stored
    bool added, repaired;
    const char *warnings, *errors; // JSON
};

struct wish { // from 0: of a line, which of its wishes
    size_t line, at;
};

struct import { // in the arena of the request
    struct guest_columns columns;
    struct line *lines;
    size_t count;
    struct wish *wishes;
    size_t wish_count;
    size_t stored, wished; // lines and wishes that the database has had
    bool invite;
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

// The answer

static void put_line(struct text *out, const struct line *l)
{
    text_format(out, "{\"line\":%llu,\"status\":\"%s\",\"id\":", (unsigned long long)l->number, !l->id ? "refused" : l->repaired ? "repaired" : "taken");
    l->id ? text_json(out, l->id) : text_put(out, "null");
    text_format(out, ",\"new\":%s,\"warnings\":%s,\"errors\":%s}\n", l->added ? "true" : "false", l->warnings, l->errors);
}

static void answer(struct call *c, const struct import *m)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    for (size_t i = 0; i < m->count; i++)
        put_line(&out, &m->lines[i]);
    live_told(c->parts);
    call_text(c, 200, "application/x-ndjson", text_string(&out), out.len);
    text_fini(&out);
}

// Wishes, once everybody is there

static void warn(struct call *c, struct line *l, enum err err, const char *arg, size_t wish)
{
    struct faults warnings;
    fault_init(&warnings, c->arena);
    fault_add(&warnings, err, arg, "/wishes/%zu", wish);
    const char *more = faults_json(c, &warnings);
    size_t len = strlen(l->warnings);
    l->warnings = len <= 2 ? more : arena_format(c->arena, "%.*s,%s", (int)len - 1, l->warnings, more + 1);
    l->repaired = true;
}

static void send_wishes(struct call *c);

// Columns line (of the wish, from 1), added, refused.
static void on_wished(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct import *m = c->state;
    if (call_failed(c, r))
        return;
    for (int i = 0; i < r->rows; i++) {
        const char *why = pg_value(r, i, 2);
        const struct wish *w = &m->wishes[atoll(pg_value(r, i, 0)) - 1];
        if (why)
            warn(c, &m->lines[w->line], requests_error(why), m->lines[w->line].guest->wishes[w->at], w->at);
    }
    send_wishes(c);
}

static void send_wishes(struct call *c)
{
    struct import *m = c->state;
    struct text rows;
    int count = 0;
    text_init(&rows, SIZE_MAX / 2);
    for (; m->wished < m->wish_count && count < ROWS_MOST; m->wished++) {
        const struct wish *w = &m->wishes[m->wished];
        const struct line *l = &m->lines[w->line];
        char id[37];
        if (!l->id)
            continue;
        seal_uuid(clock_wall(), id);
        text_format(&rows, "%s{\"line\":%zu,\"id\":\"%s\",\"first\":\"%s\",\"email\":", count++ ? "," : "[", m->wished + 1, id, l->id);
        text_json(&rows, l->guest->wishes[w->at]);
        text_put(&rows, "}");
    }
    text_put(&rows, "]");
    struct pg_scope scope = call_scope(c);
    if (count == 0)
        answer(c, m);
    else if (!c->parts->pg) // at the very end
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        pg_write_bulk(c->parts->pg, &scope, SQL_guests_wish, (const char *const[]){c->caller.id, c->part, text_string(&rows)}, on_wished, c);
    text_fini(&rows);
}

// People

// why: the table is none of the convention's, or it is full.
static void refuse(struct call *c, struct line *l, const char *why)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    if (text_equal(why, "table"))
        fault_add(&faults, ERR_UNKNOWN_ID, form_value(&l->guest->form, "table"), "/table");
    else
        fault_add(&faults, ERR_STATE, "convention_people", "%s", "");
    l->errors = faults_json(c, &faults);
}

static void send_people(struct call *c);

// Columns line (from 1), id, added, refused. Line 0: the convention takes nobody.
static void on_stored(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct import *m = c->state;
    if (call_failed(c, r))
        return;
    for (int i = 0; i < r->rows; i++) {
        long long line = atoll(pg_value(r, i, 0));
        const char *why = pg_value(r, i, 3);
        if (line == 0) {
            call_refuse(c, text_equal(why, "missing") ? ERR_NOT_FOUND : ERR_STATE, why, NULL);
            return;
        }
        struct line *l = &m->lines[line - 1];
        l->id = arena_string(c->arena, pg_value(r, i, 1));
        l->added = text_equal(pg_value(r, i, 2), "t");
        if (why)
            refuse(c, l, why);
    }
    if (m->stored < m->count)
        send_people(c);
    else
        send_wishes(c);
}

static void send_people(struct call *c)
{
    struct import *m = c->state;
    struct text rows;
    int count = 0;
    text_init(&rows, SIZE_MAX / 2);
    text_put(&rows, "[");
    for (; m->stored < m->count && count < ROWS_MOST; m->stored++) {
        char id[37];
        if (!m->lines[m->stored].guest)
            continue;
        seal_uuid(clock_wall(), id);
        text_put(&rows, count++ ? "," : "");
        guest_write(&rows, m->lines[m->stored].guest, (long long)m->stored + 1, id);
    }
    text_put(&rows, "]");
    struct pg_scope scope = call_scope(c);
    const char *most = arena_format(c->arena, "%lld", (long long)c->parts->config->convention_people);
    if (!c->parts->pg) // at the very end
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        pg_write_bulk(c->parts->pg, &scope, SQL_guests_add,
                      (const char *const[]){c->caller.id, c->part, text_string(&rows), m->invite ? "true" : "false", most}, on_stored, c);
    text_fini(&rows);
}

// The table

static void take_row(struct call *c, struct import *m, const struct csvread *r)
{
    struct faults faults, warnings;
    struct line *l = &m->lines[m->count++];
    struct guest *g = arena_take(c->arena, sizeof *g);
    fault_init(&faults, c->arena);
    fault_init(&warnings, c->arena);
    l->number = r->line;
    if (r->fault != CSVREAD_FINE)
        guest_fault(r, c->lang, c->arena, &faults);
    else if (guest_read(&m->columns, r, c->arena, g, &faults, &warnings))
        l->guest = g;
    m->wish_count += l->guest ? g->wish_count : 0;
    l->repaired = warnings.count > 0;
    l->warnings = faults_json(c, &warnings);
    l->errors = faults_json(c, &faults);
}

// The first record names the columns; false when it is refused.
static bool take_header(struct call *c, struct import *m, const struct csvread *r)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    if (r->fault != CSVREAD_FINE)
        guest_fault(r, c->lang, c->arena, &faults);
    else if (guest_header(r, &m->columns, c->arena, &faults))
        return true;
    call_refuse(c, ERR_INVALID, NULL, &faults);
    return false;
}

// False when it was refused as a whole.
static bool take_table(struct call *c, struct import *m)
{
    const struct text *body = &c->request->body;
    const char *bytes = text_string(body);
    struct csvread reader;
    bool header = false, fine = true;
    size_t used, rooms = 2;
    for (size_t i = 0; i < body->len; i++)
        rooms += bytes[i] == '\n';
    m->lines = arena_array(c->arena, rooms, sizeof *m->lines);
    csvread_init(&reader);
    for (size_t at = 0; fine;) {
        enum csvread_step step = at < body->len ? csvread_next(&reader, bytes + at, body->len - at, &used) : csvread_end(&reader);
        if (step == CSVREAD_MORE && at >= body->len)
            break;
        at += at < body->len ? used : 0;
        if (step == CSVREAD_MORE)
            continue;
        if (header)
            take_row(c, m, &reader);
        else
            header = fine = take_header(c, m, &reader);
    }
    csvread_fini(&reader);
    if (fine && !header)
        call_refuse_field(c, ERR_REQUIRED, NULL, "header");
    return fine && header;
}

void guests_import(struct call *c)
{
    struct import *m = arena_take(c->arena, sizeof *m);
    if (!call_part_is_id(c) || !take_table(c, m))
        return;
    size_t count = 0;
    m->invite = text_equal(call_query(c, "invite"), "1");
    m->wishes = arena_array(c->arena, m->wish_count + 1, sizeof *m->wishes);
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; m->lines[i].guest && k < m->lines[i].guest->wish_count; k++)
            m->wishes[count++] = (struct wish){i, k};
    c->state = m;
    send_people(c);
}

// From what a need has found

static void on_invited(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    conventions_changed(c, r);
}

void guests_invite(struct call *c)
{
    struct form form;
    if (!call_part_is_id(c) || !call_form(c, "need_guests", &form) || !requests_id(c, &form, "need"))
        return;
    const char *least = form_value(&form, "least_score"), *most = form_value(&form, "most");
    struct pg_scope scope = call_scope(c);
    if (!c->parts->pg) { // at the very end
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
        return;
    }
    pg_write_bulk(c->parts->pg, &scope, SQL_convention_invite,
                  (const char *const[]){c->caller.id, c->part, form_value(&form, "need"), form_value(&form, "answer"), least ? least : "0", most ? most : "50",
                                        arena_format(c->arena, "%lld", (long long)c->parts->config->convention_people)},
                  on_invited, c);
}
