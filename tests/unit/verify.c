// SPDX-License-Identifier: EUPL-1.2
// Tests core/verify: a timetable that keeps all rules passes; each rule, broken alone, is found and said with names.
#include "core/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { A, B, C, D, PEOPLE };
enum { M1, M2, M3, M4, MEETINGS };
enum { SLOTS = 6, TABLES = 3, MOST = 20 };

// Six slots, three in the morning, three in the afternoon; A-B and C-D meet first, then A-C and B-D.
struct world {
    struct agenda agenda;
    struct timetable timetable;
    struct agenda_slot slot[SLOTS];
    struct agenda_person person[PEOPLE];
    struct agenda_meeting meeting[MEETINGS];
    struct agenda_pair pair; // used for `before` or `bound` by those who set its count
    int at[MEETINGS], table[MEETINGS];
    struct arena *arena;
};

static const char *const sessions[] = {"matin", "après-midi"}, *const tables[] = {"T1", "T2", "T3"};

static int setup(void **state)
{
    static const char *const names[PEOPLE] = {"Mme A", "M. B", "Mme C", "M. D"};
    static const char *const ids[MEETINGS] = {"m1", "m2", "m3", "m4"};
    static const int who[MEETINGS][2] = {{A, B}, {C, D}, {A, C}, {B, D}}, at[MEETINGS] = {0, 0, 1, 1},
                     table[MEETINGS] = {0, 1, 0, 1};
    struct arena *arena = arena_new();
    struct world *w = arena_take(arena, sizeof *w);
    w->arena = arena;
    for (int t = 0; t < SLOTS; t++)
        w->slot[t] = (struct agenda_slot){.session = t / 3, .start = -1};
    for (int p = 0; p < PEOPLE; p++)
        w->person[p] =
            (struct agenda_person){.id = names[p], .name = names[p], .free = ~UINT64_C(0), .table = AGENDA_NONE};
    for (int m = 0; m < MEETINGS; m++)
        w->meeting[m] = (struct agenda_meeting){.id = ids[m],
                                                .person = {who[m][0], who[m][1]},
                                                .weight = 3,
                                                .slots = ~UINT64_C(0),
                                                .table = AGENDA_NONE,
                                                .old_slot = AGENDA_NONE,
                                                .old_table = AGENDA_NONE};
    memcpy(w->at, at, sizeof at);
    memcpy(w->table, table, sizeof table);
    w->agenda = (struct agenda){.name = "Essai",
                                .slots = SLOTS,
                                .sessions = 2,
                                .tables = TABLES,
                                .people = PEOPLE,
                                .meetings = MEETINGS,
                                .slot = w->slot,
                                .session = sessions,
                                .table = tables,
                                .person = w->person,
                                .meeting = w->meeting,
                                .before = &w->pair,
                                .bound = &w->pair,
                                .complete = true};
    w->timetable = (struct timetable){.meetings = MEETINGS, .slot = w->at, .table = w->table};
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    arena_free(w->arena);
    return 0;
}

static size_t faults(const struct world *w, int spread, struct verify_fault list[static MOST])
{
    return verify_check(&w->agenda, &w->timetable, spread, list, MOST);
}

static void assert_fine(const struct world *w, int spread)
{
    struct verify_fault list[MOST];
    assert_int_equal(faults(w, spread, list), 0);
}

// There is one fault, and it is said like this.
static struct verify_fault assert_broken(const struct world *w, int spread, enum verify_rule rule, const char *fr,
                                         const char *en)
{
    struct verify_fault list[MOST];
    assert_int_equal(faults(w, spread, list), 1);
    assert_int_equal(list[0].rule, rule);
    assert_string_equal(verify_text(&w->agenda, &list[0], LANG_FR, w->arena), fr);
    assert_string_equal(verify_text(&w->agenda, &list[0], LANG_EN, w->arena), en);
    return list[0];
}

static void a_right_timetable_passes(void **state)
{
    struct world *w = *state;
    assert_fine(w, 0);
    w->at[M3] = w->at[M4] = 5;
    assert_fine(w, 0);
}

