// SPDX-License-Identifier: EUPL-1.2
// Tests core/hindrance: each kind is said in both languages, with names, and slots by their session or their numbers.
#include "core/hindrance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NONE AGENDA_NONE
#define MORNING UINT64_C(0xff)
#define AFTERNOON UINT64_C(0x3ff00)
#define ALL (MORNING | AFTERNOON)

enum { A, B, C, D, PEOPLE };

// Eight slots in the morning, ten in the afternoon. A is not there in the last one, B in the morning, D in the first
// two; m3 is locked to the fourth slot, m4 to it at T3, and m1 must come before m3, which must come before m2.
#define SLOT(of)                                                                                                       \
    {                                                                                                                  \
        .session = of, .start = -1                                                                                     \
    }
#define PERSON(word, shown, when, booth)                                                                               \
    {                                                                                                                  \
        .id = word, .name = shown, .free = when, .table = booth                                                        \
    }
#define MEETING(word, one, two, where, lock, at)                                                                       \
    {                                                                                                                  \
        .id = word, .person = {one, two}, .weight = 3, .slots = where, .locked = lock, .table = at, .old_slot = NONE,  \
        .old_table = NONE                                                                                              \
    }
static const struct agenda_slot slots[18] = {
    SLOT(0), SLOT(0), SLOT(0), SLOT(0), SLOT(0), SLOT(0), SLOT(0), SLOT(0), SLOT(1),
    SLOT(1), SLOT(1), SLOT(1), SLOT(1), SLOT(1), SLOT(1), SLOT(1), SLOT(1), SLOT(1),
};
static const struct agenda_person people[PEOPLE] = {
    PERSON("a", "Mme A", ALL & ~(UINT64_C(1) << 17), NONE),
    PERSON("b", "M. B", AFTERNOON, NONE),
    PERSON("c", "Mme 100 %s", ALL, NONE),
    PERSON("d", "M. D", ALL & ~UINT64_C(3), 0),
};
static const struct agenda_meeting meetings[] = {
    MEETING("m1", A, B, MORNING, false, NONE), MEETING("m2", A, D, ALL, false, NONE),
    MEETING("m3", A, C, 8, true, NONE),        MEETING("m4", B, D, 8, true, 2),
    MEETING("m5", B, C, ALL, false, NONE),
};
enum { M1, M2, M3, M4, M5 };
static const struct agenda_pair before[] = {{M1, M3}, {M3, M2}, {M2, M5}};
static const char *const tables[] = {"T1", "T2", "T3"}, *const names[] = {"morning", "afternoon"};

static const struct agenda agenda = {.name = "Essai",
                                     .slots = 18,
                                     .sessions = 2,
                                     .tables = 3,
                                     .people = PEOPLE,
                                     .meetings = 5,
                                     .slot = slots,
                                     .session = names,
                                     .table = tables,
                                     .person = people,
                                     .meeting = meetings,
                                     .before = before,
                                     .befores = 3};

static void assert_said(const struct agenda *a, struct hindrance h, const char *fr, const char *en)
{
    struct arena *arena = arena_new();
    assert_string_equal(hindrance_text(a, &h, LANG_FR, arena), fr);
    assert_string_equal(hindrance_text(a, &h, LANG_EN, arena), en);
    arena_free(arena);
}

#define SAID(h, fr, en) assert_said(&agenda, (struct hindrance)h, fr, en)
#define H(...)                                                                                                         \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }

