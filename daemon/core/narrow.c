// SPDX-License-Identifier: EUPL-1.2
// Knows what the rules of an agenda decide before any search.
#include "core/narrow.h"

#include "core/blame.h"
#include "core/clique.h"
#include "core/gapfloor.h"
#include "core/hall.h"
#include "core/leftout.h"
#include "core/pattern.h"
#include "core/sequence.h"

struct work {
    const struct agenda_view *v;
    const struct agenda *a;
    struct narrow *out;
    struct arena *arena; // of this work alone
    bool *must;
    struct clique *cliques;
    int count;
    struct clique all; // every meeting
    struct sequence order;
    uint64_t *wanted; // where each could lie for its people's hours and its session alone
    uint64_t *set;    // of those that were gathered
    int *list;        // their numbers
    int *scratch;     // two a meeting
    struct pattern_scratch *patterns;
    int spread;
    int changes;
    bool trying; // only looks for what is impossible, and leaves the slots as they are
};

// Of reasons of one kind the smallest is kept, as long as none rests on another; of two kinds the first.
static void fail(struct work *w, struct hindrance why)
{
    struct narrow *out = w->out;
    if (!out->impossible || (w->trying && why.kind == out->why.kind && why.need < out->why.need))
        out->why = why;
    out->impossible = true;
}

static bool over(const struct work *w)
{
    return w->out->impossible && !w->trying;
}

static bool one(uint64_t set)
{
    return set && !(set & (set - 1));
}

static int first_of(uint64_t set)
{
    return __builtin_ctzll(set);
}

static int last_of(uint64_t set)
{
    return AGENDA_SLOTS - 1 - __builtin_clzll(set);
}

static uint64_t since(int slot)
{
    return slot < AGENDA_SLOTS ? ~0ull << slot : 0;
}

// Leaves a meeting only the slots of `keep`; why: should none be left.
static void cut(struct work *w, int m, uint64_t keep, struct hindrance why)
{
    uint64_t *set = &w->out->slots[m], left = *set & keep;
    if (w->trying || left == *set)
        return;
    if (!left && w->must[m]) {
        why.meeting = m;
        why.slots = why.slots ? why.slots : *set;
        fail(w, why);
        return;
    }
    *set = left;
    w->changes++;
}

static void keep_hours(struct work *w)
{
    uint64_t all = ~0ull >> (AGENDA_SLOTS - w->a->slots);
    for (int m = 0; m < w->a->meetings && !over(w); m++) {
        const struct agenda_meeting *meeting = &w->a->meeting[m];
        uint64_t wanted = meeting->slots & all, away[2];
        bool nowhere;
        for (int side = 0; side < 2; side++)
            away[side] = ~w->a->person[meeting->person[side]].free;
        w->out->slots[m] = all;
        clique_table(w->a, m, &nowhere);
        w->wanted[m] = nowhere ? 0 : wanted & ~away[0] & ~away[1];
        cut(w, m, w->wanted[m], blame_absent(w->a, m, wanted, away));
    }
}

// Slots that the meetings of a clique take for sure, but for one of them.
static uint64_t taken_by(const struct work *w, const struct clique *c, int but)
{
    uint64_t taken = 0;
    for (int i = 0; i < c->count; i++)
        if (c->list[i] != but && w->must[c->list[i]] && one(w->out->slots[c->list[i]]))
            taken |= w->out->slots[c->list[i]];
    return pattern_around(taken, c->rest, w->v->days);
}

// What is left to say of a meeting whose last slot was taken, by `other` when that is one meeting alone.
static struct hindrance taken_from(const struct work *w, const struct clique *c, int m, int other)
{
    const int *p = w->a->meeting[m].person;
    uint64_t away[2] = {taken_by(w, &w->cliques[p[0]], m), taken_by(w, &w->cliques[p[1]], m)};
    struct hindrance why = blame_absent(w->a, m, w->wanted[m], away);
    if (one(w->wanted[m]) && other != AGENDA_NONE) {
        why.other = other;
        why.person = c->person;
    }
    return why;
}

// Two meetings that can lie in one slot each exclude each other. Locks are named; the others are a crowd of two.
static void check_clash(struct work *w, const struct clique *c, int m, int other)
{
    bool first = w->a->meeting[other].locked, second = w->a->meeting[m].locked;
    struct hindrance why = blame_nobody(HINDRANCE_CLASH);
    if (first && second) {
        why.meeting = other;
        why.other = m;
        why.person = c->person;
        why.other_person = c->other_person;
        why.slots = w->out->slots[m] | w->out->slots[other];
        fail(w, why);
    } else if ((first || second) && w->out->slots[m] == w->out->slots[other]) {
        why = first ? taken_from(w, c, m, other) : taken_from(w, c, other, m);
        if (why.person != AGENDA_NONE)
            fail(w, why);
    }
}

