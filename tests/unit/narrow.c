// SPDX-License-Identifier: EUPL-1.2
// Tests core/narrow: nothing that is possible is narrowed away, by trying all of small agendas; reasons that a person
// can check; and the agendas of the literature, where they are at hand.
#include "core/narrow.h"
#include "core/verify.h"
#include "exhaust.h"
#include "real.h"
#include "wire/dzn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ALL(slots) ((UINT64_C(1) << (slots)) - 1)

// All timetables of a small agenda

struct possible {
    struct exhaust x;
    bool any;
    uint64_t slots[EXHAUST_MEETINGS]; // where each meeting lies in some timetable
    int least[EXHAUST_PEOPLE];        // gaps
    int64_t gaps;
};

static void note(struct possible *p)
{
    const struct agenda *a = p->x.a;
    struct exhaust_worth w = exhaust_worth(a, p->x.slot, p->x.spread);
    if (!exhaust_most_kept(a, p->x.slot) || (a->complete && w.beyond > 0))
        return;
    p->x.changes = -1;
    exhaust_seat(&p->x, 0, 0, 0);
    if (p->x.changes < 0)
        return;
    for (int m = 0; m < a->meetings; m++)
        if (p->x.slot[m] != AGENDA_NONE)
            p->slots[m] |= UINT64_C(1) << p->x.slot[m];
    for (int i = 0; i < a->people; i++) {
        int gaps = exhaust_gaps(a, p->x.slot, i);
        p->least[i] = !p->any || gaps < p->least[i] ? gaps : p->least[i];
    }
    p->gaps = !p->any || w.level[LEVEL_GAPS] < p->gaps ? w.level[LEVEL_GAPS] : p->gaps;
    p->any = true;
}

static void try_all(struct possible *p, int m)
{
    if (m == p->x.a->meetings) {
        note(p);
        return;
    }
    for (int slot = AGENDA_NONE; slot < p->x.a->slots; slot++) {
        bool allowed = exhaust_slot_allowed(p->x.a, m, slot);
        for (int n = 0; n < m && allowed; n++)
            allowed = exhaust_both_allowed(p->x.a, m, slot, n, p->x.slot[n]);
        if (!allowed)
            continue;
        p->x.slot[m] = slot;
        try_all(p, m + 1);
    }
    p->x.slot[m] = AGENDA_NONE;
}

static void find_possible(struct possible *out, const struct agenda *a, int spread)
{
    *out = (struct possible){.x = {.a = a, .spread = spread}};
    for (int m = 0; m < EXHAUST_MEETINGS; m++)
        out->x.slot[m] = out->x.table[m] = AGENDA_NONE;
    try_all(out, 0);
}

// What a reason says must hold for itself.
static void check_reason(const struct agenda *a, const struct hindrance *why, struct arena *arena)
{
    switch (why->kind) {
    case HINDRANCE_CROWDED:
    case HINDRANCE_TABLES:
    case HINDRANCE_MOST:
    case HINDRANCE_GAPS:
        assert_true(why->need > why->have);
        break;
    case HINDRANCE_ORDER:
        assert_true(why->have == 0 || why->need >= why->have);
        break;
    case HINDRANCE_CLASH:
        assert_true(a->meeting[why->meeting].locked && a->meeting[why->other].locked);
        break;
    case HINDRANCE_NO_SLOT:
        assert_true(why->meeting != AGENDA_NONE);
        break;
    default:
        assert_int_equal(why->kind, HINDRANCE_REFUTED);
    }
    for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++)
        assert_true(strlen(hindrance_text(a, why, lang, arena)) > 20);
}

struct tally {
    int impossible, found, equal, beyond, slots, left;
};

