// SPDX-License-Identifier: EUPL-1.2
// The reach of a draft, for human eyes.
#ifndef CLI_PREVIEW_H
#define CLI_PREVIEW_H

#include "option.h"

#include <jansson.h>

// By lot: how many it reaches, what keeps the others away, and each change, the one that brings most first.
void preview_show(const struct options *o, json_t *preview);

#endif