static void no_slot(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_NO_SLOT, M1, NONE, B, NONE, MORNING, 0, 0),
         "Le rendez-vous m1 (Mme A et M. B) ne peut pas avoir lieu : M. B n'est jamais là le matin",
         "Meeting m1 (Mme A and M. B) cannot take place: M. B is never there in the morning");
    SAID(H(HINDRANCE_NO_SLOT, M1, NONE, B, NONE, 4, 0, 0),
         "Le rendez-vous m1 (Mme A et M. B) ne peut pas avoir lieu : M. B n'est pas là dans le créneau 3 (morning)",
         "Meeting m1 (Mme A and M. B) cannot take place: M. B is not there in slot 3 (morning)");
    SAID(H(HINDRANCE_NO_SLOT, M4, NONE, NONE, NONE, 0, 0, 0),
         "Le rendez-vous m4 (M. B et M. D) ne peut pas avoir lieu : la table à laquelle il est fixé n'est pas celle où "
         "l'on reçoit",
         "Meeting m4 (M. B and M. D) cannot take place: the table it is locked to is not the booth of those who meet");
    SAID(H(HINDRANCE_NO_SLOT, M1, NONE, A, B, ALL, 0, 0),
         "Le rendez-vous m1 (Mme A et M. B) ne peut pas avoir lieu : Mme A et M. B ne sont jamais là en même temps",
         "Meeting m1 (Mme A and M. B) cannot take place: Mme A and M. B are never there at the same time");
    SAID(H(HINDRANCE_NO_SLOT, M1, M3, NONE, NONE, MORNING, 0, 0),
         "Le rendez-vous m1 (Mme A et M. B) ne peut pas avoir lieu : il doit précéder le rendez-vous m3 (Mme A et Mme "
         "100 %s), fixé au créneau 4 (morning)",
         "Meeting m1 (Mme A and M. B) cannot take place: it must come before meeting m3 (Mme A and Mme 100 %s), which "
         "is locked to slot 4 (morning)");
    SAID(H(HINDRANCE_NO_SLOT, M2, M3, NONE, NONE, MORNING, 0, 0),
         "Le rendez-vous m2 (Mme A et M. D) ne peut pas avoir lieu : il doit suivre le rendez-vous m3 (Mme A et Mme "
         "100 %s), fixé au créneau 4 (morning)",
         "Meeting m2 (Mme A and M. D) cannot take place: it must come after meeting m3 (Mme A and Mme 100 %s), which "
         "is locked to slot 4 (morning)");
    SAID(H(HINDRANCE_NO_SLOT, M5, M2, NONE, NONE, AFTERNOON, 0, 0),
         "Le rendez-vous m5 (M. B et Mme 100 %s) ne peut pas avoir lieu : il doit suivre le rendez-vous m2 (Mme A et "
         "M. D), ce qui ne lui laisse aucun créneau l'après-midi",
         "Meeting m5 (M. B and Mme 100 %s) cannot take place: it must come after meeting m2 (Mme A and M. D), which "
         "leaves it no slot in the afternoon");
    SAID(H(HINDRANCE_NO_SLOT, M2, M5, NONE, NONE, 0, 0, 0),
         "Le rendez-vous m2 (Mme A et M. D) ne peut pas avoir lieu : il doit précéder le rendez-vous m5 (M. B et Mme "
         "100 %s), ce qui ne lui laisse aucun créneau",
         "Meeting m2 (Mme A and M. D) cannot take place: it must come before meeting m5 (M. B and Mme 100 %s), which "
         "leaves it no slot");
    SAID(H(HINDRANCE_NO_SLOT, M5, M4, B, NONE, MORNING, 0, 0),
         "Le rendez-vous m5 (M. B et Mme 100 %s) ne peut pas avoir lieu : le rendez-vous m4 (M. B et M. D), fixé au "
         "créneau 4 (morning), n'y laisse à M. B aucun créneau le matin",
         "Meeting m5 (M. B and Mme 100 %s) cannot take place: meeting m4 (M. B and M. D), which is locked to slot 4 "
         "(morning), leaves M. B no slot for it in the morning");
    SAID(H(HINDRANCE_NO_SLOT, M5, M1, C, NONE, 24, 0, 0),
         "Le rendez-vous m5 (M. B et Mme 100 %s) ne peut pas avoir lieu : le rendez-vous m1 (Mme A et M. B) n'y laisse "
         "à Mme 100 %s aucun créneau dans les créneaux 4 et 5",
         "Meeting m5 (M. B and Mme 100 %s) cannot take place: meeting m1 (Mme A and M. B) leaves Mme 100 %s no slot "
         "for it in slots 4 and 5");
    SAID(H(HINDRANCE_NO_SLOT, M5, M4, NONE, NONE, 8, 0, 0),
         "Le rendez-vous m5 (M. B et Mme 100 %s) ne peut pas avoir lieu : le rendez-vous m4 (M. B et M. D) ne lui "
         "laisse aucun créneau",
         "Meeting m5 (M. B and Mme 100 %s) cannot take place: meeting m4 (M. B and M. D) leaves it no slot");
    SAID(H(HINDRANCE_NO_SLOT, M5, NONE, NONE, NONE, 0, 0, 0),
         "Le rendez-vous m5 (M. B et Mme 100 %s) ne peut pas avoir lieu : il ne lui reste aucun créneau",
         "Meeting m5 (M. B and Mme 100 %s) cannot take place: no slot is left for it");
}

