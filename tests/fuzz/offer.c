// SPDX-License-Identifier: EUPL-1.2
// Fuzzes the reading of offers: what is taken is written and read back the same, settled or not; what is refused is blamed in a
// problem that is JSON itself.
#include "wire/problem.h"
#include "wire/record.h"

#include "../unit/places.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

static void check_refusal(enum err err, const struct faults *faults, struct arena *arena)
{
    struct text out;
    text_init(&out, 1 << 20);
    CHECK(faults->count > 0);
    problem_write(&out, err, NULL, faults, LANG_FR, arena);
    json_t *problem = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    CHECK(problem);
    json_decref(problem);
    text_fini(&out);
}

static void check_again(struct offer *o, const struct gazetteer *g, struct words *words, struct arena *arena)
{
    struct text first, second;
    struct faults faults;
    struct offer again;
    text_init(&first, 1 << 24);
    text_init(&second, 1 << 24);
    fault_init(&faults, arena);
    record_write_offer(&first, o);
    CHECK(!first.full);
    CHECK(record_read_offer(first.data, first.len, g, arena, &again, &faults, NULL) == ERR_OK);
    record_write_offer(&second, &again);
    CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    offer_settle(o, g, words, arena);
    text_clear(&second);
    record_write_offer(&second, o);
    CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    text_fini(&first);
    text_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gazetteer *places;
    static struct words *words;
    if (!places) {
        places = places_small();
        words = words_new();
    }
    struct arena *arena = arena_new();
    struct faults faults, warnings;
    struct offer o;
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    enum err err = record_read_offer((const char *)data, size, places, arena, &o, &faults, &warnings);
    if (err)
        check_refusal(err, &faults, arena);
    else {
        CHECK(faults.count == 0 && o.capability_count > 0);
        check_again(&o, places, words, arena);
    }
    arena_free(arena);
    return 0;
}
