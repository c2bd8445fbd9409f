// SPDX-License-Identifier: EUPL-1.2
// What is wrong with which field: gathered, not one at a time.
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

struct fault {
    const char *pointer; // RFC 6901 JSON pointer ("/lots/0/cpv/1"), "" for the whole
    enum err err;
    const char *arg; // fills the %s of err_text, may be NULL
};

#define FAULT_MOST 50 // further ones are counted, not kept

struct faults {
    struct arena *arena; // holds the pointers and arguments
    size_t count;        // may be over FAULT_MOST
    struct fault list[FAULT_MOST];
};

void fault_init(struct faults *f, struct arena *arena);
// Copies pointer and arg into the arena.
void fault_add(struct faults *f, enum err err, const char *arg, const char *pointer_format, ...)
    __attribute__((format(printf, 4, 5)));
// The sentence of one fault in the language, in `arena`.
const char *fault_text(const struct fault *f, enum lang lang, struct arena *arena);

#endif
