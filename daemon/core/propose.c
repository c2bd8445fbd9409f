// SPDX-License-Identifier: EUPL-1.2
// Knows which change of an offer keeps a need like this one away.
#include "core/propose.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/match.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <utf8proc.h>

#define DAY_SECONDS 86400
#define WEEKS_FULL 28 // days
#define YEAR 365
#define AREAS_MOST 120 // of protocol/records.def: capability areas, excluded, and the characters of one word
#define EXCLUDED_MOST 50
#define WORD_MOST 200
#define WORD_LEAST 4 // characters; shorter ones say too little

struct maker {
    const struct match_need *n;
    const struct offer *o;
    struct words *w;
    struct arena *arena;
    struct offer *changed;
    const bool *fits; // whether a lot matches a capability, by matches()
    bool *removed;    // of the offer's capabilities
    struct proposal *out;
    const char *common; // stems that say nothing of a trade: of procurement and of the need's places
};

static const struct lot *lot_of(const struct maker *m, size_t l)
{
    return &m->n->need->lots[l];
}

static bool matches(const struct maker *m, size_t l, size_t c)
{
    return m->fits[c * m->n->need->lot_count + l];
}

static const bool *all_matches(const struct match_need *n, const struct offer *o, struct arena *arena)
{
    size_t lots = n->need->lot_count;
    bool *fits = arena_array(arena, o->capability_count * lots, sizeof *fits);
    for (size_t c = 0; c < o->capability_count; c++)
        for (size_t l = 0; l < lots; l++)
            fits[c * lots + l] = match_all(n, &n->need->lots[l], o, &o->capabilities[c]);
    return fits;
}

static bool matches_any(const struct maker *m, size_t c)
{
    for (size_t l = 0; l < m->n->need->lot_count; l++)
        if (matches(m, l, c))
            return true;
    return false;
}

static void say(struct maker *m, const char *field, const char *before, const char *after)
{
    m->out->changes[m->out->count++] = (struct need_change){field, before, after};
}

static void say_of(struct maker *m, size_t c, const char *field, const char *before, const char *after)
{
    say(m, arena_format(m->arena, "/capabilities/%zu%s", c, field), before, after);
}

// Applies a change to each capability that matches; false when one cannot be changed so.
static bool each(struct maker *m, bool (*change)(struct maker *m, size_t c))
{
    for (size_t c = 0; c < m->o->capability_count; c++)
        if (matches_any(m, c) && !change(m, c))
            return false;
    return true;
}

// Too far

// Whether the zone, of a capability that has no other, meets a place of the lots that this capability matches.
static bool meets(const struct maker *m, size_t c, const struct capability *zone)
{
    for (size_t l = 0; l < m->n->need->lot_count; l++)
        if (matches(m, l, c) && match_cover(m->n, lot_of(m, l), m->o, zone) != COVER_NONE)
            return true;
    return false;
}

static bool circle_meets(const struct maker *m, size_t c, double km)
{
    const struct offer *o = m->o;
    struct capability circle = {.radius = km};
    if (!(km > 0))
        return false;
    circle.circle = place_reach(m->n->places, o->at, km, o->seat.text ? &o->seat : NULL);
    return meets(m, c, &circle);
}

// The départements of all places of the lots that the capability matches.
static struct depset asked(const struct maker *m, size_t c)
{
    struct depset all = {{0, 0}};
    for (size_t l = 0, count; l < m->n->need->lot_count; l++) {
        const struct place *places = need_places(m->n->need, lot_of(m, l), &count);
        for (size_t i = 0; matches(m, l, c) && i < count; i++)
            all = place_join(all, places[i].deps);
    }
    return all;
}

static struct depset without(struct depset a, struct depset b)
{
    return (struct depset){{a.bits[0] & ~b.bits[0], a.bits[1] & ~b.bits[1]}};
}

