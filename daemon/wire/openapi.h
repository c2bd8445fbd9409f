// SPDX-License-Identifier: EUPL-1.2
// The API described as an OpenAPI 3.1 document, from protocol/routes.def, records.def and errors.def.
#ifndef WIRE_OPENAPI_H
#define WIRE_OPENAPI_H

#include "base/text.h"

#define OPENAPI_MOST 1048576 // bytes: a limit for `out` that the document keeps

void openapi_write(struct text *out);

#endif
