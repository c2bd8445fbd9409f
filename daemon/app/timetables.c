// SPDX-License-Identifier: EUPL-1.2
// Knows what a version of a timetable may become.
#include "app/timetables.h"

#include "app/conventions.h"
#include "app/live.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/verify.h"
#include "wire/agenda.h"
#include "wire/convention.h"
#include "wire/member.h"
#include "wire/seal.h"

#include <stdlib.h>
#include <string.h>

// A draft has changed: other processes have streams of its convention, too. An answered call is gone.
static void answer_draft(struct call *c, const struct pg_result *r)
{
    struct parts *s = c->parts;
    if (!conventions_answer(c, r))
        return;
    live_wake(s->live);
    pg_notify(s->pg);
}

// Why a meeting has no place in a draft that somebody made.
static const char *left_json(struct call *c, const char *kind, const char *fr, const char *en)
{
    struct text out;
    text_init(&out, 1024);
    text_byte(&out, '{');
    member_text(&out, "kind", kind);
    member_text(&out, "fr", fr);
    member_text(&out, "en", en);
    text_byte(&out, '}');
    const char *json = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return json;
}

// ---- Reading

static void on_listed(void *ctx, const struct pg_result *r)
{
    if (!call_missing(ctx, r))
        call_list(ctx, r);
}

void timetables_list(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_timetables_list, (const char *const[]){c->part}, on_listed);
}

void timetables_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_timetable_get, (const char *const[]){c->part}, call_versioned);
}

static void on_compared(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void timetables_compare(struct call *c)
{
    const char *from = call_query(c, "from");
    if (!call_part_is_id(c))
        return;
    if (from && !text_uuid(from))
        call_refuse_field(c, ERR_UNKNOWN_ID, from, "from");
    else
        call_read(c, SQL_timetable_compare, (const char *const[]){c->part, from}, on_compared);
}

// ---- Drafts

static void write_place(struct text *out, const struct convention_place *p)
{
    member_item(out);
    text_byte(out, '{');
    member_text(out, "id", p->request);
    member_number(out, "slot", p->slot);
    member_text(out, "table", p->table);
    text_byte(out, '}');
}

// NULL when refused: who has a slot has a table.
static const char *rows_json(struct call *c, const struct convention_places *p)
{
    struct text out;
    struct faults faults;
    fault_init(&faults, c->arena);
    text_init(&out, SIZE_MAX / 2);
    text_byte(&out, '[');
    for (size_t i = 0; i < p->count; i++) {
        if (p->list[i].slot && !p->list[i].table)
            fault_add(&faults, ERR_REQUIRED, NULL, "/meetings/%zu/table", i);
        if (p->list[i].slot)
            write_place(&out, &p->list[i]);
    }
    text_byte(&out, ']');
    const char *json = faults.count ? NULL : arena_string(c->arena, text_string(&out));
    text_fini(&out);
    if (faults.count)
        call_refuse(c, ERR_INVALID, NULL, &faults);
    return json;
}

static void on_added(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    if (text_equal(pg_value(r, 0, 0), "422")) {
        call_refuse_field(c, ERR_UNKNOWN_ID, pg_value(r, 0, 1), "meetings");
        return;
    }
    if (text_equal(pg_value(r, 0, 0), "201"))
        call_header(c, "Location", "/v1/timetables/%s", (const char *)c->state);
    answer_draft(c, r);
}

void timetables_post(struct call *c)
{
    struct convention_places p;
    struct faults faults;
    char *id = arena_take(c->arena, 37);
    const struct text *body = &c->request->body;
    if (!call_part_is_id(c))
        return;
    fault_init(&faults, c->arena);
    enum err err = convention_read_places(text_string(body), body->len, c->arena, &p, &faults);
    if (err != ERR_OK) {
        call_refuse(c, err, err == ERR_BAD_JSON ? faults.list[0].arg : NULL, err == ERR_BAD_JSON ? NULL : &faults);
        return;
    }
    const char *rows = p.from ? NULL : rows_json(c, &p);
    if (!p.from && !rows)
        return;
    seal_uuid(clock_wall(), id);
    c->state = id;
    const char *left = left_json(c, "upload", "Sans place dans l'emploi du temps déposé.", "Without a place in the timetable that was sent.");
    call_write_bulk(c, SQL_timetable_add, (const char *const[]){c->caller.id, c->part, id, p.from, rows, left}, on_added);
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    const char *said = pg_value(r, 0, 0);
    if (text_equal(said, "204")) {
        live_told(c->parts);
        call_text(c, 204, NULL, "", 0);
    } else
        call_refuse(c, text_equal(said, "404") ? ERR_NOT_FOUND : ERR_STATE, said, NULL);
}

void timetables_drop(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_timetable_drop, (const char *const[]){c->caller.id, c->part}, on_dropped);
}