static void check_drawn(uint64_t seed, int meetings, int slots, struct tally *tally)
{
    struct exhaust_world w;
    struct agenda_view v;
    struct narrow n;
    struct possible p;
    struct arena *arena = arena_new();
    int64_t least = 0;
    exhaust_draw(&w, meetings, slots, seed);
    find_possible(&p, &w.agenda, w.spread);
    agenda_view(&v, &w.agenda, arena);
    narrow_agenda(&n, &v, w.spread, arena);
    tally->impossible += !p.any;
    tally->found += n.impossible;
    if (n.impossible) {
        assert_false(p.any);
        check_reason(&w.agenda, &n.why, arena);
    }
    for (int m = 0; m < w.agenda.meetings && p.any; m++) {
        assert_int_equal(p.slots[m] & ~n.slots[m], 0);
        tally->slots += __builtin_popcountll(n.slots[m]);
        tally->left += __builtin_popcountll(p.slots[m]);
    }
    for (int i = 0; i < w.agenda.people && p.any; i++) {
        assert_true(n.least[i] <= p.least[i]);
        least += n.least[i];
    }
    if (p.any && w.agenda.complete) {
        assert_true(n.gaps >= least && n.gaps <= p.gaps);
        tally->equal += n.gaps == p.gaps;
        tally->beyond += n.gaps > least;
    } else if (p.any)
        assert_int_equal(n.gaps, 0);
    arena_free(arena);
}

static void nothing_possible_is_narrowed_away(void **state)
{
    (void)state;
    struct tally tally = {0};
    for (uint64_t seed = 1; seed <= 3000; seed++)
        check_drawn(seed, seed % 4 ? 5 : 6, seed % 3 ? 4 : 6, &tally);
    print_message("impossible %d, found %d; bound met %d times, beyond the sum %d times; %d slots left, possible %d\n",
                  tally.impossible, tally.found, tally.equal, tally.beyond, tally.slots, tally.left);
    assert_true(tally.found > tally.impossible * 9 / 10);
    assert_true(tally.beyond > 0);
}

// Agendas by hand: two sessions of a day, everybody there, one table for each two people

enum { HAND_PEOPLE = 70, HAND_MEETINGS = 70, HAND_SLOTS = 64 };

struct hand {
    struct agenda agenda;
    struct agenda_slot slot[HAND_SLOTS];
    struct agenda_person person[HAND_PEOPLE];
    struct agenda_meeting meeting[HAND_MEETINGS];
    struct agenda_pair pair[HAND_MEETINGS];
    struct agenda_view view;
    struct arena *arena;
    struct narrow narrow;
};

static struct hand *begin(int slots, int people, bool complete)
{
    static const char *const sessions[] = {"morning", "afternoon"}, *const tables[HAND_PEOPLE] = {"T1", "T2", "T3",
                                                                                                  "T4"};
    struct hand *h = memory_new(sizeof *h);
    *h = (struct hand){.agenda = {.name = "",
                                  .slots = slots,
                                  .sessions = 2,
                                  .tables = people / 2,
                                  .people = people,
                                  .slot = h->slot,
                                  .session = sessions,
                                  .table = tables,
                                  .person = h->person,
                                  .meeting = h->meeting,
                                  .before = h->pair,
                                  .bound = h->pair,
                                  .complete = complete},
                       .arena = arena_new()};
    for (int t = 0; t < slots; t++)
        h->slot[t] = (struct agenda_slot){.session = t >= slots / 2, .start = -1};
    for (int p = 0; p < people; p++)
        h->person[p] = (struct agenda_person){.id = "P",
                                              .name = arena_format(h->arena, "P%d", p + 1),
                                              .free = UINT64_MAX >> (64 - slots),
                                              .table = AGENDA_NONE};
    return h;
}

static int meet(struct hand *h, int first, int second, uint64_t slots)
{
    int m = h->agenda.meetings++;
    h->meeting[m] = (struct agenda_meeting){.id = arena_format(h->arena, "%d", m + 1),
                                            .person = {first, second},
                                            .weight = 3,
                                            .slots = slots & UINT64_MAX >> (64 - h->agenda.slots),
                                            .table = AGENDA_NONE,
                                            .old_slot = AGENDA_NONE,
                                            .old_table = AGENDA_NONE};
    return m;
}

