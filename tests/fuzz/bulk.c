// SPDX-License-Identifier: EUPL-1.2
// Fuzzes the bulk route's bytes: the lines are the same however the bytes come in pieces; a line that is taken has an offer that
// reads back the same, one that is refused is blamed in JSON.
#include "wire/problem.h"
#include "wire/record.h"

#include "../unit/places.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

static void check_faults(const struct faults *faults, struct arena *arena)
{
    struct text out;
    text_init(&out, 1 << 20);
    problem_faults(&out, faults, LANG_FR, arena);
    json_t *list = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    CHECK(list && json_array_size(list) > 0);
    json_decref(list);
    text_fini(&out);
}

static void check_again(const struct offer *o, const struct gazetteer *g, struct arena *arena)
{
    struct text first, second;
    struct faults faults;
    struct offer again;
    text_init(&first, 1 << 24);
    text_init(&second, 1 << 24);
    fault_init(&faults, arena);
    record_write_offer(&first, o);
    CHECK(record_read_offer(first.data, first.len, g, arena, &again, &faults, NULL) == ERR_OK);
    record_write_offer(&second, &again);
    CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    text_fini(&first);
    text_fini(&second);
}

static void check_line(const char *line, size_t len, const struct gazetteer *g)
{
    struct arena *arena = arena_new();
    struct faults faults, warnings;
    struct offer_line l;
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    enum err err = bulk_read(line, len, g, arena, &l, &faults, &warnings);
    CHECK((err == ERR_OK) == (faults.count == 0));
    if (err)
        check_faults(&faults, arena);
    else {
        CHECK(strlen(l.siret) == 14 && *l.name && l.offer.capability_count > 0 && l.line >= 0);
        check_again(&l.offer, g, arena);
    }
    arena_free(arena);
}

// All lines with their numbers; each is read when `g` is given.
static void cut(const uint8_t *data, size_t size, size_t piece, const struct gazetteer *g, struct text *out)
{
    struct bulk_lines l;
    const char *line;
    size_t len;
    bulk_lines_init(&l);
    for (size_t at = 0; at <= size; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        bulk_feed(&l, (const char *)data + at, n);
        for (enum bulk_result r; (r = bulk_next(&l, n < piece, &line, &len)) != BULK_MORE;) {
            text_format(out, "%d %lld\n", (int)r, (long long)l.number);
            if (r == BULK_TOO_LONG)
                continue;
            CHECK(len > 0 && len <= BULK_LINE_MOST && !memchr(line, '\n', len));
            text_add(out, line, len);
            if (g)
                check_line(line, len, g);
        }
    }
    CHECK(bulk_held(&l) == 0);
    bulk_lines_fini(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gazetteer *places;
    struct text whole, pieces;
    if (!places)
        places = places_small();
    if (size == 0)
        return 0;
    text_init(&whole, 1 << 26);
    text_init(&pieces, 1 << 26);
    cut(data, size, size + 1, places, &whole);
    cut(data, size, data[0] % 64 + 1U, NULL, &pieces);
    CHECK(whole.len == pieces.len && (whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0));
    text_fini(&whole);
    text_fini(&pieces);
    return 0;
}