// False when refused.
static bool take_version(struct call *c, int *version)
{
    *version = call_version(c);
    if (*version > 0)
        return true;
    call_refuse(c, *version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
    return false;
}

// ---- Moves

#define FAULTS_KEPT 200

struct move {
    const char *request, *table; // table NULL: the first that is free
    int slot;                    // from 1; 0: out of the timetable
    int version;
    bool dry;
    struct agenda agenda; // what the move can meet
    struct timetable was, is;
    int meeting; // in them
    struct verify_fault *before, *after;
    size_t befores, afters;
};

static bool take_move(struct call *c, struct move *m)
{
    struct form form;
    if (!take_version(c, &m->version) || !call_form(c, "move", &form))
        return false;
    const char *slot = form_value(&form, "slot");
    m->request = form_value(&form, "request");
    m->slot = slot ? atoi(slot) : 0;
    m->table = form_value(&form, "table");
    m->dry = text_equal(form_value(&form, "dry"), "true");
    if (text_uuid(m->request))
        return true;
    call_refuse_field(c, ERR_UNKNOWN_ID, m->request, "request");
    return false;
}

static bool read_move(struct call *c, struct move *m, const char *json)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    if (!agenda_read(&m->agenda, json, strlen(json), c->arena, &faults)) {
        log_error("timetables", "an agenda that is none: %s %s", faults.list[0].pointer, fault_text(&faults.list[0], LANG_EN, c->arena));
        return false;
    }
    m->was = timetable_new(m->agenda.meetings, c->arena);
    m->is = timetable_new(m->agenda.meetings, c->arena);
    m->meeting = AGENDA_NONE;
    for (int i = 0; i < m->agenda.meetings; i++) {
        m->was.slot[i] = m->agenda.meeting[i].old_slot;
        m->was.table[i] = m->agenda.meeting[i].old_table;
        if (text_equal(m->agenda.meeting[i].id, m->request))
            m->meeting = i;
    }
    timetable_copy(&m->is, &m->was);
    return true;
}

static int table_named(const struct agenda *a, const char *name)
{
    for (int i = 0; i < a->tables; i++)
        if (text_equal(a->table[i], name))
            return i;
    return AGENDA_NONE;
}

static bool taken(const struct move *m, int table, int slot)
{
    for (int i = 0; i < m->agenda.meetings; i++)
        if (i != m->meeting && m->was.slot[i] == slot && m->was.table[i] == table)
            return true;
    return false;
}

// Where it has to be, or is already, or the first that is free; with none, where somebody else sits: the rules say who.
static int table_free(const struct move *m, int slot)
{
    const struct agenda *a = &m->agenda;
    const struct agenda_meeting *x = &a->meeting[m->meeting];
    const int booths[2] = {a->person[x->person[0]].table, a->person[x->person[1]].table};
    if (x->table != AGENDA_NONE)
        return x->table;
    for (int i = 0; i < 2; i++)
        if (booths[i] != AGENDA_NONE && (!taken(m, booths[i], slot) || i == 1 || booths[1] == AGENDA_NONE))
            return booths[i];
    int now = m->was.table[m->meeting];
    if (now != AGENDA_NONE && !taken(m, now, slot))
        return now;
    int first = 0;
    while (first < a->tables - 1 && taken(m, first, slot))
        first++;
    return first;
}

// False when refused.
static bool apply(struct call *c, struct move *m)
{
    const struct agenda *a = &m->agenda;
    if (m->meeting == AGENDA_NONE) { // nothing stands against taking it out
        if (m->slot)
            call_refuse(c, ERR_CONFLICT, c->lang == LANG_FR ? "l'une des deux personnes ne vient pas." : "one of the two people does not come.", NULL);
        return !m->slot;
    }
    int table = m->table ? table_named(a, m->table) : AGENDA_NONE;
    if (m->slot > a->slots || (m->table && table == AGENDA_NONE)) {
        bool slot = m->slot > a->slots;
        call_refuse_field(c, ERR_UNKNOWN_ID, slot ? arena_format(c->arena, "%d", m->slot) : m->table, slot ? "slot" : "table");
        return false;
    }
    m->is.slot[m->meeting] = m->slot ? m->slot - 1 : AGENDA_NONE;
    m->is.table[m->meeting] = !m->slot ? AGENDA_NONE : m->table ? table : table_free(m, m->slot - 1);
    m->table = m->slot ? a->table[m->is.table[m->meeting]] : NULL;
    return true;
}