static int lock(struct hand *h, int first, int second, int slot)
{
    int m = meet(h, first, second, UINT64_C(1) << slot);
    h->meeting[m].locked = true;
    return m;
}

static void come_before(struct hand *h, int first, int second)
{
    h->pair[h->agenda.befores++] = (struct agenda_pair){first, second};
}

static void run(struct hand *h, int spread)
{
    agenda_view(&h->view, &h->agenda, h->arena);
    narrow_agenda(&h->narrow, &h->view, spread, h->arena);
    if (h->narrow.impossible)
        check_reason(&h->agenda, &h->narrow.why, h->arena);
}

static void end(struct hand *h)
{
    arena_free(h->arena);
    free(h);
}

// The agenda is impossible, for this reason.
static void expect_why(struct hand *h, struct hindrance why)
{
    const struct hindrance *is = &h->narrow.why;
    run(h, 2);
    assert_true(h->narrow.impossible);
    assert_int_equal(is->kind, why.kind);
    assert_int_equal(is->meeting, why.meeting);
    assert_int_equal(is->other, why.other);
    assert_int_equal(is->person, why.person);
    assert_int_equal(is->other_person, why.other_person);
    assert_int_equal(is->slots, why.slots);
    assert_int_equal(is->need, why.need);
    assert_int_equal(is->have, why.have);
    end(h);
}

static void hours_are_named(void **state)
{
    (void)state;
    struct hand *h = begin(4, 4, true); // never there
    meet(h, 0, 1, ALL(2));
    h->person[1].free = 12;
    expect_why(h, (struct hindrance){HINDRANCE_NO_SLOT, 0, -1, 1, -1, ALL(2), 0, 0});
    h = begin(4, 4, true); // never at the same time
    meet(h, 0, 1, ALL(4));
    h->person[0].free = 3;
    h->person[1].free = 12;
    expect_why(h, (struct hindrance){HINDRANCE_NO_SLOT, 0, -1, 0, 1, ALL(4), 0, 0});
    h = begin(4, 4, false); // it need not be placed
    meet(h, 0, 1, ALL(2));
    h->person[1].free = 12;
    run(h, 2);
    assert_false(h->narrow.impossible);
    assert_int_equal(h->narrow.slots[0], 0);
    end(h);
    h = begin(4, 6, true); // locked meetings of both leave nothing
    lock(h, 0, 2, 0);
    lock(h, 1, 3, 1);
    meet(h, 0, 1, ALL(2));
    expect_why(h, (struct hindrance){HINDRANCE_NO_SLOT, 2, -1, 0, 1, ALL(2), 0, 0});
    h = begin(4, 6, true); // one locked meeting takes the only slot
    meet(h, 0, 1, 2);
    lock(h, 0, 2, 1);
    expect_why(h, (struct hindrance){HINDRANCE_NO_SLOT, 0, 1, 0, -1, 2, 0, 0});
}

