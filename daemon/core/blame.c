// SPDX-License-Identifier: EUPL-1.2
// Knows whom and what to name for something that is impossible.
#include "core/blame.h"

struct hindrance blame_nobody(enum hindrance_kind kind)
{
    return (struct hindrance){kind, .meeting = AGENDA_NONE, .other = AGENDA_NONE, .person = AGENDA_NONE,
                              .other_person = AGENDA_NONE};
}

struct hindrance blame_absent(const struct agenda *a, int meeting, uint64_t wanted, const uint64_t away[2])
{
    const int *p = a->meeting[meeting].person;
    struct hindrance why = blame_nobody(HINDRANCE_NO_SLOT);
    bool first = !(wanted & ~away[0]), second = !(wanted & ~away[1]);
    why.meeting = meeting;
    why.slots = wanted;
    if (wanted && !(wanted & ~away[0] & ~away[1])) {
        why.person = first || !second ? p[0] : p[1];
        why.other_person = first || second ? AGENDA_NONE : p[1];
    }
    return why;
}

struct hindrance blame_late(const struct sequence_late *late, uint64_t slots)
{
    struct hindrance why = blame_nobody(HINDRANCE_ORDER);
    why.meeting = late->meeting;
    why.need = late->chain;
    why.have = late->to + 1 - late->from;
    if (late->chain > 1 && late->chain >= why.have) { // the length of the chain alone says it
        for (int t = late->from; t <= late->to; t++)
            why.slots |= 1ull << t;
        return why;
    }
    why.kind = HINDRANCE_NO_SLOT;
    why.other = late->after;
    why.slots = slots;
    why.need = late->before + 1;
    why.have = 0;
    return why;
}