// A meeting that can lie in one slot only takes it from the others.
static void take_slots(struct work *w, const struct clique *c)
{
    int owner[AGENDA_SLOTS];
    uint64_t taken = 0;
    for (int i = 0; i < c->count; i++) {
        int m = c->list[i];
        uint64_t set = w->out->slots[m], near = pattern_around(set, c->rest, w->v->days) & taken;
        if (!w->must[m] || !one(set))
            continue;
        if (near)
            check_clash(w, c, m, owner[first_of(near)]);
        taken |= set;
        owner[first_of(set)] = m;
    }
    uint64_t closed = pattern_around(taken, c->rest, w->v->days);
    for (int i = 0; taken && i < c->count; i++) {
        int m = c->list[i];
        uint64_t set = w->out->slots[m], near = pattern_around(set, c->rest, w->v->days) & taken;
        if ((set & closed) && !(w->must[m] && one(set)))
            cut(w, m, ~closed,
                set & ~closed ? blame_nobody(HINDRANCE_NO_SLOT)
                              : taken_from(w, c, m, one(near) ? owner[first_of(near)] : AGENDA_NONE));
    }
}

static void take_all(struct work *w)
{
    for (int i = 0; i < w->count && !over(w); i++)
        take_slots(w, &w->cliques[i]);
}

static void keep_order(struct work *w)
{
    const struct hindrance why = blame_nobody(HINDRANCE_NO_SLOT);
    const uint64_t *set = w->out->slots;
    struct sequence_late late;
    if (!sequence_earliest(&w->order, set, &late)) {
        fail(w, blame_late(&late, set[late.meeting]));
        return;
    }
    for (size_t i = 0; i < w->order.count; i++)
        cut(w, w->order.pairs[i].second, since(w->order.earliest[w->order.pairs[i].second]), why);
    for (size_t i = w->order.count; i-- > 0;)
        cut(w, w->order.pairs[i].first, ~since(last_of(set[w->order.pairs[i].second])), why);
    for (size_t i = 0; i < w->a->befores; i++) { // what is placed for sure limits what may be
        struct agenda_pair pair = w->a->before[i];
        if (w->must[pair.first] && !w->must[pair.second])
            cut(w, pair.second, since(first_of(set[pair.first]) + 1), why);
        if (w->must[pair.second] && !w->must[pair.first])
            cut(w, pair.first, ~since(last_of(set[pair.second])), why);
    }
}

// The meetings of a clique that must be placed: their slots in w->set, their numbers in w->list; returns how many they
// are.
static int gather(struct work *w, const struct clique *c)
{
    int count = 0;
    for (int i = 0; i < c->count; i++)
        if (w->must[c->list[i]]) {
            w->set[count] = w->out->slots[c->list[i]];
            w->list[count++] = c->list[i];
        }
    return count;
}

static void keep_gathered(struct work *w, int count, struct hindrance why)
{
    for (int i = 0; i < count; i++)
        cut(w, w->list[i], w->set[i], why);
}

static bool keep_most(struct work *w, const struct clique *c, int count)
{
    bool own = c->person != AGENDA_NONE && c->other_person == AGENDA_NONE;
    struct hindrance why = blame_nobody(HINDRANCE_MOST);
    why.person = c->person;
    why.need = count;
    why.have = own ? w->a->person[c->person].most : 0;
    if (why.have == 0 || count < why.have)
        return true;
    if (count > why.have)
        fail(w, why);
    for (int i = 0; i < c->count; i++)
        if (!w->must[c->list[i]])
            cut(w, c->list[i], 0, why);
    return count == why.have;
}

static void keep_apart(struct work *w, const struct clique *c)
{
    struct hall_crowd crowd;
    int count = gather(w, c);
    if (!keep_most(w, c, count))
        return;
    if (hall_narrow(w->set, count, 1, w->scratch, &crowd)) {
        keep_gathered(w, count, blame_nobody(HINDRANCE_NO_SLOT));
        return;
    }
    struct hindrance why = blame_nobody(c->person == AGENDA_NONE ? HINDRANCE_TABLES : HINDRANCE_CROWDED);
    why.person = c->person;
    why.other_person = c->other_person;
    why.slots = crowd.slots;
    why.need = crowd.need;
    why.have = __builtin_popcountll(crowd.slots);
    for (int i = 0; i < count && crowd.need == 2; i++) // two can be named
        if (!(w->set[i] & ~crowd.slots)) {
            why.other = why.meeting;
            why.meeting = w->list[i];
        }
    fail(w, why);
}

