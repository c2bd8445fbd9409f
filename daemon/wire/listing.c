// SPDX-License-Identifier: EUPL-1.2
// Knows the columns of a timetable.
#include "wire/listing.h"

#include "wire/csv.h"
#include "wire/day.h"

#define MARK "\xef\xbb\xbf"

enum column {
    SLOT,
    START,
    END,
    SESSION,
    TABLE,
    MEETING,
    PERSON1,
    ORGANISATION1,
    PERSON2,
    ORGANISATION2,
    REASON,
    COLUMNS
};

static void put_row(struct text *out, const char *const cell[static COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        text_put(out, i ? "," : "");
        csv_cell(out, cell[i] ? cell[i] : "");
    }
    text_put(out, "\r\n");
}

static void put_place(const struct agenda *a, int slot, int table, const char *cell[static COLUMNS],
                      struct arena *arena)
{
    const struct agenda_slot *s = &a->slot[slot];
    cell[SLOT] = arena_format(arena, "%d", slot + 1);
    cell[SESSION] = a->session[s->session];
    cell[TABLE] = table == AGENDA_NONE ? NULL : a->table[table];
    if (s->start >= 0) {
        cell[START] = day_cell(s, 0, arena);
        cell[END] = day_cell(s, s->minutes, arena);
    }
}

static void put_meeting(struct text *out, const struct agenda *a, const struct timetable *t, int m, const char *reason)
{
    struct arena *arena = arena_new();
    const struct agenda_person *one = &a->person[a->meeting[m].person[0]], *two = &a->person[a->meeting[m].person[1]];
    const char *cell[COLUMNS] = {[MEETING] = a->meeting[m].id,        [PERSON1] = one->name,
                                 [ORGANISATION1] = one->organisation, [PERSON2] = two->name,
                                 [ORGANISATION2] = two->organisation, [REASON] = reason};
    if (t->slot[m] != AGENDA_NONE)
        put_place(a, t->slot[m], t->table[m], cell, arena);
    put_row(out, cell);
    arena_free(arena);
}

void listing_write(struct text *out, const struct agenda *a, const struct timetable *t, const struct hindrance *left,
                   size_t lefts, enum lang lang)
{
    struct arena *arena = arena_new();
    size_t at = 0;
    text_put(out, MARK "slot,start,end,session,table,meeting,person1,organisation1,person2,organisation2,reason\r\n");
    for (int s = 0; s < a->slots; s++)
        for (int m = 0; m < a->meetings; m++)
            if (t->slot[m] == s)
                put_meeting(out, a, t, m, NULL);
    for (int m = 0; m < a->meetings; m++) {
        if (t->slot[m] != AGENDA_NONE)
            continue;
        while (at < lefts && left[at].meeting < m)
            at++;
        bool known = at < lefts && left[at].meeting == m;
        put_meeting(out, a, t, m, known ? hindrance_text(a, &left[at], lang, arena) : NULL);
    }
    arena_free(arena);
}
