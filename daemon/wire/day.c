// SPDX-License-Identifier: EUPL-1.2
// Knows how a slot's time is written.
#include "wire/day.h"

#include "base/clock.h"

#include <stdio.h>

#define DAY 86400

static const char *const months[][2] = {
#define MONTH(fr, en) {fr, en},
#include "protocol/told.def"
};

static const char *const weekdays[][2] = {
#define WEEKDAY(fr, en) {fr, en},
#include "protocol/told.def"
};

// Seconds since 1970-01-01 as the clock on the wall counts them.
static int64_t local(const struct agenda_slot *t, int minutes)
{
    return t->start + ((int64_t)t->offset + minutes) * 60;
}

static int32_t days_of(int64_t seconds)
{
    return (int32_t)(seconds / DAY - (seconds % DAY < 0));
}

const char *day_hour(const struct agenda_slot *t, int minutes, struct arena *arena)
{
    int64_t now = local(t, minutes), second = now - (int64_t)days_of(now) * DAY;
    return arena_format(arena, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
}

const char *day_cell(const struct agenda_slot *t, int minutes, struct arena *arena)
{
    char written[12];
    clock_format_day(days_of(local(t, minutes)), written);
    return arena_format(arena, "%s %s", written, day_hour(t, minutes, arena));
}

const char *day_text(const struct agenda_slot *t, enum lang lang, struct arena *arena)
{
    char written[12];
    int year, month, day;
    int32_t days = days_of(local(t, 0));
    clock_format_day(days, written);
    if (sscanf(written, "%d-%d-%d", &year, &month, &day) != 3 || month < 1 || month > 12)
        return arena_string(arena, written);
    return arena_format(arena, "%s %d%s %s %d", weekdays[((days + 4) % 7 + 7) % 7][lang], day,
                        day == 1 && lang == LANG_FR ? "er" : "", months[month - 1][lang], year);
}
