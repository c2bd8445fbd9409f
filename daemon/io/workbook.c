// SPDX-License-Identifier: EUPL-1.2
// Knows how libxlsxwriter is brought to write into memory.
#include "io/workbook.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_MOST 32767 // characters that a cell can hold

static void write_cell(lxw_worksheet *sheet, int row, int column, bool numeric, const char *value)
{
    if (!value || !*value)
        return;
    if (numeric)
        worksheet_write_number(sheet, (lxw_row_t)row, (lxw_col_t)column, atof(value), NULL);
    else if (strlen(value) <= CELL_MOST)
        worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, value, NULL);
}

static bool fill(int file, const char *name, const struct workbook_column *columns, int width, int rows,
                 const char *(*cell)(void *ctx, int row, int column), void *ctx)
{
    char path[40]; // the library takes nothing but a path
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = book ? workbook_add_worksheet(book, name) : NULL;
    if (!sheet) {
        if (book)
            lxw_workbook_free(book);
        return false;
    }
    lxw_format *head = workbook_add_format(book);
    format_set_bold(head);
    for (int k = 0; k < width; k++) {
        worksheet_set_column(sheet, (lxw_col_t)k, (lxw_col_t)k, columns[k].width, NULL);
        worksheet_write_string(sheet, 0, (lxw_col_t)k, columns[k].head, head);
        for (int i = 0; i < rows; i++)
            write_cell(sheet, i + 1, k, columns[k].numeric, cell(ctx, i, k));
    }
    worksheet_freeze_panes(sheet, 1, 1);
    worksheet_autofilter(sheet, 0, 0, (lxw_row_t)rows, (lxw_col_t)(width - 1));
    return workbook_close(book) == LXW_NO_ERROR;
}

static bool copy_file(int file, struct text *out)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return false;
    void *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return false;
    text_add(out, bytes, (size_t)about.st_size);
    munmap(bytes, (size_t)about.st_size);
    return !out->full;
}

enum err workbook_write(struct text *out, const char *sheet, const struct workbook_column *columns, int width, int rows,
                        const char *(*cell)(void *ctx, int row, int column), void *ctx)
{
    int file = memfd_create("workbook", MFD_CLOEXEC);
    bool good = file >= 0 && fill(file, sheet, columns, width, rows, cell, ctx) && copy_file(file, out);
    if (!good)
        log_warn("workbook", "not written: %s", strerror(errno));
    if (file >= 0)
        close(file);
    return good ? ERR_OK : ERR_UNAVAILABLE;
}
