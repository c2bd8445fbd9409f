// SPDX-License-Identifier: EUPL-1.2
// Knows which suffix stands for which writer.
#include "planout.h"

#include "plantold.h"
#include "say.h"

#include "base/clock.h"
#include "base/text.h"
#include "wire/agenda.h"
#include "wire/diary.h"
#include "wire/listing.h"
#include "wire/sheet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static json_t *left_json(const struct agenda *a, const struct hindrance *why, enum lang lang, struct arena *arena)
{
    const struct agenda_meeting *m = &a->meeting[why->meeting];
    return json_pack("{s:s,s:[s,s],s:s}", "id", m->id, "people", a->person[m->person[0]].id, a->person[m->person[1]].id,
                     "reason", hindrance_text(a, why, lang, arena));
}

static void write_json(const struct planrun *r, struct text *out)
{
    struct arena *arena = arena_new();
    size_t count;
    const struct hindrance *why = plan_hindrances(r->plan, &count);
    json_t *object = agenda_timetable_json(r->agenda, plan_timetable(r->plan)), *left = json_array();
    for (size_t i = 0; i < count; i++)
        if (why[i].meeting != AGENDA_NONE)
            json_array_append_new(left, left_json(r->agenda, &why[i], r->o->lang, arena));
    json_object_set_new(object, "left_out", left);
    json_object_set_new(object, "levels", plantold_levels(r->agenda, r->plan));
    if (r->agenda->name)
        json_object_set_new(object, "name", json_string(r->agenda->name));
    char *bytes = json_dumps(object, JSON_INDENT(1));
    text_put(out, bytes ? bytes : "");
    text_byte(out, '\n');
    free(bytes);
    json_decref(object);
    arena_free(arena);
}

static void write_csv(const struct planrun *r, struct text *out)
{
    size_t count;
    const struct hindrance *why = plan_hindrances(r->plan, &count);
    listing_write(out, r->agenda, plan_timetable(r->plan), why, count, r->o->lang);
}

static void write_ics(const struct planrun *r, struct text *out)
{
    diary_write(out, r->agenda, plan_timetable(r->plan), clock_wall() / 1000, r->o->lang);
}

static void write_html(const struct planrun *r, struct text *out)
{
    struct sheet s = {.agenda = r->agenda, .timetable = plan_timetable(r->plan), .lang = r->o->lang};
    s.left = plan_hindrances(r->plan, &s.lefts);
    sheet_whole(out, &s);
}

static const struct kind {
    const char *suffix;
    void (*write)(const struct planrun *r, struct text *out);
    bool hours; // are needed
} kinds[] = {
    {".json", write_json, false},
    {".csv", write_csv, false},
    {".ics", write_ics, true},
    {".html", write_html, false},
};
#define KINDS ((int)(sizeof kinds / sizeof *kinds))
#define JSON 0 // of a single name that says nothing

// The kind whose suffix ends the first len bytes; KINDS when there is none.
static int kind_of(const char *name, size_t len)
{
    int kind = 0;
    for (; kind < KINDS; kind++) {
        size_t suffix = strlen(kinds[kind].suffix);
        if (len > suffix && memcmp(name + len - suffix, kinds[kind].suffix, suffix) == 0)
            break;
    }
    return kind;
}

