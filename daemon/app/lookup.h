// SPDX-License-Identifier: EUPL-1.2
// What forms look things up with: CPV and NAF codes, places, the words and fields of protocol/records.def. All in memory but the search
// for CPV codes by words.
#ifndef APP_LOOKUP_H
#define APP_LOOKUP_H

#include "app/call.h"

void lookup_cpv(struct call *c);
void lookup_naf(struct call *c);
void lookup_places(struct call *c);
void lookup_words(struct call *c);

#endif