static void places_that_do_not_exist(void **state)
{
    struct world *w = *state;
    w->at[M1] = SLOTS;
    assert_broken(w, -1, VERIFY_SHAPE,
                  "Le rendez-vous m1 (Mme A et M. B) a lieu dans un créneau qui n'existe pas (n° 7)",
                  "Meeting m1 (Mme A and M. B) lies in a slot that does not exist (no. 7)");
    w->at[M1] = -2;
    assert_broken(w, -1, VERIFY_SHAPE,
                  "Le rendez-vous m1 (Mme A et M. B) a lieu dans un créneau qui n'existe pas (n° -1)",
                  "Meeting m1 (Mme A and M. B) lies in a slot that does not exist (no. -1)");
    w->at[M1] = 0;
    w->table[M1] = TABLES;
    assert_broken(w, -1, VERIFY_SHAPE, "Le rendez-vous m1 (Mme A et M. B) a lieu à une table qui n'existe pas (n° 4)",
                  "Meeting m1 (Mme A and M. B) lies at a table that does not exist (no. 4)");
    w->table[M1] = AGENDA_NONE;
    assert_broken(w, -1, VERIFY_SHAPE, "Le rendez-vous m1 (Mme A et M. B) a un créneau mais pas de table",
                  "Meeting m1 (Mme A and M. B) has a slot but no table");
    w->agenda.complete = false;
    w->at[M1] = AGENDA_NONE;
    w->table[M1] = 0;
    assert_broken(w, -1, VERIFY_SHAPE, "Le rendez-vous m1 (Mme A et M. B) a une table mais pas de créneau",
                  "Meeting m1 (Mme A and M. B) has a table but no slot");
    w->timetable.meetings--;
    assert_broken(w, -1, VERIFY_SHAPE,
                  "Cet emploi du temps n'est pas celui de cet agenda : le nombre de rendez-vous diffère",
                  "This timetable is not of this agenda: the number of meetings differs");
}

static void somebody_twice(void **state)
{
    struct world *w = *state;
    w->at[M3] = 0;
    w->table[M3] = 2;
    struct verify_fault list[MOST];
    assert_int_equal(faults(w, -1, list), 2); // A and C
    w->meeting[M3].person[1] = B;
    struct verify_fault f;
    assert_int_equal(faults(w, -1, list), 2); // A and B, twice the same pair
    w->at[M3] = 3;
    w->at[M1] = 3;
    w->agenda.people++;
    struct agenda_person more[PEOPLE + 1];
    memcpy(more, w->person, sizeof w->person);
    more[PEOPLE] = (struct agenda_person){.id = "e", .name = "Mme E", .free = ~UINT64_C(0), .table = AGENDA_NONE};
    w->agenda.person = more;
    w->meeting[M3].person[1] = PEOPLE;
    f = assert_broken(w, -1, VERIFY_TWICE,
                      "Mme A rencontre deux personnes en même temps : m1 et m3, créneau 4 (après-midi)",
                      "Mme A meets two people at the same time: m1 and m3, slot 4 (après-midi)");
    assert_int_equal(f.meeting, M1);
    assert_int_equal(f.other, M3);
    assert_int_equal(f.person, A);
    assert_int_equal(f.slot, 3);
}

static void people_who_go_together(void **state)
{
    struct world *w = *state;
    w->agenda.bounds = 1;
    w->pair = (struct agenda_pair){A, B}; // in m1 together, then apart
    assert_broken(
        w, -1, VERIFY_BOUND,
        "Mme A et M. B, qui vont ensemble, sont dans deux rendez-vous en même temps : m3 et m4, créneau 2 (matin)",
        "Mme A and M. B, who go together, are in two meetings at the same time: m3 and m4, slot 2 (matin)");
    w->at[M4] = 2;
    assert_fine(w, -1);
}

static void one_table_for_two(void **state)
{
    struct world *w = *state;
    w->table[M2] = 0;
    assert_broken(
        w, -1, VERIFY_TABLE,
        "Deux rendez-vous ont lieu en même temps à la table T1 : m1 (Mme A et M. B) et m2 (Mme C et M. D), créneau 1 "
        "(matin)",
        "Two meetings are at table T1 at the same time: m1 (Mme A and M. B) and m2 (Mme C and M. D), slot 1 (matin)");
    w->at[M2] = 2;
    assert_fine(w, -1);
}

static void somebody_away(void **state)
{
    struct world *w = *state;
    w->person[D].free = 0x3d; // not in the second slot
    struct verify_fault f =
        assert_broken(w, -1, VERIFY_FREE, "M. D n'est pas là au moment du rendez-vous m4, créneau 2 (matin)",
                      "M. D is not there at the time of meeting m4, slot 2 (matin)");
    assert_int_equal(f.person, D);
    assert_int_equal(f.meeting, M4);
    w->person[D].free = 0x3;
    assert_fine(w, -1);
}

