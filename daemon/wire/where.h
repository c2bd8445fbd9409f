// SPDX-License-Identifier: EUPL-1.2
// Places of performance as public buyers write them: a code, what kind of code it says it is, a name. The kind is often
// wrong, so the shape of the code decides and the kind only chooses among what the shape allows.
#ifndef WIRE_WHERE_H
#define WIRE_WHERE_H

#include "core/place.h"

struct where; // names of régions, départements and communes

struct where *where_new(void);
void where_free(struct where *w); // NULL is fine
// Rows are copied; a second row of the same code is a further name of it. prefecture: INSEE code, may be NULL.
void where_add_region(struct where *w, const char *code, const char *name);
void where_add_departement(struct where *w, const char *code, const char *name, const char *prefecture);
void where_add_commune(struct where *w, const char *code, const char *name);
// INSEE code of a département's prefecture ("63" -> "63113"), NULL when unknown.
const char *where_prefecture(const struct where *w, const char *departement);

// The place that a code of that type (as in DECP: "Code postal", "Code commune", ...; NULL, "" or anything else = not
// said) and a name mean; any of the three may be NULL. *repaired is NULL when it stands there as it should, else says
// what was made of what, in the arena. ERR_REQUIRED (nothing is said), ERR_PLACE_ABROAD, ERR_UNKNOWN_PLACE. A code of a
// région before 2016 (loi 2015-29) or a NUTS code before 2018 (Regulation (EU) 2016/2066) means the départements of that
// former région, which is one NUTS 2 area of today.
enum err where_read(const struct where *w, const struct gazetteer *g, struct arena *arena, const char *type,
                    const char *code, const char *name, struct place *out, const char **repaired) MUST_USE;

#endif