static void crowds_are_named(void **state)
{
    (void)state;
    struct hand *h = begin(4, 6, true); // more meetings than slots in the morning
    for (int i = 1; i <= 3; i++)
        meet(h, 0, i, ALL(2));
    expect_why(h, (struct hindrance){HINDRANCE_CROWDED, -1, -1, 0, -1, ALL(2), 3, 2});
    h = begin(4, 6, true); // two for one slot are named
    meet(h, 0, 1, 1);
    meet(h, 0, 2, 1);
    expect_why(h, (struct hindrance){HINDRANCE_CROWDED, 1, 0, 0, -1, 1, 2, 1});
    h = begin(6, 6, true); // a rest of one slot: three fit into five, not four
    h->person[0].rest = 1;
    for (int i = 1; i <= 4; i++)
        meet(h, 0, i, ALL(5));
    expect_why(h, (struct hindrance){HINDRANCE_CROWDED, -1, -1, 0, -1, ALL(5), 4, 3});
    h = begin(4, 6, true); // more than a person takes
    h->person[0].most = 2;
    for (int i = 1; i <= 3; i++)
        meet(h, 0, i, ALL(4));
    expect_why(h, (struct hindrance){HINDRANCE_MOST, -1, -1, 0, -1, 0, 3, 2});
    h = begin(4, 6, true); // two who are bound together
    h->pair[0] = (struct agenda_pair){0, 1};
    h->agenda.bounds = 1;
    for (int i = 2; i < 5; i++)
        meet(h, i % 2, i, ALL(2));
    expect_why(h, (struct hindrance){HINDRANCE_CROWDED, -1, -1, 0, 1, ALL(2), 3, 2});
    h = begin(4, 8, true); // tables
    h->agenda.tables = 1;
    for (int i = 0; i < 3; i++)
        meet(h, 2 * i, 2 * i + 1, ALL(2));
    expect_why(h, (struct hindrance){HINDRANCE_TABLES, -1, -1, -1, -1, ALL(2), 3, 2});
    h = begin(4, 8, true); // a table that three are tied to
    h->person[0].table = 0;
    for (int i = 0; i < 3; i++)
        h->meeting[meet(h, 2 * i, 2 * i + 1, ALL(2))].table = i ? 0 : AGENDA_NONE;
    expect_why(h, (struct hindrance){HINDRANCE_TABLES, -1, -1, -1, -1, ALL(2), 3, 2});
}

static void locks_and_orders_are_named(void **state)
{
    (void)state;
    struct hand *h = begin(4, 4, false);
    lock(h, 0, 1, 2);
    lock(h, 0, 2, 2);
    expect_why(h, (struct hindrance){HINDRANCE_CLASH, 0, 1, 0, -1, 4, 0, 0});
    h = begin(4, 6, true); // a chain as long as the day
    for (int i = 0; i < 5; i++) {
        meet(h, 0, i + 1, ALL(4));
        if (i)
            come_before(h, i - 1, i);
    }
    expect_why(h, (struct hindrance){HINDRANCE_ORDER, 4, -1, -1, -1, ALL(4), 4, 4});
    h = begin(4, 6, true); // a circle
    for (int i = 0; i < 4; i++)
        meet(h, 0, i + 1, ALL(4));
    come_before(h, 1, 2);
    come_before(h, 2, 3);
    come_before(h, 3, 1);
    come_before(h, 3, 0);
    run(h, 2);
    assert_int_equal(h->narrow.why.kind, HINDRANCE_ORDER);
    assert_int_equal(h->narrow.why.need, 3);
    assert_int_equal(h->narrow.why.have, 0);
    assert_int_not_equal(h->narrow.why.meeting, 0);
    end(h);
    h = begin(4, 6, true); // in the morning, after one of the afternoon
    meet(h, 0, 1, 12);
    meet(h, 0, 2, 3);
    come_before(h, 0, 1);
    expect_why(h, (struct hindrance){HINDRANCE_NO_SLOT, 1, 0, -1, -1, 3, 3, 0});
    h = begin(8, 8, true); // locked too far apart
    for (int i = 0; i < 4; i++)
        lock(h, 0, i + 1, 2 * i);
    expect_why(h, (struct hindrance){HINDRANCE_GAPS, -1, -1, 0, -1, 0x55, 3, 2});
}

// Somebody has many gaps at least, and everybody else must have nearly as many; or nobody has few at most.
static void gaps_of_all_are_compared(void **state)
{
    (void)state;
    struct hand *h = begin(8, 2, true);
    for (int i = 0; i < 4; i++)
        lock(h, 0, 1, 2 * i);
    run(h, 0);
    assert_false(h->narrow.impossible);
    assert_int_equal(h->narrow.gaps, 6);
    end(h);
    h = begin(8, 6, true); // of 3, 4, 5, 6, two meetings each: one gap at most
    for (int i = 0; i < 4; i++)
        lock(h, 0, 1, 2 * i);
    for (int i = 0; i < 4; i++)
        meet(h, 2 + i, 2 + (i + 1) % 4, ALL(8));
    run(h, 1);
    assert_true(h->narrow.impossible);
    assert_int_equal(h->narrow.why.kind, HINDRANCE_GAPS);
    assert_int_equal(h->narrow.why.need, 3);
    assert_int_equal(h->narrow.why.have, 2);
    run(h, 2);
    assert_false(h->narrow.impossible);
    assert_int_equal(h->narrow.least[2], 1);
    assert_int_equal(h->narrow.gaps, 10);
    end(h);
}

