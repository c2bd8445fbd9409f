// SPDX-License-Identifier: EUPL-1.2
// Fuzzes agendas in MiniZinc data: what is taken is valid and the same after a way through JSON; what is refused has one fault,
// with its line.
#include "wire/agenda.h"
#include "wire/dzn.h"

#include "../unit/agendas.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

static void check_json(const struct agenda *a, struct arena *arena, struct faults *faults)
{
    struct agenda again;
    json_t *v = agenda_json(a);
    char *bytes = json_dumps(v, JSON_COMPACT);
    CHECK(bytes && agenda_read(&again, bytes, strlen(bytes), arena, faults));
    CHECK(!agendas_differ(a, &again));
    free(bytes);
    json_decref(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a;
    fault_init(&faults, arena);
    if (dzn_read(&a, (const char *)data, size, arena, &faults)) {
        CHECK(faults.count == 0 && a.complete && !agendas_bad(&a));
        CHECK(dzn_looks((const char *)data, size));
        check_json(&a, arena, &faults);
    } else {
        const struct fault *f = &faults.list[0];
        CHECK(faults.count == 1 && f->err == ERR_BAD_DZN && text_starts(f->arg, "line ") && atoi(f->arg + 5) > 0);
        CHECK(text_utf8(f->arg, strlen(f->arg)) && (*f->pointer == 0 || *f->pointer == '/'));
    }
    arena_free(arena);
    return 0;
}
