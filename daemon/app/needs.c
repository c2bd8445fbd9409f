// SPDX-License-Identifier: EUPL-1.2
// Knows what can be done with a need, and when it counts as done: once it is committed.
#include "app/needs.h"

#include "app/config.h"
#include "app/export.h"
#include "app/matcher.h"
#include "app/offers.h"
#include "app/reference.h"
#include "app/world.h"
#include "base/clock.h"
#include "wire/import.h"
#include "wire/record.h"
#include "wire/seal.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define PUBLISH_TRIES 5   // while somebody else changes the draft
#define CHANGES_MOST 50   // told of one amendment
#define CHANGE_LENGTH 300 // characters of a text in it
#define WORDS_MOST 200    // bytes of what a list is searched for

// What the handler keeps from one step to the next, in the arena of the request.
struct work {
    struct need need;
    struct faults faults, warnings;
    const char *key, *hash;
    const char *changes; // as JSON
    int version, tries;
};

static void check_draft(struct call *c);

static struct work *begin(struct call *c)
{
    struct work *w = arena_take(c->arena, sizeof *w);
    fault_init(&w->faults, c->arena);
    fault_init(&w->warnings, c->arena);
    c->state = w;
    return w;
}

// ETag, Location and body of a need that was written or read: columns status, answer, version, replayed.
static void answer_stored(struct call *c, const struct pg_result *r)
{
    const struct work *w = c->state;
    const char *answer = pg_value(r, 0, 1);
    int status = atoi(pg_value(r, 0, 0) ? pg_value(r, 0, 0) : "409");
    switch (status) {
    case 404:
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    case 409: // with a key whose first request has no answer yet there is no state to name
        call_refuse(c, answer ? ERR_STATE : ERR_BUSY_KEY, answer, NULL);
        return;
    case 410: {
        struct faults faults;
        fault_init(&faults, c->arena);
        fault_add(&faults, ERR_PAST, NULL, "/deadline");
        call_refuse(c, ERR_INVALID, NULL, &faults);
        return;
    }
    case 412:
        call_refuse(c, ERR_CHANGED, answer, NULL);
        return;
    case 422:
        call_refuse(c, ERR_KEY_REUSED, NULL, NULL);
        return;
    }
    if (pg_value(r, 0, 2))
        call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 2));
    if (r->columns > 3 && text_equal(pg_value(r, 0, 3), "t"))
        call_header(c, "Idempotency-Replayed", "true");
    call_answer_warned(c, status, answer, &w->warnings);
}

static const char *hours(struct call *c)
{
    return arena_format(c->arena, "%lld", (long long)c->parts->config->key_hours);
}

// Reads the body as a need; false when refused. A draft may be unfinished.
static bool take_need(struct call *c, struct work *w, bool draft)
{
    const struct text *body = &c->request->body;
    enum err err = (draft ? record_read_sketch : record_read_need)(text_string(body), body->len, world_places(c->parts->world), c->arena,
                                                                   &w->need, &w->faults, &w->warnings);
    if (err != ERR_BAD_JSON && !draft && w->need.deadline != TIME_UNKNOWN && w->need.deadline < clock_wall() / 1000) {
        fault_add(&w->faults, ERR_PAST, NULL, "/deadline");
        err = ERR_INVALID;
    }
    if (err != ERR_OK)
        call_refuse(c, err, err == ERR_BAD_JSON && w->faults.count ? w->faults.list[0].arg : NULL,
                    err == ERR_BAD_JSON ? NULL : &w->faults);
    for (size_t i = 0; err == ERR_OK && i < w->need.lot_count; i++)
        for (size_t k = 0; k < w->need.lots[i].cpv_count; k++)
            reference_warn_cpv(c->parts->reference, w->need.lots[i].cpv[k], &w->warnings, "/lots/%zu/cpv/%zu", i, k);
    return err == ERR_OK;
}

static const char *body_of(struct call *c, const struct need *n)
{
    struct text out;
    text_init(&out, 4 << 20);
    record_write_need(&out, n);
    const char *body = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return body;
}

static const char *deadline_of(struct call *c, const struct need *n)
{
    if (n->deadline == TIME_UNKNOWN)
        return NULL;
    char *out = arena_take(c->arena, 25);
    clock_format(n->deadline, out);
    return out;
}

static void on_changed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    matcher_wake(c->parts->matcher);
    answer_stored(c, r);
}

// Column 4 is the need's id: of the first answer, when this one is its repetition.
static void on_posted(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (r->err == ERR_OK && pg_value(r, 0, 4))
        call_header(c, "Location", "/v1/needs/%s", pg_value(r, 0, 4));
    on_changed(ctx, r);
}

// With moderation a need waits for a yes first.
static enum need_state goes_out_as(const struct call *c)
{
    return c->parts->config->moderation ? NEED_PENDING : NEED_PUBLISHED;
}