static void a_slot_that_is_forbidden(void **state)
{
    struct world *w = *state;
    w->meeting[M1].slots = 0x38;
    assert_broken(w, -1, VERIFY_SLOT, "Le rendez-vous m1 (Mme A et M. B) n'est pas permis dans le créneau 1 (matin)",
                  "Meeting m1 (Mme A and M. B) is not allowed to lie in slot 1 (matin)");
    w->at[M1] = 5;
    assert_fine(w, -1);
}

static void a_lock_that_is_lost(void **state)
{
    struct world *w = *state;
    w->meeting[M1].slots = 0x10;
    w->meeting[M1].locked = true;
    assert_broken(
        w, -1, VERIFY_LOCKED,
        "Le rendez-vous m1 (Mme A et M. B) est fixé au créneau 5 (après-midi) mais a lieu dans le créneau 1 (matin)",
        "Meeting m1 (Mme A and M. B) is locked to slot 5 (après-midi) but lies in slot 1 (matin)");
    w->at[M1] = 4;
    assert_fine(w, -1);
    w->meeting[M1].table = 2;
    assert_broken(w, -1, VERIFY_LOCKED,
                  "Le rendez-vous m1 (Mme A et M. B) est fixé à la table T3 mais a lieu à la table T1",
                  "Meeting m1 (Mme A and M. B) is locked to table T3 but lies at table T1");
    w->table[M1] = 2;
    assert_fine(w, -1);
    w->meeting[M1].slots = 0; // locked to where its session does not let it lie
    assert_broken(w, -1, VERIFY_LOCKED,
                  "Le rendez-vous m1 (Mme A et M. B) est fixé à un créneau que sa session n'a pas, ou qui lui est interdit",
                  "Meeting m1 (Mme A and M. B) is locked to a slot that its session does not have, or that is forbidden to it");
    w->meeting[M1].slots = 0x10;
    w->agenda.complete = false;
    w->at[M1] = w->table[M1] = AGENDA_NONE;
    assert_broken(w, -1, VERIFY_LOCKED,
                  "Le rendez-vous m1 (Mme A et M. B) est fixé au créneau 5 (après-midi) mais n'est pas placé",
                  "Meeting m1 (Mme A and M. B) is locked to slot 5 (après-midi) but is not placed");
    w->meeting[M1].locked = false; // a table alone does not ask for a place
    assert_fine(w, -1);
}

static void away_from_a_booth(void **state)
{
    struct world *w = *state;
    w->person[D].table = 1;
    assert_fine(w, -1);
    w->person[D].table = 2;
    w->table[M4] = 2;
    assert_broken(w, -1, VERIFY_BOOTH,
                  "Le rendez-vous m2 (Mme C et M. D) a lieu à la table T2, mais M. D reçoit toujours à la table T3",
                  "Meeting m2 (Mme C and M. D) lies at table T2, but M. D always meets at table T3");
    w->person[C].table = 0; // either booth will do, so m3 is fine at T1
    assert_broken(w, -1, VERIFY_BOOTH,
                  "Le rendez-vous m2 (Mme C et M. D) a lieu à la table T2, mais Mme C et M. D ne reçoivent qu'à leurs "
                  "propres tables",
                  "Meeting m2 (Mme C and M. D) lies at table T2, but Mme C and M. D only meet at their own tables");
    w->table[M2] = 2;
    assert_fine(w, -1);
}

static void the_wrong_order(void **state)
{
    struct world *w = *state;
    w->agenda.befores = 1;
    w->pair = (struct agenda_pair){M3, M2};
    const char *fr = "Le rendez-vous m3 (Mme A et Mme C) doit avoir lieu avant le rendez-vous m2 (Mme C et M. D), ce "
                     "qui n'est pas le cas",
               *en = "Meeting m3 (Mme A and Mme C) must take place before meeting m2 (Mme C and M. D), but does not";
    assert_broken(w, -1, VERIFY_BEFORE, fr, en);
    w->pair = (struct agenda_pair){M1, M4};
    assert_fine(w, -1);
    w->pair = (struct agenda_pair){M1, M2}; // at the same time is not before
    assert_int_equal(
        assert_broken(w, -1, VERIFY_BEFORE,
                      "Le rendez-vous m1 (Mme A et M. B) doit avoir lieu avant le rendez-vous m2 (Mme C et M. D), ce "
                      "qui n'est pas le cas",
                      "Meeting m1 (Mme A and M. B) must take place before meeting m2 (Mme C and M. D), but does not")
            .other,
        M2);
    w->agenda.complete = false;
    w->at[M1] = w->table[M1] = AGENDA_NONE; // what is not placed has no order
    assert_fine(w, -1);
}