static struct verify_fault *faults_of(struct call *c, const struct agenda *a, const struct timetable *t, size_t *count)
{
    struct verify_fault *list = arena_array(c->arena, FAULTS_KEPT, sizeof *list);
    *count = verify_check(a, t, -1, list, FAULTS_KEPT);
    *count = *count < FAULTS_KEPT ? *count : FAULTS_KEPT;
    return list;
}

// Whether it was so before: with as many meetings or more, for somebody who has too many.
static bool known(const struct move *m, const struct verify_fault *f)
{
    for (size_t i = 0; i < m->befores; i++) {
        const struct verify_fault *b = &m->before[i];
        bool same = b->rule == f->rule && b->meeting == f->meeting && b->other == f->other && b->person == f->person &&
                    b->other_person == f->other_person && b->slot == f->slot && b->table == f->table;
        if (same && (f->rule == VERIFY_MOST ? b->have >= f->have : b->have == f->have))
            return true;
    }
    return false;
}

// What the move would break: false, and refused with a sentence for each.
static bool keeps_rules(struct call *c, struct move *m)
{
    struct faults faults;
    const char *first = NULL;
    struct agenda named = agenda_told(&m->agenda, c->arena);
    fault_init(&faults, c->arena);
    m->before = faults_of(c, &m->agenda, &m->was, &m->befores);
    m->after = faults_of(c, &m->agenda, &m->is, &m->afters);
    for (size_t i = 0; i < m->afters; i++) {
        const struct verify_fault *f = &m->after[i];
        if (known(m, f))
            continue;
        const char *text = verify_text(&named, f, c->lang, c->arena);
        first = first ? first : text;
        fault_add(&faults, ERR_CONFLICT, text, f->rule == VERIFY_TABLE || f->rule == VERIFY_BOOTH ? "/table" : "/slot");
    }
    if (first)
        call_refuse(c, ERR_CONFLICT, first, &faults);
    return !first;
}

static void on_moved(void *ctx, const struct pg_result *r)
{
    answer_draft(ctx, r);
}

// What the draft is like does not allow a move: true, and refused.
static bool unmovable(struct call *c, const struct move *m, const struct pg_result *r)
{
    const char *version = pg_value(r, 0, 1), *state = pg_value(r, 0, 2), *request = pg_value(r, 0, 3);
    if (!text_equal(state, "draft"))
        call_refuse(c, ERR_STATE, state, NULL);
    else if (m->version != atoi(version))
        call_refuse(c, ERR_CHANGED, version, NULL);
    else if (m->slot && !text_equal(request, "accepted"))
        call_refuse(c, ERR_STATE, request, NULL);
    else
        return false;
    return true;
}

static void on_near(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct move *m = c->state;
    if (call_missing(c, r) || unmovable(c, m, r))
        return;
    if (!read_move(c, m, pg_value(r, 0, 0))) {
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
        return;
    }
    if (!apply(c, m) || (m->meeting != AGENDA_NONE && !keeps_rules(c, m)))
        return;
    if (m->dry) {
        call_header(c, "ETag", "\"%d\"", m->version);
        call_answer(c, 200, pg_value(r, 0, 4));
        return;
    }
    const char *version = arena_format(c->arena, "%d", m->version), *slot = m->slot ? arena_format(c->arena, "%d", m->slot) : NULL;
    const char *left = left_json(c, "hand", "Ôté à la main.", "Taken out by hand.");
    call_write(c, SQL_timetable_move, (const char *const[]){c->caller.id, c->part, version, m->request, slot, m->table, left}, on_moved);
}

void timetables_move(struct call *c)
{
    struct move *m = arena_take(c->arena, sizeof *m);
    c->state = m;
    if (!call_part_is_id(c) || !take_move(c, m))
        return;
    const char *slot = m->slot ? arena_format(c->arena, "%d", m->slot) : NULL;
    call_read(c, SQL_move_agenda, (const char *const[]){c->part, m->request, slot}, on_near);
}

// ---- Publication

void timetables_publish(struct call *c)
{
    struct form form;
    int version;
    if (!call_part_is_id(c) || !take_version(c, &version) || !call_form(c, "publication", &form))
        return;
    call_write_bulk(c, SQL_timetable_publish,
                    (const char *const[]){c->caller.id, c->part, arena_format(c->arena, "%d", version), form_value(&form, "final")}, conventions_changed);
}