static void slots_are_narrowed(void **state)
{
    (void)state;
    struct hand *h = begin(6, 6, true);
    int locked = lock(h, 0, 1, 2), first = meet(h, 0, 2, ALL(6)), second = meet(h, 3, 2, ALL(6)),
        third = meet(h, 3, 4, ALL(6));
    come_before(h, first, second);
    come_before(h, second, third);
    run(h, -1);
    assert_int_equal(h->narrow.slots[locked], 4);
    assert_int_equal(h->narrow.slots[first], 1 | 2 | 8);
    assert_int_equal(h->narrow.slots[second], 2 | 4 | 8 | 16);
    assert_int_equal(h->narrow.slots[third], 4 | 8 | 16 | 32);
    end(h);
    h = begin(6, 6, true); // no gap: beside the locked one
    lock(h, 0, 1, 0);
    meet(h, 0, 2, ALL(6));
    run(h, 0);
    assert_int_equal(h->narrow.slots[1], 2);
    end(h);
    h = begin(6, 6, false); // who takes one meeting has it, and rests
    h->person[0].most = 1;
    h->person[2].rest = 1;
    lock(h, 0, 1, 2);
    lock(h, 2, 3, 4);
    meet(h, 0, 4, ALL(6));
    meet(h, 2, 4, ALL(6));
    run(h, 0);
    assert_int_equal(h->narrow.slots[2], 0);
    assert_int_equal(h->narrow.slots[3], 7);
    end(h);
}

static void the_largest_people_are_counted(void **state)
{
    (void)state;
    struct hand *h = begin(64, 65, true);
    for (int i = 1; i <= 64; i++)
        meet(h, 0, i, UINT64_MAX);
    run(h, 2);
    assert_false(h->narrow.impossible);
    assert_int_equal(h->narrow.gaps, 0);
    meet(h, 0, 1, UINT64_MAX);
    run(h, 2);
    assert_true(h->narrow.impossible);
    assert_int_equal(h->narrow.why.kind, HINDRANCE_CROWDED);
    assert_int_equal(h->narrow.why.need, 65);
    assert_int_equal(h->narrow.why.have, 64);
    end(h);
    h = begin(1, 0, true);
    run(h, 2);
    assert_false(h->narrow.impossible);
    end(h);
}

// Two people could each do without a gap, if their meeting lay beside the locked one of both.
static void gaps_of_all_together_are_bounded(void **state)
{
    (void)state;
    struct hand *h = begin(6, 4, true);
    lock(h, 0, 2, 1);
    lock(h, 1, 3, 4);
    meet(h, 0, 1, ALL(6));
    run(h, 2);
    assert_false(h->narrow.impossible);
    for (int p = 0; p < 4; p++)
        assert_int_equal(h->narrow.least[p], 0);
    assert_int_equal(h->narrow.gaps, 1);
    end(h);
}