static void crowded(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, A, NONE, MORNING, 9, 8),
         "Mme A a 9 rendez-vous demandés ou fixés mais 8 créneaux libres le matin",
         "Mme A has 9 locked or requested meetings but 8 free slots in the morning");
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, D, NONE, MORNING & ~UINT64_C(3), 7, 6),
         "M. D a 7 rendez-vous demandés ou fixés mais 6 créneaux libres le matin",
         "M. D has 7 locked or requested meetings but 6 free slots in the morning");
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, B, NONE, AFTERNOON, 11, 10),
         "M. B a 11 rendez-vous demandés ou fixés mais 10 créneaux libres l'après-midi",
         "M. B has 11 locked or requested meetings but 10 free slots in the afternoon");
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, A, NONE, ALL & ~(UINT64_C(1) << 17), 18, 17),
         "Mme A a 18 rendez-vous demandés ou fixés mais 17 créneaux libres",
         "Mme A has 18 locked or requested meetings but 17 free slots");
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, A, NONE, MORNING, 5, 4), // rests take the others
         "Mme A a 5 rendez-vous demandés ou fixés le matin mais n'a de place que pour 4",
         "Mme A has 5 locked or requested meetings in the morning but room for 4 only");
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, A, NONE, 0x4c, 4, 3),
         "Mme A a 4 rendez-vous demandés ou fixés dans les créneaux 3, 4 et 7 mais n'a de place que pour 3",
         "Mme A has 4 locked or requested meetings in slots 3, 4 and 7 but room for 3 only");
    SAID(
        H(HINDRANCE_CROWDED, NONE, NONE, A, B, 0x4c, 4, 3),
        "Mme A et M. B, qui vont ensemble, ont 4 rendez-vous demandés ou fixés dans les créneaux 3, 4 et 7 mais n'ont "
        "de place que pour 3",
        "Mme A and M. B, who go together, have 4 locked or requested meetings in slots 3, 4 and 7 but room for 3 only");
    SAID(H(HINDRANCE_CROWDED, NONE, NONE, A, NONE, 0, 1, 0),
         "Mme A a 1 rendez-vous demandé ou fixé mais aucun créneau libre",
         "Mme A has 1 locked or requested meeting but no free slot");
}

static void slots_are_named_briefly(void **state)
{
    (void)state;
    static const struct {
        uint64_t slots;
        const char *fr, *en;
    } cases[] = {
        {0x1, "dans le créneau 1 (morning)", "in slot 1 (morning)"},
        {0x3, "dans les créneaux 1 et 2", "in slots 1 and 2"},
        {0x3c, "dans les créneaux 3 à 6", "in slots 3 to 6"},
        {0x13d, "dans les créneaux 1, 3 à 6 et 9", "in slots 1, 3 to 6 and 9"},
        {0x38000, "dans les créneaux 16 à 18", "in slots 16 to 18"},
        {0x15555, "dans 9 créneaux entre le 1 et le 17", "in 9 slots between 1 and 17"},
    };
    char fr[200], en[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(fr, sizeof fr, "30 rendez-vous doivent avoir lieu %s, mais il n'y a de place aux tables que pour 20",
                 cases[i].fr);
        snprintf(en, sizeof en, "30 meetings must take place %s, but there is room at the tables for 20 only",
                 cases[i].en);
        SAID(H(HINDRANCE_TABLES, NONE, NONE, NONE, NONE, cases[i].slots, 30, 20), fr, en);
    }
}

