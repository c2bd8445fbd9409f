// SPDX-License-Identifier: EUPL-1.2
// Fuzzes the reading of packed offers: what is taken is packed again as the same bytes, and can be matched and scored.
#include "core/score.h"
#include "wire/pack.h"
#include "wire/record.h"

#include "../unit/places.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

static const char asked[] =
    "{\"title\":\"Nettoyage des bureaux\",\"kind\":\"devis\",\"places\":[\"commune:63300\",\"FR\"],\"lots\":[{\"number\":1,"
    "\"cpv\":[\"90000000\",\"77310000\"],\"services\":[\"services\"],\"value\":{\"min\":10,\"max\":20000},\"labels\":[\"RGE\"],"
    "\"criteria\":[\"RGE\",\"ISO 14001\"]}]}";

struct world {
    struct arena *arena;
    struct gazetteer *places;
    struct need need;
    struct match_need made;
};

static struct world *make_world(void)
{
    struct world *w = memory_new(sizeof *w);
    struct faults faults;
    w->arena = arena_new();
    w->places = places_small();
    fault_init(&faults, w->arena);
    CHECK(record_read_need(asked, strlen(asked), w->places, w->arena, &w->need, &faults, NULL) == ERR_OK);
    struct words *words = words_new();
    w->made = match_need(&w->need, w->places, words, 1780000000, w->arena);
    words_free(words);
    return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world *w;
    if (!w)
        w = make_world();
    struct arena *arena = arena_new();
    struct offer o;
    if (pack_read(data, size, w->places, arena, &o)) {
        struct text again;
        text_init(&again, 1 << 20);
        pack_offer(&o, w->places, &again);
        CHECK(again.len == size && memcmp(again.data, data, size) == 0);
        text_fini(&again);
        for (size_t i = 0; i < o.capability_count; i++) {
            bool all = match_all(&w->made, w->need.lots, &o, &o.capabilities[i]);
            CHECK(!all || match_cover(&w->made, w->need.lots, &o, &o.capabilities[i]) != COVER_NONE);
            CHECK(!all || score_of(&w->made, w->need.lots, &o, &o.capabilities[i]).total >= 0);
        }
    }
    arena_free(arena);
    return 0;
}