static void keep_all_apart(struct work *w)
{
    for (int i = 0; i < w->count && !over(w); i++)
        keep_apart(w, &w->cliques[i]);
}

static void keep_tables(struct work *w)
{
    struct hall_crowd crowd;
    int fixed[AGENDA_SLOTS] = {0}, count = gather(w, &w->all);
    uint64_t full = w->a->tables == 0 ? ~0ull : 0;
    if (!hall_narrow(w->set, count, w->a->tables, w->scratch, &crowd)) {
        struct hindrance why = blame_nobody(HINDRANCE_TABLES);
        why.slots = crowd.slots;
        why.need = crowd.need;
        why.have = w->a->tables * __builtin_popcountll(crowd.slots);
        fail(w, why);
        return;
    }
    keep_gathered(w, count, blame_nobody(HINDRANCE_NO_SLOT));
    for (int i = 0; i < count; i++)
        if (one(w->set[i]) && ++fixed[first_of(w->set[i])] == w->a->tables)
            full |= w->set[i];
    for (int m = 0; m < w->a->meetings; m++)
        if (!w->must[m])
            cut(w, m, ~full, blame_nobody(HINDRANCE_NO_SLOT));
}

// Most meetings of one person in these slots.
static int places(const struct work *w, uint64_t slots, int rest)
{
    int count = 0;
    for (; slots; count++)
        slots &= ~pattern_around(slots & -slots, rest, w->v->days);
    return count;
}

// The fewest meetings of a person that are more than its rests let it have: those that must lie between two slots.
static struct hindrance crowd_of(const struct work *w, int p, int count)
{
    struct hindrance why = blame_nobody(HINDRANCE_REFUTED);
    for (int from = 0; from < w->a->slots; from++)
        for (int to = from; to < w->a->slots; to++) {
            uint64_t within = 0, span = since(from) & ~since(to + 1);
            int need = 0;
            for (int i = 0; i < count; i++) {
                need += !(w->set[i] & ~span);
                within |= w->set[i] & ~span ? 0 : w->set[i];
            }
            int have = places(w, within, w->a->person[p].rest);
            if (need <= have || (why.kind == HINDRANCE_CROWDED && need >= why.need))
                continue;
            why = blame_nobody(HINDRANCE_CROWDED);
            why.person = p;
            why.slots = within;
            why.need = need;
            why.have = have;
        }
    return why;
}

// A slot that is busy in all patterns belongs to the meeting that alone can lie there.
static void fill(struct work *w, int count, uint64_t slots)
{
    for (; slots; slots &= slots - 1) {
        uint64_t slot = slots & -slots;
        int only = AGENDA_NONE, fit = 0;
        for (int i = 0; i < count; i++)
            if (w->set[i] & slot) {
                only = i;
                fit++;
            }
        if (fit == 1)
            w->set[only] = slot;
    }
}

static void keep_patterns_of(struct work *w, int p, int allowed)
{
    int count = gather(w, &w->cliques[p]);
    struct pattern pattern;
    struct pattern_range range;
    struct hindrance why = blame_nobody(allowed < 0 ? HINDRANCE_NO_SLOT : HINDRANCE_GAPS);
    if (count == 0 || count > AGENDA_SLOTS)
        return;
    pattern_of(&pattern, w->v, p, w->set, count);
    why.person = allowed < 0 ? AGENDA_NONE : p;
    why.need = allowed + 1;
    why.have = allowed;
    if (pattern_range(&range, &pattern, allowed, w->patterns)) {
        w->out->least[p] = range.least;
        for (int i = 0; i < count; i++)
            w->set[i] &= range.can;
        fill(w, count, range.must & ~pattern.must);
        keep_gathered(w, count, why);
        return;
    }
    why.slots = pattern.can;
    if (!pattern_range(&range, &pattern, -1, w->patterns))
        why = crowd_of(w, p, count);
    else
        why.need = range.least;
    fail(w, why);
}

// Somebody has no more gaps than this, whatever the timetable: the least, over all people, of the most gaps a person
// can have.
static int sure_gaps(struct work *w)
{
    int fewest = AGENDA_SLOTS;
    for (int p = 0; p < w->a->people && fewest > 0; p++) {
        int count = gather(w, &w->cliques[p]);
        struct pattern pattern;
        struct pattern_range range;
        if (count <= 1)
            return 0;
        if (count > AGENDA_SLOTS)
            continue;
        pattern_of(&pattern, w->v, p, w->set, count);
        if (pattern_range(&range, &pattern, -1, w->patterns) && range.most < fewest)
            fewest = range.most;
    }
    return fewest;
}

