// SPDX-License-Identifier: EUPL-1.2
// People of a convention as rows of a table (wire/csvread), one person a row, by the rules of the record "participant".
#ifndef WIRE_GUEST_H
#define WIRE_GUEST_H

#include "wire/csvread.h"
#include "wire/form.h"

#include <stdbool.h>
#include <stddef.h>

#define GUEST_FIELDS 11
#define GUEST_WISHES_MOST 64 // of one person

// Where each column stands in a row: by the order of guest.c's names; -1: there is none.
struct guest_columns {
    int at[GUEST_FIELDS];
};

struct guest {
    struct form form;           // "participant"
    char email[255];            // lower-cased
    const char *const *wishes;  // mail addresses of who it wants to meet, lower-cased, each once, never its own
    size_t wish_count;
};

// The header: name and email are needed; company, side, language, most, rest, table, bound, absent and wishes may be there, in any
// order; capitals and blanks around do not matter. False with faults at /header: one that is missing, unknown or twice there.
bool guest_header(const struct csvread *r, struct guest_columns *out, struct arena *arena, struct faults *faults);
// A row. absent and wishes are lists parted by |; side and language are taken as words or as their names ("Acheteur"). What is
// refused is told by its column ("/email"); false then. Wishes that are no address, said twice or its own are left out, with a
// warning ("/wishes/0"). All memory is in the arena.
bool guest_read(const struct guest_columns *columns, const struct csvread *r, struct arena *arena, struct guest *out, struct faults *faults,
                struct faults *warnings);
// Why a record is no row, as a fault of the whole.
void guest_fault(const struct csvread *r, enum lang lang, struct arena *arena, struct faults *faults);
// One object for the database: {"line","id","name","email","company","side","language","body"}.
void guest_write(struct text *out, const struct guest *g, long long line, const char *id);

#endif
