// SPDX-License-Identifier: EUPL-1.2
// How the slots of an agenda are called in sentences: by their hours, where these are known.
#ifndef CORE_SLOTNAME_H
#define CORE_SLOTNAME_H

#include "core/agenda.h"
#include "base/err.h"
#include "base/text.h"

bool slotname_timed(const struct agenda *a);
// "14 h 20", on several days "jeudi 14 h 20"; where no hour is known its number (from 1).
void slotname_put(struct text *out, const struct agenda *a, int slot, enum lang lang);
// With its session: "créneau de 14 h 20 (après-midi)", "créneau 3 (matin)".
void slotname_put_whole(struct text *out, const struct agenda *a, int slot, enum lang lang);

#endif
