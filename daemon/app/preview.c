// SPDX-License-Identifier: EUPL-1.2
// Knows how the reach of a draft is counted in the time there is.
#include "app/preview.h"

#include "app/config.h"
#include "app/matcher.h"
#include "app/reference.h"
#include "app/world.h"
#include "base/clock.h"
#include "core/preview.h"
#include "wire/member.h"
#include "wire/record.h"
#include "wire/word.h"

#include <stdio.h>
#include <string.h>

#define LOTS_CHANGED 20 // further ones are only counted

struct view {
    struct call *call;
    struct need need;
    struct match_need match;
    struct preview_codes codes;
    struct faults faults, warnings;
    int64_t until; // clock_mono, 0: no limit
    bool complete;
    struct text *out;
};

// Reads the body; false when refused.
static bool take_draft(struct call *c, struct view *v)
{
    const struct text *body = &c->request->body;
    struct gazetteer *places = world_places(c->parts->world);
    enum err err = record_read_draft(text_string(body), body->len, places, c->arena, &v->need, &v->faults, &v->warnings);
    if (err == ERR_BAD_JSON) {
        call_refuse(c, err, v->faults.count ? v->faults.list[0].arg : NULL, NULL);
        return false;
    }
    if (v->need.deadline != TIME_UNKNOWN && v->need.deadline < clock_wall() / 1000)
        fault_add(&v->faults, ERR_PAST, NULL, "/deadline");
    if (v->faults.count) {
        call_refuse(c, ERR_INVALID, NULL, &v->faults);
        return false;
    }
    for (size_t i = 0; i < v->need.lot_count; i++)
        for (size_t k = 0; k < v->need.lots[i].cpv_count; k++)
            reference_warn_cpv(c->parts->reference, v->need.lots[i].cpv[k], &v->warnings, "/lots/%zu/cpv/%zu", i, k);
    return true;
}

// What a draft does not say yet: where. Then it is anywhere in France.
static void settle(struct call *c, struct need *n)
{
    struct place *france = arena_take(c->arena, sizeof *france);
    if (!n->place_count && place_parse(world_places(c->parts->world), "FR", c->arena, france) == ERR_OK) {
        n->places = france;
        n->place_count = 1;
    }
    memcpy(n->buyer, c->caller.siret, sizeof n->buyer);
}

static bool in_time(struct view *v)
{
    v->complete = v->complete && (!v->until || clock_mono() < v->until);
    return v->complete;
}

static void write_words(struct text *out, const char *name, const char *list, unsigned set)
{
    member_open(out, name, '[');
    for (const struct word *w = NULL; (w = word_next(list, w));)
        if (set & w->value)
            member_string(out, w->word);
    text_byte(out, ']');
}

static void write_value(struct text *out, struct range value)
{
    member_open(out, "value", '{');
    if (value.least >= 0)
        member_number(out, "min", value.least);
    if (value.most >= 0)
        member_number(out, "max", value.most);
    text_byte(out, '}');
}

static void write_places(struct text *out, const struct lot *l)
{
    member_open(out, "places", '[');
    for (size_t i = 0; i < l->place_count; i++)
        member_string(out, l->places[i].text);
    text_byte(out, ']');
}

static const char *code_of(struct cpv cpv, char out[static 12])
{
    snprintf(out, 12, "%08u", (unsigned)cpv.code);
    return out;
}

static void write_cpv(struct view *v, const struct preview_change *c)
{
    const struct reference *reference = v->call->parts->reference;
    struct text *out = v->out;
    char code[12];
    member_open(out, "cpv", '[');
    for (size_t i = 0; i < c->lot.cpv_count; i++)
        member_string(out, code_of(c->lot.cpv[i], code));
    text_byte(out, ']');
    member_text(out, "instead", code_of(c->from, code));
    member_open(out, "label", '{');
    member_text(out, "code", code_of(c->to, code));
    member_text(out, "fr", reference_label(reference, c->to.code, LANG_FR));
    member_text(out, "en", reference_label(reference, c->to.code, LANG_EN));
    text_byte(out, '}');
}

static void write_labels(struct text *out, const struct lot *before, const struct preview_change *c)
{
    member_open(out, "labels", '[');
    for (size_t i = 0; i < c->lot.labels.count; i++)
        member_string(out, c->lot.labels.list[i]);
    text_byte(out, ']');
    member_text(out, "without", before->labels.list[c->label]);
}