void needs_post(struct call *c)
{
    struct work *w = begin(c);
    bool draft = text_equal(call_query(c, "draft"), "1");
    if (!call_key(c, &w->key, &w->hash) || !take_need(c, w, draft))
        return;
    seal_uuid(clock_wall(), c->part);
    call_write(c, SQL_need_add,
               (const char *const[]){c->caller.id, w->key, w->hash, hours(c), c->part,
                                     draft ? "draft" : word_of("need_state", goes_out_as(c)), deadline_of(c, &w->need),
                                     body_of(c, &w->need)},
               on_posted);
}

// The states from which it may move, with commas.
static const char *states_before(struct call *c, enum need_state to)
{
    struct text from;
    text_init(&from, 256);
    for (int s = NEED_DRAFT; s <= NEED_CANCELLED; s++)
        if (need_may_move((enum need_state)s, to) && !(s == NEED_PENDING && to == NEED_PUBLISHED))
            text_format(&from, "%s%s", from.len ? "," : "", word_of("need_state", (unsigned)s));
    const char *out = arena_string(c->arena, text_string(&from));
    text_fini(&from);
    return out;
}

static void move(struct call *c, enum need_state to)
{
    struct work *w = begin(c);
    if (!call_part_is_id(c) || !call_key(c, &w->key, &w->hash))
        return;
    call_write(c, SQL_need_move,
               (const char *const[]){c->caller.id, w->key, w->hash, hours(c), c->part, word_of("need_state", to), states_before(c, to)},
               on_changed);
}

// Reads a need as it is stored; a fault of it points at what is missing.
static bool take_stored(struct call *c, const struct pg_result *r, struct need *out, struct faults *faults)
{
    fault_init(faults, c->arena);
    return record_read_need(pg_value(r, 0, 3), pg_length(r, 0, 3), world_places(c->parts->world), c->arena, out, faults, NULL) == ERR_OK;
}

// Whether a need was read (columns id, state, version, body, buyer's siret, organisation) and is the caller's; else it is refused.
static bool found_own(struct call *c, const struct pg_result *r)
{
    if (call_failed(c, r))
        return false;
    bool own = r->rows && text_equal(pg_value(r, 0, 5), c->caller.id);
    if (!own)
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return own;
}

static void on_published(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct work *w = c->state;
    if (r->err == ERR_OK && r->rows == 0 && ++w->tries < PUBLISH_TRIES) // changed since it was read: read once more
        check_draft(c);
    else if (r->err == ERR_OK && r->rows == 0)
        call_refuse(c, ERR_BUSY_KEY, NULL, NULL);
    else
        on_changed(ctx, r);
}

// What is no draft any more is not looked at.
static void on_draft(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct work *w = c->state;
    if (!found_own(c, r))
        return;
    if (text_equal(pg_value(r, 0, 1), "draft")) {
        take_stored(c, r, &w->need, &w->faults);
        if (w->need.deadline != TIME_UNKNOWN && w->need.deadline < clock_wall() / 1000)
            fault_add(&w->faults, ERR_PAST, NULL, "/deadline");
        if (w->faults.count) {
            call_refuse(c, ERR_INVALID, NULL, &w->faults);
            return;
        }
    }
    enum need_state to = goes_out_as(c);
    call_write(c, SQL_need_publish,
               (const char *const[]){c->caller.id, w->key, w->hash, hours(c), c->part, word_of("need_state", to), states_before(c, to), pg_value(r, 0, 2)},
               on_published);
}

static void check_draft(struct call *c)
{
    call_read(c, SQL_need_read, (const char *const[]){c->part}, on_draft);
}

// What goes out is whole: the version that was checked is the one that is published.
void needs_publish(struct call *c)
{
    struct work *w = begin(c);
    if (call_part_is_id(c) && call_key(c, &w->key, &w->hash))
        check_draft(c);
}

void needs_close(struct call *c)
{
    move(c, NEED_CLOSED);
}

void needs_award(struct call *c)
{
    move(c, NEED_AWARDED);
}

void needs_cancel(struct call *c)
{
    move(c, NEED_CANCELLED);
}

static void on_dropped(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (!r->rows)
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    else if (!text_equal(pg_value(r, 0, 1), "t"))
        call_refuse(c, ERR_STATE, pg_value(r, 0, 0), NULL);
    else
        call_text(c, 204, NULL, "", 0);
}

void needs_drop(struct call *c)
{
    if (call_part_is_id(c))
        call_write(c, SQL_need_drop, (const char *const[]){c->caller.id, c->part}, on_dropped);
}

// One side of a change; a long text is cut, for the need itself can be read.
static void write_side(struct text *out, const char *name, const char *value, struct arena *arena)
{
    text_format(out, ",\"%s\":", name);
    value ? text_json(out, import_cut(arena, value, CHANGE_LENGTH)) : text_put(out, "null");
}

