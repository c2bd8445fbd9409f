// SPDX-License-Identifier: EUPL-1.2
// Knows how faults of fields are gathered and put into words.
#include "core/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fault_init(struct faults *f, struct arena *arena)
{
    f->arena = arena;
    f->count = 0;
}

void fault_add(struct faults *f, enum err err, const char *arg, const char *pointer_format, ...)
{
    if (f->count++ >= FAULT_MOST)
        return;
    char pointer[256];
    va_list args;
    va_start(args, pointer_format);
    vsnprintf(pointer, sizeof pointer, pointer_format, args);
    va_end(args);
    f->list[f->count - 1] =
        (struct fault){arena_string(f->arena, pointer), err, arena_string(f->arena, arg)};
}

const char *fault_text(const struct fault *f, enum lang lang, struct arena *arena)
{
    const char *text = err_text(f->err, lang), *hole = strstr(text, "%s");
    if (!hole)
        return text;
    return arena_format(arena, "%.*s%s%s", (int)(hole - text), text, f->arg ? f->arg : "?", hole + 2);
}