static void keep_patterns(struct work *w)
{
    bool limited = w->spread >= 0 && w->spread < AGENDA_SLOTS;
    int allowed = limited && w->a->complete ? w->spread + sure_gaps(w) : -1;
    for (int p = 0; p < w->a->people && w->a->complete && !over(w); p++)
        keep_patterns_of(w, p, allowed);
}

// In the order in which a reason that they give is short.
static void (*const rules[])(struct work *w) = {take_all, keep_order, keep_all_apart, keep_tables, keep_patterns};
enum { RULES = sizeof rules / sizeof *rules };

static void settle(struct work *w, int known)
{
    int before;
    do {
        before = w->changes;
        for (int i = 0; i < known && !over(w); i++)
            rules[i](w);
    } while (w->changes != before && !over(w));
}

static void try(struct work *w)
{
    w->trying = true;
    for (int i = 0; i < RULES && !w->out->impossible; i++)
        rules[i](w);
    w->trying = false;
}

// What is impossible for few of the rules is said before what follows from many.
static void keep_rules(struct work *w)
{
    static const int stages[] = {0, 1, 2, RULES};
    struct hindrance why = blame_nobody(HINDRANCE_ORDER);
    if (w->order.circle != AGENDA_NONE) {
        why.meeting = w->order.circle;
        why.need = w->order.length;
        fail(w, why);
    }
    for (size_t i = 0; i < sizeof stages / sizeof *stages && !over(w); i++) {
        settle(w, stages[i]);
        if (stages[i] < RULES && !over(w))
            try(w);
    }
}

static void find_gaps(struct work *w)
{
    struct pattern *patterns = arena_array(w->arena, (size_t)w->a->people, sizeof *patterns);
    int most = 0, *least = w->out->least;
    for (int p = 0; p < w->a->people; p++)
        most = least[p] > most ? least[p] : most;
    for (int p = 0; p < w->a->people; p++) {
        pattern_of(&patterns[p], w->v, p, w->set, gather(w, &w->cliques[p]));
        if (w->spread >= 0 && least[p] < most - w->spread)
            least[p] = most - w->spread;
        w->out->gaps += least[p];
    }
    int64_t together = gapfloor_find(w->v, w->out->slots, patterns, w->arena);
    w->out->gaps = together > w->out->gaps ? together : w->out->gaps;
}

static void start(struct work *w, struct arena *arena)
{
    size_t meetings = (size_t)w->a->meetings;
    int *all = arena_array(w->arena, meetings, sizeof *all);
    *w->out = (struct narrow){.slots = arena_array(arena, meetings, sizeof *w->out->slots),
                              .least = arena_array(arena, (size_t)w->a->people, sizeof *w->out->least)};
    w->must = arena_array(w->arena, meetings, sizeof *w->must);
    w->wanted = arena_array(w->arena, meetings, sizeof *w->wanted);
    w->set = arena_array(w->arena, meetings, sizeof *w->set);
    w->list = arena_array(w->arena, meetings, sizeof *w->list);
    w->scratch = arena_array(w->arena, 2 * meetings, sizeof *w->scratch);
    w->patterns = arena_take(w->arena, sizeof *w->patterns);
    for (int m = 0; m < w->a->meetings; m++) {
        w->must[m] = w->a->complete || w->a->meeting[m].locked;
        all[m] = m;
    }
    w->all = (struct clique){all, w->a->meetings, AGENDA_NONE, AGENDA_NONE, 0};
    w->cliques = clique_list(w->v, w->arena, &w->count);
    sequence_of(&w->order, w->a, w->must, w->arena);
}

void narrow_agenda(struct narrow *out, const struct agenda_view *v, int spread, struct arena *arena)
{
    struct work w = {.v = v, .a = v->agenda, .out = out, .arena = arena_new(), .spread = spread};
    start(&w, arena);
    keep_hours(&w);
    if (!out->impossible)
        keep_rules(&w);
    if (!out->impossible && w.a->complete)
        find_gaps(&w);
    arena_free(w.arena);
}

struct hindrance *narrow_left_out(const struct agenda_view *v, const struct timetable *t, bool proven,
                                  struct arena *arena, size_t *count)
{
    struct leftout seen;
    struct hindrance *out = arena_array(arena, (size_t)v->agenda->meetings, sizeof *out);
    leftout_look(&seen, v, t, arena);
    *count = 0;
    for (int m = 0; m < v->agenda->meetings; m++)
        if (t->slot[m] == AGENDA_NONE)
            out[(*count)++] = leftout_why(&seen, m, proven);
    return out;
}
