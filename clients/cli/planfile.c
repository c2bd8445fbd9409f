// SPDX-License-Identifier: EUPL-1.2
// Knows how the files of a plan are read, and where in them a fault is.
#include "planfile.h"

#include "input.h"
#include "say.h"

#include "wire/agenda.h"
#include "wire/dzn.h"
#include "wire/locate.h"

#define FILE_MOST (256u << 20)
#define MARK "\xef\xbb\xbf" // what some editors begin a file with

static bool read_file(const struct options *o, const char *name, struct text *out)
{
    bool good = input_whole(o, name, out);
    if (good && text_starts(text_string(out), MARK))
        text_drop(out, sizeof MARK - 1);
    return good;
}

// "FILE:12: /people/3/id: what is wrong", as editors know it.
static const char *fault_line(const struct options *o, const char *name, const struct text *bytes, bool json,
                              const struct fault *f, struct arena *arena)
{
    const char *text = fault_text(f, o->lang, arena), *where = f->pointer;
    size_t line = json && f->err != ERR_BAD_JSON ? locate_line(text_string(bytes), bytes->len, where) : 0;
    const char *colon = *where ? o->lang == LANG_FR ? " : " : ": " : "";
    if (line)
        return arena_format(arena, "%s:%zu: %s%s%s", name, line, where, colon, text);
    return arena_format(arena, "%s: %s%s%s", name, where, colon, text);
}

const char *planfile_unread(const struct options *o, const char *name, struct arena *arena)
{
    return arena_format(arena, o->lang == LANG_FR ? "%s : lecture impossible" : "%s: cannot be read", name);
}

static void say_faults(const struct options *o, const char *name, const struct text *bytes, bool json,
                       const struct faults *faults)
{
    say_no(o->lang, "%s : %zu faute(s)", "%s: %zu fault(s)", name, faults->count);
    for (size_t i = 0; i < faults->count && i < FAULT_MOST; i++)
        say_line(o->lang, "  %s", "  %s", fault_line(o, name, bytes, json, &faults->list[i], faults->arena));
    if (faults->count > FAULT_MOST)
        say_line(o->lang, "  et %zu autre(s)", "  and %zu more", faults->count - FAULT_MOST);
}

const char *planfile_agenda(const struct options *o, const char *name, struct agenda *out, struct arena *arena)
{
    struct text bytes;
    struct faults faults;
    const char *why = NULL;
    text_init(&bytes, FILE_MOST);
    fault_init(&faults, arena);
    if (!read_file(o, name, &bytes))
        why = planfile_unread(o, name, arena);
    else {
        bool dzn = dzn_looks(text_string(&bytes), bytes.len);
        if (!(dzn ? dzn_read : agenda_read)(out, text_string(&bytes), bytes.len, arena, &faults)) {
            say_faults(o, name, &bytes, !dzn, &faults);
            why = fault_line(o, name, &bytes, !dzn, &faults.list[0], arena);
        }
    }
    text_fini(&bytes);
    return why;
}

enum result planfile_timetable(const struct options *o, const char *name, const struct agenda *a, struct timetable *out,
                               struct faults *faults)
{
    struct text bytes;
    enum result result = RESULT_USAGE;
    text_init(&bytes, FILE_MOST);
    if (read_file(o, name, &bytes)) {
        bool good = agenda_read_timetable(out, a, text_string(&bytes), bytes.len, faults->arena, faults);
        bool json = good || faults->count == 0 || faults->list[0].err != ERR_BAD_JSON;
        result = good ? RESULT_DONE : json ? RESULT_NO : RESULT_USAGE;
        if (!good)
            say_faults(o, name, &bytes, true, faults);
    }
    text_fini(&bytes);
    return result;
}
