// SPDX-License-Identifier: EUPL-1.2
// QR codes (ISO/IEC 18004) as SVG.
#ifndef WIRE_QR_H
#define WIRE_QR_H

#include "base/text.h"

#include <stdbool.h>

// Appends an <svg> element of a code that says `what`, with its quiet zone; black on white, without a size of its own. False,
// and nothing is appended, when it does not fit into a code.
bool qr_svg(struct text *out, const char *what);

#endif
