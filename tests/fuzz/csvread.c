// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/csvread with a table; its first byte says how it is cut into pieces.
// Properties: the records are the same however the bytes come; all bytes are read; lines are numbered upwards, to as many as
// there are; records have as many cells as the first, of UTF-8; what wire/csv writes of them is read back as the same cells.
#include "wire/csvread.h"

#include "wire/csv.h"

#include "samecell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static void check_written(const struct csvread *r)
{
    struct csvread again;
    struct text row;
    size_t used;
    if (r->count == CSVREAD_COLUMNS_MOST)
        return;
    csvread_init(&again);
    text_init(&row, SIZE_MAX / 2);
    text_byte(&row, 'x');
    for (size_t i = 0; i < r->count; i++) {
        text_byte(&row, ',');
        csv_cell(&row, csvread_cell(r, i, NULL));
    }
    text_put(&row, "\r\n");
    if (row.len <= CSVREAD_RECORD_MOST) {
        CHECK(csvread_next(&again, text_string(&row), row.len, &used) == CSVREAD_RECORD);
        CHECK(used == row.len && again.count == r->count + 1);
        for (size_t i = 0; i < r->count; i++)
            CHECK(same_cell(csvread_cell(&again, i + 1, NULL), csvread_cell(r, i, NULL)));
    }
    text_fini(&row);
    csvread_fini(&again);
}

static void check_record(const struct csvread *r, enum csvread_step step)
{
    CHECK((step == CSVREAD_BAD) == (r->fault != CSVREAD_FINE));
    CHECK(step == CSVREAD_BAD || (r->count == r->columns && r->count > 0));
    CHECK(r->count <= CSVREAD_COLUMNS_MOST && (r->fault != CSVREAD_CELLS || r->count != r->columns));
    for (size_t i = 0; i < r->count; i++) {
        size_t len;
        const char *cell = csvread_cell(r, i, &len);
        CHECK(cell[len] == 0 && (r->fault == CSVREAD_UTF8 || text_utf8(cell, len)));
    }
}

static void note(const struct csvread *r, enum csvread_step step, struct text *out)
{
    check_record(r, step);
    text_format(out, "%d %llu %d %zu ", (int)step, (unsigned long long)r->line, (int)r->fault, r->count);
    text_add(out, text_string(&r->bytes), r->count ? r->bytes.len : 0);
    text_byte(out, '\n');
}

// The records, as text; in pieces of 1 to `most` bytes, 0: in one.
static void read_all(const char *file, size_t len, size_t most, bool write, struct text *out)
{
    struct csvread r;
    enum csvread_step step;
    uint64_t line = 0, lines = 1;
    csvread_init(&r);
    for (size_t at = 0, used; at < len; at += used) {
        size_t n = most ? 1 + at % most : len;
        n = n < len - at ? n : len - at;
        step = csvread_next(&r, file + at, n, &used);
        CHECK(used <= n && (used == n || step != CSVREAD_MORE));
        if (step == CSVREAD_MORE)
            continue;
        note(&r, step, out);
        CHECK(r.line > line);
        line = r.line;
        if (write && step == CSVREAD_RECORD)
            check_written(&r);
    }
    if (csvread_end(&r) != CSVREAD_MORE)
        note(&r, r.fault ? CSVREAD_BAD : CSVREAD_RECORD, out);
    CHECK(csvread_end(&r) == CSVREAD_MORE);
    for (size_t i = 0; i < len; i++)
        lines += file[i] == '\n';
    CHECK(r.line <= lines && r.lines == lines - 1);
    csvread_fini(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text whole, pieces;
    if (size == 0)
        return 0;
    const char *file = (const char *)data + 1;
    text_init(&whole, SIZE_MAX / 2);
    text_init(&pieces, SIZE_MAX / 2);
    read_all(file, size - 1, 0, true, &whole);
    read_all(file, size - 1, 1 + data[0], false, &pieces);
    CHECK(whole.len == pieces.len && memcmp(text_string(&whole), text_string(&pieces), whole.len) == 0);
    text_fini(&whole);
    text_fini(&pieces);
    return 0;
}