static void too_many_meetings(void **state)
{
    struct world *w = *state;
    w->person[B].most = 2;
    assert_fine(w, -1);
    w->person[B].most = 1;
    assert_broken(w, -1, VERIFY_MOST, "M. B a 2 rendez-vous mais en accepte 1 au plus",
                  "M. B has 2 meetings but takes 1 at most");
}

static void too_little_rest(void **state)
{
    struct world *w = *state;
    w->person[A].rest = 2;
    w->at[M3] = 2;
    assert_broken(w, -1, VERIFY_REST,
                  "Mme A n'a pas le repos demandé entre m1 et m3 (créneaux libres : 1 ; demandés : 2)",
                  "Mme A does not have the rest asked for between m1 and m3 (free slots: 1; asked for: 2)");
    w->at[M3] = 3;
    assert_fine(w, 1); // the rest is no gap of A; C, who did not ask for it, has one
    w->at[M3] = 2;
    for (int t = 1; t < SLOTS; t++)
        w->slot[t].day = 1; // a night is rest enough
    assert_fine(w, 0);
}

static void one_is_missing(void **state)
{
    struct world *w = *state;
    w->at[M4] = w->table[M4] = AGENDA_NONE;
    assert_broken(w, -1, VERIFY_COMPLETE,
                  "Le rendez-vous m4 (M. B et M. D) n'est pas placé, alors que tous les rendez-vous doivent l'être",
                  "Meeting m4 (M. B and M. D) is not placed, although all meetings have to be");
    w->agenda.complete = false;
    assert_fine(w, -1);
}

static void gaps_that_are_shared_unfairly(void **state)
{
    struct world *w = *state;
    w->at[M3] = 2; // A and C wait
    assert_fine(w, 1);
    assert_fine(w, -1);
    struct verify_fault f = assert_broken(
        w, 0, VERIFY_SPREAD, "Les trous sont mal partagés : Mme A en a 1, soit plus que les 0 permis au regard de M. B",
        "The gaps are shared unfairly: Mme A has 1, more than the 0 allowed beside those of M. B");
    assert_int_equal(f.person, A);
    assert_int_equal(f.other_person, B);
    w->slot[1].day = w->slot[2].day = w->slot[3].day = w->slot[4].day = w->slot[5].day = 1;
    assert_fine(w, 0); // a night is no gap
    w->slot[1].day = 0;
    assert_fine(w, 0);
    w->slot[2].day = 0;
    w->agenda.complete = false;
    assert_fine(w, 0); // asked of complete agendas only
}

static void further_faults_are_counted(void **state)
{
    struct world *w = *state;
    for (int m = 0; m < MEETINGS; m++)
        w->at[m] = w->table[m] = AGENDA_NONE;
    struct verify_fault list[2];
    assert_int_equal(verify_check(&w->agenda, &w->timetable, -1, list, 2), 4);
    assert_int_equal(list[0].meeting, M1);
    assert_int_equal(list[1].meeting, M2);
    assert_int_equal(verify_check(&w->agenda, &w->timetable, -1, NULL, 0), 4);
}

static void an_empty_agenda_passes(void **state)
{
    struct world *w = *state;
    w->agenda.people = w->agenda.meetings = w->agenda.tables = w->timetable.meetings = 0;
    assert_fine(w, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_right_timetable_passes),
        TEST(places_that_do_not_exist),
        TEST(somebody_twice),
        TEST(people_who_go_together),
        TEST(one_table_for_two),
        TEST(somebody_away),
        TEST(a_slot_that_is_forbidden),
        TEST(a_lock_that_is_lost),
        TEST(away_from_a_booth),
        TEST(the_wrong_order),
        TEST(too_many_meetings),
        TEST(too_little_rest),
        TEST(one_is_missing),
        TEST(gaps_that_are_shared_unfairly),
        TEST(further_faults_are_counted),
        TEST(an_empty_agenda_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
