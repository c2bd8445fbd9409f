// SPDX-License-Identifier: EUPL-1.2
// Knows what can be done with an offer.
#include "app/offers.h"

#include "app/matcher.h"
#include "app/reference.h"
#include "app/world.h"
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
    struct text out;
    text_init(&out, 4 << 20);
    record_write_offer(&out, &offer);
    call_write(c, SQL_offer_put,
               (const char *const[]){c->caller.id, version ? arena_format(c->arena, "%d", version) : NULL,
                                     text_string(&out)},
               on_written);
    text_fini(&out);
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

void offers_needs(struct call *c)
{
    const char *cursor, *limit;
    if (call_page(c, false, &cursor, &limit))
        call_read(c, SQL_offer_needs, (const char *const[]){c->caller.id, cursor, limit}, call_list);
}
