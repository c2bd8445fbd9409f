// SPDX-License-Identifier: EUPL-1.2
// Knows how an error looks as an RFC 9457 problem.
#include "wire/problem.h"

#include "wire/member.h"

#include <string.h>

// What is the same for every occurrence: the sentence with "..." in its hole and no full stop.
static const char *title(enum err err, enum lang lang, struct arena *arena)
{
    struct fault plain = {"", err, "…"};
    const char *text = fault_text(&plain, lang, arena);
    size_t len = strlen(text);
    return arena_copy(arena, text, len && text[len - 1] == '.' ? len - 1 : len);
}

static size_t kept(const struct faults *faults)
{
    return faults->count < FAULT_MOST ? faults->count : FAULT_MOST;
}

static const char *fault_arg(enum err err, const struct faults *faults)
{
    for (size_t i = 0; faults && i < kept(faults); i++)
        if (faults->list[i].err == err)
            return faults->list[i].arg;
    return NULL;
}

void problem_faults(struct text *out, const struct faults *faults, enum lang lang, struct arena *arena)
{
    text_byte(out, '[');
    for (size_t i = 0; i < kept(faults); i++) {
        const struct fault *f = &faults->list[i];
        member_item(out);
        text_byte(out, '{');
        member_text(out, "pointer", f->pointer);
        member_text(out, "code", err_word(f->err));
        member_text(out, "detail", fault_text(f, lang, arena));
        text_byte(out, '}');
    }
    text_byte(out, ']');
}

void problem_write(struct text *out, enum err err, const char *arg, const struct faults *faults, enum lang lang,
                   struct arena *arena)
{
    struct fault whole = {"", err, arg ? arg : fault_arg(err, faults)};
    text_byte(out, '{');
    member_text(out, "type", arena_format(arena, "urn:entregent:error:%s", err_word(err)));
    member_text(out, "title", title(err, lang, arena));
    member_number(out, "status", err_status(err));
    member_text(out, "code", err_word(err));
    member_text(out, "detail", fault_text(&whole, lang, arena));
    if (faults && faults->count) {
        member_key(out, "errors");
        problem_faults(out, faults, lang, arena);
        if (faults->count > FAULT_MOST)
            member_number(out, "more", (int64_t)(faults->count - FAULT_MOST));
    }
    text_byte(out, '}');
}