// What suppliers are told of: not whom the buyer has blocked, and not more than fits into an event.
static void write_changes(struct text *out, const struct need_change *changes, size_t count, struct arena *arena)
{
    int written = 0;
    text_put(out, "[");
    for (size_t i = 0; i < count && written < CHANGES_MOST; i++) {
        if (text_equal(changes[i].field, "/blocked"))
            continue;
        text_format(out, "%s{\"field\":", written++ ? "," : "");
        text_json(out, changes[i].field);
        write_side(out, "before", changes[i].before, arena);
        write_side(out, "after", changes[i].after, arena);
        text_put(out, "}");
    }
    text_put(out, "]");
}

// The present version has been read: takes the body of the request, and writes what it changes; of a draft nobody was told. False when refused.
static bool take_change(struct call *c, const struct pg_result *r, struct text *changes)
{
    struct work *w = c->state;
    struct need former;
    struct faults faults;
    bool draft = text_equal(pg_value(r, 0, 1), "draft");
    if (!take_need(c, w, draft))
        return false;
    if (!draft && !take_stored(c, r, &former, &faults)) {
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
        return false;
    }
    size_t count = 0;
    struct need_change *list = draft ? NULL : need_diff(&former, &w->need, c->arena, &count);
    write_changes(changes, list, count, c->arena);
    return true;
}

static void on_former(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct work *w = c->state;
    struct text out;
    if (!found_own(c, r))
        return;
    if (atoi(pg_value(r, 0, 2)) != w->version) {
        call_refuse(c, ERR_CHANGED, pg_value(r, 0, 2), NULL);
        return;
    }
    text_init(&out, 4 << 20);
    if (!take_change(c, r, &out)) {
        text_fini(&out);
        return;
    }
    call_write(c, SQL_need_amend,
               (const char *const[]){c->caller.id, c->part, arena_format(c->arena, "%d", w->version),
                                     deadline_of(c, &w->need), body_of(c, &w->need), text_string(&out),
                                     c->parts->config->moderation ? "true" : "false"},
               on_changed);
    text_fini(&out);
}

void needs_put(struct call *c)
{
    struct work *w = begin(c);
    if (!call_part_is_id(c))
        return;
    w->version = call_version(c);
    if (w->version <= 0) {
        call_refuse(c, w->version ? ERR_CHANGED : ERR_NO_MATCH_HEADER, "?", NULL);
        return;
    }
    call_read(c, SQL_need_read, (const char *const[]){c->part}, on_former);
}

// What an amendment would tell, before it is made: column 0 the numbers and names, behind what changes.
static void on_told(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct work *w = c->state;
    struct text out;
    if (call_missing(c, r))
        return;
    text_init(&out, 8 << 20);
    text_format(&out, "{\"changes\":%s,%s", w->changes, pg_value(r, 0, 0) + 1); // the object goes on
    call_answer_warned(c, 200, text_string(&out), &w->warnings);
    text_fini(&out);
}

static void add_supplier(void *ctx, const char *organisation)
{
    struct text *list = ctx;
    text_format(list, "%c%s", list->len ? ',' : '{', organisation);
}

static void on_previewed(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct work *w = c->state;
    struct text changes, found;
    if (!found_own(c, r))
        return;
    if (!text_equal(pg_value(r, 0, 1), "published") && !text_equal(pg_value(r, 0, 1), "amended")) {
        call_refuse(c, ERR_STATE, pg_value(r, 0, 1), NULL);
        return;
    }
    text_init(&changes, 4 << 20);
    bool good = take_change(c, r, &changes);
    if (good) // else it is answered, and the arena gone
        w->changes = arena_string(c->arena, text_string(&changes));
    text_fini(&changes);
    if (!good)
        return;
    if (!matcher_complete(c->parts->matcher)) {
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
        return;
    }
    memcpy(w->need.buyer, c->caller.siret, sizeof w->need.buyer);
    struct match_need match = world_draft(c->parts->world, &w->need, clock_wall() / 1000, c->arena);
    text_init(&found, SIZE_MAX / 2);
    world_each_supplier(c->parts->world, &match, add_supplier, &found);
    text_put(&found, found.len ? "}" : "{}");
    call_read(c, SQL_need_told, (const char *const[]){c->part, text_string(&found), deadline_of(c, &w->need), w->need.wave ? "true" : "false",
                                                      arena_format(c->arena, "%lld", (long long)c->parts->config->wave_days)}, on_told);
    text_fini(&found);
}

void needs_preview(struct call *c)
{
    begin(c);
    if (call_part_is_id(c))
        call_read(c, SQL_need_read, (const char *const[]){c->part}, on_previewed);
}

static void on_read(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    if (call_is_new(c, pg_value(r, 0, 1)))
        call_answer(c, 200, pg_value(r, 0, 0));
}