// False when the nearest place is less than a kilometre away, or in the seat's own département without being a commune.
static bool shrink_radius(struct maker *m, size_t c)
{
    struct capability *cap = &m->changed->capabilities[c];
    double fits = 0, too_much = ceil(cap->radius);
    if (!circle_meets(m, c, cap->radius))
        return true;
    while (too_much - fits > 1) {
        double middle = floor((fits + too_much) / 2);
        if (circle_meets(m, c, middle))
            too_much = middle;
        else
            fits = middle;
    }
    say_of(m, c, "/radius", arena_format(m->arena, "%.10g", cap->radius), arena_format(m->arena, "%.10g", fits));
    cap->radius = fits;
    return fits >= 1;
}

static const char *areas_text(const struct capability *cap, struct arena *arena)
{
    const char *all = NULL;
    for (size_t i = 0; i < cap->area_count; i++)
        all = arena_format(arena, "%s%s%s", all ? all : "", all ? ", " : "", cap->areas[i].text);
    return all;
}

static bool shrink_areas(struct maker *m, size_t c)
{
    struct capability *cap = &m->changed->capabilities[c], before = *cap;
    struct depset far = asked(m, c), kept = {{0, 0}}, left = {{0, 0}};
    size_t parts = 0;
    cap->areas = arena_array(m->arena, before.area_count + AREAS_MOST, sizeof *cap->areas);
    cap->area_count = 0;
    for (size_t i = 0; i < before.area_count; i++) {
        struct place *area = &before.areas[i];
        bool meeting = meets(m, c, &(struct capability){.areas = area, .area_count = 1});
        if (!meeting)
            cap->areas[cap->area_count++] = *area;
        if (!meeting && !area->commune)
            kept = place_join(kept, area->deps);
        if (!meeting || area->commune)
            continue;
        if (m->o->seat.text && place_meets(m->o->seat.deps, far) && place_meets(m->o->seat.deps, area->deps))
            return false;
        left = place_join(left, without(area->deps, far));
    }
    struct place *rest = place_spell(m->n->places, without(left, kept), m->arena, &parts);
    if (cap->area_count + parts > AREAS_MOST)
        return false;
    for (size_t i = 0; i < parts; i++)
        cap->areas[cap->area_count++] = rest[i];
    const char *was = areas_text(&before, m->arena), *is = areas_text(cap, m->arena);
    if (was && !text_equal(was, is))
        say_of(m, c, "/areas", was, is);
    return true;
}

static bool move_nearer(struct maker *m, size_t c)
{
    return shrink_areas(m, c) && shrink_radius(m, c) && (m->changed->capabilities[c].area_count || m->changed->capabilities[c].radius > 0);
}

static bool too_far(struct maker *m)
{
    return each(m, move_nearer);
}

// Too large

static const char *range_text(struct range r, struct arena *arena)
{
    if (r.least < 0 && r.most < 0)
        return NULL;
    const char *least = r.least < 0 ? "" : arena_format(arena, "%" PRId64, r.least);
    const char *most = r.most < 0 ? "" : arena_format(arena, "%" PRId64, r.most);
    return arena_format(arena, "%s..%s", least, most);
}

static bool make_smaller(struct maker *m, size_t c)
{
    struct range *value = &m->changed->capabilities[c].value, before = *value;
    int64_t least = INT64_MAX;
    for (size_t l = 0; l < m->n->need->lot_count; l++)
        if (matches(m, l, c) && lot_of(m, l)->value.least < least)
            least = lot_of(m, l)->value.least;
    if (least < 1 || value->least > least - 1)
        return false;
    value->most = least - 1;
    say_of(m, c, "/value", range_text(before, m->arena), range_text(*value, m->arena));
    return true;
}

static bool too_large(struct maker *m)
{
    return each(m, make_smaller);
}

// Not our trade

// Words of procurement, which every title may have.
static const char procurement[] = "accord-cadre achat acquisition commune communal département entretien fourniture lot marché mission objet "
                                  "opération prestation procédure projet public réalisation région relatif service site sourcing travaux ville";

