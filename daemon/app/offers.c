// SPDX-License-Identifier: EUPL-1.2
// Knows what can be done with an offer.
#include "app/offers.h"

#include "app/access.h"
#include "app/matcher.h"
#include "app/reference.h"
#include "app/world.h"
#include "wire/pack.h"
#include "wire/prefill.h"
#include "wire/record.h"

#include <stdlib.h>
#include <string.h>

static void on_written(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    int status = atoi(pg_value(r, 0, 0));
    if (status == 412 || status == 428) {
        call_refuse(c, status == 412 ? ERR_CHANGED : ERR_NO_MATCH_HEADER, pg_value(r, 0, 1), NULL);
        return;
    }
    matcher_wake(c->parts->matcher);
    if (status == 201)
        call_header(c, "Location", "/v1/offer");
    call_header(c, "ETag", "\"%s\"", pg_value(r, 0, 2));
    call_answer_warned(c, status, pg_value(r, 0, 1), c->state);
}

bool offers_read(struct call *c, const struct pg_result *r, struct offer *out)
{
    const char *id = pg_value(r, 0, 0);
    if (r->rows == 0 || world_read_offer(c->parts->world, id, pg_value(r, 0, 2), c->arena, out) != ERR_OK)
        return false;
    strncpy(out->id, id, sizeof out->id - 1);
    out->version = atoi(pg_value(r, 0, 1));
    strncpy(out->siret, pg_value(r, 0, 3), sizeof out->siret - 1);
    out->name = arena_string(c->arena, pg_value(r, 0, 4));
    out->structures = access_bits("structure", pg_value(r, 0, 5));
    out->since = atoll(pg_value(r, 0, 6));
    return true;
}

void offers_pack(struct call *c, struct offer *o, struct text *base64)
{
    struct world *w = c->parts->world;
    struct text packed;
    offer_settle(o, world_places(w), world_words(w), c->arena);
    text_init(&packed, SIZE_MAX / 2);
    pack_offer(o, world_places(w), &packed);
    pack_base64(&packed, base64);
    text_fini(&packed);
}

static void store(struct call *c, struct offer *o, int version)
{
    struct text body, packed;
    text_init(&body, 4 << 20);
    text_init(&packed, SIZE_MAX / 2);
    record_write_offer(&body, o);
    offers_pack(c, o, &packed);
    call_write(c, SQL_offer_put,
               (const char *const[]){c->caller.id, version ? arena_format(c->arena, "%d", version) : NULL, text_string(&body),
                                     text_string(&packed), arena_format(c->arena, "%lld", (long long)world_stamp(c->parts->world))},
               on_written);
    text_fini(&packed);
    text_fini(&body);
}

void offers_put(struct call *c)
{
    struct offer offer;
    struct faults faults, *warnings = arena_take(c->arena, sizeof *warnings);
    int version = call_version(c);
    if (version < 0) {
        call_refuse(c, ERR_CHANGED, "?", NULL);
        return;
    }
    fault_init(&faults, c->arena);
    fault_init(warnings, c->arena);
    c->state = warnings;
    const struct text *body = &c->request->body;
    enum err err = record_read_offer(text_string(body), body->len, world_places(c->parts->world), c->arena, &offer,
                                     &faults, warnings);
    if (err != ERR_OK) {
        call_refuse(c, err, err == ERR_BAD_JSON && faults.count ? faults.list[0].arg : NULL,
                    err == ERR_BAD_JSON ? NULL : &faults);
        return;
    }
    for (size_t i = 0; i < offer.capability_count; i++)
        reference_warn_cpv(c->parts->reference, offer.capabilities[i].cpv, warnings, "/capabilities/%zu/cpv", i);
    store(c, &offer, version);
}

void offers_get(struct call *c)
{
    call_read(c, SQL_offer_get, (const char *const[]){c->caller.id, c->caller.id}, call_versioned);
}

void offers_view(struct call *c)
{
    if (text_uuid(c->part))
        call_read(c, SQL_offer_get, (const char *const[]){c->part, c->caller.id}, call_versioned);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

// What an organisation says it is counts as well: a proposal gives no right.
static void on_structures(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct text out;
    if (call_missing(c, r))
        return;
    struct offer offer = {.active = true, .full_until = DAY_UNKNOWN};
    const struct prefill_row *row = prefill_find(reference_prefill(c->parts->reference), c->state, access_bits("structure", pg_value(r, 0, 0)));
    offer.capability_count = row ? row->count : 0;
    offer.capabilities = arena_array(c->arena, offer.capability_count + 1, sizeof *offer.capabilities);
    for (size_t i = 0; i < offer.capability_count; i++)
        offer.capabilities[i] = (struct capability){.number = (int)i + 1, .cpv = row->cpv[i], .services = row->services, .value = {-1, -1}};
    text_init(&out, 1 << 16);
    record_write_offer(&out, &offer);
    call_answer(c, 200, text_string(&out));
    text_fini(&out);
}

void offers_propose(struct call *c)
{
    const char *naf = call_query(c, "naf");
    char code[6];
    if (naf && !naf_tidy(naf, code)) {
        call_refuse_field(c, ERR_WRONG_TYPE, "81.21Z", "naf");
        return;
    }
    c->state = naf ? arena_copy(c->arena, code, strlen(code)) : NULL;
    call_read(c, SQL_organisation_structures, (const char *const[]){c->caller.id}, on_structures);
}

// "2026-05"
static bool is_month(const char *s)
{
    return strlen(s) == 7 && strspn(s, "0123456789") == 4 && s[4] == '-' && strspn(s + 5, "0123456789") == 2;
}

void offers_needs(struct call *c)
{
    const char *cursor, *limit, *answer = call_query(c, "answer"), *state = call_query(c, "state"), *month = call_query(c, "month");
    if (answer && !text_equal(answer, "interested") && !text_equal(answer, "declined") && !text_equal(answer, "none"))
        call_refuse_field(c, ERR_NOT_ONE_OF, "interested, declined, none", "answer");
    else if (state && !text_equal(state, "open") && !text_equal(state, "over"))
        call_refuse_field(c, ERR_NOT_ONE_OF, "open, over", "state");
    else if (month && !is_month(month))
        call_refuse_field(c, ERR_WRONG_TYPE, "2026-05", "month");
    else if (call_page(c, false, &cursor, &limit))
        call_read(c, SQL_offer_needs, (const char *const[]){c->caller.id, cursor, limit, answer, state, month}, call_list);
}
