// SPDX-License-Identifier: EUPL-1.2
// A table as a workbook that spreadsheets open (Office Open XML, by libxlsxwriter).
#ifndef IO_WORKBOOK_H
#define IO_WORKBOOK_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>

struct workbook_column {
    const char *head;
    int width;    // in characters
    bool numeric; // its cells are whole numbers; else they are texts, whatever they begin with
};

// Calls cell for each, column by column, from its first row down; NULL or "" leaves it empty, what it gives is borrowed until the next call. ERR_UNAVAILABLE (logged) when there is no room for it.
enum err workbook_write(struct text *out, const char *sheet, const struct workbook_column *columns, int width, int rows,
                        const char *(*cell)(void *ctx, int row, int column), void *ctx) MUST_USE;

#endif