// Where hours are known they name slots, with the day where there are several.
static void slots_have_hours(void **state)
{
    (void)state;
    struct agenda_slot own[18];
    struct agenda a = agenda;
    struct hindrance h = {HINDRANCE_TABLES, NONE, NONE, NONE, NONE, 0x13d, 30, 20};
    memcpy(own, slots, sizeof own);
    for (int i = 0; i < 18; i++)
        own[i] = (struct agenda_slot){.session = slots[i].session, .start = INT64_C(1773043200) + i * 1200, .minutes = 20, .offset = 60}; // Monday 9 March 2026, 9 h 00
    a.slot = own;
    assert_said(&a, h, "30 rendez-vous doivent avoir lieu dans les créneaux de 9 h 00, 9 h 40 à 10 h 40 et 11 h 40, mais il n'y a de place aux tables que pour 20",
                "30 meetings must take place in slots 09:00, 09:40 to 10:40 and 11:40, but there is room at the tables for 20 only");
    for (int i = 8; i < 18; i++) {
        own[i].start += 86400;
        own[i].day = 1;
    }
    h.slots = 0x15555;
    assert_said(&a, h, "30 rendez-vous doivent avoir lieu dans 9 créneaux entre lundi 9 h 00 et mardi 14 h 20, mais il n'y a de place aux tables que pour 20",
                "30 meetings must take place in 9 slots between Monday 09:00 and Tuesday 14:20, but there is room at the tables for 20 only");
    h.slots = 1;
    assert_said(&a, h, "30 rendez-vous doivent avoir lieu dans le créneau de lundi 9 h 00 (morning), mais il n'y a de place aux tables que pour 20",
                "30 meetings must take place in slot Monday 09:00 (morning), but there is room at the tables for 20 only");
}

static void sessions_have_names(void **state)
{
    (void)state;
    const char *own[] = {"Lundi 9 h", "Mardi"}, *same[] = {"Matin", "matin"};
    struct agenda a = agenda;
    struct hindrance h = {HINDRANCE_CROWDED, NONE, NONE, C, NONE, MORNING, 9, 8};
    a.session = own;
    assert_said(&a, h,
                "Mme 100 %s a 9 rendez-vous demandés ou fixés mais 8 créneaux libres dans la session « Lundi 9 h »",
                "Mme 100 %s has 9 locked or requested meetings but 8 free slots in session \"Lundi 9 h\"");
    a.session = same;
    assert_said(&a, h, "Mme 100 %s a 9 rendez-vous demandés ou fixés mais 8 créneaux libres le matin",
                "Mme 100 %s has 9 locked or requested meetings but 8 free slots in the morning");
    same[1] = "Matin"; // which of them?
    assert_said(&a, h,
                "Mme 100 %s a 9 rendez-vous demandés ou fixés dans les créneaux 1 à 8 mais n'a de place que pour 8",
                "Mme 100 %s has 9 locked or requested meetings in slots 1 to 8 but room for 8 only");
}

