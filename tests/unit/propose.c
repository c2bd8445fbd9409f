// SPDX-License-Identifier: EUPL-1.2
// Tests core/propose: what is offered to a supplier that declines keeps the need away, is the least that does, and may be posted.
#include "core/propose.h"

#include "base/text.h"
#include "core/match.h"
#include "wire/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

#include <string.h>

#define NOW 1780000000 // 2026-05-28T20:26:40Z
#define TODAY 20601
#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { ROUNDS = 100, OFFERS = 60, NEEDS = 200 };

struct world {
    struct arena *arena;
    struct gazetteer *g;
    struct words *w;
};

static int set_up(void **state)
{
    struct world *w = *state = memory_new(sizeof *w);
    *w = (struct world){arena_new(), places_small(), words_new()};
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    words_free(w->w);
    place_gazetteer_free(w->g);
    arena_free(w->arena);
    free(w);
    return 0;
}

// Examples: a need and an offer as they are posted.

static struct need need_of(struct world *w, const char *json)
{
    struct need n;
    struct faults faults;
    fault_init(&faults, w->arena);
    enum err err = record_read_need(json, strlen(json), w->g, w->arena, &n, &faults, NULL);
    if (err)
        fail_msg("%s: %s", faults.list[0].pointer, fault_text(&faults.list[0], LANG_EN, w->arena));
    n.state = NEED_PUBLISHED;
    return n;
}

static struct offer offer_of(struct world *w, const char *json)
{
    struct offer o;
    struct faults faults;
    fault_init(&faults, w->arena);
    enum err err = record_read_offer(json, strlen(json), w->g, w->arena, &o, &faults, NULL);
    if (err)
        fail_msg("%s: %s", faults.list[0].pointer, fault_text(&faults.list[0], LANG_EN, w->arena));
    offer_settle(&o, w->g, w->w, w->arena);
    return o;
}

// All changes in one line: "/capabilities/0/radius 50 -> 40; ...", "" when there is none.
static const char *change(struct world *w, const char *need, const char *offer, enum decline_reason reason)
{
    struct need n = need_of(w, need);
    struct offer o = offer_of(w, offer), changed;
    struct proposal p;
    const char *all = "";
    if (!propose_change(&o, &n, reason, w->g, w->w, NOW, w->arena, &changed, &p))
        return all;
    assert_true(p.count > 0);
    for (size_t i = 0; i < p.count; i++)
        all = arena_format(w->arena, "%s%s%s %s -> %s", all, i ? "; " : "", p.changes[i].field,
                           p.changes[i].before ? p.changes[i].before : "(none)", p.changes[i].after ? p.changes[i].after : "(none)");
    return all;
}

#define CAP(rest) "{\"capabilities\":[{\"cpv\":\"90910000\"" rest "}],\"seat\":\"commune:63113\"}"
#define LOT(rest) "{\"kind\":\"devis\",\"title\":\"Nettoyage de vitres\",\"lots\":[{\"number\":1,\"cpv\":[\"90911200\"]" rest "}]}"
#define AT(place) LOT(",\"places\":[\"" place "\"]")