static void add_places(const struct maker *m, struct text *stems, const struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_put(stems, words_stems(m->w, m->arena, place_name(m->n->places, &places[i])));
}

static const char *common_stems(const struct maker *m)
{
    const struct need *n = m->n->need;
    struct text stems;
    text_init(&stems, SIZE_MAX / 2);
    text_put(&stems, words_stems(m->w, m->arena, procurement));
    add_places(m, &stems, n->places, n->place_count);
    for (size_t l = 0; l < n->lot_count; l++)
        add_places(m, &stems, n->lots[l].places, n->lots[l].place_count);
    const char *all = arena_copy(m->arena, text_string(&stems), stems.len);
    text_fini(&stems);
    return all;
}

// Whether the capability says the word of itself.
static bool own_word(struct maker *m, size_t c, const char *stem)
{
    const struct capability *cap = &m->o->capabilities[c];
    for (size_t i = 0; i < cap->keywords.count; i++)
        if (words_contain(cap->keyword_stems[i], stem))
            return true;
    return cap->title && words_contain(words_stems(m->w, m->arena, cap->title), stem);
}

// The next word of the text, NULL when there is none; *count: its characters, 0 when there are others than letters among them.
static const char *next_word(const char **at, struct arena *arena, size_t *count)
{
    const char *p = *at, *from = NULL;
    bool letters = true;
    *count = 0;
    for (size_t n; *p; p += n) {
        utf8proc_category_t c = utf8proc_category(words_point(p, &n));
        bool part = c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO;
        if (!part && from)
            break;
        if (!part)
            continue;
        from = from ? from : p;
        letters = letters && c <= UTF8PROC_CATEGORY_ME;
        ++*count;
    }
    *count = letters ? *count : 0;
    *at = p;
    return from ? arena_copy(arena, from, (size_t)(p - from)) : NULL;
}

// The word of the title that says most and is found by its stem, NULL when there is none.
static const char *telling_word(struct maker *m, size_t c)
{
    const char *best = NULL, *at = m->n->need->title, *word;
    size_t most = WORD_LEAST - 1, count;
    while ((word = next_word(&at, m->arena, &count))) {
        const char *stem = words_stems(m->w, m->arena, word);
        if (count <= most || count > WORD_MOST || words_contain(m->common, stem) || own_word(m, c, stem) ||
            !words_contain(m->n->lots[0].stems, stem))
            continue;
        most = count;
        best = word;
    }
    return best;
}

static const char *strings_text(const struct strings *s, struct arena *arena)
{
    const char *all = NULL;
    for (size_t i = 0; i < s->count; i++)
        all = arena_format(arena, "%s%s%s", all ? all : "", all ? ", " : "", s->list[i]);
    return all;
}

static bool exclude_word(struct maker *m, size_t c)
{
    struct strings *excluded = &m->changed->capabilities[c].excluded, before = *excluded;
    const char *word = before.count < EXCLUDED_MOST ? telling_word(m, c) : NULL;
    if (!word)
        return false;
    excluded->list = arena_array(m->arena, before.count + 1, sizeof *excluded->list);
    for (size_t i = 0; i < before.count; i++)
        excluded->list[i] = before.list[i];
    excluded->list[excluded->count++] = word;
    say_of(m, c, "/excluded", strings_text(&before, m->arena), strings_text(excluded, m->arena));
    return true;
}

static bool remove_capability(struct maker *m, size_t c)
{
    const struct capability *cap = &m->o->capabilities[c];
    size_t left = 0;
    for (size_t i = 0; i < m->o->capability_count; i++)
        left += !m->removed[i];
    if (left < 2)
        return false;
    m->removed[c] = true;
    const char *code = arena_format(m->arena, "%08" PRIu32, cap->cpv.code);
    say_of(m, c, "", cap->title ? arena_format(m->arena, "%s (%s)", cap->title, code) : code, NULL);
    return true;
}

