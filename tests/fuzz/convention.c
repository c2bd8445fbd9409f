// SPDX-License-Identifier: EUPL-1.2
// Fuzzes conventions and places of timetables: what is taken keeps its rules and reads back the same, what is refused is blamed.
#include "wire/convention.h"

#include "base/clock.h"
#include "core/need.h"
#include "wire/problem.h"
#include "wire/strict.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what) ((what) ? (void)0 : abort())

static int check_session(const struct convention_session *s, int64_t *end)
{
    int64_t minutes = 0, start;
    CHECK(s->name && s->given && s->slots >= 1 && s->minutes >= 1 && s->start >= *end);
    CHECK(clock_parse(s->given, &start) && start == s->start);
    for (size_t i = 0; i < s->break_count; i++) {
        CHECK(s->breaks[i].after > (i ? s->breaks[i - 1].after : 0) && s->breaks[i].after < s->slots && s->breaks[i].minutes >= 1);
        minutes += s->breaks[i].minutes;
    }
    *end = s->start + (minutes + s->slots * s->minutes) * 60;
    return s->slots;
}

static void check_rules(const struct convention *c)
{
    int64_t end = 0;
    int slots = 0;
    CHECK(c->name && c->session_count >= 1 && c->table_count >= 1);
    for (size_t i = 0; i < c->session_count; i++)
        slots += check_session(&c->sessions[i], &end);
    CHECK(slots <= CONVENTION_SLOTS);
    for (size_t i = 0; i < c->table_count; i++)
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(c->tables[i], c->tables[k]) != 0);
}

static void check_again(const struct convention *c, struct arena *arena)
{
    struct convention again;
    struct faults faults;
    struct text first, second;
    fault_init(&faults, arena);
    text_init(&first, 4 << 20);
    text_init(&second, 4 << 20);
    convention_write(&first, c);
    CHECK(convention_read(first.data, first.len, arena, &again, &faults) == ERR_OK);
    convention_write(&second, &again);
    CHECK(strcmp(text_string(&first), text_string(&second)) == 0);
    text_fini(&first);
    text_fini(&second);
}

static void check_places(const struct convention_places *p)
{
    CHECK((p->from == NULL) || (p->count == 0 && text_uuid(p->from)));
    for (size_t i = 0; i < p->count; i++)
        CHECK(text_uuid(p->list[i].request) && p->list[i].slot >= 0 && p->list[i].slot <= CONVENTION_SLOTS && (p->list[i].slot || !p->list[i].table));
}

static void check_blame(enum err err, const struct faults *faults, struct arena *arena)
{
    struct text out;
    const char *why;
    CHECK((err == ERR_BAD_JSON || err == ERR_INVALID) && faults->count > 0);
    text_init(&out, 1 << 20);
    text_put(&out, "{\"errors\":");
    problem_faults(&out, faults, LANG_FR, arena);
    text_put(&out, "}");
    json_t *v = strict_load(out.data, out.len, arena, &why);
    CHECK(v);
    json_decref(v);
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct convention c;
    struct convention_places p;
    struct faults faults;
    fault_init(&faults, arena);
    enum err err = convention_read((const char *)data, size, arena, &c, &faults);
    if (err == ERR_OK) {
        check_rules(&c);
        check_again(&c, arena);
    } else
        check_blame(err, &faults, arena);
    fault_init(&faults, arena);
    err = convention_read_places((const char *)data, size, arena, &p, &faults);
    if (err == ERR_OK)
        check_places(&p);
    else
        check_blame(err, &faults, arena);
    arena_free(arena);
    return 0;
}