static void tables_and_caps(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_TABLES, NONE, NONE, NONE, NONE, MORNING, 30, 24),
         "30 rendez-vous doivent avoir lieu le matin, mais il n'y a de place aux tables que pour 24",
         "30 meetings must take place in the morning, but there is room at the tables for 24 only");
    SAID(H(HINDRANCE_TABLES, NONE, NONE, NONE, NONE, ALL, 60, 54),
         "60 rendez-vous doivent avoir lieu, mais il n'y a de place aux tables que pour 54",
         "60 meetings must take place, but there is room at the tables for 54 only");
    SAID(H(HINDRANCE_TABLES, NONE, NONE, NONE, NONE, MORNING, 9, 8),
         "9 rendez-vous doivent avoir lieu à une même table le matin, qui n'a de place que pour 8",
         "9 meetings must take place at one table in the morning, which has room for 8 only");
    SAID(H(HINDRANCE_TABLES, M1, NONE, NONE, NONE, MORNING, 0, 0),
         "Le rendez-vous m1 (Mme A et M. B) n'est pas placé : toutes les tables sont prises le matin",
         "Meeting m1 (Mme A and M. B) was left out: all tables are taken in the morning");
    SAID(H(HINDRANCE_TABLES, M2, NONE, NONE, NONE, 0x4c, 4, 3),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : sa table est prise dans les créneaux 3, 4 et 7",
         "Meeting m2 (Mme A and M. D) was left out: its table is taken in slots 3, 4 and 7");
    SAID(H(HINDRANCE_MOST, NONE, NONE, A, NONE, 0, 3, 2),
         "Mme A a 3 rendez-vous demandés ou fixés mais en accepte 2 au plus",
         "Mme A has 3 locked or requested meetings but takes 2 at most");
    SAID(
        H(HINDRANCE_MOST, M1, NONE, A, NONE, 0, 3, 2),
        "Le rendez-vous m1 (Mme A et M. B) n'est pas placé : Mme A en a 3 de demandés ou fixés et en accepte 2 au plus",
        "Meeting m1 (Mme A and M. B) was left out: Mme A has 3 locked or requested meetings and takes 2 at most");
}

static void order(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_ORDER, M5, NONE, NONE, NONE, 0, 5, 5),
         "Le rendez-vous m5 (M. B et Mme 100 %s) doit suivre une chaîne de 5 rendez-vous, et il n'y a que 5 créneaux "
         "pour l'ensemble",
         "Meeting m5 (M. B and Mme 100 %s) must come after a chain of 5 meetings, and there are only 5 slots for all "
         "of them");
    SAID(H(HINDRANCE_ORDER, M5, NONE, NONE, NONE, 0, 1, 1),
         "Le rendez-vous m5 (M. B et Mme 100 %s) doit suivre une chaîne de 1 rendez-vous, et il n'y a que 1 créneau "
         "pour l'ensemble",
         "Meeting m5 (M. B and Mme 100 %s) must come after a chain of 1 meeting, and there is only 1 slot for all of "
         "them");
    const struct agenda_pair circle[] = {{M1, M3}, {M2, M5}, {M5, M4}, {M4, M2}};
    const struct hindrance h = {HINDRANCE_ORDER, M5, NONE, NONE, NONE, 0, 3, 0};
    struct agenda a = agenda;
    assert_said(&a, h,
                "Le rendez-vous m5 (M. B et Mme 100 %s) doit suivre une chaîne de 3 rendez-vous, qui ne lui laisse "
                "aucun créneau",
                "Meeting m5 (M. B and Mme 100 %s) must come after a chain of 3 meetings, which leaves it no slot");
    a.before = circle;
    a.befores = 4;
    assert_said(
        &a, h,
        "L'ordre demandé tourne en rond : le rendez-vous m5 (M. B et Mme 100 %s) devrait avoir lieu avant lui-même",
        "The order asked for runs in a circle: meeting m5 (M. B and Mme 100 %s) would have to come before itself");
}