// Whether a lot that the capability matches is coded as the capability is.
static bool same_code(const struct maker *m, size_t c)
{
    for (size_t l = 0; l < m->n->need->lot_count; l++)
        for (size_t i = 0; i < lot_of(m, l)->cpv_count; i++)
            if (lot_of(m, l)->cpv[i].code == m->o->capabilities[c].cpv.code && matches(m, l, c))
                return true;
    return false;
}

static bool leave_trade(struct maker *m, size_t c)
{
    if (same_code(m, c))
        return remove_capability(m, c) || exclude_word(m, c);
    return exclude_word(m, c) || remove_capability(m, c);
}

static bool not_our_trade(struct maker *m)
{
    m->common = common_stems(m);
    return each(m, leave_trade);
}

// No capacity

static const char *day_text(int32_t day, struct arena *arena)
{
    char out[12];
    if (day == DAY_UNKNOWN)
        return NULL;
    clock_format_day(day, out);
    return arena_string(arena, out);
}

static bool no_capacity(struct maker *m)
{
    int32_t today = (int32_t)(m->n->now / DAY_SECONDS - (m->n->now % DAY_SECONDS < 0)), until = today + WEEKS_FULL;
    int32_t start = m->n->need->start;
    if (start != DAY_UNKNOWN && start >= until)
        until = start + 1;
    if (until > today + YEAR)
        return false;
    say(m, "/full_until", day_text(m->o->full_until, m->arena), day_text(until, m->arena));
    m->changed->full_until = until;
    return true;
}

static bool nothing(struct maker *m)
{
    (void)m;
    return false;
}

static void drop_removed(struct maker *m)
{
    struct offer *o = m->changed;
    size_t kept = 0;
    for (size_t i = 0; i < o->capability_count; i++) {
        if (m->removed[i])
            continue;
        o->capabilities[kept] = o->capabilities[i];
        o->capabilities[kept].number = (int)kept + 1;
        kept++;
    }
    o->capability_count = kept;
}

// Whether the changed offer may be posted, and no longer matches.
static bool spares(const struct maker *m)
{
    const struct offer *o = m->changed;
    struct faults faults;
    fault_init(&faults, m->arena);
    offer_check(o, &faults);
    for (size_t l = 0; l < m->n->need->lot_count; l++)
        for (size_t c = 0; c < o->capability_count; c++)
            if (match_all(m->n, lot_of(m, l), o, &o->capabilities[c]))
                return false;
    return !faults.count;
}

bool propose_change(const struct offer *o, const struct need *n, enum decline_reason reason, const struct gazetteer *g, struct words *w,
                    int64_t now, struct arena *arena, struct offer *changed, struct proposal *out)
{
    static bool (*const changes[])(struct maker *m) = {
        [DECLINE_TOO_FAR] = too_far,         [DECLINE_TOO_LARGE] = too_large, [DECLINE_NOT_OUR_TRADE] = not_our_trade,
        [DECLINE_NO_CAPACITY] = no_capacity, [DECLINE_OTHER] = nothing,
    };
    const struct match_need made = match_need(n, g, w, now, arena);
    struct offer draft = *o;
    struct proposal proposal = {0, arena_array(arena, 2 * o->capability_count + 1, sizeof *proposal.changes)};
    struct maker m = {.n = &made, .o = o, .w = w, .arena = arena, .changed = &draft, .out = &proposal};
    bool any = false;
    m.fits = all_matches(&made, o, arena);
    m.removed = arena_array(arena, o->capability_count, sizeof *m.removed);
    for (size_t c = 0; c < o->capability_count; c++)
        any = any || matches_any(&m, c);
    draft.capabilities = arena_array(arena, o->capability_count, sizeof *draft.capabilities);
    memcpy(draft.capabilities, o->capabilities, o->capability_count * sizeof *draft.capabilities);
    if (!any || !changes[reason](&m))
        return false;
    drop_removed(&m);
    offer_settle(&draft, g, w, arena);
    if (!spares(&m))
        return false;
    *changed = draft;
    *out = proposal;
    return true;
}
