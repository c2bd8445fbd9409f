// SPDX-License-Identifier: EUPL-1.2
// Fuzzes the reading of alerts: what is taken is written and read back the same and is found by the index whenever it asks for
// a lot; what is refused is blamed in a problem that is JSON itself.
#include "core/alertindex.h"
#include "wire/problem.h"
#include "wire/record.h"

#include "../unit/places.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

struct fixture { // as long as the process
    struct gazetteer *places;
    struct words *words;
    struct arena *arena;
    struct need need;
};

static struct fixture fixture(void)
{
    static const char need[] =
        "{\"kind\":\"devis\",\"title\":\"Nettoyage des écoles\",\"description\":\"Vitres, sols et abords : trois sites\","
        "\"places\":[\"departement:63\"],\"lots\":[{\"title\":\"Bureaux\",\"cpv\":[\"90911200\"],\"reserved\":[\"L2113-12\"],"
        "\"value\":{\"min\":1000,\"max\":5000}},{\"title\":\"Espaces verts\",\"cpv\":[\"77310000\",\"45262522\"],"
        "\"places\":[\"commune:63300\",\"commune:03310\"]}]}";
    struct fixture f = {.places = places_small(), .words = words_new(), .arena = arena_new()};
    struct faults faults;
    fault_init(&faults, f.arena);
    CHECK(record_read_need(need, strlen(need), f.places, f.arena, &f.need, &faults, NULL) == ERR_OK);
    strcpy(f.need.buyer, "21630113500010");
    return f;
}

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

static void check_again(const struct alert *a, const struct gazetteer *g, struct arena *arena)
{
    struct text first, second;
    struct faults faults;
    struct alert again;
    text_init(&first, 1 << 24);
    text_init(&second, 1 << 24);
    fault_init(&faults, arena);
    record_write_alert(&first, a);
    CHECK(!first.full);
    CHECK(record_read_alert(first.data, first.len, g, arena, &again, &faults, NULL) == ERR_OK);
    record_write_alert(&second, &again);
    CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    text_fini(&first);
    text_fini(&second);
}

static void on_found(void *ctx, uint32_t number)
{
    int *found = ctx;
    CHECK(number == 7);
    CHECK(++*found == 1);
}

static void check_found(struct alert *a, const struct match_need *n, struct words *words, struct arena *arena)
{
    struct alertindex *ix = alertindex_new();
    int found = 0;
    bool asked = false;
    alert_settle(a, words, arena);
    for (size_t i = 0; i < n->need->lot_count; i++)
        asked |= alert_lot(n, &n->need->lots[i], a);
    alertindex_add(ix, 7, a);
    alertindex_find(ix, n, on_found, &found);
    CHECK(found || !asked);
    alertindex_remove(ix, 7, a);
    found = 0;
    alertindex_find(ix, n, on_found, &found);
    CHECK(!found);
    alertindex_free(ix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fixture f;
    if (!f.places)
        f = fixture();
    struct arena *arena = arena_new();
    struct match_need made = match_need(&f.need, f.places, f.words, 0, arena);
    struct faults faults, warnings;
    struct alert a;
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    enum err err = record_read_alert((const char *)data, size, f.places, arena, &a, &faults, &warnings);
    if (err)
        check_refusal(err, &faults, arena);
    else {
        CHECK(faults.count == 0 && a.name);
        check_again(&a, f.places, arena);
        check_found(&a, &made, f.words, arena);
    }
    arena_free(arena);
    return 0;
}
