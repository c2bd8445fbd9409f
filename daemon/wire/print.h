// SPDX-License-Identifier: EUPL-1.2
// The program's own reference, from protocol/*.def: `entregentd --print routes|records|errors|settings|openapi`.
#ifndef WIRE_PRINT_H
#define WIRE_PRINT_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>

// Appends the list as tables with aligned columns, or as JSON: an array of objects (records: {"fields":[..],"words":[..]}).
// openapi is always JSON. ERR_USAGE when there is no such list.
enum err print_list(struct text *out, const char *what, bool json, enum lang lang) MUST_USE;
// "routes, records, errors, settings, openapi"; static text.
const char *print_lists(void);

#endif
