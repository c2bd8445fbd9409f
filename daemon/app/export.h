// SPDX-License-Identifier: EUPL-1.2
// The suppliers that a need has found as a table to take away: CSV, or a workbook.
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "app/call.h"

// Whether a ?format= asks for a table; a word that is none is refused (*refused, the answer is given).
bool export_asked(struct call *c, bool *refused);
// All matches of the need in the path that the caller may see (answer: as GET /v1/needs/{id}/matches has it), not a page.
void export_matches(struct call *c, const char *answer);

#endif
