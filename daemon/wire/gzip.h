// SPDX-License-Identifier: EUPL-1.2
// Compression of an answer's body (RFC 1952).
#ifndef WIRE_GZIP_H
#define WIRE_GZIP_H

#include "base/text.h"

// Appends the bytes, compressed. About a millisecond for 100 KiB of JSON: whoever calls it in a loop bounds len.
void gzip_pack(struct text *out, const char *bytes, size_t len);

#endif