// A device or a pipe: it is written to as it is.
static bool special(const char *name)
{
    struct stat info;
    return stat(name, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

// Whether the file is the agenda, under whatever name.
static bool is_agenda(const struct options *o, const char *name)
{
    const char *agenda = o->word[2];
    struct stat from, to;
    bool known = (text_equal(agenda, "-") ? fstat(STDIN_FILENO, &from) : stat(agenda, &from)) == 0;
    return known && stat(name, &to) == 0 && S_ISREG(to.st_mode) && from.st_dev == to.st_dev && from.st_ino == to.st_ino;
}

static bool may_write(const struct options *o, const char *name, struct arena *arena)
{
    const char *slash = strrchr(name, '/');
    const char *folder = !slash ? "." : slash == name ? "/" : arena_copy(arena, name, (size_t)(slash - name));
    if (is_agenda(o, name))
        return say_no(o->lang, "--out : %s : c'est l'agenda lui-même", "--out: %s: that is the agenda itself", name);
    if (special(name) ? access(name, W_OK) == 0 : access(folder, W_OK | X_OK) == 0)
        return true;
    return say_no(o->lang, "--out : %s : écriture impossible (%s)", "--out: %s: cannot be written (%s)", name,
                  strerror(errno));
}

bool planout_read(struct planout *out, const struct options *o, struct arena *arena)
{
    const char *at = o->value[OPTION_OUT];
    *out = (struct planout){0};
    while (at && *at) {
        // A comma ends a name only behind a suffix: others belong to it.
        size_t len = strcspn(at, ",");
        while (at[len] && kind_of(at, len) == KINDS)
            len += 1 + strcspn(at + len + 1, ",");
        int kind = kind_of(at, len);
        if (kind == KINDS && out->count)
            return say_no(o->lang, "--out : %s : .json, .csv, .ics ou .html", "--out: %s: .json, .csv, .ics or .html",
                          at);
        if (out->count == PLANOUT_MOST)
            return say_no(o->lang, "--out : au plus %d fichiers", "--out: %d files at most", PLANOUT_MOST);
        out->kind[out->count] = kind == KINDS ? JSON : kind;
        out->name[out->count] = arena_copy(arena, at, len);
        if (!may_write(o, out->name[out->count++], arena))
            return false;
        at += len + (at[len] == ',');
    }
    return !at || out->count || say_no(o->lang, "--out demande un fichier", "--out needs a file");
}

bool planout_fits(const struct planout *out, const struct options *o, const struct agenda *a)
{
    int lacks = diary_lacks(a);
    for (int i = 0; i < out->count && lacks != AGENDA_NONE; i++)
        if (kinds[out->kind[i]].hours)
            return say_no(
                o->lang,
                "--out : %s : un calendrier demande des heures : /sessions/%d/start et /sessions/%d/minutes manquent",
                "--out: %s: a calendar needs hours: /sessions/%d/start and /sessions/%d/minutes are missing",
                out->name[i], a->slot[lacks].session, a->slot[lacks].session);
    return true;
}

// A new file beside the one of that name, with its permissions, or those that new files have. NULL: errno says why.
static FILE *open_beside(const char *name, char *made)
{
    struct stat old;
    mode_t mask = umask(0);
    umask(mask);
    int fd = mkstemp(made);
    if (fd >= 0)
        fchmod(fd, stat(name, &old) == 0 ? old.st_mode & 0777 : 0666 & ~mask);
    return fd >= 0 ? fdopen(fd, "wb") : NULL;
}

// Under another name first: what stood there before goes only when all is written.
static bool write_file(const char *name, const struct text *bytes)
{
    struct arena *arena = arena_new();
    char *made = arena_format(arena, "%s.XXXXXX", name);
    bool straight = special(name);
    FILE *f = straight ? fopen(name, "wb") : open_beside(name, made);
    bool good = f && fwrite(text_string(bytes), 1, bytes->len, f) == bytes->len;
    good = f && fclose(f) == 0 && good && (straight || rename(made, name) == 0);
    int why = errno;
    if (f && !good && !straight)
        unlink(made);
    arena_free(arena);
    errno = why;
    return good;
}

bool planout_write(const struct planout *out, const struct planrun *r)
{
    bool all = true;
    for (int i = 0; i < out->count; i++) {
        struct text bytes;
        text_init(&bytes, SIZE_MAX / 2);
        kinds[out->kind[i]].write(r, &bytes);
        if (!write_file(out->name[i], &bytes))
            all = say_no(r->o->lang, "%s : écriture impossible (%s)", "%s: cannot be written (%s)", out->name[i],
                         strerror(errno));
        else if (!option_given(r->o, OPTION_JSON))
            printf(r->o->lang == LANG_FR ? "Écrit : %s%s\n" : "Written: %s%s\n", out->name[i],
                   kind_of(out->name[i], strlen(out->name[i])) == KINDS ? " (JSON)" : "");
        text_fini(&bytes);
    }
    return all;
}

void planout_keep(const struct planout *out, const struct options *o)
{
    for (int i = 0; i < out->count; i++)
        if (access(out->name[i], F_OK) == 0 && !special(out->name[i]))
            say_line(o->lang, "%s : rien n'y est écrit ; ce qui s'y trouve date d'avant",
                     "%s: nothing is written to it; what stands there is from before", out->name[i]);
}
