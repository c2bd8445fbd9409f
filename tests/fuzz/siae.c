// SPDX-License-Identifier: EUPL-1.2
// Any table of enterprises (header, then lines): taken or refused with a reason; what is taken is an offer that a
// client could have posted.
#include "wire/siae.h"

#include "tests/world.h"
#include "wire/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct world *w, struct words *words, struct arena *arena, struct offer *o)
{
    struct text t;
    struct offer again;
    struct faults faults;
    text_init(&t, 1 << 20);
    fault_init(&faults, arena);
    record_write_offer(&t, o);
    if (record_read_offer(text_string(&t), t.len, w->places, arena, &again, &faults, NULL) != ERR_OK) {
        fprintf(stderr, "%s\n%s\n", text_string(&t), world_faults(arena, &faults));
        abort();
    }
    offer_settle(o, w->places, words, arena);
    offer_check(o, &faults);
    if (faults.count || !o->at.known || !*o->name || strlen(o->siret) != 14 || !o->structures)
        abort();
    text_fini(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    static struct words *words;
    const char *at = (const char *)data, *end = at + size, *line, *missing;
    struct arena *arena = arena_new();
    struct siae s;
    size_t len;
    if (!w.places) {
        world_init(&w);
        words = words_new();
    }
    line = table_line(&at, end, &len);
    bool open = line && siae_header(&s, line, len, arena, &missing) == ERR_OK;
    while (open && (line = table_line(&at, end, &len))) {
        struct faults faults, warnings;
        struct offer o;
        fault_init(&faults, arena);
        fault_init(&warnings, arena);
        enum err err = siae_read(&w.x, &s, line, len, arena, &o, &faults, &warnings);
        if ((err == ERR_OK) != (faults.count == 0) || (err != ERR_OK && err != ERR_INVALID))
            abort();
        if (err == ERR_OK)
            check(&w, words, arena, &o);
    }
    arena_free(arena);
    return 0;
}