static void clash(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_CLASH, M3, M4, A, NONE, 8, 0, 0),
         "Le rendez-vous m3 (Mme A et Mme 100 %s) et le rendez-vous m4 (M. B et M. D) sont tous deux fixés au créneau "
         "4 (morning), mais Mme A ne peut être que dans l'un d'eux",
         "Meeting m3 (Mme A and Mme 100 %s) and meeting m4 (M. B and M. D) are both locked to slot 4 (morning), but "
         "Mme A can be in one of them only");
    struct agenda_meeting near[5];
    memcpy(near, meetings, sizeof near);
    near[M2].slots = 0x10;
    struct agenda a = agenda;
    a.meeting = near;
    assert_said(&a, (struct hindrance){HINDRANCE_CLASH, M3, M2, A, NONE, 0x18, 0, 0},
                "Le rendez-vous m3 (Mme A et Mme 100 %s), fixé au créneau 4 (morning), et le rendez-vous m2 (Mme A et "
                "M. D), fixé au créneau 5 (morning), sont trop proches pour le repos que demande Mme A",
                "Meeting m3 (Mme A and Mme 100 %s), locked to slot 4 (morning), and meeting m2 (Mme A and M. D), "
                "locked to slot 5 (morning), are too close for the rest that Mme A asks for");
    SAID(H(HINDRANCE_CLASH, M3, M4, A, B, 8, 0, 0),
         "Le rendez-vous m3 (Mme A et Mme 100 %s) et le rendez-vous m4 (M. B et M. D) sont tous deux fixés au créneau "
         "4 (morning), mais Mme A et M. B ne peuvent pas être dans deux rendez-vous en même temps",
         "Meeting m3 (Mme A and Mme 100 %s) and meeting m4 (M. B and M. D) are both locked to slot 4 (morning), but "
         "Mme A and M. B cannot be in two meetings at the same time");
    SAID(H(HINDRANCE_CLASH, M3, M4, NONE, NONE, 8, 0, 0),
         "Le rendez-vous m3 (Mme A et Mme 100 %s) et le rendez-vous m4 (M. B et M. D) sont tous deux fixés au créneau "
         "4 (morning), à la même table (T3)",
         "Meeting m3 (Mme A and Mme 100 %s) and meeting m4 (M. B and M. D) are both locked to slot 4 (morning), at the "
         "same table (T3)");
}

static void gaps(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_GAPS, NONE, NONE, A, NONE, 0, 4, 2),
         "Mme A aura au moins 4 trous entre ses rendez-vous, alors que 2 au plus sont permis",
         "Mme A cannot have fewer than 4 gaps between meetings, but 2 at most are allowed");
    SAID(H(HINDRANCE_GAPS, NONE, NONE, A, NONE, 0, 1, 0),
         "Mme A aura au moins 1 trou entre ses rendez-vous, alors qu'aucun n'est permis",
         "Mme A cannot have fewer than 1 gap between meetings, but none is allowed");
}