static void write_change(struct view *v, const struct lot *before, const struct preview_change *c)
{
    struct text *out = v->out;
    member_item(out);
    text_byte(out, '{');
    member_text(out, "change", word_of("preview_kind", c->kind));
    switch (c->kind) {
    case PREVIEW_RESERVE:
        write_words(out, "reserved", "reserved", c->lot.reserved);
        break;
    case PREVIEW_OPEN:
        break;
    case PREVIEW_SPLIT:
        member_number(out, "parts", c->parts);
        write_value(out, c->lot.value);
        break;
    case PREVIEW_PLACE:
        write_places(out, &c->lot);
        break;
    case PREVIEW_LABEL:
        write_labels(out, before, c);
        break;
    case PREVIEW_CPV:
        write_cpv(v, c);
        break;
    }
    member_number(out, "suppliers", (int64_t)c->suppliers);
    text_byte(out, '}');
}

static void write_changes(struct view *v, size_t lot, size_t present)
{
    struct call *c = v->call;
    const struct lot *before = &v->need.lots[lot];
    size_t count;
    struct preview_change *list =
        preview_changes(&v->need, before, world_places(c->parts->world), v->codes, c->arena, &count);
    for (size_t i = 0; i < count && in_time(v); i++) {
        struct match_need changed = preview_need(&v->match, lot, &list[i], c->arena);
        list[i].suppliers = world_count(c->parts->world, &changed);
        list[i].counted = true;
    }
    count = preview_keep(list, count, present);
    member_open(v->out, "changes", '[');
    for (size_t i = 0; i < count; i++)
        write_change(v, before, &list[i]);
    text_byte(v->out, ']');
}

static void write_reach(struct view *v, const struct offerindex_reach *r)
{
    struct text *out = v->out;
    member_number(out, "near", (int64_t)r->near);
    member_number(out, "trade", (int64_t)r->trade);
    member_open(out, "lost", '[');
    for (enum condition k = 0; k < CONDITION_COUNT; k++) {
        if (!r->alone[k])
            continue;
        member_item(out);
        text_byte(out, '{');
        member_text(out, "condition", match_word(k));
        member_number(out, "suppliers", (int64_t)r->alone[k]);
        member_text(out, "text", word_text("condition", k, v->call->lang));
        text_byte(out, '}');
    }
    text_byte(out, ']');
    member_number(out, "several", (int64_t)r->several);
}

static void write_total(struct view *v, const struct offerindex_reach *reach)
{
    bool one = v->need.lot_count == 1; // it is the total, however long it took
    if (one || in_time(v))
        member_number(v->out, "suppliers", (int64_t)(one ? reach->matched : world_count(v->call->parts->world, &v->match)));
}

// All lots are counted before any change is: when time is short, what is comes before what might be. The first always is.
static void write_lots(struct view *v)
{
    size_t count = v->need.lot_count, known = 0;
    struct offerindex_reach *reach = arena_array(v->call->arena, count, sizeof *reach);
    for (; known < count && (!known || in_time(v)); known++)
        world_reach(v->call->parts->world, &v->match, known, &reach[known]);
    write_total(v, reach);
    member_open(v->out, "lots", '[');
    for (size_t i = 0; i < known; i++) {
        member_item(v->out);
        text_byte(v->out, '{');
        member_number(v->out, "lot", v->need.lots[i].number);
        member_number(v->out, "suppliers", (int64_t)reach[i].matched);
        write_reach(v, &reach[i]);
        if (i < LOTS_CHANGED && in_time(v))
            write_changes(v, i, reach[i].matched);
        text_byte(v->out, '}');
    }
    text_byte(v->out, ']');
}

void preview_post(struct call *c)
{
    struct view *v = arena_take(c->arena, sizeof *v);
    int64_t most = c->parts->config->preview_ms * 1000;
    *v = (struct view){.call = c, .complete = true, .until = most ? clock_mono() + most : 0};
    fault_init(&v->faults, c->arena);
    fault_init(&v->warnings, c->arena);
    if (!take_draft(c, v))
        return;
    if (!matcher_complete(c->parts->matcher)) {
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
        return;
    }
    settle(c, &v->need);
    v->codes.list = reference_codes(c->parts->reference, &v->codes.count);
    v->match = world_draft(c->parts->world, &v->need, clock_wall() / 1000, c->arena);
    struct text out; // outlives the arena, which goes with the answer
    text_init(&out, 4 << 20);
    v->out = &out;
    text_byte(&out, '{');
    write_lots(v);
    member_bool(&out, "complete", v->complete);
    text_byte(&out, '}');
    call_answer_warned(c, 200, text_string(&out), &v->warnings);
    text_fini(&out);
}
