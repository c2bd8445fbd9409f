// SPDX-License-Identifier: EUPL-1.2
// A small day of meetings for tests of what is written of it: three people, four slots in two sessions, two tables; m1
// in slot 1 at table "1", m2 in slot 3 in the salon, m3 left out.
#ifndef TESTS_FAIR_H
#define TESTS_FAIR_H

#include "core/hindrance.h"
#include "core/timetable.h"

struct fair {
    struct agenda_slot slot[4];
    struct agenda_person person[3];
    struct agenda_meeting meeting[3];
    struct agenda agenda;
    int slots[3], tables[3];
    struct timetable timetable;
    struct hindrance left[1];
};

static const char *const fair_sessions[] = {"Matin", "Après-midi"};
static const char *const fair_tables[] = {"1", "Salon"};

static inline struct agenda_meeting fair_meeting(const char *id, int one, int two)
{
    return (struct agenda_meeting){.id = id,
                                   .person = {one, two},
                                   .weight = 3,
                                   .slots = 15,
                                   .table = AGENDA_NONE,
                                   .old_slot = AGENDA_NONE,
                                   .old_table = AGENDA_NONE};
}

// From 2027-05-18T09:00:00+02:00, 20 minutes each, the afternoon from 14:00.
static inline void fair_make(struct fair *f)
{
    *f = (struct fair){.slots = {0, 2, AGENDA_NONE}, .tables = {0, 1, AGENDA_NONE}};
    for (int t = 0; t < 4; t++)
        f->slot[t] = (struct agenda_slot){
            .session = t / 2, .start = 1810623600 + t % 2 * 1200 + t / 2 * 5 * 3600, .minutes = 20, .offset = 120};
    f->person[0] =
        (struct agenda_person){.id = "a", .name = "Ada", .organisation = "Ville", .free = 15, .table = AGENDA_NONE};
    f->person[1] =
        (struct agenda_person){.id = "b", .name = "Bob", .organisation = "ESAT", .free = 7, .table = AGENDA_NONE};
    f->person[2] = (struct agenda_person){.id = "c", .name = "Chloé", .free = 15, .table = AGENDA_NONE};
    f->meeting[0] = fair_meeting("m1", 0, 1);
    f->meeting[1] = fair_meeting("m2", 0, 2);
    f->meeting[2] = fair_meeting("m3", 1, 2);
    f->agenda = (struct agenda){.name = "Rencontres",
                                .slots = 4,
                                .sessions = 2,
                                .tables = 2,
                                .people = 3,
                                .meetings = 3,
                                .slot = f->slot,
                                .session = fair_sessions,
                                .table = fair_tables,
                                .person = f->person,
                                .meeting = f->meeting};
    f->timetable = (struct timetable){3, f->slots, f->tables};
    f->left[0] = (struct hindrance){.kind = HINDRANCE_WEIGHED,
                                    .meeting = 2,
                                    .other = AGENDA_NONE,
                                    .person = AGENDA_NONE,
                                    .other_person = AGENDA_NONE};
}

#endif
