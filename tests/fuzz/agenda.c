// SPDX-License-Identifier: EUPL-1.2
// Fuzzes agendas as JSON, and timetables of a fixed one: what is taken is valid and reads back the same, what is refused is
// blamed in JSON.
#include "wire/agenda.h"
#include "wire/problem.h"

#include "../unit/agendas.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

// Three meetings in eight slots, at three tables.
static const char fixed[] =
    "{\"tables\":3,\"sessions\":[{\"name\":\"s\",\"slots\":8,\"start\":\"2026-05-18T09:00:00+02:00\",\"minutes\":20}],"
    "\"people\":[{\"id\":\"p0\"},{\"id\":\"p1\"},{\"id\":\"p2\"}],"
    "\"meetings\":[{\"id\":\"m0\",\"people\":[\"p0\",\"p1\"]},{\"id\":\"m1\",\"people\":[\"p0\",\"p2\"]},"
    "{\"id\":\"m2\",\"people\":[\"p1\",\"p2\"]}]}";

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

static void check_agenda(const struct agenda *a, struct arena *arena)
{
    struct agenda again;
    struct faults faults;
    fault_init(&faults, arena);
    CHECK(!agendas_bad(a));
    json_t *v = agenda_json(a);
    char *bytes = json_dumps(v, JSON_COMPACT);
    CHECK(bytes && agenda_read(&again, bytes, strlen(bytes), arena, &faults));
    CHECK(!agendas_differ(a, &again));
    free(bytes);
    json_decref(v);
}

static void check_timetable(const struct agenda *a, const struct timetable *t, struct arena *arena)
{
    struct timetable again;
    struct faults faults;
    fault_init(&faults, arena);
    json_t *v = agenda_timetable_json(a, t);
    char *bytes = json_dumps(v, JSON_COMPACT);
    CHECK(bytes && agenda_read_timetable(&again, a, bytes, strlen(bytes), arena, &faults));
    for (int m = 0; m < a->meetings; m++) {
        CHECK(t->slot[m] == again.slot[m] && t->table[m] == again.table[m]);
        CHECK(agendas_at_or_none(t->slot[m], a->slots) && agendas_at_or_none(t->table[m], a->tables));
        CHECK(t->slot[m] != AGENDA_NONE || t->table[m] == AGENDA_NONE);
    }
    free(bytes);
    json_decref(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct faults faults;
    struct agenda a, one;
    struct timetable t;
    fault_init(&faults, arena);
    if (agenda_read(&a, (const char *)data, size, arena, &faults)) {
        CHECK(faults.count == 0);
        check_agenda(&a, arena);
    } else
        check_faults(&faults, arena);
    fault_init(&faults, arena);
    CHECK(agenda_read(&one, fixed, strlen(fixed), arena, &faults));
    if (agenda_read_timetable(&t, &one, (const char *)data, size, arena, &faults))
        check_timetable(&one, &t, arena);
    else
        check_faults(&faults, arena);
    arena_free(arena);
    return 0;
}