static void what_was_left_out_has_a_reason(void **state)
{
    (void)state;
    struct hand *h = begin(4, 10, false);
    size_t count;
    int away = meet(h, 0, 1, ALL(2)), most = meet(h, 2, 3, ALL(4)), busy = meet(h, 4, 5, ALL(2)),
        tables = meet(h, 6, 7, 4), other = meet(h, 8, 9, ALL(4));
    const int placed[][3] = {{2, 6, 0}, {4, 0, 0}, {5, 8, 1}, {0, 9, 2}};
    h->person[0].free = 12;
    h->person[2].most = 1;
    for (int i = 0; i < 4; i++)
        meet(h, placed[i][0], placed[i][1], ALL(4));
    run(h, 2);
    struct timetable t = timetable_new(h->agenda.meetings, h->arena);
    for (int i = 0; i < 4; i++) {
        t.slot[other + 1 + i] = placed[i][2];
        t.table[other + 1 + i] = i;
    }
    h->agenda.tables = 1;
    for (int proven = 0; proven < 2; proven++) {
        struct hindrance *why = narrow_left_out(&h->view, &t, proven, h->arena, &count);
        assert_int_equal(count, 5);
        assert_int_equal(why[away].kind, HINDRANCE_NO_SLOT);
        assert_int_equal(why[away].person, 0);
        assert_int_equal(why[most].kind, HINDRANCE_MOST);
        assert_int_equal(why[most].person, 2);
        assert_int_equal(why[most].need, 2);
        assert_int_equal(why[most].have, 1);
        assert_int_equal(why[busy].kind, HINDRANCE_BUSY);
        assert_int_equal(why[busy].person, 4);
        assert_int_equal(why[busy].other_person, 5);
        assert_int_equal(why[tables].kind, HINDRANCE_TABLES);
        assert_int_equal(why[tables].slots, 4);
        assert_int_equal(why[other].kind, proven ? HINDRANCE_WEIGHED : HINDRANCE_UNDECIDED);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(why[i].meeting, i);
            assert_true(strlen(hindrance_text(&h->agenda, &why[i], LANG_EN, h->arena)) > 20);
        }
    }
    end(h);
}

// The agendas of the literature

static char *read_all(const char *name, size_t *len)
{
    FILE *f = real_open(real_shared(), name);
    size_t room = 1 << 20;
    if (!f)
        return NULL;
    char *out = memory_new(room);
    *len = fread(out, 1, room, f);
    assert_true(*len < room);
    fclose(f);
    return out;
}

struct known {
    int infeasible, feasible, met;
};

static void check_known(void *ctx, const char **columns)
{
    struct known *k = ctx;
    struct agenda a;
    struct agenda_view v;
    struct narrow n;
    struct faults faults = {0};
    struct arena *arena = arena_new();
    bool infeasible = strcmp(columns[2], "UNSAT") == 0;
    size_t len = 0;
    char *bytes = read_all(arena_format(arena, "data/meetings/%s.dzn", columns[0]), &len);
    assert_non_null(bytes);
    assert_true(dzn_read(&a, bytes, len, arena, &faults));
    agenda_view(&v, &a, arena);
    narrow_agenda(&n, &v, atoi(columns[1]), arena);
    assert_int_equal(n.impossible, infeasible);
    if (infeasible) {
        check_reason(&a, &n.why, arena);
        print_message("%s: %s\n", columns[0], hindrance_text(&a, &n.why, LANG_EN, arena));
    } else
        assert_true(n.gaps <= atoi(columns[2]));
    k->infeasible += infeasible;
    k->feasible += !infeasible;
    k->met += !infeasible && n.gaps == atoi(columns[2]);
    free(bytes);
    arena_free(arena);
}

static void known_agendas_are_decided(void **state)
{
    (void)state;
    struct known k = {0};
    if (!real_lines(real_shared(), "data/meetings/best_known.tsv", 3, check_known, &k)) {
        print_message("skipped: no agendas of the literature\n");
        skip();
    }
    print_message("%d infeasible, each with its reason; %d feasible, of which the bound is the best known for %d\n",
                  k.infeasible, k.feasible, k.met);
    assert_true(k.infeasible > 0 && k.met > k.feasible * 7 / 10);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nothing_possible_is_narrowed_away),
    cmocka_unit_test(hours_are_named),
    cmocka_unit_test(crowds_are_named),
    cmocka_unit_test(locks_and_orders_are_named),
    cmocka_unit_test(gaps_of_all_are_compared),
    cmocka_unit_test(slots_are_narrowed),
    cmocka_unit_test(the_largest_people_are_counted),
    cmocka_unit_test(gaps_of_all_together_are_bounded),
    cmocka_unit_test(what_was_left_out_has_a_reason),
    cmocka_unit_test(known_agendas_are_decided),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
