// SPDX-License-Identifier: EUPL-1.2
// Knows how the files of a plan are read, and where in them a fault is.
#include "planfile.h"

#include "input.h"
#include "say.h"

#include "wire/agenda.h"
#include "wire/dzn.h"
#include "wire/locate.h"

#define FILE_MOST (256u << 20)

// "FILE:12: /people/3/id: what is wrong", as editors know it.
static void say_fault(const struct options *o, const char *name, const struct text *bytes, bool json,
                      const struct fault *f, struct arena *arena)
{
    const char *text = fault_text(f, o->lang, arena), *where = f->pointer;
    size_t line = json && f->err != ERR_BAD_JSON ? locate_line(text_string(bytes), bytes->len, where) : 0;
    const char *colon = *where ? o->lang == LANG_FR ? " : " : ": " : "";
    if (line)
        say_line(o->lang, "  %s:%zu: %s%s%s", "  %s:%zu: %s%s%s", name, line, where, colon, text);
    else
        say_line(o->lang, "  %s: %s%s%s", "  %s: %s%s%s", name, where, colon, text);
}

static void say_faults(const struct options *o, const char *name, const struct text *bytes, bool json,
                       const struct faults *faults)
{
    say_no(o->lang, "%s : %zu faute(s)", "%s: %zu fault(s)", name, faults->count);
    for (size_t i = 0; i < faults->count && i < FAULT_MOST; i++)
        say_fault(o, name, bytes, json, &faults->list[i], faults->arena);
    if (faults->count > FAULT_MOST)
        say_line(o->lang, "  et %zu autre(s)", "  and %zu more", faults->count - FAULT_MOST);
}

bool planfile_agenda(const struct options *o, const char *name, struct agenda *out, struct arena *arena)
{
    struct text bytes;
    struct faults faults;
    text_init(&bytes, FILE_MOST);
    fault_init(&faults, arena);
    bool good = input_whole(o, name, &bytes);
    if (good) {
        bool dzn = dzn_looks(text_string(&bytes), bytes.len);
        good = (dzn ? dzn_read : agenda_read)(out, text_string(&bytes), bytes.len, arena, &faults);
        if (!good)
            say_faults(o, name, &bytes, !dzn, &faults);
    }
    text_fini(&bytes);
    return good;
}

enum result planfile_timetable(const struct options *o, const char *name, const struct agenda *a, struct timetable *out,
                               struct faults *faults)
{
    struct text bytes;
    enum result result = RESULT_USAGE;
    text_init(&bytes, FILE_MOST);
    if (input_whole(o, name, &bytes)) {
        bool good = agenda_read_timetable(out, a, text_string(&bytes), bytes.len, faults->arena, faults);
        bool json = good || faults->count == 0 || faults->list[0].err != ERR_BAD_JSON;
        result = good ? RESULT_DONE : json ? RESULT_NO : RESULT_USAGE;
        if (!good)
            say_faults(o, name, &bytes, true, faults);
    }
    text_fini(&bytes);
    return result;
}
