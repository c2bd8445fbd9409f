// SPDX-License-Identifier: EUPL-1.2
// Any line of contracts: taken or refused with a reason; what is taken holds what a posted need must hold, reads back
// the same, and reading the line again gives the same key.
#include "wire/decp.h"

#include "tests/world.h"
#include "wire/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct world *w, struct arena *arena, const struct decp *d)
{
    struct text first, second;
    struct need again;
    struct faults faults;
    text_init(&first, 1 << 20);
    text_init(&second, 1 << 20);
    fault_init(&faults, arena);
    record_write_need(&first, &d->need);
    if (record_read_need(text_string(&first), first.len, w->places, arena, &again, &faults, NULL) != ERR_OK) {
        fprintf(stderr, "%s\n%s\n", text_string(&first), world_faults(arena, &faults));
        abort();
    }
    record_write_need(&second, &again);
    if (strcmp(text_string(&first), text_string(&second)) != 0 || !*d->buyer_name || strlen(d->need.buyer) != 14)
        abort();
    text_fini(&first);
    text_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    struct arena *arena = arena_new();
    struct faults faults, warnings, more, others;
    struct decp d, again;
    if (!w.places)
        world_init(&w);
    fault_init(&faults, arena);
    fault_init(&warnings, arena);
    fault_init(&more, arena);
    fault_init(&others, arena);
    enum err err = decp_read(&w.x, (const char *)data, size, arena, &d, &faults, &warnings);
    if ((err == ERR_OK) != (faults.count == 0) || (err != ERR_OK && err != ERR_INVALID))
        abort();
    if (err == ERR_OK) {
        check(&w, arena, &d);
        if (decp_read(&w.x, (const char *)data, size, arena, &again, &more, &others) != ERR_OK ||
            strcmp(again.key, d.key) != 0 || others.count != warnings.count)
            abort();
    }
    arena_free(arena);
    return 0;
}
