// SPDX-License-Identifier: EUPL-1.2
// Knows how a QR code is drawn.
#include "wire/qr.h"

#include <qrencode.h>

#define QUIET 4 // modules around it (ISO/IEC 18004, 9.1)

// Each run of dark modules of a row is a rectangle of the path.
static void put_path(struct text *out, const QRcode *code)
{
    for (int y = 0; y < code->width; y++)
        for (int x = 0, run; x < code->width; x += run) {
            const unsigned char *row = code->data + y * code->width;
            bool dark = row[x] & 1;
            for (run = 1; x + run < code->width && (row[x + run] & 1) == dark; run++)
                continue;
            if (dark)
                text_format(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        }
}

bool qr_svg(struct text *out, const char *what)
{
    QRcode *code = QRcode_encodeString8bit(what, 0, QR_ECLEVEL_M);
    if (!code)
        return false;
    int size = code->width + 2 * QUIET;
    text_format(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR\">"
                     "<path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path d=\"", size, size, size, size, size);
    put_path(out, code);
    text_put(out, "\"/></svg>\n");
    QRcode_free(code);
    return true;
}