void needs_get(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_need_get, (const char *const[]){c->part, c->caller.id}, on_read);
}

void needs_list(struct call *c)
{
    const char *cursor, *limit;
    if (!call_page(c, false, &cursor, &limit))
        return;
    const char *mine = text_equal(call_query(c, "mine"), "1") ? "mine" : NULL;
    const char *state = call_query(c, "state"), *words = call_query(c, "q");
    if (state && word_value("need_state", state) < 0)
        call_refuse_field(c, ERR_NOT_ONE_OF, word_all("need_state", c->arena), "state");
    else if (words && strlen(words) > WORDS_MOST)
        call_refuse_field(c, ERR_OUT_OF_RANGE, arena_format(c->arena, "0..%d", WORDS_MOST), "q");
    else
        call_read(c, SQL_needs_list, (const char *const[]){c->caller.id, mine, cursor, limit, state, words && *words ? words : NULL}, call_list);
}

static void on_owner(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const char *cursor, *limit;
    if (call_failed(c, r))
        return;
    bool own = r->rows && text_equal(pg_value(r, 0, 2), "t");
    if (!own && !(r->rows && c->caller.kinds & KIND_ORGANISER)) {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    const char *answer = call_query(c, "answer");
    bool refused, table = export_asked(c, &refused);
    if (refused)
        return;
    if (answer && !text_equal(answer, "interested") && !text_equal(answer, "declined") && !text_equal(answer, "seen") && !text_equal(answer, "held"))
        call_refuse_field(c, ERR_NOT_ONE_OF, "interested, declined, seen, held", "answer");
    else if (table)
        export_matches(c, answer);
    else if (call_page(c, false, &cursor, &limit))
        call_read(c, SQL_need_matches, (const char *const[]){c->part, cursor, limit, answer}, call_list);
}

void needs_matches(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_need_get, (const char *const[]){c->part, c->caller.id}, on_owner);
}

static void on_funnel(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (!call_missing(c, r))
        call_answer(c, 200, pg_value(r, 0, 0));
}

static void on_funnel_owner(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows && (text_equal(pg_value(r, 0, 2), "t") || c->caller.kinds & KIND_ORGANISER))
        call_read(c, SQL_need_funnel, (const char *const[]){c->part}, on_funnel);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

void needs_funnel(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_need_get, (const char *const[]){c->part, c->caller.id}, on_funnel_owner);
}

struct question { // the need that is asked about, while the offer is read
    const char *body, *buyer;
};

static void on_offer(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct question *q = c->state;
    struct need need;
    struct offer offer;
    struct faults faults;
    if (call_missing(c, r))
        return;
    if (!reference_ready(c->parts->reference)) { // without communes nothing is near
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
        return;
    }
    fault_init(&faults, c->arena);
    if (!offers_read(c, r, &offer) || record_read_need(q->body, strlen(q->body), world_places(c->parts->world), c->arena, &need,
                                                       &faults, NULL) != ERR_OK) {
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    memcpy(need.id, c->part, sizeof need.id);
    strncpy(need.buyer, q->buyer, sizeof need.buyer - 1);
    struct text out;
    text_init(&out, 4 << 20);
    world_explain(c->parts->world, &need, &offer, clock_wall() / 1000, c->lang, c->arena, &out);
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

// A supplier may ask about itself; the buyer of the need and organisers about anybody. NULL when refused.
static const char *whose_offer(struct call *c, bool own)
{
    const char *asked = call_query(c, "offer"), *id = asked ? asked : c->caller.id;
    if (asked ? !text_uuid(asked) : !(c->caller.kinds & KIND_SUPPLIER)) {
        call_refuse_field(c, asked ? ERR_WRONG_TYPE : ERR_REQUIRED, "01890a5d-ac96-774b-bcce-b302099a8057", "offer");
        return NULL;
    }
    if (own || c->caller.kinds & KIND_ORGANISER || text_equal(id, c->caller.id))
        return id;
    call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
    return NULL;
}

// The need has been read: columns id, state, version, body, buyer's siret, organisation, whether that is suspended.
static void on_explained(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    bool own = r->rows && text_equal(pg_value(r, 0, 5), c->caller.id);
    if (r->rows == 0 || (!own && text_equal(pg_value(r, 0, 6), "t"))) { // drafts of others are not seen
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    const char *id = whose_offer(c, own);
    if (!id)
        return;
    struct question *q = arena_take(c->arena, sizeof *q);
    *q = (struct question){arena_string(c->arena, pg_value(r, 0, 3)), arena_string(c->arena, pg_value(r, 0, 4))};
    c->state = q;
    call_read(c, SQL_offer_read, (const char *const[]){id}, on_offer);
}

void needs_explain(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_need_read, (const char *const[]){c->part}, on_explained);
}
