// SPDX-License-Identifier: EUPL-1.2
// A convention as its organiser writes it: nested JSON in, checked, canonical JSON out.
#ifndef WIRE_CONVENTION_H
#define WIRE_CONVENTION_H

#include "base/text.h"
#include "core/convention.h"
#include "core/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONVENTION_SLOTS 64 // in all sessions

struct convention_break {
    int after, minutes; // after this slot of the session, from 1
};

struct convention_session {
    const char *name;
    int64_t start;      // seconds since 1970
    const char *given;  // the start as it was written (RFC 3339 with its offset)
    int slots, minutes;
    struct convention_break *breaks;
    size_t break_count;
};

struct convention {
    const char *name, *description, *place; // the latter two may be NULL
    bool public, acceptance, across, automatic;
    enum meeting_mode mode;
    int64_t until;          // TIME_UNKNOWN
    int wishes, most, rest; // 0: no limit
    struct convention_session *sessions;
    size_t session_count;
    const char **tables;
    size_t table_count;
};

// Strict JSON, by the FORMs "convention", "sitting" and "pause" of records.def. Faults with their pointers: names that stand
// twice, sessions that overlap or are not in the order of time (NOT_IN_ORDER), more than 64 slots, a start without offset.
// ERR_BAD_JSON, ERR_INVALID or OK; *out is in the arena.
enum err convention_read(const char *json, size_t len, struct arena *arena, struct convention *out, struct faults *faults) MUST_USE;
// Appends the canonical JSON: what has a default is written out, what is absent is left out.
void convention_write(struct text *out, const struct convention *c);

struct convention_place {
    const char *request, *table; // table may be NULL
    int slot;                    // from 1
};
struct convention_places {
    const char *from; // a version to copy, else NULL
    struct convention_place *list;
    size_t count;
};
// {"from": id} or {"meetings": [{"id", "slot", "table"}]}, one of both; other members of a meeting are passed over, one
// without a slot is not placed. The same errors.
enum err convention_read_places(const char *json, size_t len, struct arena *arena, struct convention_places *out,
                                struct faults *faults) MUST_USE;

#endif