static void left_out(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_BUSY, M2, NONE, A, D, ALL, 0, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : à chaque créneau, Mme A ou M. D rencontre quelqu'un "
         "d'autre ou n'est pas là",
         "Meeting m2 (Mme A and M. D) was left out: in every slot, Mme A or M. D meets somebody else or is not there");
    SAID(H(HINDRANCE_BUSY, M2, NONE, A, NONE, AFTERNOON, 0, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : l'après-midi, Mme A rencontre quelqu'un d'autre ou n'est "
         "pas là",
         "Meeting m2 (Mme A and M. D) was left out: in the afternoon, Mme A meets somebody else or is not there");
    SAID(H(HINDRANCE_WEIGHED, M2, NONE, NONE, NONE, 0, 0, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : il en écarterait d'autres, au moins aussi souhaités",
         "Meeting m2 (Mme A and M. D) was left out: it would push out others that are wanted at least as much");
    SAID(H(HINDRANCE_UNDECIDED, M2, NONE, NONE, NONE, 0, 0, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : aucune place ne lui a été trouvée dans le temps imparti",
         "Meeting m2 (Mme A and M. D) was left out: no place was found for it in the time given");
}

static void lost_orders_and_company(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_BUSY, M2, NONE, A, D, ALL, HINDRANCE_RESTS, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : à chaque créneau, Mme A ou M. D rencontre quelqu'un "
         "d'autre, se repose ou n'est pas là",
         "Meeting m2 (Mme A and M. D) was left out: in every slot, Mme A or M. D meets somebody else, rests or is not there");
    SAID(H(HINDRANCE_BUSY, M2, NONE, A, B, ALL, HINDRANCE_TOGETHER, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : à chaque créneau, Mme A rencontre quelqu'un d'autre, va "
         "avec M. B (en rendez-vous) ou n'est pas là",
         "Meeting m2 (Mme A and M. D) was left out: in every slot, Mme A meets somebody else, goes with M. B (who meets "
         "somebody) or is not there");
    SAID(H(HINDRANCE_ORDER, M2, M3, A, D, 4, 2, 0),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : il doit suivre le rendez-vous m3 (Mme A et Mme 100 %s), "
         "placé au créneau 3 (morning), et en précéder un autre ; entre les deux ne reste aucun créneau où Mme A et M. D "
         "soient tous deux libres",
         "Meeting m2 (Mme A and M. D) was left out: it must come after meeting m3 (Mme A and Mme 100 %s), which lies in "
         "slot 3 (morning), and before another; between the two there is no slot left in which Mme A and M. D are both free");
    SAID(H(HINDRANCE_WEIGHED, M2, NONE, NONE, NONE, 0, 0, 3),
         "Le rendez-vous m2 (Mme A et M. D) n'est pas placé : il en écarterait d'autres, au moins aussi souhaités, ou en "
         "déplacerait qui gardent leur place",
         "Meeting m2 (Mme A and M. D) was left out: it would push out others that are wanted at least as much, or move "
         "some that keep their place");
}

static void refuted(void **state)
{
    (void)state;
    SAID(H(HINDRANCE_REFUTED, NONE, NONE, NONE, NONE, 0, 0, 0),
         "Aucun emploi du temps ne respecte toutes les règles : une recherche complète le montre",
         "No timetable keeps all the rules: a complete search shows it");
    SAID(H(HINDRANCE_REFUTED, M1, NONE, NONE, NONE, 0, 0, 0),
         "Le rendez-vous m1 (Mme A et M. B) ne peut pas être ajouté : une recherche complète montre qu'aucun emploi du "
         "temps ne le permet",
         "Meeting m1 (Mme A and M. B) cannot be added: a complete search shows that no timetable allows it");
}

// Whatever fields are given, the sentence is whole: no hole, no missing name.
static void every_kind_makes_a_whole_sentence(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const uint64_t sets[] = {0, 8, 0x155, MORNING, ALL};
    for (int kind = HINDRANCE_NO_SLOT; kind <= HINDRANCE_UNDECIDED; kind++)
        for (int given = 0; given < 16 * 5 * 2; given++) {
            struct hindrance h = {.kind = (enum hindrance_kind)kind,
                                  .meeting = given % 2 ? M2 : NONE,
                                  .other = given / 2 % 2 ? M4 : NONE,
                                  .person = given / 4 % 2 ? A : NONE,
                                  .other_person = given / 8 % 2 ? B : NONE,
                                  .slots = sets[given / 16 % 5],
                                  .need = 3,
                                  .have = given / 80 ? 2 : 0};
            for (enum lang lang = LANG_FR; lang <= LANG_EN; lang++) {
                const char *text = hindrance_text(&agenda, &h, lang, arena);
                assert_true(strlen(text) > 20);
                assert_null(strpbrk(text, "%{}|"));
                assert_null(strstr(text, "(null)"));
                assert_null(strstr(text, "  "));
                assert_true(text[strlen(text) - 1] != ' ');
            }
        }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_slot),
        cmocka_unit_test(crowded),
        cmocka_unit_test(slots_are_named_briefly),
        cmocka_unit_test(slots_have_hours),
        cmocka_unit_test(sessions_have_names),
        cmocka_unit_test(tables_and_caps),
        cmocka_unit_test(order),
        cmocka_unit_test(clash),
        cmocka_unit_test(gaps),
        cmocka_unit_test(left_out),
        cmocka_unit_test(lost_orders_and_company),
        cmocka_unit_test(refuted),
        cmocka_unit_test(every_kind_makes_a_whole_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