static void narrows_what_is_too_far(void **state)
{
    static const struct {
        const char *need, *offer, *change;
    } cases[] = {
        // Thiers is 36.6 km from Clermont-Ferrand.
        {AT("commune:63430"), CAP(",\"radius\":100"), "/capabilities/0/radius 100 -> 36"},
        {AT("commune:63430"), CAP(",\"radius\":36.9"), "/capabilities/0/radius 36.9 -> 36"},
        // Of an Allier that is asked as a whole, Vichy is the nearest commune: 46.7 km.
        {AT("departement:03"), CAP(",\"radius\":100"), "/capabilities/0/radius 100 -> 46"},
        {AT("commune:03310"), CAP(",\"areas\":[\"departement:63\",\"departement:03\"]"), "/capabilities/0/areas departement:63, departement:03 -> departement:63"},
        {AT("commune:69264"), CAP(",\"areas\":[\"region:84\"]"), "/capabilities/0/areas region:84 -> departement:63, departement:03"},
        {AT("departement:2B"), CAP(",\"areas\":[\"FR\"]"),
         "/capabilities/0/areas FR -> region:84, departement:2A, region:11, departement:974"},
        {AT("commune:03310"), CAP(",\"areas\":[\"departement:63\",\"nuts:FRK11\",\"commune:03310\"],\"radius\":60"),
         "/capabilities/0/areas departement:63, nuts:FRK11, commune:03310 -> departement:63; /capabilities/0/radius 60 -> 46"},
        {AT("commune:03310"), CAP(",\"areas\":[\"commune:03310\"],\"radius\":20"), "/capabilities/0/areas commune:03310 -> (none)"},
        // The only area, the seat's own département, its own commune: nothing sensible is left.
        {AT("commune:03310"), CAP(",\"areas\":[\"departement:03\"]"), ""},
        {AT("commune:63430"), CAP(",\"areas\":[\"departement:63\",\"departement:03\"]"), ""},
        {AT("departement:63"), CAP(",\"radius\":100"), ""},
        {AT("commune:63113"), CAP(",\"radius\":100"), ""},
        // What does not match needs no change.
        {AT("commune:75056"), CAP(",\"radius\":100"), ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(change(*state, cases[i].need, cases[i].offer, DECLINE_TOO_FAR), cases[i].change);
}

#define WORTH(range) LOT(",\"places\":[\"FR\"],\"value\":" range)
#define TAKES(range) CAP(",\"areas\":[\"FR\"],\"value\":" range)

static void lowers_what_is_too_large(void **state)
{
    static const struct {
        const char *need, *offer, *change;
    } cases[] = {
        {WORTH("{\"min\":40000}"), CAP(",\"areas\":[\"FR\"]"), "/capabilities/0/value (none) -> ..39999"},
        {WORTH("{\"min\":40000,\"max\":90000}"), TAKES("{\"min\":1000,\"max\":50000}"), "/capabilities/0/value 1000..50000 -> 1000..39999"},
        {WORTH("{\"min\":40000}"), TAKES("{\"min\":40000}"), ""},
        {WORTH("{\"max\":90000}"), TAKES("{\"max\":50000}"), ""},
        {WORTH("{\"min\":0}"), CAP(",\"areas\":[\"FR\"]"), ""},
        {LOT(",\"places\":[\"FR\"]"), TAKES("{\"max\":50000}"), ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(change(*state, cases[i].need, cases[i].offer, DECLINE_TOO_LARGE), cases[i].change);
}

#define TITLED(title, cpv) "{\"kind\":\"devis\",\"title\":\"" title "\",\"places\":[\"commune:63430\"],\"lots\":[{\"number\":1,\"cpv\":[\"" cpv "\"]}]}"
#define TRADES(first, second) "{\"capabilities\":[{" first ",\"areas\":[\"FR\"]},{" second ",\"areas\":[\"FR\"]}]}"

static void takes_away_what_is_not_the_trade(void **state)
{
    static const struct {
        const char *need, *offer, *change;
    } cases[] = {
        {TITLED("Nettoyage", "90910000"), TRADES("\"cpv\":\"77310000\"", "\"cpv\":\"90910000\",\"title\":\"Propreté\""),
         "/capabilities/1 Propreté (90910000) -> (none)"},
        {TITLED("Nettoyage", "90910000"), TRADES("\"cpv\":\"90910000\"", "\"cpv\":\"90910000\""),
         "/capabilities/0 90910000 -> (none); /capabilities/1/excluded (none) -> Nettoyage"},
        // The capability is wider than the lot: the word is the smaller change. Neither the place nor the capability's own
        // words nor those of any procurement are excluded.
        {TITLED("Marché de prestations de nettoyage d’«échafaudages» à Thiers, 2026-2027", "90911200"),
         TRADES("\"cpv\":\"90910000\",\"title\":\"Nettoyages\",\"excluded\":[\"amiante\"]", "\"cpv\":\"77310000\""),
         "/capabilities/0/excluded amiante -> amiante, échafaudages"},
        {TITLED("Marché de nettoyage à Thiers", "90911200"), TRADES("\"cpv\":\"90910000\",\"keywords\":[\"nettoyage\"]", "\"cpv\":\"77310000\""),
         "/capabilities/0 90910000 -> (none)"},
        {TITLED("Marché de nettoyage à Thiers", "90910000"), CAP(",\"areas\":[\"FR\"]"), "/capabilities/0/excluded (none) -> nettoyage"},
        {TITLED("Marché à Thiers", "90910000"), CAP(",\"areas\":[\"FR\"]"), ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(change(*state, cases[i].need, cases[i].offer, DECLINE_NOT_OUR_TRADE), cases[i].change);
}

#define STARTS(day) "{\"kind\":\"devis\",\"title\":\"Tonte\",\"start\":\"" day "\",\"places\":[\"FR\"],\"lots\":[{\"number\":1,\"cpv\":[\"90911200\"]}]}"

static void is_full_until_it_is_over(void **state)
{
    static const struct {
        const char *need, *offer, *change;
    } cases[] = {
        {LOT(",\"places\":[\"FR\"]"), CAP(",\"areas\":[\"FR\"]"), "/full_until (none) -> 2026-06-25"},
        {STARTS("2026-06-24"), CAP(",\"areas\":[\"FR\"]"), "/full_until (none) -> 2026-06-25"},
        {STARTS("2026-06-25"), CAP(",\"areas\":[\"FR\"]"), "/full_until (none) -> 2026-06-26"},
        {STARTS("2026-12-31"), "{\"full_until\":\"2026-10-01\",\"capabilities\":[{\"cpv\":\"90910000\",\"areas\":[\"FR\"]}]}",
         "/full_until 2026-10-01 -> 2027-01-01"},
        {STARTS("2027-05-28"), CAP(",\"areas\":[\"FR\"]"), ""}, // more than a year
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(change(*state, cases[i].need, cases[i].offer, DECLINE_NO_CAPACITY), cases[i].change);
    assert_string_equal(change(*state, cases[0].need, cases[0].offer, DECLINE_OTHER), "");
}

// Properties

static uint64_t next(uint64_t *seed) // splitmix64
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int below(uint64_t *seed, size_t n)
{
    return (int)(next(seed) % n);
}

static const char *const cpvs[] = {"90000000", "90910000", "90911200", "90911300", "77310000", "77313000", "45262500"};
static const char *const places[] = {"commune:63113", "commune:63300", "commune:63178",  "commune:63999",  "commune:63430", "commune:03310",
                                     "commune:69264", "commune:2A247", "departement:63", "departement:03", "departement:69", "departement:2B",
                                     "region:84",     "region:11",     "nuts:FRK",       "nuts:FRK1",      "FR"};
enum { COMMUNES = 8 };
static const char *const titles[] = {"nettoyage de bureaux", "espaces verts", "démolition", "linge", "vitres", "désherbage à la main"};

static struct place *draw_places(struct world *w, uint64_t *seed, size_t count)
{
    struct place *out = arena_array(w->arena, count, sizeof *out);
    for (size_t i = 0; i < count; i++)
        out[i] = place_at(w->g, places[below(seed, COUNT(places))], w->arena);
    return out;
}

static struct range draw_range(uint64_t *seed)
{
    struct range r = {below(seed, 2) ? -1 : below(seed, 10) * 1000, -1};
    r.most = below(seed, 2) ? -1 : (r.least < 0 ? 0 : r.least) + below(seed, 8) * 1000;
    return r;
}

static struct cpv draw_cpv(uint64_t *seed)
{
    struct cpv cpv;
    assert_int_equal(cpv_parse(cpvs[below(seed, COUNT(cpvs))], &cpv), ERR_OK);
    return cpv;
}

static const char *draw_title(struct world *w, uint64_t *seed)
{
    const char *title = titles[below(seed, COUNT(titles))];
    return below(seed, 2) ? title : arena_format(w->arena, "%s, %s", title, titles[below(seed, COUNT(titles))]);
}

static void draw_need(struct world *w, uint64_t *seed, struct need *n)
{
    size_t count = 1 + (size_t)below(seed, 2);
    *n = (struct need){.state = NEED_PUBLISHED, .title = draw_title(w, seed), .deadline = TIME_UNKNOWN,
                       .start = below(seed, 2) ? DAY_UNKNOWN : TODAY + below(seed, 500) - 50, .place_count = 1 + (size_t)below(seed, 2),
                       .lot_count = count, .lots = arena_array(w->arena, count, sizeof *n->lots)};
    n->places = draw_places(w, seed, n->place_count);
    for (size_t i = 0; i < count; i++) {
        n->lots[i] = (struct lot){.number = (int)i + 1, .cpv_count = 1, .cpv = arena_take(w->arena, sizeof(struct cpv)),
                                  .place_count = (size_t)(below(seed, 3) == 0), .value = draw_range(seed)};
        n->lots[i].cpv[0] = draw_cpv(seed);
        n->lots[i].places = draw_places(w, seed, n->lots[i].place_count);
    }
}

static void draw_offer(struct world *w, uint64_t *seed, struct offer *o)
{
    size_t count = 1 + (size_t)below(seed, 3);
    *o = (struct offer){.active = true, .full_until = below(seed, 4) ? DAY_UNKNOWN : TODAY + below(seed, 40) - 20, .capability_count = count,
                        .seat = place_at(w->g, places[below(seed, COMMUNES)], w->arena),
                        .capabilities = arena_array(w->arena, count, sizeof *o->capabilities)};
    for (size_t i = 0; i < count; i++) {
        struct capability *cap = &o->capabilities[i];
        *cap = (struct capability){.number = (int)i + 1, .title = below(seed, 2) ? draw_title(w, seed) : NULL, .cpv = draw_cpv(seed),
                                   .area_count = (size_t)below(seed, 4), .value = draw_range(seed)};
        cap->areas = draw_places(w, seed, cap->area_count);
        cap->radius = cap->area_count && below(seed, 2) ? 0 : 1 + below(seed, 3000) / 10.0;
    }
    offer_settle(o, w->g, w->w, w->arena);
}

static const char *json_of(struct world *w, const struct offer *o)
{
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    record_write_offer(&t, o);
    const char *json = arena_copy(w->arena, text_string(&t), t.len);
    text_fini(&t);
    return json;
}

// The capability alone as it is posted.
static const char *capability_of(struct world *w, const struct offer *o, size_t c)
{
    struct offer alone = {.active = true, .full_until = DAY_UNKNOWN, .capability_count = 1, .capabilities = &o->capabilities[c]};
    return json_of(w, &alone);
}

struct pair {
    const struct match_need *n;
    const struct offer *o;
};

static bool capability_matches(struct pair p, size_t c)
{
    for (size_t l = 0; l < p.n->need->lot_count; l++)
        if (match_all(p.n, &p.n->need->lots[l], p.o, &p.o->capabilities[c]))
            return true;
    return false;
}

static bool offer_matches(struct pair p)
{
    for (size_t c = 0; c < p.o->capability_count; c++)
        if (capability_matches(p, c))
            return true;
    return false;
}

static size_t lost, kept;

// What matched by other capabilities than those that matched the declined need still does, unless the whole offer is full.
static void check_other_needs(struct pair declined, const struct offer *changed, const struct match_need *needs)
{
    for (size_t i = 0; i < NEEDS; i++) {
        struct pair before = {&needs[i], declined.o}, after = {&needs[i], changed};
        bool by_other = false, full = changed->full_until != declined.o->full_until;
        for (size_t c = 0; c < declined.o->capability_count; c++)
            by_other |= capability_matches(before, c) && !capability_matches(declined, c);
        if (full)
            by_other = offer_matches(before) && needs[i].need->start != DAY_UNKNOWN && needs[i].need->start >= changed->full_until;
        bool matched = offer_matches(before), matches = offer_matches(after);
        assert_true(matches || !by_other);
        assert_true(matched || !matches); // nothing is widened
        lost += matched && !matches;
        kept += matched && matches;
    }
}

static bool removes(struct world *w, const struct proposal *p, size_t c)
{
    for (size_t i = 0; i < p->count; i++)
        if (text_equal(p->changes[i].field, arena_format(w->arena, "/capabilities/%zu", c)))
            return true;
    return false;
}

// The capabilities that do not match the need are as they were, in their order.
static void check_capabilities(struct world *w, struct pair declined, const struct offer *changed, const struct proposal *p)
{
    size_t at = 0;
    for (size_t c = 0; c < declined.o->capability_count; c++) {
        if (!capability_matches(declined, c)) {
            assert_in_range(at + 1, 1, changed->capability_count);
            assert_string_equal(capability_of(w, changed, at), capability_of(w, declined.o, c));
            assert_false(removes(w, p, c));
        }
        at += !removes(w, p, c);
    }
    assert_int_equal(at, changed->capability_count);
    for (size_t i = 0; i < changed->capability_count; i++)
        assert_int_equal(changed->capabilities[i].number, i + 1);
}

static void check_change(struct world *w, struct pair declined, enum decline_reason reason, const struct match_need *needs, size_t *made)
{
    const char *before = json_of(w, declined.o);
    struct offer changed, again;
    struct proposal p;
    struct faults faults;
    if (!propose_change(declined.o, declined.n->need, reason, w->g, w->w, NOW, w->arena, &changed, &p))
        return;
    ++*made;
    assert_string_equal(json_of(w, declined.o), before);
    assert_false(offer_matches((struct pair){declined.n, &changed}));
    fault_init(&faults, w->arena);
    offer_check(&changed, &faults);
    assert_int_equal(faults.count, 0);
    const char *json = json_of(w, &changed);
    assert_int_equal(record_read_offer(json, strlen(json), w->g, w->arena, &again, &faults, NULL), ERR_OK);
    offer_settle(&again, w->g, w->w, w->arena);
    assert_string_equal(json_of(w, &again), json);
    assert_false(offer_matches((struct pair){declined.n, &again}));
    assert_in_range(p.count, 1, 2 * declined.o->capability_count + 1);
    for (size_t i = 0; i < p.count; i++)
        assert_false(text_equal(p.changes[i].before, p.changes[i].after));
    if (reason != DECLINE_NO_CAPACITY)
        assert_int_equal(changed.full_until, declined.o->full_until);
    check_capabilities(w, declined, &changed, &p);
    check_other_needs(declined, &changed, needs);
}

static void a_change_spares_the_need_and_no_other_capability(void **state)
{
    size_t made[DECLINE_OTHER + 1] = {0}, declined = 0;
    (void)state;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct world w = {arena_new(), places_small(), words_new()};
        struct need *needs = arena_array(w.arena, NEEDS, sizeof *needs);
        struct match_need *ready = arena_array(w.arena, NEEDS, sizeof *ready);
        uint64_t seed = round;
        for (size_t i = 0; i < NEEDS; i++) {
            draw_need(&w, &seed, &needs[i]);
            ready[i] = match_need(&needs[i], w.g, w.w, NOW, w.arena);
        }
        for (size_t i = 0; i < OFFERS; i++) {
            struct offer o;
            draw_offer(&w, &seed, &o);
            struct pair pair = {&ready[i], &o};
            declined += offer_matches(pair);
            for (enum decline_reason reason = 0; offer_matches(pair) && reason <= DECLINE_OTHER; reason++)
                check_change(&w, pair, reason, ready, &made[reason]);
        }
        words_free(w.w);
        place_gazetteer_free(w.g);
        arena_free(w.arena);
    }
    print_message("%zu declined; changes: %zu too far, %zu too large, %zu not our trade, %zu no capacity; of other needs %zu kept, %zu lost\n",
                  declined, made[DECLINE_TOO_FAR], made[DECLINE_TOO_LARGE], made[DECLINE_NOT_OUR_TRADE], made[DECLINE_NO_CAPACITY], kept, lost);
    for (enum decline_reason reason = 0; reason < DECLINE_OTHER; reason++)
        assert_true(made[reason] > declined / 20);
    assert_int_equal(made[DECLINE_OTHER], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(narrows_what_is_too_far, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lowers_what_is_too_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_away_what_is_not_the_trade, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_full_until_it_is_over, set_up, tear_down),
        cmocka_unit_test(a_change_spares_the_need_and_no_other_capability),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
