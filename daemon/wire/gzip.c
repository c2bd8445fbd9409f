// SPDX-License-Identifier: EUPL-1.2
// Knows zlib.
#include "wire/gzip.h"

#include "base/log.h"

#define ZLIB_CONST
#include <zlib.h>

#define LEVEL 5        // half of the time of 9, some hundredths more bytes
#define GZIP_FORM 16   // zlib.h: added to the window, a gzip head instead of a zlib one
#define MEMORY_LEVEL 8 // zlib.h: its default

void gzip_pack(struct text *out, const char *bytes, size_t len)
{
    z_stream z = {0};
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, MAX_WBITS + GZIP_FORM, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        log_die("gzip", "no memory");
    unsigned char piece[16384];
    int state;
    z.next_in = (const unsigned char *)bytes;
    z.avail_in = (uInt)len;
    do {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        state = deflate(&z, Z_FINISH);
        text_add(out, piece, sizeof piece - z.avail_out);
    } while (state == Z_OK);
    deflateEnd(&z);
}
