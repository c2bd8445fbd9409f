// SPDX-License-Identifier: EUPL-1.2
// Knows how a slot is called.
#include "core/slotname.h"

bool slotname_timed(const struct agenda *a)
{
    return a->slot[0].start >= 0;
}

void slotname_put(struct text *out, const struct agenda *a, int slot, enum lang lang)
{
    static const char *const days[][2] = {{"jeudi ", "Thursday "}, {"vendredi ", "Friday "}, {"samedi ", "Saturday "}, {"dimanche ", "Sunday "},
                                          {"lundi ", "Monday "},   {"mardi ", "Tuesday "},   {"mercredi ", "Wednesday "}}; // 1970 began on a Thursday
    const struct agenda_slot *t = &a->slot[slot];
    if (!slotname_timed(a)) {
        text_format(out, "%d", slot + 1);
        return;
    }
    int64_t minute = t->start / 60 + t->offset, of_day = (minute % 1440 + 1440) % 1440;
    if (a->slot[a->slots - 1].day != a->slot[0].day)
        text_put(out, days[((minute - of_day) / 1440 % 7 + 7) % 7][lang]);
    text_format(out, lang == LANG_FR ? "%d h %02d" : "%02d:%02d", (int)(of_day / 60), (int)(of_day % 60));
}

void slotname_put_whole(struct text *out, const struct agenda *a, int slot, enum lang lang)
{
    text_put(out, lang != LANG_FR ? "slot " : slotname_timed(a) ? "créneau de " : "créneau ");
    slotname_put(out, a, slot, lang);
    text_format(out, " (%s)", a->session[a->slot[slot].session]);
}
